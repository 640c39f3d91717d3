"""How much a purchase is worth: the gamma-gamma model of spending.

A customer's purchases vary around an average of their own; averages vary over customers. A customer seen once or
twice is therefore drawn towards everybody's mean. The model stands on one assumption: how much a customer spends a
time has nothing to do with how often they buy. :func:`frequency_value_correlation` shows whether that holds.

Source: Fader and Hardie (2013), "The gamma-gamma model of monetary value", after Colombo and Jiang (1999).
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import pandas as pd
from scipy.special import digamma, gammaln, ndtri

from crmlib.errors import CrmError, NotConverged
from crmlib.estimate import random_state
from crmlib.likelihood import interval_table, maximise

PARAMETERS = ("p", "q", "v")
STARTS = ([0.7, 0.7, 0.0], [1.8, 1.3, -0.8], [3.0, 2.0, 1.0], [0.0, 0.3, -1.0])
HINT = 'There may be too few repeat buyers, or customers who all spend the same; take more, or penalty="if needed".'
STEADYING = 1.0  # the penalty used if needed


@dataclass(frozen=True)
class SpendingModel:
    """A fitted gamma-gamma model.

    ``p``: shape of a customer's purchase values; ``q`` and ``v`` (money): shape and scale of the gamma from which each
    customer's rate is drawn. ``covariance`` is that of the log-parameters. ``customers`` are the repeat buyers used;
    ``penalty`` is 0 for maximum likelihood.
    """

    p: float
    q: float
    v: float
    customers: int
    log_likelihood: float
    covariance: np.ndarray = field(repr=False, compare=False)
    penalty: float = 0.0

    @property
    def population_mean(self) -> float:
        """Mean value of a purchase over all customers, p·v/(q−1), in money; infinite for q ≤ 1."""
        return self.p * self.v / (self.q - 1) if self.q > 1 else np.inf


def repeat_buyers(summary: pd.DataFrame) -> pd.DataFrame:
    """The rows on which spending can be studied: at least one repeat purchase and a positive mean value."""
    return summary[(summary["frequency"] > 0) & (summary["monetary"] > 0)]


def fit_spending_model(repeaters: pd.DataFrame, penalty: float | str = 0.0) -> SpendingModel:
    """Fit the gamma-gamma model by maximum likelihood.

        ln L(x, m) = ln Γ(px+q) − ln Γ(px) − ln Γ(q) + q ln v + (px−1) ln m + px ln x − (px+q) ln(v + x m)

    Parameters
    ----------
    repeaters: one row a repeat buyer with ``frequency`` x ≥ 1 and ``monetary`` m > 0, the mean value of the repeat
        purchases (money), as from ``repeat_buyers(summary)``.
    penalty: 0 for maximum likelihood; above 0, parameters (money in units of the mean) are drawn towards 1, by this
        weight in the total log-likelihood, and have no intervals. "if needed": 0, and 1 where the likelihood has no
        maximum (the model's ``penalty`` says which).

    Raises CrmError when a row is no repeat buyer or has no positive value; NotConverged when there is no maximum.
    """
    if penalty == "if needed":
        try:
            return fit_spending_model(repeaters)
        except NotConverged:
            return fit_spending_model(repeaters, STEADYING)
    x, m = _checked(repeaters)
    scale, size = m.mean(), x.size
    best = maximise(lambda theta: _log_likelihood(theta, x, m / scale), STARTS, size, "gamma-gamma", HINT, penalty)
    p, q, v = (float(value) for value in np.exp(best.log_parameters))
    log_likelihood = best.log_likelihood - float(size * np.log(scale))  # back to the density per unit of money
    return SpendingModel(p, q, v * float(scale), size, log_likelihood, best.covariance, penalty)


def _checked(repeaters: pd.DataFrame) -> tuple[np.ndarray, np.ndarray]:
    """Frequency and mean value of repeat buyers, refused when they are not that."""
    missing = [name for name in ("frequency", "monetary") if name not in repeaters.columns]
    if missing:
        raise CrmError(f"The summary has no column {', '.join(missing)}; make it with customer_summary.")
    x, m = (repeaters[name].to_numpy(dtype=float) for name in ("frequency", "monetary"))
    if x.size == 0:
        raise NotConverged(f"The gamma-gamma model needs customers who have bought again; here nobody has. {HINT}")
    once, unpaid = int((~(x >= 1)).sum()), int((~(np.isfinite(m) & (m > 0)))[x >= 1].sum())
    if once or unpaid:
        raise CrmError(
            "The gamma-gamma model is for repeat buyers with a positive value: "
            f"{once} customers have no repeat purchase, {unpaid} have no positive value. Pass repeat_buyers(summary)."
        )
    return x, m


def _log_likelihood(theta, x, m) -> tuple[float, np.ndarray]:
    """Mean log-likelihood and its gradient in (ln p, ln q, ln v)."""
    p, q, v = np.exp(theta)
    px, total = p * x, v + x * m
    value = gammaln(px + q) - gammaln(px) - gammaln(q) + q * np.log(v) - np.log(m)
    value += px * np.log(x * m) - (px + q) * np.log(total)
    slope = np.array(
        [
            np.mean(x * (digamma(px + q) - digamma(px) + np.log(x * m / total))),
            np.mean(digamma(px + q) - digamma(q) + np.log(v / total)),
            np.mean(q / v - (px + q) / total),
        ]
    )
    return float(value.mean()), slope * np.exp(theta)


def spending_parameters(model: SpendingModel, level: float = 0.95) -> pd.DataFrame:
    """Parameters with intervals from the curvature of the likelihood: ``estimate``, ``lower``, ``upper`` (v: money).

    The limits of a penalised fit are NaN.
    """
    return interval_table(PARAMETERS, [model.p, model.q, model.v], model.covariance, level)


def bootstrap_spending_model(
    repeaters: pd.DataFrame, draws: int = 200, seed: int = 0, penalty: float | str = 0.0
) -> pd.DataFrame:
    """Refit on repeat buyers drawn with replacement: one row a draw, columns p, q, v; NaN where no maximum exists."""
    rng = random_state(seed)
    rows = []
    for _ in range(draws):
        sample = repeaters.iloc[rng.randint(0, len(repeaters), len(repeaters))]
        try:
            model = fit_spending_model(sample, penalty)
        except NotConverged:
            rows.append([np.nan] * 3)
        else:
            rows.append([model.p, model.q, model.v])
    return pd.DataFrame(rows, columns=list(PARAMETERS), index=pd.RangeIndex(draws, name="draw"))


def expected_spending(model: SpendingModel, summary: pd.DataFrame) -> pd.Series:
    """Expected value of each customer's future purchases, in money a purchase.

        E = p (v + x m) / (p x + q − 1);   without a repeat purchase p v / (q − 1), everybody's mean

    ``summary`` may hold every customer; a missing mean value counts as no repeat purchase.
    Raises NotConverged when a mean that is needed is infinite: p x + q ≤ 1, for everybody's mean q ≤ 1. Returns a
    Series indexed like the summary.
    """
    known = (summary["frequency"] > 0) & (summary["monetary"] > 0)
    x, m = summary["frequency"].where(known, 0.0), summary["monetary"].where(known, 0.0)
    if model.q <= 1 and not known.all():
        raise NotConverged(
            f"With q = {model.q:.2f} the mean over all customers is infinite: a few huge values rule. "
            "Look at the largest orders, or ask about repeat buyers only."
        )
    weight = model.p * x + model.q - 1
    if (weight[known] <= 0).any():
        raise NotConverged(
            f"With p = {model.p:.2f} and q = {model.q:.2f} the mean of customers with one or few repeat purchases is "
            "infinite: a few huge values rule. Look at the largest orders."
        )
    return (model.p * (model.v + x * m) / weight).rename("expected_spending")


def frequency_value_correlation(repeaters: pd.DataFrame, level: float = 0.95) -> pd.DataFrame:
    """Do those who buy more often also spend more a time? The gamma-gamma model assumes they do not.

    Returns a frame indexed by measure ("linear": Pearson's r; "rank": Spearman's) with ``correlation``, ``lower``,
    ``upper`` (Fisher's transformation) and ``customers``. Needs at least 4 repeat buyers; else CrmError.
    """
    x, m = _checked(repeaters)
    if x.size < 4 or np.ptp(x) == 0 or np.ptp(m) == 0:
        raise CrmError("A correlation needs at least 4 repeat buyers who differ in frequency and in value.")
    ranks = repeaters[["frequency", "monetary"]].rank().to_numpy()
    values = np.array([np.corrcoef(x, m)[0, 1], np.corrcoef(ranks.T)[0, 1]])
    # the rank correlation's error is a little larger (Bonett and Wright 2000)
    error = np.sqrt(np.array([1.0, 1 + values[1] ** 2 / 2]) / (x.size - 3)) * ndtri(0.5 + level / 2)
    inside = np.arctanh(np.clip(values, -1 + 1e-12, 1 - 1e-12))
    table = {"correlation": values, "lower": np.tanh(inside - error), "upper": np.tanh(inside + error)}
    return pd.DataFrame(table, index=pd.Index(["linear", "rank"], name="measure")).assign(customers=x.size)
