"""The customer pyramid (key, major, ordinary, small) and ABC classes: grades by explicit, editable cuts."""

import numpy as np
import pandas as pd

from crmlib.errors import CrmError
from crmlib.old.grading.measures import MEASURES, best_measure

SHARES = {"key": 0.01, "major": 0.04, "ordinary": 0.15, "small": 0.80}
CHINESE = {"key": "重要客户", "major": "主要客户", "ordinary": "普通客户", "small": "小客户"}
ABC_LIMITS = {"A": 0.80, "B": 0.95, "C": 1.0}


def grade_customers(values, shares=None):
    """Grade customers by value: the best 1 % are key, the next 4 % major, the next 15 % ordinary, the rest small.

    Rule: a customer's place is the share of customers with a strictly larger value; the grade is the first whose
    cumulative share lies above that place. Equal values so always get the same (the better) grade, and the order of the
    rows does not matter.
    Parameters: values - Series of money, index customer_id; shares - dict grade → share of customers, best grade first.
    Returns: Series of ordered grades, same index. Raises: CrmError when shares do not add up to 1 or a value is
    missing.
    """
    shares = _checked_shares(shares or SHARES)
    place = values.rank(method="min", ascending=False).sub(1).div(len(values))
    if place.isna().any():
        raise CrmError(
            f"{int(place.isna().sum())} customers have no value to be graded by; leave them out or give them 0."
        )
    limits = np.cumsum(list(shares.values()))
    number = np.searchsorted(limits, place.to_numpy() + 1e-12, side="right").clip(max=len(shares) - 1)
    return _ordered(number, list(shares), values.index, "grade")


def abc_classes(values, limits=None):
    """Class customers by cumulated value: A bring the first 80 %, B the next 15 %, C the last 5 %.

    Rule: a customer is in the first class whose limit lies above the share of the (positive) total that customers with
    strictly larger values bring; a customer without positive value is in the last class.
    Parameters: values - Series of money, index customer_id; limits - dict class → upper limit of the cumulated share.
    Returns: Series of ordered classes. Source: Pareto's rule applied to stock by Dickie (1951).
    """
    limits = limits or ABC_LIMITS
    bounds = np.array(list(limits.values()), float)
    if (np.diff(bounds) <= 0).any() or not 0 < bounds[0] <= 1 or bounds[-1] != 1:
        raise CrmError(f"The limits of ABC classes rise to 1; {dict(limits)} do not.")
    sizes = values.clip(lower=0)
    per_value = sizes.groupby(sizes).sum().sort_index(ascending=False)
    if not per_value.sum() > 0:
        raise CrmError("No customer has a positive value: there is nothing to class.")
    before = per_value.cumsum().shift(fill_value=0.0) / per_value.sum()
    number = np.searchsorted(bounds, sizes.map(before).to_numpy() + 1e-12, side="right").clip(max=len(bounds) - 1)
    number = np.where(sizes.to_numpy() > 0, number, len(bounds) - 1)
    return _ordered(number, list(limits), values.index, "abc")


def grade_table(grades, table):
    """Sum up each grade: how many customers, and what share of each measure they bring.

    Parameters: grades - Series, index customer_id; table - result of `customer_profit`.
    Returns: DataFrame, index grade: customers, customer_share, <measure>_share for each measure present, and
    value_per_customer (best measure present, money over the period).
    """
    measures = [measure for measure in reversed(MEASURES) if measure in table]
    table = table.loc[grades.index]
    groups = table.groupby(grades, observed=False)
    summary = pd.DataFrame({"customers": groups.size()})
    summary["customer_share"] = summary["customers"] / len(table)
    for measure in measures:
        summary[f"{measure}_share"] = groups[measure].sum() / table[measure].sum()
    best = best_measure(table)
    summary["value_per_customer"] = groups[best].mean()
    summary.attrs = table.attrs | {"measure": best}
    return summary


def _checked_shares(shares):
    sizes = np.array(list(shares.values()), float)
    if len(sizes) < 2 or (sizes <= 0).any() or abs(sizes.sum() - 1) > 1e-9:
        raise CrmError(f"Shares of grades are positive and add up to 1; {dict(shares)} do not.")
    return shares


def _ordered(number, names, index, name):
    return pd.Series(pd.Categorical.from_codes(number, names, ordered=True), index=index, name=name)


def best_grade(table):
    """Say how many customers the best grade has and what share of the value they bring.

    Parameters: table - result of `grade_table`. Returns: Series: customers, value_share (of the best measure).
    """
    first = table.iloc[0]
    return pd.Series({"customers": int(first["customers"]), "value_share": first[f"{table.attrs['measure']}_share"]})
