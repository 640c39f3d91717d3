"""One row a customer from a table of orders: how often, how recently, for how long and for how much they bought."""

from __future__ import annotations

from pathlib import Path

import ibis
import ibis.expr.types as ir
import pandas as pd

from crmlib.errors import CrmError

DAYS_PER_UNIT = {"days": 1, "weeks": 7}
REQUIRED = ("customer_id", "order_date", "amount")
# A sum of money is rounded before anything else is done with it: its last bits depend on the order in which rows, or a
# database's threads, were added up, and every quotient or product of such a sum would carry them on.
DECIMALS = 6
NOTHING = 10.0**-DECIMALS  # what is left of 0.1 + 0.2 − 0.3 in binary is not a purchase
LARGEST = 1e300  # databases sort NaN above every number: one comparison leaves out NaN, infinity and missing amounts


def customer_summary(orders, as_of, unit: str = "days", count_days: str = "positive") -> pd.DataFrame:
    """Summarise each customer's purchases up to and including the day ``as_of``.

    A *purchase day* is a day on which a customer's orders, less that day's returns, come to more than nothing. Several
    orders on a day are one purchase. A later return lowers ``revenue`` but leaves the purchase day and its value as
    they were. A customer who never had a purchase day (returns or free goods only) has no row; nor have orders
    without a customer, a day or an amount.

        frequency = purchase days − 1        recency = last − first purchase day        T = as_of − first purchase day
        monetary  = mean value of the purchase days after the first (NaN if there is none)

    Parameters
    ----------
    orders: one row an order or order line with ``customer_id``, ``order_date``, ``amount`` (money; returns negative)
        and, where present, ``order_id`` and ``cost_of_goods`` (money): a pandas frame, the path of a Parquet or CSV
        file (or a pattern of such paths), or an Ibis table of any connection.
    as_of: last day that counts.
    unit: "days" or "weeks", the unit of ``recency``, ``T`` and ``since_last`` (floats; weeks keep their fractions).
    count_days: "positive" as above; "all" counts every day with an order line, whatever its sign, as a purchase day.

    Returns
    -------
    Frame indexed by ``customer_id``, sorted by it, independent of the order of the rows: ``frequency`` (repeat purchase
    days), ``recency``, ``T``, ``since_last`` (T − recency), ``first_order`` and ``last_order`` (dates), ``orders``
    (orders with a positive amount; a row without ``order_id`` is one), ``monetary`` and ``revenue``
    (money; revenue is net of all returns), and ``margin`` (revenue − cost of goods) where costs are known; lines
    without a cost are given the mean cost rate of the others, as in :func:`customer_profit`. The unit is
    kept in ``.attrs["unit"]``.

    Raises
    ------
    CrmError: a column is missing, the unit is unknown, or nobody bought anything by ``as_of``.

    Source: the recency–frequency summary of Fader, Hardie and Lee (2005).
    """
    expression = customer_summary_expression(orders, as_of, unit, count_days)
    table = expression.to_pyarrow().to_pandas().set_index("customer_id").sort_index()
    if table.empty:
        raise CrmError(
            f"No customer bought anything on or before {pd.Timestamp(as_of):%Y-%m-%d}; choose a later as_of."
        )
    table.attrs["unit"] = unit
    return table


def customer_summary_expression(orders, as_of, unit: str = "days", count_days: str = "positive") -> ir.Table:
    """The same summary as an Ibis expression, computed where the orders are and only when asked for.

    Parameters and columns as in :func:`customer_summary`; ``customer_id`` is a column, the rows are unsorted. Use it
    on a warehouse or Spark connection when even one row a customer should not come back to this machine.
    """
    if unit not in DAYS_PER_UNIT:
        raise CrmError(f'The unit "{unit}" is not known: say "days" or "weeks".')
    if count_days not in ("positive", "all"):
        raise CrmError(f'count_days "{count_days}" is not known: say "positive" or "all".')
    days = customer_days(orders, as_of)
    return _one_row_a_customer(days, as_of, unit, count_days)


def order_table(orders) -> ir.Table:
    """Orders as an Ibis table: from a pandas frame, a path of Parquet or CSV files, or an Ibis table as it is.

    Raises CrmError when one of ``customer_id``, ``order_date`` and ``amount`` is missing, or the type is another.
    """
    if isinstance(orders, pd.DataFrame):
        known = [name for name in (*REQUIRED, "order_id", "cost_of_goods") if name in orders.columns]
        table = ibis.memtable(orders[known].reset_index(drop=True)) if known else None
    elif isinstance(orders, str | Path):
        reader = "read_csv" if str(orders).lower().endswith((".csv", ".csv.gz")) else "read_parquet"
        table = getattr(ibis.duckdb.connect(), reader)(str(orders))
    elif isinstance(orders, ir.Table):
        table = orders
    else:
        raise CrmError(f"Orders come as a pandas frame, a file path or an Ibis table, not as {type(orders).__name__}.")
    columns = () if table is None else table.columns
    missing = [name for name in REQUIRED if name not in columns]
    if missing:
        raise CrmError(f"The orders have no column {', '.join(missing)}; they need {', '.join(REQUIRED)}.")
    return table


def customer_days(orders, as_of) -> ir.Table:
    """Each customer's days with an order or a return up to ``as_of``, as an Ibis expression.

    ``orders`` and ``as_of`` as in :func:`customer_summary`. One row a customer and day: ``customer_id``, ``day``,
    ``value`` (money, net of the day's returns), ``orders`` and, where costs are known, ``cost_of_goods`` (money; a line
    without one is given the mean cost rate of the lines that have one). A day is a purchase where
    ``value >= NOTHING``.
    """
    table = order_table(orders)
    within = table.order_date.cast("date") <= ibis.date(f"{pd.Timestamp(as_of):%Y-%m-%d}")
    a_number = table.amount.cast("float64") < LARGEST
    known = table.drop_null(["customer_id"]).filter(within, a_number)
    amount = known.amount.cast("float64")
    bought = amount > 0
    orders = known.count(where=bought)
    if "order_id" in table.columns:
        without_number = orders - known.order_id.count(where=bought)
        orders = known.order_id.nunique(where=bought) + without_number
    measures = {"value": amount.sum().round(DECIMALS), "orders": orders}
    if "cost_of_goods" in table.columns:
        measures["cost_of_goods"] = _cost_of_goods(known, amount).sum().round(DECIMALS)
    return known.group_by(customer_id=known.customer_id, day=known.order_date.cast("date")).agg(**measures)


def _cost_of_goods(lines: ir.Table, amount) -> ir.Value:
    """Cost of each line; where it is missing, the mean cost rate of the others, because no line comes for free."""
    cost = lines.cost_of_goods.cast("float64")
    known = cost < LARGEST
    costs, amounts = (column.sum(where=known).round(DECIMALS) for column in (cost, amount))
    rate = lines.aggregate(rate=costs / amounts.nullif(0)).rate.as_scalar()
    return ibis.ifelse(known, cost, amount * rate)


def _one_row_a_customer(days: ir.Table, as_of, unit: str, count_days: str) -> ir.Table:
    """Fold the customer's days into one row."""
    counts = days.value >= NOTHING if count_days == "positive" else ibis.literal(True)
    measures = {
        "purchase_days": days.count(where=counts),
        "first_day": days.day.min(where=counts),
        "last_day": days.day.max(where=counts),
        "orders": days.orders.sum(),
        "first_value": days.value.argmin(days.day, where=counts),
        "purchase_value": days.value.sum(where=counts).round(DECIMALS),
        "revenue": days.value.sum().round(DECIMALS),
    }
    if "cost_of_goods" in days.columns:
        measures["margin"] = (days.value.sum() - days.cost_of_goods.sum()).round(DECIMALS)
    one = days.group_by("customer_id").agg(**measures)
    one = one.filter(one.purchase_days > 0)
    end, scale = ibis.date(f"{pd.Timestamp(as_of):%Y-%m-%d}"), float(DAYS_PER_UNIT[unit])
    repeat_value = (one.purchase_value - one.first_value) / (one.purchase_days - 1).nullif(0)
    return one.select(
        customer_id=one.customer_id,
        frequency=(one.purchase_days - 1).cast("int64"),
        recency=one.last_day.delta(one.first_day, unit="day").cast("float64") / scale,
        T=end.delta(one.first_day, unit="day").cast("float64") / scale,
        since_last=end.delta(one.last_day, unit="day").cast("float64") / scale,
        first_order=one.first_day.cast("timestamp"),
        last_order=one.last_day.cast("timestamp"),
        orders=one.orders.cast("int64"),
        monetary=repeat_value.round(DECIMALS),
        revenue=one.revenue,
        **({"margin": one.margin} if "margin" in one.columns else {}),
    )
