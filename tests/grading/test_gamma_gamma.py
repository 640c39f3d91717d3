"""Gamma-gamma: published numbers, an independent package, known worlds, and refusals."""

import numpy as np
import pandas as pd
import pytest
from lifetimes import GammaGammaFitter
from scipy import integrate

from crmlib.errors import DataFault, NotConverged, TooFew
from crmlib.estimate import interval
from crmlib.grading.gamma_gamma import SpendingModel, expected_spending, fit_gamma_gamma, gamma_gamma_log_likelihood
from tests import cdnow
from tests.grading.simulated import mean_values

TRUTH = {"p": 5.0, "q": 4.0, "v": 20.0}


@pytest.fixture(scope="module")
def calibration():
    return cdnow.calibration_summary()


@pytest.fixture(scope="module")
def repeaters(calibration):
    return calibration[(calibration["frequency"] > 0) & (calibration["monetary"] > 0)]


@pytest.fixture(scope="module")
def published(repeaters):
    return fit_gamma_gamma(repeaters)


def parameters(model):
    return [model.p, model.q, model.v]


def test_published_numbers(published):
    assert published.customers == 946
    assert [round(found, 2) for found in (published.p, published.q)] == [6.25, 3.74]
    assert int(published.v * 100) / 100 == 15.44  # the source cuts off; the maximum is at 15.4477


def test_the_likelihood_is_a_density():
    density = lambda m: np.exp(gamma_gamma_log_likelihood(**TRUTH, x=3, m=m))  # noqa: E731
    assert integrate.quad(density, 0, np.inf)[0] == pytest.approx(1, abs=1e-6)
    assert integrate.quad(lambda m: m * density(m), 0, np.inf)[0] == pytest.approx(5 * 20 / 3, rel=1e-5)


@pytest.mark.parametrize("factor", [1e-6, 0.13, 1e7])
def test_any_currency_and_any_order_will_do(repeaters, published, factor):
    other = repeaters.assign(monetary=factor * repeaters["monetary"]).sample(frac=1, random_state=2)
    model = fit_gamma_gamma(other)
    assert [model.p, model.q, model.v / factor] == pytest.approx(parameters(published), rel=1e-6)


@pytest.mark.parametrize("seed", range(3))
def test_agrees_with_lifetimes(seed):
    table = mean_values(1500, **TRUTH, seed=seed)
    theirs = GammaGammaFitter()
    theirs.fit(table["frequency"], table["monetary"], tol=1e-6)
    found = theirs.params_[["p", "q", "v"]].to_numpy()
    assert parameters(fit_gamma_gamma(table)) == pytest.approx(found, rel=5e-3)
    expected = theirs.conditional_expected_average_profit(table["frequency"], table["monetary"])
    ours = expected_spending(SpendingModel(*found, 1, 0.0, np.eye(3)), table)
    assert ours.to_numpy() == pytest.approx(expected.to_numpy(), rel=1e-9)


def test_the_truth_is_found():
    tables = [fit_gamma_gamma(mean_values(1500, **TRUTH, seed=200 + seed)).table() for seed in range(12)]
    for name, value in TRUTH.items():
        assert sum(table.loc[name, "low"] <= value <= table.loc[name, "high"] for table in tables) >= 9


def test_few_purchases_are_drawn_to_the_mean(published):
    spends = pd.DataFrame({"frequency": [0, 1, 10, 10_000], "monetary": [np.nan, 100.0, 100.0, 100.0]})
    expected = expected_spending(published, spends)
    assert expected[0] == pytest.approx(published.p * published.v / (published.q - 1))
    assert expected.is_monotonic_increasing and expected[3] == pytest.approx(100, rel=1e-3)


def test_the_check_of_independence_in_one_line(repeaters):
    """As the notebook computes it: it must tell independent customers from dependent ones."""

    def together(rows):
        return rows.corr("spearman").iloc[0, 1]

    free = mean_values(2000, **TRUTH, seed=4)
    bound = free.assign(monetary=free["monetary"] * free["frequency"])
    free, bound = (interval(table.reset_index(drop=True), together, resamples=200) for table in (free, bound))
    assert free["low"].item() < 0 < free["high"].item() and bound["low"].item() > 0.3


def test_others_than_repeat_buyers_are_refused(calibration):
    with pytest.raises(DataFault, match="1,411 of 2,357"):
        fit_gamma_gamma(calibration)
    for value in (0.0, -5.0, np.nan, np.inf):
        with pytest.raises(DataFault, match="1 of 3"):
            fit_gamma_gamma(pd.DataFrame({"frequency": [1, 2, 3], "monetary": [10.0, value, 12.0]}))


def test_too_few_and_alike_are_said():
    with pytest.raises(TooFew, match="bought again: 0"):
        fit_gamma_gamma(pd.DataFrame({"frequency": [], "monetary": []}))
    with pytest.raises(NotConverged, match="gamma-gamma"):
        fit_gamma_gamma(pd.DataFrame({"frequency": [1, 2, 3] * 20, "monetary": [10.0] * 60}))


def test_an_infinite_mean_is_said():
    with pytest.raises(NotConverged, match="1 customers is infinite"):
        expected_spending(
            SpendingModel(2.0, 0.9, 10.0, 1, 0.0, np.eye(3)),
            pd.DataFrame({"frequency": [0, 1], "monetary": [np.nan, 5.0]}),
        )
    heavy = SpendingModel(0.3, 0.5, 10.0, 1, 0.0, np.eye(3))
    assert (expected_spending(heavy, pd.DataFrame({"frequency": [2, 9], "monetary": [5.0, 5.0]})) > 0).all()
