"""What goes wrong, who complains, how it is handled, and what that does to the customer."""

import numpy as np

from crmbook.company import settings
from crmbook.company.days import LAST_DAY, MONTH_OF_YEAR, MONTHS, month_of, weekday
from crmbook.company.population import SALES_CHANNELS
from crmbook.company.randomness import pick, pick_each
from crmbook.company.rows import chosen
from crmbook.company.sheets import NONE

CAUSES = list(settings.INCIDENT_CAUSES)
LATE, DAMAGED, WRONG, TASTE, STAFF, BILLING, SITE = range(7)
COMPLAINT_CHANNELS = ["phone", "wechat", "email", "web", "shop", "visit", "letter"]
REMEDIES = ["apology", "replacement", "refund", "voucher", "none"]
_RATE = np.array([settings.INCIDENT_RATE[name] for name in SALES_CHANNELS])


def service_trouble():
    """Return months × regions factors on incidents: peaks around the big sales, a bad winter in the North, a
    change of the warehouse system in November 2023, slow improvement after it."""
    seasonal = np.array([1.25, 1.1, 0.95, 1.0, 0.95, 1.1, 0.95, 0.95, 1.0, 0.95, 1.3, 1.1])[MONTH_OF_YEAR]
    trouble = seasonal[:, None] * np.ones((MONTHS, 4))
    trouble[22:27, 1] *= 1.8
    trouble[34:37] *= 1.5
    trouble[38:] *= 0.85
    trouble[:, 3] *= 1.15
    return trouble


_TROUBLE = service_trouble()
HANDLING_SPEED = np.ones(MONTHS)
HANDLING_SPEED[[0, 1, 10, 12, 13, 22, 24, 25]] = 1.35
HANDLING_SPEED[34:37] = 3.0
HANDLING_SPEED[38:] = 0.8
"""Factor on the days a complaint takes: slow after the big sales, out of control around the change of November 2023."""


def month_incidents(generator, state, month, orders):
    """Draw what went wrong with the month's orders, who complained, and change experience and grudge accordingly.

    Returns: the incidents without a formal complaint, one array a column.
    """
    people = state.people
    incident, cause, severity, happened = _draw_incidents(generator, people, month, orders)
    who, size = incident["customer"], len(cause)
    chance = settings.COMPLAINT_RATE_BY_SEVERITY[severity] * np.where(people.enterprise[who], 1.5, 1.0)
    complains = generator.random(size) < chance
    number = np.where(complains, state.complaints_so_far + np.cumsum(complains), NONE)
    state.complaints_so_far += int(complains.sum())
    trouble = {"customer": who, "number": incident["number"], "cause": cause, "severity": severity}
    state.log.add("incidents", **trouble, day=happened, complaint=number)
    trouble |= {"cents": incident["cents"], "happened": happened}
    np.maximum.at(state.last_incident, who, happened.astype(np.int32))
    state.incident_cause[who] = cause
    state.incident_severity[who] = severity
    shock = settings.SHOCK_BY_SEVERITY[severity]
    state.grudge += np.bincount(who, weights=0.10 * severity * ~complains, minlength=people.size).astype(np.float32)
    repaired = np.zeros(size)
    repaired[complains] = record_complaints(generator, state, number[complains], chosen(trouble, complains))
    _remember(generator, state, np.bincount(who, weights=shock * (1 - repaired), minlength=people.size))
    _abuse(generator, state, orders)
    return chosen(trouble, ~complains)


def _remember(generator, state, change):
    """Carry experience into the next month: the old fades, the month's shocks and its small joys are added."""
    noise = generator.normal(0, 0.42, state.people.size)
    fading = settings.EXPERIENCE_MEMORY * state.experience
    # Ordinary months are pleasant: the small constant balances the incidents, so that experience stays around 0.
    state.experience = np.clip(fading + change + noise + 0.035, -5, 5).astype(np.float32)


def _draw_incidents(generator, people, month, orders):
    """Return the orders after which something was wrong, with cause, severity and day."""
    who = orders["customer"]
    chance = _RATE[orders["channel"]] * _TROUBLE[month, people.region[who]]
    hit = generator.random(len(who)) < chance
    incident = chosen(orders, hit)
    size = int(hit.sum())
    cause = _causes(generator, incident["channel"], people.region[incident["customer"]], month)
    severity = 1 + pick(generator, settings.SEVERITY_SHARES, size)
    happened = incident["day"] + np.where(cause == LATE, 4, 1) + generator.randint(0, 5, size)
    happened = np.minimum(np.where(np.isin(cause, [STAFF, SITE]), incident["day"], happened), LAST_DAY)
    return incident, cause, severity, happened


def _causes(generator, channel, region, month):
    shares = np.array(list(settings.INCIDENT_CAUSES.values()))[None, :] * np.ones((len(channel), 1))
    shares[:, LATE] *= np.where(np.isin(channel, [0]), 0.05, 1.0) * np.where(region == 3, 1.4, 1.0)
    shares[:, DAMAGED] *= np.where(channel == 0, 0.3, 1.0)
    shares[:, STAFF] *= np.where(np.isin(channel, [0, 3, 4]), 2.0, 0.3)
    shares[:, SITE] *= np.where(np.isin(channel, [1, 2]), 1.6, 0.05)
    shares[:, WRONG] *= 2.2 if 34 <= month < 37 else 1.0
    return pick_each(generator, shares)


def record_complaints(generator, state, number, trouble, abuse=False):
    """Log complaints with the times of the four steps, and return how much of the shock the handling takes back.

    Grave cases go to the front of the queue and get more compensation: a comparison of quick with slow cases that
    does not look at severity is unfair to quick handling. Parameters: ``number`` of each complaint; ``trouble`` what it
    is about: customer, number of the order and its cents, day it happened, cause, severity.
    """
    customer, value, severity = (trouble[name] for name in ("customer", "cents", "severity"))
    size, enterprise = len(customer), state.people.enterprise[customer]
    channel = _complaint_channels(generator, enterprise)
    recorded, judged, solved, followed = _steps(generator, trouble["happened"], severity, channel)
    claims = generator.random(size) < 0.2 + 0.13 * severity
    claimed = np.where(claims, np.round(value * generator.uniform(0.2, 1.1, size), -2), NONE)
    justified = generator.random(size) < np.where(abuse, 0.62, 0.88)
    remedy = _remedies(generator, severity, justified, enterprise)
    paid = np.where(np.isin(remedy, [2, 3]), np.round(value * generator.uniform(0.15, 0.9, size), -2), 0)
    quick = solved - recorded <= settings.QUICK_DAYS * 1440
    fair = justified & (np.isin(remedy, [1, 2, 3]) | (severity <= 1))
    level = 4.3 + 2.2 * quick + 2.1 * fair - 0.35 * (severity - 2) + generator.normal(0, 1.2, size)
    end = (LAST_DAY + 1) * 1440
    followed = np.where((generator.random(size) < 0.72) & (followed < end), followed, NONE)
    state.log.add(
        "complaints",
        number=number,
        customer=customer,
        recorded=recorded,
        channel=channel,
        order=trouble["number"],
        cause=trouble["cause"],
        severity=severity,
        claimed=claimed.astype(np.int64),
        judged=np.where(judged < end, judged, NONE),
        justified=np.where(judged < end, justified, -1).astype(np.int8),
        solved=np.where(solved < end, solved, NONE),
        remedy=np.where(solved < end, remedy, -1).astype(np.int8),
        paid=np.where(solved < end, paid, NONE).astype(np.int64),
        followed=followed,
        rating=np.where(followed > NONE, np.clip(np.round(level), 1, 10), NONE).astype(np.int64),
        abuse=np.full(size, abuse),
    )
    np.maximum.at(state.last_complaint, customer, (recorded // 1440).astype(np.int32))
    return np.zeros(size) if abuse else _effect(state, customer, quick, fair)


def _complaint_channels(generator, enterprise):
    """Persons phone or write; accounts tell their manager; a few still send letters."""
    size = len(enterprise)
    channel = pick(generator, [0.34, 0.27, 0.12, 0.13, 0.14, 0.0, 0.0], size)
    channel = np.where(enterprise, np.where(generator.random(size) < 0.6, 5, 0), channel)
    return np.where(generator.random(size) < 0.02, 6, channel)


def _effect(state, customer, quick, fair):
    """Change grudge and experience by the handling; return how much of the shock it takes back."""
    np.add.at(state.grudge, customer, np.where(quick & fair, 0.0, np.where(quick | fair, 0.9, 2.2)).astype(np.float32))
    np.add.at(state.experience, customer, np.where(quick | fair, 0.0, settings.SLOW_SHOCK).astype(np.float32))
    return np.where(quick & fair, settings.QUICK_FAIR_REPAIR, np.where(quick | fair, 0.3, 0.0))


def _steps(generator, happened, severity, channel):
    """Return the moments (minutes) of recording, judging, solving and following up."""
    size = len(happened)
    recorded = office_minutes(generator, happened + generator.randint(0, 4, size), channel)
    month = np.minimum(month_of(np.maximum(happened, 0)), MONTHS - 1)
    urgency = np.array([1.0, 1.7, 1.25, 1.0, 0.6, 0.36])[severity] * HANDLING_SPEED[month]
    to_judge = np.exp(generator.normal(np.log(0.55), 0.7, size)) * urgency
    to_solve = np.exp(generator.normal(np.log(2.6), 0.75, size)) * urgency
    judged = into_office_hours(recorded + (to_judge * 1440).astype(np.int64))
    solved = into_office_hours(judged + (to_solve * 1440).astype(np.int64))
    followed = into_office_hours(solved + (generator.gamma(2.2, 2.0, size) * 1440).astype(np.int64))
    return recorded, judged, solved, followed


def _remedies(generator, severity, justified, enterprise):
    shares = np.array([0.30, 0.24, 0.22, 0.18, 0.06])[None, :] * np.ones((len(severity), 1))
    shares[:, 2] *= 1 + 0.35 * (severity - 2)
    shares[:, 3] *= np.where(enterprise, 0.2, 1.0)
    shares[:, 0] *= np.where(enterprise, 1.5, 1.0)
    shares = np.where(justified[:, None], shares, np.array([0.6, 0.0, 0.0, 0.1, 0.3]))
    return pick_each(generator, shares)


def office_minutes(generator, days, channel):
    """Moment of recording: web, WeChat and e-mail at any waking hour, the rest in opening hours."""
    any_hour = np.isin(channel, [1, 2, 3])
    hour = np.where(any_hour, generator.normal(16, 4.2, len(days)), generator.normal(13.5, 2.6, len(days)))
    hour = np.clip(hour, np.where(any_hour, 7.0, 9.0), np.where(any_hour, 23.3, 17.8))
    days = np.where(~any_hour & (weekday(days) == 6), days + 1, days)
    return np.minimum(days, LAST_DAY).astype(np.int64) * 1440 + (hour * 60).astype(np.int64)


def into_office_hours(minutes):
    """Move a moment into the service desk's hours, 8:30 to 18:00, Monday to Saturday."""
    days, of_day = minutes // 1440, minutes % 1440
    # Nights are folded into the working day, so that times spread over it instead of piling up at its start.
    of_day = np.where((of_day < 510) | (of_day > 1080), 510 + (of_day * 7919) % 570, of_day)
    later = days * 1440 + of_day
    later = np.where(later < minutes, later + 1440, later)
    return np.where(weekday(later // 1440) == 6, later + 1440, later)


def _abuse(generator, state, orders):
    """Abusers complain about goods that were in order, again and again, and claim more than the others."""
    who = orders["customer"]
    picked = state.people.abuser[who] & (generator.random(len(who)) < settings.ABUSER_COMPLAINS)
    size = int(picked.sum())
    number = state.complaints_so_far + 1 + np.arange(size)
    state.complaints_so_far += size
    trouble = {
        "customer": who[picked],
        "number": orders["number"][picked],
        "cents": (orders["cents"][picked] * 1.3).astype(np.int64),
        "happened": np.minimum(orders["day"][picked] + generator.randint(1, 6, size), LAST_DAY),
        "cause": pick(generator, [0.1, 0.4, 0.15, 0.3, 0.0, 0.05, 0.0], size),
        "severity": 2 + pick(generator, [0.3, 0.4, 0.2, 0.1], size),
    }
    record_complaints(generator, state, number, trouble, abuse=True)
