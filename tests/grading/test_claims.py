"""Claim checks: the verdict follows the interval."""

import pandas as pd
import pytest

from crmlib.grading.claims import ClaimCheck, claim_80_20, claim_big_are_best, claim_top_tenth
from crmlib.grading.profit import customer_profit


def check(low, high, claimed=(0.75, 0.85)):
    return ClaimCheck("a claim", "a source", "the share", claimed, 0.20, (low + high) / 2, low, high)


@pytest.mark.parametrize(
    ("low", "high", "verdict"),
    [
        (0.76, 0.82, "holds here"),
        (0.70, 0.76, "holds here"),
        (0.84, 0.95, "holds here"),
        (0.86, 0.95, "holds, but larger"),
        (0.60, 0.70, "holds, but smaller"),
        (0.30, 0.40, "does not hold"),
        (0.40, 0.70, "does not hold"),
    ],
)
def test_verdict(low, high, verdict):
    assert check(low, high).verdict == verdict
    assert verdict in check(low, high).sentence


def test_an_untestable_claim_says_why():
    claim = ClaimCheck("a claim", "a source", "no costs are known", (0.9, 1.0), 0.1)
    assert claim.verdict == "cannot be tested with these data" and "no costs are known" in claim.sentence


def test_shown_text_is_escaped():
    claim = ClaimCheck("<b>80/20</b>", "a & b", "x", (0.9, 1.0), 0.1)
    shown = claim._repr_mimebundle_()
    assert "<b>" not in shown["text/html"] and "&lt;b&gt;" in shown["text/html"] and "<b>" in shown["text/plain"]


def table(profit, revenue=None):
    index = [f"C{place:03d}" for place in range(len(profit))]
    return pd.DataFrame(
        {"revenue": revenue or [abs(value) for value in profit], "profit": profit}, index=index, dtype=float
    )


def test_80_20_on_made_companies():
    assert claim_80_20(table([80.0] * 40 + [5.0] * 160)).verdict == "holds here"
    assert claim_80_20(table([10.0] * 200)).verdict == "does not hold"
    assert claim_80_20(table([100.0] * 40 + [-5.0] * 160)).verdict == "holds, but larger"


def test_top_tenth_is_about_revenue():
    found = claim_top_tenth(table([1.0] * 200, revenue=[36.0] * 20 + [6.0] * 180))
    assert found.estimate == pytest.approx(0.4) and found.verdict == "holds here"


def test_big_are_best():
    numbers = [float(value) for value in range(1, 201)]
    rising = table([value * value for value in numbers], revenue=numbers)  # the larger, the more a unit earns
    assert claim_big_are_best(rising).estimate == 1 and claim_big_are_best(rising).verdict == "holds here"
    falling = table([value * (300 - value) for value in numbers], revenue=numbers)
    assert claim_big_are_best(falling).estimate == 0 and claim_big_are_best(falling).verdict == "does not hold"
    assert claim_big_are_best(rising.drop(columns="profit")).estimate is None


def test_claims_can_be_repeated(db):
    profit = customer_profit(db)
    for claim in (claim_80_20, claim_top_tenth, claim_big_are_best):
        assert claim(profit) == claim(profit)
        assert claim(profit).low <= claim(profit).estimate <= claim(profit).high
