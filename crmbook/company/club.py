"""The loyalty club: who joined when; points earned, redeemed, expired and given, with the tier after each movement."""

import numpy as np

from crmbook.company import settings
from crmbook.company.days import MONTH_START, YEARS
from crmbook.company.randomness import stream
from crmbook.company.rows import sorted_by
from crmbook.company.sheets import NONE, Cents, Choices, Days, Integers, Labels, Sheet

STEP = 100
STEP_CENTS = round(STEP * settings.POINT_VALUE * 100)
WELCOME = [0, 100, 300]
EARNED, REDEEMED, EXPIRED, GIFT = range(4)
_PARTS = ("customer", "day", "kind", "points", "number", "tier", "spend")


def join(generator, state, placed):
    """Let those who like clubs join at one of the month's orders, before its points are counted."""
    who, first = np.unique(placed["customer"], return_index=True)
    joins = state.people.club[who] & (state.joined[who] <= NONE)
    joins &= generator.random_sample(len(who)) < settings.JOINING_SHARE
    state.joined[who[joins]] = placed["day"][first[joins]]


def member_sheet(books):
    """Return the club_members table."""
    joined = books.state.joined
    who = np.flatnonzero(joined > NONE)
    who = who[np.argsort(joined[who], kind="stable")]
    return Sheet({"customer_id": books.customer(who), "joined_on": Days(joined[who])})


def ledger_sheet(books):
    """Return the loyalty_ledger table."""
    rows = books.points
    size = len(rows["day"])
    return Sheet(
        {
            "entry_id": Labels("L", np.arange(1, size + 1), max(6, len(str(size)))),
            "customer_id": books.customer(rows["customer"]),
            "entered_on": Days(rows["day"]),
            "kind": Choices(rows["kind"], ["earned", "redeemed", "expired", "gift"]),
            "points": Integers(rows["points"]),
            "order_id": books.order(rows["number"]),
            "tier": Choices(rows["tier"], settings.TIERS),
            "year_spend": Cents(rows["spend"]),
        }
    )


def movements(state, lines, year_ends, seed):
    """Return the points' movements in order of time: a point a yuan from the day of joining on, a tier's gift on
    1 January; points expire at the end of the year after the one in which they were earned, gifts at the end of theirs.

    Points of returned goods are left to the customer; orders of which something came back are not paid with points.
    """
    generator, size = stream(seed, "club"), state.people.size
    orders = _club_orders(state, lines)
    tiers = np.zeros((size, len(YEARS)), dtype=np.int8)
    tiers[year_ends["customer"], year_ends["year"] - YEARS[0] + 1] = year_ends["tier"]
    orders["tier"] = tiers[orders["customer"], orders["year"]]
    keen = generator.random_sample(size) < settings.KEEN_SHARE
    earned = orders | {"points": orders["cents"] // 100, "kind": np.full(len(orders["day"]), EARNED)}
    gifts = _gifts(year_ends)
    parts, fresh = [earned, gifts], np.zeros(size, dtype=np.int64)
    for year in range(len(YEARS)):
        old, fresh = fresh, np.zeros(size, dtype=np.int64)
        given = gifts["day"] == MONTH_START[year * 12]
        old[gifts["customer"][given]] += gifts["points"][given]
        parts += _redemptions(generator, orders, np.flatnonzero(orders["year"] == year), keen, old, fresh)
        parts.append(_expiry(orders, year, old, tiers[:, year]))
    rows = {name: np.concatenate([np.asarray(part[name], dtype=np.int64) for part in parts]) for name in _PARTS}
    return sorted_by(rows, "day", "customer", "number", "kind")


def discount_lines(points, lines):
    """Return one line an order that was partly paid with points: no goods, a negative amount, that much discount."""
    used = points["kind"] == REDEEMED
    number, cents = points["number"][used], -points["points"][used] // STEP * STEP_CENTS
    by_number = np.argsort(lines["number"], kind="stable")
    last = by_number[np.searchsorted(lines["number"][by_number], number, side="right") - 1]
    made = {name: values[last] for name, values in lines.items()}
    made["line"] = made["line"] + 1
    made |= {
        "product": np.full(len(last), -1),
        "quantity": np.zeros(len(last), dtype=int),
        "code": np.full(len(last), -1),
    }
    made |= {"cents": -cents, "discount": cents, "cost": np.zeros(len(last), dtype=int)}
    return {name: made[name].astype(lines[name].dtype) for name in lines}


def _club_orders(state, lines):
    """One entry an order of a member, in order of time for each, with the year's purchases as a member up to it."""
    joined = state.joined[lines["customer"]]
    kept = (joined > NONE) & (lines["day"] >= joined) & (lines["quantity"] > 0)
    number = lines["number"][kept]
    unique, position, place = np.unique(number, return_index=True, return_inverse=True)
    cents = np.bincount(place, weights=lines["cents"][kept], minlength=len(unique)).astype(np.int64)
    customer, day = lines["customer"][kept][position].astype(np.int64), lines["day"][kept][position]
    whole = ~np.isin(unique, lines["number"][lines["quantity"] < 0])
    year = np.searchsorted(MONTH_START[12::12], day, side="right")
    order = np.lexsort((unique, day, year, customer))
    customer, day, year, cents, unique, whole = (a[order] for a in (customer, day, year, cents, unique, whole))
    rank, spend = _within(customer * 8 + year, cents)
    kept = {"customer": customer, "day": day, "number": unique, "cents": cents, "spend": spend}
    return kept | {"year": year, "rank": rank, "whole": whole}


def _within(group, cents):
    """Return each entry's place in its group and the group's sum up to it; entries of a group stand together."""
    heads = np.flatnonzero(np.r_[True, group[1:] != group[:-1]][: len(group)])
    sizes = np.diff(np.r_[heads, len(group)])
    running = np.cumsum(cents)
    rank = np.arange(len(group)) - np.repeat(heads, sizes)
    return rank, running - np.repeat((running - cents)[heads], sizes)


def _redemptions(generator, orders, rows, keen, old, fresh):
    """Let keen members pay up to half an order with points in whole steps, the oldest points first.

    ``old`` and ``fresh`` (points of last year and of this one) are changed in place. Returns: a list of parts.
    """
    parts = []
    for rank in range(int(orders["rank"][rows].max(initial=-1)) + 1):
        now = rows[orders["rank"][rows] == rank]
        who = orders["customer"][now]
        steps = np.minimum((old[who] + fresh[who]) // STEP, orders["cents"][now] // 2 // STEP_CENTS)
        uses = keen[who] & orders["whole"][now] & (steps >= settings.FEWEST_STEPS)
        uses &= generator.random_sample(len(now)) < settings.REDEEMING_SHARE
        points = np.where(uses, steps * STEP, 0)
        from_old = np.minimum(points, old[who])
        old[who] -= from_old
        fresh[who] += orders["cents"][now] // 100 - (points - from_old)
        part = {name: orders[name][now[uses]] for name in ("customer", "day", "number", "tier", "spend")}
        parts.append(part | {"kind": np.full(uses.sum(), REDEEMED), "points": -points[uses]})
    return parts


def _expiry(orders, year, old, tier):
    """What is left of last year's points goes on 31 December."""
    gone, end = np.flatnonzero(old), MONTH_START[year * 12 + 12] - 1
    spend = np.zeros(len(old), dtype=np.int64)
    now = orders["year"] == year
    np.maximum.at(spend, orders["customer"][now], orders["spend"][now])
    part = {"customer": gone, "day": np.full(len(gone), end), "kind": np.full(len(gone), EXPIRED)}
    return part | {"points": -old[gone], "number": np.full(len(gone), NONE), "tier": tier[gone], "spend": spend[gone]}


def _gifts(year_ends):
    reached = year_ends["tier"] > 0
    day = MONTH_START[(year_ends["year"][reached] - YEARS[0] + 1) * 12]
    part = {"customer": year_ends["customer"][reached], "day": day, "kind": np.full(len(day), GIFT)}
    part |= {"points": np.array(WELCOME)[year_ends["tier"][reached]], "number": np.full(len(day), NONE)}
    return part | {"tier": year_ends["tier"][reached], "spend": np.zeros(len(day), dtype=np.int64)}
