"""Claims of chapter 6: what is measured, and the verdict that follows from it."""

import pandas as pd
import pytest

from crmlib.old.claims import FAILS, HOLDS, LARGER, SMALLER, UNTESTABLE, judge
from crmlib.old.grading.claims import claim_80_20, claim_big_are_best, claim_top_tenth
from crmlib.old.grading.profit import customer_profit
from crmlib.old.grading.size import size_and_profitability


@pytest.mark.parametrize(
    ("low", "high", "verdict"),
    [
        (0.76, 0.82, HOLDS),
        (0.86, 0.95, LARGER),
        (0.30, 0.40, SMALLER),  # more than the fifth that equal customers would bring
        (0.40, 0.70, SMALLER),
        (0.15, 0.40, FAILS),
        (0.15, 0.95, UNTESTABLE),  # weak data confirm nothing
    ],
)
def test_the_chapters_verdicts_are_those_of_the_book(low, high, verdict):
    assert judge(low, high, (0.75, 0.85), 0.20) == verdict


def table(profit, revenue=None):
    index = [f"C{place:03d}" for place in range(len(profit))]
    return pd.DataFrame(
        {"revenue": revenue or [abs(value) for value in profit], "profit": profit}, index=index, dtype=float
    )


def test_80_20_on_made_companies():
    assert claim_80_20(table([80.0] * 40 + [5.0] * 160)).verdict == HOLDS
    assert claim_80_20(table([10.0] * 200)).verdict == FAILS
    assert claim_80_20(table([100.0] * 40 + [-5.0] * 160)).verdict == LARGER


def test_80_20_names_what_it_was_tested_on():
    revenue_only = table([80.0] * 40 + [5.0] * 160).drop(columns="profit")
    assert "80 % of revenue" in claim_80_20(revenue_only).text and "profit" not in claim_80_20(revenue_only).sentence


def test_top_tenth_is_about_revenue():
    found = claim_top_tenth(table([1.0] * 200, revenue=[36.0] * 20 + [6.0] * 180))
    assert found.estimate == pytest.approx(0.4) and found.verdict == HOLDS


@pytest.mark.parametrize("claim", [claim_80_20, claim_top_tenth, claim_big_are_best])
def test_few_customers_tell_nothing(claim):
    few = claim(table([80.0] * 5 + [5.0] * 44))
    assert few.verdict == UNTESTABLE and few.estimate is None and "too few" in few.sentence


def test_big_are_best():
    numbers = [float(value) for value in range(1, 201)]
    rising = table([value * value for value in numbers], revenue=numbers)  # the larger, the more a unit earns
    assert claim_big_are_best(rising).estimate == 1 and claim_big_are_best(rising).verdict == HOLDS
    falling = table([value * (300 - value) for value in numbers], revenue=numbers)
    assert claim_big_are_best(falling).estimate == 0
    assert claim_big_are_best(falling).verdict == FAILS
    alike = table(numbers, revenue=numbers)
    assert claim_big_are_best(alike).verdict == UNTESTABLE  # all are good, big and small: no room for the claim
    mixed = table([value * (0.5 if value % 10 < 4 else 1.0) for value in numbers], revenue=numbers)
    assert claim_big_are_best(mixed).verdict == FAILS  # as many good ones among big and small
    assert claim_big_are_best(rising.drop(columns="profit")).verdict == UNTESTABLE


def test_big_and_good_mean_the_same_as_in_the_figure(db):
    placed, claim = size_and_profitability(db), claim_big_are_best(customer_profit(db))
    big = placed[placed["quadrant"].isin(["big and good", "big but poor"])]
    assert claim.estimate == pytest.approx((big["quadrant"] == "big and good").mean())


def test_claims_can_be_repeated(db):
    profit = customer_profit(db)
    for claim in (claim_80_20, claim_top_tenth, claim_big_are_best):
        assert claim(profit) == claim(profit)
        assert claim(profit).estimate is None or claim(profit).low <= claim(profit).estimate <= claim(profit).high
