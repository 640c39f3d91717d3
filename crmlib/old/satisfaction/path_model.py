"""The satisfaction index: a partial-least-squares path model, written to be read.

Six things cannot be asked directly: image, expected quality, perceived quality, perceived value, satisfaction and
continued business. Each is asked through several questions (items). The model does two things at once: it finds the
weights that combine the items of a construct into one score, and it measures how strongly one score moves the next.
``path_algorithm`` holds the matrix part.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from crmlib.errors import NotConverged
from crmlib.old.notices import hands_on_notices
from crmlib.old.satisfaction.answers import complete_answers, items_by_construct
from crmlib.old.satisfaction.path_algorithm import (
    Design,
    index_of_means,
    index_weights,
    make_design,
    moments,
    solve,
    total_effects,
)

SATISFACTION_PATHS = (
    ("image", "expected_quality"),
    ("expected_quality", "perceived_quality"),
    ("expected_quality", "perceived_value"),
    ("perceived_quality", "perceived_value"),
    ("image", "satisfaction"),
    ("expected_quality", "satisfaction"),
    ("perceived_quality", "satisfaction"),
    ("perceived_value", "satisfaction"),
    ("image", "continued_business"),
    ("satisfaction", "continued_business"),
)
CHINESE = {
    "image": "企业形象",
    "expected_quality": "预期质量",
    "perceived_quality": "感知质量",
    "perceived_value": "感知价值",
    "satisfaction": "满意度",
    "continued_business": "继续往来意向",
}


@dataclass(frozen=True)
class PathModel:
    """An estimated path model; every part is a table.

    ``paths``: source, target, coefficient (both scores in standard deviations), consistent (the same without the
    attenuation by measurement error) and points (index points of the target for one index point of the source).
    ``items``: construct, mean, standard_deviation, loading, weight (standardised) and index_weight (adds up to 1
    within the construct). ``constructs``: index (0–100), index_deviation, r_squared, items.
    ``scores`` have mean 0 and deviation 1; ``index_scores`` run from 0 to 100; one row a respondent.
    """

    paths: pd.DataFrame
    items: pd.DataFrame
    constructs: pd.DataFrame
    scores: pd.DataFrame
    index_scores: pd.DataFrame
    correlations: pd.DataFrame
    answers: pd.DataFrame
    respondent_weights: np.ndarray
    design: Design
    scheme: str
    scale: tuple[float, float]
    iterations: int
    missing: dict


def fit_path_model(
    survey,
    paths=SATISFACTION_PATHS,
    items=None,
    *,
    scheme="path",
    scale=(1, 10),
    respondent_weights=None,
    missing="within_construct",
    tolerance=1e-7,
    max_iterations=300,
):
    """Estimate the satisfaction index and the strength of its causes.

    Repeat until the weights stand still: score = Σ weight · item; inner estimate of a construct = Σ e · score of
    its neighbours; weight = correlation of the item with the inner estimate (mode A). e is the sign of the correlation
    (*centroid*), the correlation (*factorial*), or a regression coefficient for causes and a correlation for
    consequences (*path*). A construct whose loadings come out negative is turned round.
    Index score = Σ v (x − min) / (max − min) · 100, v = weight / deviation of the item, divided by their sum.

    Parameters: ``survey`` one row a respondent; ``paths`` pairs (source, target); ``items`` construct → columns
    (without it: columns ``<construct>_<number>``); ``scale`` lowest and highest possible answer;
    ``respondent_weights`` one positive number a respondent (see ``nonresponse``); ``missing``: "within_construct"
    fills a gap from the person's other items of the construct and leaves out whoever answered none of them,
    "complete" leaves out everyone with a gap (``model.missing`` says how many).
    Returns a PathModel. Raises NotConverged, and DataFault for answers that cannot carry a model.
    Source: Wold 1982; Tenenhaus, Esposito Vinzi, Chatelin & Lauro 2005; Fornell et al. 1996 (index).
    """
    names = constructs_in(paths)
    blocks = items_by_construct(survey, names, items)
    answers, weights, missing_report = complete_answers(survey, blocks, scale, missing, respondent_weights)
    design = make_design(paths, blocks)
    mean, covariance = moments(answers.to_numpy(), weights)
    solution = solve(covariance, design, scheme, tolerance, max_iterations)
    if not solution["converged"]:
        raise NotConverged(
            f"The path model did not settle in {max_iterations} rounds with the {scheme} scheme (last change "
            f"{float(solution['change']):.1e}). Try another scheme, or look for constructs whose items disagree."
        )
    return _as_tables(solution, mean, covariance, answers, weights, design, scheme, scale, missing_report)


def constructs_in(paths):
    """The constructs of a list of (source, target) pairs, causes before consequences.

    Raises ValueError when the arrows run in a circle: a recursive model needs a first cause.
    Source: Kahn 1962 (topological order).
    """
    waiting = list(dict.fromkeys(name for pair in paths for name in pair))
    ordered = []
    while waiting:
        ready = [name for name in waiting if all(a in ordered for a, b in paths if b == name)]
        if not ready:
            raise ValueError(f"The paths run in a circle among {', '.join(waiting)}.")
        ordered.append(ready[0])
        waiting.remove(ready[0])
    return ordered


@hands_on_notices
def effects_table(model, kind="coefficient"):
    """Direct, indirect and total effect of each construct on each later one.

    Parameters: ``kind`` is "coefficient" (in standard deviations), "consistent" or "points" (in index points).
    Returns source, target, direct, indirect, total; pairs without any effect are left out.
    """
    names = list(model.design.constructs)
    direct = path_matrix(model, kind)
    total = total_effects(direct)
    rows = [
        (names[i], names[j], direct[i, j], total[i, j] - direct[i, j], total[i, j])
        for i in range(len(names))
        for j in range(len(names))
        if total[i, j] != 0
    ]
    return pd.DataFrame(rows, columns=["source", "target", "direct", "indirect", "total"])


@hands_on_notices
def index_scores_by(model, survey, column="customer_id"):
    """The index scores under another name of the respondent: the survey's customer_id or invitation_id, say.

    Respondents left out of the model are left out here. Returns one row an answer, one column a construct.
    """
    return model.index_scores.set_axis(survey.loc[model.index_scores.index, column].to_numpy()).rename_axis(column)


def path_matrix(model, kind="coefficient"):
    """The path coefficients as a constructs × constructs array, source in the row, target in the column."""
    wide = model.paths.pivot_table(index="source", columns="target", values=kind)
    names = list(model.design.constructs)
    return wide.reindex(index=names, columns=names).fillna(0).to_numpy()


def _as_tables(solution, mean, covariance, answers, weights, design, scheme, scale, missing):
    names, per_answer = list(design.constructs), 100 / (scale[1] - scale[0])
    raw = index_weights(solution["weights"], covariance, design)
    index_deviation = np.sqrt(np.einsum("ij,ik,kj->j", raw, covariance, raw)) * per_answer
    deviation = np.sqrt(np.diagonal(covariance))
    standardised = (answers.to_numpy() - mean) / deviation
    constructs = {
        "index": index_of_means(mean, raw, scale),
        "index_deviation": index_deviation,
        "r_squared": np.where(design.arrows.any(axis=0), solution["r_squared"], np.nan),
        "items": design.membership.sum(axis=0),
    }
    return PathModel(
        paths=_path_table(solution, design, index_deviation),
        items=_item_table(solution, design, mean, deviation, raw),
        constructs=pd.DataFrame(constructs, index=pd.Index(names, name="construct")),
        scores=pd.DataFrame(standardised @ solution["weights"], index=answers.index, columns=names),
        index_scores=pd.DataFrame((answers.to_numpy() - scale[0]) @ raw * per_answer, answers.index, names),
        correlations=pd.DataFrame(covariance / np.outer(deviation, deviation), answers.columns, answers.columns),
        answers=answers,
        respondent_weights=weights,
        design=design,
        scheme=scheme,
        scale=tuple(scale),
        iterations=solution["iterations"],
        missing=missing,
    )


def _item_table(solution, design, mean, deviation, raw):
    place, own = np.arange(len(design.items)), design.membership.argmax(axis=1)
    columns = {
        "construct": [design.constructs[i] for i in own],
        "mean": mean,
        "standard_deviation": deviation,
        "loading": solution["loadings"][place, own],
        "weight": solution["weights"][place, own],
        "index_weight": raw[place, own],
    }
    return pd.DataFrame(columns, index=pd.Index(design.items, name="item"))


def _path_table(solution, design, index_deviation):
    source, target = np.nonzero(design.arrows)
    coefficient = solution["coefficients"][source, target]
    columns = {
        "source": [design.constructs[i] for i in source],
        "target": [design.constructs[j] for j in target],
        "coefficient": coefficient,
        "consistent": solution["consistent"][source, target],
        "points": coefficient * index_deviation[target] / index_deviation[source],
    }
    return pd.DataFrame(columns)
