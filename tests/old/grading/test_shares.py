"""Whale, Lorenz, Gini and Pareto on numbers whose answers are known."""

import numpy as np
import pandas as pd
import pytest

from crmlib.errors import CrmError
from crmlib.old.grading.shares import (
    gini,
    gini_interval,
    lorenz_curve,
    pareto_shares,
    top_share,
    whale_curve,
    whale_peak,
)


def table(values, measure="profit"):
    return pd.DataFrame({measure: values}, index=[f"C{place:03d}" for place in range(len(values))]).astype(float)


def test_whale_curve_rises_above_one_and_comes_back():
    curve = whale_curve(table([60, 50, 10, -20]))
    assert curve["cumulative_share"].tolist() == pytest.approx([0.6, 1.1, 1.2, 1.0])
    assert curve["customer_share"].tolist() == [0.25, 0.5, 0.75, 1.0]


def test_whale_curve_does_not_depend_on_the_order_of_rows():
    values = table([5, 1, 5, 3, 5])
    pd.testing.assert_frame_equal(whale_curve(values), whale_curve(values.sample(frac=1, random_state=1)))


def test_whale_peak_is_the_profitable_customers_share():
    peak = whale_peak(table([60, 50, 10, -20] * 50))
    assert peak["peak"] == pytest.approx(1.2) and peak["customer_share"] == 0.75
    assert peak["given_back"] == pytest.approx(0.2)
    assert peak["low"] < 1.2 < peak["high"]
    assert whale_peak(table([1, 2, 3]))["low"] == 1.0


def test_a_total_that_is_not_positive_has_no_shares():
    for function in (whale_curve, whale_peak, lorenz_curve, pareto_shares):
        with pytest.raises(CrmError, match="shares of it have no meaning"):
            function(table([5, -5]))


def test_gini_of_known_distributions():
    assert gini([3, 3, 3, 3]) == pytest.approx(0)
    assert gini([0, 0, 0, 1]) == pytest.approx(0.75)  # (n − 1) / n
    assert gini([1, 2, 3, 4]) == pytest.approx(0.25)
    assert gini(np.random.RandomState(0).pareto(2, 400_000) + 1) == pytest.approx(1 / 3, abs=0.02)  # 1/(2α−1)
    assert gini([-1, 0, 0, 2]) > 1  # losses: said in the docstring


def test_gini_interval_is_the_plain_bootstrap():
    values = np.random.RandomState(4).lognormal(0, 1, 80)
    drawn = np.random.RandomState(2026).randint(0, 80, size=(300, 80))
    plain = np.quantile([gini(np.sort(values)[row]) for row in drawn], [0.025, 0.975])
    assert gini_interval(values, repeats=300) == pytest.approx(tuple(plain))
    assert plain[0] < gini(values) < plain[1]


def test_gini_is_twice_the_area_between_lorenz_curve_and_diagonal():
    values = table(np.random.RandomState(1).lognormal(0, 1, 2000))
    curve = lorenz_curve(values, points=2001)
    area = np.trapezoid(curve["profit"], curve.index)
    assert 1 - 2 * area == pytest.approx(curve.attrs["gini"]["profit"], abs=1e-6)
    assert curve["profit"].iloc[[0, -1]].tolist() == pytest.approx([0, 1])


def test_lorenz_curve_shows_every_measure_there_is():
    frame = pd.DataFrame({"revenue": [1.0, 2, 3], "margin": [1.0, 1, 1], "profit": [0.5, 1, 1]})
    assert list(lorenz_curve(frame).columns) == ["revenue", "margin", "profit"]


def test_top_share_takes_whole_customers_from_the_top():
    values = [10, 1, 1, 1, 1, 1, 1, 1, 1, 2]
    assert top_share(values, 0.10) == pytest.approx(10 / 20)
    assert top_share(values, 0.11) == pytest.approx(12 / 20)  # ceil: the second customer counts
    assert top_share(values, 1.0) == pytest.approx(1)
    for wrong in (0, -0.1, 1.5):
        with pytest.raises(CrmError, match="between 0 and 1"):
            top_share(values, wrong)


def test_pareto_intervals_cover_the_estimate_and_can_be_repeated():
    values = table(np.random.RandomState(5).lognormal(0, 1, 800), "revenue")
    shares = pareto_shares(values, "revenue")
    assert (shares["low"] <= shares["share"]).all() and (shares["share"] <= shares["high"]).all()
    assert shares["share"].is_monotonic_increasing
    pd.testing.assert_frame_equal(shares, pareto_shares(values.sample(frac=1, random_state=2), "revenue"))
    assert not shares.equals(pareto_shares(values, "revenue", seed=1))


def test_the_vectorised_bootstrap_is_the_plain_one():
    values = np.sort(np.random.RandomState(6).lognormal(0, 1, 60))[::-1]
    frame = table(values, "revenue")
    random = np.random.RandomState(2026)
    drawn = random.randint(0, 60, size=(300, 60))
    plain = [top_share(values[row], 0.2) for row in drawn]
    found = pareto_shares(frame, "revenue", (0.2,), repeats=300).loc[0.2]
    assert found["low"] == pytest.approx(np.quantile(plain, 0.025))
    assert found["high"] == pytest.approx(np.quantile(plain, 0.975))


def test_intervals_hold_what_they_promise():
    random = np.random.RandomState(7)
    truth = top_share(random.lognormal(0, 0.8, 1_000_000), 0.2)
    hits = 0
    for trial in range(100):
        found = pareto_shares(table(random.lognormal(0, 0.8, 400)), tops=(0.2,), repeats=200, seed=trial).loc[0.2]
        hits += found["low"] <= truth <= found["high"]
    assert hits >= 85
