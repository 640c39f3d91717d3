"""The shifted beta geometric model of customers who renew, or leave, period by period.

Each customer leaves at a renewal with a chance of their own. Those with a high chance leave first, so the retention of
those who remain rises, although nobody has become more loyal. Curves drawn through the survivors do not know that.

Source: Fader & Hardie (2007), "How to project customer retention".
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from crmlib.errors import CrmError, NotConverged
from crmlib.likelihood import maximise

STARTS = ([0.0, 0.0], [-0.5, 1.0], [1.0, 2.0], [3.0, 5.0])
HINT = "Customers who all leave with the same chance, or of whom none or all have left, leave nothing to estimate."


def log_likelihood(alpha, beta, lost, stayed):
    """Log-likelihood of the shifted beta geometric model: at each renewal everybody still there stays or leaves.

    chance of leaving at renewal t = α / (α + β + t − 1), with t = 1, 2, 3 …
    Parameters: alpha, beta - positive; lost, stayed - customers who left at, and who stayed after, each renewal.
    Source: Fader & Hardie (2007), written by renewals.
    """
    renewal = np.arange(1, len(lost) + 1)
    leaves = alpha / (alpha + beta + renewal - 1)
    return (lost * np.log(leaves) + stayed * np.log(1 - leaves)).sum()


@dataclass(frozen=True)
class RetentionModel:
    """A fitted model: alpha, beta; log_likelihood at its highest."""

    alpha: float
    beta: float
    log_likelihood: float

    def survival(self, renewals):
        """Share still there after 0, 1 … renewals: ∏ (1 − α / (α + β + t − 1)). Returns: Series, index renewal."""
        leaves = self.alpha / (self.alpha + self.beta + np.arange(renewals))
        index = pd.RangeIndex(renewals + 1, name="renewal")
        return pd.Series(np.append(1.0, np.cumprod(1 - leaves)), index, name="survival")


def fit_retention(survivors):
    """Fit the shifted beta geometric model by maximum likelihood.

    Parameters: survivors - customers still there after 0, 1, 2 … renewals (counts, or per cent of 100): a sequence, or
    a table with one row a cohort, whose later renewals are missing where they have not been seen.
    Returns: RetentionModel. Errors: CrmError for what are no survivors, NotConverged where there is no estimate.
    Source: Fader & Hardie (2007).
    """
    table = _survivors(survivors)
    lost = np.nansum(table[:, :-1] - table[:, 1:], axis=0)
    stayed = np.nansum(table[:, 1:], axis=0)
    if lost.sum() <= 0 or stayed.sum() <= 0:
        raise NotConverged(f"The retention model needs customers who left and customers who stayed. {HINT}")
    size, renewal = (lost + stayed).sum(), np.arange(1, len(lost) + 1)

    def mean(logarithms):
        alpha, beta = np.exp(logarithms)
        every = ((lost + stayed) / (alpha + beta + renewal - 1)).sum()
        slopes = lost.sum() - alpha * every, beta * ((stayed / (beta + renewal - 1)).sum() - every)
        return log_likelihood(alpha, beta, lost, stayed) / size, np.array(slopes) / size

    best = maximise(mean, STARTS, size, "shifted beta geometric", HINT)
    alpha, beta = (float(value) for value in np.exp(best.log_parameters))
    return RetentionModel(alpha, beta, best.log_likelihood)


def _survivors(survivors):
    """Return survivors as a checked array, one row a cohort."""
    table = np.atleast_2d(np.asarray(survivors, dtype=float))
    if table.ndim != 2 or table.shape[1] < 2:
        raise CrmError("Survivors need at least two numbers: who started, and who was left after one renewal.")
    seen = np.isfinite(table)
    if not seen[:, 0].all() or (np.diff(seen.astype(int), axis=1) > 0).any():
        raise CrmError("Survivors may be missing only at the end of a cohort, where they have not been seen yet.")
    if (table[seen] < 0).any() or (table[:, 0] <= 0).any() or (np.diff(table, axis=1) > 1e-9).any():
        raise CrmError("Survivors are positive at the start and can only fall; here they are negative or rise.")
    return table
