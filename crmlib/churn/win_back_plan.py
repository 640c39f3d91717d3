"""A budget over groups of customers: one offer a group or none, the whole group or nobody."""

import numpy as np
import pandas as pd

from crmlib.errors import DataFault
from crmlib.estimate import enough, refuse_gaps


def best_plan(options, budget):
    """Choose at most one offer a group so that the plan earns most within a budget: an integer programme.

    maximise Σ profit · x  with  Σ cost · x ≤ budget,  Σ x ≤ 1 in each group,  x ∈ {0, 1}
    Parameters: options - one row a group and offer: group, cost, profit (money of asking the whole group, profit after
    the cost); budget - money. Returns: the chosen rows (none where nothing pays), in the order of ``options``.
    Errors: TooFew without options, DataFault for gaps or a cost below 0. Source: Sinha & Zoltners (1979).
    """
    from scipy.optimize import Bounds, LinearConstraint, milp

    rows = _checked(options)
    groups = pd.get_dummies(rows["group"].astype(str), dtype=float).T
    limits = [LinearConstraint(rows["cost"].to_numpy(float), -np.inf, budget), LinearConstraint(groups, -np.inf, 1)]
    found = milp(
        -rows["profit"].to_numpy(float), integrality=np.ones(len(rows)), bounds=Bounds(0, 1), constraints=limits
    )
    return rows[(np.round(found.x) == 1) & (rows["profit"] > 0)]


def greedy_plan(options, budget):
    """Go down the list of returns on each unit of money, and take what the rest of the budget still pays for.

    Parameters, returns, errors: as `best_plan`; a group that has an offer gets no second one.
    """
    rows = _checked(options)
    rows = rows[rows["profit"] > 0]
    taken, groups = [], set()
    for label in (rows["profit"] / rows["cost"].clip(lower=1e-9)).sort_values(ascending=False, kind="stable").index:
        if rows.loc[label, "group"] not in groups and rows.loc[label, "cost"] <= budget:
            budget -= rows.loc[label, "cost"]
            taken.append(label)
            groups.add(rows.loc[label, "group"])
    return rows[rows.index.isin(taken)]


def _checked(options):
    rows = enough(options, 1, "offers to choose from").reset_index(drop=True)
    refuse_gaps(rows[["group", "cost", "profit"]])
    if (rows["cost"] < 0).any():
        raise DataFault("An offer costs less than nothing: give the cost of asking a whole group, 0 or more.")
    return rows
