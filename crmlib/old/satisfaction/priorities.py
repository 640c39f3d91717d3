"""What to fix first: importance against performance, opportunity, what-if, return, and a budget."""

import numpy as np
import pandas as pd
from scipy import optimize

from crmlib.estimate import random_state
from crmlib.old.notices import hands_on_notices, reads
from crmlib.old.satisfaction.path_algorithm import total_effects
from crmlib.old.satisfaction.path_model import path_matrix

QUADRANTS = {
    (True, False): "concentrate here",
    (True, True): "keep up the good work",
    (False, False): "low priority",
    (False, True): "possibly too much",
}
TOP_PART = 0.2
ONLY_IMPORTANCE = (
    "No dimension is more important than it is satisfying, so opportunity equals importance here: it is no second rule."
)


@hands_on_notices
def importance_performance(importance, performance, lines="mean"):
    """The importance–performance map: four fields around the two means (or medians).

    Parameters: two Series on the same index, e.g. driver → derived importance and driver → mean perception;
    ``lines`` "mean" or "median".
    Returns one row a driver: importance, performance, field; ``attrs`` hold the two lines.
    Source: Martilla & James 1977.
    """
    table = pd.DataFrame({"importance": importance, "performance": performance}).dropna().astype(float)
    means = table.agg(lines)
    important, good = table["importance"] >= means["importance"], table["performance"] >= means["performance"]
    table["field"] = [QUADRANTS[pair] for pair in zip(important, good, strict=True)]
    table.attrs = {"mean_importance": float(means["importance"]), "mean_performance": float(means["performance"])}
    table.attrs["lines"] = f"the two {lines}s"
    return table.sort_values("importance", ascending=False)


@hands_on_notices
def path_importance(model, target="satisfaction"):
    """Importance and performance from the path model: total effect on the target, and the index itself.

    importance = index points of the target for one index point of the cause, over all routes.

    Parameters: ``model`` a PathModel; ``target`` a construct.
    Returns one row a cause: importance, performance, field. Source: Ringle & Sarstedt 2016.
    """
    names = list(model.design.constructs)
    effect = pd.Series(total_effects(path_matrix(model, "points"))[:, names.index(target)], names)
    causes = effect.index[effect != 0]
    return importance_performance(effect[causes], model.constructs.loc[causes, "index"]).rename_axis("construct")


def opportunity_score(importance, satisfaction):
    """Opportunity = importance + max(importance − satisfaction, 0), both on 0–10; from 0 to 20.

    Above 10 is worth a look, above 12 a good, above 15 an excellent opportunity. Source: Ulwick 2005.
    """
    importance, satisfaction = np.asarray(importance, dtype=float), np.asarray(satisfaction, dtype=float)
    for values in (importance, satisfaction):
        if np.nanmin(values) < 0 or np.nanmax(values) > 10:
            raise ValueError("Importance and satisfaction go from 0 to 10; rescale them first.")
    return importance + np.maximum(importance - satisfaction, 0)


@reads("service_ratings")
def opportunity_table(ratings, variant="top_two_box", by="dimension", resamples=500, confidence=0.95, seed=1):
    """Opportunity of each dimension from the ratings, with a bootstrap interval.

    "top_two_box": share of answers in the two highest boxes of ten, times 10, the form in which the score was
    published. Two of seven boxes would be a larger part of the scale and make satisfaction look high, so on any scale
    the top fifth counts: of seven boxes the highest and 0.4 of the next. "mean": mean answer, both scales stretched to
    0–10. The two can rank differently: box shares throw away all but the top.

    Where no dimension is more important than it is satisfying, opportunity *is* importance and ranks nothing anew;
    ``attrs["warning"]`` then says so (otherwise it is "").

    Parameters: ``ratings`` the table service_ratings (perceived 1–7, importance 1–10).
    Returns one row a dimension: importance, satisfaction (0–10), opportunity, low, high, respondents.
    Source: Ulwick 2005.
    """
    if variant not in ("top_two_box", "mean"):
        raise ValueError(f'variant is "top_two_box" or "mean", not {variant!r}')
    answers = ratings.dropna(subset=["importance", "perceived"]).astype({"importance": float, "perceived": float})
    generator, rows = random_state(seed), {}
    for name, part in answers.groupby(by, observed=True):
        values = np.column_stack([_on_ten(part["importance"], 10, variant), _on_ten(part["perceived"], 7, variant)])
        people = part["customer_id"].factorize()[0]
        draws = [opportunity_score(*mean) for mean in _cluster_means(values, people, resamples, generator)]
        low, high = np.percentile(draws, [(1 - confidence) * 50, (1 + confidence) * 50])
        importance, satisfaction = values.mean(axis=0)
        score = float(opportunity_score(importance, satisfaction))
        rows[name] = (importance, satisfaction, score, low, high, part["customer_id"].nunique())
    columns = ["importance", "satisfaction", "opportunity", "low", "high", "respondents"]
    table = pd.DataFrame(rows, index=columns).T.astype({"respondents": int}).rename_axis(by)
    nothing_added = (table["importance"] <= table["satisfaction"]).all()
    table.attrs = {"warning": ONLY_IMPORTANCE if nothing_added else ""}
    return table.sort_values("opportunity", ascending=False)


@hands_on_notices
def what_if(model, changes, intervals=None, confidence=0.95):
    """What the indices become when some are raised: the changes run along the arrows of the path model.

    new index = index + Σ over causes change · (1 or total effect in points), never above 100 or below 0. The model is
    read as cause and effect here, which a survey alone cannot prove.

    Parameters: ``changes`` construct → index points; ``intervals`` PathIntervals for limits of the change.
    Returns one row a construct: index, change, new_index, low, high (of the change; NaN without ``intervals``).
    """
    names = list(model.design.constructs)
    unknown = [name for name in changes if name not in names]
    if unknown:
        raise ValueError(f"{unknown[0]!r} is no construct of the model; there are {', '.join(names)}.")
    push = np.array([changes.get(name, 0.0) for name in names], dtype=float)
    index = model.constructs["index"].to_numpy()
    new = np.clip(index + push + push @ total_effects(path_matrix(model, "points")), 0, 100)
    low = high = np.full(len(names), np.nan)
    if intervals is not None:
        draws = push + np.einsum("i,rij->rj", push, total_effects(intervals.point_draws))
        draws = np.clip(index + draws, 0, 100) - index
        low, high = np.percentile(draws, [(1 - confidence) * 50, (1 + confidence) * 50], axis=0)
    table = {"index": index, "change": new - index, "new_index": new, "low": low, "high": high}
    return pd.DataFrame(table, index=pd.Index(names, name="construct"))


@hands_on_notices
def return_on_quality(model, projects, gain_per_point, customers, intervals=None, confidence=0.95):
    """What each improvement project brings for its cost.

    gain = change of the satisfaction index · gain_per_point · customers; profit = gain − cost;
    return = profit / cost.

    Parameters: ``projects`` one row a project with columns construct, points (expected rise of that index) and cost;
    ``gain_per_point`` yearly margin per customer and point of satisfaction, one number or (estimate, low, high) from
    ``repurchase.margin_per_point``; ``customers`` how many are reached.
    Returns the projects with satisfaction (points), gain, profit, low, high (of profit), return_on_quality,
    customers_reached, clear_of_zero (whether low is above 0).
    Low and high combine the least favourable and the most favourable ends, so they are on the cautious side.
    Source: Rust, Zahorik & Keiningham 1995.
    """
    estimate, worst, best = gain_per_point if np.ndim(gain_per_point) else (gain_per_point,) * 3
    rows = {}
    for name, project in projects.iterrows():
        effect = what_if(model, {project["construct"]: project["points"]}, intervals, confidence).loc["satisfaction"]
        low, high = (effect["change"],) * 2 if intervals is None else (effect["low"], effect["high"])
        ends = [points * money * customers for points in (low, high) for money in (worst, best)]
        gain = effect["change"] * estimate * customers
        rows[name] = (
            effect["change"],
            gain,
            gain - project["cost"],
            min(ends) - project["cost"],
            max(ends) - project["cost"],
        )
    result = pd.DataFrame(rows, index=["satisfaction", "gain", "profit", "low", "high"]).T
    table = projects.join(result)
    table["return_on_quality"] = table["profit"] / table["cost"]
    table["customers_reached"] = customers
    table["clear_of_zero"] = table["low"] > 0
    return table.rename_axis("project").sort_values("return_on_quality", ascending=False)


@hands_on_notices
def choose_projects(returns, budget):
    """The projects that together bring the most profit within the budget.

    maximise Σ profit · chosen subject to Σ cost · chosen ≤ budget, chosen 0 or 1. Projects are taken to add up.

    Parameters: ``returns`` from ``return_on_quality``; ``budget`` money.
    Returns the same table with a column chosen; ``attrs`` hold cost, profit and left_over.
    """
    if budget < 0:
        raise ValueError("The budget cannot be below 0.")
    result = optimize.milp(
        -returns["profit"].to_numpy(dtype=float),
        integrality=np.ones(len(returns)),
        bounds=optimize.Bounds(0, 1),
        constraints=optimize.LinearConstraint(returns["cost"].to_numpy(dtype=float)[None, :], ub=budget),
    )
    table = returns.assign(chosen=np.round(result.x).astype(bool))
    chosen = table[table["chosen"]]
    cost = float(chosen["cost"].sum())
    table.attrs = {"cost": cost, "profit": float(chosen["profit"].sum()), "left_over": budget - cost}
    return table


def _on_ten(answers, boxes, variant):
    """Answers 1 … boxes on 0–10: stretched, or whether they lie in the top fifth of the scale."""
    if variant == "mean":
        return (answers - 1) / (boxes - 1) * 10
    return (answers - boxes * (1 - TOP_PART)).clip(0, 1) * 10


def _cluster_means(values, people, resamples, generator):
    """Means over resampled respondents; all answers of a respondent are drawn together."""
    count = people.max() + 1
    totals = np.column_stack([np.bincount(people, values[:, column], count) for column in range(values.shape[1])])
    answers = np.bincount(people, minlength=count)
    for _ in range(resamples):
        times = np.bincount(generator.randint(count, size=count), minlength=count)
        yield times @ totals / (times @ answers)
