import numpy as np
import pandas as pd
import pytest

from crmlib.old.satisfaction.service_quality import (
    competitor_gaps,
    disconfirmation,
    quality_gaps,
    same_perception_other_expectation,
)


def ratings(rows):
    columns = ["customer_id", "side", "dimension", "item", "expected", "perceived", "importance"]
    return pd.DataFrame(rows, columns=columns)


def test_gap_by_hand_each_respondent_counts_once():
    rows = [
        ("A", "service", "empathy", "e1", 7, 5, 9),
        ("A", "service", "empathy", "e2", 7, 3, 7),  # A: gap −3
        ("B", "service", "empathy", "e1", 6, 5, 5),  # B: gap −1
        ("B", "service", "reliability", "r1", 5, 6, 10),
        ("A", "service", "reliability", "r1", 5, 7, 10),
        ("C", "service", "reliability", "r1", None, 7, 10),
        ("A", "product", "features", "f1", 1, 7, 1),
    ]
    table = quality_gaps(ratings(rows))
    assert list(table.index) == ["empathy", "reliability"]
    assert table.loc["empathy", "gap"] == pytest.approx(-2)
    assert table.loc["empathy", "importance"] == pytest.approx(6.5)
    assert table.loc["empathy", "chinese"] == "移情性"
    assert table.loc["reliability", "gap"] == pytest.approx(1.5)
    assert table.loc["reliability", "respondents"] == 2
    assert table.loc["empathy", "weighted_gap"] == pytest.approx(-2 * 6.5 / 8.25)
    assert list(quality_gaps(ratings(rows), side="product").index) == ["features"]
    assert set(quality_gaps(ratings(rows), by="item").index) == {"e1", "e2", "r1"}


def test_interval_comes_from_paired_differences(db):
    table = quality_gaps(db.service_ratings)
    part = db.service_ratings[db.service_ratings["dimension"] == "reliability"]
    own = part.groupby("customer_id")[["expected", "perceived"]].mean()
    gap = own["perceived"] - own["expected"]
    spread = 1.9634 * gap.std() / np.sqrt(len(gap))
    assert table.loc["reliability", "high"] - table.loc["reliability", "gap"] == pytest.approx(spread, rel=1e-3)


def test_the_best_rival_is_compared(db):
    table = competitor_gaps(db.competitor_ratings)
    assert table.index[0] == "delivery"
    assert table.loc["delivery", "high"] < 0 < table.loc["product", "low"]
    assert (table["best_rival"] == "rival A").all()


def test_disconfirmation_classes_and_their_satisfaction(survey_model):
    table = disconfirmation(survey_model.index_scores)
    assert table["respondents"].sum() == len(survey_model.index_scores)
    assert table["satisfaction"].is_monotonic_increasing
    assert table["share"].sum() == pytest.approx(1)


def test_same_perception_splits_each_class_at_its_median(survey_model):
    table = same_perception_other_expectation(survey_model.index_scores)
    assert len(table) == 8
    wide = table.pivot_table(index="class", columns="half", values="expected_quality")
    assert (wide["expected more"] > wide["expected less"]).all()
    assert table["respondents"].sum() == len(survey_model.index_scores)
