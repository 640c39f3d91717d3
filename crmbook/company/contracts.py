"""Subscriptions of persons and yearly contracts of accounts: beginnings, renewals, ends."""

import numpy as np

from crmbook.company.days import LAST_DAY, MONTH_START, month_of
from crmbook.company.orders import box_orders
from crmbook.company.products import FIRST_BOX, PRICE
from crmbook.company.randomness import pick
from crmbook.company.sheets import NONE

PLANS = ["Daily Box", "Explorer Box", "Connoisseur Box", "Yearly supply contract"]
CONTRACT = 3
THETA = [(0.60, 2.4), (0.55, 1.4), (0.70, 3.6)]
"""Beta distributions of the monthly chance to cancel: subscribers differ, so the survivors look ever more loyal."""
START_RATE = 0.0128


def month_subscriptions(generator, state, month, satisfaction):
    """Begin new subscriptions, deliver the month's boxes, let some subscribers cancel; who has left gets no more."""
    people = state.people
    gone = np.flatnonzero((state.plan >= 0) & ~people.enterprise & ~state.alive)
    end_subscriptions(generator, state, month - 1, gone)
    wants = state.alive & state.started & ~people.enterprise & (state.plan < 0) & (state.orders >= 1)
    wants &= people.relationship | (people.personality == 0)
    wants &= generator.random(people.size) < START_RATE * np.exp(0.9 * satisfaction)
    wants &= state.first_order < MONTH_START[month]
    who = np.flatnonzero(wants)
    plan = np.clip(people.taste[who] + generator.randint(-1, 2, len(who)), 0, 2)
    theta = np.zeros(len(who))
    for code, (a, b) in enumerate(THETA):
        theta[plan == code] = generator.beta(a, b, int((plan == code).sum()))
    start = MONTH_START[month] + generator.randint(0, 28, len(who))
    state.plan[who], state.plan_theta[who], state.plan_start[who] = plan, theta, start
    subscribers = np.flatnonzero((state.plan >= 0) & ~people.enterprise)
    box_orders(generator, state, month, subscribers)
    chance = state.plan_theta[subscribers] * np.exp(-0.25 * satisfaction[subscribers])
    stops = generator.random(len(subscribers)) < chance
    end_subscriptions(generator, state, month, subscribers[stops])


def end_subscriptions(generator, state, month, who):
    """Close subscriptions on the day before the next box."""
    begun = month_of(state.plan_start[who])
    within = np.minimum(state.plan_start[who] - MONTH_START[begun], 27)
    end = MONTH_START[month + 1] + within - 1
    reason = np.where(state.left_reason[who] >= 0, state.left_reason[who], pick(generator, _BOX_REASONS, len(who)))
    reason = np.where(generator.random(len(who)) < 0.25, -1, reason)
    _log(state, who, state.plan[who].astype(int), state.plan_start[who], end, reason)
    state.plan[who] = -1


_BOX_REASONS = [0.14, 0.24, 0.06, 0.10, 0.02, 0.10, 0.06, 0.22, 0.06]


def _log(state, who, plan, start, end, reason):
    price = np.where(
        plan == CONTRACT, np.round(state.people.volume[who] / 50) * 50, PRICE[FIRST_BOX + np.minimum(plan, 2)]
    )
    # An end that falls after the last day is not known yet.
    end = np.where(end > LAST_DAY, NONE, end)
    reason = np.where(end <= NONE, -1, reason)
    state.log.add("subscriptions", customer=who, plan=plan, start=start, end=end, reason=reason, price=price)


def open_contracts(state, month):
    """Begin the yearly contracts of the accounts registered last month: contracts run from the first of a month."""
    people = state.people
    begins = np.where(people.present, 0, month_of(people.registered) + 1)
    who = np.flatnonzero(people.enterprise & (begins == month))
    state.plan[who] = CONTRACT
    state.plan_start[who] = np.maximum(MONTH_START[month], people.registered[who])
    state.alive[who] = True
    state.started[who] = True


def renewing(state, month):
    """Return whose yearly contract ends with this month."""
    people = state.people
    age = month - month_of(np.maximum(state.plan_start, 0))
    return people.enterprise & state.alive & (state.plan == CONTRACT) & (age > 0) & (age % 12 == 11)


def close_contracts(generator, state, month):
    """Log the contracts of accounts that left this month: at the renewal date, or cancelled at the month's end."""
    people = state.people
    who = np.flatnonzero(people.enterprise & ~state.alive & (state.plan == CONTRACT))
    end = state.left[who]
    reason = np.where(generator.random(len(who)) < 0.15, -1, state.left_reason[who])
    _log(state, who, np.full(len(who), CONTRACT), state.plan_start[who], end, reason)
    state.plan[who] = -1


def close_books(state):
    """Log what still runs at the end of the story."""
    who = np.flatnonzero(state.plan >= 0)
    nothing = np.full(len(who), NONE)
    _log(state, who, state.plan[who].astype(int), state.plan_start[who], nothing, np.full(len(who), -1))
