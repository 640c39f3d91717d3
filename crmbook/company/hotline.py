"""Calls to the hotline in the last two months of 2024: one queue, first come, first served, callers who hang up."""

from heapq import heapify, heappop, heappush

import numpy as np

from crmbook.company import settings
from crmbook.company.days import LAST_DAY, day, weekday
from crmbook.company.randomness import pick, stream
from crmbook.company.service import LATE
from crmbook.company.sheets import NONE, Choices, Flags, Integers, Labels, Moments, Numbers, Sheet

FIRST_DAY = day("2024-11-04")
"""The telephone system keeps eight weeks of calls."""
SLOTS = 22  # half-hours from 8:30 to 19:30
OPENS = 8 * 60 + 30
HALF_HOUR = 1800  # seconds
# Calls by half-hour: a sharp peak in the late morning, a second one after lunch, a last one after work.
PROFILE = np.array([2, 4, 6.5, 9, 10, 9, 6.5, 4, 3, 4, 6, 7, 6.5, 5.5, 5, 4.5, 4, 4, 4.5, 4.5, 3, 1.5])
BY_WEEKDAY = np.array([1.2, 1.05, 1.0, 0.95, 1.0, 0.65, 0.0])
TOPICS = list(settings.HANDLING_SECONDS)
_DELIVERY, _COMPLAINT = TOPICS.index("delivery"), TOPICS.index("complaint")
_MEAN_SECONDS = np.array(list(settings.HANDLING_SECONDS.values()))


def hotline_sheets(books):
    """Return the tables call_log and roster and what lies behind them, by name."""
    generator = stream(books.seed, "hotline")
    days = np.arange(FIRST_DAY, LAST_DAY + 1)
    expected = _expected_calls(books, days)
    agents = agents_on_duty(days, expected)
    busy = _unrest(generator, expected.shape)
    counts = generator.poisson(expected * busy)
    slot = np.repeat(np.arange(counts.size), counts.ravel())
    size = len(slot)
    called = np.sort((slot + generator.random(size)) * HALF_HOUR)  # seconds of opening time since the first day's start
    topic = pick(generator, settings.TOPIC_SHARES, size)
    customer = _known_callers(generator, books, days, slot // SLOTS, topic)
    handled = np.exp(np.log(_MEAN_SECONDS[topic]) - 0.18 + generator.normal(0, 0.6, size))
    patience = generator.exponential(settings.PATIENCE, size)
    waited = queue(called, handled, patience, agents.ravel())
    abandoned = waited > patience
    start = days[:, None] * 1440 + OPENS + np.arange(SLOTS) * 30
    calls = Sheet(
        {
            "call_id": Labels("H", np.arange(1, size + 1), max(6, len(str(size)))),
            "customer_id": books.customer(customer),
            "called_at": Moments(start.ravel()[slot] + np.floor(called - slot * HALF_HOUR) / 60),
            "topic": Choices(topic, TOPICS),
            "waited": Numbers(np.where(abandoned, patience, waited), 0),
            "abandoned": Flags(abandoned.astype(int)),
            "handled": Numbers(np.where(abandoned, np.nan, handled), 0),
        }
    )
    planned = agents.ravel() > 0
    moments = Moments(start.ravel()[planned])
    roster = Sheet({"starts_at": moments, "agents": Integers(agents.ravel()[planned])})
    rate = Sheet({"starts_at": moments, "expected_calls": Numbers((expected * busy).ravel()[planned], 3)})
    return {"call_log": calls, "roster": roster, "truth/call_rate": rate}


def _expected_calls(books, days):
    """Days × half-hours: six tenths steady, four tenths in step with the orders and incidents of the days before.

    Most callers are in no table: people who buy in shops without a number, who were given tea or sell it on.
    """
    end = LAST_DAY + 1
    orders = np.bincount(books.lines["day"][books.lines["line"] == 1], minlength=end)
    troubles = orders + 3.0 * np.bincount(np.maximum(books.incidents["day"], 0), minlength=end)
    recent = np.array([troubles[d - 3 : d].mean() for d in days])
    volume = BY_WEEKDAY[weekday(days)] * (0.60 + 0.40 * recent / max(recent.mean(), 1e-9))
    return volume[:, None] * PROFILE / PROFILE.sum() * books.people.size * settings.CALLS_PER_CUSTOMER_DAY


def _unrest(generator, shape):
    """Factors of mean 1 on the expected calls, a day and a half-hour: what makes counts vary more than Poisson's."""
    a_day, a_slot = 1 / settings.CALL_UNREST_DAY**2, 1 / settings.CALL_UNREST_SLOT**2
    return generator.gamma(a_day, 1 / a_day, (shape[0], 1)) * generator.gamma(a_slot, 1 / a_slot, shape)


def agents_on_duty(days, expected):
    """Agents each half-hour as the company plans them: for the average weekday or Saturday, not for its peaks."""
    load = expected * (np.array(settings.TOPIC_SHARES) @ _MEAN_SECONDS) / HALF_HOUR
    agents = np.zeros(load.shape, dtype=np.int64)
    for kind in (weekday(days) < 5, weekday(days) == 5):
        mean = load[kind].mean(axis=0)
        agents[kind] = np.maximum(2, np.ceil(mean + settings.STAFFING_MARGIN * np.sqrt(mean)))
    return agents


def queue(called, handled, patience, agents):
    """Serve callers in the order in which they called; who waits longer than his patience hangs up.

    An agent whose duty is over leaves after the call in hand; the last half-hour's stay until the queue is empty.
    Parameters: seconds of the calls (rising), of handling and of patience; ``agents`` on duty in each half-hour,
    the days' half-hours one after the other. Returns: the seconds that each caller would have to wait.
    """
    bounds = np.searchsorted(called, np.arange(0, len(agents) + 1, SLOTS) * HALF_HOUR)
    called, handled, patience = called.tolist(), handled.tolist(), patience.tolist()
    waits = [0.0] * len(called)
    for number in range(len(agents) // SLOTS):
        free = _duties(agents[number * SLOTS : (number + 1) * SLOTS], number * SLOTS * HALF_HOUR)
        for i in range(bounds[number], bounds[number + 1]):
            while free[0][0] >= free[0][1]:
                heappop(free)
            at, until = free[0]
            waits[i] = max(at - called[i], 0.0)
            if waits[i] <= patience[i]:
                heappop(free)
                heappush(free, (called[i] + waits[i] + handled[i], until))
    return np.array(waits)


def _duties(agents, start):
    """Return a heap with one entry an agent: from when on free, and when the duty ends. First come, first to go."""
    duties, first, before = [], 0, 0
    for slot, now in enumerate(agents.tolist()):
        moment = float(start + slot * HALF_HOUR)
        duties += [[moment, np.inf] for _ in range(now - before)]
        for _ in range(before - now):
            duties[first][1] = moment
            first += 1
        before = now
    free = [tuple(duty) for duty in duties]
    heapify(free)
    return free


def _known_callers(generator, books, days, day_of_call, topic):
    """Tell some callers by their number: customers in the days after an order or an incident. Changes ``topic``."""
    lines, incidents = books.lines, books.incidents
    first = lines["line"] == 1
    who = np.concatenate([lines["customer"][first], incidents["customer"]])
    since = np.concatenate([lines["day"][first], incidents["day"]])
    trouble = np.concatenate([np.full(first.sum(), -1), incidents["cause"]])
    calls = generator.random(len(who)) < np.where(trouble >= 0, settings.CALLS_PER_INCIDENT, settings.CALLS_PER_ORDER)
    on = since + generator.randint(0, 6, len(who)) - FIRST_DAY
    left = books.state.left[who]
    calls &= (on >= 0) & (on < len(days)) & ((left <= NONE) | (left > on + FIRST_DAY))
    usual = pick(generator, [0.3, 0.45, 0.25], len(who))
    about = np.where(trouble < 0, usual, np.where(trouble == LATE, _DELIVERY, _COMPLAINT))
    chosen = np.flatnonzero(calls)
    chosen = chosen[np.argsort(on[chosen], kind="stable")]
    # The day's calls in random order: the first of them are the known callers'.
    shuffled = np.lexsort((generator.random(len(day_of_call)), day_of_call))
    rank = np.arange(len(chosen)) - np.searchsorted(on[chosen], on[chosen])
    place = np.searchsorted(day_of_call, on[chosen]) + rank
    fits = place < np.searchsorted(day_of_call, on[chosen], side="right")
    customer = np.full(len(day_of_call), NONE)
    customer[shuffled[place[fits]]] = who[chosen[fits]]
    topic[shuffled[place[fits]]] = about[chosen[fits]]
    return customer
