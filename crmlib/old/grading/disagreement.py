"""Where ways of grading disagree, how much, and who would be mistreated."""

import itertools

import numpy as np
import pandas as pd

from crmlib.estimate import random_state
from crmlib.old.figures import Notice
from crmlib.old.grading.measures import MEASURES
from crmlib.old.grading.pyramid import grade_customers
from crmlib.old.notices import hands_on_notices
from crmlib.old.redrawn import redrawn


def grades_side_by_side(profit, scores=None, lifetime=None, shares=None):
    """Grade the same customers by every measure at hand, all with the same shares.

    Parameters: profit - result of `customer_profit`; scores - result of `rfm_scores` (graded by R + F + M, equal sums
    by money spent); lifetime - result of `customer_lifetime_value` (a Notice is left out); shares - as for
    `grade_customers`.
    Returns: DataFrame of grades, index customer_id, one column a way of grading; a customer without a value under one
    of the ways is graded there as if the value were the lowest.
    """
    values = {measure: profit[measure] for measure in reversed(MEASURES) if measure in profit}
    if scores is not None:
        # A rank within equal sums, so that the upper grades have the size that the shares say.
        values["RFM"] = scores["RFM"] + scores["monetary"].rank(method="min") / (len(scores) + 1)
    if isinstance(lifetime, pd.DataFrame):
        values["lifetime value"] = lifetime["lifetime_value"]
    lowest = {name: series.reindex(profit.index).fillna(series.min()) for name, series in values.items()}
    return pd.DataFrame({name: grade_customers(series, shares) for name, series in lowest.items()})


def cross_table(first, second):
    """Count customers by two gradings. Parameters: two Series of grades. Returns: DataFrame of counts, best first."""
    table = pd.crosstab(first, second, dropna=False)
    names = list(first.cat.categories)
    return table.reindex(index=names, columns=list(second.cat.categories), fill_value=0)


def weighted_kappa(first, second):
    """Measure the agreement of two gradings beyond chance.

    κ = 1 − Σ d·observed / Σ d·expected, d = squared distance of the grades: 1 agreement, 0 as by chance.
    Parameters: two Series of ordered grades with the same categories. Returns: float. Source: Cohen (1968).
    """
    return _kappa(cross_table(first, second).to_numpy(float))


def _kappa(counts):
    observed = counts / counts.sum()
    expected = np.outer(observed.sum(axis=1), observed.sum(axis=0))
    place = np.arange(len(observed))
    distance = (place[:, None] - place[None, :]) ** 2
    chance = (distance * expected).sum()
    return float(1 - (distance * observed).sum() / chance) if chance > 0 else 1.0


def _kappa_limits(counts, repeats, random):
    """Drawing customers again is drawing the cells of their cross-table again."""
    counts = counts.to_numpy(float)
    drawn = redrawn(random, counts.ravel(), repeats)
    low, high = np.quantile([_kappa(cells.reshape(counts.shape)) for cells in drawn], [0.025, 0.975])
    return {"low": low, "high": high}


def agreement_table(grades, repeats=200, seed=2026):
    """Compare all ways of grading pairwise.

    Parameters: grades - result of `grades_side_by_side`.
    Returns: DataFrame, one row a pair: first, second, same_grade (share of customers), top_overlap (of the customers in
    the two best grades of the first, the share that is there in the second too), kappa (weighted) with low and high
    (95 %, percentile bootstrap over customers).
    """
    rows = []
    random = random_state(seed)
    for first, second in itertools.combinations(grades.columns, 2):
        top_first, top_second = (grades[name].cat.codes < 2 for name in (first, second))
        rows.append(
            {
                "first": first,
                "second": second,
                "same_grade": (grades[first].cat.codes == grades[second].cat.codes).mean(),
                "top_overlap": (top_first & top_second).sum() / top_first.sum(),
                "kappa": weighted_kappa(grades[first], grades[second]),
                **_kappa_limits(cross_table(grades[first], grades[second]), repeats, random),
            }
        )
    return pd.DataFrame(rows)


@hands_on_notices
def mistreated_counts(wronged):
    """Count the pampered and the neglected. Parameter: result of `mistreated`. Returns: DataFrame, index treatment."""
    counts = wronged["treatment"].value_counts().reindex(["pampered", "neglected"], fill_value=0)
    return counts.rename("customers").to_frame()


@hands_on_notices
def mistreated(profit, shares=None, by="revenue", truly="profit"):
    """List the customers whom grading by one measure would treat worst.

    Pampered: graded two or more grades higher by `by` than by `truly`, or among the two best by `by` though `truly` is
    negative. Neglected: graded two or more grades lower.
    Parameters: profit - result of `customer_profit`; shares - of the grades; by, truly - columns of it.
    Returns: DataFrame, index customer_id, worst first: treatment ("pampered"/"neglected"), grade_by_<by>,
    grade_by_<truly>, both values; or a Notice when `truly` is unknown.
    """
    if truly not in profit:
        return Notice(f"Who would be mistreated by grading on {by} cannot be told without {truly}.")
    shown, true = grade_customers(profit[by], shares), grade_customers(profit[truly], shares)
    steps = true.cat.codes.astype(int) - shown.cat.codes.astype(int)
    pampered = (steps >= 2) | ((shown.cat.codes < 2) & (profit[truly] < 0))
    neglected = steps <= -2
    table = pd.DataFrame(
        {
            "treatment": np.select([pampered, neglected], ["pampered", "neglected"], "as deserved"),
            f"grade_by_{by}": shown,
            f"grade_by_{truly}": true,
            by: profit[by],
            truly: profit[truly],
        }
    )
    table = table[pampered | neglected].sort_index().sort_values(truly, kind="stable")
    table.attrs = profit.attrs
    return table
