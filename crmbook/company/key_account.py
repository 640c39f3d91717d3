"""One account's story, written by hand: it complains to its manager, hears an apology, nothing changes, it leaves."""

import numpy as np

from crmbook.company import leaving
from crmbook.company.days import MONTH_START, day
from crmbook.company.leaving import LEAVING_REASONS
from crmbook.company.names import INDUSTRIES
from crmbook.company.service import LATE
from crmbook.company.sheets import NONE

LATE_MONTHS = (37, 38, 39)
COMPLAINT_DAY = day("2024-04-16")
LAST_MONTH = 40
DUE, REMINDERS = day("2024-04-30"), ("2024-05-13", "2024-05-24")
"""The invoice of March, the first that it pays late, and the reminders about it."""
ORDERS = {33: 3, 34: 3, 35: 3, 36: 3, 37: 3, 38: 3, 39: 2, 40: 1}
SHARE_OF_ORDERS = {38: 0.85, 39: 0.55, 40: 0.4}


def choose(people):
    """Return who the story is about: a large hotel that was there before 2023, as a boolean array."""
    candidates = np.flatnonzero(people.enterprise & (people.registered < day("2022-12-01")))
    hotels = candidates[people.industry[candidates] == INDUSTRIES.index("hotel")]
    candidates = hotels if len(hotels) else candidates
    if len(candidates) == 0:
        candidates = np.flatnonzero(people.enterprise)[:1]
    ranked = candidates[np.argsort(-people.volume[candidates], kind="stable")]
    scripted = np.zeros(people.size, dtype=bool)
    scripted[ranked[min(1, len(ranked) - 1)]] = True
    return scripted


def order_count(state, month, count):
    """Fix the account's orders around its departure: fewer and smaller from the second late delivery on."""
    if month in ORDERS:
        count = np.where(state.scripted & state.alive, ORDERS[month], count)
        share = SHARE_OF_ORDERS.get(month, 1.0)
        steady = state.people.volume * share / ORDERS[month]
        state.account_order = np.where(state.scripted, steady, state.account_order)
    return count


def incidents(state, month, orders):
    """Late deliveries in February, March and April 2024; one complaint to the account manager, answered with words."""
    if month not in LATE_MONTHS:
        return
    own = np.flatnonzero(state.scripted[orders["customer"]])
    if len(own) == 0:
        return
    who, number = orders["customer"][own[:1]], orders["number"][own[:1]]
    complains = month == LATE_MONTHS[-1]
    complaint = np.array([NONE])
    when = np.array([COMPLAINT_DAY - 2]) if complains else orders["day"][own[:1]] + 6
    if complains:
        state.complaints_so_far += 1
        complaint = np.array([state.complaints_so_far])
        _complaint(state, complaint, who, number)
    state.log.add(
        "incidents",
        customer=who,
        day=when,
        cause=np.array([LATE]),
        severity=np.array([3]),
        number=number,
        complaint=complaint,
    )
    state.last_incident[who] = when
    state.incident_cause[who] = LATE


def _complaint(state, complaint, who, number):
    """The complaint itself: judged justified the next day, closed with an apology, never followed up."""
    at = COMPLAINT_DAY * 1440 + 14 * 60 + 20
    state.log.add(
        "complaints",
        number=complaint,
        customer=who,
        recorded=np.array([at]),
        channel=np.array([5]),
        order=number,
        cause=np.array([LATE]),
        severity=np.array([3]),
        claimed=np.array([NONE]),
        judged=np.array([at + 1440 - 180]),
        justified=np.array([1], dtype=np.int8),
        solved=np.array([at + 2 * 1440 + 55]),
        remedy=np.array([0], dtype=np.int8),
        paid=np.array([0]),
        followed=np.array([NONE]),
        rating=np.array([NONE]),
        abuse=np.array([False]),
    )
    state.last_complaint[who] = COMPLAINT_DAY


def departure(generator, state, month, satisfaction):
    """The account leaves at the end of May 2024, six weeks after its complaint."""
    if month != LAST_MONTH:
        return
    who = np.flatnonzero(state.scripted & state.alive)
    leaving.leave(generator, state, month, who, satisfaction)
    state.left_reason[who] = LEAVING_REASONS.index("complaint handling")


def signals(state):
    """Return the account and the three signals, with their days, for the truth."""
    who = int(np.flatnonzero(state.scripted)[0])
    return [
        (who, "complaint closed with an apology only, cause not removed", COMPLAINT_DAY + 2),
        (who, "orders fall to about half", int(MONTH_START[LATE_MONTHS[-1]]) + 20),
        (who, "pays late for the first time", day(REMINDERS[0])),
    ]
