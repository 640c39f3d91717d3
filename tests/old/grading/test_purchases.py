"""BG/NBD: published numbers, an independent package, quadrature, worlds with known parameters, and bad input."""

import numpy as np
import pandas as pd
import pytest
from lifetimes import BetaGeoFitter
from scipy.special import roots_genlaguerre, roots_sh_jacobi

from crmlib.errors import CrmError, NotConverged
from crmlib.old.grading.purchases import (
    PurchaseModel,
    bootstrap_purchase_model,
    expected_purchases,
    expected_purchases_of_new_customer,
    fit_purchase_model,
    probability_alive,
    purchase_parameters,
)
from tests import cdnow
from tests.old.grading.simulated import histories

TRUTH = {"r": 0.6, "alpha": 5.0, "a": 0.8, "b": 2.5}


@pytest.fixture(scope="module")
def calibration():
    return cdnow.calibration_summary()


@pytest.fixture(scope="module")
def published(calibration):
    return fit_purchase_model(calibration, "weeks")


def model_of(r, alpha, a, b, unit="weeks"):
    return PurchaseModel(r, alpha, a, b, unit, 1, 0.0, np.eye(4))


def one_customer(x, t, age):
    return pd.DataFrame({"frequency": [x], "recency": [t], "T": [age]})


def test_published_parameters(published):
    found = [round(value, 3) for value in (published.r, published.alpha, published.a, published.b)]
    assert found == [0.243, 4.414, 0.793, 2.426]
    assert round(published.log_likelihood, 1) == -9582.4


def test_published_conditional_expectation(published):
    assert round(expected_purchases(published, one_customer(2, 30.43, 38.86), 39).iloc[0], 3) == 1.226


def test_days_and_weeks_give_the_same_model(calibration, published):
    in_days = calibration.assign(recency=calibration["recency"] * 7, T=calibration["T"] * 7)
    model = fit_purchase_model(in_days, "days")
    assert (model.r, model.alpha / 7, model.a, model.b) == pytest.approx(
        (published.r, published.alpha, published.a, published.b), rel=1e-6
    )
    assert expected_purchases(model, in_days, 39 * 7).to_numpy() == pytest.approx(
        expected_purchases(published, calibration, 39).to_numpy(), rel=1e-5
    )


@pytest.mark.parametrize("factor", [1e-6, 1e6])
def test_any_clock_will_do(calibration, published, factor):
    model = fit_purchase_model(
        calibration.assign(recency=calibration["recency"] * factor, T=calibration["T"] * factor), "days"
    )
    assert model.alpha / factor == pytest.approx(published.alpha, rel=1e-6)


def test_row_order_does_not_matter(calibration, published):
    shuffled = fit_purchase_model(calibration.sample(frac=1, random_state=1), "weeks")
    assert shuffled.log_likelihood == published.log_likelihood


@pytest.mark.parametrize("seed", range(20))
def test_agrees_with_lifetimes(seed):
    rng = np.random.default_rng(seed)
    truth = rng.uniform([0.3, 2, 0.4, 1.5], [1.2, 10, 1.2, 4])
    world = histories(1500, *truth, seed=seed)
    ours = fit_purchase_model(world, "weeks")
    theirs = BetaGeoFitter()
    theirs.fit(world["frequency"], world["recency"], world["T"], tol=1e-6)
    parameters = theirs.params_[["r", "alpha", "a", "b"]].to_numpy()
    assert [ours.r, ours.alpha, ours.a, ours.b] == pytest.approx(parameters, rel=2e-3)
    same = model_of(*parameters)
    x, t, age = world["frequency"], world["recency"], world["T"]
    expected = theirs.conditional_expected_number_of_purchases_up_to_time(20, x, t, age)
    assert expected_purchases(same, world, 20).to_numpy() == pytest.approx(np.asarray(expected), rel=1e-6)
    alive = theirs.conditional_probability_alive(x, t, age)
    assert probability_alive(same, world).to_numpy() == pytest.approx(np.asarray(alive), rel=1e-9)
    new = theirs.expected_number_of_purchases_up_to_time(np.array([1.0, 52.0]))
    assert expected_purchases_of_new_customer(same, [1, 52]) == pytest.approx(np.asarray(new), rel=1e-8)


@pytest.mark.parametrize(
    ("x", "t", "age", "a"), [(0, 0, 30, 0.8), (2, 25, 30, 0.8), (7, 29, 30, 1.0), (7, 10, 30, 1.7)]
)
def test_expectations_against_quadrature(x, t, age, a):
    r, alpha, b, ahead = 0.7, 6.0, 2.5, 26.0
    seen = t if x else age  # what all histories share goes into the weight
    rate, rate_weight = roots_genlaguerre(60, r + x - 1)
    leaving, leaving_weight = roots_sh_jacobi(60, a + b - 1, a)
    rate, weight = rate[:, None] / (alpha + seen), rate_weight[:, None] * leaving_weight
    here = weight * (1 - leaving) ** x * np.exp(-rate * (age - seen))
    gone = weight * leaving * (1 - leaving) ** (x - 1) if x else np.zeros_like(weight)
    ahead_of_each = (1 - np.exp(-rate * leaving * ahead)) / leaving
    total = (here + gone).sum()
    model, customer = model_of(r, alpha, a, b), one_customer(x, t, age)
    assert probability_alive(model, customer).iloc[0] == pytest.approx(here.sum() / total, rel=1e-9)
    expected = (here * ahead_of_each).sum() / total
    assert expected_purchases(model, customer, ahead).iloc[0] == pytest.approx(expected, rel=1e-8)


def test_heavy_buyers_and_long_horizons_stay_finite():
    model = model_of(0.5, 4.0, 0.7, 2.5)
    customer = one_customer(3000, 299.9, 300)
    forecasts = [expected_purchases(model, customer, horizon).iloc[0] for horizon in (0, 1, 100, 1e4, 1e8)]
    assert forecasts[0] == 0
    assert forecasts[1] == pytest.approx(10.0, rel=0.02)  # ten purchases a week so far, hardly a chance to leave
    assert np.all(np.isfinite(forecasts)) and np.all(np.diff(forecasts) > 0)


def test_forecasts_match_what_happens():
    world = histories(60_000, **TRUTH, seed=3, ahead=30)
    expected = expected_purchases(model_of(**TRUTH), world, 30)
    for bought in range(5):
        group = world["frequency"] == bought
        error = world.loc[group, "future"].std() / np.sqrt(group.sum())
        assert abs(world.loc[group, "future"].mean() - expected[group].mean()) < 4 * error


def test_recovers_known_parameters():
    worlds = [histories(2000, **TRUTH, seed=100 + seed) for seed in range(40)]
    tables = [purchase_parameters(fit_purchase_model(world)) for world in worlds]
    for name, value in TRUTH.items():
        covered = sum(table.loc[name, "lower"] <= value <= table.loc[name, "upper"] for table in tables)
        middle = np.median([table.loc[name, "estimate"] for table in tables])
        assert covered >= 34
        assert middle == pytest.approx(value, rel=0.15)


@pytest.mark.slow
def test_intervals_cover_as_often_as_they_say():
    tables = [purchase_parameters(fit_purchase_model(histories(5000, **TRUTH, seed=900 + seed))) for seed in range(400)]
    for name, value in TRUTH.items():
        covered = np.mean([table.loc[name, "lower"] <= value <= table.loc[name, "upper"] for table in tables])
        assert 0.92 <= covered <= 0.98


def test_bootstrap_agrees_with_curvature(calibration, published):
    draws = bootstrap_purchase_model(calibration, draws=60, seed=1, unit="weeks")
    assert draws.notna().all(axis=None)
    spread = np.log(draws).std()
    curvature = np.sqrt(np.diag(published.covariance))
    assert np.all((spread / curvature > 0.6) & (spread / curvature < 1.6))
    pd.testing.assert_frame_equal(draws.head(2), bootstrap_purchase_model(calibration, draws=2, seed=1, unit="weeks"))


def test_nobody_ever_returns():
    with pytest.raises(NotConverged, match="nobody has"):
        fit_purchase_model(pd.DataFrame({"frequency": [0, 0], "recency": [0, 0], "T": [5, 9]}), "weeks")


def test_no_sign_of_leaving_is_said_and_a_penalty_helps():
    rng = np.random.default_rng(5)
    clockwork = pd.DataFrame({"frequency": rng.poisson(8, 300) + 1, "recency": 39.9, "T": 40.0})
    with pytest.raises(NotConverged, match="BG/NBD"):
        fit_purchase_model(clockwork, "weeks")
    steadied = fit_purchase_model(clockwork, "weeks", penalty=1)
    assert probability_alive(steadied, clockwork).min() > 0.9
    assert fit_purchase_model(clockwork, "weeks", penalty="if needed") == steadied
    assert steadied.penalty == 1
    assert purchase_parameters(steadied)[["lower", "upper"]].isna().all(axis=None)


def test_parameters_that_the_data_cannot_tell_are_no_maximum():
    """Hardly anyone leaves: a and b run along a ridge, however many customers there are."""
    world = histories(20_000, 0.8, 6.0, 1e-4, 50.0, seed=3)
    with pytest.raises(NotConverged, match="BG/NBD"):
        fit_purchase_model(world)
    steadied = fit_purchase_model(world, penalty="if needed")
    assert (steadied.r, steadied.alpha) == pytest.approx((0.8, 6.0), rel=0.05)
    assert probability_alive(steadied, world).mean() > 0.98


def test_a_penalty_fades_as_customers_are_added(calibration, published):
    def away(customers):
        model = fit_purchase_model(customers, "weeks", penalty=5)
        return abs(np.log(model.a / published.a))

    few, many = away(calibration), away(pd.concat([calibration] * 20))
    assert many < few / 4


def test_a_penalty_is_not_used_where_none_is_needed(calibration, published):
    assert fit_purchase_model(calibration, "weeks", penalty="if needed") == published
    assert published.penalty == 0


@pytest.mark.parametrize(
    ("row", "part"),
    [((1, 9, 5), "impossible"), ((-1, 0, 5), "impossible"), ((0, 3, 5), "impossible"), ((np.nan, 0, 5), "impossible")],
)
def test_impossible_histories_are_refused(row, part):
    with pytest.raises(CrmError, match=part):
        fit_purchase_model(pd.concat([one_customer(2, 3, 5), one_customer(*row)], ignore_index=True), "days")


def test_empty_and_incomplete_summaries_are_refused():
    with pytest.raises(CrmError, match="no customers"):
        fit_purchase_model(one_customer(1, 1, 2).iloc[:0], "days")
    with pytest.raises(CrmError, match="no column T"):
        fit_purchase_model(one_customer(1, 1, 2).drop(columns="T"), "days")


def test_an_unknown_unit_is_asked_for(calibration):
    with pytest.raises(CrmError, match="days or weeks"):
        fit_purchase_model(calibration)


def test_units_may_not_be_mixed(calibration, published):
    in_days = calibration.copy()
    in_days.attrs["unit"] = "days"
    for action in (lambda: fit_purchase_model(in_days, "weeks"), lambda: expected_purchases(published, in_days, 4)):
        with pytest.raises(CrmError, match="in days"):
            action()


def test_a_negative_horizon_is_refused(published):
    with pytest.raises(CrmError, match="horizon"):
        expected_purchases(published, one_customer(1, 1, 2), -1)
