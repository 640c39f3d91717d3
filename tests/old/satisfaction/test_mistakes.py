import re

import pandas as pd
import pytest

from crmlib.old.satisfaction import mistakes
from crmlib.old.satisfaction.drivers import (
    perceived_dimensions,
    rank_correlation,
    relative_importance,
    stated_against_derived,
    stated_importance,
)
from crmlib.old.satisfaction.path_model import index_scores_by
from crmlib.old.satisfaction.repurchase import later_purchases

from .company import PRODUCT


@pytest.fixture(scope="module")
def perceived(db):
    return perceived_dimensions(db.service_ratings)


@pytest.fixture(scope="module")
def satisfaction(db, survey_model):
    return index_scores_by(survey_model, db.survey)["satisfaction"]


def test_one_question_needs_more_answers(db, survey_model):
    shown = mistakes.bad_design(db.survey, survey_model.index_scores)
    assert shown.table.loc["the mistake", "answers_needed"] > shown.table.loc["done right", "answers_needed"]
    assert f"{shown.table.loc['the mistake', 'estimate'] * 100:.0f} %" in shown.wrong


def test_what_was_not_asked_cannot_be_found(perceived, satisfaction):
    shown = mistakes.wrong_dimensions(perceived, satisfaction, list(PRODUCT))
    assert shown.table.loc["the mistake", "first_driver"] == "performance"
    assert shown.table.loc["done right", "first_driver"] == "reliability"
    assert shown.table.loc["the mistake", "explained"] < shown.table.loc["done right", "explained"]


def test_stated_weights_choose_the_wrong_thing(db, perceived, satisfaction):
    derived = relative_importance(perceived, satisfaction, resamples=50)
    compared = stated_against_derived(stated_importance(db.service_ratings)["stated"], derived)
    shown = mistakes.wrong_weights(compared, perceived.mean())
    assert "fix tangibles first" in shown.wrong
    assert "fix reliability first" in shown.right


def test_equal_orders_cost_nothing():
    compared = pd.DataFrame({"stated": [3.0, 2.0], "derived": [0.3, 0.2]}, index=["a", "b"])
    shown = mistakes.wrong_weights(compared, pd.Series([4.0, 5.0], ["a", "b"]))
    assert shown.cost.startswith("None this time")
    assert "1.00 (rank correlation of 2 drivers)" in shown.cost  # two drivers give no interval


def test_how_far_two_orders_agree_is_said_with_its_limits():
    names = list("abcdef")
    compared = pd.DataFrame({"stated": [6.0, 5, 4, 3, 2, 1], "derived": [0.6, 0.2, 0.3, 0.1, 0.15, 0.05]}, index=names)
    shown = mistakes.wrong_weights(compared, pd.Series(4.0, names))
    estimate, low, high = rank_correlation(compared["stated"], compared["derived"])
    assert f"{estimate:.2f} (rank correlation of 6 drivers, 95 % interval {low:.2f} to {high:.2f})" in shown.cost


def test_the_lowest_mark_is_not_the_widest_gap(db):
    shown = mistakes.no_competitor(db.competitor_ratings)
    assert "price" in shown.wrong
    assert "delivery" in shown.right
    assert "not close a gap" in shown.cost
    assert "satisfaction" not in shown.table.index


def test_the_faithful_speak_too_well(db, satisfaction):
    shown = mistakes.lost_customers_not_asked(satisfaction, db.orders, db.as_of, lost_after=6, truth=75.0)
    figures = shown.table["estimate"]
    assert figures["the lost alone"] < figures["done right"] < figures["the mistake"]
    last = db.orders.groupby("customer_id")["order_date"].max()
    share = (last < pd.Timestamp("2024-06-30")).mean()
    by_hand = share * figures["the lost alone"] + (1 - share) * figures["the mistake"]
    assert figures["done right"] == pytest.approx(by_hand)
    assert "75.0" in shown.right


def test_satisfied_customers_leave_too(db):
    later = later_purchases(db)
    shown = mistakes.satisfaction_taken_for_loyalty(later)
    content = later[later["satisfaction_class"].isin(["satisfied", "very satisfied"])]
    assert shown.table.loc["done right", "estimate"] == pytest.approx(content["bought_later"].mean())
    assert str((~content["bought_later"]).sum()) in shown.cost


def test_display_says_all_four_lines(db):
    bundle = mistakes.no_competitor(db.competitor_ratings)._repr_mimebundle_()
    assert [line.split(":")[0] for line in bundle["text/plain"].splitlines()] == ["Mistake", "Wrong", "Right", "Cost"]
    assert bundle["text/html"].count("<tr>") == 4


def test_what_costs_nothing_this_time_is_said(db):
    ratings = db.competitor_ratings
    shown = mistakes.no_competitor(ratings)
    lowest, behind = shown.table["ours"].idxmin(), shown.table["difference"].idxmin()
    assert shown.cost.startswith("None this time") == (lowest == behind)
    ours = shown.table["ours"].drop(index=[lowest]).idxmin()
    other = mistakes.no_competitor(ratings[ratings["attribute"].isin([ours, lowest])])
    assert other.cost.startswith("None this time") == (other.table["difference"].idxmin() == lowest)


def test_the_parts_of_the_dimensions_asked_add_up(perceived, satisfaction):
    shown = mistakes.wrong_dimensions(perceived, satisfaction, list(PRODUCT))
    there = shown.table.loc["done right", "explained"]
    numbers = [int(number) for number in re.findall(r"(\d+) %", shown.cost)[:3]]
    assert abs(numbers[1] + numbers[2] - 100 * there) <= 1.0 and abs(numbers[0] - 100 * there) <= 0.5


def test_the_rule_stands_in_the_box(db, perceived, satisfaction):
    derived = relative_importance(perceived, satisfaction, resamples=50)
    compared = stated_against_derived(stated_importance(db.service_ratings)["stated"], derived)
    assert (
        "Stated importance × shortfall (7 − mean perception)"
        in mistakes.wrong_weights(compared, perceived.mean()).wrong
    )


def test_shares_say_of_what(db, survey_model):
    answers = db.survey["satisfaction_class"].notna().sum()
    assert f"Of {answers:,} answers" in mistakes.bad_design(db.survey, survey_model.index_scores).wrong
