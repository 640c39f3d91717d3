"""How sure are we? Bootstrap intervals for every figure of the path model."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from crmlib.errors import NotConverged
from crmlib.estimate import random_state
from crmlib.old.notices import hands_on_notices
from crmlib.old.satisfaction.path_algorithm import index_of_means, index_weights, moments, solve, total_effects

LEAST_SETTLED = 0.9


@dataclass(frozen=True)
class PathIntervals:
    """Tables with estimate, standard_error, low and high; ``resamples`` used, ``dropped`` those that did not settle."""

    paths: pd.DataFrame
    effects: pd.DataFrame
    loadings: pd.DataFrame
    index: pd.DataFrame
    r_squared: pd.DataFrame
    index_draws: pd.DataFrame
    coefficient_draws: np.ndarray  # resamples × source × target, standardised
    point_draws: np.ndarray  # the same in index points
    confidence: float
    resamples: int
    dropped: int


@hands_on_notices
def bootstrap_path_model(model, resamples=500, confidence=0.95, seed=1, *, people=None, max_iterations=300):
    """Percentile intervals from resampled respondents.

    Drawing respondents with replacement only changes how often each one counts, so a resample is a weighted
    covariance matrix; all matrices are then solved together. Each resample turns a construct whose loadings add up to
    less than zero (the same rule as in the model itself: construct-level sign correction). Filled gaps are kept as
    filled, so with many gaps the intervals are a little too narrow.

    Parameters: ``model`` a PathModel; ``resamples`` how many; ``confidence`` share, e.g. 0.95; ``seed`` of the draw;
    ``people`` Series on the survey's index that says whose answer each is: customers who answered several times are
    then drawn with all their answers, because these tell less than as many answers of different people.
    Returns PathIntervals. Raises NotConverged when fewer than nine tenths of the resamples settle.
    Source: Efron & Tibshirani 1993; Tenenhaus et al. 2005 (sign changes).
    """
    people = np.arange(len(model.answers)) if people is None else people.loc[model.answers.index].factorize()[0]
    covariances, means = _resampled_moments(model, people, resamples, random_state(seed))
    solution = solve(covariances, model.design, model.scheme, max_iterations=max_iterations)
    settled = solution["converged"] & np.isfinite(solution["coefficients"]).all(axis=(-2, -1))
    if settled.mean() < LEAST_SETTLED:
        raise NotConverged(f"Only {int(settled.sum())} of {resamples} resamples settled: too few for intervals.")
    draws = {key: value[settled] for key, value in solution.items() if isinstance(value, np.ndarray)}
    raw = index_weights(draws["weights"], covariances[settled], model.design)
    draws["index"] = index_of_means(means[settled], raw, model.scale)
    draws["index_deviation"] = _index_deviations(covariances[settled], raw, model.scale)
    deviation = draws["index_deviation"]
    draws["points"] = draws["coefficients"] * deviation[:, None, :] / deviation[:, :, None]
    return _as_intervals(model, draws, confidence, resamples)


def interval(draws, confidence=0.95):
    """Percentile interval along the first dimension: (low, high). NaN draws (none settled) are left out."""
    tail = (1 - confidence) / 2 * 100
    return np.nanpercentile(draws, [tail, 100 - tail], axis=0)


def _resampled_moments(model, people, resamples, generator):
    answers, weights = model.answers.to_numpy(), model.respondent_weights
    persons, items = people.max() + 1, answers.shape[1]
    covariances, means = np.empty((resamples, items, items)), np.empty((resamples, items))
    for draw in range(resamples):
        times = np.bincount(generator.randint(persons, size=persons), minlength=persons)[people]
        means[draw], covariances[draw] = moments(answers, weights * times)
    return covariances, means


def _index_deviations(covariances, raw_weights, scale):
    variance = np.einsum("...ij,...ik,...kj->...j", raw_weights, covariances, raw_weights)
    return np.sqrt(variance) * 100 / (scale[1] - scale[0])


def _as_intervals(model, draws, confidence, resamples):
    names, design = list(model.design.constructs), model.design
    source, target = np.nonzero(design.arrows)
    paths = _path_rows(model, draws, source, target, confidence)
    total = total_effects(draws["coefficients"])
    estimate = np.zeros(design.arrows.shape)
    estimate[source, target] = model.paths["coefficient"]
    estimate = total_effects(estimate)
    origin, end = np.nonzero(estimate)
    effects = pd.DataFrame({"source": [names[i] for i in origin], "target": [names[j] for j in end]})
    effects = effects.join(_columns(estimate[origin, end], total[:, origin, end], confidence))
    own = design.membership.argmax(axis=1)
    loadings = draws["loadings"][:, np.arange(len(own)), own]
    caused = np.flatnonzero(design.arrows.any(axis=0))
    labels = pd.Index(names, name="construct")
    return PathIntervals(
        paths=paths,
        effects=effects,
        loadings=_columns(model.items["loading"].to_numpy(), loadings, confidence, model.items.index),
        index=_columns(model.constructs["index"].to_numpy(), draws["index"], confidence, labels),
        r_squared=_columns(
            model.constructs["r_squared"].to_numpy()[caused], draws["r_squared"][:, caused], confidence, labels[caused]
        ),
        index_draws=pd.DataFrame(draws["index"], columns=names),
        coefficient_draws=draws["coefficients"],
        point_draws=draws["points"],
        confidence=confidence,
        resamples=len(draws["index"]),
        dropped=resamples - len(draws["index"]),
    )


def _path_rows(model, draws, source, target, confidence):
    points = draws["points"]
    plain = _columns(model.paths["coefficient"].to_numpy(), draws["coefficients"][:, source, target], confidence)
    table = model.paths[["source", "target"]].join(plain)
    for name, stack in (("consistent", draws["consistent"]), ("points", points)):
        table[name] = model.paths[name]
        table[f"{name}_low"], table[f"{name}_high"] = interval(stack[:, source, target], confidence)
    table["clear"] = (table["low"] > 0) | (table["high"] < 0)
    return table


def _columns(estimate, draws, confidence, index=None):
    low, high = interval(draws, confidence)
    table = {"estimate": estimate, "standard_error": draws.std(axis=0, ddof=1), "low": low, "high": high}
    return pd.DataFrame(table, index=index)
