"""The path model of satisfaction: how what people think of a company moves what they will do.

Image, quality or satisfaction cannot be asked for directly. Each of them (a construct) is asked for by several
questions (its items), and arrows say which construct moves which.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from crmlib.errors import CrmError, DataFault, NotConverged
from crmlib.estimate import enough, refuse_gaps

# Effect → its causes: the satisfaction index of the course, with continued business at its end.
ARROWS = {
    "expected_quality": ["image"],
    "perceived_quality": ["expected_quality"],
    "perceived_value": ["expected_quality", "perceived_quality"],
    "satisfaction": ["image", "expected_quality", "perceived_quality", "perceived_value"],
    "continued_business": ["image", "satisfaction"],
}
CONSTRUCTS = ("image", *ARROWS)
FEWEST_ANSWERS = 30
ROUNDS = 300


@dataclass(frozen=True)
class PathModel:
    """An estimated path model.

    weights: Series, item → weight in the score of its construct; scores: DataFrame, a row an answer, a column a
    construct, mean 0 and standard deviation 1; paths: Series, (cause, effect) → coefficient, both in deviations.
    """

    weights: pd.Series
    scores: pd.DataFrame
    paths: pd.Series


def fill_gaps(survey, blocks):
    """Fill each gap with the person's own mean over the construct's other questions.

    Whoever answered none of a construct's questions is left out. Returns: DataFrame of floats with the columns of the
    blocks and the index of the survey, without gaps; ``len(survey) - len(...)`` were left out.
    """
    parts = [survey[items].astype(float) for items in blocks.values()]
    filled = [part.apply(pd.Series.fillna, value=part.mean(axis=1)) for part in parts]
    return pd.concat(filled, axis=1).dropna()


def path_model(answers, blocks, arrows=ARROWS):
    """Estimate a path model by partial least squares (mode A, centroid scheme): weights, scores, coefficients.

    Repeat until no weight moves: a construct's score is the weighted sum of its items; its neighbours on the arrows are
    added up, with the sign of their correlation; an item weighs as much as it goes with that sum. Then each score is
    regressed on the scores of its causes.

    Parameters: answers - DataFrame without gaps, a row an answer; blocks - dict construct → its items; arrows - dict
    effect → its causes. Returns: PathModel. Errors: TooFew below 30 answers; DataFault for gaps and for a question that
    all answer alike; NotConverged where weights or coefficients cannot be told.
    Source: Wold (1982); Tenenhaus, Esposito Vinzi, Chatelin & Lauro (2005).
    """
    items, belongs, joined = _design(blocks, arrows)  # yes or no: item of which construct; an arrow between which two
    z = _standardised(answers, items)  # each item less its mean, by its standard deviation
    weights = _to_deviation_one(belongs, z, blocks)  # to begin with, all items of a construct alike
    for _ in range(ROUNDS):
        scores = z @ weights  # 1. each construct is the weighted sum of its items
        signs = np.sign(np.corrcoef(scores, rowvar=False))
        neighbours = scores @ (signs * joined)  # 2. what the constructs beside it say
        agreement = z.T @ neighbours / len(z)  # 3. an item that goes with them weighs more
        before, weights = weights, _to_deviation_one(agreement * belongs, z, blocks)
        if np.abs(weights - before).max() < 1e-9:
            break
    else:
        raise NotConverged(f"The weights of the path model still move after {ROUNDS} rounds: leave a construct out.")
    weights = weights * np.sign((z.T @ (z @ weights) * belongs).sum(axis=0))  # more of it means higher answers
    scores = pd.DataFrame(z @ weights, answers.index, list(blocks))
    return PathModel(pd.Series(weights.sum(axis=1), items), scores, coefficients(scores.corr(), arrows))


def coefficients(correlation, arrows=ARROWS):
    """Regress each construct on its causes, from correlations: one coefficient an arrow.

    b = R⁻¹ r, with R the correlations among the causes and r theirs with the effect.
    Parameters: correlation - DataFrame, constructs × constructs; arrows - dict effect → causes.
    Returns: Series by (cause, effect). Errors: NotConverged where two causes are the same thing.
    """
    r, place = correlation.to_numpy(), {name: place for place, name in enumerate(correlation)}
    paths = {}
    for effect, causes in arrows.items():
        at = [place[cause] for cause in causes]
        among = r[np.ix_(at, at)]
        if np.linalg.cond(among) > 1e8:
            raise NotConverged(f"The causes of {effect} cannot be told apart: leave one of {', '.join(causes)} out.")
        slopes = np.linalg.solve(among, r[at, place[effect]])
        paths |= {(cause, effect): slope for cause, slope in zip(causes, slopes, strict=True)}
    return pd.Series(paths, name="coefficient").rename_axis(["cause", "effect"])


def reliability(model, answers, blocks):
    """Tell how much of each score is no measurement error, 0 to 1: ρ_A, 1 for a single question.

    ρ = (w'w)² · w'(S − diag S)w / w'(ww' − diag ww')w, S the correlations of the construct's items.
    Parameters: as for `path_model`, and what it returned. Returns: Series by construct.
    Errors: NotConverged where the questions on a construct do not go together.
    Source: Dijkstra & Henseler (2015).
    """
    found = {}
    for name, items in blocks.items():
        w = model.weights[items].to_numpy()
        together, apart = answers[items].corr().to_numpy(), 1 - np.eye(len(w))
        found[name] = (w @ w) ** 2 * (w @ (together * apart) @ w) / (w**2 @ apart @ w**2) if len(w) > 1 else 1.0
        if not found[name] > 0:
            raise NotConverged(f"The questions on {name} do not go together, so their error cannot be told.")
    return pd.Series(found, name="reliability")


def consistent_paths(answers, blocks, arrows=ARROWS):
    """Estimate the coefficients without the weakening by measurement error: consistent partial least squares.

    The correlation of two scores is divided by √(ρ₁ ρ₂), their reliabilities, before the regressions.
    Parameters, errors: as for `path_model` and `reliability`. Returns: Series by (cause, effect).
    Source: Dijkstra & Henseler (2015).
    """
    model = path_model(answers, blocks, arrows)
    root = np.sqrt(reliability(model, answers, blocks).to_numpy())
    true = (model.scores.corr() / np.outer(root, root)).to_numpy(copy=True)
    np.fill_diagonal(true, 1)
    return coefficients(pd.DataFrame(true, list(blocks), list(blocks)), arrows)


def total_effects(paths):
    """Add up the effects of each construct on each later one over all routes: T = B + B² + … = (I − B)⁻¹ − I.

    Parameters: paths - Series by (cause, effect), in any one unit. Returns: DataFrame, causes × effects.
    Errors: CrmError where the arrows run in a circle.
    """
    names = list(dict.fromkeys(name for pair in paths.index for name in pair))
    direct = paths.unstack().reindex(index=names, columns=names).fillna(0.0)  # noqa: PD010
    if np.linalg.matrix_power((direct != 0).to_numpy(float), len(names)).any():
        raise CrmError(f"The arrows among {', '.join(names)} run in a circle: none of them is a first cause.")
    total = np.linalg.inv(np.eye(len(names)) - direct.to_numpy()) - np.eye(len(names))
    return pd.DataFrame(total, direct.index, direct.columns)


def index_scores(answers, blocks, weights=None, scale=(1, 10)):
    """Put each construct on the scale from 0 (all answers the lowest) to 100 (all the highest).

    index = Σ v (x − lowest) / (highest − lowest) · 100 over the construct's items, Σ v = 1; v is the same for all items
    or, with the weights of a path model, proportional to weight / deviation of the item.
    Parameters: answers - DataFrame without gaps; blocks - dict construct → items; weights - Series by item; scale -
    lowest and highest possible answer. Returns: DataFrame, a row an answer, a column a construct.
    Errors: DataFault for gaps, answers off the scale, and a question that runs against the others on its construct.
    Source: Fornell et al. (1996).
    """
    lowest, highest = scale
    refuse_gaps(answers[[item for items in blocks.values() for item in items]])
    index = {}
    for name, items in blocks.items():
        part = answers[items].astype(float)
        for item in items:
            if (off := ~part[item].between(lowest, highest)).any():
                raise DataFault(f"{item} has {off.sum():,} answers off the scale from {lowest} to {highest}.")
            _refuse_reversed(part, item, name)
        v = pd.Series(1.0, items) if weights is None else weights[items] / part.std()
        if (v < 0).any():
            raise DataFault(_reversed(v.idxmin(), name))
        index[name] = (part - lowest) @ (v / v.sum()) / (highest - lowest) * 100
    return pd.DataFrame(index)


def _reversed(item, construct):
    return f"{item} runs against the other questions on {construct}: turn its answers round, or leave it out."


def _refuse_reversed(part, item, construct):
    """Refuse an item that goes down, more than by chance, where the others of its construct go up."""
    rest = part.drop(columns=item).sum(axis=1)
    if rest.std() > 0 and part[item].std() > 0 and part[item].corr(rest) < -2 / np.sqrt(len(part)):
        raise DataFault(_reversed(item, construct))


def _design(blocks, arrows):
    """Items, which of them belong to which construct (0 and 1), and which constructs an arrow joins."""
    names, items = list(blocks), [item for block in blocks.values() for item in block]
    unknown = {name for effect, causes in arrows.items() for name in (effect, *causes)} - set(names)
    if unknown:
        raise CrmError(f"An arrow begins or ends at {min(unknown)!r}, on which there is no question: leave it out.")
    belongs = np.array([[float(item in blocks[name]) for name in names] for item in items])
    points = np.array([[cause in arrows.get(effect, ()) for effect in names] for cause in names])
    joined = points | points.T
    if alone := [name for name, others in zip(names, joined, strict=True) if not others.any()]:
        raise CrmError(f"No arrow joins {alone[0]!r} to another construct: leave it out, or draw one.")
    return items, belongs, joined


def _standardised(answers, items):
    """The items as an array, mean 0 and standard deviation 1 each."""
    refuse_gaps(answers[items])
    table = enough(answers[items].to_numpy(float), FEWEST_ANSWERS, "answers for a path model")
    deviation = table.std(axis=0)
    if (deviation < 1e-9).any():
        alike = deviation.argmin()
        raise DataFault(f"All answers to {items[alike]} are {table[0, alike]:g}: leave it out.")
    return (table - table.mean(axis=0)) / deviation


def _to_deviation_one(weights, z, blocks):
    """Scale the weights of each construct so that its score has standard deviation 1."""
    deviation = (z @ weights).std(axis=0)
    if (deviation < 1e-9).any():
        name = list(blocks)[deviation.argmin()]
        raise NotConverged(f"The questions on {name} cancel each other out: turn round those asked the other way.")
    return weights / deviation
