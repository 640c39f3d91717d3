"""Lifetime value: the three timings against sums, published values, levers, the model against the world."""

import numpy as np
import pandas as pd
import pytest

from crmlib.errors import CrmError
from crmlib.old.grading.lifetime_value import (
    TIMINGS,
    expected_lifetime_value,
    lifetime_value_levers,
    margin_rate,
    share_after_returns,
    simple_lifetime_value,
    timing_conventions,
)
from crmlib.old.grading.purchases import expected_purchases, fit_purchase_model
from crmlib.old.grading.spending import expected_spending, fit_spending_model, repeat_buyers
from crmlib.old.grading.summary import customer_summary
from tests import cdnow
from tests.old.grading.test_summary import random_orders


@pytest.mark.parametrize(("retention", "discount", "value"), [(0.9, 0.12, 4.091), (0.8, 0.10, 2.667)])
def test_published_multiples(retention, discount, value):
    assert round(simple_lifetime_value(1, retention, discount, timing="after_renewal"), 3) == value


@pytest.mark.parametrize("timing", TIMINGS)
@pytest.mark.parametrize("periods", [None, 0, 1, 7])
def test_every_timing_is_the_sum_of_its_payments(timing, periods):
    margin, keeping, retention, discount, acquisition = 120.0, 20.0, 0.8, 0.1, 250.0
    count = np.arange(2000 if periods is None else periods)
    chance = retention ** (count + (timing == "after_renewal"))
    when = count + (timing != "start_of_period")
    by_hand = ((margin - keeping) * chance * (1 + discount) ** -when.astype(float)).sum() - acquisition
    found = simple_lifetime_value(
        margin,
        retention,
        discount,
        timing=timing,
        periods=periods,
        acquisition_cost=acquisition,
        keeping_cost=keeping,
    )
    assert found == pytest.approx(by_hand)


def test_how_the_three_timings_hang_together():
    table = timing_conventions(100, 0.85, 0.08)["lifetime_value"]
    assert table["start_of_period"] == pytest.approx(100 + table["after_renewal"])
    assert table["start_of_period"] == pytest.approx(1.08 * table["end_of_period"])
    assert table.index.tolist() == list(TIMINGS)


def test_a_series_gives_a_series():
    rates = pd.Series([0.5, 1.0, 0.9], index=["a", "b", "c"])
    found = simple_lifetime_value(10, rates, 0.0, timing="start_of_period", periods=4)
    assert found.to_dict() == pytest.approx({"a": 18.75, "b": 40.0, "c": 34.39})
    endless = simple_lifetime_value(pd.Series([1.0, 2.0]), 0.5, 0.25, timing="end_of_period")
    assert endless.tolist() == pytest.approx([4 / 3, 8 / 3])


@pytest.mark.parametrize(
    ("arguments", "part"),
    [
        ((1, 80, 0.1, "after_renewal"), "between 0 and 1"),
        ((1, -0.1, 0.1, "after_renewal"), "between 0 and 1"),
        ((1, 0.8, -0.1, "after_renewal"), "negative"),
        ((1, 1.0, 0.0, "after_renewal"), "no bound"),
        ((1, 0.8, 0.1, "now"), '"now" is not known'),
    ],
)
def test_wrong_rates_and_timings_are_refused(arguments, part):
    *numbers, timing = arguments
    with pytest.raises(CrmError, match=part):
        simple_lifetime_value(*numbers, timing=timing)


def test_timing_has_no_default():
    with pytest.raises(TypeError, match="timing"):
        simple_lifetime_value(1, 0.8, 0.1)


def test_levers_recompute_the_formula():
    options = {"timing": "after_renewal", "acquisition_cost": 150, "keeping_cost": 10}
    table = lifetime_value_levers(100, 0.8, 0.1, **options, improvement=0.05)
    before = simple_lifetime_value(100, 0.8, 0.1, **options)
    assert table.loc["retention_rate", "lifetime_value"] == pytest.approx(
        simple_lifetime_value(100, 0.84, 0.1, **options)
    )
    assert table.loc["discount_rate", "improved"] == pytest.approx(0.095)
    assert table["gain"].is_monotonic_decreasing and (table["gain"] > 0).all()
    assert (table["lifetime_value"] - table["gain"]).tolist() == pytest.approx([before] * 5)
    assert lifetime_value_levers(100, 0.999, 0.1, timing="end_of_period").loc["retention_rate", "improved"] == 1


def test_draws_give_intervals():
    draws = pd.DataFrame({"margin": np.linspace(80, 120, 401), "retention_rate": 0.8, "acquisition_cost": 150.0})
    timings = timing_conventions(100, 0.8, 0.1, draws)
    assert timings.loc["after_renewal", ["lower", "upper"]].tolist() == pytest.approx([81 * 8 / 3, 119 * 8 / 3])
    levers = lifetime_value_levers(100, 0.8, 0.1, timing="after_renewal", acquisition_cost=150, draws=draws)
    gain = 119 * (0.808 / 0.292 - 0.8 / 0.3)
    assert levers.loc["retention_rate", "upper"] == pytest.approx(gain)
    assert levers.loc["acquisition_cost", ["lower", "upper"]].tolist() == pytest.approx([1.5, 1.5])
    plain = lifetime_value_levers(100, 0.8, 0.1, timing="after_renewal", acquisition_cost=150)
    pd.testing.assert_frame_equal(levers[plain.columns], plain)


def test_margin_rate():
    orders = random_orders(returns=0)
    summary = customer_summary(orders, "2023-12-31")
    assert margin_rate(summary) == pytest.approx(1 - orders["cost_of_goods"].sum() / orders["amount"].sum())
    with pytest.raises(CrmError, match="cost_of_goods"):
        margin_rate(summary.drop(columns="margin"))
    with pytest.raises(CrmError, match="cost_of_goods"):
        margin_rate(summary.assign(margin=np.nan))
    with pytest.raises(CrmError, match="not positive"):
        margin_rate(summary.assign(revenue=0.0))


@pytest.fixture(scope="module")
def fitted():
    summary = customer_summary(cdnow.orders(), "1997-12-31", unit="weeks")
    return fit_purchase_model(summary), fit_spending_model(repeat_buyers(summary)), summary


def test_without_discount_it_is_purchases_times_spending(fitted):
    purchases, spending, summary = fitted
    table = expected_lifetime_value(*fitted, horizon=39, discount_rate=0.0, margin_rate=0.4)
    by_hand = 0.4 * expected_purchases(purchases, summary, 39) * expected_spending(spending, summary)
    assert table["lifetime_value"].to_numpy() == pytest.approx(by_hand.to_numpy(), rel=1e-12)
    assert table.index.equals(summary.index)


def test_returns_are_taken_off_once(fitted):
    whole, half = (expected_lifetime_value(*fitted, 39, 0.1, share_kept=share) for share in (1.0, 0.5))
    assert half["lifetime_value"].to_numpy() == pytest.approx(whole["lifetime_value"].to_numpy() / 2)
    pd.testing.assert_series_equal(half["expected_spending"], whole["expected_spending"])
    orders = pd.DataFrame(
        {
            "customer_id": ["A", "A", "B", "A"],
            "order_date": pd.to_datetime(["2021-01-01", "2021-01-09", "2021-01-02", "2021-02-01"]),
            "amount": [60.0, -20.0, 40.0, -99.0],
        }
    )
    assert share_after_returns(orders, "2021-01-31") == pytest.approx(0.8)


def test_discount_lowers_and_the_step_hardly_matters(fitted):
    free, dear = (expected_lifetime_value(*fitted, horizon=104, discount_rate=rate) for rate in (0.0, 0.15))
    ratio = dear["lifetime_value"].sum() / free["lifetime_value"].sum()
    assert 1.15**-2 < ratio < 1.15**-0.5
    purchases, spending, summary = fitted
    few = summary.iloc[::20]
    fine = expected_lifetime_value(purchases, spending, few, horizon=104, discount_rate=0.15, step=0.5)
    assert fine["lifetime_value"].to_numpy() == pytest.approx(dear["lifetime_value"].iloc[::20].to_numpy(), rel=1e-3)


def test_days_and_weeks_give_the_same_value(fitted):
    summary = customer_summary(cdnow.orders(), "1997-12-31", unit="days")
    in_days = expected_lifetime_value(fit_purchase_model(summary), fitted[1], summary, 364, 0.1)
    in_weeks = expected_lifetime_value(*fitted, 52, 0.1)
    assert in_days["lifetime_value"].to_numpy() == pytest.approx(in_weeks["lifetime_value"].to_numpy(), rel=1e-4)


def test_horizon_and_discount_must_make_sense(fitted):
    for options in ({"horizon": 0, "discount_rate": 0.1}, {"horizon": 5, "discount_rate": -0.1}):
        with pytest.raises(CrmError, match="horizon"):
            expected_lifetime_value(*fitted, **options)
