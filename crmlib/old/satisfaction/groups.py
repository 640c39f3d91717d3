"""Comparing groups of respondents without fooling oneself."""

from itertools import combinations

import numpy as np
import pandas as pd

from crmlib.old.notices import hands_on_notices
from crmlib.old.satisfaction.intervals import difference_of_means, mean_with_interval

FEWEST_ANSWERS = 5


@hands_on_notices
def index_by_group(values, groups, weights=None, confidence=0.95):
    """Mean index of each group with interval.

    Parameters: ``values`` Series of index points by respondent; ``groups`` Series on the same index; ``weights`` too.
    Returns one row a group: respondents, mean, low, high. Groups of fewer than 5 answers are left out.
    """
    together = pd.DataFrame({"value": values, "group": groups})
    together["weight"] = 1.0 if weights is None else weights
    rows = {}
    for group, part in together.dropna().groupby("group", observed=True):
        if len(part) >= FEWEST_ANSWERS:
            rows[group] = (len(part), *mean_with_interval(part["value"], part["weight"], confidence))
    table = pd.DataFrame(rows, index=["respondents", "mean", "low", "high"]).T.rename_axis("group")
    return table.astype({"respondents": int})


@hands_on_notices
def compare_groups(values, groups, confidence=0.95):
    """All pairs of groups: difference of means, with limits and p-values corrected for the number of pairs.

    With k groups there are k(k − 1)/2 comparisons; the more of them, the more "differences" by chance. Holm's
    correction multiplies the smallest p-value by their number, the next by one less, and so on. The limits are Welch's
    at confidence 1 − (1 − confidence) / comparisons, so they hold for all pairs together; where Holm's correction, a
    little less strict, finds a clear difference and the limits pass 0, they end at 0. So a difference is clear where,
    and only where, its limits lie on one side of 0.

    Returns rows group, other_group, difference, low, high, p_value, corrected_p_value and
    clear (corrected p-value below 1 − confidence).
    Source: Welch 1947; Holm 1979; Guilbaud 2008 (limits that agree with the correction).
    """
    together = pd.DataFrame({"value": values, "group": groups}).dropna()
    parts = {name: part["value"] for name, part in together.groupby("group", observed=True)}
    parts = {name: part for name, part in parts.items() if len(part) >= FEWEST_ANSWERS}
    pairs = list(combinations(parts, 2))
    strict = 1 - (1 - confidence) / max(len(pairs), 1)
    rows = [(one, other, *difference_of_means(parts[one], parts[other], strict)) for one, other in pairs]
    table = pd.DataFrame(rows, columns=["group", "other_group", "difference", "low", "high", "p_value"])
    table["corrected_p_value"] = holm(table["p_value"].to_numpy())
    table["clear"] = table["corrected_p_value"] < 1 - confidence
    above, below = table["clear"] & (table["difference"] > 0), table["clear"] & (table["difference"] < 0)
    table["low"] = table["low"].mask(above, table["low"].clip(lower=0))
    table["high"] = table["high"].mask(below, table["high"].clip(upper=0))
    return table


def holm(p_values):
    """Holm's corrected p-values, in the order given. Source: Holm 1979."""
    p_values = np.asarray(p_values, dtype=float)
    order = np.argsort(p_values)
    steps = np.maximum.accumulate(p_values[order] * np.arange(len(p_values), 0, -1))
    corrected = np.empty_like(p_values)
    corrected[order] = np.minimum(steps, 1.0)
    return corrected
