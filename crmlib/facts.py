"""What several chapters count, once: purchase days, revenue, cost of goods, profit, grades.

A *purchase day* is a day on which a customer's orders, less that day's returns, come to more than nothing: several
orders on a day are one purchase, and free goods or a return alone are none. A customer is *active* in a period with at
least one purchase day in it; who never had one is no customer yet, and so neither active nor lost. *Revenue* is net of
all returns. *Cost of goods* is that of the lines; a line without one is given the company's mean cost rate. All is
counted from what was known on ``db.as_of``.

What grows with the number of orders is an Ibis expression over ``db.table("orders")``, so that it is computed where the
orders lie; one row a customer is pandas.
"""

from __future__ import annotations

import ibis
import numpy as np
import pandas as pd

from crmlib.dictionary import choices
from crmlib.errors import CrmError, DataFault, MissingTable, TooFew

# A sum of money is rounded before anything else is done with it: its last bits depend on the order in which rows, or a
# database's threads, were added up. So 0.1 + 0.2 − 0.3 is nothing, too.
DECIMALS = 6
ACTIVITIES = choices("cost_to_serve", "activity")
PYRAMID = {"key": 0.01, "major": 0.04, "ordinary": 0.15, "small": 0.80}
OPENING_DAYS = 90
USUAL_AT_LEAST = 5  # first purchases in the usual window; with fewer, a rush cannot be told from chance


def purchase_days(db):
    """Add up each customer's orders and returns by day.

    Parameters: db - customer database (orders).
    Returns: DataFrame, one row a customer and day with an order or a return, sorted by both: customer_id, day, amount
    (money, net of the day's returns). The purchase days are the rows with amount > 0; the others lower revenue.
    Errors: MissingTable without orders.
    """
    return _sorted_days(_by_day(db.table("orders")))


def margin_days(db):
    """Add up what each customer's days brought after the cost of goods.

    gross_profit = amount − cost_of_goods
    Parameters: db - customer database (orders with cost_of_goods).
    Returns: DataFrame, rows as in `purchase_days`: customer_id, day, amount, cost_of_goods, gross_profit (money).
    Errors: MissingTable without cost of goods; DataFault where some are missing and the others give no mean cost rate.
    """
    days = _sorted_days(_by_day(_with_cost(db.table("orders"), db.as_of), "cost_of_goods"))
    return days.assign(gross_profit=(days["amount"] - days["cost_of_goods"]).round(DECIMALS))


def customer_summary(db):
    """Summarise when and for how much each customer bought, as models of "buy till you die" need it.

    frequency = purchase days − 1; recency = last − first purchase day; T = as_of − first purchase day;
    monetary = mean amount of the purchase days after the first.
    Parameters: db - customer database (orders).
    Returns: DataFrame, index customer_id, one row for everybody with a purchase day: frequency, recency and T (days),
    first_day, last_day, monetary (money a purchase day; missing at frequency 0), revenue (money, net of all returns),
    opening_stock (yes/no: probably a customer before the data begin, so that the age T is too short).
    Errors: MissingTable without orders; TooFew when nobody has bought yet.
    Source: Fader, Hardie & Lee (2005) for the first four.
    """
    days = _by_day(db.table("orders"))
    bought = days.amount > 0
    one = days.group_by("customer_id").agg(
        purchases=days.count(where=bought),
        first_day=days.day.min(where=bought),
        last_day=days.day.max(where=bought),
        first_amount=days.amount.argmin(days.day, where=bought),
        bought=days.amount.sum(where=bought).round(DECIMALS),
        revenue=days.amount.sum().round(DECIMALS),
    )
    one = one.filter(one.purchases > 0)
    as_of = ibis.date(f"{db.as_of:%Y-%m-%d}")
    repeats = (one.purchases - 1).cast("int64")
    expression = one.select(
        customer_id=one.customer_id,
        frequency=repeats,
        recency=one.last_day.delta(one.first_day, unit="day").cast("int64"),
        T=as_of.delta(one.first_day, unit="day").cast("int64"),
        first_day=one.first_day.cast("timestamp"),
        last_day=one.last_day.cast("timestamp"),
        monetary=((one.bought - one.first_amount) / repeats.nullif(0)).round(DECIMALS),
        revenue=one.revenue + 0.0,
    )
    table = _by_customer(expression)
    if table.empty:
        raise TooFew(f"Nobody has bought anything by {db.as_of:%Y-%m-%d}; choose a later day.")
    return table.assign(opening_stock=_opening_stock(table["first_day"], db.as_of))


def customer_revenue(db, years=None):
    """Add up what each customer paid.

    Parameters: db - customer database (orders); years - a calendar year or several; None: all that is known.
    Returns: DataFrame, index customer_id, one row for everybody with an order or a return in these years: purchases
    (purchase days; the active customers are those with at least one), revenue (money, net of returns).
    Errors: MissingTable without orders; TooFew when there are none in these years.
    """
    return _totals(db.table("orders"), years)


def customer_margin(db, years=None):
    """Add up what each customer brought after the cost of goods.

    gross_profit = revenue − cost_of_goods
    Parameters: db - customer database (orders with cost_of_goods); years - as in `customer_revenue`.
    Returns: DataFrame, rows as in `customer_revenue`: purchases, revenue, cost_of_goods, gross_profit (money).
    Errors: as in `customer_revenue` and `margin_days`.
    """
    table = _totals(_with_cost(db.table("orders"), db.as_of), years, "cost_of_goods")
    return table.assign(gross_profit=(table["revenue"] - table["cost_of_goods"]).round(DECIMALS))


def customer_profit(db, years=None):
    """Add up what each customer brought after the cost of goods and of serving: the customer profit statement.

    profit = gross_profit − cost_to_serve; cost_to_serve = sales + delivery + service + administration
    Parameters: db - customer database (orders with cost_of_goods, cost_to_serve); years - a calendar year or several
    whose costs to serve are booked; None: all `booked_years`.
    Returns: DataFrame, index customer_id, one row for everybody with an order, a return or a cost in these years (who
    cost without buying has a revenue of 0): purchases (purchase days), revenue, cost_of_goods, gross_profit, one column
    an activity, cost_to_serve, profit (money over these years).
    Errors: as in `customer_margin` and `booked_years`; TooFew for a year whose costs are not booked.
    Source: Kaplan & Narayanan (2001).
    """
    booked = booked_years(db)
    years = booked if years is None else _listed(years)
    open_years = sorted(set(years) - set(booked))
    if open_years:
        raise TooFew(f"The costs to serve of {_words(open_years)} are not booked; those of {_words(booked)} are.")
    table = customer_margin(db, years)
    costs = db.cost_to_serve
    costs = costs[costs["year"].isin(years)]
    served = costs.pivot_table(index="customer_id", columns="activity", values="cost", aggfunc="sum", fill_value=0.0)
    served = served.reindex(columns=ACTIVITIES, fill_value=0.0)
    table = table.join(served.round(DECIMALS), how="outer").fillna(
        0.0
    )  # who cost without buying stays, with a revenue of 0
    table["cost_to_serve"] = table[ACTIVITIES].sum(axis=1).round(DECIMALS)
    table["profit"] = (table["gross_profit"] - table["cost_to_serve"]).round(DECIMALS)
    return table.astype({"purchases": "int64"}).rename_axis(index="customer_id", columns=None)


def booked_years(db):
    """List the calendar years for which profit can be told, up to the last whose costs to serve are booked.

    A year counts when it is over, has costs, and does not lie before the first order; years before a gap do not.
    Parameters: db - customer database (orders, cost_to_serve). Returns: list of int, ascending, never empty.
    Errors: MissingTable without costs to serve; TooFew when no year counts.
    """
    if not db.has("cost_to_serve"):
        raise MissingTable("No costs to serve are booked on that day; customer_margin does without them.")
    first = db.table("orders").order_date.year().min().to_pyarrow().as_py()
    booked = {int(year) for year in db.cost_to_serve["year"].unique()}
    booked = {year for year in booked if first <= year and pd.Timestamp(year, 12, 31) <= db.as_of}
    if not booked:
        raise TooFew(f"No year with orders and booked costs to serve is over by {db.as_of:%Y-%m-%d}; use a later day.")
    year = max(booked)
    while year - 1 in booked:
        year -= 1
    return list(range(year, max(booked) + 1))


def grades(value, shares=PYRAMID):
    """Grade customers by value: the customer pyramid.

    Rule: a customer's place is the share of customers with a strictly larger value; the grade is the first whose
    cumulative share lies above that place. So equal values get the same (the better) grade, in any order of the rows.
    Parameters: value - Series of money, index customer_id; shares - dict grade → share of the customers (0–1, together
    1), best grade first; by default key 1 %, major 4 %, ordinary 15 %, small 80 %.
    Returns: Series "grade", same index, ordered categorical: the first category is the best grade.
    Errors: TooFew without customers; DataFault for a value that is missing or infinite; CrmError for wrong shares.
    """
    sizes = np.array(list(shares.values()), float)
    if len(sizes) < 2 or not (sizes > 0).all() or abs(sizes.sum() - 1) > 1e-9:
        raise CrmError(f"The shares of at least two grades are positive and add up to 1; {dict(shares)} do not.")
    if value.empty:
        raise TooFew("There is no customer to grade.")
    unknown = ~np.isfinite(value.to_numpy(float, na_value=np.nan))
    if unknown.any():
        raise DataFault(f"{unknown.sum()} customers have no value to be graded by; leave them out or give them 0.")
    place = value.rank(method="min", ascending=False).sub(1).div(len(value)).to_numpy()
    limits = sizes.cumsum()[:-1]
    codes = np.searchsorted(limits, place + 1e-12, side="right")  # 0.1 + 0.2 > 3 / 10
    return pd.Series(pd.Categorical.from_codes(codes, list(shares), ordered=True), index=value.index, name="grade")


def share_of_total(value):
    """Divide each value by the sum of all: the share that each customer brings.

    Parameters: value - Series of money, such as the profit of each customer. Returns: Series, same index; together 1.
    Errors: TooFew where all together are worth nothing or less: shares of a loss mean nothing.
    """
    total = round(float(value.sum()), DECIMALS)
    if not total > 0:
        raise TooFew(f"All {len(value):,} together bring {total:,.0f}: nothing that could be shared out.")
    return value / total


def _by_day(orders, *costs):
    """Lines → one row a customer and day, as an Ibis expression."""
    sums = {name: orders[name].sum().round(DECIMALS) + 0.0 for name in ("amount", *costs)}  # + 0.0: no −0
    return orders.group_by(customer_id=orders.customer_id, day=orders.order_date.cast("date")).agg(**sums)


def _sorted_days(days):
    table = days.mutate(day=days.day.cast("timestamp")).to_pyarrow().to_pandas()
    return table.sort_values(["customer_id", "day"], ignore_index=True)


def _totals(orders, years, *costs):
    """One row a customer: purchase days and sums over the years."""
    if years is not None:
        orders = orders.filter(orders.order_date.year().isin(_listed(years)))
    days = _by_day(orders, *costs)
    sums = {name: days[name].sum().round(DECIMALS) + 0.0 for name in ("amount", *costs)}
    counted = days.group_by("customer_id").agg(purchases=days.count(where=days.amount > 0), **sums)
    table = _by_customer(counted)
    if table.empty:
        raise TooFew(f"There are no orders in {_words(_listed(years))}; choose a year with orders.")
    return table.rename(columns={"amount": "revenue"})


def _by_customer(expression):
    return expression.to_pyarrow().to_pandas().set_index("customer_id").sort_index()


def _with_cost(orders, as_of):
    """Give lines without cost of goods the mean cost rate of the others, because no line comes for free."""
    unknown = MissingTable(f"No order has a cost of goods by {as_of:%Y-%m-%d}; customer_revenue does without it.")
    if "cost_of_goods" not in orders.columns:
        raise unknown
    priced = orders.drop_null("cost_of_goods")
    sums = priced.aggregate(lines=priced.count(), cost=priced.cost_of_goods.sum(), amount=priced.amount.sum())
    known = sums.to_pyarrow().to_pylist()[0]
    if not known["lines"]:
        raise unknown
    cost, amount = round(known["cost"], DECIMALS), round(known["amount"], DECIMALS)
    missing = orders.count().to_pyarrow().as_py() - known["lines"]
    if missing and not (cost >= 0 and amount > 0):
        raise DataFault(
            f"orders.cost_of_goods is empty in {missing:,} lines, and the others give no mean cost rate to fill them "
            f"(cost {cost:,.2f}, amount {amount:,.2f}): fill in the costs."
        )
    rate = cost / amount if missing else 0.0
    return orders.mutate(cost_of_goods=orders.cost_of_goods.fill_null(orders.amount * rate))


def _opening_stock(first_day, as_of):
    """Tell who was probably won before the data begin.

    Data begin on some day, and most of those who buy soon after it were customers before. The sign is a first window of
    90 days with more than 1.5 m + 3 √m first purchases, m the median of the later complete windows; with fewer than two
    of those, or where hardly anybody comes later (data that follow one group of new customers), there is none.
    """
    age = (first_day - first_day.min()).dt.days
    windows = ((as_of - first_day.min()).days + 1) // OPENING_DAYS
    if windows < 3:
        return pd.Series(False, index=first_day.index)
    won = np.bincount(age // OPENING_DAYS, minlength=windows)[:windows]
    usual = np.median(won[1:])
    rush = usual >= USUAL_AT_LEAST and won[0] > 1.5 * usual + 3 * np.sqrt(usual)
    return (age < OPENING_DAYS) & rush


def _listed(years):
    return [int(year) for year in np.atleast_1d(years)]


def _words(years):
    return ", ".join(map(str, years))
