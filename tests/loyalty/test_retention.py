"""Shifted beta geometric model: published numbers, known worlds, closed forms against sums, naive curves, refusals."""

import numpy as np
import pandas as pd
import pytest

from crmlib.errors import CrmError, NotConverged
from crmlib.loyalty.retention import (
    RetentionModel,
    compare_projections,
    discounted_lifetime,
    fit_naive_curves,
    fit_retention_model,
    projection_errors,
    retention_parameters,
    retention_rate,
    survival,
)

REGULAR = [100, 63.1, 46.8, 38.2, 32.6, 28.9, 26.2, 24.1]
HIGH_END = [100, 86.9, 74.3, 65.3, 59.3, 55.1, 51.7, 49.1]


def model_of(alpha, beta):
    return RetentionModel(alpha, beta, 1.0, 1, 0.0, np.eye(2))


def cohort(customers, alpha, beta, periods, seed):
    """Survivors of customers who each leave with a chance of their own at every renewal."""
    rng = np.random.default_rng(seed)
    lifetimes = rng.geometric(rng.beta(alpha, beta, customers))
    return [int((lifetimes > period).sum()) for period in range(periods + 1)]


@pytest.mark.parametrize(("survivors", "alpha", "beta"), [(REGULAR, 0.7041, 1.1820), (HIGH_END, 0.6681, 3.8061)])
def test_published_parameters(survivors, alpha, beta):
    model = fit_retention_model(survivors)
    assert (round(model.alpha, 4), round(model.beta, 4)) == (alpha, beta)


@pytest.mark.parametrize("factor", [0.01, 10])
def test_shares_percentages_and_counts_are_one(factor):
    model = fit_retention_model(np.array(REGULAR) * factor)
    assert (model.alpha, model.beta) == pytest.approx((0.70408, 1.18204), rel=1e-4)


def test_published_chances_of_a_new_customer():
    model = fit_retention_model(REGULAR)
    assert survival(model, 7).iloc[0] == 1
    assert survival(model, 7).to_numpy() == pytest.approx(np.array(REGULAR) / 100, abs=0.012)
    assert retention_rate(model, 1)[1] == pytest.approx(model.beta / (model.alpha + model.beta))


def test_survival_is_the_product_of_retention_rates():
    model = model_of(0.7, 2.5)
    product = retention_rate(model, 30).cumprod()
    assert survival(model, 30)[1:].to_numpy() == pytest.approx(product.to_numpy(), rel=1e-12)
    assert retention_rate(model, 30).is_monotonic_increasing
    assert survival(model, [2, 5]).index.tolist() == [2, 5]


def test_recovers_known_parameters():
    tables = [retention_parameters(fit_retention_model(cohort(2000, 0.8, 3.0, 8, 50 + seed))) for seed in range(60)]
    for name, value in {"alpha": 0.8, "beta": 3.0}.items():
        covered = sum(table.loc[name, "lower"] <= value <= table.loc[name, "upper"] for table in tables)
        assert covered >= 52
        assert np.median([table.loc[name, "estimate"] for table in tables]) == pytest.approx(value, rel=0.1)


def test_several_cohorts_of_different_age_are_one_likelihood():
    ages = [8, 6, 3]
    cohorts = [cohort(3000, 0.8, 3.0, age, seed) for seed, age in enumerate(ages)]
    table = pd.DataFrame([pd.Series(survivors) for survivors in cohorts])
    assert table.isna().any(axis=None)
    together = fit_retention_model(table)
    assert together.customers == 9000
    assert (together.alpha, together.beta) == pytest.approx((0.8, 3.0), rel=0.2)
    alone = fit_retention_model(cohorts[0])
    assert np.all(np.diag(together.covariance) < np.diag(alone.covariance))
    doubled = fit_retention_model(pd.DataFrame([cohorts[0], cohorts[0]]))
    assert (doubled.alpha, doubled.beta) == pytest.approx((alone.alpha, alone.beta), rel=1e-6)


def test_intervals_need_to_know_how_many_customers():
    assert retention_parameters(fit_retention_model(REGULAR))["lower"].isna().all()
    few, many = (retention_parameters(fit_retention_model(REGULAR, customers=size)) for size in (1000, 4000))
    ratio = np.log(few["upper"] / few["lower"]) / np.log(many["upper"] / many["lower"])
    assert ratio.to_numpy() == pytest.approx([2, 2], rel=1e-6)


def test_whole_percentages_are_not_a_hundred_customers():
    whole = [100, 87, 74, 65, 59, 55, 52, 49]
    assert retention_parameters(fit_retention_model(whole))["lower"].isna().all()
    assert retention_parameters(fit_retention_model([whole, whole]))["lower"].isna().all()
    assert np.isnan(fit_retention_model(whole).customers)
    assert retention_parameters(fit_retention_model(whole, customers=100))["lower"].notna().all()
    assert (
        retention_parameters(fit_retention_model([whole, [230, 180, 150, 130, 118, 110, 104, 99]]))
        .notna()
        .all(axis=None)
    )


@pytest.mark.parametrize("renewals", [0, 1, 4])
def test_discounted_lifetime_is_the_sum_of_discounted_survival(renewals):
    model = model_of(0.668, 3.806)
    share = survival(model, 4000).to_numpy()
    ahead = share[renewals:] / share[renewals]
    by_hand = (ahead * 1.1 ** -np.arange(ahead.size)).sum()
    assert discounted_lifetime(model, 0.1, renewals) == pytest.approx(by_hand, rel=1e-9)


def test_undiscounted_lifetime():
    assert discounted_lifetime(model_of(0.7, 2.0), 0) == np.inf
    assert discounted_lifetime(model_of(3.0, 2.0), 0) == 2
    assert survival(model_of(3.0, 2.0), 20_000).sum() == pytest.approx(2, rel=1e-6)


def test_model_projects_better_than_curves_on_the_published_regular_customers():
    comparison = compare_projections(REGULAR, fitted_on=4)
    assert comparison["seen"].sum() == 5
    errors = projection_errors(comparison)
    assert errors["mean_error"].idxmin() == "model"
    assert errors.loc["model", "largest_error"] < 2 < errors.loc["linear", "mean_error"]


def test_the_test_years_do_not_touch_the_fit():
    other_future = [*REGULAR[:5], 32.0, 31.9, 31.8]
    columns = ["model", "linear", "quadratic", "exponential"]
    mine, other = compare_projections(REGULAR, 4), compare_projections(other_future, 4)
    pd.testing.assert_frame_equal(mine[columns], other[columns])


def test_naive_curves_repeat_what_they_were_fitted_to():
    line = fit_naive_curves([1, 0.9, 0.8, 0.7], 12)
    assert line.loc[12, "linear"] == pytest.approx(-0.2)
    decay = fit_naive_curves(100 * 0.8 ** np.arange(5), 9)
    assert decay["exponential"].to_numpy() == pytest.approx(0.8 ** np.arange(10))


@pytest.mark.parametrize("survivors", [[100, 100, 100], [100, 0, 0], [100, 80, 64, 51.2, 40.96, 32.768]])
def test_without_a_maximum_it_says_so(survivors):
    with pytest.raises(NotConverged, match="same chance of leaving"):
        fit_retention_model(survivors)


def test_a_penalty_steadies():
    model = fit_retention_model([100, 80, 64, 51.2, 40.96], penalty=0.1)
    assert retention_rate(model, 4).mean() == pytest.approx(0.8, abs=0.03)
    counted = fit_retention_model([1000, 800, 640, 512], penalty=0.1)
    assert retention_parameters(counted)[["lower", "upper"]].isna().all(axis=None)


@pytest.mark.parametrize(
    ("survivors", "part"),
    [
        ([100], "two periods"),
        ([100, 120], "rise"),
        ([100, 50, 60], "rise"),
        ([0, 0, 0], "positive at the start"),
        ([100, -5], "negative"),
        ([100, np.nan, 60], "end of a cohort"),
        ([np.nan, 80], "end of a cohort"),
    ],
)
def test_what_are_no_survivors_is_refused(survivors, part):
    with pytest.raises(CrmError, match=part):
        fit_retention_model(survivors)


def test_other_wrong_questions_are_refused():
    model = model_of(1.0, 2.0)
    for wrong in (
        lambda: retention_rate(model, [0, 1]),
        lambda: discounted_lifetime(model, -0.1),
        lambda: compare_projections(REGULAR, 7),
        lambda: fit_naive_curves([REGULAR, REGULAR], 9),
        lambda: fit_naive_curves([10, 5], 9),
    ):
        with pytest.raises(CrmError):
            wrong()
