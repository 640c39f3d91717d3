"""The search for a maximum: exact on a known one, and every way of not being one is said."""

import numpy as np
import pytest

from crmlib.errors import NotConverged
from crmlib.likelihood import interval_table, maximise

CURVATURE = np.array([[2.0, 0.6], [0.6, 1.0]])
PEAK = np.array([0.7, -1.3])


def hill(theta):
    away = theta - PEAK
    return 5 - away @ CURVATURE @ away / 2, -CURVATURE @ away


def search(function, starts=((0.0, 0.0),), **options):
    return maximise(function, starts, 400, "test", "Take more.", **options)


def test_a_known_peak():
    found = search(hill)
    assert found.log_parameters == pytest.approx(PEAK, abs=1e-8)
    assert found.log_likelihood == pytest.approx(2000)
    assert found.covariance == pytest.approx(np.linalg.inv(CURVATURE) / 400, rel=1e-6)


def test_intervals_hold_the_stated_share():
    table = interval_table(["one", "two"], [2.0, 3.0], np.diag([0.01, 0.04]), level=0.9)
    assert table.loc["one"].tolist() == pytest.approx([2, 2 * np.exp(-0.1644854), 2 * np.exp(0.1644854)])
    assert np.log(table["high"] / table["estimate"]).tolist() == pytest.approx([0.1644854, 0.3289707])


@pytest.mark.parametrize(
    ("function", "part"),
    [
        (lambda theta: (theta[0], np.array([1.0, 0.0])), "runs off"),
        (lambda theta: (-((theta[0] - 1) ** 2), np.array([-2 * (theta[0] - 1), 0.0])), "fits equally well"),
        (lambda theta: (hill(theta)[0], hill(theta)[1] + 0.5), "stopped before"),  # a slope that is not its own
        (lambda theta: (np.nan, np.zeros(2)), "cannot be evaluated"),
    ],
)
def test_what_is_no_maximum_is_said(function, part):
    with pytest.raises(NotConverged, match=f"The test model.*{part}.*Take more."):
        search(function)


def test_a_second_start_is_tried():
    def cliff(theta):
        if theta[0] < -5:
            return 10.0 + theta[0] * 0, np.zeros(2)  # a plateau that looks best but is no peak
        return hill(theta)

    assert search(cliff, starts=((-8.0, 0.0), (0.0, 0.0))).log_parameters == pytest.approx(PEAK, abs=1e-8)


def test_a_penalty_makes_a_peak_of_a_ridge():
    ridge = search(lambda theta: (-((theta[0] - 1) ** 2), np.array([-2 * (theta[0] - 1), 0.0])), penalty=4)
    assert ridge.log_parameters == pytest.approx([1 / 1.01, 0], abs=1e-8)


def test_a_penalty_is_said_once_and_has_no_interval():
    few, many = (maximise(hill, ((0.0, 0.0),), size, "test", "", penalty=4) for size in (10, 1000))
    for found, size in ((few, 10), (many, 1000)):
        drawn = np.linalg.solve(CURVATURE + 8 / size * np.eye(2), CURVATURE @ PEAK)
        assert found.log_parameters == pytest.approx(drawn, abs=1e-8)
        assert np.isnan(found.covariance).all()
    assert np.isnan(interval_table(["one", "two"], [1, 2], few.covariance)[["low", "high"]]).all(axis=None)


def test_a_peak_too_flat_to_tell_is_none():
    def flat(theta):
        return -1e-5 * theta @ theta, -2e-5 * theta

    with pytest.raises(NotConverged, match="very different parameters"):
        maximise(flat, ((0.5, 0.5),), 400, "test", "")
    assert maximise(flat, ((0.5, 0.5),), 400_000, "test", "").covariance[0, 0] == pytest.approx(1 / 8, rel=1e-4)
