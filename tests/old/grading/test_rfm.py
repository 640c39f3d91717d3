"""RFM: the published cut rule, ties, and rules that cover all 125 cells once."""

import itertools

import pandas as pd
import pytest

from crmlib.errors import CrmError
from crmlib.old.grading.rfm import cut_scores, rfm_scores, rfm_segments, rule_cells, segment_rules, segment_table


def test_scores_without_ties_are_quintiles():
    scores = cut_scores(pd.Series(range(100)))
    assert scores.value_counts().tolist() == [20] * 5
    assert scores.iloc[0] == 1 and scores.iloc[99] == 5


def test_equal_values_get_equal_scores():
    scores = cut_scores(pd.Series([1] * 55 + [2] * 25 + [3] * 20))
    assert scores.iloc[:55].unique().tolist() == [1]
    assert scores.iloc[55:80].unique().tolist() == [3]  # 55 % are worse: 1 + ⌊5 × 0.55⌋
    assert scores.iloc[80:].unique().tolist() == [5]
    assert cut_scores(pd.Series([7, 7, 7])).tolist() == [1, 1, 1]
    assert cut_scores(pd.Series([7])).tolist() == [1]


def test_recency_is_better_when_fewer_days_have_passed():
    orders = pd.DataFrame(
        {"customer_id": list("ABCDE"), "order_date": pd.to_datetime([f"2024-01-{day:02d}" for day in range(1, 6)])}
    ).assign(amount=10.0)
    scores = rfm_scores(orders, "2024-01-10")
    assert scores["R"].tolist() == [1, 2, 3, 4, 5]
    assert scores["recency"].tolist() == [9, 8, 7, 6, 5]
    assert scores["F"].unique().tolist() == [1] and scores["frequency"].unique().tolist() == [1]


def test_scores_do_not_depend_on_row_order_or_currency(orders):
    scores = rfm_scores(orders, "2024-12-31")
    pd.testing.assert_frame_equal(scores, rfm_scores(orders.sample(frac=1, random_state=4), "2024-12-31"))
    dearer = rfm_scores(orders.assign(amount=orders["amount"] * 8), "2024-12-31")
    assert (scores[["R", "F", "M"]] == dearer[["R", "F", "M"]]).all(axis=None)
    assert (scores["RFM"] == scores[["R", "F", "M"]].sum(axis=1)).all()


def test_other_numbers_of_scores(orders):
    assert set(rfm_scores(orders, "2024-12-31", bins=3)["M"]) == {1, 2, 3}
    for wrong in (1, 0, 2.5):
        with pytest.raises(CrmError, match="at least two scores"):
            rfm_scores(orders, "2024-12-31", bins=wrong)


def test_rules_cover_all_125_cells_once():
    rules = segment_rules()
    cells = rule_cells(rules)
    assert len(cells) == 125 and cells.notna().all()
    for r, f, m in itertools.product(range(1, 6), repeat=3):
        fits = rules.query("R_low <= @r <= R_high and F_low <= @f <= F_high and M_low <= @m <= M_high")
        assert len(fits) == 1 and fits["segment"].iloc[0] == cells[r, f, m]


def test_better_cells_are_never_called_lost():
    cells = rule_cells(segment_rules())
    assert cells[5, 5, 5] == "Champions" and cells[1, 1, 1] == "Lost" and cells[1, 5, 5] == "Cannot lose"


def test_gaps_and_overlaps_in_edited_rules_are_named(orders):
    scores = rfm_scores(orders, "2024-12-31")
    with pytest.raises(CrmError, match="8 cells without a rule"):
        rfm_segments(scores, segment_rules().query("segment != 'Champions'"))
    wider = segment_rules()
    wider.loc[0, "R_low"] = 3
    with pytest.raises(CrmError, match="4 cells with several rules"):
        rfm_segments(scores, wider)
    with pytest.raises(CrmError, match="91 cells without a rule"):
        rule_cells(segment_rules(), bins=6)


def test_edited_rules_rename_customers(orders):
    scores = rfm_scores(orders, "2024-12-31")
    rules = segment_rules().replace({"segment": {"Champions": "Stars"}})
    assert (rfm_segments(scores, rules) == "Stars").sum() == (rfm_segments(scores) == "Champions").sum() > 0


def test_segment_table_counts_everybody_once(orders):
    scores = rfm_scores(orders, "2024-12-31")
    table = segment_table(scores, rfm_segments(scores))
    assert table["customers"].sum() == len(scores)
    assert table["revenue_share"].sum() == pytest.approx(1)
    assert list(table.index) == list(dict.fromkeys(segment_rules()["segment"]))
