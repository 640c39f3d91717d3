import numpy as np
import pandas as pd
import pytest

from crmlib.old.satisfaction.nonresponse import (
    effective_respondents,
    invited_customers,
    post_stratification_weights,
    response_probability_weights,
    response_rates,
    weighted_against_plain,
)

from .company import Database


@pytest.fixture(scope="module")
def known_response():
    """Answering depends only on what is known: weighting must remove the bias entirely."""
    generator = np.random.default_rng(3)
    size = 20000
    spent = generator.lognormal(4, 1, size)
    region = generator.choice(["East", "West"], size)
    value = 60 + 8 * np.log(spent) - 5 * (region == "West") + 10 * generator.standard_normal(size)
    chance = 1 / (1 + np.exp(-(-4 + 0.8 * np.log(spent) + 0.5 * (region == "East"))))
    table = pd.DataFrame(
        {"spent": spent, "region": region, "answered": generator.random(size) < chance, "value": value}
    )
    table.index = pd.Index([f"I{i}" for i in range(size)], name="invitation_id")
    return table


def test_weights_remove_a_bias_that_comes_from_known_facts(known_response):
    values = known_response.loc[known_response["answered"], "value"]
    ways = {
        "cells": post_stratification_weights(known_response, ["spent", "region"]),
        "probability": response_probability_weights(known_response, ["spent", "region"], largest=50),
    }
    table = weighted_against_plain(values, ways, known_response["value"].mean())
    assert table.loc["as answered", "error"] > 3
    assert abs(table.loc["probability", "error"]) < 0.6
    assert abs(table.loc["cells", "error"]) < 1.2
    assert table.loc["probability", "effective_respondents"] < table.loc["probability", "respondents"]


def test_post_stratified_shares_are_those_of_the_invited(known_response):
    weights = post_stratification_weights(known_response, ["region"])
    respondents = known_response.loc[weights.index, "region"]
    shares = weights.groupby(respondents).sum() / weights.sum()
    assert shares.to_numpy() == pytest.approx(
        known_response["region"].value_counts(normalize=True).sort_index().to_numpy()
    )


def test_weights_are_cut_at_the_limit(known_response):
    weights = response_probability_weights(known_response, ["spent"], largest=2)
    assert weights.max() < 2.5
    assert weights.mean() == pytest.approx(1)


def test_thin_classes_are_joined():
    invited = pd.DataFrame({"region": ["a"] * 50 + ["b"] * 50 + ["c"] * 10, "answered": [True] * 80 + [False] * 30})
    weights = post_stratification_weights(invited, ["region"])
    assert len(weights) == 80
    assert np.isfinite(weights).all()


def test_only_the_past_is_used(db):
    invited = invited_customers(db)
    row = invited.iloc[10]
    orders = db.orders[
        (db.orders["customer_id"] == row["customer_id"]) & (db.orders["order_date"] <= row["invited_on"])
    ]
    year = orders[orders["order_date"] > row["invited_on"] - pd.DateOffset(years=1)]
    assert row["spent"] == pytest.approx(year["amount"].sum())
    assert row["orders"] == year["order_date"].nunique()
    assert len(invited) == len(db.survey_invitations)
    assert invited["answered"].sum() == len(db.survey)


def test_an_order_of_three_lines_is_one_order_and_a_return_is_none():
    orders = [("A", "2024-01-10", 5.0)] * 3 + [("A", "2024-02-01", 9.0), ("A", "2024-03-01", -9.0)]
    orders = pd.DataFrame([*orders, ("B", "2022-01-01", 4.0)], columns=["customer_id", "order_date", "amount"])
    invitations = pd.DataFrame({"invitation_id": ["I1", "I2"], "customer_id": ["A", "B"], "wave": "2024H1"})
    invitations["invited_on"] = pd.Timestamp("2024-06-30")
    invitations["answered_on"] = pd.NaT
    orders["order_date"] = pd.to_datetime(orders["order_date"])
    invited = invited_customers(Database({"orders": orders, "survey_invitations": invitations}))
    assert invited["orders"].to_dict() == {"I1": 2.0, "I2": 0.0}
    assert invited["spent"].to_dict() == {"I1": 15.0, "I2": 0.0}


def test_a_thin_class_joins_its_neighbour_in_number_and_not_in_spelling():
    """Quarters up to 5, 5 to 8, 8 to 30, 30 to 400; as text, "8 to 30" comes after "30 to 400"."""
    spent = np.repeat([2.0, 4.0, 5.0, 7.0, 9.0, 20.0, 60.0, 400.0], 50)
    answered = np.zeros(400, dtype=bool)
    for start, answers in ((0, 60), (100, 40), (200, 3), (300, 20)):
        answered[start : start + answers] = True
    weights = post_stratification_weights(pd.DataFrame({"spent": spent, "answered": answered}), ["spent"])
    by_quarter = [weights.loc[start : start + 99].unique() for start in (0, 100, 200, 300)]
    assert all(len(weight) == 1 for weight in by_quarter)
    first, second, third, fourth = (weight[0] for weight in by_quarter)
    assert third == pytest.approx(fourth)  # three answers are too few: joined with the next larger spenders
    assert first == pytest.approx((100 / 400) / (60 / 123))
    assert second == pytest.approx((100 / 400) / (40 / 123))
    assert third == pytest.approx((200 / 400) / (23 / 123))


def test_cells_of_two_classes_touch_their_neighbours():
    """Two by four cells, the second of the lower row too thin: it joins a cell beside it, of the same row."""
    row, column = np.repeat(["a", "b"], 400), np.tile(np.repeat(["1", "2", "3", "4"], 100), 2)
    answered = np.tile(np.arange(100) < 30, 8)
    thin = (row == "b") & (column == "2")
    answered[thin] = np.arange(100) < 2
    invited = pd.DataFrame({"row": row, "column": column, "answered": answered})
    weights = post_stratification_weights(invited, ["row", "column"])
    alike = invited.loc[weights.index][np.isclose(weights, weights[np.flatnonzero(thin & answered)[0]])]
    assert set(zip(alike["row"], alike["column"], strict=True)) == {("b", "2"), ("b", "1")}


def test_response_rises_with_purchases(db):
    rates = response_rates(invited_customers(db), "orders")
    assert rates["rate"].is_monotonic_increasing
    assert rates["invited"].sum() == len(db.survey_invitations)


def test_effective_number_by_hand():
    assert effective_respondents([1, 1, 1, 1]) == 4
    assert effective_respondents([3, 1]) == pytest.approx(16 / 10)
