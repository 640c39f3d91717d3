"""Do the items of a construct measure one thing, and constructs different things?"""

import numpy as np
import pandas as pd

from crmlib.old.notices import hands_on_notices

SOUND_RELIABILITY = 0.7
SOUND_VARIANCE_EXTRACTED = 0.5
SOUND_LOADING = 0.4
DISTINCT_BELOW = 0.9


@hands_on_notices
def reliability_table(model):
    """Reliability of each construct: five figures, and whether the usual thresholds are met.

    With k items, mean correlation r̄ between them and loadings λ:
    standardised α = k r̄ / (1 + (k − 1) r̄); raw α = k/(k − 1) · (1 − Σ variance / variance of the sum);
    composite reliability = (Σλ)² / ((Σλ)² + Σ(1 − λ²)); average variance extracted = mean of λ²;
    ρ_A = reliability of the weighted score (used for the consistent coefficients).
    Published α may be either of the two; they differ when the items' deviations do.

    Parameters: ``model`` a PathModel. Returns one row a construct; NaN where there is a single item.
    ``sound``: composite reliability ≥ 0.7, average variance extracted ≥ 0.5 and no loading below 0.4.
    Source: Cronbach 1951; Werts, Linn & Jöreskog 1974; Fornell & Larcker 1981; Dijkstra & Henseler 2015.
    """
    rows = {}
    for construct, items in model.items.groupby("construct", sort=False):
        correlation = model.correlations.loc[items.index, items.index].to_numpy()
        deviation = items["standard_deviation"].to_numpy()
        loading = items["loading"].to_numpy()
        rows[construct] = {
            "items": len(items),
            "alpha": standardised_alpha(correlation),
            "raw_alpha": raw_alpha(correlation * np.outer(deviation, deviation)),
            "composite_reliability": composite_reliability(loading),
            "rho_a": _rho_a(items["weight"].to_numpy(), correlation),
            "average_variance_extracted": float((loading**2).mean()) if len(items) > 1 else np.nan,
            "weakest_loading": float(loading.min()),
        }
    table = pd.DataFrame(rows).T.rename_axis("construct").astype({"items": int})
    table["sound"] = (table["items"] == 1) | (
        (table["composite_reliability"] >= SOUND_RELIABILITY)
        & (table["average_variance_extracted"] >= SOUND_VARIANCE_EXTRACTED)
        & (table["weakest_loading"] >= SOUND_LOADING)
    )
    return table


def standardised_alpha(correlation):
    """Cronbach's α of items brought to equal deviation: k r̄ / (1 + (k − 1) r̄); NaN for a single item."""
    count = len(correlation)
    if count < 2:
        return np.nan
    mean = (correlation.sum() - count) / (count * (count - 1))
    return float(count * mean / (1 + (count - 1) * mean))


def raw_alpha(covariance):
    """Cronbach's α of the answers as given: k/(k − 1) · (1 − Σ variance / variance of the sum)."""
    count = len(covariance)
    if count < 2:
        return np.nan
    return float(count / (count - 1) * (1 - np.trace(covariance) / covariance.sum()))


def composite_reliability(loading):
    """Share of the variance of the sum of items that is common to them: (Σλ)² / ((Σλ)² + Σ(1 − λ²))."""
    if len(loading) < 2:
        return np.nan
    common = loading.sum() ** 2
    return float(common / (common + (1 - loading**2).sum()))


@hands_on_notices
def heterotrait_monotrait_ratio(model):
    """Are two constructs distinct? Mean correlation across them over the mean correlation within them (HTMT).

    HTMT = mean |r| between items of the two / √(mean |r| within one · mean |r| within the other).
    Above 0.9 the two can hardly be told apart by these items; the mean within a single item counts as 1.

    Parameters: ``model`` a PathModel. Returns a square table, diagonal 1.
    Source: Henseler, Ringle & Sarstedt 2015.
    """
    names = list(model.design.constructs)
    absolute = model.correlations.abs()
    block = {name: list(model.items.index[model.items["construct"] == name]) for name in names}
    within = {name: _mean_off_diagonal(absolute.loc[block[name], block[name]].to_numpy()) for name in names}
    ratio = pd.DataFrame(1.0, index=pd.Index(names, name="construct"), columns=names)
    for one in names:
        for other in names:
            if one != other:
                between = absolute.loc[block[one], block[other]].to_numpy().mean()
                ratio.loc[one, other] = between / np.sqrt(within[one] * within[other])
    return ratio


@hands_on_notices
def hardly_distinct(ratios, near=0.85, limit=0.9):
    """The pairs of constructs that customers hardly tell apart, or nearly so.

    Parameters: ``ratios`` from ``heterotrait_monotrait_ratio``; ``near`` and ``limit`` the strict and the usual limit.
    Returns rows construct, other_construct, ratio (a text of three digits, because the third may decide), finding;
    highest first. Source of the limits: Henseler, Ringle & Sarstedt 2015.
    """
    names = list(ratios.index)
    pairs = [(ratios.loc[a, b], a, b) for i, a in enumerate(names) for b in names[i + 1 :] if ratios.loc[a, b] > near]
    rows = [
        (one, other, f"{value:.3f}", f"above {limit:g}: hardly two things" if value > limit else f"near {limit:g}")
        for value, one, other in sorted(pairs, reverse=True)
    ]
    return pd.DataFrame(rows, columns=["construct", "other_construct", "ratio", "finding"])


def _mean_off_diagonal(correlation):
    count = len(correlation)
    return 1.0 if count == 1 else (correlation.sum() - np.trace(correlation)) / (count * (count - 1))


def _rho_a(weights, correlation):
    if len(weights) < 2:
        return np.nan
    between = correlation - np.diag(np.diag(correlation))
    implied = weights @ weights * (weights @ weights) - (weights**4).sum()
    return float((weights @ weights) ** 2 * (weights @ between @ weights) / implied)
