"""Orders of one month: how many, when, through which channel, which products at what price; and what comes back."""

import numpy as np

from crmbook.company import products, settings
from crmbook.company.campaigns import BEGIN, END
from crmbook.company.days import LAST_DAY, MONTH_START, YEAR_INDEX, gift_season, month_of
from crmbook.company.population import RUNNING, SALES_CHANNELS
from crmbook.company.randomness import pick, pick_by_row
from crmbook.company.rows import chosen
from crmbook.company.sheets import NONE

_FIRST = products.first_choice()
_FURTHER = products.further_choice()
_GIFT_SEASON = gift_season()
_TREND = np.array(list(settings.TREND_SLOPES.values()))
DISCOUNT_RATES = np.array([0.05, 0.10, 0.15, 0.20, 0.30])
PROMOTION_MONTHS = {5: 0.30, 10: 0.38, 2: 0.10, 8: 0.10}
WEB = SALES_CHANNELS.index("web")
_RETURN_RATE = np.array([settings.RETURN_RATE[name] for name in SALES_CHANNELS])


def draw_days(generator, channel, month, earliest, latest):
    """Draw the day of each order in a month, by its channel's weekdays and festivals, within ``earliest … latest``."""
    low = RUNNING[channel, MONTH_START[month]]
    high = RUNNING[channel, MONTH_START[month + 1]]
    place = low + generator.random(len(channel)) * (high - low)
    days = np.zeros(len(channel), dtype=np.int32)
    for code in range(len(SALES_CHANNELS)):
        here = channel == code
        days[here] = np.searchsorted(RUNNING[code], place[here], side="right") - 1
    days = np.clip(days, MONTH_START[month], MONTH_START[month + 1] - 1)
    again = earliest + (generator.random(len(channel)) * (np.maximum(latest - earliest, 0) + 1)).astype(np.int32)
    return np.where((days < earliest) | (days > latest), again, days).astype(np.int32)


def draw_channels(generator, people, who):
    """Draw the sales channel of each order: mostly the customer's usual one."""
    usual = people.buys_through[who]
    other = np.where(people.enterprise[who], WEB, pick(generator, [0.3, 0.33, 0.29, 0.08], len(who)))
    return np.where(generator.random(len(who)) < np.where(people.enterprise[who], 0.88, 0.78), usual, other)


def month_orders(generator, state, month, who, earliest, latest, code, code_rate, on_registration):
    """Turn a list of orders (one entry an order) into priced lines and log them.

    Parameters: ``who`` customer of each order; ``earliest`` and ``latest`` day it can fall on; ``code`` campaign
    whose code is used if the day lies within the campaign, or -1; ``code_rate`` its discount; ``on_registration``
    True for orders on the day of registration.
    Returns: dict with customer, day, channel, number of each order.
    """
    people = state.people
    channel = draw_channels(generator, people, who)
    day = draw_days(generator, channel, month, np.maximum(earliest, people.registered[who]), latest)
    day = np.where(on_registration, people.registered[who], day)
    code = np.where((day >= BEGIN[code]) & (day <= END[code]), code, -1)
    code_rate = np.where(code >= 0, code_rate, 0.0)
    order = np.lexsort((who, day))
    who, day, channel, code, code_rate = (a[order] for a in (who, day, channel, code, code_rate))
    number = _next_numbers(state, len(who))
    lines = _line_counts(generator, people, who, day)
    head = np.repeat(np.arange(len(who)), lines)
    line = np.arange(len(head)) - np.repeat(np.cumsum(lines) - lines, lines) + 1
    product = _products(generator, people, month, who, head, line)
    quantity = _quantities(generator, state, month, who, lines, head, product)
    rate = _discount_rates(generator, state, month, who, day, channel, code, code_rate)
    price, cost = products.price_now(product, month)
    gross = np.round(price * quantity * 100).astype(np.int64)
    # Prices after discount end on ten fen, as tills and invoices have them.
    discount = (np.round(gross * rate[head] / 10) * 10).astype(np.int64)
    drawn = {
        "customer": who[head].astype(np.int32),
        "day": day[head],
        "number": number[head].astype(np.int32),
        "line": line.astype(np.int8),
        "product": product.astype(np.int8),
        "quantity": quantity.astype(np.int32),
        "cents": (gross - discount).astype(np.int32),
        "discount": discount.astype(np.int32),
        "cost": np.round(cost * quantity * 100).astype(np.int32),
        "channel": channel[head].astype(np.int8),
        "code": code[head].astype(np.int16),
    }
    state.log.add("orders", **drawn)
    _returns(generator, state, drawn, lines[head])
    refill = np.zeros(len(who))
    np.maximum.at(refill, head, products.REFILL[product])
    placed = {"customer": who, "day": day, "channel": channel, "number": number, "cents": _sums(head, drawn, len(who))}
    return placed | {"refill": np.where(refill > 0, refill, settings.USUAL_REFILL)}


def _next_numbers(state, size):
    """Return the next order numbers and move the counter on."""
    number = state.order_number + 1 + np.arange(size)
    state.order_number += size
    return number


def _line_counts(generator, people, who, day):
    """Lines of each order: one and some more, with the customer's trend and, slightly, with the years."""
    years = np.clip((day - people.registered[who]) / 365.25, 0, 3)
    drift = np.exp(2 * _TREND[people.trend[who]] * 12 * np.minimum(years, 2.5) + 0.08 * years)
    lines = 1 + generator.poisson(settings.FURTHER_LINES * drift + 0.7 * people.enterprise[who])
    return np.minimum(lines, 8)


def _sums(head, drawn, size):
    return np.bincount(head, weights=drawn["cents"], minlength=size).astype(np.int64)


def _products(generator, people, month, who, head, line):
    """First line by season, favourite category and price taste; further lines by what goes with the first."""
    row = people.favourite[who] * products.PRICE_TASTES + people.taste[who]
    first = pick_by_row(generator, _FIRST[month], row)
    further = pick_by_row(generator, _FURTHER[month], first[head])
    # Accounts order what they serve: no teaware-only orders, the same tables do.
    return np.where(line == 1, first[head], further)


def _quantities(generator, state, month, who, lines, head, product):
    people = state.people
    price, _ = products.price_now(product, month)
    gift = products.CATEGORY[product] == products.GIFT
    mean = np.where(gift, 0.4 + 1.5 * _GIFT_SEASON[month], np.where(price < 75, 0.45, 0.2))
    mean = np.where(products.CATEGORY[product] == products.TEAWARE, 0.04, mean)
    small = 1 + generator.poisson(mean)
    small = np.where(people.collector[who][head], settings.COLLECTOR_PACKS * small, small)
    enterprise = people.enterprise[who][head]
    share = state.account_order[who][head] / lines[head]
    wobble = np.exp(generator.normal(0, 0.35, len(head)))
    large = np.maximum(1, np.round(share * wobble / price))
    return np.where(enterprise, np.minimum(large, 5000), np.minimum(small, 40))


def _discount_rates(generator, state, month, who, day, channel, code, code_rate):
    """Share off the price: contract for accounts; for persons codes, promotions, and less with the years."""
    people = state.people
    years = np.clip((day - people.registered[who]) / 365.25, 0, 4)
    promoted = 0.16 + PROMOTION_MONTHS.get(month % 12, 0.0) + 0.15 * people.price_sensitivity[who] - 0.035 * years
    promoted = promoted + np.where(people.relationship[who], -0.04, 0.16)
    given = generator.random(len(who)) < promoted
    rate = np.where(given, DISCOUNT_RATES[pick(generator, [0.18, 0.38, 0.2, 0.18, 0.06], len(who))], 0.0)
    rate = np.where(code >= 0, np.maximum(rate, code_rate), rate)
    return np.where(people.enterprise[who], people.contract_discount[who], rate)


def _returns(generator, state, drawn, lines):
    """Some lines come back within two weeks, in whole or in part; abusers send back far more."""
    abuser = state.people.abuser[drawn["customer"]]
    back = generator.random(len(lines)) < np.where(abuser, 0.34, _RETURN_RATE[drawn["channel"]])
    day = drawn["day"] + generator.randint(2, 15, len(lines))
    back &= day <= LAST_DAY
    part = chosen(drawn, back)
    kept = np.where(generator.random(len(part["day"])) < 0.8, 0, part["quantity"] // 2)
    share = 1 - kept / part["quantity"]
    part["day"] = day[back].astype(np.int32)
    part["line"] = (part["line"] + lines[back]).astype(np.int8)
    part["quantity"] = kept - part["quantity"]
    # Whole fen of the share that comes back, so that line and return never add up to less than nothing.
    for name in ("cents", "cost"):
        part[name] = -np.floor(part[name] * share).astype(np.int32)
    part["discount"] = np.zeros_like(part["discount"])
    state.log.add("orders", **part)


def head_orders(state, lines):
    """Return number, customer, day and channel of persons' orders, deliveries of boxes apart, in the order of lines."""
    kept = (lines["line"] == 1) & (lines["product"] < products.FIRST_BOX)
    kept &= ~state.people.enterprise[lines["customer"]]
    return {name: lines[name][kept] for name in ("number", "customer", "day", "channel")}


def certain(state, heads, fixed):
    """Return which orders were placed whatever else fell out: by ``fixed`` number, at registration or on joining."""
    found = np.isin(heads["number"], fixed)
    for begun in (state.first_order, state.joined):
        found |= heads["day"] == begun[heads["customer"]]
    return found


def orders_on(generator, state, who, day):
    """Place an order of each customer on the given day, once the four years are over. Returns: dict of order lines."""
    if len(who) == 0:
        return {}
    for month in np.unique(month_of(day)):
        now = month_of(day) == month
        size, fixed = int(now.sum()), (day[now], day[now])
        placed = month_orders(
            generator, state, month, who[now], *fixed, np.full(size, -1), np.zeros(size), np.zeros(size, dtype=bool)
        )
        note_orders(state, placed["customer"], placed["day"], placed["cents"])
    return state.log.take("orders")


def box_orders(generator, state, month, who):
    """Log the monthly box of subscribers: one line at the plan's price, on the day of the month they began."""
    if len(who) == 0:
        return
    begin = state.plan_start[who]
    within = (begin - MONTH_START[np.searchsorted(MONTH_START, begin, side="right") - 1]).astype(np.int32)
    day = np.minimum(MONTH_START[month] + np.minimum(within, 27), MONTH_START[month + 1] - 1).astype(np.int32)
    order = np.lexsort((who, day))
    who, day = who[order], day[order]
    number = _next_numbers(state, len(who))
    product = products.FIRST_BOX + state.plan[who].astype(np.int64)
    ones = np.ones(len(who), dtype=np.int32)
    cost = products.COST[product] * (1 + 0.7 * (settings.PRICE_INDEX[YEAR_INDEX[month]] - 1))
    state.log.add(
        "orders",
        customer=who.astype(np.int32),
        day=day,
        number=number.astype(np.int32),
        line=ones.astype(np.int8),
        product=product.astype(np.int8),
        quantity=ones,
        cents=np.round(products.PRICE[product] * 100).astype(np.int32),
        discount=np.zeros(len(who), dtype=np.int32),
        cost=np.round(cost * 100).astype(np.int32),
        channel=np.full(len(who), WEB, dtype=np.int8),
        code=np.full(len(who), -1, dtype=np.int16),
    )
    note_orders(state, who, day, np.round(products.PRICE[product] * 100).astype(np.int64))


def note_orders(state, who, day, cents):
    """Keep first and last order, number of orders and the year's purchases as a club member up to date."""
    first = np.full(state.people.size, np.iinfo(np.int32).max, dtype=np.int32)
    np.minimum.at(first, who, day)
    new = (state.first_order <= NONE) & (first < np.iinfo(np.int32).max)
    state.first_order[new] = first[new]
    np.maximum.at(state.last_order, who, day)
    state.orders += np.bincount(who, minlength=state.people.size).astype(np.int32)
    counted = cents * ((state.joined[who] > NONE) & (day >= state.joined[who]))
    state.year_spend += np.bincount(who, weights=counted, minlength=state.people.size).astype(np.int64)
