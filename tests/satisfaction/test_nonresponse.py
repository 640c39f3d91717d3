import numpy as np
import pandas as pd
import pytest

from crmlib.satisfaction.nonresponse import (
    effective_respondents,
    invited_customers,
    post_stratification_weights,
    response_probability_weights,
    response_rates,
    weighted_against_plain,
)


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
    assert row["orders"] == len(year)
    assert len(invited) == len(db.survey_invitations)
    assert invited["answered"].sum() == len(db.survey)


def test_response_rises_with_purchases(db):
    rates = response_rates(invited_customers(db), "orders")
    assert rates["rate"].is_monotonic_increasing
    assert rates["invited"].sum() == len(db.survey_invitations)


def test_effective_number_by_hand():
    assert effective_respondents([1, 1, 1, 1]) == 4
    assert effective_respondents([3, 1]) == pytest.approx(16 / 10)
