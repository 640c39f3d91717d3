"""The house of quality 质量屋: what customers need, translated into what the company can measure and change."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from crmlib.estimate import random_state
from crmlib.old.notices import hands_on_notices, reads
from crmlib.old.satisfaction.service_quality import quality_gaps

STRENGTHS = (0, 1, 3, 9)
# What a tea company can measure, and how strongly it moves each quality dimension: 9 strongly, 3 somewhat, 1 a little.
# An instructor replaces this table by the company's own.
RELATIONS = {
    "orders delivered on the promised day": {"reliability": 9, "responsiveness": 3, "conformance": 1},
    "hotline waiting time": {"responsiveness": 9, "empathy": 3},
    "complaints solved within five days": {"responsiveness": 9, "serviceability": 9, "reliability": 3, "assurance": 3},
    "tea knowledge of staff": {"assurance": 9, "empathy": 3, "performance": 1},
    "customers with a named contact": {"empathy": 9, "assurance": 3, "responsiveness": 1},
    "days from packing to delivery": {"performance": 9, "durability": 9, "reliability": 1},
    "score of the tasting panel": {"performance": 9, "conformance": 3, "features": 3},
    "batches within specification": {"conformance": 9, "reliability": 3, "performance": 3},
    "new teas a year": {"features": 9, "aesthetics": 1},
    "packs replaced for damage": {"durability": 9, "conformance": 3, "tangibles": 1},
    "shops and packs redesigned": {"tangibles": 9, "aesthetics": 9, "features": 1},
}


@dataclass(frozen=True)
class HouseOfQuality:
    """The rooms of the house. ``needs``: importance, expected, perceived, improvement, weight (adds up to 1);
    ``relations``: needs × measures, 0/1/3/9; ``contributions``: weight · relation, so that every priority can be traced
    to the needs it comes from; ``measures``: priority (share), low, high, first (share of resamples in first place),
    mainly_for (the need that contributes most); ``without_measure``: needs that no measure serves.
    """

    needs: pd.DataFrame
    relations: pd.DataFrame
    contributions: pd.DataFrame
    measures: pd.DataFrame
    without_measure: list


@reads("service_ratings")
def house_of_quality(ratings, relations=RELATIONS, resamples=200, confidence=0.95, seed=1):
    """Priorities of the company's measures, computed from the customers' ratings.

    improvement = expected / perceived, at least 1; weight of a need = importance · improvement, divided by the sum;
    priority of a measure = Σ over needs weight · relation, divided by the sum over measures.

    Parameters: ``ratings`` the table service_ratings; ``relations`` measure → {dimension: 1, 3 or 9}; resampled
    respondents give the interval. Returns a HouseOfQuality. Raises ValueError for a relation that is not 0, 1, 3 or 9.
    Source: Hauser & Clausing 1988; Akao 1990.
    """
    needs = _needs(quality_gaps(ratings, side=None))
    matrix = _relation_table(relations, needs.index)
    contributions = matrix.mul(needs["weight"], axis=0)
    priority = contributions.sum() / contributions.to_numpy().sum()
    draws = _resampled(ratings, needs.index, matrix, resamples, seed)
    tail = (1 - confidence) * 50
    low, high = np.percentile(draws, [tail, 100 - tail], axis=0)
    measures = pd.DataFrame(
        {
            "priority": priority,
            "low": low,
            "high": high,
            "first": np.bincount(draws.argmax(axis=1), minlength=len(priority)) / len(draws),
            "mainly_for": contributions.idxmax(),
        }
    ).rename_axis("measure")
    without = list(needs.index[matrix.sum(axis=1) == 0])
    return HouseOfQuality(needs, matrix, contributions, measures.sort_values("priority", ascending=False), without)


@hands_on_notices
def priority_traced(house, measure=None):
    """Where a measure's priority comes from, need by need, largest contribution first.

    Parameters: ``house`` a HouseOfQuality; ``measure`` its name, or None for the first. Returns one row a need: weight,
    relation, contribution (need_weight · relation), priority_share (of the priority of this measure).
    """
    measure = house.measures.index[0] if measure is None else measure
    table = pd.DataFrame(
        {
            "need_weight": house.needs["weight"],
            "relation": house.relations[measure].astype(int),
            "contribution": house.contributions[measure],
        }
    )
    table = table[table["relation"] > 0].sort_values("contribution", ascending=False)
    table["priority_share"] = table["contribution"] / table["contribution"].sum()
    return table.rename_axis(measure)


def _needs(gaps):
    needs = gaps[["chinese", "importance", "expected", "perceived"]].copy()
    needs["improvement"] = np.maximum(needs["expected"] / needs["perceived"], 1.0)
    raw = needs["importance"] * needs["improvement"]
    needs["weight"] = raw / raw.sum()
    return needs.rename_axis("need").sort_values("weight", ascending=False)


def _relation_table(relations, needs):
    table = pd.DataFrame(relations).reindex(index=needs).fillna(0)
    odd = table.to_numpy()[~np.isin(table.to_numpy(), STRENGTHS)]
    if len(odd):
        raise ValueError(f"A relation is 0, 1, 3 or 9; found {odd[0]:g}.")
    return table.loc[:, table.sum() > 0]


def _resampled(ratings, needs, matrix, resamples, seed):
    """Priorities of resampled respondents: each draw changes how often a respondent counts in the three means."""
    numbers = ["importance", "expected", "perceived"]
    answers = ratings.dropna(subset=["expected", "perceived"]).astype(dict.fromkeys(numbers, float))
    own = answers.groupby(["dimension", "customer_id"], observed=True)[numbers].mean().reset_index()
    tables = [own.pivot_table(index="customer_id", columns="dimension", values=name)[list(needs)] for name in numbers]
    values = [(table.fillna(0).to_numpy(), table.notna().to_numpy().astype(float)) for table in tables]
    generator, people = random_state(seed), len(tables[0])
    draws = np.empty((resamples, matrix.shape[1]))
    for draw in range(resamples):
        times = np.bincount(generator.randint(people, size=people), minlength=people).astype(float)
        importance, expected, perceived = ((times @ total) / (times @ known) for total, known in values)
        weight = importance * np.maximum(expected / perceived, 1.0)
        priority = weight @ matrix.to_numpy()
        draws[draw] = priority / priority.sum()
    return draws
