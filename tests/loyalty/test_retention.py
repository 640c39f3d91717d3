"""Shifted beta geometric model: published numbers, a known world, other cohorts, refusals."""

import numpy as np
import pytest
from scipy.special import betaln

from crmlib.errors import CrmError, NotConverged
from crmlib.loyalty import fit_retention, log_likelihood

REGULAR = [100, 63.1, 46.8, 38.2, 32.6, 28.9, 26.2, 24.1]
HIGH_END = [100, 86.9, 74.3, 65.3, 59.3, 55.1, 51.7, 49.1]


@pytest.mark.parametrize(("survivors", "alpha", "beta"), [(REGULAR, 0.7041, 1.1820), (HIGH_END, 0.6681, 3.8061)])
def test_published_parameters(survivors, alpha, beta):
    """Fader & Hardie (2007), fitted on all eight numbers."""
    model = fit_retention(survivors)
    assert (model.alpha, model.beta) == (pytest.approx(alpha, abs=5e-5), pytest.approx(beta, abs=5e-5))
    assert 100 * model.survival(7).to_numpy() == pytest.approx(np.array(survivors), abs=3)


def test_likelihood_is_that_of_the_paper():
    """ln L = Σ lost(t) ln B(α + 1, β + t − 1) / B(α, β) + stayed(n) ln B(α, β + n) / B(α, β)."""
    lost, stayed = -np.diff(REGULAR), np.array(REGULAR[1:])
    alpha, beta, t = 0.7, 1.2, np.arange(1, 8)
    published = lost @ (betaln(alpha + 1, beta + t - 1) - betaln(alpha, beta))
    published += stayed[-1] * (betaln(alpha, beta + 7) - betaln(alpha, beta))
    assert log_likelihood(alpha, beta, lost, stayed) == pytest.approx(published)


def test_by_hand():
    """α = 1, β = 2: a third leaves, then a quarter, then a fifth."""
    assert fit_retention([300, 200, 150, 120, 100]).survival(4).to_numpy() * 300 == pytest.approx(
        [300, 200, 150, 120, 100], rel=1e-4
    )


def test_a_known_world_is_found_again():
    chance = np.random.RandomState(3)
    lifetimes = chance.geometric(chance.beta(0.8, 2.5, 40_000))
    model = fit_retention([(lifetimes > t).sum() for t in range(9)])
    assert (model.alpha, model.beta) == (pytest.approx(0.8, rel=0.08), pytest.approx(2.5, rel=0.08))


def test_cohorts_of_different_age_count_together():
    young = [400, 300, np.nan, np.nan]
    alone, both = fit_retention([1000, 700, 560, 480]), fit_retention([[1000, 700, 560, 480], young])
    assert both.survival(1)[1] > alone.survival(1)[1]
    assert fit_retention([[1000, 700, 560, 480]] * 2).alpha == pytest.approx(alone.alpha)


def test_what_was_held_back_is_met_on_the_published_customers():
    """Fitted on five of eight numbers; the straight line goes wrong."""
    model, line = fit_retention(REGULAR[:5]), np.polyval(np.polyfit(np.arange(5), REGULAR[:5], 1), 7)
    assert abs(100 * model.survival(7)[7] - REGULAR[7]) < 2 < abs(line - REGULAR[7])


@pytest.mark.parametrize("survivors", [[100, 100, 100], [100, 0, 0], [100, 80, 64, 51.2, 40.96, 32.768]])
def test_without_a_maximum_it_says_so(survivors):
    with pytest.raises(NotConverged, match="same chance"):
        fit_retention(survivors)


@pytest.mark.parametrize(
    ("survivors", "words"),
    [
        ([100], "two numbers"),
        ([100, 120], "rise"),
        ([0, 0, 0], "positive"),
        ([100, np.nan, 60], "end of a cohort"),
        ([np.nan, 80], "end of a cohort"),
    ],
)
def test_what_are_no_survivors_is_refused(survivors, words):
    with pytest.raises(CrmError, match=words):
        fit_retention(survivors)
