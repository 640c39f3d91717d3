"""Share a fixed service budget out over the grades: an integer programme with a readable result."""

import numpy as np
import pandas as pd
from scipy.optimize import Bounds, LinearConstraint, linprog, milp

from crmlib.errors import CrmError, NotConverged
from crmlib.old.grading.measures import MEASURES, best_measure


def service_packages():
    """Return the service packages as a table you may edit. Its numbers are assumptions, not estimates.

    cost_share - cost a customer and year, as a share of the company's mean yearly revenue per customer; leavers_kept -
    share of the customers who would leave in the year and stay because of the package.
    """
    rows = [
        ("self-service", "自助服务", 0.0, 0.0, "web shop, automatic answers"),
        ("reminders", "提醒关怀", 0.01, 0.03, "refill and birthday messages"),
        ("inside sales", "电话客服", 0.10, 0.12, "one person to call"),
        ("account manager", "客户经理", 1.0, 0.35, "visits, own prices, own team"),
    ]
    return pd.DataFrame(rows, columns=["package", "chinese", "cost_share", "leavers_kept", "what"]).set_index("package")


def value_at_stake(profit, grades, retention, margin_rate=None):
    """Work out what is lost with a customer of each grade who leaves.

    stake = value a customer and year × expected length of the relationship (years), not below 0.
    Parameters: profit - result of `latest_profit`; grades - Series; retention - result of `retention_by_grade`;
    margin_rate - margin assumed per unit of revenue, used only where the table has neither margin nor profit (default
    1: revenue itself is at stake).
    Returns: DataFrame, index grade: customers, leaving (share a year), stake (money per customer). attrs: revenue_each
    (mean yearly revenue per customer).
    """
    measure = best_measure(profit)
    years = profit.attrs.get("years", 1.0)
    yearly = profit[measure].groupby(grades.reindex(profit.index), observed=False).mean() / years
    if measure == "revenue" and margin_rate is not None:
        yearly = yearly * margin_rate
    table = pd.DataFrame({"customers": grades.reindex(profit.index).value_counts().reindex(yearly.index)})
    table["leaving"] = 1 - retention["retention"].reindex(yearly.index)
    table["stake"] = (yearly * retention["length"].reindex(yearly.index)).clip(lower=0)
    table = table.fillna(0.0).rename_axis("grade")
    table.attrs = profit.attrs | {"measure": measure, "revenue_each": float(profit["revenue"].mean() / years)}
    return table


def allocate_service(stakes, budget, packages=None):
    """Choose a service package for every customer so that the expected gain is largest within the budget.

    maximise Σ n(g, p)·[leaving(g)·leavers_kept(p)·stake(g) − cost(p)], n whole numbers ≥ 0,
    subject to Σ_p n(g, p) = customers(g) for each grade g, and Σ n(g, p)·cost(p) ≤ budget.
    Parameters: stakes - result of `value_at_stake`; budget - money a year; packages - like `service_packages()`.
    Returns: DataFrame, one row a grade and package in use: grade, package, customers, cost, kept (expected customers
    saved a year), gain (their value), net (gain − cost). attrs: budget, spent, net, next_unit (what one more unit of
    budget would add, from the linear programme's dual).
    Raises: CrmError for a negative budget or packages of which none is free; NotConverged when the solver fails.
    Source: integer programming in the form of Dantzig's knapsack (1957).
    """
    packages = service_packages() if packages is None else packages
    cost = packages["cost_share"].to_numpy(float) * stakes.attrs.get("revenue_each", 1.0)
    if budget < 0 or not (cost == 0).any():
        raise CrmError("The budget is at least 0 and one package must be free, so that everyone can be served.")
    gains = np.outer(stakes["leaving"] * stakes["stake"], packages["leavers_kept"]).ravel()
    costs = np.tile(cost, len(stakes))
    number, next_unit = _solve(gains - costs, costs, budget, stakes["customers"].to_numpy(float))
    plan = _plan(stakes, packages, number, costs, gains)
    plan.attrs = stakes.attrs | {
        "budget": float(budget),
        "spent": float(number @ costs),
        "net": float(number @ (gains - costs)),
        "next_unit": next_unit,
    }
    return plan


def _solve(net, costs, budget, size):
    """Solve the programme in whole numbers, and its linear form for the worth of the next unit of budget."""
    belongs = np.kron(np.eye(len(size)), np.ones(len(net) // len(size)))
    # Scaled, because the solver's tolerances are absolute.
    scale = max(np.abs(net).max(), 1e-12)
    row, limit = costs[None] / scale, budget / scale
    solved = milp(
        -net / scale,
        constraints=[LinearConstraint(belongs, size, size), LinearConstraint(row, -np.inf, limit)],
        bounds=Bounds(0, np.inf),
        integrality=np.ones(len(net)),
        options={"mip_rel_gap": 1e-6},
    )
    if not solved.success:
        raise NotConverged(f"The budget could not be shared out: {solved.message}")
    relaxed = linprog(-net / scale, A_ub=row, b_ub=[limit], A_eq=belongs, b_eq=size, bounds=(0, None))
    return np.rint(solved.x), float(-relaxed.ineqlin.marginals[0])


def allocation_table(plan):
    """Show a plan as grades × packages: how many customers get which. Returns: DataFrame of counts."""
    table = plan.pivot_table(index="grade", columns="package", values="customers", aggfunc="sum", observed=False)
    return table.fillna(0).astype(int)


def _plan(stakes, packages, number, costs, gains):
    grades = np.repeat(stakes.index.astype(str), len(packages))
    plan = pd.DataFrame(
        {
            "grade": pd.Categorical(grades, list(stakes.index.astype(str)), ordered=True),
            "package": pd.Categorical(np.tile(packages.index, len(stakes)), list(packages.index), ordered=True),
            "customers": number.astype(int),
            "cost": number * costs,
            "kept": number * np.outer(stakes["leaving"], packages["leavers_kept"]).ravel(),
            "gain": number * gains,
            "net": number * (gains - costs),
        }
    )
    return plan[plan["customers"] > 0].reset_index(drop=True)


def yearly_budget(profit, share):
    """Turn a share of the company's yearly revenue into a budget. Returns: float, money a year."""
    if not 0 <= share <= 1:
        raise CrmError(f"A budget is between 0 and 100 % of revenue; {share} is not.")
    return float(share * profit[MEASURES[-1]].sum() / profit.attrs.get("years", 1.0))
