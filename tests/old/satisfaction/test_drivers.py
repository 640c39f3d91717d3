import numpy as np
import pandas as pd
import pytest

from crmlib.errors import DataFault
from crmlib.old.satisfaction.drivers import (
    perceived_dimensions,
    rank_correlation,
    relative_importance,
    shapley_shares,
    shuffled_shares,
    stated_against_derived,
    stated_importance,
)
from crmlib.old.satisfaction.path_model import index_scores_by

from .company import PRODUCT, SERVICE


def test_uncorrelated_drivers_get_their_squared_correlation():
    correlation = np.eye(4)
    correlation[3, :3] = correlation[:3, 3] = [0.6, 0.3, 0.0]
    assert shapley_shares(correlation) == pytest.approx([0.36, 0.09, 0.0])


def test_two_correlated_drivers_by_hand():
    correlation = np.array([[1, 0.5, 0.6], [0.5, 1, 0.4], [0.6, 0.4, 1]])
    both = (0.36 + 0.16 - 2 * 0.5 * 0.6 * 0.4) / 0.75
    first = (0.36 + both - 0.16) / 2
    assert shapley_shares(correlation) == pytest.approx([first, both - first])


def test_twins_share_alike_and_parts_add_up():
    generator = np.random.RandomState(1)
    common = generator.standard_normal(5000)
    drivers = pd.DataFrame({name: common + 0.3 * generator.standard_normal(5000) for name in ("one", "twin")})
    drivers["noise"] = generator.standard_normal(5000)
    table = relative_importance(drivers, pd.Series(common + generator.standard_normal(5000)), resamples=100)
    assert table.loc["one", "importance"] == pytest.approx(table.loc["twin", "importance"], rel=0.05)
    assert table["importance"].sum() == pytest.approx(table.attrs["r_squared"])
    assert table["part"].sum() == pytest.approx(1)
    assert table.loc["noise", "importance"] < 0.01


def test_intervals_cover_the_truth():
    generator, hits = np.random.RandomState(2), []
    weights = np.array([0.6, 0.3])
    for seed in range(150):
        drivers = pd.DataFrame(generator.standard_normal((300, 2)), columns=["a", "b"])
        noise = np.sqrt(1 - (weights**2).sum()) * generator.standard_normal(300)
        table = relative_importance(drivers, drivers @ weights + noise, resamples=150, seed=seed).loc[["a", "b"]]
        hits.append((table["low"] <= weights**2) & (weights**2 <= table["high"]))
    assert 0.9 < np.mean(hits) < 0.98


def test_a_driver_that_explains_nothing_has_an_interval_from_0():
    generator, held = np.random.RandomState(5), []
    for seed in range(150):
        drivers = pd.DataFrame(generator.standard_normal((200, 3)), columns=["real", "other", "nothing"])
        outcome = 0.6 * drivers["real"] + 0.3 * drivers["other"] + generator.standard_normal(200)
        table = relative_importance(drivers, outcome, resamples=40, seed=seed, shuffles=100)
        held.append(table.loc["nothing", "low"] == 0)
        assert table.loc["real", "low"] > 0
    assert 0.89 < np.mean(held) < 0.99


def test_shuffling_one_driver_by_hand():
    generator = np.random.RandomState(7)
    data = generator.standard_normal((80, 4))
    data[:, 1] += data[:, 0]
    data[:, 3] += data[:, 0]
    shares = shuffled_shares(data, 3, seed=2)
    order = np.random.RandomState(2).permutation(80)
    for driver in range(3):
        shuffled = data.copy()
        shuffled[:, driver] = data[order, driver]
        assert shares[0, driver] == pytest.approx(shapley_shares(np.corrcoef(shuffled, rowvar=False))[driver])


def test_rank_correlation_has_limits_that_cover():
    generator, hits = np.random.RandomState(9), []
    truth = 6 / np.pi * np.arcsin(0.6 / 2)  # Spearman's for two normal variables that correlate with 0.6
    for _ in range(400):
        one = pd.Series(generator.standard_normal(11))
        _, low, high = rank_correlation(one, 0.6 * one + 0.8 * generator.standard_normal(11))
        hits.append(low <= truth <= high)
    assert 0.92 < np.mean(hits) < 0.985
    assert rank_correlation(pd.Series([1, 2, 3, 4]), pd.Series([1, 2, 3, 4]))[0] == 1
    assert np.isnan(rank_correlation(pd.Series([1, 2, 3, 4]), pd.Series([1, 2, 3, 4]))[1])


def test_the_companys_drivers_are_recovered(db, survey_model):
    perceived = perceived_dimensions(db.service_ratings)
    satisfaction = index_scores_by(survey_model, db.survey)["satisfaction"]
    derived = relative_importance(perceived, satisfaction, resamples=100)
    assert derived.index[0] == max(SERVICE, key=SERVICE.get)
    truth = pd.Series(SERVICE | PRODUCT)
    assert derived["importance"].corr(truth, method="spearman") > 0.8
    compared = stated_against_derived(stated_importance(db.service_ratings)["stated"], derived)
    assert compared.loc["reliability", "kind"] == "hidden"
    assert compared.loc["tangibles", "kind"] == "said only"
    assert compared.attrs["rank_correlation"] < 0
    assert -1 <= compared.attrs["rank_correlation_low"] < compared.attrs["rank_correlation"]
    assert compared.attrs["rank_correlation_high"] > 0  # eight dimensions are few


def test_stated_importance_counts_the_top_boxes():
    rows = [("A", "d", 10), ("B", "d", 9), ("C", "d", 8), ("D", "d", None)]
    table = stated_importance(pd.DataFrame(rows, columns=["customer_id", "dimension", "importance"]))
    assert table.loc["d", "stated"] == 9
    assert table.loc["d", "top_two"] == pytest.approx(2 / 3)


def test_what_cannot_be_computed_is_said():
    data = pd.DataFrame(np.random.RandomState(1).standard_normal((50, 3)), columns=list("abc"))
    with pytest.raises(DataFault, match="answers on a are the same"):
        relative_importance(data.assign(a=1.0), data["b"])
    with pytest.raises(DataFault, match="Only 10 respondents"):
        relative_importance(data.head(10), data["b"])
    wide = pd.DataFrame(np.zeros((50, 13)))
    with pytest.raises(DataFault, match="at most 12"):
        relative_importance(wide, data["b"])
