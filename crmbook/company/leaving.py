"""When and why customers leave, and when some come back by themselves."""

import numpy as np

from crmbook.company import settings
from crmbook.company.contracts import renewing
from crmbook.company.days import MONTH_START, MONTHS, month_of
from crmbook.company.randomness import logistic, pick_each
from crmbook.company.service import BILLING, DAMAGED, LATE, SITE, STAFF, TASTE, WRONG
from crmbook.company.sheets import NONE
from crmlib.dictionary import choices

LEAVING_REASONS = choices("exit_interviews", "reason")
_REASON_OF_CAUSE = np.zeros(7, dtype=int)
_REASON_OF_CAUSE[[LATE, DAMAGED, WRONG, TASTE, STAFF, BILLING, SITE]] = [3, 3, 2, 0, 2, 2, 2]


def rival_pressure():
    """Return months × regions: a rival opens shops in the South in June 2023, and undercuts in the East in 2022."""
    pressure = np.zeros((MONTHS, 4))
    pressure[29:, 2] = 1.0
    pressure[14:24, 0] = 0.5
    pressure[[10, 22, 34, 46]] += 0.3
    return pressure


RIVALS = rival_pressure()


def month_departures(generator, state, month, satisfaction):
    """Let customers leave at the end of a month, note why, and let a few old ones return."""
    people = state.people
    age = np.maximum(month - month_of(people.registered), 0)
    base = np.where(people.relationship, settings.LEAVING_RATE["relationship"], settings.LEAVING_RATE["transaction"])
    habit = np.clip(1 - 0.4 * people.switching_cost, 0.35, 1.7)
    rivals = settings.LEAVING_BY_RIVALS * RIVALS[month, people.region]
    logarithm = settings.LEAVING_BY_SATISFACTION * habit * satisfaction - 0.30 * people.switching_cost
    logarithm = logarithm + rivals + 1.45 * state.grudge + state.irritation
    logarithm = logarithm - 0.8 * np.where(state.trial_until > month, state.trial_rate, 0)
    delight = logistic((satisfaction - settings.DELIGHTED_FROM) / settings.DELIGHT_WIDTH)
    logarithm = logarithm + settings.LEAVING_BY_DELIGHT * delight
    early = 1 + (settings.EARLY_LEAVING - 1) * 0.5 ** (age / 6)
    hazard = base * people.leaving_factor * np.exp(logarithm) * early
    accounts = state.farewells.hazard(month, account_hazard(state, month, satisfaction))
    hazard = np.where(people.enterprise, accounts, np.minimum(hazard, 0.6))
    hazard = np.where(people.tries_once & (state.orders > 0), 1.0, hazard)
    hazard[state.scripted] = 0.0
    leaves = state.alive & state.started & (generator.random(people.size) < hazard)
    leave(generator, state, month, np.flatnonzero(leaves), satisfaction)
    ahead = month + settings.FAREWELL_AHEAD
    state.farewells.decide(state, month, account_hazard(state, ahead, satisfaction))
    returns = ~state.alive & state.started & ~people.enterprise & (state.left < MONTH_START[month])
    returns &= generator.random(people.size) < settings.SPONTANEOUS_RETURN * willingness_factor(state.willing)
    who = np.flatnonzero(returns)
    if len(who) and month + 1 < MONTHS:
        state.scheduled_returns[month + 1].append(who)


def account_hazard(state, month, satisfaction):
    """Return the chance that an account under contract leaves in a month: refused renewal, or cancellation before."""
    rivals = settings.LEAVING_BY_RIVALS * RIVALS[min(month, MONTHS - 1), state.people.region]
    refusal = logistic(settings.RENEWAL_REFUSAL - 0.9 * satisfaction + 0.8 * rivals + 0.7 * state.grudge)
    return np.where(renewing(state, month), refusal, 0.0015 * np.exp(-0.6 * satisfaction + state.grudge))


def willingness_factor(willing):
    """Return the factor on the chance of a return, with mean 1 over all customers."""
    by = settings.RETURN_BY_WILLINGNESS
    return np.exp(by * willing - by**2 / 2)


def leave(generator, state, month, who, satisfaction):
    """Mark customers as gone on the month's last day, for a reason drawn from their situation."""
    reason = draw_reasons(generator, state, month, who, satisfaction)
    state.alive[who] = False
    state.left[who] = MONTH_START[month + 1] - 1
    state.left_reason[who] = reason
    state.log.add("departures", customer=who, day=state.left[who].copy(), reason=reason, satisfaction=satisfaction[who])


def draw_reasons(generator, state, month, who, satisfaction):
    """Draw why customers leave, or have bought nothing for long, from their situation. Returns: codes of reasons."""
    people = state.people
    recent = np.exp(-(MONTH_START[month] - np.maximum(state.last_incident[who], -2000)) / 120.0)
    weights = np.zeros((len(who), len(LEAVING_REASONS)))
    weights[:, 1] = 0.5 * np.exp(0.7 * people.price_sensitivity[who])
    weights[:, 5] = 0.25 + 0.9 * RIVALS[month, people.region[who]]
    weights[:, 6], weights[:, 7], weights[:, 8] = 0.22, 0.40 * np.exp(0.3 * satisfaction[who]), 0.12
    weights[:, 0] = 0.10 * np.exp(-0.8 * satisfaction[who])
    weights[:, 2] = 0.12 * np.exp(-0.6 * satisfaction[who])
    cause = state.incident_cause[who]
    blamed = _REASON_OF_CAUSE[np.maximum(cause, 0)]
    weights[np.arange(len(who)), blamed] += np.where(cause >= 0, 2.2 * recent, 0)
    complained = np.exp(-(MONTH_START[month] - np.maximum(state.last_complaint[who], -2000)) / 150.0)
    # Most told it at the counter or to the courier, not to the complaints desk, and nothing came of it.
    weights[:, 4] = 8.0 * complained + 1.8 * recent * (state.grudge[who] > 0.1)
    return pick_each(generator, weights)


def come_back(state, month):
    """Return the customers who are to buy again this month, now alive."""
    parts = state.scheduled_returns.pop(month, [])
    if not parts:
        return np.zeros(0, dtype=np.int64)
    who = np.unique(np.concatenate(parts))
    revive(state, who)
    return who


def revive(state, who):
    """Make customers who buy again customers again: nothing is left of their departure but its row in the truth."""
    state.alive[who] = True
    state.left[who] = NONE
    state.left_reason[who] = -1
