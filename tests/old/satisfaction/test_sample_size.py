import pandas as pd
import pytest

from crmlib.old.satisfaction.sample_size import margin_of_error, sample_size, sample_size_for_difference, survey_plan


def test_textbook_figures():
    assert sample_size(0.05, share=0.5) == 385
    assert sample_size(0.03, share=0.5) == 1068
    assert sample_size(0.05, share=0.5, population=1000) == 278
    assert sample_size_for_difference(0.5, 1.0) == 63  # Cohen 1988: medium effect, power 0.8


def test_margin_is_the_inverse():
    for population in (None, 900):
        answers = sample_size(2, deviation=14, population=population)
        assert margin_of_error(answers, deviation=14, population=population) <= 2
        assert margin_of_error(answers - 2, deviation=14, population=population) > 2


def test_asking_everybody_leaves_no_margin():
    assert margin_of_error(500, share=0.5, population=500) == 0


def test_plan_by_grade():
    customers = pd.Series({"key": 40, "major": 400, "small": 3000})
    plan = survey_plan(customers, 3, 0.3, deviation=15, cost_per_invitation=2)
    assert not plan.loc["key", "enough"]
    assert plan.loc["key", "invitations"] == 40
    assert plan.loc["key", "margin"] > 3
    assert plan.loc["small", "enough"]
    assert plan.loc["small", "margin"] <= 3
    assert plan.loc["small", "answers"] == sample_size(3, deviation=15, population=3000)
    assert plan.loc["total", "cost"] == 2 * plan["invitations"].drop("total").sum()


def test_impossible_questions_are_refused():
    with pytest.raises(ValueError, match="above 0"):
        sample_size(0, share=0.5)
    with pytest.raises(ValueError, match="either share or deviation"):
        sample_size(0.1)
    with pytest.raises(ValueError, match="cannot be noticed"):
        sample_size_for_difference(0, 1)
