"""The service budget: right by brute force, within budget, readable."""

import itertools

import numpy as np
import pandas as pd
import pytest

from crmlib.errors import CrmError
from crmlib.old.grading.profit import customer_profit, latest_profit, retention_by_grade
from crmlib.old.grading.pyramid import grade_customers
from crmlib.old.grading.service_budget import (
    allocate_service,
    allocation_table,
    service_packages,
    value_at_stake,
    yearly_budget,
)


def stakes(customers=(2, 4), leaving=(0.2, 0.4), stake=(1000.0, 200.0), revenue_each=100.0):
    table = pd.DataFrame({"customers": customers, "leaving": leaving, "stake": stake}, index=["key", "small"])
    table.attrs = {"revenue_each": revenue_each}
    return table.rename_axis("grade")


def packages(cost=(0.0, 0.05, 0.3), kept=(0.0, 0.1, 0.3)):
    return pd.DataFrame(
        {"cost_share": cost, "leavers_kept": kept}, index=pd.Index(["none", "some", "much"], name="package")
    )


def best_by_trying(table, offer, budget):
    """Every way to share the packages out, tried one by one."""
    cost = offer["cost_share"].to_numpy() * table.attrs["revenue_each"]
    ways = []
    for row in table.itertuples():
        gain = row.leaving * row.stake * offer["leavers_kept"].to_numpy() - cost
        splits = [
            split for split in itertools.product(range(row.customers + 1), repeat=3) if sum(split) == row.customers
        ]
        ways.append([(np.dot(split, gain), np.dot(split, cost)) for split in splits])
    return max(
        sum(net for net, _ in plan)
        for plan in itertools.product(*ways)
        if sum(cost for _, cost in plan) <= budget + 1e-9
    )


@pytest.mark.parametrize("budget", [0, 4, 10, 23, 35, 66, 70, 200])
def test_no_other_plan_is_better(budget):
    plan = allocate_service(stakes(), budget, packages())
    assert plan.attrs["net"] == pytest.approx(best_by_trying(stakes(), packages(), budget))
    assert plan.attrs["spent"] <= budget + 1e-6
    assert plan["net"].sum() == pytest.approx(plan.attrs["net"]) and plan["cost"].sum() == pytest.approx(
        plan.attrs["spent"]
    )


def test_everyone_is_served_once():
    table = allocation_table(allocate_service(stakes(), 20, packages()))
    assert table.sum(axis=1).to_dict() == {"key": 2, "small": 4}


def test_nothing_is_spent_on_customers_of_no_value():
    plan = allocate_service(stakes(stake=(1000.0, 0.0)), 1000, packages())
    assert plan.loc[plan["grade"] == "small", "package"].tolist() == ["none"]


def test_the_next_unit_is_worth_less_with_a_larger_budget():
    worth = [allocate_service(stakes(), budget, packages()).attrs["next_unit"] for budget in (1, 30, 500)]
    assert worth[0] > worth[1] > worth[2] == pytest.approx(0)


def test_the_unit_of_money_does_not_matter():
    small, large = stakes(), stakes(stake=(1e9, 2e8), revenue_each=1e8)
    assert allocation_table(allocate_service(small, 20, packages())).equals(
        allocation_table(allocate_service(large, 2e7, packages()))
    )


def test_impossible_orders_are_refused():
    with pytest.raises(CrmError, match="at least 0"):
        allocate_service(stakes(), -1, packages())
    with pytest.raises(CrmError, match="one package must be free"):
        allocate_service(stakes(), 10, packages(cost=(0.1, 0.2, 0.3)))


def test_stakes_of_a_company(db, orders_only):
    profit = latest_profit(db)
    grades, retention = grade_customers(profit["profit"]), retention_by_grade(db)
    table = value_at_stake(profit, grades, retention)
    assert table["customers"].sum() == len(profit) and table["leaving"].between(0, 1).all()
    by_hand = profit.loc[grades == "key", "profit"].mean() * retention.loc["key", "length"]
    assert table.loc["key", "stake"] == pytest.approx(by_hand, rel=0.01)
    revenue = customer_profit(orders_only)
    pieces = (revenue, grade_customers(revenue["revenue"]), retention_by_grade(orders_only))
    assert value_at_stake(*pieces, 0.3)["stake"].tolist() == pytest.approx(
        (value_at_stake(*pieces)["stake"] * 0.3).tolist()
    )
    plan = allocate_service(table, yearly_budget(profit, 0.02))
    assert set(plan["package"]) <= set(service_packages().index)


def test_budget_is_a_share_of_yearly_revenue(db):
    profit = customer_profit(db)
    assert yearly_budget(profit, 0.1) == pytest.approx(0.1 * profit["revenue"].sum() / profit.attrs["years"])
    with pytest.raises(CrmError, match="between 0 and 100 %"):
        yearly_budget(profit, 3)
