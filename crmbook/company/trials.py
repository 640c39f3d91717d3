"""The retention trial and the win-back trial: who was drawn, and what the offers truly change."""

import numpy as np

from crmbook.company import settings
from crmbook.company.campaigns import EMAIL, LETTER, PHONE, SMS, WECHAT
from crmbook.company.days import MONTH_START, MONTHS, overall_season
from crmbook.company.leaving import LEAVING_REASONS
from crmbook.company.population import CAMPAIGN_TYPES, CONSENTS, PERSONALITIES
from crmbook.company.randomness import logistic, pick, stream
from crmbook.company.sheets import NONE
from crmbook.company.surveys import WRITTEN, written_to

RETENTION_MONTHS = (14, 20, 26, 32, 38)
WINBACK_MONTHS = (16, 24, 32, 40)
LENGTH = 6
DEAL_MONTHS = (0, 5, 10)
CALL, GIFT = 1, 3
_WRITTEN = [CONSENTS.index(name) for name in WRITTEN]
WINBACK_ARMS = ["control", "call", "discount", "gift"]
PERSUADABLE, SURE, LOST, ANNOYED = range(len(CAMPAIGN_TYPES))
OFFER_RATE = np.array([1.15, 0.25, 0.1, -1.0])
"""Logarithm of what the retention offer does to the purchase rate of the four kinds of customers, at average price
sensitivity; the price-sensitive take it more gladly."""


def run_trials(generator, state, month, rate):
    """Draw the trials that begin with this month. ``rate`` is the expected orders of each customer this month."""
    if month in RETENTION_MONTHS:
        _retention(generator, state, month, rate)
    if month in WINBACK_MONTHS:
        _winback(generator, state, month, rate)


def _retention(generator, state, month, rate):
    """Quiet customers, half of them offered a voucher by lot."""
    people, today = state.people, MONTH_START[month]
    quiet = today - state.last_order
    eligible = state.started & ~people.enterprise & (state.orders >= 2) & (quiet > 45) & (quiet < 330)
    eligible &= (state.trial_until <= month) & state.consent[:, _WRITTEN].any(axis=1)
    who = np.flatnonzero(eligible)
    who = np.sort(who[generator.random(len(who)) < 0.85])
    span = np.maximum(state.last_order[who] - state.first_order[who], 30)
    usual = span / np.maximum(state.orders[who] - 1, 1)
    trouble = (state.last_complaint[who] > today - 200) * 0.7 + (state.last_incident[who] > today - 200) * 0.15
    overdue = np.log(quiet[who] / np.clip(usual, 10, 200))
    score = logistic(
        -0.15 + 0.95 * overdue + 0.008 * (quiet[who] - 120) + trouble + generator.normal(0, 0.35, len(who))
    )
    offered = generator.random(len(who)) < 0.5
    effect = OFFER_RATE[people.campaign_type[who]] + 0.75 * people.price_sensitivity[who]
    effect = effect * np.where(people.campaign_type[who] == LOST, 0.3, 1.0)
    expected = np.where(state.alive[who], rate[who], 0.0) * _ahead(people, who, month)
    control = 1 - state.none(who, expected)
    by_itself = np.where(state.alive[who], 0.0, 1 - (1 - settings.SPONTANEOUS_RETURN) ** 5)
    control = 1 - (1 - control) * (1 - by_itself)
    revived = np.where(state.alive[who], 0.0, 0.03 * (people.campaign_type[who] == PERSUADABLE))
    offer = 1 - (1 - by_itself) * state.none(who, expected * np.exp(effect)) * (1 - revived)
    # Neither arm gets other campaigns while the trial runs.
    state.trial_rate[who], state.trial_until[who] = np.where(offered, effect, 0.0), month + LENGTH
    back = offered & (generator.random(len(who)) < revived)
    schedule(state, who[back], month + generator.randint(1, 4, int(back.sum())))
    _send(state, who[offered], month, np.zeros(int(offered.sum()), dtype=int))
    state.log.add("retention", customer=who, month=np.full(len(who), month), score=score, offered=offered)
    state.log.add(
        "trial_effects",
        trial=np.zeros(len(who), dtype=np.int8),
        customer=who,
        month=np.full(len(who), month),
        arm=np.ones(len(who), dtype=np.int8),
        without=control,
        offer=offer,
    )


def _send(state, who, month, arm):
    """Note the offers as contacts: written where consent allows it, gifts by letter. Whoever was drawn for a call is
    called, consent to calls or not: the breach that the chapter on communication finds."""
    channel = written_to(stream(month, "offers"), state, who, [0.1, 0.2, 0.7])
    channel = np.where(arm == CALL, PHONE, np.where(arm == GIFT, LETTER, np.array([EMAIL, SMS, WECHAT])[channel]))
    state.log.add("offers", customer=who, day=np.full(len(who), MONTH_START[month]), channel=channel)


def _ahead(people, who, month):
    """Orders expected in the half-year for each order expected this month: seasons differ, some customers leave."""
    months = np.arange(month, month + LENGTH)
    season, staying = overall_season(), 0.985 ** np.arange(LENGTH)
    steady = (season[months] / season[month] * staying).sum()
    deals = np.where(np.isin(months % 12, DEAL_MONTHS), 1.7, 0.75) / (1.7 if month % 12 in DEAL_MONTHS else 0.75)
    hunting = (season[months] / season[month] * staying * deals).sum()
    return np.where(people.relationship[who], steady, hunting)


def _winback(generator, state, month, rate):
    """Customers counted as lost after nine months without an order, drawn to four arms."""
    people, today = state.people, MONTH_START[month]
    quiet = today - state.last_order
    span = np.maximum(state.last_order - state.first_order, 30)
    overdue = quiet > 3.0 * span / np.maximum(state.orders - 1, 1)
    eligible = state.started & ~people.enterprise & (state.orders >= 2) & (quiet > 300) & (quiet < 1000) & overdue
    eligible &= state.consent[:, _WRITTEN].any(axis=1)
    who = np.flatnonzero(eligible & (state.trial_until <= month))
    who = who[generator.random(len(who)) < 0.9]
    arm = pick(generator, [0.4, 0.2, 0.2, 0.2], len(who))
    reason = np.where(state.left_reason[who] >= 0, state.left_reason[who], LEAVING_REASONS.index("needs changed"))
    chances = winback_chances(people, who, reason, quiet[who])
    natural = np.where(
        state.alive[who],
        1 - state.none(who, rate[who] * _ahead(people, who, month)),
        1 - (1 - settings.SPONTANEOUS_RETURN) ** 6,
    )
    chance = np.where(state.alive[who], 0.6, 1.0) * chances[np.arange(len(who)), arm]
    back = generator.random(len(who)) < chance
    schedule(state, who[back], month + generator.randint(1, 4, int(back.sum())))
    state.trial_rate[who], state.trial_until[who] = 0.0, month + LENGTH
    _send(state, who[arm > 0], month, arm[arm > 0])
    known = generator.random(len(who)) < 0.55
    told = np.where(generator.random(len(who)) < 0.75, reason, pick(generator, np.ones(len(LEAVING_REASONS)), len(who)))
    state.log.add(
        "winback",
        customer=who,
        month=np.full(len(who), month),
        arm=arm,
        lost=(state.last_order[who] + 270).astype(np.int64),
        reason=np.where(known, told, -1),
    )
    _winback_truth(state, who, month, natural, chances)


def _winback_truth(state, who, month, natural, chances):
    """Keep what each offer would have changed for each customer."""
    for code in range(1, len(WINBACK_ARMS)):
        offer = 1 - (1 - natural) * (1 - np.where(state.alive[who], 0.6, 1.0) * chances[:, code])
        state.log.add(
            "trial_effects",
            trial=np.ones(len(who), dtype=np.int8),
            customer=who,
            month=np.full(len(who), month),
            arm=np.full(len(who), code, dtype=np.int8),
            without=natural,
            offer=offer,
        )


def winback_chances(people, who, reason, quiet):
    """Return customers × arms: the chance that the offer brings the customer back. The remedy must fit the reason."""
    fit = np.zeros((len(LEAVING_REASONS), len(WINBACK_ARMS)))
    for name, call, discount, gift in (
        ("quality", 0.32, 0.08, 0.30),
        ("price", 0.05, 0.62, 0.14),
        ("service", 0.56, 0.06, 0.26),
        ("delivery", 0.48, 0.12, 0.18),
        ("complaint handling", 0.62, 0.03, 0.22),
        ("rival offer", 0.12, 0.52, 0.18),
        ("moved or closed", 0.0, 0.0, 0.0),
        ("needs changed", 0.04, 0.06, 0.10),
        ("other", 0.14, 0.16, 0.16),
    ):
        fit[LEAVING_REASONS.index(name), 1:] = call, discount, gift
    chance = fit[reason] * np.exp(-np.maximum(quiet - 300, 0) / 600)[:, None]
    bargaining = people.personality[who] == PERSONALITIES.index("bargaining")
    chance[:, 2] *= np.where(bargaining, 1.4, 0.9)
    return np.clip(chance * np.where(people.campaign_type[who] == ANNOYED, 0.5, 1.1)[:, None], 0, 0.7)


def schedule(state, who, months):
    """Note in which month lost customers will buy again."""
    for month in np.unique(months):
        if month < MONTHS:
            state.scheduled_returns[int(month)].append(who[months == month])


def outcomes(log, order_table):
    """Read the outcome of a trial off the orders: any order, and the margin, from the draw to the end of the half-year.

    Parameters: ``log`` customer and month of each row; ``order_table`` dict of arrays of order lines.
    Returns: bought (True, False, or -1 when the half-year is not over) and margin in fen.
    """
    bought = np.full(len(log["customer"]), -1, dtype=np.int8)
    margin = np.full(len(log["customer"]), NONE, dtype=np.int64)
    for month in np.unique(log["month"]):
        rows = log["month"] == month
        within = slice(
            np.searchsorted(order_table["day"], MONTH_START[month]),
            np.searchsorted(order_table["day"], MONTH_START[month + LENGTH]),
        )
        customer = order_table["customer"][within]
        earned = (order_table["cents"][within] - order_table["cost"][within]).astype(np.int64)
        size = int(max(customer.max(initial=0), log["customer"].max(initial=0))) + 1
        sums = np.bincount(customer, weights=earned, minlength=size)
        orders = np.bincount(customer, weights=order_table["quantity"][within] > 0, minlength=size)
        bought[rows] = orders[log["customer"][rows]] > 0
        margin[rows] = sums[log["customer"][rows]]
    return bought, margin
