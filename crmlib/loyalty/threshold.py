"""What happens at a threshold: the jump between two lines, one from each side (regression discontinuity)."""

from __future__ import annotations

import numpy as np
import pandas as pd

from crmlib.errors import TooFew
from crmlib.estimate import FEWEST_UNITS, enough, refuse_gaps, tails

EACH_SIDE = 15


def jump(rows, distance, outcome, width, cluster=None, confidence=0.95):
    """Jump of an outcome at a threshold: local linear regression with a triangular kernel.

    outcome = a + jump · (distance ≥ 0) + b · distance + c · distance · (distance ≥ 0), weights 1 − |distance| / width
    Parameters: rows - one a customer (and time); distance - column, how far from the threshold, 0 or more: reached;
    outcome - column of numbers or yes/no; width - the rows nearer than this count; cluster - column of customers who
    count as one. Returns: DataFrame of one row: value, low, high (t of clusters − 1 degrees of freedom, robust errors),
    below, above (heights of both lines at the threshold). Errors: TooFew below 30 customers, or 15 rows on a side.
    Source: Hahn, Todd & Van der Klaauw (2001); Calonico, Cattaneo & Titiunik (2014) call it the conventional estimate.
    """
    import statsmodels.api as sm
    from scipy import stats

    near = rows[rows[distance].abs() < width]
    refuse_gaps(near[[outcome]])
    away, height = near[distance].to_numpy(float), near[outcome].to_numpy(float)
    order = np.lexsort((height, away))
    who = np.arange(len(near)) if cluster is None else pd.factorize(near[cluster], sort=True)[0]
    away, height, who = away[order], height[order], who[order]
    reached = away >= 0
    enough(np.unique(who), FEWEST_UNITS, "customers (clusters) near the threshold")
    if min(reached.sum(), (~reached).sum()) < EACH_SIDE or np.ptp(height) == 0:
        counts = f"{(~reached).sum():,} rows below and {reached.sum():,} above"
        raise TooFew(f"Near the threshold lie {counts}, with outcomes that must differ: it takes {EACH_SIDE} on each.")
    terms = np.column_stack([np.ones(len(away)), reached, away, away * reached])
    fit = sm.WLS(height, terms, weights=1 - np.abs(away) / width)
    fit = fit.fit(cov_type="cluster", cov_kwds={"groups": who}, use_t=True)
    below, value = fit.params[:2]
    spread = stats.t.ppf(tails(confidence)[1], len(np.unique(who)) - 1) * fit.bse[1]
    found = {"value": value, "low": value - spread, "high": value + spread, "below": below, "above": below + value}
    return pd.DataFrame([found]).astype(float)
