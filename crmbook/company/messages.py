"""The message trial of summer 2024: each week the number of messages, their channel and their hour fall by lot."""

import numpy as np

from crmbook.company import campaigns, settings
from crmbook.company.campaigns import ANNOYED, CHANNELS, LOST
from crmbook.company.days import LAST_DAY, day, month_of
from crmbook.company.orders import certain, head_orders, orders_on
from crmbook.company.population import CONSENTS, PERSONALITIES
from crmbook.company.products import FIRST_BOX
from crmbook.company.rows import chosen, stacked
from crmbook.company.sheets import NONE, Cents, Choices, Days, Flags, Integers, Numbers, Sheet
from crmbook.company.surveys import WRITTEN as WAYS

START, WEEKS, DOSES = day("2024-06-10"), 12, np.array([0, 1, 2, 4])
"""Between two campaigns, so that no other messages are sent; a Monday."""
_CONSENT = [CONSENTS.index(name) for name in WAYS]
_CHANNEL = np.array([CHANNELS.index(name) for name in WAYS])
_OPENED = np.array([0.24, 0.38, 0.42])


def draw_trial(generator, state, lines, fixed):
    """Draw the trial and what it changes: some orders more, by customers who like messages, and some fewer.

    Parameters: ``lines`` order lines; ``fixed`` numbers of orders that other records mention and that must stay.
    Returns: rows of the trial, lines of further orders, numbers of the orders that were not placed.
    """
    heads = head_orders(state, lines)
    rows = _assign(generator, state, heads)
    who, begin, dose = rows["customer"], rows["begin"], rows["dose"]
    cell = rows["row"][heads["customer"], np.clip((heads["day"] - START) // 7, 0, WEEKS - 1)]
    within = (heads["day"] >= START) & (heads["day"] < START + 7 * WEEKS) & (cell >= 0)
    cell, heads = cell[within], chosen(heads, within)
    size = len(who)
    stays = certain(state, heads, fixed)
    ordered, safe = (np.bincount(cell, weights=weights, minlength=size) > 0 for weights in (None, stays))
    on = begin + generator.randint(0, 7, size)
    there = (state.left[who] <= NONE) | (state.left[who] > on)
    gain, loss = _effects(state, rows)
    gain, loss = gain * (there & ~ordered)[:, None], loss * (ordered & ~safe)[:, None]
    lot = generator.random_sample(size)
    buys, drops = lot < gain[np.arange(size), dose], lot < loss[np.arange(size), dose]
    more = orders_on(generator, state, who[buys], on[buys])
    rows["uplift"] = gain - loss
    return rows, more, heads["number"][drops[cell]]


def _assign(generator, state, heads):
    """Draw who takes part and, week by week, the dose, channel and hour, until consent is withdrawn."""
    people, before = state.people, heads["day"] < START
    last = np.full(people.size, NONE)
    np.maximum.at(last, heads["customer"][before], heads["day"][before])
    consent = state.consent[:, _CONSENT].copy()
    able = (last >= START - settings.MESSAGE_TRIAL_DAYS) & consent.any(axis=1) & (state.trial_until <= month_of(START))
    who = np.flatnonzero(able & (generator.random_sample(people.size) < settings.MESSAGE_TRIAL_SHARE))
    asked = _asked_later(state, who)
    weeks = []
    for week in range(WEEKS):
        allowed = consent[who]
        who, allowed, asked = (part[allowed.any(axis=1)] for part in (who, allowed, asked))
        rows = _one_week(generator, people, who, allowed, START + 7 * week)
        stops = rows["stops"] & ~asked[np.arange(len(who)), rows["way"]]
        rows["unsubscribed"] = np.where(stops, rows["begin"] + generator.randint(0, 7, len(who)), NONE)
        consent[who[stops], rows["way"][stops]] = False
        weeks.append(rows)
    rows = stacked(weeks)
    for way, name in enumerate(WAYS):
        stops = (rows["way"] == way) & (rows["unsubscribed"] > NONE)
        campaigns.unsubscribe(state, rows["customer"][stops], rows["unsubscribed"][stops], name)
    rows["row"] = np.full((people.size, WEEKS), -1)
    rows["row"][rows["customer"], (rows["begin"] - START) // 7] = np.arange(len(rows["customer"]))
    return rows


def _asked_later(state, who):
    """Who is written to later by campaign or survey, by channel: they did not withdraw that consent in the trial."""
    listed = np.zeros((state.people.size, len(WAYS)), dtype=bool)
    members, invitations = (state.log.take(name) for name in ("members", "invitations"))
    state.log.add("members", **members)
    state.log.add("invitations", **invitations)
    later = invitations["invited"] >= START
    listed[invitations["customer"][later], invitations["channel"][later]] = True
    for number in np.flatnonzero(campaigns.BEGIN >= START):
        if (channel := campaigns.PLAN["channel"][number]) in WAYS:
            listed[members["customer"][members["campaign"] == number], WAYS.index(channel)] = True
    return listed[who]


def _one_week(generator, people, who, allowed, begin):
    """Draw one week for those who take part; channels only among those that the customer allows."""
    size = len(who)
    dose = generator.randint(0, len(DOSES), size)
    place = np.floor(generator.random_sample(size) * allowed.sum(axis=1))[:, None]
    way = (allowed & (np.cumsum(allowed, axis=1) - 1 == place)).argmax(axis=1)
    hour = generator.randint(8, 22, size)
    near = np.abs(hour - people.preferred_hour[who]) <= 2
    own = people.preferred_channel[who] == _CHANNEL[way]
    kind = people.campaign_type[who]
    chance = _OPENED[way] * np.where(own, 1.5, 0.85) * np.where(near, 1.35, 0.85) * np.where(kind == LOST, 0.6, 1.0)
    leaves = settings.MESSAGE_STOPS[(kind == ANNOYED).astype(int)]
    return {
        "customer": who,
        "begin": np.full(size, begin),
        "dose": dose,
        "way": way,
        "hour": hour,
        "near": near,
        "own": own,
        "opened": generator.random_sample(size) < 1 - (1 - np.minimum(chance, 0.9)) ** DOSES[dose],
        "stops": generator.random_sample(size) < 1 - (1 - leaves) ** DOSES[dose],
    }


def _effects(state, rows):
    """Rows × doses: chance that the week's messages bring an order, and that they spoil the one there would be."""
    people, who = state.people, rows["customer"]
    character, kind = people.personality[who], people.campaign_type[who]
    gain = np.array([settings.MESSAGE_GAIN[name] for name in PERSONALITIES])[character]
    gain = gain * settings.MESSAGE_GAIN_BY_KIND[kind]
    gain = gain * np.where(rows["near"], 1.35, 0.85) * np.where(rows["own"], 1.25, 0.9)
    spoilt = settings.MESSAGE_SPOILS["all"][None, :] * np.ones((len(who), 1))
    spoilt += np.outer(character == PERSONALITIES.index("cautious"), settings.MESSAGE_SPOILS["cautious"])
    spoilt += np.outer(kind == ANNOYED, settings.MESSAGE_SPOILS["annoyed"])
    return gain[:, None] * settings.MESSAGE_GAIN_BY_DOSE, np.minimum(spoilt, 1.0)


def messages_sent(rows):
    """Return customer, day and channel of each message sent, for what serving customers costs."""
    count = DOSES[rows["dose"]]
    values = {"customer": rows["customer"], "day": rows["begin"], "channel": _CHANNEL[rows["way"]]}
    return {name: np.repeat(part, count) for name, part in values.items()}


def trial_sheet(books):
    """Return the message_trial table; orders and margin of the week, deliveries of boxes apart."""
    rows, lines = books.lots["messages"], books.lines
    kept = (lines["day"] >= START) & (lines["day"] < START + 7 * WEEKS) & (lines["product"] < FIRST_BOX)
    row = rows["row"][lines["customer"][kept], (lines["day"][kept] - START) // 7]
    size, margin = len(rows["customer"]), lines["cents"][kept].astype(np.int64) - lines["cost"][kept]
    margin = np.bincount(row[row >= 0], weights=margin[row >= 0], minlength=size)
    bought = (row >= 0) & (lines["quantity"][kept] > 0)
    sent = DOSES[rows["dose"]]
    cost = np.array([settings.CONTACT_COST[name] for name in WAYS])[rows["way"]] * sent
    return Sheet(
        {
            "customer_id": books.customer(rows["customer"]),
            "assigned_on": Days(rows["begin"]),
            "messages": Integers(sent),
            "channel": Choices(rows["way"], WAYS),
            "hour": Integers(rows["hour"]),
            "cost": Numbers(cost),
            "opened": Flags(np.where(sent > 0, rows["opened"], -1)),
            "observed_on": Days(np.minimum(rows["begin"] + 6, LAST_DAY)),
            "ordered": Flags((np.bincount(row[bought], minlength=size) > 0).astype(int)),
            "margin_after": Cents(margin.astype(np.int64)),
            "unsubscribed_on": Days(rows["unsubscribed"]),
        }
    )


def truth_sheet(books):
    """Return what each dose would change in the customer's chance of an order in a week, mean over the weeks."""
    rows = books.lots["messages"]
    who, place, weeks = np.unique(rows["customer"], return_inverse=True, return_counts=True)
    uplift = {
        f"uplift_{count}": Numbers(np.bincount(place, weights=rows["uplift"][:, dose]) / weeks, 4)
        for dose, count in enumerate(DOSES)
        if count
    }
    return Sheet({"customer_id": books.customer(who), "weeks": Integers(weeks)} | uplift)
