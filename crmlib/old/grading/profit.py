"""Customer value in money: revenue, margin and profit after cost to serve, and the one-page profit statement."""

from dataclasses import dataclass

import ibis
import numpy as np
import pandas as pd
from scipy.stats import beta

from crmlib.errors import CrmError
from crmlib.facts import ACTIVITIES
from crmlib.old.figures import Notice
from crmlib.old.grading.measures import best_measure
from crmlib.old.grading.pyramid import grade_customers
from crmlib.old.grading.summary import DECIMALS, NOTHING
from crmlib.old.notices import hands_on_notices


@dataclass(frozen=True)
class Period:
    """The days a table covers (both included), and whether costs of serving are booked for all of them."""

    start: pd.Timestamp
    end: pd.Timestamp
    costs_booked: bool = False

    @property
    def years(self):
        """Length in years of 365.25 days."""
        return ((self.end - self.start).days + 1) / 365.25

    def __str__(self):
        return f"{self.start:%Y-%m-%d} to {self.end:%Y-%m-%d}"


def customer_profit(db, period=None):
    """Add up what each customer brought and cost.

    margin = revenue − cost of goods; profit = margin − costs of sales, delivery, service and administration.
    Revenue is net of returns. Costs of serving are booked a calendar year at a time, so profit covers booked years
    only; lines without cost of goods are given the company's mean cost rate.
    Parameters: db - customer database (orders; optional cost_to_serve); period - a Period, default `value_period(db)`.
    Returns: DataFrame, index customer_id: purchases (days with a purchase), revenue, and as far as the tables allow
    cost_of_goods, margin, the four activities, cost_to_serve, profit (all in the company's currency over the period).
    Raises: CrmError when nothing was ordered in the period.
    Source: Kaplan & Narayanan (2001), customer profitability by activity.
    """
    period = period or value_period(db)
    totals = order_totals(db.table("orders"), period.start, period.end).to_pyarrow().to_pandas()
    if totals.empty:
        raise CrmError(f"There are no orders from {period}.")
    table = totals.set_index("customer_id").sort_index()
    if period.costs_booked:
        table = _with_costs(table, db, period)
    if "cost_of_goods" in table:
        table["margin"] = table["revenue"] - table["cost_of_goods"]
    if "margin" in table and "cost_to_serve" in table:
        table["profit"] = table["margin"] - table["cost_to_serve"]
    order = ["purchases", "revenue", "cost_of_goods", "margin", *ACTIVITIES, "cost_to_serve", "profit"]
    table = table[[name for name in order if name in table]]
    table.attrs = {"currency": db.company.currency, "period": str(period), "years": period.years}
    return table


def order_totals(orders, start, end):
    """Sum orders per customer between two days (both included), as one Ibis expression.

    Parameters: orders - Ibis table; start, end - Timestamps. Returns: Ibis expression with customer_id, purchases
    (days whose orders, less returns, come to more than nothing), revenue and, where the table has it, cost_of_goods.
    """
    orders = orders.filter(
        (orders.order_date >= ibis.timestamp(str(start))) & (orders.order_date < ibis.timestamp(str(_next_day(end))))
    )
    day = orders.order_date.cast("date")
    sums = {"revenue": orders.amount.sum()}
    if has_cost_of_goods(orders):
        known = orders.drop_null("cost_of_goods")
        costs, amounts = known.cost_of_goods.sum().round(DECIMALS), known.amount.sum().round(DECIMALS)
        rate = (costs / amounts).to_pyarrow().as_py() or 0.0
        sums["cost_of_goods"] = ibis.coalesce(orders.cost_of_goods, orders.amount * rate).sum()
    days = orders.group_by(customer_id=orders.customer_id, day=day).aggregate(**sums)
    # Sums are rounded because their last bits depend on the order of the rows.
    totals = {name: days[name].sum().round(DECIMALS) for name in sums}
    return days.group_by("customer_id").aggregate(purchases=days.count(where=days.revenue >= NOTHING), **totals)


def has_cost_of_goods(orders):
    """Tell whether any order line says what its goods cost. Parameter: orders - Ibis table. Returns: bool."""
    return "cost_of_goods" in orders.columns and orders.cost_of_goods.count().to_pyarrow().as_py() > 0


def booked_years(db):
    """List the calendar years, without a gap up to the last, whose costs to serve are booked by `db.as_of`."""
    if not db.has("cost_to_serve") or db.cost_to_serve.empty:
        return []
    years = {int(year) for year in db.cost_to_serve["year"].unique()}
    years = {year for year in years if pd.Timestamp(year, 12, 31) <= db.as_of}
    last = max(years, default=0)
    return [year for year in sorted(years) if all(later in years for later in range(year, last))]


def value_period(db):
    """Choose the days over which customers are valued: all booked years, or all orders when no cost is booked."""
    years = booked_years(db)
    if years and has_cost_of_goods(db.table("orders")):
        return Period(pd.Timestamp(years[0], 1, 1), pd.Timestamp(years[-1], 12, 31), True)
    dates = db.orders["order_date"]
    if dates.empty:
        raise CrmError(f"No order is known on {db.as_of:%Y-%m-%d}; choose a later as_of.")
    return Period(dates.min().normalize(), pd.Timestamp(db.as_of).normalize())


def value_windows(db):
    """Choose two equally long periods, before and now, in which customers are compared.

    The last two booked years; without booked costs the last two years, or the two halves of what is observed if
    shorter.
    Returns: (before, now), two Periods.
    """
    years = booked_years(db)
    if len(years) >= 2 and has_cost_of_goods(db.table("orders")):
        return tuple(Period(pd.Timestamp(year, 1, 1), pd.Timestamp(year, 12, 31), True) for year in years[-2:])
    end = pd.Timestamp(db.as_of).normalize()
    first = db.orders["order_date"].min().normalize()
    days = min(365, ((end - first).days + 1) // 2)
    if days < 1:
        raise CrmError("Comparing before and now needs at least two days of orders; choose a later as_of.")
    middle = end - pd.Timedelta(days=days)
    return Period(middle - pd.Timedelta(days=days - 1), middle), Period(middle + pd.Timedelta(days=1), end)


def latest_profit(db):
    """Add up what the customers who bought in the latest period brought and cost in it.

    The latest booked year, without booked costs the later of `value_windows`. A retention rate of those who bought goes
    with the value of those who bought: over all years and all customers, years before the first purchase and after the
    last would count as years of relationship that brought nothing.
    Returns: DataFrame as of `customer_profit`, only customers with a purchase in the period.
    """
    years = booked_years(db)
    if years and has_cost_of_goods(db.table("orders")):
        period = Period(pd.Timestamp(years[-1], 1, 1), pd.Timestamp(years[-1], 12, 31), True)
    else:
        period = value_windows(db)[1]
    table = customer_profit(db, period)
    return table[table["purchases"] > 0]


def without_costs(db, purpose):
    """Say in one sentence that profit after cost to serve is unknown. Returns: Notice."""
    why = "have no cost of goods" if not has_cost_of_goods(db.table("orders")) else "have no booked cost to serve"
    return Notice(f"These data {why}, so {purpose} cannot be shown.")


def retention_by_grade(db, shares=None, drawn_to_all=10):
    """Estimate which share of each grade's customers buys again in the following window.

    Buyers of the earlier window (`value_windows`) are graded by their value in it, so by what was known then; those who
    buy in the later window have stayed. retention = (stayed + k·r) / (n + k), r the rate of all: grades with few
    customers are drawn to the rate of all, as by k further customers. Shorter windows are turned into yearly rates.
    Parameters: db - customer database; shares - of the grades; drawn_to_all - k.
    Returns: DataFrame, index grade plus "all": customers (who bought before), retention (a year, 0–1) with low and high
    (95 % interval of the Beta distribution that these counts give), length (expected years of relationship,
    1 / (1 − retention)) with shortest and longest, the length at both ends of that interval.
    """
    before, now = value_windows(db)
    earlier = customer_profit(db, before).query("purchases > 0")
    again = customer_profit(db, now).query("purchases > 0").index
    stayed = pd.Series(earlier.index.isin(again), index=earlier.index)
    return retention_table(earlier[best_measure(earlier)], stayed, before.years, shares, drawn_to_all)


def retention_table(values, stayed, years, shares=None, drawn_to_all=10):
    """Do the arithmetic of `retention_by_grade`.

    Parameters: values - Series of the earlier window's value, index customer_id; stayed - Series of yes/no, same index;
    years - length of the window; shares, drawn_to_all - as there. Returns: as there.
    """
    found = stayed.groupby(grade_customers(values, shares), observed=False).agg(["size", "sum"])
    # Half a customer more stays and leaves, so that nobody stays for ever.
    overall = (stayed.sum() + 0.5) / (len(stayed) + 1)
    rate = (found["sum"] + drawn_to_all * overall) / (found["size"] + drawn_to_all)
    rate.loc["all"], size = overall, found["size"].astype(float)
    size.loc["all"] = len(stayed)
    # As many customers as the rate rests on: the grade's own and the k that stand for all.
    weight = size + drawn_to_all
    weight.loc["all"] = len(stayed) + 1
    low, high = (beta.ppf(level, rate * weight, (1 - rate) * weight) ** (1 / years) for level in (0.025, 0.975))
    rate = rate ** (1 / years)
    table = {"customers": size.astype(int), "retention": rate, "low": low, "high": high, "length": 1 / (1 - rate)}
    table |= {"shortest": 1 / (1 - low), "longest": 1 / (1 - high)}
    return pd.DataFrame(table).rename_axis("grade")


@hands_on_notices
def profit_statement(profit, grades, retention, customer=None):
    """Set out the classic one-page customer profit statement: one column a grade, one for all.

    Per customer who bought and year: revenue − cost of goods = margin; − costs by activity = net profit; × expected
    length of the relationship in years = expected lifetime profit (not discounted).
    Parameters: profit - result of `latest_profit`; grades - Series of grades, index customer_id; retention - result
    of `retention_by_grade`; customer - an id, for one more column (with the retention of the customer's grade).
    Returns: DataFrame, one row a line of the statement, money rounded to whole units, contact costs also in per cent of
    revenue, or a Notice without costs.
    Raises: CrmError for an unknown customer.
    """
    if "profit" not in profit:
        return Notice("A profit statement needs the cost of goods and the cost to serve; these data lack one of them.")
    years = profit.attrs.get("years", 1.0)
    lines = ["revenue", "cost_of_goods", "margin", *(name for name in ACTIVITIES if name in profit), "profit"]
    frame = profit[lines].groupby(grades.reindex(profit.index), observed=False)
    each, number = frame.mean() / years, frame.size()
    each.loc["all"], number["all"] = profit[lines].mean() / years, len(profit)
    length = retention["length"].reindex(each.index)
    if customer is not None:
        if customer not in profit.index:
            raise CrmError(f"Customer {customer!r} is not in this table: no purchase in its period, or not known.")
        each.loc[customer], number[customer] = profit.loc[customer, lines] / years, 1
        length[customer] = length[grades[customer]]
    statement = pd.concat([number.rename("customers (number)").to_frame(), each.rename(columns=_LINE_NAMES)], axis=1).T
    contact = each[[name for name in ACTIVITIES if name in each]].sum(axis=1)
    statement.loc[CONTACT_SHARE] = 100 * contact / each["revenue"]
    statement.loc["expected length (years)"] = length
    statement.loc["expected lifetime profit"] = each["profit"] * length
    rounded = statement.round(0)
    rounded.loc[CONTACT_SHARE] = statement.loc[CONTACT_SHARE].round(1)
    rounded.loc["expected length (years)"] = length.round(1)
    rounded.attrs = profit.attrs
    return rounded.rename_axis(index="per customer and year", columns="grade")


CONTACT_SHARE = "contact costs (% of revenue)"
_LINE_NAMES = {
    "revenue": "revenue",
    "cost_of_goods": "− cost of goods",
    "margin": "= margin",
    "profit": "= net profit",
} | {activity: "− selling" if activity == "sales" else f"− {activity}" for activity in ACTIVITIES}


def _with_costs(table, db, period):
    costs = db.cost_to_serve
    costs = costs[costs["year"].between(period.start.year, period.end.year)]
    wide = costs.pivot_table(index="customer_id", columns="activity", values="cost", aggfunc="sum", observed=True)
    wide = wide.reindex(columns=[name for name in ACTIVITIES if name in wide]).rename_axis(columns=None)
    # A customer may cost without buying (a visit, a complaint): such rows stay, with a revenue of zero.
    table = table.join(wide, how="outer").fillna(0.0)
    table["purchases"] = table["purchases"].astype(int)
    table["cost_to_serve"] = table[list(wide)].sum(axis=1)
    return table.rename_axis("customer_id")


def _next_day(day):
    return pd.Timestamp(day).normalize() + np.timedelta64(1, "D")
