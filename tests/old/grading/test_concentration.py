"""Concentration and the loss of the largest accounts."""

import pandas as pd
import pytest

from crmlib.errors import CrmError
from crmlib.old.grading.concentration import concentration_index, largest_accounts, leaving_rates, loss_scenarios

ACCOUNTS = pd.DataFrame(
    {"revenue": [50.0, 30, 10, 10], "margin": [5.0, 12, 4, 4], "profit": [-2.0, 8, 2, 2]}, index=["A", "B", "C", "D"]
)


def test_concentration_index_of_equal_and_single_customers():
    assert concentration_index([1] * 8) == pytest.approx(1 / 8)
    assert concentration_index([7]) == 1
    assert concentration_index([50, 30, 20]) == pytest.approx(0.25 + 0.09 + 0.04)
    assert concentration_index([50, 50, -10]) == pytest.approx(0.5)
    with pytest.raises(CrmError):
        concentration_index([0, 0])


def test_largest_accounts_and_what_would_go_with_them():
    table = largest_accounts(ACCOUNTS, 2, by="revenue")
    assert list(table.index) == ["A", "B", "together"]
    assert table.loc["together", "revenue_share"] == pytest.approx(0.8)
    assert table.loc["A", "profit_share"] == pytest.approx(-0.2)
    assert list(largest_accounts(ACCOUNTS, 2, by="profit").index[:2]) == ["B", "C"]  # a tie goes by the number


def test_loss_scenarios_are_all_combinations():
    table = loss_scenarios(largest_accounts(ACCOUNTS, 2, by="revenue"), 0.1)
    assert len(table) == 4 and table["probability"].sum() == pytest.approx(1)
    assert table["leavers"].tolist() == ["none", "B", "A", "A, B"]
    assert table["probability"].tolist() == pytest.approx([0.81, 0.09, 0.09, 0.01])
    assert table["at_least"].tolist() == pytest.approx([1.0, 0.19, 0.10, 0.01])
    assert (table["probability"] * table["lost_revenue"]).sum() == pytest.approx(0.1 * 80)


def test_the_largest_are_those_whose_profit_would_be_missed():
    assert list(largest_accounts(ACCOUNTS, 1).index) == ["B", "together"]  # A buys most and loses money
    assert list(largest_accounts(ACCOUNTS[["revenue"]], 1).index) == ["A", "together"]


def test_each_account_leaves_at_the_rate_of_its_own_grade():
    accounts = largest_accounts(ACCOUNTS, 2, by="revenue")
    grades = pd.Series(pd.Categorical(["small", "key", "small"], ["key", "small"]), index=["A", "B", "C"])
    retention = pd.DataFrame({"retention": [0.9, 0.6, 0.7]}, index=["key", "small", "all"])
    rates = leaving_rates(accounts, grades, retention)
    assert rates.to_dict() == pytest.approx({"A": 0.4, "B": 0.1})
    table = loss_scenarios(accounts, rates).set_index("leavers")["probability"]
    assert table.to_dict() == pytest.approx({"none": 0.54, "A": 0.36, "B": 0.06, "A, B": 0.04})
    assert leaving_rates(accounts, grades.drop("A"), retention)["A"] == pytest.approx(0.3)
