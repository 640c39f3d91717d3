"""What is a purchase of hers worth? Gamma-gamma: how much customers spend a time.

A customer's purchases vary around a mean of their own (gamma, shape p); the means vary over customers (inverse gamma,
shape q, scale p·v). So a customer seen once or twice is drawn towards everybody's mean. The model stands on one
assumption: how much customers spend a time has nothing to do with how often they buy. Look before you use it.

Source: Fader & Hardie (2013), "The gamma-gamma model of monetary value", after Colombo & Jiang (1999).
"""

from dataclasses import dataclass, field

import numpy as np
from scipy.special import gammaln

from crmlib.errors import DataFault, NotConverged, TooFew
from crmlib.grading.bgnbd import FEWEST_REPEATERS, with_slope
from crmlib.likelihood import interval_table, maximise

STARTS = ([0.7, 0.7, 0.0], [1.8, 1.3, -0.8], [3.0, 2.0, 1.0], [0.0, 0.3, -1.0])
HINT = "They may all spend the same, or a few huge amounts rule: look at the largest, or take more customers."


def gamma_gamma_log_likelihood(p, q, v, x, m):
    """How likely is what this customer spent? The logarithm of it, under gamma-gamma with these three parameters.

    m money a purchase on average over x purchases; numbers, or arrays of customers.

    L = Γ(px+q)/(Γ(px)·Γ(q)) · v^q · m^(px−1) · x^(px) / (v+x·m)^(px+q)
    """
    constants = gammaln(p * x + q) - gammaln(p * x) - gammaln(q)
    return constants + q * np.log(v) - np.log(m) + p * x * np.log(x * m) - (p * x + q) * np.log(v + x * m)


@dataclass(frozen=True)
class SpendingModel:
    """A fitted gamma-gamma model; v in money, the covariance of the parameters' logarithms."""

    p: float
    q: float
    v: float
    customers: int
    log_likelihood: float
    covariance: np.ndarray = field(repr=False, compare=False)

    def table(self):
        """List the parameters. Returns: DataFrame, index parameter: estimate, low, high (95 % interval)."""
        return interval_table(["p", "q", "v"], [self.p, self.q, self.v], self.covariance)


def fit_gamma_gamma(repeaters):
    """Find the three parameters under which what customers spent is likeliest.

    Parameters: repeaters - one row a customer who came back: frequency (purchases after the first, from 1) and monetary
    (their mean amount, above 0), as from `customer_summary`. Returns: SpendingModel.
    Errors: DataFault for others than these; TooFew below 20; NotConverged where no three parameters fit best.
    """
    x, m = (repeaters[name].to_numpy(dtype=float, na_value=np.nan) for name in ("frequency", "monetary"))
    if wrong := int((~((x >= 1) & (m > 0) & (m < np.inf))).sum()):
        raise DataFault(
            f"{wrong:,} of {len(x):,} customers never came back or brought nothing when they did: keep the rows with "
            "frequency > 0 and monetary > 0."
        )
    if len(x) < FEWEST_REPEATERS:
        raise TooFew(f"Too few customers who bought again: {len(x):,}; gamma-gamma takes at least {FEWEST_REPEATERS}.")
    order = np.lexsort([m, x])
    x, m, scale = x[order], m[order] / m[order].mean(), m[order].mean()

    def mean_log_likelihood(theta):
        return gamma_gamma_log_likelihood(*np.exp(theta), x, m).mean()

    best = maximise(with_slope(mean_log_likelihood), STARTS, len(x), "gamma-gamma", HINT)
    p, q, v = np.exp(best.log_parameters).tolist()
    in_money = best.log_likelihood - float(len(x) * np.log(scale))
    return SpendingModel(p, q, v * float(scale), len(x), in_money, best.covariance)


def expected_spending(model, summary):
    """Expect what each customer's coming purchases bring, in money a purchase.

    E = p·(v + x·m) / (p·x + q − 1): between the customer's own mean m and everybody's, p·v/(q−1), which those get who
    bought once. Parameters: model - of `fit_gamma_gamma`; summary - of all customers. Returns: Series, same index.
    Errors: NotConverged where an expected value is infinite.
    """
    known = (summary["frequency"] > 0) & (summary["monetary"] > 0)
    x, m = summary["frequency"].where(known, 0), summary["monetary"].where(known, 0.0)
    weight = model.p * x + model.q - 1
    if (weight <= 0).any():
        raise NotConverged(
            f"With p = {model.p:.2f} and q = {model.q:.2f} the expected amount of {(weight <= 0).sum():,} customers is "
            "infinite: a few huge amounts rule. Look at the largest orders, or ask only about who came back."
        )
    return (model.p * (model.v + x * m) / weight).rename("expected_spending")
