"""Intervals for shares, means and differences, as the chapter uses them."""

import numpy as np
from scipy import stats

from crmlib.estimate import random_state


def share_with_interval(successes, total, confidence=0.95):
    """Share and Wilson interval; never below 0 or above 1, also good when nobody or everybody did it.

    centre = (p + z²/2n) / (1 + z²/n), half width = z √(p(1 − p)/n + z²/4n²) / (1 + z²/n).

    Parameters: ``successes`` of ``total``, single numbers or arrays; ``confidence`` share. Returns (share, low, high),
    NaN where total is 0. Source: Wilson 1927.
    """
    successes, total = np.asarray(successes, dtype=float), np.asarray(total, dtype=float)
    count = np.where(total > 0, total, np.nan)
    share = successes / count
    squared = stats.norm.ppf((1 + confidence) / 2) ** 2
    centre = (share + squared / (2 * count)) / (1 + squared / count)
    spread = np.sqrt(squared * (share * (1 - share) / count + squared / (4 * count**2))) / (1 + squared / count)
    return share, np.maximum(centre - spread, 0.0), np.minimum(centre + spread, 1.0)


def difference_of_shares(successes, total, other_successes, other_total, confidence=0.95):
    """Difference of two independent shares with Newcombe's interval, built from the two Wilson intervals.

    Returns (difference, low, high). Source: Newcombe 1998, method 10.
    """
    one, one_low, one_high = share_with_interval(successes, total, confidence)
    two, two_low, two_high = share_with_interval(other_successes, other_total, confidence)
    difference = one - two
    low = difference - np.sqrt((one - one_low) ** 2 + (two_high - two) ** 2)
    high = difference + np.sqrt((one_high - one) ** 2 + (two - two_low) ** 2)
    return difference, low, high


def ratio_of_shares(successes, total, other_successes, other_total, confidence=0.95):
    """Ratio of two independent shares with an interval on the logarithm.

    log ratio ± z √(1/a − 1/n + 1/b − 1/m). Returns (ratio, low, high), NaN when one of the counts is 0.
    Source: Katz, Baptista, Azen & Pike 1978.
    """
    if min(successes, other_successes) == 0:
        return np.nan, np.nan, np.nan
    ratio = (successes / total) / (other_successes / other_total)
    error = np.sqrt(1 / successes - 1 / total + 1 / other_successes - 1 / other_total)
    factor = np.exp(stats.norm.ppf((1 + confidence) / 2) * error)
    return ratio, ratio / factor, ratio * factor


def mean_with_interval(values, weights=None, confidence=0.95):
    """Mean with Student's interval; with weights the linearised error of a weighted mean.

    Weighted: error² = Σ w²(x − mean)² / (Σ w)² · n/(n − 1).

    Parameters: ``values`` one a respondent (gaps are left out); ``weights`` of the same length or None.
    Returns (mean, low, high); the limits are NaN for fewer than two values.
    """
    values = np.asarray(values, dtype=float)
    weights = np.ones(len(values)) if weights is None else np.asarray(weights, dtype=float)
    answered = ~np.isnan(values)
    values, weights = values[answered], weights[answered]
    count = len(values)
    if count == 0 or weights.sum() == 0:
        return np.nan, np.nan, np.nan
    mean = float(weights @ values / weights.sum())
    if count < 2:
        return mean, np.nan, np.nan
    error = np.sqrt((weights**2 @ (values - mean) ** 2) * count / (count - 1)) / weights.sum()
    spread = stats.t.ppf((1 + confidence) / 2, count - 1) * error
    return mean, float(mean - spread), float(mean + spread)


def bootstrap_mean(values, confidence=0.95, resamples=1000, seed=1):
    """Mean with a bootstrap percentile interval: for skewed figures such as money.

    Returns (mean, low, high). Source: Efron & Tibshirani 1993.
    """
    values = np.asarray(values, dtype=float)
    values = values[~np.isnan(values)]
    if len(values) < 2:
        mean = float(values.mean()) if len(values) else np.nan
        return mean, np.nan, np.nan
    generator = random_state(seed)
    means = [values[generator.randint(len(values), size=len(values))].mean() for _ in range(resamples)]
    low, high = np.percentile(means, [(1 - confidence) * 50, (1 + confidence) * 50])
    return float(values.mean()), float(low), float(high)


def difference_of_means(values, other, confidence=0.95):
    """Difference of two independent means with Welch's interval (deviations may differ).

    Returns (difference, low, high, p_value). Source: Welch 1947.
    """
    result = stats.ttest_ind(values, other, equal_var=False, nan_policy="omit")
    limits = result.confidence_interval(confidence)
    return float(np.nanmean(values) - np.nanmean(other)), float(limits.low), float(limits.high), float(result.pvalue)
