"""Lifetime value from cohorts: what customers won at the same time have brought by each age.

Data begin on some day, and most of those who buy soon after it were customers before. They are no new customers: their
age is unknown, and they are better than average because they stayed. They are set apart.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from crmlib.errors import CrmError
from crmlib.estimate import random_state
from crmlib.old.grading.lifetime_value import DAYS_PER_YEAR, TAIL
from crmlib.old.grading.summary import NOTHING, customer_days

OPENING_DAYS = 90
RUSH = 1.5  # so many times the usual number of first purchases, and more than chance, is an opening stock
USUAL_AT_LEAST = 5  # first purchases in the usual window; with fewer, a rush cannot be told from chance


def opening_stock_days(first_orders, as_of) -> int:
    """For how many days after the data begin do old customers look like new ones: 90, or 0 where there is no sign.

    First purchases are counted in windows of 90 days. The sign is a first window with more than 1.5 · m + 3 √m of them,
    m the median of the later complete windows. Without at least two later windows, or where hardly anybody comes later
    (data that follow one group of new customers, like CDNOW), there is no sign.

    ``first_orders``: each customer's first purchase day. ``as_of``: last day observed.
    """
    first = pd.to_datetime(pd.Series(first_orders))
    if first.empty:
        return 0
    windows = ((pd.Timestamp(as_of) - first.min()).days + 1) // OPENING_DAYS
    counts = np.bincount(((first - first.min()).dt.days // OPENING_DAYS).to_numpy(), minlength=windows)[:windows]
    if windows < 3:
        return 0
    usual = np.median(counts[1:])
    rush = usual >= USUAL_AT_LEAST and counts[0] > RUSH * usual + 3 * np.sqrt(usual)
    return OPENING_DAYS if rush else 0


def is_opening_stock(first_orders: pd.Series, as_of, opening_days: int | None = None) -> pd.Series:
    """Tell which customers were probably won before the data begin.

    ``first_orders``: first purchase days, indexed by customer. ``opening_days``: those first seen in so many days from
    the first of all; None: as :func:`opening_stock_days` finds, 0: nobody. Returns a Series of yes and no.
    """
    if opening_days is None:
        opening_days = opening_stock_days(first_orders, as_of)
    if opening_days < 0:
        raise CrmError("The days of the opening stock cannot be negative; 0 keeps every customer.")
    return ((first_orders - first_orders.min()).dt.days < opening_days).rename("opening_stock")


def cohort_ages(
    orders, as_of, period_days: int = 91, cohort: str = "quarter", opening_days: int | None = None
) -> pd.DataFrame:
    """What customers won at the same time bring at each age, from orders up to ``as_of``.

    Parameters
    ----------
    orders: as in :func:`customer_summary`.
    period_days: length of one period of age, in days, counted for each customer from the first purchase day.
    cohort: "month", "quarter" or "year" of the first purchase.
    opening_days: customers first seen in so many days after the data begin are left out, because they were probably
        customers before; None: 90 where :func:`opening_stock_days` sees a rush at the start, else 0.

    Returns
    -------
    Frame indexed by ``cohort`` (its first day) and ``period`` (0, 1, 2 …), only periods that every customer of the
    cohort has completed: ``customers`` (won), ``active`` (with a purchase day in the period), ``purchases`` (days),
    ``value`` (money, net of returns), ``value_per_customer`` (money per customer won). Returns before the first
    purchase are left out. ``.attrs`` keeps ``as_of``, ``period_days``, ``cohort_length``, ``opening_days`` and
    ``left_out`` (customers).
    """
    if cohort not in ("month", "quarter", "year"):
        raise CrmError(f'The cohort "{cohort}" is not known: say "month", "quarter" or "year".')
    if period_days < 1:
        raise CrmError("A period of age has at least one day.")
    kept = {"as_of": pd.Timestamp(as_of), "period_days": int(period_days), "cohort_length": cohort}
    kept |= _opening(orders, as_of, opening_days)
    counts, sizes = _cohort_sums(orders, kept)
    complete = ((pd.Timestamp(as_of) - sizes["youngest"]).dt.days + 1) // period_days
    index = [(name, period) for name, last in complete.items() for period in range(int(last))]
    index = pd.MultiIndex.from_tuples(index, names=["cohort", "period"])
    table = counts.reindex(index).fillna({"active": 0, "purchases": 0, "value": 0.0})
    table.insert(0, "customers", sizes["customers"].reindex(index.get_level_values("cohort")).to_numpy())
    table = table.astype({"customers": "int64", "active": "int64", "purchases": "int64"})
    table["value_per_customer"] = table["value"] / table["customers"]
    table.attrs = kept
    return table


def _first_days(orders, as_of):
    """Each customer's first purchase day, as an Ibis expression."""
    days = customer_days(orders, as_of)
    bought = days.filter(days.value >= NOTHING)
    return bought.group_by("customer_id").agg(first_day=bought.day.min())


def _opening(orders, as_of, opening_days: int | None) -> dict:
    """How many days of opening stock, and how many customers were first seen in them."""
    first = _first_days(orders, as_of)
    seen = first.group_by("first_day").agg(customers=first.count()).to_pyarrow().to_pandas().sort_values("first_day")
    if seen.empty:
        raise CrmError(f"No customer bought anything by {pd.Timestamp(as_of):%Y-%m-%d}; choose a later as_of.")
    days = pd.to_datetime(seen["first_day"]).repeat(seen["customers"]).reset_index(drop=True)
    if opening_days is None:
        opening_days = opening_stock_days(days, as_of)
    left_out = is_opening_stock(days, as_of, opening_days)
    if left_out.all():
        raise CrmError(f"All customers were first seen in the first {opening_days} days; opening_days=0 keeps them.")
    return {"opening_days": int(opening_days), "left_out": int(left_out.sum()), "data_begin": days.min()}


def _aged_days(orders, kept: dict):
    """Customers' days with cohort and period of age, and customers with their cohort, as Ibis expressions."""
    first = _first_days(orders, kept["as_of"])
    first = first.filter(first.first_day >= (kept["data_begin"] + pd.Timedelta(days=kept["opening_days"])).date())
    unit = kept["cohort_length"][0].upper()
    first = first.mutate(cohort=first.first_day.truncate(unit).cast("timestamp"))
    aged = customer_days(orders, kept["as_of"]).inner_join(first, "customer_id")
    age = aged.day.delta(aged.first_day, unit="day")
    return aged.filter(age >= 0).mutate(period=(age // kept["period_days"]).cast("int64")), first


def _cohort_sums(orders, kept: dict) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Sums by cohort and period of age; customers and the youngest customer's first day by cohort."""
    aged, first = _aged_days(orders, kept)
    bought = aged.value >= NOTHING
    sums = aged.group_by("cohort", "period").agg(
        active=aged.customer_id.nunique(where=bought),
        purchases=aged.count(where=bought),
        value=aged.value.sum().round(6),
    )
    won = first.group_by("cohort").agg(customers=first.count(), youngest=first.first_day.max().cast("timestamp"))
    sums = sums.to_pyarrow().to_pandas().set_index(["cohort", "period"]).sort_index()
    return sums, won.to_pyarrow().to_pandas().set_index("cohort").sort_index()


def cohort_lifetime_value(
    ages: pd.DataFrame,
    discount_rate: float,
    margin_rate: float = 1.0,
    acquisition_cost: float = 0.0,
    orders=None,
    draws: int = 300,
    seed: int = 0,
) -> pd.DataFrame:
    """Lifetime value so far, by age, over all cohorts that have reached it.

        value(n) = −acquisition cost + Σ over periods k ≤ n of margin rate · revenue per customer(k) ·
        (1+d)^−(k+½)·length

    Parameters
    ----------
    ages: from :func:`cohort_ages`.
    discount_rate: per year; a period's money is taken to come in its middle.
    margin_rate: margin per unit of revenue.
    acquisition_cost: money per customer won.
    orders: those behind ``ages``; with them, limits from customers drawn with replacement (margin rate and acquisition
        cost are taken as known). draws, seed: of that bootstrap.

    Returns a frame indexed by period: ``years`` (age at its end), ``customers`` (that have reached it),
    ``active_share``, ``margin_per_customer`` and ``lifetime_value`` (money per customer won) and, with orders,
    ``lower`` and ``upper`` (95 % interval of the lifetime value). Nothing beyond the oldest cohort's age is guessed.
    """
    years = ages.attrs["period_days"] / DAYS_PER_YEAR
    pooled = ages.groupby(level="period")[["customers", "active", "value"]].sum()
    table = pd.DataFrame({"years": (pooled.index + 1) * years, "customers": pooled["customers"]}, index=pooled.index)
    table["active_share"] = pooled["active"] / pooled["customers"]
    table["margin_per_customer"] = margin_rate * pooled["value"] / pooled["customers"]
    discount = (1 + discount_rate) ** -((pooled.index.to_numpy() + 0.5) * years)
    table["lifetime_value"] = (table["margin_per_customer"] * discount).cumsum() - acquisition_cost
    if orders is not None and len(table):
        drawn = _drawn_values(ages, orders, margin_rate * discount, draws, seed) - acquisition_cost
        table["lower"], table["upper"] = np.nanquantile(drawn, TAIL, axis=0)
    table.attrs = {name: ages.attrs.get(name, 0) for name in ("period_days", "opening_days", "left_out")}
    return table


def _drawn_values(ages: pd.DataFrame, orders, worth: np.ndarray, draws: int, seed: int) -> np.ndarray:
    """Value by age before acquisition cost, one row a bootstrap draw of customers; NaN where nobody drawn is so old."""
    aged, first = _aged_days(orders, ages.attrs)
    sums = aged.group_by("customer_id", "period").agg(value=aged.value.sum().round(6)).to_pyarrow().to_pandas()
    won = first.select("customer_id", "cohort").to_pyarrow().to_pandas().sort_values("customer_id")
    complete = won["cohort"].map(ages.groupby(level="cohort").size()).fillna(0).to_numpy()
    reached = (np.arange(len(worth)) < complete[:, None]).astype(float)
    value = np.zeros(reached.shape)
    sums = sums[sums["period"] < len(worth)]
    value[pd.Index(won["customer_id"]).get_indexer(sums["customer_id"]), sums["period"]] = sums["value"]
    value *= reached
    rng, size = random_state(seed), len(won)
    drawn = np.empty((draws, len(worth)))
    for draw in range(draws):
        weights = np.bincount(rng.randint(0, size, size), minlength=size)
        customers = weights @ reached
        each = np.divide(weights @ value, customers, out=np.full(len(worth), np.nan), where=customers > 0)
        drawn[draw] = (worth * each).cumsum()
    return drawn
