import pandas as pd
import pytest

from crmlib.old.satisfaction.house_of_quality import RELATIONS, house_of_quality


@pytest.fixture(scope="module")
def two_needs():
    rows = []
    for person in "ABCDEFGH":
        rows.append((person, "service", "reliability", "r", 6, 4, 9))
        rows.append((person, "service", "empathy", "e", 5, 6, 6))
    columns = ["customer_id", "side", "dimension", "item", "expected", "perceived", "importance"]
    return pd.DataFrame(rows, columns=columns)


def test_priorities_by_hand(two_needs):
    house = house_of_quality(two_needs, {"punctuality": {"reliability": 9, "empathy": 1}, "training": {"empathy": 9}})
    # Weights: reliability 9 · 6/4 = 13.5, empathy 6 · 1 = 6 (already above what is expected).
    assert house.needs.loc["reliability", "weight"] == pytest.approx(13.5 / 19.5)
    punctuality, training = (9 * 13.5 + 6) / 19.5, 9 * 6 / 19.5
    assert house.measures.loc["punctuality", "priority"] == pytest.approx(punctuality / (punctuality + training))
    assert house.measures.loc["training", "mainly_for"] == "empathy"
    assert house.measures.index[0] == "punctuality"


def test_every_priority_is_the_sum_of_its_contributions(db):
    house = house_of_quality(db.service_ratings)
    total = house.contributions.to_numpy().sum()
    assert (house.contributions.sum() / total).sort_index().to_numpy() == pytest.approx(
        house.measures["priority"].sort_index().to_numpy()
    )
    assert house.measures["priority"].sum() == pytest.approx(1)
    assert (house.measures["low"] <= house.measures["priority"]).all()
    assert (house.measures["priority"] <= house.measures["high"]).all()
    assert house.measures["first"].sum() == pytest.approx(1)


def test_needs_without_a_measure_are_named(two_needs):
    house = house_of_quality(two_needs, {"punctuality": {"reliability": 9}})
    assert house.without_measure == ["empathy"]


def test_other_strengths_are_refused(two_needs):
    with pytest.raises(ValueError, match="0, 1, 3 or 9; found 5"):
        house_of_quality(two_needs, {"punctuality": {"reliability": 5}})


def test_default_relations_serve_every_dimension():
    served = {need for needs in RELATIONS.values() for need in needs}
    assert len(served) == 11
