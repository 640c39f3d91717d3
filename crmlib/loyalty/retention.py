"""How many customers stay: the shifted beta geometric model of contract renewal, and the naive curves it replaces.

Each customer renews with a chance of their own. Those with a low chance leave first, so the retention rate of those who
remain rises although nobody has become more loyal. Curves fitted to the survivors do not know that.

Source: Fader and Hardie (2007), "How to project customer retention".
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import pandas as pd
from scipy.special import betaln, digamma, hyp2f1

from crmlib.errors import CrmError, NotConverged
from crmlib.likelihood import interval_table, maximise

STARTS = ([0.0, 0.0], [-0.5, 1.0], [1.0, 2.0], [3.0, 5.0])
HINT = (
    "Customers who all have the same chance of leaving, or of whom none or all have left, leave nothing to estimate; "
    "take more periods or cohorts, or steady the fit with penalty=1."
)


@dataclass(frozen=True)
class RetentionModel:
    """A fitted shifted beta geometric model.

    ``alpha``, ``beta``: a customer's chance of leaving at a renewal is beta(α, β) over customers, with mean α/(α+β).
    ``covariance`` is that of the log-parameters. ``customers`` started; ``periods`` were observed.
    """

    alpha: float
    beta: float
    customers: float
    periods: int
    log_likelihood: float
    covariance: np.ndarray = field(repr=False, compare=False)


def fit_retention_model(survivors, customers: float | None = None, penalty: float = 0.0) -> RetentionModel:
    """Fit the model by maximum likelihood to the survivors of one or several cohorts.

        P(T = t) = B(α+1, β+t−1)/B(α, β),   S(t) = B(α, β+t)/B(α, β)
        ln L = Σ lost(t) · ln P(T = t) + survivors(n) · ln S(n)

    Parameters
    ----------
    survivors: customers still there after 0, 1, 2 … renewals: a sequence, or a table with one row a cohort (later
        periods of younger cohorts NaN). Counts, or shares: all cohorts start at 1 or at 100 (%), or numbers are not
        whole.
    customers: how many started, needed only for the intervals when shares are given; without it, shares give no
        intervals: NaN. A cohort that really had 100 customers needs ``customers=100``.
    penalty: 0 for maximum likelihood; above 0, α and β are drawn towards 1 by this weight in the total log-likelihood
        (shares count as 100 customers), and there are no intervals.

    Raises CrmError when the numbers are no survivors; NotConverged when they have no best parameters.
    """
    table = _survivor_table(survivors)
    counts = customers is not None or not _are_shares(table)
    if customers is not None:
        table = table * (customers / table[:, 0].sum())
    lost = -np.diff(table, axis=1)
    last = np.array([row[np.isfinite(row)].size - 1 for row in table])
    staying = np.bincount(last, weights=table[np.arange(len(table)), last], minlength=table.shape[1])[1:]
    leaving, size = np.nansum(lost, axis=0), float(table[last > 0, 0].sum())
    if leaving.sum() <= 0 or staying.sum() <= 0:
        raise NotConverged(f"The retention model needs customers who left and customers who stayed. {HINT}")
    times = np.arange(1, table.shape[1], dtype=float)
    best = maximise(
        lambda theta: _log_likelihood(theta, times, leaving / size, staying / size),
        STARTS,
        size if counts else 100.0,
        "shifted beta geometric",
        HINT,
        penalty,
    )
    alpha, beta = (float(value) for value in np.exp(best.log_parameters))
    if not counts:
        return RetentionModel(alpha, beta, np.nan, int(last.max()), np.nan, np.full((2, 2), np.nan))
    return RetentionModel(alpha, beta, size, int(last.max()), best.log_likelihood, best.covariance)


def _are_shares(table: np.ndarray) -> bool:
    """Percentages are often whole, so what counts is where all cohorts start."""
    starts = np.unique(table[:, 0])
    return bool((table[np.isfinite(table)] % 1).any()) or (starts.size == 1 and starts[0] in (1.0, 100.0))


def _survivor_table(survivors) -> np.ndarray:
    """Survivors as a checked two-dimensional array, one row a cohort."""
    table = np.atleast_2d(np.asarray(survivors, dtype=float))
    if table.ndim != 2 or table.shape[1] < 2:
        raise CrmError("Survivors need at least two periods: those who started and those left after one renewal.")
    seen = np.isfinite(table)
    if not seen[:, 0].all() or (np.diff(seen.astype(int), axis=1) > 0).any():
        raise CrmError("Survivors may be missing only at the end of a cohort, where it has not been observed yet.")
    if (table[seen] < 0).any() or (table[:, 0] <= 0).any() or (np.diff(table, axis=1) > 1e-9).any():
        raise CrmError("Survivors are positive at the start and can only fall; here they are negative or rise.")
    return table


def _log_likelihood(theta, times, leaving, staying) -> tuple[float, np.ndarray]:
    """Mean log-likelihood and its gradient in (ln α, ln β), from weights of leavers and of those last seen staying."""
    alpha, beta = np.exp(theta)
    none = betaln(alpha, beta)
    value = leaving @ (betaln(alpha + 1, beta + times - 1) - none) + staying @ (betaln(alpha, beta + times) - none)
    together = digamma(alpha + beta) - digamma(alpha + beta + times)  # the same for P and S
    by_alpha = leaving @ (digamma(alpha + 1) - digamma(alpha) + together) + staying @ together
    by_beta = leaving @ (digamma(beta + times - 1) - digamma(beta) + together)
    by_beta += staying @ (digamma(beta + times) - digamma(beta) + together)
    return float(value), np.array([by_alpha * alpha, by_beta * beta])


def retention_parameters(model: RetentionModel, level: float = 0.95) -> pd.DataFrame:
    """α and β with intervals from the curvature of the likelihood: ``estimate``, ``lower``, ``upper``.

    The limits are NaN for shares without a number of customers and for a penalised fit.
    """
    return interval_table(["alpha", "beta"], [model.alpha, model.beta], model.covariance, level)


def survival(model: RetentionModel, periods) -> pd.Series:
    """Share of customers still there after each number of renewals, S(t) = B(α, β+t)/B(α, β).

    ``periods``: a whole number (0, 1 … up to it) or a sequence. Returns a Series indexed by period.
    """
    index = _periods(periods, first=0)
    values = np.exp(betaln(model.alpha, model.beta + index) - betaln(model.alpha, model.beta))
    return pd.Series(values, index=index, name="survival")


def retention_rate(model: RetentionModel, periods) -> pd.Series:
    """Share of the remaining customers who renew at each renewal, r(t) = (β+t−1)/(α+β+t−1); rises with t.

    ``periods``: a whole number (1, 2 … up to it) or a sequence. Returns a Series indexed by period.
    """
    index = _periods(periods, first=1)
    values = (model.beta + index - 1) / (model.alpha + model.beta + index - 1)
    return pd.Series(np.asarray(values, dtype=float), index=index, name="retention_rate")


def _periods(periods, first: int) -> pd.Index:
    """The periods asked for."""
    index = np.arange(first, periods + 1) if np.ndim(periods) == 0 else np.asarray(periods)
    if index.size and index.min() < first:
        raise CrmError(f"Periods count from {first}.")
    return pd.Index(index, name="period")


def discounted_lifetime(model: RetentionModel, discount_rate: float, renewals: int = 0) -> float:
    """Payments expected of a customer from now on, each counted at its present value, in payments.

        Σ S(n+t)/S(n) · (1+d)^−t, t = 0, 1, 2 …  =  F(1, β+n; α+β+n; 1/(1+d))     (F = ₂F₁)

    Parameters
    ----------
    discount_rate: d per period, 0.1 for 10 %; at 0 this is the expected number of payments, infinite for α ≤ 1.
    renewals: n, how often the customer has renewed already; the payment that follows is the first one counted.

    Times the margin per payment it is the lifetime value. Source: Fader and Hardie (2010), "Customer-base valuation in
    a contractual setting".
    """
    if discount_rate < 0 or renewals < 0:
        raise CrmError("The discount rate and the number of renewals cannot be negative.")
    alpha, beta = model.alpha, model.beta + renewals
    if discount_rate == 0:
        return (alpha + beta - 1) / (alpha - 1) if alpha > 1 else np.inf
    return float(hyp2f1(1, beta, alpha + beta, 1 / (1 + discount_rate)))


def fit_naive_curves(survivors, periods: int) -> pd.DataFrame:
    """Least-squares curves through observed survival, carried on to ``periods`` renewals: what not to do.

        linear a + b t,   quadratic a + b t + c t²,   exponential a·e^(b t)

    ``survivors``: one cohort after 0, 1, 2 … renewals (counts or shares; at least three). Returns shares indexed by
    period, one column a curve, as fitted: they may fall below 0, or rise again. The exponential is fitted in logs.
    """
    table = _survivor_table(survivors)
    observed = table[0] / table[0, 0]
    if len(table) > 1 or observed.size < 3 or not (observed > 0).all():
        raise CrmError("The curves need the survivors of one cohort over at least three periods.")
    seen, index = np.arange(observed.size), _periods(periods, first=0)
    curves = {
        "linear": np.polyval(np.polyfit(seen, observed, 1), index),
        "quadratic": np.polyval(np.polyfit(seen, observed, 2), index),
        "exponential": np.exp(np.polyval(np.polyfit(seen, np.log(observed), 1), index)),
    }
    return pd.DataFrame(curves, index=index)


def compare_projections(survivors, fitted_on: int, penalty: float = 0.0) -> pd.DataFrame:
    """Fit the model and the naive curves to the first years of a cohort and set both beside what happened later.

    Parameters
    ----------
    survivors: one cohort after 0, 1, 2 … renewals, counts or shares.
    fitted_on: how many renewals the fits may see; the rest is the test.

    Returns a frame indexed by period with ``observed`` (share), ``seen`` (yes or no), ``model``, and a column a curve.
    """
    observed = _survivor_table(survivors)[0]
    if not 2 <= fitted_on < observed.size - 1:
        raise CrmError(f"Fit on at least 2 and fewer than all {observed.size - 1} renewals; the rest is the test.")
    used, periods = observed[: fitted_on + 1], observed.size - 1
    table = fit_naive_curves(used, periods)
    table.insert(0, "observed", observed / observed[0])
    table.insert(1, "seen", table.index <= fitted_on)
    table.insert(2, "model", survival(fit_retention_model(used, penalty=penalty), periods))
    return table


def projection_errors(comparison: pd.DataFrame) -> pd.DataFrame:
    """Mean and largest absolute error of each projection over the periods it had not seen, in percentage points.

    ``comparison`` comes from :func:`compare_projections`. Returns a frame indexed by method: ``mean_error``,
    ``largest_error``.
    """
    unseen = comparison[~comparison["seen"]]
    errors = 100 * unseen.drop(columns=["observed", "seen"]).sub(unseen["observed"], axis=0).abs()
    table = pd.DataFrame({"mean_error": errors.mean(), "largest_error": errors.max()})
    return table.rename_axis("method")
