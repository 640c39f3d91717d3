"""The loyalty ledger: points earned, redeemed, expired and given, with the tier after each movement."""

import numpy as np

from crmbook.company import settings
from crmbook.company.days import LAST_DAY, MONTH_START, YEARS
from crmbook.company.randomness import stream
from crmbook.company.sheets import NONE, Cents, Choices, Days, Integers, Labels, Sheet

STEP = 500
WELCOME = [0, 100, 300]
EARNED, REDEEMED, EXPIRED, GIFT = range(4)


def ledger_sheet(books):
    """Return the loyalty_ledger table. A point a yuan; a tier's welcome gift on 1 January; points expire at the end
    of the year after the one in which they were earned. Points of returned goods are left to the customer."""
    year_ends = books.state.log.take("year_ends")
    orders = _club_orders(books)
    tiers, earned = _tiers(books, year_ends), None
    year = np.searchsorted(MONTH_START[12::12], orders["day"], side="right")
    tier = tiers[orders["customer"], year]
    earned = {**orders, "points": orders["cents"] // 100, "tier": tier, "kind": np.full(len(year), EARNED)}
    redeemed, expired, gifts = _movements(books, orders, year, tiers, year_ends)
    rows = _stack([gifts, earned, redeemed, expired])
    order = np.lexsort((rows["kind"], rows["number"], rows["customer"], rows["day"]))
    rows = {name: values[order] for name, values in rows.items()}
    size = len(order)
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


def _stack(parts):
    names = ("customer", "day", "kind", "points", "number", "tier", "spend")
    return {name: np.concatenate([np.asarray(part[name], dtype=np.int64) for part in parts]) for name in names}


def _club_orders(books):
    """One entry an order of a club member, with the purchases of the calendar year up to and with it."""
    lines = books.lines
    kept = books.people.club[lines["customer"]] & (lines["quantity"] > 0)
    number = lines["number"][kept]
    unique, position = np.unique(number, return_index=True)
    cents = np.zeros(len(unique), dtype=np.int64)
    np.add.at(cents, np.searchsorted(unique, number), lines["cents"][kept].astype(np.int64))
    customer, day = lines["customer"][kept][position], lines["day"][kept][position]
    year = np.searchsorted(MONTH_START[12::12], day, side="right")
    order = np.lexsort((unique, day, year, customer))
    customer, day, year, cents, unique = (a[order] for a in (customer, day, year, cents, unique))
    group = customer.astype(np.int64) * 8 + year
    running = np.cumsum(cents)
    first = np.r_[True, group[1:] != group[:-1]] if len(group) else np.zeros(0, dtype=bool)
    before = (running - cents)[first]
    spend = running - np.repeat(before, np.diff(np.r_[np.flatnonzero(first), len(group)]))
    return {"customer": customer, "day": day, "number": unique, "cents": cents, "spend": spend}


def _tiers(books, year_ends):
    """Customers × years: the tier in force, from the purchases of the year before."""
    tiers = np.zeros((books.people.size, len(YEARS)), dtype=np.int8)
    tiers[year_ends["customer"], year_ends["year"] - YEARS[0] + 1] = year_ends["tier"]
    return tiers


def _movements(books, orders, year, tiers, year_ends):
    """Redemptions on orders, expiry on 31 December, welcome gifts on 1 January."""
    generator = stream(books.seed, "club")
    size = books.people.size
    points = np.zeros((size, len(YEARS)), dtype=np.int64)
    np.add.at(points, (orders["customer"], year), orders["cents"] // 100)
    keen = generator.random(size) < 0.55
    redeemed, expired, old = [], [], np.zeros(size, dtype=np.int64)
    gifts = _gifts(year_ends)
    for index in range(len(YEARS)):
        before = np.zeros(size, dtype=np.int64)
        now = gifts["day"] == MONTH_START[index * 12]
        np.add.at(before, gifts["customer"][now], gifts["points"][now])
        part, used = _redemptions(generator, orders, year == index, old + before, keen, tiers[:, index])
        redeemed.append(part)
        left_old = np.maximum(old + before - used, 0)
        fresh = points[:, index] - np.maximum(used - old - before, 0)
        gone = np.flatnonzero(left_old)
        expired.append(_expiry(books, gone, left_old, index, tiers, orders, year))
        old = np.maximum(fresh, 0)
    join = {name: np.concatenate([part[name] for part in redeemed]) for name in redeemed[0]}
    lapse = {name: np.concatenate([part[name] for part in expired]) for name in expired[0]}
    return join, lapse, gifts


def _redemptions(generator, orders, within, balance, keen, tier):
    """Keen members use points from earlier years in steps of 500 on the year's first order after they suffice."""
    rows = np.flatnonzero(within)
    _, first = np.unique(orders["customer"][rows], return_index=True)
    rows = rows[first]
    who = orders["customer"][rows]
    uses = keen[who] & (balance[who] >= STEP) & (generator.random(len(rows)) < 0.8)
    rows, who = rows[uses], who[uses]
    amount = balance[who] // STEP * STEP
    used = np.zeros(len(balance), dtype=np.int64)
    used[who] = amount
    part = {"customer": who, "day": orders["day"][rows], "kind": np.full(len(rows), REDEEMED), "points": -amount}
    return part | {"number": orders["number"][rows], "tier": tier[who], "spend": orders["spend"][rows]}, used


def _expiry(books, gone, amount, index, tiers, orders, year):
    end = int(min(MONTH_START[index * 12 + 12] - 1, LAST_DAY))
    spend = np.zeros(books.people.size, dtype=np.int64)
    now = year == index
    np.maximum.at(spend, orders["customer"][now], orders["spend"][now])
    part = {"customer": gone, "day": np.full(len(gone), end), "kind": np.full(len(gone), EXPIRED)}
    part |= {"points": -amount[gone], "number": np.full(len(gone), NONE)}
    return part | {"tier": tiers[gone, index], "spend": spend[gone]}


def _gifts(year_ends):
    reached = year_ends["tier"] > 0
    day = MONTH_START[(year_ends["year"][reached] - YEARS[0] + 1) * 12]
    part = {"customer": year_ends["customer"][reached], "day": day, "kind": np.full(len(day), GIFT)}
    part |= {"points": np.array(WELCOME)[year_ends["tier"][reached]], "number": np.full(len(day), NONE)}
    return part | {"tier": year_ends["tier"][reached], "spend": np.zeros(len(day), dtype=np.int64)}
