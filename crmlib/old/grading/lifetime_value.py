"""Customer lifetime value by the simple formula and by the probabilistic model.

The simple formula needs a margin and a retention rate; the probabilistic model asks of each customer's own history how
many purchases are still to come. The third way, cohorts, is :mod:`crmlib.old.grading.cohorts`;
:mod:`crmlib.old.grading.holdout` shows how wrong each is.
"""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pandas as pd

from crmlib.errors import CrmError
from crmlib.old.grading.purchases import PurchaseModel, expected_purchases, probability_alive
from crmlib.old.grading.spending import SpendingModel, expected_spending
from crmlib.old.grading.summary import DAYS_PER_UNIT, DECIMALS, NOTHING, customer_days

DAYS_PER_YEAR = 365.25
TAIL = (0.025, 0.975)
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


def timing_conventions(margin: float, retention_rate: float, discount_rate: float, draws=None) -> pd.DataFrame:
    """The three timing conventions side by side for one customer.

    Parameters as in :func:`simple_lifetime_value`, plain numbers; ``draws``: bootstrap draws of margin and retention
    rate (``lifetime_input_draws``) for an interval. Returns a frame indexed by timing: ``first_margin`` (when it
    comes), ``formula``, ``fits`` (whom it describes), ``lifetime_value`` (money) and, with draws, ``lower`` and
    ``upper`` (95 %).
    """
    rows = [
        (*words, simple_lifetime_value(margin, retention_rate, discount_rate, timing=timing))
        for timing, words in TIMINGS.items()
    ]
    columns = ["first_margin", "formula", "fits", "lifetime_value"]
    table = pd.DataFrame(rows, columns=columns, index=pd.Index(TIMINGS, name="timing"))
    if draws is None:
        return table
    drawn = {
        timing: simple_lifetime_value(draws["margin"], draws["retention_rate"], discount_rate, timing=timing)
        for timing in TIMINGS
    }
    return table.join(pd.DataFrame(drawn).quantile(TAIL).T.set_axis(["lower", "upper"], axis=1))


def lifetime_value_levers(
    margin,
    retention_rate,
    discount_rate,
    *,
    timing: str,
    acquisition_cost=0.0,
    keeping_cost=0.0,
    improvement=0.01,
    draws=None,
) -> pd.DataFrame:
    """What an improvement of each lever by 1 % (of itself) does to the simple lifetime value.

    Parameters as in :func:`simple_lifetime_value`, plain numbers; ``improvement``: relative, 0.01 for 1 %; costs and
    the discount rate go down by it, margin and retention up (retention to 1 at most); ``draws``: bootstrap draws of
    the measured levers (``lifetime_input_draws``) for an interval. Returns a frame indexed by lever, largest effect
    first: ``now`` and ``improved`` (the lever), ``lifetime_value`` (after the change, money), ``gain`` (money),
    ``gain_percent`` (of the value before; NaN when that is not positive) and, with draws, ``lower`` and ``upper`` (of
    the gain, 95 %). Source: Gupta and Lehmann (2003).
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
        better = _improved(lever, value, improvement)
        after = simple_lifetime_value(**(now | {lever: better}), timing=timing)
        percent = 100 * (after / before - 1) if before > 0 else np.nan
        rows.append((lever, value, better, after, after - before, percent))
    columns = ["lever", "now", "improved", "lifetime_value", "gain", "gain_percent"]
    table = pd.DataFrame(rows, columns=columns).set_index("lever")
    if draws is not None:
        table[["lower", "upper"]] = _gains(now | {name: draws[name] for name in draws}, timing, improvement)
    return table.sort_values("gain", ascending=False, kind="stable")


def _improved(lever: str, value, improvement: float):
    """A lever moved to the better by a share of itself."""
    if lever == "retention_rate":
        return np.minimum(value * (1 + improvement), 1.0)
    return value * (1 + improvement) if lever == "margin" else value * (1 - improvement)


def _gains(drawn: dict, timing: str, improvement: float) -> np.ndarray:
    """Ends of the interval of each lever's gain, in the order of the levers."""
    before = simple_lifetime_value(**drawn, timing=timing)
    gains = [
        simple_lifetime_value(**(drawn | {lever: _improved(lever, value, improvement)}), timing=timing) - before
        for lever, value in drawn.items()
    ]
    return np.quantile(gains, TAIL, axis=1).T


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


def share_after_returns(orders, as_of) -> float:
    """Net revenue per unit of value on purchase days up to ``as_of``: what later returns leave over.

    ``orders`` as in :func:`customer_summary`. Spending is measured on purchase days, before later returns; a margin
    rate is per unit of net revenue. This is the step between them.
    """
    days = customer_days(orders, as_of)
    net, gross = days.value.sum(), days.value.sum(where=days.value >= NOTHING)
    sums = days.aggregate(net=net.round(DECIMALS), gross=gross.round(DECIMALS)).to_pyarrow().to_pylist()[0]
    return sums["net"] / sums["gross"] if sums["gross"] else float("nan")


def expected_lifetime_value(
    purchases: PurchaseModel,
    spending: SpendingModel,
    summary: pd.DataFrame,
    horizon: float,
    discount_rate: float,
    margin_rate: float = 1.0,
    step: float | None = None,
    share_kept: float = 1.0,
) -> pd.DataFrame:
    """Value still to come from each customer within ``horizon``, from the BG/NBD and gamma-gamma models.

        value = margin rate · share kept · E[spending] ·
            Σ over steps of (E[Y(t)] − E[Y(t − step)]) · (1+d)^−(middle of the step)

    Parameters
    ----------
    purchases, spending: fitted models. summary: customers, in the unit of ``purchases``.
    horizon: time ahead in that unit. step: length of a step in it, default four weeks.
    discount_rate: per year. margin_rate: margin per unit of revenue net of returns. share_kept: net revenue per unit
    of spending, from :func:`share_after_returns`; 1 where nothing is ever returned.

    Returns a frame indexed by ``customer_id``: ``probability_alive``, ``expected_purchases`` (within the horizon),
    ``expected_spending`` (money a purchase, before returns), ``lifetime_value`` (money,
    from now on; what was earned before is not in it). Source: Fader, Hardie and Lee (2005), "RFM and CLV".
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
    table["lifetime_value"] = margin_rate * share_kept * table["expected_spending"] * discounted
    return table
