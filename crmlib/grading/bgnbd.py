"""Is she still a customer? BG/NBD: how often customers without a contract buy, and when they leave without a word.

A customer buys at random, at a rate of their own (gamma over customers: shape r, rate α, mean r/α a week), and after
each purchase leaves for good with a chance of their own (beta over customers: a, b; mean a/(a + b)).

Times come in days, as `customer_summary` counts them, and are turned into weeks, in which such models are published.
Source: Fader, Hardie & Lee (2005), "Counting your customers the easy way".
"""

from dataclasses import dataclass, field

import numpy as np
import pandas as pd
from scipy.linalg import eigh_tridiagonal
from scipy.special import betaln, expit, gammaln

from crmlib.errors import CrmError, DataFault, TooFew
from crmlib.likelihood import interval_table, maximise

DAYS_A_WEEK = 7
FEWEST_REPEATERS = 20
STARTS = ([0.0, 0.0, 0.0, 0.0], [-1.0, -1.5, -0.5, 1.0], [0.5, 0.5, -1.5, 1.5])
HINT = "Too few may have come back, or nothing shows that anybody ever leaves: take a longer time or more customers."
LEAVING_ALIKE = 200  # a + b of so much: the chances of leaving are alike, and larger a and b would fit as well
NODES = 100  # of the mean over chances of leaving: ten digits for a time ahead up to a hundred times the time seen


def bgnbd_log_likelihood(r, alpha, a, b, x, t_x, T):
    """How likely is what this customer did? The logarithm of it, under BG/NBD with these four parameters.

    x purchases after the first, the last of them t_x after it, in a time T (weeks); numbers, or arrays of customers.
    gammaln and betaln are the logarithms of Γ and B.

    L = Γ(r+x)/Γ(r) · α^r · B(a, b+x)/B(a, b) · [ 1/(α+T)^(r+x) + {x > 0} · a/(b+x−1) · 1/(α+t_x)^(r+x) ]
    """
    bought = gammaln(r + x) - gammaln(r) + r * np.log(alpha)
    stayed = betaln(a, b + x) - betaln(a, b)
    still_here = -(r + x) * np.log(alpha + T)
    left_after_the_last = np.log(a / (b + np.maximum(x, 1) - 1)) - (r + x) * np.log(alpha + t_x)
    left_after_the_last = np.where(x > 0, left_after_the_last, -np.inf)  # nobody leaves before a second purchase
    return bought + stayed + np.logaddexp(still_here, left_after_the_last)


@dataclass(frozen=True)
class PurchaseModel:
    """A fitted BG/NBD model; alpha in weeks, the covariance of the parameters' logarithms."""

    r: float
    alpha: float
    a: float
    b: float
    customers: int
    log_likelihood: float
    covariance: np.ndarray = field(repr=False, compare=False)

    def table(self):
        """List the parameters. Returns: DataFrame, index parameter: estimate, low, high (95 % interval)."""
        return interval_table(["r", "alpha", "a", "b"], [self.r, self.alpha, self.a, self.b], self.covariance)


def fit_bgnbd(summary):
    """Find the four parameters under which what the customers did is likeliest.

    Where all leave with the same chance, a and b could grow without end; ((a + b)/200)² is taken off the
    log-likelihood to hold them, which hardly moves an a + b below 50.

    Parameters: summary - one row a customer: frequency, recency and T in days, as from `customer_summary`. Leave out
    the opening stock: its age is not known.
    Returns: PurchaseModel (alpha and the log-likelihood in weeks).
    Errors: TooFew below 20 customers who came back; NotConverged where no four parameters fit best; DataFault for an
    impossible history.
    """
    x, t_x, T = _histories(summary)
    if (x > 0).sum() < FEWEST_REPEATERS:
        raise TooFew(
            f"Too few customers who bought again: {(x > 0).sum():,} of {len(x):,}, where BG/NBD takes at least "
            f"{FEWEST_REPEATERS}; a later day may have them."
        )
    scale, size = T.mean(), len(x)
    alike, customers = np.unique(np.column_stack([x, t_x / scale, T / scale]), axis=0, return_counts=True)

    def held_back(theta):
        r, alpha, a, b = np.exp(theta)
        together = customers @ bgnbd_log_likelihood(r, alpha, a, b, *alike.T)
        return (together - ((a + b) / LEAVING_ALIKE) ** 2) / size

    best = maximise(with_slope(held_back), STARTS, size, "BG/NBD", HINT)
    r, alpha, a, b = np.exp(best.log_parameters).tolist()
    alpha *= float(scale)
    in_weeks = float(bgnbd_log_likelihood(r, alpha, a, b, x, t_x, T).sum())
    return PurchaseModel(r, alpha, a, b, size, in_weeks, best.covariance)


def with_slope(function, step=1e-4):
    """Return a function of a vector that gives its value and its slope, by differences on both sides."""

    def both(theta):
        rise = [function(theta + move) - function(theta - move) for move in step * np.eye(theta.size)]
        return float(function(theta)), np.array(rise) / (2 * step)

    return both


def probability_alive(model, summary):
    """Tell how probable it is that each customer still is one.

    P = 1 / (1 + {x > 0} · a/(b+x−1) · ((α+T)/(α+t_x))^(r+x))
    Parameters: model - of `fit_bgnbd`; summary - as there. Returns: Series, same index; 1 for everybody with a single
    purchase, not because they stayed but because the model lets nobody leave before the second.
    Errors: DataFault for an impossible history. Source: Fader, Hardie & Lee (2008).
    """
    x, t_x, T = _histories(summary)
    log_odds = np.log(model.a / (model.b + np.maximum(x, 1) - 1))
    log_odds += (model.r + x) * np.log((model.alpha + T) / (model.alpha + t_x))
    return pd.Series(np.where(x > 0, expit(-log_odds), 1.0), index=summary.index, name="probability_alive")


def expected_purchases(model, summary, days):
    """Count the purchases to be expected of each customer in the days ahead.

    E = P(alive) · mean of [1 − ((α+T)/(α+T+p·h))^(r+x)] / p over the chances p of leaving, which of a customer who is
    still there after x purchases are beta(a, b+x); h is the time ahead. This is the published formula, without its ₂F₁.
    Parameters: model, summary - as in `probability_alive`; days - ahead. Returns: Series, same index.
    Errors: DataFault for an impossible history; CrmError for a time that is not ahead.
    """
    if not 0 <= days < np.inf:
        raise CrmError(f"days are counted from now on, 0 or more; these are not: {days!r}.")
    x, _, T = _histories(summary)
    per_week = days / DAYS_A_WEEK / (model.alpha + T)
    while_here = np.empty(len(x))
    for count in np.unique(x):
        rows = x == count
        p, weight = _beta_rule(model.a, model.b + count)
        while_here[rows] = -np.expm1(-(model.r + count) * np.log1p(np.outer(per_week[rows], p))) / p @ weight
    return (probability_alive(model, summary) * while_here).rename("expected_purchases")


def _beta_rule(a, b):
    """Places and weights for a mean over beta(a, b): Gauss's rule, after Golub & Welsch (1969); none overflows."""
    k, s = np.arange(1, NODES), a + b - 2
    middle = np.append((a - b) / (s + 2), (a - b) * s / ((2 * k + s) * (2 * k + s + 2)))
    squares = 4 * k * (k + b - 1) * (k + a - 1) / ((2 * k + s) ** 2 * (2 * k + s + 1))
    squares[1:] *= (k[1:] + s) / (2 * k[1:] + s - 1)  # the factor of k = 1 is 1, also where it would be 0/0
    places, vectors = eigh_tridiagonal(middle, np.sqrt(squares))
    return np.maximum((1 + places) / 2, 1e-300), vectors[0] ** 2


def _histories(summary):
    """Return x, t_x and T of each customer, in weeks; refuse what cannot have happened."""
    names = ["frequency", "recency", "T"]
    if missing := [name for name in names if name not in summary]:
        raise DataFault(f"The summary has no column {', '.join(missing)}; crmlib.customer_summary(db) makes one.")
    x, t_x, T = summary[names].to_numpy(dtype=float, na_value=np.nan).T
    wrong = ~((x >= 0) & (x % 1 == 0) & (t_x >= 0) & (t_x <= T) & np.isfinite(T) & ((x > 0) | (t_x == 0)))
    if wrong.any():
        raise DataFault(
            f"{wrong.sum():,} customers have an impossible history, the first is {summary.index[wrong][0]}: frequency "
            "counts from 0, recency lies between 0 and T, and is 0 without a second purchase."
        )
    return x, t_x / DAYS_A_WEEK, T / DAYS_A_WEEK
