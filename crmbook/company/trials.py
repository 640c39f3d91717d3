"""The retention trial and the win-back trial: who was drawn, and what the offers truly change."""

import numpy as np

from crmbook.company import settings
from crmbook.company.campaigns import EMAIL, LETTER, PHONE, SMS, WECHAT
from crmbook.company.contracts import end_subscriptions
from crmbook.company.days import MONTH_START, MONTHS, month_of, overall_season
from crmbook.company.leaving import LEAVING_REASONS, draw_reasons
from crmbook.company.population import CAMPAIGN_TYPES, CONSENTS, PERSONALITIES
from crmbook.company.randomness import logistic, pick, stream
from crmbook.company.rows import chosen
from crmbook.company.sheets import NONE
from crmbook.company.surveys import WRITTEN, written_to
from crmbook.company.words import numbers

RETENTION_MONTHS = (14, 20, 26, 32, 38)
WINBACK_MONTHS = (13, 19, 25, 31, 37, 42)
LENGTH = 6
DEAL_MONTHS = (0, 5, 10)
CALL, GIFT = 1, 3
_WRITTEN = [CONSENTS.index(name) for name in WRITTEN]
WINBACK_ARMS = ["control", "call", "discount", "gift"]
PERSUADABLE, SURE, LOST, ANNOYED = range(len(CAMPAIGN_TYPES))


def run_trials(generator, state, month, rate):
    """Draw the trials that begin with this month. ``rate`` is the expected orders of each customer this month."""
    if month in RETENTION_MONTHS:
        _retention(generator, state, month, rate)
    if month in WINBACK_MONTHS:
        _winback(generator, state, month, rate)


def _retention(generator, state, month, rate):
    """Customers who chose nothing for some months (an automatic box apart), half of them offered a voucher by lot."""
    people = state.people
    quiet = MONTH_START[month] - state.last_choice
    eligible = state.started & ~people.enterprise & (state.orders >= 2) & (state.trial_until <= month)
    eligible &= state.consent[:, _WRITTEN].any(axis=1)
    who = np.flatnonzero(eligible & (quiet > 45) & (quiet <= settings.LOST_AFTER))
    who = who[generator.random(len(who)) < settings.RETENTION_SHARE]
    score = _risk_score(generator, state, who, month)
    offered = generator.random(len(who)) < 0.5
    box = state.plan[who] >= 0
    more, slower, ends = _offer_effects(state, who, month, box)
    # Neither arm gets other campaigns while the trial runs.
    state.trial_rate[who], state.trial_until[who] = np.where(offered, slower, 0.0), month + LENGTH
    buys = who[offered & (generator.random(len(who)) < more)]
    later = month + generator.randint(1, 4, len(buys))
    for when in np.unique(later):
        state.one_more[when] = buys[later == when]
    cancels = who[offered & (generator.random(len(who)) < ends)]
    end_subscriptions(generator, state, month - 1, cancels)
    _send(state, who[offered], month, np.zeros(int(offered.sum()), dtype=int))
    state.log.add("retention", customer=who, month=np.full(len(who), month), score=score, offered=offered)
    without = np.where(state.alive[who], rate[who], 0.0) * _ahead(people, who, month)
    by_itself = np.where(state.alive[who], 1.0, (1 - settings.SPONTANEOUS_RETURN) ** 5)
    nothing = state.none(who, without) * by_itself
    nothing_offered = state.none(who, without * np.exp(slower)) * by_itself * (1 - more)
    _log_effects(state, 0, who, month, 1, 1 - nothing * ~box, 1 - nothing_offered * np.where(box, ends, 1.0))


def _risk_score(generator, state, who, month):
    """The company's own score: few orders in a long time and a long silence are risk, so is a recent complaint."""
    today, cut = MONTH_START[month], settings.RISK_SCORE
    score = cut["constant"] + cut["orders"] * np.log(state.orders[who])
    score = score + cut["age"] * np.log(today - state.first_order[who] + 30.0)
    score = score + cut["quiet"] * np.log(today - state.last_order[who] + 1.0)
    score = score + cut["complaint"] * (state.last_complaint[who] > today - 200)
    return logistic(score + generator.normal(0, cut["noise"], len(who)))


def _offer_effects(state, who, month, box):
    """What the voucher does: chance of one more order, change of the log rate, chance that an idle box is cancelled."""
    people, kind = state.people, state.people.campaign_type[who]
    habit = logistic(12.0 * np.log(state.orders[who] / settings.HABIT_FROM))
    constant, sensitive = settings.OFFER_TAKEN
    more = habit * logistic(constant + sensitive * people.price_sensitivity[who])
    more = more * (state.alive[who] & (kind == PERSUADABLE) & ~box)
    slower = np.where(kind == ANNOYED, settings.OFFER_ANNOYS, 0.0)
    slower = slower + settings.OFFER_PRESSES * (1 - habit) * ((kind != PERSUADABLE) & ~box)
    # A box that comes on the day of the draw is not cancelled any more.
    within = state.plan_start[who] > MONTH_START[month_of(np.maximum(state.plan_start[who], 0))]
    return more, slower, np.where(box & within, settings.OFFER_WAKES[(kind == ANNOYED).astype(int)], 0.0)


def _log_effects(state, trial, who, month, arm, without, offer):
    """Keep what an offer would have changed for each customer."""
    size = len(who)
    state.log.add(
        "trial_effects",
        trial=np.full(size, trial, dtype=np.int8),
        customer=who,
        month=np.full(size, month),
        arm=np.full(size, arm, dtype=np.int8),
        without=without,
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
    """Customers counted as lost after nine months without an order, as many as the round can pay for, in four arms."""
    people, today = state.people, MONTH_START[month]
    quiet = today - state.last_order
    eligible = state.started & ~people.enterprise & (state.orders >= 1) & (quiet > settings.LOST_AFTER)
    eligible &= state.consent[:, _WRITTEN].any(axis=1)
    who = np.flatnonzero(eligible & (state.trial_until <= month))
    places = round(settings.WINBACK_PLACES * people.size)
    who = np.sort(who[np.argsort(generator.random(len(who)), kind="stable")[:places]])
    arm = pick(generator, [0.4, 0.2, 0.2, 0.2], len(who))
    reason = draw_reasons(generator, state, month, who, state.satisfaction())
    reason = np.where(state.left_reason[who] >= 0, state.left_reason[who], reason)
    chances = winback_chances(people, who, reason, quiet[who])
    chances = np.where(state.alive[who], 0.6, 1.0)[:, None] * chances
    natural = np.where(
        state.alive[who],
        1 - state.none(who, rate[who] * _ahead(people, who, month)),
        1 - (1 - settings.SPONTANEOUS_RETURN) ** 6,
    )
    back = generator.random(len(who)) < chances[np.arange(len(who)), arm]
    schedule(state, who[back], month + generator.randint(1, 4, int(back.sum())))
    state.trial_rate[who], state.trial_until[who] = 0.0, month + LENGTH
    _send(state, who[arm > 0], month, arm[arm > 0])
    lost = (state.last_order[who] + settings.LOST_AFTER).astype(np.int64)
    asked = _attempts(generator, state, who, reason, lost, today)
    state.log.add("winback", customer=who, month=np.full(len(who), month), arm=arm, lost=lost, **asked)
    for code in range(1, len(WINBACK_ARMS)):
        _log_effects(state, 1, who, month, code, natural, 1 - (1 - natural) * (1 - chances[:, code]))


def _attempts(generator, state, who, reason, lost, today):
    """Telephone calls before the draw to learn the reason: the contented answer more often, some name another one."""
    size = len(who)
    tried = generator.random(size) < settings.ASKED_WHY
    wait = np.minimum(today - lost, 60)
    day = np.where(tried, lost + np.floor(generator.random(size) * wait).astype(np.int64), NONE)
    answers = logistic(settings.ANSWERS_WHY + 0.6 * state.satisfaction()[who])
    reached = tried & (generator.random(size) < answers)
    told = np.where(generator.random(size) < 0.85, reason, pick(generator, np.ones(len(LEAVING_REASONS)), size))
    return {"attempted": day, "reached": np.where(tried, reached, -1), "reason": np.where(reached, told, -1)}


def winback_chances(people, who, reason, quiet):
    """Return customers × arms: the chance that the offer brings the customer back. The remedy must fit the reason."""
    fit = np.zeros((len(LEAVING_REASONS), len(WINBACK_ARMS)))
    fit[:, 1:] = numbers("winback_offers").loc[LEAVING_REASONS]
    chance = fit[reason] * np.exp(-(quiet - settings.LOST_AFTER) / 900)[:, None]
    bargaining = people.personality[who] == PERSONALITIES.index("bargaining")
    chance[:, 2] *= np.where(bargaining, 1.4, 0.9)
    return np.clip(chance * np.where(people.campaign_type[who] == ANNOYED, 0.5, 1.1)[:, None], 0, 0.8)


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
        start, stop = np.searchsorted(order_table["day"], MONTH_START[[month, month + LENGTH]])
        lines = chosen(order_table, slice(start, stop))
        customer, earned = lines["customer"], (lines["cents"] - lines["cost"]).astype(np.int64)
        size = int(max(customer.max(initial=0), log["customer"].max(initial=0))) + 1
        sums = np.bincount(customer, weights=earned, minlength=size)
        orders = np.bincount(customer, weights=lines["quantity"] > 0, minlength=size)
        bought[rows] = orders[log["customer"][rows]] > 0
        margin[rows] = sums[log["customer"][rows]]
    return bought, margin
