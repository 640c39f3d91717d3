import numpy as np
import pandas as pd
import pytest

from crmlib.old.satisfaction.indicators import (
    SIX_INDICATORS,
    contradictions,
    indicator_history,
    purchases,
    satisfaction_indicators,
)

from .company import Database


@pytest.fixture
def tiny():
    orders = pd.DataFrame(
        [
            ("A", "2023-06-01", 10.0),
            ("B", "2023-06-01", 20.0),
            ("C", "2023-12-31", 5.0),
            ("A", "2024-01-01", 30.0),
            ("A", "2024-12-31", -4.0),
            ("D", "2024-05-05", 50.0),
            ("B", "2024-07-01", -20.0),
        ],
        columns=["customer_id", "order_date", "amount"],
    )
    orders["order_date"] = pd.to_datetime(orders["order_date"])
    complaints = pd.DataFrame(
        {
            "customer_id": ["A", "B", "D"],
            "recorded_at": pd.to_datetime(["2024-12-31 23:00", "2024-03-01 08:00", "2023-12-31 12:00"]),
        }
    )
    survey = pd.DataFrame(
        {
            "customer_id": ["A", "B", "C", "D"],
            "answered_on": pd.to_datetime(["2024-02-01"] * 3 + ["2023-02-01"]),
            "recommend": [9, 8, None, 10],
            "first_named": ["ours", "rival A", "ours", "ours"],
            "price_rise_accepted": [10.0, 9.0, 3.0, 0.0],
        }
    )
    return Database({"orders": orders, "complaints": complaints, "survey": survey})


def test_each_indicator_counted_by_hand(tiny):
    table = satisfaction_indicators(tiny).set_index("indicator")
    assert list(table.index) == list(SIX_INDICATORS)
    assert (table.loc["return_rate", "value"], table.loc["return_rate", "base"]) == (pytest.approx(1 / 3), 3)
    assert (table.loc["complaint_rate", "value"], table.loc["complaint_rate", "base"]) == (0.5, 2)
    assert table.loc["purchase_amount", "value"] == pytest.approx((26 + 50) / 2)
    assert (table.loc["reputation", "value"], table.loc["reputation", "base"]) == (0.5, 2)
    assert table.loc["naming_rate", "value"] == pytest.approx(2 / 3)
    assert table.loc["price_sensitivity", "value"] == pytest.approx(2 / 3)


def test_a_customer_with_only_a_return_is_no_buyer(tiny):
    bought = purchases(tiny, pd.Timestamp("2023-12-31"), pd.Timestamp("2024-12-31"))
    assert bought.to_dict() == {"A": 26.0, "D": 50.0}


def test_missing_tables_leave_their_rows_out(tiny):
    table = satisfaction_indicators(tiny.without("survey", "complaints"))
    assert list(table["indicator"]) == ["return_rate", "purchase_amount"]


def test_groups_split_the_whole(db, truth):
    groups = pd.Series(np.where(truth["satisfaction"] > 0, "above", "below"), truth.index)
    together = satisfaction_indicators(db).set_index("indicator")
    parts = satisfaction_indicators(db, groups)
    assert parts.groupby("indicator")["base"].sum().to_dict() == together["base"].to_dict()
    wide = parts.pivot_table(index="indicator", columns="group", values="value")
    better_high = wide.loc[["reputation", "naming_rate", "return_rate", "purchase_amount"]]
    assert (better_high["above"] > better_high["below"]).all()
    better_low = wide.loc[["complaint_rate", "price_sensitivity"]]
    assert (better_low["above"] < better_low["below"]).all()
    assert ((parts["low"] <= parts["value"]) & (parts["value"] <= parts["high"])).all()


def test_history_ends_on_the_day_and_has_no_first_return_rate(db):
    history = indicator_history(db, months=6)
    assert history["period_end"].max() == db.as_of
    first = history[history["period_end"] == history["period_end"].min()]
    assert "return_rate" not in set(first["indicator"])
    assert history.groupby("indicator")["period_end"].nunique()["purchase_amount"] == 5
    assert len(indicator_history(db, months=6, periods=2)["period_end"].unique()) == 2


def test_contradiction_is_found_and_agreement_is_not():
    rows = [
        ("reputation", "key", 0.30, 0.35, "high"),
        ("reputation", "small", 0.50, 0.55, "high"),
        ("return_rate", "key", 0.80, 0.85, "high"),
        ("return_rate", "small", 0.60, 0.65, "high"),
        ("complaint_rate", "key", 0.01, 0.02, "low"),
        ("complaint_rate", "small", 0.015, 0.03, "low"),
    ]
    table = pd.DataFrame(rows, columns=["indicator", "group", "low", "high", "good"])
    found = contradictions(table)
    assert found.to_dict("records") == [
        {"better_by": "reputation", "worse_by": "return_rate", "group": "small", "other_group": "key"}
    ]
