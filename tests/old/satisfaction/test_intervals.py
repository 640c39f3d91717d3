import numpy as np
import pytest
from scipy import stats

from crmlib.old.satisfaction.intervals import (
    bootstrap_mean,
    difference_of_means,
    difference_of_shares,
    mean_with_interval,
    ratio_of_shares,
    share_with_interval,
)


def test_wilson_agrees_with_scipy():
    for successes, total in ((0, 10), (3, 10), (81, 263), (10, 10)):
        expected = stats.binomtest(successes, total).proportion_ci(method="wilson")
        _, low, high = share_with_interval(successes, total)
        assert low == pytest.approx(expected.low)
        assert high == pytest.approx(expected.high)


def test_share_of_nobody_is_unknown():
    assert np.isnan(share_with_interval(0, 0)).all()


def test_published_difference_of_shares():
    # Newcombe 1998, table II, example (a): 56/70 and 48/80, method 10.
    difference, low, high = difference_of_shares(56, 70, 48, 80)
    assert difference == pytest.approx(0.2)
    assert low == pytest.approx(0.0524, abs=5e-5)
    assert high == pytest.approx(0.3339, abs=5e-5)


def test_ratio_is_the_published_risk_ratio():
    ratio, low, high = ratio_of_shares(30, 100, 15, 100)
    expected = stats.contingency.relative_risk(30, 100, 15, 100).confidence_interval()
    assert ratio == pytest.approx(2)
    assert (low, high) == pytest.approx((expected.low, expected.high))
    assert np.isnan(ratio_of_shares(0, 100, 15, 100)).all()


def test_mean_without_weights_is_students_interval():
    values = [3, 4, 8, np.nan, 9]
    known = np.array([3, 4, 8, 9])
    low, high = stats.t.interval(0.95, 3, known.mean(), known.std(ddof=1) / 2)
    assert mean_with_interval(values) == pytest.approx((6, low, high))
    assert np.isnan(mean_with_interval([])).all()


def test_weighted_mean_covers_the_truth():
    generator, hits = np.random.default_rng(1), 0
    for _ in range(600):
        group = generator.random(400) < 0.3
        values = np.where(group, 10.0, 20.0) + generator.standard_normal(400) * 5
        weights = np.where(group, 0.5 / 0.3, 0.5 / 0.7)  # the truth has half of each
        _, low, high = mean_with_interval(values, weights)
        hits += low <= 15 <= high
    assert 0.93 < hits / 600 < 0.985


def test_bootstrap_of_money_holds_the_mean():
    values = np.random.default_rng(2).lognormal(4, 1, 500)
    mean, low, high = bootstrap_mean(values)
    error = values.std(ddof=1) / np.sqrt(500)
    assert low < mean < high
    assert (high - low) / 2 == pytest.approx(1.96 * error, rel=0.15)
    assert np.isnan(bootstrap_mean([7.0])[1])


def test_difference_of_means_is_welch():
    one, other = np.arange(10.0), np.arange(10.0) * 3 + 2
    difference, low, high, p_value = difference_of_means(one, other)
    assert difference == pytest.approx(-11)
    assert low < -11 < high
    assert p_value == pytest.approx(stats.ttest_ind(one, other, equal_var=False).pvalue)
