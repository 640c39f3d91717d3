"""How many purchases to expect from customers without a contract: the BG/NBD model.

A customer buys at random at a rate of their own (gamma over customers, shape r, rate α) and after each purchase
leaves for good with a probability of their own (beta over customers, a and b). Nobody tells the company who has left.

Source: Fader, Hardie and Lee (2005), "Counting your customers the easy way".
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import pandas as pd
from scipy.special import betaln, digamma, expit, gammaln, hyp2f1

from crmlib.errors import CrmError, NotConverged
from crmlib.estimate import random_state
from crmlib.likelihood import interval_table, maximise

PARAMETERS = ("r", "alpha", "a", "b")
STARTS = ([0.0, 0.0, 0.0, 0.0], [-1.0, -1.5, -0.5, 1.0], [0.5, 0.5, -1.5, 1.5])
HINT = (
    "There may be too few repeat buyers, or no sign that anyone ever leaves; take a longer history or more customers, "
    'or steady the fit with penalty="if needed".'
)
STEADYING = 1.0  # the penalty used if needed: log-parameters are 0 with a standard deviation of 0.7, said once


@dataclass(frozen=True)
class PurchaseModel:
    """A fitted BG/NBD model.

    ``r`` and ``alpha``: buying rates are gamma with mean r/α purchases per ``unit`` ("days" or "weeks"); ``a`` and
    ``b``: the chance of leaving after a purchase is beta with mean a/(a+b). ``covariance`` is that of the
    log-parameters.
    """

    r: float
    alpha: float
    a: float
    b: float
    unit: str
    customers: int
    log_likelihood: float
    covariance: np.ndarray = field(repr=False, compare=False)
    penalty: float = 0.0


def fit_purchase_model(summary: pd.DataFrame, unit: str | None = None, penalty: float | str = 0.0) -> PurchaseModel:
    """Fit the BG/NBD model by maximum likelihood.

        L(x, t, T) = B(a, b+x)/B(a, b) · Γ(r+x) αʳ/Γ(r) · [ (α+T)^−(r+x) + 1{x>0} · a/(b+x−1) · (α+t)^−(r+x) ]

    Parameters
    ----------
    summary: one row a customer with ``frequency`` x (repeat purchases), ``recency`` t and ``T`` in the same time
        unit, as from :func:`customer_summary`.
    unit: "days" or "weeks"; not needed where ``summary.attrs["unit"]`` says it, as customer_summary does.
    penalty: 0 for maximum likelihood. Above 0, parameters (with time in units of the mean T) are drawn towards 1; for
        small or odd data whose likelihood has no maximum. It is taken off the total log-likelihood once, however many
        customers there are, and leaves no intervals. "if needed": 0, and 1 where that finds none (the model's
        ``penalty`` says which).

    Raises NotConverged when these data have no maximum; CrmError when the histories are
    impossible or their unit is unknown.
    """
    if penalty == "if needed":
        try:
            return fit_purchase_model(summary, unit)
        except NotConverged:
            return fit_purchase_model(summary, unit, STEADYING)
    unit = _unit_of(summary, unit)
    x, t, age, weight = _distinct_histories(summary)
    scale = float(np.average(age, weights=weight))
    if scale <= 0 or x.max() == 0:
        raise NotConverged(f"The BG/NBD model needs customers who have bought again; here nobody has. {HINT}")
    t, age, size = t / scale, age / scale, weight.sum()
    weight = weight / size
    best = maximise(lambda theta: _log_likelihood(theta, x, t, age, weight), STARTS, size, "BG/NBD", HINT, penalty)
    r, alpha, a, b = (float(value) for value in np.exp(best.log_parameters))
    log_likelihood = best.log_likelihood - float(
        size * (weight @ x) * np.log(scale)
    )  # back to the density per unit of time
    return PurchaseModel(r, alpha * scale, a, b, unit, int(size), log_likelihood, best.covariance, penalty)


def _unit_of(summary: pd.DataFrame, unit: str | None) -> str:
    """The unit said and the unit kept with the summary; they must agree."""
    kept = summary.attrs.get("unit")
    if unit and kept and unit != kept:
        raise CrmError(f"The summary is in {kept}, but {unit} were asked for; make a summary in {unit}.")
    if not (unit or kept):
        raise CrmError('Are these times in days or weeks? Say unit="days" or unit="weeks".')
    return unit or kept


def _distinct_histories(summary: pd.DataFrame) -> tuple[np.ndarray, ...]:
    """Checked (x, t, T) and how many customers share each: many do, which makes the fit fast."""
    names = ["frequency", "recency", "T"]
    missing = [name for name in names if name not in summary.columns]
    if missing:
        raise CrmError(f"The summary has no column {', '.join(missing)}; make it with customer_summary.")
    history = summary[names].astype(float)
    if history.empty:
        raise CrmError("The summary has no customers.")
    x, t, age = (history[name].to_numpy() for name in names)
    wrong = ~(np.isfinite(history).all(axis=1) & (x >= 0) & (t >= 0) & (t <= age + 1e-9) & ((x > 0) | (t == 0)))
    if wrong.any():
        raise CrmError(
            f"{int(wrong.sum())} customers have an impossible history, the first is {history.index[wrong][0]}: "
            "0 ≤ recency ≤ T must hold, and recency is 0 without a repeat purchase."
        )
    counted = history.groupby(names, sort=True).size().rename("customers").reset_index()
    return tuple(counted[name].to_numpy(dtype=float) for name in (*names, "customers"))


def _log_likelihood(theta, x, t, age, weight) -> tuple[float, np.ndarray]:
    """Weighted mean log-likelihood and its gradient in (ln r, ln α, ln a, ln b)."""
    r, alpha, a, b = np.exp(theta)
    bought = x > 0
    stays = -(r + x) * np.log(alpha + age)
    left = np.full_like(x, -np.inf)
    left[bought] = np.log(a / (b + x[bought] - 1)) - (r + x[bought]) * np.log(alpha + t[bought])
    either = np.logaddexp(stays, left)
    value = gammaln(r + x) - gammaln(r) + r * np.log(alpha) + betaln(a, b + x) - betaln(a, b) + either
    gone = np.exp(left - either)  # probability that the customer has left
    here = 1 - gone
    shared = digamma(a + b) - digamma(a + b + x)
    slope = np.array(
        [
            digamma(r + x) - digamma(r) + np.log(alpha) - here * np.log(alpha + age) - gone * np.log(alpha + t),
            r / alpha - (r + x) * (here / (alpha + age) + gone / (alpha + t)),
            shared + gone / a,
            shared + digamma(b + x) - digamma(b) - gone / np.where(bought, b + x - 1, 1.0),
        ]
    )
    return float(weight @ value), (slope @ weight) * np.exp(theta)


def purchase_parameters(model: PurchaseModel, level: float = 0.95) -> pd.DataFrame:
    """Parameters with intervals from the curvature of the likelihood: ``estimate``, ``lower``, ``upper``.

    The limits of a penalised fit are NaN. ``alpha`` is in the model's time unit; r, a and b have none.
    """
    return interval_table(PARAMETERS, [model.r, model.alpha, model.a, model.b], model.covariance, level)


def bootstrap_purchase_model(
    summary: pd.DataFrame, draws: int = 200, seed: int = 0, unit: str | None = None, penalty: float | str = 0.0
) -> pd.DataFrame:
    """Refit on customers drawn with replacement: one row a draw, columns r, alpha, a, b.

    A draw whose likelihood has no maximum is a row of NaN: count them before using quantiles.
    """
    rng = random_state(seed)
    rows = []
    for _ in range(draws):
        sample = summary.iloc[rng.randint(0, len(summary), len(summary))]
        try:
            model = fit_purchase_model(sample, unit, penalty)
        except NotConverged:
            rows.append([np.nan] * 4)
        else:
            rows.append([model.r, model.alpha, model.a, model.b])
    return pd.DataFrame(rows, columns=list(PARAMETERS), index=pd.RangeIndex(draws, name="draw"))


def probability_alive(model: PurchaseModel, summary: pd.DataFrame) -> pd.Series:
    """Probability that each customer is still a customer at the end of the summary.

        P = 1 / (1 + 1{x>0} · a/(b+x−1) · ((α+T)/(α+t))^(r+x))

    Returns a Series indexed like the summary. A customer without a repeat purchase gets 1: the model lets customers
    leave only after one. Source: Fader, Hardie and Lee (2008), note on P(alive).
    """
    _unit_of(summary, model.unit)
    x, t, age = (summary[name].to_numpy(dtype=float) for name in ("frequency", "recency", "T"))
    log_odds = np.log(model.a / np.where(x > 0, model.b + x - 1, 1.0))
    log_odds += (model.r + x) * np.log((model.alpha + age) / (model.alpha + t))
    return pd.Series(np.where(x > 0, expit(-log_odds), 1.0), index=summary.index, name="probability_alive")


def expected_purchases(model: PurchaseModel, summary: pd.DataFrame, horizon) -> pd.Series:
    """Purchases expected of each customer in the next ``horizon``, given their history.

        E = P(alive) · (a+b+x−1)/(a−1) · [1 − (1−z)^(a−1) · F(a+b−r−1, a−1; a+b+x−1; z)],   z = h/(α+T+h)

    with Gauss's F = ₂F₁; this is the published formula after Euler's transformation, which keeps it exact for heavy
    buyers. ``horizon`` h is in the model's unit, one number or one a customer. Returns a Series indexed like the
    summary.
    """
    x, age = summary["frequency"].to_numpy(dtype=float), summary["T"].to_numpy(dtype=float)
    ahead = _purchases_while_alive(model, x, age, np.asarray(horizon, dtype=float))
    return (probability_alive(model, summary) * ahead).rename("expected_purchases")


def expected_purchases_of_new_customer(model: PurchaseModel, horizon):
    """Repeat purchases expected of a new customer in the first ``horizon`` after the first purchase.

    ``horizon`` is in the model's unit, a number or an array; so is the answer. The formula of
    :func:`expected_purchases` with x = 0 and T = 0.
    """
    horizon = np.asarray(horizon, dtype=float)
    ahead = _purchases_while_alive(model, np.zeros_like(horizon), np.zeros_like(horizon), horizon)
    return float(ahead) if horizon.ndim == 0 else ahead


def _purchases_while_alive(model: PurchaseModel, x, age, horizon) -> np.ndarray:
    """Expected purchases of a customer known to be there now."""
    if np.any(horizon < 0):
        raise CrmError("The horizon is a length of time ahead; it cannot be negative.")

    def at(a):
        z = horizon / (model.alpha + age + horizon)
        series = hyp2f1(a + model.b - model.r - 1, a - 1, a + model.b + x - 1, z)
        return (a + model.b + x - 1) / (a - 1) * (1 - (1 - z) ** (a - 1) * series)

    if abs(model.a - 1) > 1e-5:
        return at(model.a)
    return (at(1 + 1e-5) + at(1 - 1e-5)) / 2  # the formula is 0/0 at a = 1, its limit is not
