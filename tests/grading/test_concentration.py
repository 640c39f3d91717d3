"""Concentration and the loss of the largest accounts."""

import pandas as pd
import pytest

from crmlib.errors import CrmError
from crmlib.grading.concentration import concentration_index, largest_accounts, loss_scenarios

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
    table = largest_accounts(ACCOUNTS, 2)
    assert list(table.index) == ["A", "B", "together"]
    assert table.loc["together", "revenue_share"] == pytest.approx(0.8)
    assert table.loc["A", "profit_share"] == pytest.approx(-0.2)
    assert list(largest_accounts(ACCOUNTS, 2, by="profit").index[:2]) == ["B", "C"]  # a tie goes by the number


def test_loss_scenarios_are_all_combinations():
    table = loss_scenarios(largest_accounts(ACCOUNTS, 2), 0.1)
    assert len(table) == 4 and table["probability"].sum() == pytest.approx(1)
    assert table["leavers"].tolist() == ["none", "B", "A", "A, B"]
    assert table["probability"].tolist() == pytest.approx([0.81, 0.09, 0.09, 0.01])
    assert table["at_least"].tolist() == pytest.approx([1.0, 0.19, 0.10, 0.01])
    assert (table["probability"] * table["lost_revenue"]).sum() == pytest.approx(0.1 * 80)
