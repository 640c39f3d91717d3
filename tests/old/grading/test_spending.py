"""Gamma-gamma: published numbers, an independent package, known worlds, the independence check, refusals."""

import numpy as np
import pandas as pd
import pytest
from lifetimes import GammaGammaFitter

from crmlib.errors import CrmError, NotConverged
from crmlib.old.grading.spending import (
    SpendingModel,
    bootstrap_spending_model,
    expected_spending,
    fit_spending_model,
    frequency_value_correlation,
    repeat_buyers,
    spending_parameters,
)
from tests import cdnow
from tests.old.grading.simulated import mean_values

TRUTH = {"p": 5.0, "q": 4.0, "v": 20.0}


@pytest.fixture(scope="module")
def calibration():
    return cdnow.calibration_summary()


@pytest.fixture(scope="module")
def published(calibration):
    return fit_spending_model(repeat_buyers(calibration))


def world(customers, seed):
    frequency = 1 + np.random.default_rng(seed + 5000).poisson(2, customers)
    return mean_values(frequency, **TRUTH, seed=seed)


def test_published_parameters(published):
    assert published.customers == 946
    assert [round(value, 2) for value in (published.p, published.q)] == [6.25, 3.74]
    assert int(published.v * 100) / 100 == 15.44  # the source cuts off; the exact maximum is at 15.4477


@pytest.mark.parametrize("factor", [1e-6, 0.13, 1e7])
def test_any_currency_will_do(calibration, published, factor):
    money = repeat_buyers(calibration)
    model = fit_spending_model(money.assign(monetary=money["monetary"] * factor))
    assert (model.p, model.q, model.v / factor) == pytest.approx((published.p, published.q, published.v), rel=1e-6)


@pytest.mark.parametrize("seed", range(20))
def test_agrees_with_lifetimes(seed):
    table = world(1500, seed)
    ours = fit_spending_model(table)
    theirs = GammaGammaFitter()
    theirs.fit(table["frequency"], table["monetary"], tol=1e-6)
    parameters = theirs.params_[["p", "q", "v"]].to_numpy()
    assert [ours.p, ours.q, ours.v] == pytest.approx(parameters, rel=5e-3)
    same = SpendingModel(*parameters, 1, 0.0, np.eye(3))
    expected = theirs.conditional_expected_average_profit(table["frequency"], table["monetary"])
    assert expected_spending(same, table).to_numpy() == pytest.approx(expected.to_numpy(), rel=1e-9)


def test_recovers_known_parameters():
    tables = [spending_parameters(fit_spending_model(world(1500, 200 + seed))) for seed in range(40)]
    for name, value in TRUTH.items():
        covered = sum(table.loc[name, "lower"] <= value <= table.loc[name, "upper"] for table in tables)
        assert covered >= 34
        assert np.median([table.loc[name, "estimate"] for table in tables]) == pytest.approx(value, rel=0.15)


@pytest.mark.slow
def test_intervals_cover_as_often_as_they_say():
    tables = [spending_parameters(fit_spending_model(world(4000, 3000 + seed))) for seed in range(400)]
    for name, value in TRUTH.items():
        covered = np.mean([table.loc[name, "lower"] <= value <= table.loc[name, "upper"] for table in tables])
        assert 0.92 <= covered <= 0.98


def test_bootstrap_agrees_with_curvature(calibration, published):
    draws = bootstrap_spending_model(repeat_buyers(calibration), draws=60, seed=2)
    ratio = np.log(draws).std() / np.sqrt(np.diag(published.covariance))
    assert np.all((ratio > 0.6) & (ratio < 1.6))


def test_few_purchases_are_drawn_to_the_mean(published):
    spends = pd.DataFrame({"frequency": [0, 1, 10, 10_000], "monetary": [np.nan, 100.0, 100.0, 100.0]})
    expected = expected_spending(published, spends)
    assert expected[0] == pytest.approx(published.population_mean)
    assert expected.is_monotonic_increasing
    assert expected[3] == pytest.approx(100, rel=1e-3)


def test_independence_check_on_independent_and_on_dependent_customers():
    table = world(4000, 1)
    check = frequency_value_correlation(table)
    assert check.loc["linear", "lower"] < 0 < check.loc["linear", "upper"]
    dependent = table.assign(monetary=table["monetary"] * table["frequency"])
    assert (frequency_value_correlation(dependent)["lower"] > 0.3).all()
    assert check["customers"].tolist() == [4000, 4000]


def test_one_time_buyers_are_refused(calibration):
    with pytest.raises(CrmError, match="1411 customers have no repeat purchase"):
        fit_spending_model(calibration)


@pytest.mark.parametrize("value", [0.0, -5.0, np.nan, np.inf])
def test_values_that_are_not_positive_are_refused(value):
    with pytest.raises(CrmError, match="1 have no positive value"):
        fit_spending_model(pd.DataFrame({"frequency": [1, 2, 3], "monetary": [10.0, value, 12.0]}))


def test_nobody_and_everybody_alike_cannot_be_fitted():
    with pytest.raises(NotConverged, match="nobody has"):
        fit_spending_model(pd.DataFrame({"frequency": [], "monetary": []}))
    with pytest.raises(NotConverged, match="gamma-gamma"):
        fit_spending_model(pd.DataFrame({"frequency": [1, 2, 3] * 20, "monetary": [10.0] * 60}))


def test_a_penalty_only_where_needed(calibration, published):
    assert fit_spending_model(repeat_buyers(calibration), penalty="if needed") == published
    alike = pd.DataFrame({"frequency": [1, 2, 3] * 20, "monetary": [10.0, 10.1] * 30})
    steadied = fit_spending_model(alike, penalty="if needed")
    assert (published.penalty, steadied.penalty) == (0, 1)
    assert spending_parameters(steadied)[["lower", "upper"]].isna().all(axis=None)
    assert steadied.population_mean == pytest.approx(10, rel=0.05)


def test_an_infinite_mean_is_said():
    model = SpendingModel(2.0, 0.9, 10.0, 1, 0.0, np.eye(3))
    assert model.population_mean == np.inf
    with pytest.raises(NotConverged, match="infinite"):
        expected_spending(model, pd.DataFrame({"frequency": [0, 1], "monetary": [np.nan, 5.0]}))
    assert np.isfinite(expected_spending(model, pd.DataFrame({"frequency": [1], "monetary": [5.0]}))).all()


def test_no_customer_is_expected_to_spend_less_than_nothing():
    heavy = SpendingModel(0.3, 0.5, 10.0, 1, 0.0, np.eye(3))
    with pytest.raises(NotConverged, match=r"p = 0\.30 and q = 0\.50"):
        expected_spending(heavy, pd.DataFrame({"frequency": [1, 9], "monetary": [5.0, 5.0]}))
    enough = expected_spending(heavy, pd.DataFrame({"frequency": [2, 9], "monetary": [5.0, 5.0]}))
    assert (enough > 0).all()


def test_a_missing_column_is_named():
    with pytest.raises(CrmError, match="monetary"):
        fit_spending_model(pd.DataFrame({"frequency": [1]}))
