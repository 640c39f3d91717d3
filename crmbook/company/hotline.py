"""Calls to the hotline in the second half of 2024: daily peaks, queues, callers who hang up."""

import numpy as np

from crmbook.company.days import LAST_DAY, MID_AUTUMNS, day, weekday
from crmbook.company.randomness import pick, stream
from crmbook.company.sheets import NONE, Choices, Flags, Labels, Moments, Numbers, Sheet

FIRST_DAY = day("2024-07-01")
"""The telephone system keeps half a year of calls."""
SLOTS = 22  # half-hours from 8:30 to 19:30
OPENS = 8 * 60 + 30
# Calls by half-hour: a sharp peak in the late morning, a second one after lunch, a last one after work.
PROFILE = np.array([2, 4, 6.5, 9, 10, 9, 6.5, 4, 3, 4, 6, 7, 6.5, 5.5, 5, 4.5, 4, 4, 4.5, 4.5, 3, 1.5])
BY_WEEKDAY = np.array([1.35, 1.1, 1.0, 0.95, 1.0, 0.55, 0.0])
CALLS_PER_CUSTOMER_DAY = 0.024
HANDLING_SECONDS = {"order": 230, "delivery": 200, "product": 260, "complaint": 420, "other": 180}
TOPICS = list(HANDLING_SECONDS)
TOPIC_SHARES = [0.26, 0.33, 0.17, 0.10, 0.14]
PATIENCE = 160.0
"""Mean seconds that a caller waits before hanging up."""


def call_sheet(books):
    """Return the call_log table. Waiting times follow the queue M/M/c of each half-hour with the agents on duty."""
    generator = stream(books.seed, "hotline")
    days = np.arange(FIRST_DAY, LAST_DAY + 1)
    volume = np.ones(len(days)) * BY_WEEKDAY[weekday(days)]
    for festival in MID_AUTUMNS:
        volume[(days >= festival - 10) & (days < festival)] *= 1.35
        volume[(days >= festival) & (days < festival + 2)] = 0
    volume[(days >= day("2024-10-01")) & (days <= day("2024-10-04"))] = 0
    volume[(days >= day("2024-11-08")) & (days <= day("2024-11-19"))] *= 1.7
    expected = volume[:, None] * PROFILE / PROFILE.sum() * books.people.size * CALLS_PER_CUSTOMER_DAY
    counts = generator.poisson(expected)
    wait_chance, wait_rate = _queue(expected)
    slot = np.repeat(np.arange(counts.size), counts.ravel())
    size = len(slot)
    second = np.sort(generator.random(size) + slot) - slot
    minute = days[slot // SLOTS].astype(np.int64) * 1440 + OPENS + (slot % SLOTS) * 30 + (second * 30).astype(np.int64)
    waits = generator.random(size) < wait_chance.ravel()[slot]
    waited = np.where(waits, generator.exponential(1.0, size) / wait_rate.ravel()[slot], generator.uniform(1, 5, size))
    patience = generator.exponential(PATIENCE, size)
    abandoned = waited > patience
    topic = pick(generator, TOPIC_SHARES, size)
    mean = np.array(list(HANDLING_SECONDS.values()))[topic]
    handled = np.exp(np.log(mean) - 0.18 + generator.normal(0, 0.6, size))
    customer = _callers(generator, books, minute)
    return Sheet(
        {
            "call_id": Labels("H", np.arange(1, size + 1), max(6, len(str(size)))),
            "customer_id": books.customer(customer),
            "called_at": Moments(minute),
            "topic": Choices(topic, TOPICS),
            "waited": Numbers(np.where(abandoned, patience, waited) + 0.5, 0),
            "abandoned": Flags(abandoned.astype(int)),
            "handled": Numbers(np.where(abandoned, np.nan, handled), 0),
        }
    )


def agents_on_duty(expected):
    """Agents each half-hour as the company plans them: for the average weekday and not for the peaks."""
    mean_seconds = sum(share * seconds for share, seconds in zip(TOPIC_SHARES, HANDLING_SECONDS.values(), strict=True))
    load = expected * mean_seconds / 1800
    planned = load[load.sum(axis=1) > 0].mean(axis=0)
    return np.maximum(2, np.ceil(planned * 1.15 + 0.35 * np.sqrt(planned))), load


def _queue(expected):
    """Erlang C for each half-hour: the chance to wait, and the rate at which waiting ends (a second)."""
    agents, load = agents_on_duty(expected)
    agents = np.broadcast_to(agents, load.shape)
    load = np.minimum(load, agents * 0.93)  # callers who hang up keep an overloaded queue finite
    blocking = np.ones_like(load)
    for n in range(1, int(agents.max()) + 1):
        step = load * blocking / (n + load * blocking)
        blocking = np.where(n <= agents, step, blocking)
    chance = blocking / (1 - load / agents * (1 - blocking))
    mean_seconds = sum(share * seconds for share, seconds in zip(TOPIC_SHARES, HANDLING_SECONDS.values(), strict=True))
    return chance, (agents - load) / mean_seconds


def _callers(generator, books, minute):
    """A fifth of the callers can be told by their number: customers who were there, in step with their orders."""
    lines = books.lines
    recent = np.unique(lines["customer"][lines["day"] >= FIRST_DAY - 60])
    recent = recent[books.people.registered[recent] < FIRST_DAY]
    known = generator.random(len(minute)) < 0.22
    if len(recent) == 0:
        return np.full(len(minute), NONE)
    return np.where(known, recent[generator.randint(0, len(recent), len(minute))], NONE)
