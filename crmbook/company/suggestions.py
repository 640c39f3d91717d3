"""Suggestions from the boxes in the shops, reply cards and messages, and what came of them."""

import numpy as np

from crmbook.company import settings
from crmbook.company.days import LAST_DAY
from crmbook.company.orders import head_orders
from crmbook.company.randomness import pick, stream
from crmbook.company.sheets import NONE, Choices, Days, Flags, Labels, Sheet, Texts
from crmbook.company.words import table

CHANNELS = list(settings.SUGGESTION_ANSWERED)
TOPICS = list(settings.SUGGESTION_ADOPTED)
SHOP = 0


def suggestion_sheet(books):
    """Return the suggestions table: received, answered where the sender is known, decided, adopted or not."""
    generator = stream(books.seed, "suggestions")
    heads = head_orders(books.state, books.lines)
    makes = generator.random_sample(len(heads["day"])) < settings.SUGGESTION_RATE
    who, day, shop = (heads[name][makes] for name in ("customer", "day", "channel"))
    size = len(who)
    channel = pick(generator, [0.15, 0.30, 0.33, 0.22], size)
    channel = np.where(shop == SHOP, pick(generator, [0.7, 0.2, 0.05, 0.05], size), channel)
    day = np.minimum(day + np.where(channel == 0, 0, generator.randint(0, 12, size)), LAST_DAY)
    order = np.lexsort((who, day))
    who, day, channel = who[order], day[order], channel[order]
    named = (channel > 0) | (generator.random_sample(size) < settings.SUGGESTION_NAMED)
    shares, days = np.array(list(settings.SUGGESTION_ANSWERED.values())).T
    answered = day + 1 + np.floor(generator.exponential(1.0, size) * days[channel]).astype(int)
    answered = np.where(named & (generator.random_sample(size) < shares[channel]), answered, NONE)
    topic = pick(generator, [0.22, 0.24, 0.18, 0.14, 0.12, 0.10], size)
    decided = day + 10 + np.floor(generator.gamma(2.0, 16.0, size)).astype(int)
    decided = np.where(generator.random_sample(size) < settings.SUGGESTION_DECIDED, decided, NONE)
    decided = np.where(decided <= LAST_DAY, decided, NONE)
    adopts = generator.random_sample(size) < np.array(list(settings.SUGGESTION_ADOPTED.values()))[topic]
    text, chinese = _texts(generator, topic)
    return Sheet(
        {
            "suggestion_id": Labels("V", np.arange(1, size + 1), max(5, len(str(size)))),
            "customer_id": books.customer(np.where(named, who, NONE)),
            "received_on": Days(day),
            "channel": Choices(channel, CHANNELS),
            "topic": Choices(topic, TOPICS),
            "text": Texts(text),
            "language": Choices(chinese.astype(int), ["en", "zh"]),
            "answered_on": Days(np.where(answered <= LAST_DAY, answered, NONE)),
            "decided_on": Days(decided),
            "adopted": Flags(np.where(decided > NONE, adopts, -1)),
        }
    )


def _texts(generator, topic):
    """Put each text together from an opening, an idea of the topic and an ending. Returns: texts, whether Chinese."""
    words, size = table("suggestions"), len(topic)
    chinese = generator.random_sample(size) < 0.5
    lots = generator.random_sample((3, size))
    text = np.full(size, None, dtype=object)
    for language in (False, True):
        of = words[words["language"] == ("zh" if language else "en")]
        openings, endings = (of.loc[of["kind"] == kind, "text"].array for kind in ("opening", "ending"))
        ideas = [of.loc[(of["kind"] == "idea") & (of["about"] == name), "text"].array for name in TOPICS]
        for row in np.flatnonzero(chinese == language):
            parts = (openings, ideas[topic[row]], endings)
            opening, idea, ending = (part[int(lot * len(part))] for part, lot in zip(parts, lots[:, row], strict=True))
            text[row] = opening.format(idea=idea) + ending
    return text, chinese
