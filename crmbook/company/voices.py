"""The complaints register and the interviews with lost customers."""

import numpy as np

from crmbook.company import key_account, settings
from crmbook.company.days import LAST_DAY
from crmbook.company.leaving import LEAVING_REASONS
from crmbook.company.products import CATEGORY, GIFT
from crmbook.company.randomness import logistic, stream
from crmbook.company.service import CAUSES, COMPLAINT_CHANNELS, REMEDIES, TASTE
from crmbook.company.sheets import NONE, Cents, Choices, Days, Flags, Integers, Labels, Moments, Sheet, Texts
from crmbook.company.texts import complaint_texts, leaving_texts, with_typos
from crmbook.company.words import phrases

FIRST_GIFT = int(np.flatnonzero(CATEGORY == GIFT)[0])
"""Teas come before gifts and teaware in the list of products."""
WORDINGS = len(phrases("complaint"))
COMPANY_REASONS = ["quality", "price", "service", "delivery", "complaint handling"]


def complaint_sheet(books):
    """Return the complaints table."""
    generator, log = stream(books.seed, "complaint texts"), books.complaints
    size = len(log["customer"])
    words = told(generator, books, {"number": log["order"], "cause": log["cause"], "severity": log["severity"]})
    texts, chinese, wording = words["text"], words["chinese"], words["wording"]
    wrong = generator.random(size) < settings.MISFILED
    filed = np.where(wrong, generator.randint(0, len(CAUSES), size), log["cause"])
    chance = stream(books.seed, "promises")
    promise = log["recorded"] // 1440 + 2 + chance.randint(0, 6, size)
    promise = np.where(chance.random(size) < 0.75, promise, NONE)
    key = np.flatnonzero(books.state.scripted)[0]
    own = (log["customer"] == key) & (log["recorded"] // 1440 == key_account.COMPLAINT_DAY)
    texts[own] = "Third late delivery in three months. Our guests had no tea at the conference."
    chinese = chinese & ~own
    wording = np.where(own, NONE, wording)
    filed = np.where(own, 0, filed)
    return Sheet(
        {
            "complaint_id": books.complaint(log["number"]),
            "customer_id": books.customer(log["customer"]),
            "recorded_at": Moments(log["recorded"]),
            "channel": Choices(log["channel"], COMPLAINT_CHANNELS),
            "order_id": books.order(np.where(generator.random(size) < 0.9, log["order"], NONE)),
            "cause": Choices(filed, CAUSES),
            "severity": Integers(log["severity"]),
            "text": Texts(texts),
            "language": Choices(chinese.astype(int), ["en", "zh"]),
            "wording_id": wording_labels(wording),
            "promised_by": Days(promise),
            "claimed": Cents(log["claimed"]),
            "judged_at": Moments(log["judged"]),
            "justified": Flags(log["justified"]),
            "solved_at": Moments(log["solved"]),
            "remedy": Choices(log["remedy"], REMEDIES),
            "compensation": Cents(log["paid"]),
            "followed_up_at": Moments(log["followed"]),
            "handling_rating": Integers(log["rating"]),
        }
    )


def told(generator, books, log):
    """Write what unhappy customers said about their orders.

    Parameters: ``log`` with number (of the order), cause, severity. Returns: dict of arrays text, chinese, wording.
    """
    chinese = generator.random(len(log["cause"])) < 0.55
    product = _product_of(books, log["number"])
    # Teapots do not taste stale: such complaints are about a tea on the same order.
    tea = generator.randint(0, FIRST_GIFT, len(product))
    product = np.where((log["cause"] == TASTE) & (product >= FIRST_GIFT), tea, product)
    texts, wording = complaint_texts(generator, log["cause"], log["severity"], product, chinese)
    return {"text": texts, "chinese": chinese, "wording": wording}


def wording_labels(wording):
    """Return a column of wording numbers; the numbers do not follow the list, which is sorted by cause."""
    mixed = stream(0, "wordings").permutation(WORDINGS) + 1
    return Labels("T", np.where(wording > NONE, mixed[np.maximum(wording, 0)], NONE), 3)


def _product_of(books, order):
    """Return the product on the first line of each order."""
    first = books.lines["line"] == 1
    number, product = books.lines["number"][first], books.lines["product"][first]
    by_number = np.argsort(number)
    place = np.minimum(np.searchsorted(number[by_number], order), len(number) - 1)
    return product[by_number][place].astype(np.int64)


def interview_sheet(books):
    """Return exit_interviews: part of the lost customers, asked weeks after they left; the angry hang up more often.

    People are polite and brief: part of those who left over quality, service or delivery say "price".
    """
    generator, log = stream(books.seed, "interviews"), books.departures
    size = len(log["customer"])
    day = log["day"] + generator.randint(25, 140, size)
    reached = logistic(0.45 + 1.1 * log["satisfaction"] + 0.8 * books.people.enterprise[log["customer"]])
    asked = (generator.random(size) < reached) & (day <= LAST_DAY)
    who, true, day = log["customer"][asked], log["reason"][asked].astype(int), day[asked]
    polite = np.isin(true, [0, 2, 3]) & (generator.random(len(who)) < 0.30)
    told = np.where(polite, LEAVING_REASONS.index("price"), true)
    vague = generator.random(len(who)) < 0.10
    told = np.where(vague, LEAVING_REASONS.index("other"), told)
    key = books.state.scripted[who]
    told = np.where(key, LEAVING_REASONS.index("complaint handling"), told)
    chinese = generator.random(len(who)) < 0.6
    texts = with_typos(generator, leaving_texts(generator, told, chinese), 0.12)
    company = np.isin(told, [LEAVING_REASONS.index(name) for name in COMPANY_REASONS])
    would = 4.5 + np.where(np.isin(true, [1, 5]), 1.2, 0) - np.where(np.isin(true, [4, 6]), 1.8, 0)
    would += 1.6 * books.state.willing[who] + generator.normal(0, 1.0, len(who))
    told_others = stream(books.seed, "lost customers told").poisson(np.where(company, 5.0, 2.2))
    order = np.lexsort((who, day))
    return Sheet(
        {
            "customer_id": books.customer(who[order]),
            "interviewed_on": Days(day[order]),
            "side": Choices(1 - company[order].astype(int), ["company", "customer"]),
            "reason": Choices(told[order], LEAVING_REASONS),
            "text": Texts(texts[order]),
            "language": Choices(chinese[order].astype(int), ["en", "zh"]),
            "would_return": Integers(np.clip(np.round(would), 1, 10)[order]),
            "people_told": Integers(told_others[order]),
        }
    )
