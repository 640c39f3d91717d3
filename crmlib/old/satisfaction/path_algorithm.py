"""The algorithm of the partial-least-squares path model, in matrices.

All it needs is the covariance matrix of the items. The same few lines work on one matrix and on a stack of five
hundred (the bootstrap in ``path_intervals``), because NumPy's ``@`` runs over the leading dimensions.
"""

from dataclasses import dataclass

import numpy as np

SCHEMES = ("path", "centroid", "factorial")


@dataclass(frozen=True)
class Design:
    """Which items belong to which construct, and which construct points to which."""

    constructs: tuple[str, ...]
    items: tuple[str, ...]
    membership: np.ndarray  # items × constructs, True where the item belongs to the construct
    arrows: np.ndarray  # constructs × constructs, True where row points to column


def make_design(paths, blocks):
    """Turn pairs and blocks of items into two tables of True and False.

    Parameters: ``paths`` pairs (source, target); ``blocks`` construct → list of items. Returns a Design.
    """
    names = tuple(blocks)
    items = tuple(item for name in names for item in blocks[name])
    membership = np.array([[item in blocks[name] for name in names] for item in items])
    arrows = np.zeros((len(names), len(names)), dtype=bool)
    for source, target in paths:
        arrows[names.index(source), names.index(target)] = True
    return Design(names, items, membership, arrows)


def moments(answers, weights):
    """Weighted mean and covariance of the items: mean = Σ w x / Σ w, covariance = Σ w (x − mean)(x − mean)ᵀ / Σ w.

    Parameters: ``answers`` respondents × items; ``weights`` one a respondent, ≥ 0. Returns two arrays.
    """
    share = weights / weights.sum()
    mean = share @ answers
    centred = answers - mean
    return mean, (centred.T * share) @ centred


def solve(covariance, design, scheme="path", tolerance=1e-7, max_iterations=300):
    """Weights, loadings and path coefficients from one covariance matrix, or from a stack of them.

    Parameters: ``covariance`` (…, items, items). Returns a dict of arrays with the same leading dimensions:
    weights and loadings (…, items, constructs), scores_correlation, coefficients, consistent (…, source, target),
    r_squared, reliability (…, constructs), converged and change (…); iterations is one number.
    """
    if scheme not in SCHEMES:
        raise ValueError(f"scheme is one of {', '.join(SCHEMES)}, not {scheme!r}")
    deviation = np.sqrt(np.diagonal(covariance, axis1=-2, axis2=-1))
    correlation = covariance / (deviation[..., :, None] * deviation[..., None, :])
    weights = _unit_variance(
        np.broadcast_to(design.membership * 1.0, (*covariance.shape[:-1], len(design.constructs))), correlation
    )
    for iteration in range(1, max_iterations + 1):  # noqa: B007 (reported)
        score_correlation = _between(weights, correlation)
        inner = _inner_weights(score_correlation, design.arrows, scheme)
        updated = _unit_variance(correlation @ weights @ inner * design.membership, correlation)
        change = np.abs(updated - weights).max(axis=(-2, -1))
        weights = updated
        if (change < tolerance).all():
            break
    weights = weights * _direction(weights, correlation, design)
    result = _inner_model(weights, correlation, design)
    return {**result, "weights": weights, "iterations": iteration, "converged": change < tolerance, "change": change}


def total_effects(coefficients):
    """Direct plus all indirect effects: T = B + B² + … = (I − B)⁻¹ − I, source in the row, target in the column."""
    identity = np.eye(coefficients.shape[-1])
    return np.linalg.inv(identity - coefficients) - identity


def _between(weights, correlation):
    """Correlations between the scores: Wᵀ R W."""
    return np.swapaxes(weights, -1, -2) @ correlation @ weights


def _unit_variance(weights, correlation):
    """Scale the weights of each construct so that its score has variance 1."""
    variance = np.einsum("...ij,...ik,...kj->...j", weights, correlation, weights)
    return weights / np.sqrt(variance)[..., None, :]


def _inner_weights(score_correlation, arrows, scheme):
    """How much each neighbour (row) counts in the inner estimate of a construct (column)."""
    neighbours = arrows | arrows.T
    if scheme == "centroid":
        return np.sign(score_correlation) * neighbours
    if scheme == "factorial":
        return score_correlation * neighbours
    return score_correlation * arrows.T + _regressions(score_correlation, arrows)


def _regressions(score_correlation, arrows):
    """Regression of each construct (column) on the constructs that point to it (rows)."""
    coefficients = np.zeros_like(score_correlation)
    for target in range(arrows.shape[0]):
        causes = np.flatnonzero(arrows[:, target])
        if len(causes):
            among = score_correlation[..., causes[:, None], causes]
            with_target = score_correlation[..., causes, target]
            coefficients[..., causes, target] = np.linalg.solve(among, with_target[..., None])[..., 0]
    return coefficients


def _direction(weights, correlation, design):
    """+1 or −1 for each construct, so that the loadings of its items add up to a positive number."""
    loadings = (correlation @ weights * design.membership).sum(axis=-2)
    return np.where(loadings < 0, -1.0, 1.0)[..., None, :]


def _inner_model(weights, correlation, design):
    """Loadings, path coefficients and R² for settled weights, plain and free of measurement error."""
    score_correlation = _between(weights, correlation)
    coefficients = _regressions(score_correlation, design.arrows)
    reliability = _rho_a(weights, correlation, design)
    root = np.sqrt(np.where(reliability > 0, reliability, np.nan))
    true_correlation = score_correlation / (root[..., :, None] * root[..., None, :])
    diagonal = np.arange(len(design.constructs))
    true_correlation[..., diagonal, diagonal] = 1.0
    return {
        "loadings": correlation @ weights * design.membership,
        "score_correlation": score_correlation,
        "coefficients": coefficients,
        "consistent": _regressions(true_correlation, design.arrows),
        "r_squared": (coefficients * score_correlation).sum(axis=-2),
        "reliability": reliability,
    }


def _rho_a(weights, correlation, design):
    """Reliability of each score after Dijkstra & Henseler 2015; 1 for a construct with a single item."""
    off_diagonal = 1 - np.eye(correlation.shape[-1])
    observed = np.einsum("...ij,...ik,...kj->...j", weights, correlation * off_diagonal, weights)
    length = (weights**2).sum(axis=-2)
    implied = length**2 - (weights**4).sum(axis=-2)
    single = design.membership.sum(axis=0) == 1
    return np.where(single, 1.0, length**2 * observed / np.where(single, 1.0, implied))


def index_weights(weights, covariance, design):
    """Weights for raw answers that add up to 1 within each construct: v = (w / deviation) / Σ (w / deviation)."""
    deviation = np.sqrt(np.diagonal(covariance, axis1=-2, axis2=-1))
    raw = weights / deviation[..., None] * design.membership
    return raw / raw.sum(axis=-2, keepdims=True)


def index_of_means(mean, raw_weights, scale):
    """Index of each construct, 0–100, from item means: Σ v (mean − min) / (max − min) · 100."""
    low, high = scale
    return np.einsum("...i,...ij->...j", mean - low, raw_weights) / (high - low) * 100
