"""Where gradings disagree."""

import pandas as pd
import pytest

from crmlib.old.figures import Notice
from crmlib.old.grading.disagreement import (
    agreement_table,
    cross_table,
    grades_side_by_side,
    mistreated,
    mistreated_counts,
    weighted_kappa,
)
from crmlib.old.grading.profit import customer_profit
from crmlib.old.grading.rfm import rfm_scores

HALVES = {"top": 0.25, "upper": 0.25, "lower": 0.25, "last": 0.25}


def grades(text):
    return pd.Series(pd.Categorical(list(text), list("abc"), ordered=True))


def test_kappa_of_known_tables():
    assert weighted_kappa(grades("aabbcc"), grades("aabbcc")) == pytest.approx(1)
    assert weighted_kappa(grades("abcabcabc"), grades("aaabbbccc")) == pytest.approx(0)
    assert weighted_kappa(grades("aabbcc"), grades("ccbbaa")) == pytest.approx(-1)
    assert weighted_kappa(grades("aaaa"), grades("aaaa")) == 1
    # far apart weighs more than next to each other
    assert weighted_kappa(grades("aabbcc"), grades("babbcc")) > weighted_kappa(grades("aabbcc"), grades("cabbcc"))


def test_cross_table_keeps_empty_grades():
    table = cross_table(grades("aab"), grades("bbb"))
    assert table.shape == (3, 3) and table.loc["a", "b"] == 2 and table.loc["c"].sum() == 0


def three_times(values):
    return pd.DataFrame({"lifetime_value": 3 * values})


def test_every_way_of_grading_is_compared(db):
    profit = customer_profit(db)
    table = grades_side_by_side(profit, rfm_scores(db.table("orders"), db.as_of), three_times(profit["margin"]))
    assert list(table.columns) == ["revenue", "margin", "profit", "RFM", "lifetime value"]
    assert table.notna().all(axis=None)
    pairs = agreement_table(table).set_index(["first", "second"])
    assert len(pairs) == 10
    assert pairs.loc[("margin", "lifetime value"), ["same_grade", "top_overlap", "kappa"]].tolist() == [1, 1, 1]
    assert pairs["same_grade"].between(0, 1).all()
    unequal = pairs[pairs["kappa"] < 1]
    assert (unequal["low"] < unequal["kappa"]).all() and (unequal["kappa"] < unequal["high"]).all()
    assert "lifetime value" not in grades_side_by_side(profit, lifetime=Notice("too few repeat buyers"))


def test_a_customer_without_a_lifetime_value_counts_as_lowest(db):
    profit = customer_profit(db)
    table = grades_side_by_side(profit, lifetime=three_times(profit["profit"].drop(profit["profit"].idxmax())))
    assert table.loc[profit["profit"].idxmax(), "lifetime value"] == "small"


def test_mistreated_are_the_pampered_and_the_neglected():
    profit = pd.DataFrame(
        {"revenue": [100.0, 90, 80, 70, 60, 50, 40, 30], "profit": [-5.0, 90, 80, 70, 60, 50, 40, 300]},
        index=list("ABCDEFGH"),
    )
    table = mistreated(profit, HALVES)
    assert table["treatment"].to_dict() == {"A": "pampered", "H": "neglected"}
    assert mistreated_counts(table)["customers"].to_dict() == {"pampered": 1, "neglected": 1}
    assert mistreated_counts(table.drop("H"))["customers"].to_dict() == {"pampered": 1, "neglected": 0}
    assert table.loc["H", ["grade_by_revenue", "grade_by_profit"]].tolist() == ["last", "top"]


def test_mistreated_needs_profit(orders_only):
    assert isinstance(mistreated(customer_profit(orders_only)), Notice)
