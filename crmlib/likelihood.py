"""Maximum likelihood for models with a few positive parameters: fit, check that it is a maximum, give intervals.

Parameters are estimated as logarithms, so that they stay positive and steps are relative. The data are expected on a
scale where the parameters are of moderate size (times divided by a typical time, money by a typical amount).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy.optimize import minimize
from scipy.special import ndtri

from crmlib.errors import NotConverged

FARTHEST = 12.0  # a parameter beyond e^±12 of its scale is on its way to zero or infinity
FLAT = 1e-7  # largest slope of the mean log-likelihood that still counts as none
LEVEL = 1e-10  # smallest curvature of the mean log-likelihood that still makes a peak
VAGUE = 3.0  # a standard error of a log-parameter beyond this (a factor of 20 either way) tells nothing

Objective = Callable[[np.ndarray], tuple[float, np.ndarray]]


@dataclass(frozen=True)
class Maximum:
    """A checked maximum: log-parameters, their covariance matrix (NaN with a penalty) and the total log-likelihood."""

    log_parameters: np.ndarray
    covariance: np.ndarray
    log_likelihood: float


def maximise(
    mean_log_likelihood: Objective, starts: Sequence[Sequence[float]], size: float, model: str, hint: str, penalty=0.0
) -> Maximum:
    """Maximise a mean log-likelihood over log-parameters.

    Parameters
    ----------
    mean_log_likelihood: log-parameters → (mean log-likelihood of an observation, its gradient).
    starts: log-parameters to start from, the likeliest first; the next is tried only when one leads nowhere.
    size: number of observations behind the mean.
    model, hint: the model's name and the usual cause of failure, for the error message.
    penalty: weight of the sum of squared log-parameters taken off the *total* log-likelihood, so that it fades as
        observations are added. A penalised curvature is partly the penalty's own: it gives no intervals (NaN).

    Raises NotConverged when every search ends at its edge, on a slope, or on a ridge, or when a parameter's interval
    would span many powers of ten.
    """
    share = penalty / size

    def loss(theta):
        value, gradient = mean_log_likelihood(theta)
        return share * theta @ theta - value, 2 * share * theta - gradient

    faults = []
    for start in sorted((np.array(start, dtype=float) for start in starts), key=lambda start: loss(start)[0]):
        theta, curvature = _polish(loss, _descend(loss, start))
        fault = _fault(loss, theta, curvature)
        covariance = np.full(curvature.shape, np.nan)
        if fault is None and not penalty:
            covariance = np.linalg.inv(curvature) / size
            if np.sqrt(np.diag(covariance)).max() > VAGUE:
                fault = "fits almost equally well for very different parameters: these data cannot tell which."
        if fault is None:
            value = mean_log_likelihood(theta)[0]
            return Maximum(theta, covariance, float(value * size))
        faults.append(fault)
    raise NotConverged(f"The {model} model {faults[0]} {hint}")


def _fault(loss: Objective, theta: np.ndarray, curvature: np.ndarray) -> str | None:
    """Why this point is no maximum to be trusted; None if it is one."""
    value, gradient = loss(theta)
    if not np.isfinite(value):
        return "cannot be evaluated on these data."
    if np.abs(theta).max() > FARTHEST:
        return "has no best parameters for these data: one runs off without end."
    if np.abs(gradient).max() > FLAT:
        return "stopped before it reached the maximum of its likelihood."
    if np.linalg.eigvalsh(curvature)[0] <= LEVEL:
        return "fits equally well for many parameters: these data cannot tell which."
    return None


def _descend(loss: Objective, start: np.ndarray) -> np.ndarray:
    """One search from one start, kept inside a box a little wider than what is accepted.

    BFGS, because the libraries behind L-BFGS-B start threads for these tiny matrices and lose time on a busy machine.
    """
    far = FARTHEST + 1

    def inside(theta):
        nearest = np.clip(theta, -far, far)
        value, gradient = loss(nearest)
        return value, np.where(nearest == theta, gradient, 0.0)

    return np.clip(minimize(inside, start, jac=True, method="BFGS", options={"gtol": 1e-9}).x, -far, far)


def _polish(loss: Objective, theta: np.ndarray, steps: int = 8) -> tuple[np.ndarray, np.ndarray]:
    """A few Newton steps to the exact bottom, and the curvature there."""
    curvature = _curvature(loss, theta)
    for _ in range(steps):
        value, gradient = loss(theta)
        if np.abs(gradient).max() < FLAT / 100 or np.linalg.eigvalsh(curvature)[0] <= 0:
            break
        step = np.linalg.solve(curvature, gradient)
        step *= min(1.0, 1.0 / np.abs(step).max())
        if loss(theta - step)[0] > value + 1e-12:
            break
        theta = theta - step
        curvature = _curvature(loss, theta)
    return theta, curvature


def _curvature(loss: Objective, theta: np.ndarray, width: float = 1e-4) -> np.ndarray:
    """Second derivatives by central differences of the exact gradient."""
    moves = width * np.eye(theta.size)
    rows = [(loss(theta + move)[1] - loss(theta - move)[1]) / (2 * width) for move in moves]
    return (np.array(rows) + np.array(rows).T) / 2


def interval_table(names: Sequence[str], estimates, covariance: np.ndarray, level: float = 0.95) -> pd.DataFrame:
    """Estimates with intervals that are symmetric on the log scale: estimate · exp(± z · standard error).

    ``covariance`` is that of the log-parameters, NaN where there is none (a penalised fit): so are the limits then.
    Returns a frame indexed by parameter: ``estimate``, ``low``, ``high``.
    """
    estimates = np.asarray(estimates, dtype=float)
    factor = np.exp(ndtri(0.5 + level / 2) * np.sqrt(np.diag(covariance)))
    table = {"estimate": estimates, "low": estimates / factor, "high": estimates * factor}
    return pd.DataFrame(table, index=pd.Index(names, name="parameter"))
