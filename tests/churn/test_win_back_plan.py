"""The plan within a budget: by hand, against every plan there is, and what greedy misses."""

import itertools

import numpy as np
import pandas as pd
import pytest

from crmlib.churn import best_plan, greedy_plan
from crmlib.errors import DataFault, TooFew

THREE = pd.DataFrame({"group": ["A", "B", "C"], "cost": [6, 5, 5], "profit": [9, 7, 7]})


def test_greedy_misses_the_best_plan():
    assert greedy_plan(THREE, 10)["group"].tolist() == ["A"]
    assert best_plan(THREE, 10)["group"].tolist() == ["B", "C"]
    assert greedy_plan(THREE, 16)["profit"].sum() == best_plan(THREE, 16)["profit"].sum() == 23


def every_plan(options, budget):
    """The most that any choice of at most one offer a group earns."""
    groups = [[None, *part.index] for _, part in options.groupby("group")]
    plans = ([row for row in plan if row is not None] for plan in itertools.product(*groups))
    return max(options.loc[rows, "profit"].sum() for rows in plans if options.loc[rows, "cost"].sum() <= budget)


@pytest.mark.parametrize("seed", range(12))
def test_no_plan_is_better(seed):
    chance = np.random.RandomState(seed)
    options = pd.DataFrame({"group": np.repeat(list("wxyz"), 3), "cost": chance.randint(1, 30, 12)})
    options["profit"] = chance.randint(-10, 40, 12).astype(float)
    for budget in (0, 17, 45, 90):
        best, greedy = best_plan(options, budget), greedy_plan(options, budget)
        assert best["profit"].sum() == pytest.approx(every_plan(options, budget))
        for plan in (best, greedy):
            assert plan["cost"].sum() <= budget and plan["group"].is_unique and (plan["profit"] > 0).all()
        assert greedy["profit"].sum() <= best["profit"].sum()


def test_where_nothing_pays_nobody_is_asked():
    assert best_plan(THREE.assign(profit=-1), 100).empty and greedy_plan(THREE.assign(profit=-1), 100).empty


def test_refusals():
    with pytest.raises(TooFew, match="offers"):
        best_plan(THREE[:0], 10)
    with pytest.raises(DataFault, match="less than nothing"):
        greedy_plan(THREE.assign(cost=-1), 10)
    with pytest.raises(DataFault, match="profit"):
        best_plan(THREE.assign(profit=[1, None, 2]), 10)
