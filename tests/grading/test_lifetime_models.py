"""The probabilistic lifetime value as the notebook calls it, and data that cannot carry it."""

import pytest

from crmlib.figures import Notice
from crmlib.grading.lifetime_models import (
    calibration_table,
    customer_lifetime_value,
    fit_lifetime_models,
    holdout_errors,
    holdout_test,
    independence_check,
    model_parameters,
)


@pytest.fixture(scope="module")
def models(db):
    return fit_lifetime_models(db)


def test_parameters_of_both_models_with_intervals(models):
    table = model_parameters(models)
    assert list(table.index) == ["r", "alpha", "a", "b", "p", "q", "v"]
    assert (table["lower"] <= table["estimate"]).all() and (table["estimate"] <= table["upper"]).all()
    assert models.summary.attrs["unit"] == "weeks"


def test_independence_is_checked_on_repeat_buyers(models):
    table = independence_check(models)
    assert table["customers"].iloc[0] == len(models.repeaters) < len(models.summary)


def test_value_scales_with_earning_rate_and_grows_with_time(models):
    one = customer_lifetime_value(models, 0.2)
    assert customer_lifetime_value(models, 0.4)["lifetime_value"].sum() == pytest.approx(
        2 * one["lifetime_value"].sum()
    )
    longer = customer_lifetime_value(models, 0.2, years=5)
    assert (longer["lifetime_value"] >= one["lifetime_value"]).all()
    dearer = customer_lifetime_value(models, 0.2, discount_rate=0.3)
    assert dearer["lifetime_value"].sum() < one["lifetime_value"].sum()
    assert one["probability_alive"].between(0, 1).all() and one.attrs["years"] == 3


def test_too_little_data_get_one_sentence_all_the_way(db):
    early = db.at("2021-01-20")
    models = fit_lifetime_models(early)
    assert isinstance(models, Notice) and str(models).startswith("Not possible with these data: ")
    assert model_parameters(models) is models and independence_check(models) is models
    assert customer_lifetime_value(models, 0.4) is models
    hidden = holdout_test(early)
    assert isinstance(hidden, Notice) and holdout_errors(hidden) is hidden and calibration_table(hidden) is hidden


def test_holdout_has_the_three_predictions(db):
    table = holdout_test(db)
    for method in ("simple", "cohort", "probabilistic"):
        assert f"{method}_value" in table
