"""Customer lifetime value, three ways: the simple formula, cohorts, and the probabilistic model.

The simple formula needs a margin and a retention rate; cohorts need only orders and patience; the probabilistic model
asks of each customer's own history how many purchases are still to come. :mod:`crmlib.grading.holdout` shows how
wrong each is.
"""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pandas as pd

from crmlib.errors import CrmError
from crmlib.grading.purchases import PurchaseModel, expected_purchases, probability_alive
from crmlib.grading.spending import SpendingModel, expected_spending
from crmlib.grading.summary import DAYS_PER_UNIT, NOTHING, customer_days

DAYS_PER_YEAR = 365.25
TIMINGS = {
    "start_of_period": ("now, for certain", "m(1+d)/(1+d−r)", "a customer who has just been won and pays in advance"),
    "end_of_period": ("at the end of the first period, for certain", "m/(1+d−r)", "a contract paid in arrears"),
    "after_renewal": ("after one period, if the customer renews", "m·r/(1+d−r)", "a customer who has already paid"),
}


def simple_lifetime_value(
    margin, retention_rate, discount_rate, *, timing: str, acquisition_cost=0.0, keeping_cost=0.0, periods=None
):
    """Lifetime value from one margin and one retention rate that never change.

        start_of_period: m(1+d)/(1+d−r)     end_of_period: m/(1+d−r)     after_renewal: m·r/(1+d−r)

    with m = margin − keeping cost; the acquisition cost is paid now and taken off. The three differ only in when the
    first margin comes and whether it is certain: start = m + after renewal = (1+d) · end.

    Parameters
    ----------
    margin, keeping_cost: money per customer and period; the keeping cost falls due together with the margin.
    retention_rate: r, share of customers who stay, per period, 0 to 1.
    discount_rate: d, per period (of the same length), 0.1 for 10 %.
    timing: one of the three names above; there is no default, because they differ by up to a year's margin.
    acquisition_cost: money per customer, paid now.
    periods: how many payments to count; default all.
    Numbers or arrays (a Series gives a Series).

    Returns money per customer. Raises CrmError for rates outside their range, or when nothing bounds the value (r =
    1, d = 0). Source: Berger and Nasr (1998); Gupta and Lehmann (2003).
    """
    if timing not in TIMINGS:
        raise CrmError(f'The timing "{timing}" is not known: say one of {", ".join(TIMINGS)}.')
    if np.any((np.asarray(retention_rate) < 0) | (np.asarray(retention_rate) > 1)):
        raise CrmError("The retention rate is a share per period, between 0 and 1; 80 % is 0.8.")
    if np.any(np.asarray(discount_rate) < 0):
        raise CrmError("The discount rate cannot be negative; 10 % per period is 0.1.")
    kept = retention_rate / (1 + discount_rate)
    if periods is None and np.any(np.asarray(kept) >= 1):
        raise CrmError("With full retention and no discount the value has no bound; give a number of periods.")
    payments = _payments(kept, periods)
    first = {"start_of_period": 1.0, "end_of_period": 1 / (1 + discount_rate), "after_renewal": kept}[timing]
    return (margin - keeping_cost) * first * payments - acquisition_cost


def _payments(kept, periods):
    """Sum of kept^t over t = 0 … periods − 1; all of them when periods is None."""
    if periods is None:
        return 1 / (1 - kept)
    if np.any(np.asarray(periods) < 0):
        raise CrmError("The number of periods cannot be negative.")
    endless = np.asarray(kept) >= 1
    safe = np.where(endless, 0.5, kept)
    total = np.where(endless, periods, (1 - safe**periods) / (1 - safe))
    if isinstance(kept, pd.Series):
        return pd.Series(total, index=kept.index)
    return total if total.ndim else float(total)


def timing_conventions(margin: float, retention_rate: float, discount_rate: float) -> pd.DataFrame:
    """The three timing conventions side by side for one customer.

    Parameters as in :func:`simple_lifetime_value`, plain numbers. Returns a frame indexed by timing: ``first_margin``
    (when it comes), ``formula``, ``fits`` (whom it describes), ``lifetime_value`` (money).
    """
    rows = [
        (*words, simple_lifetime_value(margin, retention_rate, discount_rate, timing=timing))
        for timing, words in TIMINGS.items()
    ]
    columns = ["first_margin", "formula", "fits", "lifetime_value"]
    return pd.DataFrame(rows, columns=columns, index=pd.Index(TIMINGS, name="timing"))


def lifetime_value_levers(
    margin, retention_rate, discount_rate, *, timing: str, acquisition_cost=0.0, keeping_cost=0.0, improvement=0.01
) -> pd.DataFrame:
    """What an improvement of each lever by 1 % (of itself) does to the simple lifetime value.

    Parameters as in :func:`simple_lifetime_value`, plain numbers; ``improvement``: relative, 0.01 for 1 %; costs and
    the discount rate go down by it, margin and retention up (retention to 1 at most). Returns a frame indexed by
    lever, largest effect first: ``now`` and ``improved`` (the lever), ``lifetime_value`` (after the change, money),
    ``gain`` (money), ``gain_percent`` (of the value before; NaN when that is not positive). Source: Gupta and Lehmann
    (2003).
    """
    now = {
        "margin": margin,
        "retention_rate": retention_rate,
        "discount_rate": discount_rate,
        "acquisition_cost": acquisition_cost,
        "keeping_cost": keeping_cost,
    }
    before = simple_lifetime_value(**now, timing=timing)
    rows = []
    for lever, value in now.items():
        better = min(value * (1 + improvement), 1.0) if lever == "retention_rate" else value * (1 + improvement)
        better = better if lever in ("margin", "retention_rate") else value * (1 - improvement)
        after = simple_lifetime_value(**(now | {lever: better}), timing=timing)
        percent = 100 * (after / before - 1) if before > 0 else np.nan
        rows.append((lever, value, better, after, after - before, percent))
    columns = ["lever", "now", "improved", "lifetime_value", "gain", "gain_percent"]
    return pd.DataFrame(rows, columns=columns).set_index("lever").sort_values("gain", ascending=False, kind="stable")


def cohort_ages(orders, as_of, period_days: int = 91, cohort: str = "quarter") -> pd.DataFrame:
    """What customers won at the same time bring at each age, from orders up to ``as_of``.

    Parameters
    ----------
    orders: as in :func:`customer_summary`.
    period_days: length of one period of age, in days, counted for each customer from the first purchase day.
    cohort: "month", "quarter" or "year" of the first purchase.

    Returns
    -------
    Frame indexed by ``cohort`` (its first day) and ``period`` (0, 1, 2 …), only periods that every customer of the
    cohort has completed: ``customers`` (won), ``active`` (with a purchase day in the period), ``purchases`` (days),
    ``value`` (money, net of returns), ``value_per_customer`` (money per customer won). Returns before the first
    purchase are left out. ``.attrs["period_days"]`` keeps the length.
    """
    if cohort not in ("month", "quarter", "year"):
        raise CrmError(f'The cohort "{cohort}" is not known: say "month", "quarter" or "year".')
    if period_days < 1:
        raise CrmError("A period of age has at least one day.")
    counts, sizes = _cohort_sums(orders, as_of, int(period_days), cohort)
    if sizes.empty:
        raise CrmError(f"No customer bought anything by {pd.Timestamp(as_of):%Y-%m-%d}; choose a later as_of.")
    complete = ((pd.Timestamp(as_of) - sizes["youngest"]).dt.days + 1) // period_days
    index = [(name, period) for name, last in complete.items() for period in range(int(last))]
    index = pd.MultiIndex.from_tuples(index, names=["cohort", "period"])
    table = counts.reindex(index).fillna({"active": 0, "purchases": 0, "value": 0.0})
    table.insert(0, "customers", sizes["customers"].reindex(index.get_level_values("cohort")).to_numpy())
    table = table.astype({"customers": "int64", "active": "int64", "purchases": "int64"})
    table["value_per_customer"] = table["value"] / table["customers"]
    table.attrs["period_days"] = period_days
    return table


def _cohort_sums(orders, as_of, period_days: int, cohort: str) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Sums by cohort and period of age; customers and the youngest customer's first day by cohort."""
    days = customer_days(orders, as_of)
    bought = days.value >= NOTHING
    first = days.filter(bought).group_by("customer_id").agg(first_day=days.day.min())
    aged = days.inner_join(first, "customer_id")
    age = aged.day.delta(aged.first_day, unit="day")
    aged = aged.filter(age >= 0).mutate(
        cohort=aged.first_day.truncate(cohort[0].upper()).cast("timestamp"), period=(age // period_days).cast("int64")
    )
    bought = aged.value >= NOTHING
    sums = aged.group_by("cohort", "period").agg(
        active=aged.customer_id.nunique(where=bought),
        purchases=aged.count(where=bought),
        value=aged.value.sum().round(6),
    )
    won = first.group_by(cohort=first.first_day.truncate(cohort[0].upper()).cast("timestamp")).agg(
        customers=first.count(), youngest=first.first_day.max().cast("timestamp")
    )
    sums = sums.to_pyarrow().to_pandas().set_index(["cohort", "period"]).sort_index()
    return sums, won.to_pyarrow().to_pandas().set_index("cohort").sort_index()


def cohort_lifetime_value(
    ages: pd.DataFrame, discount_rate: float, margin_rate: float = 1.0, acquisition_cost: float = 0.0
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

    Returns a frame indexed by period: ``years`` (age at its end), ``customers`` (that have reached it),
    ``active_share``, ``margin_per_customer`` and ``lifetime_value`` (money per customer won). Nothing beyond the
    oldest cohort's age is guessed.
    """
    years = ages.attrs["period_days"] / DAYS_PER_YEAR
    pooled = ages.groupby(level="period")[["customers", "active", "value"]].sum()
    table = pd.DataFrame({"years": (pooled.index + 1) * years, "customers": pooled["customers"]}, index=pooled.index)
    table["active_share"] = pooled["active"] / pooled["customers"]
    table["margin_per_customer"] = margin_rate * pooled["value"] / pooled["customers"]
    discount = (1 + discount_rate) ** -((pooled.index.to_numpy() + 0.5) * years)
    table["lifetime_value"] = (table["margin_per_customer"] * discount).cumsum() - acquisition_cost
    return table


def margin_rate(summary: pd.DataFrame) -> float:
    """Margin per unit of revenue over all customers, from a summary of orders with cost of goods.

    Raises CrmError when costs are unknown or revenue is not positive.
    """
    if "margin" not in summary.columns or summary["margin"].isna().all():
        raise CrmError("The orders have no cost_of_goods; give the margin rate yourself, for example 0.4.")
    revenue = summary["revenue"].sum()
    if not revenue > 0:
        raise CrmError("The revenue is not positive, so there is no margin rate.")
    return float(summary["margin"].sum() / revenue)


def expected_lifetime_value(
    purchases: PurchaseModel,
    spending: SpendingModel,
    summary: pd.DataFrame,
    horizon: float,
    discount_rate: float,
    margin_rate: float = 1.0,
    step: float | None = None,
) -> pd.DataFrame:
    """Value still to come from each customer within ``horizon``, from the BG/NBD and gamma-gamma models.

        value = margin rate · E[spending] · Σ over steps of (E[Y(t)] − E[Y(t − step)]) · (1+d)^−(middle of the step)

    Parameters
    ----------
    purchases, spending: fitted models. summary: customers, in the unit of ``purchases``.
    horizon: time ahead in that unit. step: length of a step in it, default four weeks.
    discount_rate: per year. margin_rate: margin per unit of revenue.

    Returns a frame indexed by ``customer_id``: ``probability_alive``, ``expected_purchases`` (within the horizon),
    ``expected_spending`` (money a purchase), ``lifetime_value`` (money, from now on; what was earned before is not in
    it). Source: Fader, Hardie and Lee (2005), "RFM and CLV".
    """
    if not horizon > 0 or discount_rate < 0:
        raise CrmError("The horizon must be positive and the discount rate not negative.")
    days = DAYS_PER_UNIT[purchases.unit]
    ends = np.linspace(0, horizon, max(1, int(np.ceil(horizon / (step or 28 / days)))) + 1)
    discounted, before = np.zeros(len(summary)), np.zeros(len(summary))
    for start, end in pairwise(ends):
        now = expected_purchases(purchases, summary, end).to_numpy()
        discounted += (now - before) * (1 + discount_rate) ** -((start + end) / 2 * days / DAYS_PER_YEAR)
        before = now
    table = pd.DataFrame({"probability_alive": probability_alive(purchases, summary), "expected_purchases": before})
    table["expected_spending"] = expected_spending(spending, summary)
    table["lifetime_value"] = margin_rate * table["expected_spending"] * discounted
    return table
