import itertools

import numpy as np
import pandas as pd
import pytest

from crmlib.old.satisfaction.path_model import effects_table
from crmlib.old.satisfaction.priorities import (
    choose_projects,
    importance_performance,
    opportunity_score,
    opportunity_table,
    path_importance,
    return_on_quality,
    what_if,
)


def test_published_opportunity_scores():
    assert opportunity_score(9, 3) == 15
    assert opportunity_score(9, 9) == 9
    assert opportunity_score(3, 9) == 3
    with pytest.raises(ValueError, match="0 to 10"):
        opportunity_score(9, 70)


def test_opportunity_table_by_hand():
    rows = [("A", "d", 10, 7), ("B", "d", 9, 6), ("C", "d", 8, 3), ("D", "d", 1, 1)]
    ratings = pd.DataFrame(rows, columns=["customer_id", "dimension", "importance", "perceived"])
    boxes = opportunity_table(ratings).loc["d"]
    # Two of ten boxes are a fifth of the scale; of seven boxes that is the highest and 0.4 of the next.
    assert (boxes["importance"], boxes["satisfaction"]) == pytest.approx((10 * 2 / 4, 10 * 1.4 / 4))
    assert boxes["opportunity"] == pytest.approx(5 + 1.5)
    means = opportunity_table(ratings, variant="mean").loc["d"]
    importance, satisfaction = (7 - 1) / 9 * 10, (4.25 - 1) / 6 * 10
    assert means["opportunity"] == pytest.approx(importance + max(importance - satisfaction, 0))
    with pytest.raises(ValueError, match="variant is"):
        opportunity_table(ratings, variant="median")


@pytest.mark.parametrize("variant", ["top_two_box", "mean"])
def test_the_same_opinion_on_two_scales_is_the_same_number(variant):
    """Seventy people spread evenly over both scales: as important as satisfying, so no opportunity in the gap."""
    even = pd.DataFrame({"importance": np.repeat(np.arange(1, 11), 7), "perceived": np.tile(np.arange(1, 8), 10)})
    found = opportunity_table(even.assign(customer_id=np.arange(70), dimension="d"), variant).loc["d"]
    assert found["satisfaction"] == pytest.approx(found["importance"])
    assert found["opportunity"] == pytest.approx(found["importance"])
    assert found["importance"] == pytest.approx({"top_two_box": 2, "mean": 5}[variant])


def test_opportunity_that_is_only_importance_is_said():
    rows = [("A", "d", 4, 7), ("B", "d", 5, 7), ("A", "e", 2, 6), ("B", "e", 3, 6)]
    ratings = pd.DataFrame(rows, columns=["customer_id", "dimension", "importance", "perceived"])
    table = opportunity_table(ratings, "mean")
    assert (table["opportunity"] == table["importance"]).all()
    assert "no second rule" in table.attrs["warning"]
    ratings.loc[0, ["importance", "perceived"]] = 10, 1
    assert opportunity_table(ratings, "mean").attrs["warning"] == ""


def test_four_fields_around_the_means():
    table = importance_performance(pd.Series([9, 9, 1, 1], list("abcd")), pd.Series([2, 8, 2, 8], list("abcd")))
    assert table["field"].to_dict() == {
        "a": "concentrate here",
        "b": "keep up the good work",
        "c": "low priority",
        "d": "possibly too much",
    }


def test_importance_in_the_path_model_is_the_total_effect_in_points(survey_model):
    table = path_importance(survey_model, "continued_business")
    effects = effects_table(survey_model, "points").set_index(["source", "target"])["total"]
    assert table.loc["image", "importance"] == pytest.approx(effects["image", "continued_business"])
    assert "continued_business" not in table.index
    assert table.loc["image", "performance"] == pytest.approx(survey_model.constructs.loc["image", "index"])


def test_what_if_runs_along_the_arrows(survey_model, survey_intervals):
    effects = effects_table(survey_model, "points").set_index(["source", "target"])["total"]
    table = what_if(survey_model, {"perceived_quality": 2, "image": 1}, survey_intervals)
    expected = 2 * effects["perceived_quality", "satisfaction"] + effects["image", "satisfaction"]
    assert table.loc["satisfaction", "change"] == pytest.approx(expected)
    assert table.loc["expected_quality", "change"] == pytest.approx(effects["image", "expected_quality"])
    assert (table["low"] <= table["change"] + 1e-9).all()
    assert (table["change"] <= table["high"] + 1e-9).all()
    assert (what_if(survey_model, {})["change"] == 0).all()


def test_an_index_never_passes_100(survey_model):
    table = what_if(survey_model, {"image": 500})
    assert table["new_index"].max() <= 100
    with pytest.raises(ValueError, match="'quality' is no construct"):
        what_if(survey_model, {"quality": 1})


def projects():
    return pd.DataFrame(
        {
            "construct": ["perceived_quality", "perceived_value", "image", "satisfaction", "expected_quality"],
            "points": [5, 4, 3, 2, 1],
            "cost": [4000.0, 3000.0, 1500.0, 2500.0, 9000.0],
        },
        index=["delivery", "prices", "donations", "training", "advertising"],
    )


def test_return_on_quality_by_hand(survey_model, survey_intervals):
    table = return_on_quality(survey_model, projects(), 2.0, 1000)
    assert table.loc["training", "profit"] == pytest.approx(2 * 2.0 * 1000 - 2500)
    assert table.loc["training", "return_on_quality"] == pytest.approx(1500 / 2500)
    uncertain = return_on_quality(survey_model, projects(), (2.0, 1.0, 3.0), 1000, survey_intervals)
    assert uncertain.loc["training", "low"] == pytest.approx(2 * 1.0 * 1000 - 2500)
    assert (uncertain["low"] < uncertain["profit"]).all()
    assert (uncertain["profit"] < uncertain["high"]).all()


@pytest.mark.parametrize("budget", [0, 3000, 5500, 20000])
def test_the_choice_is_the_best_of_all_subsets(survey_model, budget):
    table = return_on_quality(survey_model, projects(), 2.0, 1000)
    best = 0.0
    for size in range(len(table) + 1):
        for chosen in itertools.combinations(table.index, size):
            if table.loc[list(chosen), "cost"].sum() <= budget:
                best = max(best, table.loc[list(chosen), "profit"].sum())
    result = choose_projects(table, budget)
    assert result.attrs["profit"] == pytest.approx(best)
    assert result.attrs["cost"] <= budget
    assert result.attrs["left_over"] == pytest.approx(budget - result.attrs["cost"])


def test_projects_that_lose_money_are_not_chosen(survey_model):
    table = return_on_quality(survey_model, projects(), 0.0, 1000)
    assert not choose_projects(table, 1e6)["chosen"].any()
    with pytest.raises(ValueError, match="below 0"):
        choose_projects(table, -1)


def test_opportunity_interval_keeps_a_respondents_answers_together():
    generator = np.random.default_rng(1)
    person = np.repeat(np.arange(100), 2)
    answers = np.repeat(generator.integers(1, 11, 100), 2)
    ratings = pd.DataFrame({"customer_id": person, "dimension": "d", "importance": answers, "perceived": 7})
    twice = opportunity_table(ratings, "mean").loc["d"]
    once = opportunity_table(ratings.drop_duplicates("customer_id"), "mean").loc["d"]
    assert twice["high"] - twice["low"] == pytest.approx(once["high"] - once["low"], rel=0.15)
