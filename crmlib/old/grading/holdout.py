"""How wrong is each lifetime value? Predict a time that is already known, from the time before it only.

Orders up to the cut feed the predictions; orders after it are used for one thing, to be compared with them.
"""

from __future__ import annotations

import numpy as np
import pandas as pd
from scipy.special import stdtrit

from crmlib.errors import CrmError
from crmlib.estimate import random_state
from crmlib.old.grading.cohorts import cohort_ages, is_opening_stock
from crmlib.old.grading.lifetime_value import share_after_returns
from crmlib.old.grading.purchases import expected_purchases, fit_purchase_model
from crmlib.old.grading.spending import expected_spending, fit_spending_model, repeat_buyers
from crmlib.old.grading.summary import NOTHING, customer_days, customer_summary

METHODS = ("simple", "cohort", "probabilistic")
METHOD_NAMES = {
    "simple": "last half-year × retention",
    "cohort": "cohort average",
    "probabilistic": "probabilistic model",
}
TARGETS = ("purchases", "value")
MEASURES = ("error", "root_mean_square", "bias", "rank_correlation")
BEHIND = ("error", "root_mean_square", "bias")  # measures in which methods are set against the best
ENOUGH = 50  # older customers needed before their past is taken for a cohort's future


def compare_on_holdout(
    orders,
    as_of=None,
    holdout_days: int = 182,
    draws: int = 500,
    seed: int = 0,
    penalty: float | str = 0.0,
    opening_days: int | None = None,
) -> pd.DataFrame:
    """Predict the last ``holdout_days`` with the three methods and table their errors.

    The predictions are those of :func:`holdout_predictions`, the table is that of :func:`holdout_errors`.
    """
    return holdout_errors(holdout_predictions(orders, as_of, holdout_days, penalty, opening_days), draws, seed)


def holdout_predictions(
    orders, as_of=None, holdout_days: int = 182, penalty: float | str = 0.0, opening_days: int | None = None
) -> pd.DataFrame:
    """Predict each customer's purchases and net value in the last ``holdout_days`` from what was known before.

    * *simple*: the last time × retention: what the customer bought in as many days before the cut, times the share of
      the buyers of the time before that who bought again in it. This is the first payment of the formula
      m·r/(1+d−r) with each customer's own m, not the whole formula.
    * *cohort*: what older customers did, on average, at the age now before the customer; where fewer than 50 are old
      enough, the average of the customer's own cohort (quarter of the first purchase) in the last such time. Opening
      stock is a cohort of its own and no reference for others.
    * *probabilistic*: BG/NBD purchases times gamma-gamma spending, times the share of sales that returns leave over.
      The models are fitted without the opening stock, whose true age is unknown, and applied to everybody.

    Parameters
    ----------
    orders: as in :func:`customer_summary`, or a customer database (its orders as of its day).
    as_of: last day observed; default the database's. holdout_days: days up to it that are predicted.
    penalty: passed on to both models; "if needed" steadies a fit whose likelihood has no maximum.
    opening_days: customers first seen in so many days after the data begin are opening stock; None: as
        :func:`crmlib.old.grading.cohorts.opening_stock_days` finds at the cut, 0: nobody.

    Returns
    -------
    Frame indexed by customer known at the cut: ``frequency``, ``recency``, ``T`` (days) at the cut, ``opening_stock``
    (yes or no), ``actual_purchases`` (purchase days), ``actual_value`` (revenue net of returns, money) and, for each
    method, ``<method>_purchases`` and ``<method>_value``. The cut is in ``.attrs["cut"]``.

    Raises CrmError when there are no orders on one side of the cut; NotConverged from the models.
    """
    if hasattr(orders, "table") and hasattr(orders, "as_of"):
        orders, as_of = orders.table("orders"), as_of or orders.as_of
    if as_of is None or holdout_days < 1:
        raise CrmError("Say as_of, the last day observed, and hold out at least one day.")
    as_of = pd.Timestamp(as_of).normalize()
    cut = as_of - pd.Timedelta(days=holdout_days)
    summary = customer_summary(orders, cut, unit="days")
    table = summary[["frequency", "recency", "T"]].copy()
    table["opening_stock"] = is_opening_stock(summary["first_order"], cut, opening_days)
    new = summary[~table["opening_stock"]]
    actual = purchases_between(orders, cut, as_of).reindex(table.index).fillna(0.0)
    if not actual["purchases"].sum() > 0:
        raise CrmError(f"No customer known on {cut:%Y-%m-%d} bought in the {holdout_days} days after it.")
    table[["actual_purchases", "actual_value"]] = actual.to_numpy()
    predictions = {
        "simple": _simple(orders, cut, holdout_days, summary),
        "cohort": _cohort(orders, cut, holdout_days, summary, table["opening_stock"]),
        "probabilistic": _probabilistic(new, summary, holdout_days, penalty) * [1.0, share_after_returns(orders, cut)],
    }
    for method, predicted in predictions.items():
        table[[f"{method}_purchases", f"{method}_value"]] = predicted[["purchases", "value"]].to_numpy()
    table.attrs = {"unit": "days", "cut": cut, "holdout_days": holdout_days}
    return table


def purchases_between(orders, after, until) -> pd.DataFrame:
    """Purchase days and net value of each customer after one day and until another (that day included).

    Returns a frame indexed by ``customer_id``, only customers with an order or return in that time: ``purchases``,
    ``value``.
    """
    days = customer_days(orders, until)
    days = days.filter(days.day > pd.Timestamp(after).date())
    counted = days.count(where=days.value >= NOTHING)
    sums = days.group_by("customer_id").agg(purchases=counted, value=days.value.sum().round(6))
    return sums.to_pyarrow().to_pandas().set_index("customer_id").sort_index()


def _simple(orders, cut, length, summary) -> pd.DataFrame:
    """Own purchases of the last time, times the company's retention rate from the time before it to the last."""
    middle, start = cut - pd.Timedelta(days=length), cut - pd.Timedelta(days=2 * length)
    last, before = purchases_between(orders, middle, cut), purchases_between(orders, start, middle)
    buyers = before.index[before["purchases"] > 0]
    bought = last.index[last["purchases"] > 0]
    if not len(buyers):
        raise CrmError(f"Nobody bought in the {length} days before {middle:%Y-%m-%d}: no retention rate can be taken.")
    retention = buyers.isin(bought).mean()
    return retention * last.reindex(summary.index).fillna(0.0)


def _cohort(orders, cut, length, summary, opening_stock) -> pd.DataFrame:
    """Mean of older customers at the same age, or of the own cohort in the last time."""
    begin = summary["first_order"].min()
    won_since = summary.loc[~opening_stock, "first_order"].min()
    ages = cohort_ages(orders, cut, period_days=1, opening_days=(won_since - begin).days)
    cohort = summary["first_order"].dt.to_period("Q").dt.start_time.rename("cohort")
    cohort = cohort.mask(opening_stock, begin - pd.DateOffset(years=1))  # a cohort of its own, before all others
    last = purchases_between(orders, cut - pd.Timedelta(days=length), cut).reindex(summary.index).fillna(0.0)
    own = last.groupby(cohort).mean()
    age = summary["T"].groupby(cohort).median().astype(int)
    observed = ages.groupby(level="cohort").size()  # days of age that all of the cohort have behind them
    rows = {}
    for name, now in age.items():
        older = observed.index[observed > now + length]
        reference = ages.loc[older]
        customers = reference.groupby(level="cohort")["customers"].first().sum()
        if customers < ENOUGH:
            rows[name] = own.loc[name, ["purchases", "value"]]
            continue
        period = reference.index.get_level_values("period")
        ahead = reference[(period > now) & (period <= now + length)]
        rows[name] = ahead[["purchases", "value"]].sum() / customers
    return pd.DataFrame(rows).T.reindex(cohort.to_numpy()).set_index(summary.index)


def _probabilistic(fitted_on, summary, length, penalty) -> pd.DataFrame:
    """BG/NBD purchases and, with gamma-gamma, their value before returns."""
    purchases = expected_purchases(fit_purchase_model(fitted_on, "days", penalty), summary, length)
    spending = expected_spending(fit_spending_model(repeat_buyers(fitted_on), penalty), summary)
    return pd.DataFrame({"purchases": purchases, "value": purchases * spending})


def holdout_errors(predictions: pd.DataFrame, draws: int = 500, seed: int = 0, level: float = 0.95) -> pd.DataFrame:
    """Errors of the three methods on the same customers, with bootstrap intervals over customers.

        error = mean |predicted − actual|        root_mean_square = √ mean (predicted − actual)²
        bias = Σ predicted / Σ actual − 1        rank_correlation: Spearman's

    ``predictions`` come from :func:`holdout_predictions`. Returns a frame indexed by ``target`` ("purchases", "value")
    and ``method``: ``predicted`` and ``actual`` (totals), then ``error`` and ``root_mean_square`` (purchases or money a
    customer), ``bias`` (share) and ``rank_correlation``, each followed by ``_lower`` and ``_upper``. Ranks are taken
    once, then drawn with their customers. Most customers buy nothing, so the mean absolute error flatters whoever
    predicts too little; the root mean square does not.

    Methods are compared in pairs, on the same drawn customers: ``error_behind``, ``root_mean_square_behind`` and
    ``bias_behind`` (of the bias without its sign) say by how much a method is worse than the best one of this sample,
    with ``_lower`` and ``_upper``. An interval that contains 0 means that the two cannot be told apart, even where
    their own intervals look different; and those may overlap although the difference is clear.
    """
    names = [(target, method) for target in TARGETS for method in METHODS]
    moments = {name: _moments(predictions, *name) for name in names}
    rng, size = random_state(seed), len(predictions)
    drawn = {name: np.empty((draws, len(MEASURES))) for name in names}
    for draw in range(draws):
        weights = np.bincount(rng.randint(0, size, size), minlength=size) / size
        for name in names:
            drawn[name][draw] = _measures(weights @ moments[name])
    measured = {name: np.array(_measures(moments[name].mean(axis=0))) for name in names}
    tail = [(1 - level) / 2, (1 + level) / 2]
    rows = []
    for target, method in names:
        totals = {"predicted": predictions[f"{method}_{target}"].sum(), "actual": predictions[f"actual_{target}"].sum()}
        ends = np.quantile(drawn[target, method], tail, axis=0)
        for measure, value, lower, upper in zip(MEASURES, measured[target, method], *ends, strict=True):
            totals |= {measure: value, f"{measure}_lower": lower, f"{measure}_upper": upper}
        rows.append(totals | _behind(measured, drawn, target, method, tail))
    table = pd.DataFrame(rows, index=pd.MultiIndex.from_tuples(names, names=["target", "method"]))
    table.attrs = dict(predictions.attrs)
    return table


def _behind(measured, drawn, target, method, tail) -> dict:
    """By how much a method is worse than the best one in each measure, from draws of the same customers."""
    found = {}
    for measure in BEHIND:
        column = MEASURES.index(measure)
        best = min(METHODS, key=lambda other: abs(measured[target, other][column]))
        worse = np.abs(drawn[target, method][:, column]) - np.abs(drawn[target, best][:, column])
        found[f"{measure}_behind"] = abs(measured[target, method][column]) - abs(measured[target, best][column])
        found[f"{measure}_behind_lower"], found[f"{measure}_behind_upper"] = np.quantile(worse, tail)
    return found


def clear_best(errors: pd.DataFrame, target: str, measure: str) -> str | None:
    """Name the method that is better than both others, each paired difference clear of 0; None if there is none.

    ``errors`` come from :func:`holdout_errors`; ``measure``: "error", "root_mean_square" or "bias".
    """
    table = errors.loc[target]
    best = table[f"{measure}_behind"].idxmin()
    others = table.drop(index=best)
    return str(best) if (others[f"{measure}_behind_lower"] > 0).all() else None


def _moments(predictions, target, method) -> np.ndarray:
    """Columns whose means are all that the measures need."""
    predicted, actual = predictions[f"{method}_{target}"], predictions[f"actual_{target}"]
    x, y = predicted.rank().to_numpy(), actual.rank().to_numpy()
    x, y = x / len(x), y / len(y)
    miss = predicted - actual
    return np.column_stack([miss.abs(), miss**2, predicted, actual, x, y, x * x, y * y, x * y])


def _measures(means: np.ndarray) -> tuple[float, ...]:
    """Mean absolute error, root mean square, relative bias and correlation of ranks."""
    error, square, predicted, actual, x, y, xx, yy, xy = means
    spread = (xx - x * x) * (yy - y * y)
    correlation = (xy - x * y) / np.sqrt(spread) if spread > 1e-18 else np.nan
    return error, np.sqrt(square), predicted / actual - 1 if actual else np.nan, correlation


def calibration_table(
    predictions: pd.DataFrame,
    method: str = "probabilistic",
    target: str = "purchases",
    most: int = 7,
    level: float = 0.95,
    fewest: int = 5,
) -> pd.DataFrame:
    """Expected against actual, by how often customers had bought again before the cut.

    Parameters
    ----------
    predictions: from :func:`holdout_predictions`. method: "simple", "cohort" or "probabilistic".
    target: "purchases" or "value" (revenue net of returns, money). most: from this number of repeat purchases on,
        classes are wide: most to 2·most − 1, to 4·most − 1, and more, so that heavy buyers are seen apart.
    fewest: a class of fewer customers is pooled with the next one, the last with the one before.

    Returns a frame indexed by class of ``frequency`` ("0", "1" … "7–13", "14–27", "28+"): ``customers``, ``expected``
    and ``actual`` (means a customer), ``lower`` and ``upper`` (interval of the actual mean, Student's t). Empty classes
    are left out. ``.attrs["target"]`` keeps the target.
    """
    if method not in METHODS or target not in TARGETS:
        raise CrmError(f"Say a method of {', '.join(METHODS)} and a target of {', '.join(TARGETS)}.")
    starts = _class_starts(predictions["frequency"], [*range(most), most, 2 * most, 4 * most], fewest)
    place = np.searchsorted(starts, predictions["frequency"], side="right") - 1
    groups = predictions.groupby(place, sort=True)
    table = pd.DataFrame({"customers": groups.size(), "expected": groups[f"{method}_{target}"].mean()})
    table["actual"] = groups[f"actual_{target}"].mean()
    error = groups[f"actual_{target}"].std() / np.sqrt(table["customers"])
    error *= stdtrit(table["customers"] - 1, 0.5 + level / 2)
    table["lower"], table["upper"] = table["actual"] - error, table["actual"] + error
    table.index = pd.Index(_class_names(starts), name="frequency")
    table.attrs = dict(predictions.attrs) | {"target": target}
    return table


def _class_starts(frequency: pd.Series, starts: list[int], fewest: int) -> list[int]:
    """First frequency of each class after pooling the small ones."""
    counts = np.bincount(np.searchsorted(starts, frequency, side="right") - 1, minlength=len(starts))
    kept, inside = [starts[0]], 0
    for place, start in enumerate(starts):
        if inside >= fewest:
            kept.append(start)
            inside = 0
        inside += counts[place]
    if inside < fewest and len(kept) > 1:
        kept.pop()
    return kept


def _class_names(starts: list[int]) -> list[str]:
    """Readable names: a number, a range, or the last one and more."""
    ends = [after - 1 for after in starts[1:]]
    names = [str(start) if start == end else f"{start}–{end}" for start, end in zip(starts, ends, strict=False)]
    return [*names, f"{starts[-1]}+"]
