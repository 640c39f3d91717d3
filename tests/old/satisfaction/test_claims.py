"""The claims of this room. The one number: equal so far is not the same as shown to be equal."""

import numpy as np
import pandas as pd
import pytest

from crmlib.old.satisfaction.claims import claim_one_number, claim_twice_as_likely
from crmlib.old.satisfaction.predictive_power import NPS_QUESTION, area_under_curve, limits_for_all, with_limits

RIVALS = [f"rival {number}" for number in range(1, 6)]


def power_table(own=(0.70, 0.68, 0.72), leads=((0.0, -0.01, 0.01),)):
    """A table as predictive_power makes it, from the power of the question and the leads of its rivals."""
    rows = {NPS_QUESTION: (*own, 0.0, 0.0, 0.0)}
    for name, (lead, low, high) in zip(RIVALS, leads, strict=False):
        rows[name] = (own[0] + lead, 0.6, 0.8, lead, low, high)
    columns = ["power", "low", "high", "better_than_nps", "difference_low", "difference_high"]
    return pd.DataFrame(rows, index=columns).T.sort_values("power", ascending=False)


@pytest.mark.parametrize(
    ("own", "leads", "verdict"),
    [
        ((0.70, 0.68, 0.72), [(0.005, -0.005, 0.015), (-0.1, -0.2, -0.05)], "holds here"),
        ((0.70, 0.68, 0.72), [(0.08, -0.01, 0.17)], "cannot be tested with these data"),
        ((0.70, 0.68, 0.72), [(0.005, -0.005, 0.015), (-0.01, -0.05, 0.03)], "cannot be tested with these data"),
        ((0.70, 0.68, 0.72), [(0.10, 0.05, 0.15), (-0.1, -0.2, 0.0)], "does not hold"),
        ((0.70, 0.68, 0.72), [(0.01, 0.005, 0.015)], "holds here"),  # clear, and too small to matter
        ((0.51, 0.47, 0.55), [(0.0, -0.01, 0.01)], "cannot be tested with these data"),  # nothing predicts anything
    ],
)
def test_the_one_number_is_judged_by_all_leads(own, leads, verdict):
    assert claim_one_number(power_table(own, leads)).verdict == verdict


def test_the_sentence_says_how_many_were_compared_and_the_margin():
    check = claim_one_number(power_table(leads=[(0.08, -0.01, 0.17), (0.02, -0.05, 0.09)]))
    assert "rival 1 in 78 %" in check.finding
    assert "the largest of 2 leads is 8 points" in check.finding
    assert "−1 to 17; up to 2 would not matter" in check.finding
    assert (check.estimate, check.low, check.high) == pytest.approx((0.08, -0.01, 0.17))


def world(generator, people=250, strength=0.8):
    """Six answers that say equally much of who buys later: the claim is true."""
    wish = generator.standard_normal(people)
    outcome = wish + generator.standard_normal(people) > 0
    scores = strength * wish[:, None] + generator.standard_normal((people, 6))
    return scores, outcome


def verdict_in(generator, resamples=100):
    scores, outcome = world(generator)
    power = np.array([area_under_curve(scores[:, column], outcome) for column in range(6)])
    draws = []
    for _ in range(resamples):
        times = np.bincount(generator.integers(len(outcome), size=len(outcome)), minlength=len(outcome)).astype(float)
        draws.append([area_under_curve(scores[:, column], outcome, times) for column in range(6)])
    return claim_one_number(with_limits(power, np.array(draws), [NPS_QUESTION, *RIVALS], 0.95)).verdict


def test_equally_good_answers_are_not_told_to_fail():
    generator = np.random.default_rng(11)
    verdicts = [verdict_in(generator) for _ in range(100)]
    # Five in a hundred by the limits of all together, give or take chance; each rival's own limit gives sixteen here.
    assert verdicts.count("does not hold") <= 9
    assert verdicts.count("holds here") <= 5  # 250 customers cannot show that no lead passes two points


def test_limits_hold_for_all_together():
    generator = np.random.default_rng(3)
    together = alone = 0
    for _ in range(200):
        estimates = generator.standard_normal(5)
        draws = estimates + generator.standard_normal((400, 5))
        spread = limits_for_all(draws, estimates)
        together += (np.abs(estimates) <= spread).all()
        alone += (np.abs(estimates) <= 1.96).all()
    assert 0.90 < together / 200 < 0.99
    assert alone / 200 < 0.88


def test_what_does_not_vary_has_no_limits():
    assert (limits_for_all(np.ones((10, 2)), np.ones(2)) == 0).all()


def test_twice_is_judged_by_the_ratio_as_observed():
    rows = {"as observed": (1.4, 1.2, 1.6), "same earlier purchases": (1.9, 1.7, 2.1)}
    ratio = pd.DataFrame(rows, index=["ratio", "low", "high"]).T
    check = claim_twice_as_likely(ratio)
    assert (check.verdict, check.estimate, check.neutral) == ("holds, but smaller", 1.4, 1.0)
    assert claim_twice_as_likely(ratio + np.nan).estimate is None


def test_the_sentence_says_what_counts_as_twice():
    ratio = pd.DataFrame({"ratio": [1.7, 1.3], "low": [1.5, 1.2], "high": [1.75, 1.4]})
    ratio.index = ["as observed", "same earlier purchases"]
    check = claim_twice_as_likely(ratio)
    assert check.verdict == "holds, but smaller" and "we count 1.8 to 2.2 times as twice" in check.sentence
