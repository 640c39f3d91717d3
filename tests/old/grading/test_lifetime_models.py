"""The probabilistic lifetime value as the notebook calls it, and data that cannot carry it."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from crmlib.old.figures import Notice
from crmlib.old.grading.lifetime_models import (
    calibration_table,
    customer_lifetime_value,
    fit_lifetime_models,
    highest_lifetime_value,
    holdout_both_ways,
    holdout_errors,
    holdout_methods,
    holdout_test,
    independence_check,
    model_parameters,
)
from crmlib.old.grading.purchases import fit_purchase_model
from crmlib.old.grading.spending import bootstrap_spending_model
from tests.old.grading.small_company import SmallDatabase
from tests.old.grading.test_cohorts import AS_OF, company


@pytest.fixture(scope="module")
def models(db):
    return fit_lifetime_models(db)


def test_parameters_of_both_models_with_intervals(models):
    """Each limit is the estimate with 1.96 standard errors of its logarithm, which drawing customers anew confirms."""
    table = model_parameters(models)
    assert list(table.index) == ["r", "alpha", "a", "b", "p", "q", "v"]
    assert table["estimate"].tolist() == [
        getattr(model, name)
        for model, names in ((models.purchases, ["r", "alpha", "a", "b"]), (models.spending, ["p", "q", "v"]))
        for name in names
    ]
    drawn = np.log(bootstrap_spending_model(models.repeaters, draws=60)).std()
    error = (np.log(table["upper"] / table["lower"]) / (2 * 1.96))[["p", "q", "v"]]
    assert ((error / drawn > 0.6) & (error / drawn < 1.6)).all()
    middle = np.sqrt(table["upper"] * table["lower"])
    assert middle.to_numpy() == pytest.approx(table["estimate"].to_numpy())
    assert models.summary.attrs["unit"] == "weeks"


def test_a_steadied_model_is_called_so_and_has_no_interval(models):
    steadied = replace(models, purchases=fit_purchase_model(models.summary, penalty=1))
    table = model_parameters(steadied)
    assert table.loc["r", "model"] == "purchases (BG/NBD), steadied, no interval"
    assert table.loc[["r", "alpha", "a", "b"], ["lower", "upper"]].isna().all(axis=None)
    assert table.loc[["p", "q", "v"], ["lower", "upper"]].notna().all(axis=None)


def test_the_value_is_net_of_later_returns(db):
    """Half of every repeat purchase is given back three days later, so half of what is spent is not earned."""
    back = db.orders.assign(
        order_date=db.orders["order_date"] + pd.Timedelta(days=3), amount=-db.orders["amount"] / 2, cost_of_goods=0.0
    )
    first = db.orders.groupby("customer_id")["order_date"].transform("min")
    late = db.orders["order_date"] > first
    returned = SmallDatabase({"orders": pd.concat([db.orders, back[late]])}, db.as_of)
    models = fit_lifetime_models(returned)
    kept = returned.orders["amount"].sum() / returned.orders["amount"].clip(lower=0).sum()
    assert models.share_kept == pytest.approx(kept, rel=0.02)
    value = customer_lifetime_value(models, 1.0, discount_rate=0.0, years=0.5)
    gross = (value["expected_purchases"] * value["expected_spending"]).sum()
    assert value["lifetime_value"].sum() == pytest.approx(models.share_kept * gross, rel=1e-9)


def test_the_opening_stock_is_not_fitted_on():
    orders = company(stock=400, won=900)
    db = SmallDatabase({"orders": orders}, AS_OF)
    apart, taken = fit_lifetime_models(db), fit_lifetime_models(db, opening_days=0)
    assert len(apart.summary) == len(taken.summary) == taken.purchases.customers
    left_out = model_parameters(apart).attrs["opening_stock"]
    assert left_out > 350 and apart.purchases.customers == len(apart.summary) - left_out
    both = holdout_both_ways(db, draws=20)
    bias = both["bias"].xs("cohort average", level="method").abs()
    assert bias["set apart"] < 0.15 < bias["taken as new"]


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
    words = holdout_methods(table)
    assert words.index.tolist() == ["last half-year × retention", "cohort average", "probabilistic model"]
    assert (words["unit"] == "CNY of revenue, net of returns, per customer in 182 days").all()
    assert holdout_methods(holdout_test(db, 90)).loc["cohort average", "predicts"].count("90 days") == 1


def test_the_highest_lifetime_value_comes_first():
    table = highest_lifetime_value(pd.DataFrame({"lifetime_value": [1.0, 3.0, 3.0]}, index=["A", "C", "B"]))
    assert list(table.index) == ["B", "C", "A"]
    assert isinstance(highest_lifetime_value(Notice("too few")), Notice)
