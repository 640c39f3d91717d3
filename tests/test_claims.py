"""One rule for claims: the verdict follows the estimate, its interval, the claimed range and the neutral value."""

import csv
import math
import re
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from statsmodels.stats.proportion import proportion_confint

import crmlib
from crmlib.claims import CANNOT_TELL, FAILS, HOLDS, LARGER, SMALLER, VERDICTS, judge
from crmlib.errors import CrmError, DataFault
from crmlib.records import CLAIM_MIME, COMPUTED, COMPUTED_EITHER_SIDE, claim

PARETO = (0.75, 0.85), 0.20
ROWS = list(csv.DictReader(Path(crmlib.__file__).with_name("claims.csv").open(encoding="utf-8", newline="")))


def test_each_row_has_a_value_for_each_column_and_no_more():
    """A comma without quotes would push what follows into the next column."""
    assert [row["name"] for row in ROWS if None in row or None in row.values()] == []


@pytest.mark.parametrize(
    ("estimate", "low", "high", "verdict"),
    [
        (0.80, 0.76, 0.82, HOLDS),
        (0.75, 0.60, 0.90, HOLDS),  # the range's own ends belong to it
        (0.85, 0.21, 0.99, HOLDS),
        (0.80, 0.20, 0.95, CANNOT_TELL),  # the interval's own ends belong to it: it holds the neutral value
        (0.74, 0.70, 0.76, CANNOT_TELL),  # just short of the range, and not clearly so
        (0.86, 0.84, 0.90, CANNOT_TELL),
        (0.90, 0.86, 0.95, LARGER),
        (0.90, 0.85, 0.95, CANNOT_TELL),
        (0.65, 0.21, 0.74, SMALLER),
        (0.65, 0.60, 0.75, CANNOT_TELL),
        (0.30, 0.20, 0.40, FAILS),
        (0.30, 0.15, 0.75, CANNOT_TELL),
        (0.10, 0.05, 0.15, FAILS),  # the whole interval beyond the neutral value, away from the claim
        (0.50, 0.10, 0.99, CANNOT_TELL),
    ],
)
def test_the_verdict_follows_the_interval(estimate, low, high, verdict):
    assert judge(estimate, low, high, *PARETO) == verdict


@pytest.mark.parametrize("estimate", [4, 16, 20, 40, 75, 80, 85, 90])
@pytest.mark.parametrize("half", [0, 1, 5, 20, 60])
def test_a_claim_of_less_is_the_mirror_image(estimate, half):
    more = judge(estimate, estimate - half, estimate + half, (75, 85), 20)
    assert judge(100 - estimate, 100 - estimate - half, 100 - estimate + half, (15, 25), 80) == more


def test_open_claims():
    assert judge(2.5, 1.4, 99, (2, math.inf), 1) == HOLDS
    assert judge(1.5, 1.2, 1.9, (2, math.inf), 1) == SMALLER
    assert judge(0.2, 0.1, 0.4, (-math.inf, 0.5), 1) == HOLDS
    assert judge(1.1, 0.9, 1.3, (-math.inf, 0.5), 1) == FAILS
    assert {judge(9, low, 99, (2, math.inf), 1) for low in (0, 1, 2, 8)} == {CANNOT_TELL, HOLDS}  # never "larger"


def test_a_true_claim_is_seldom_called_smaller_or_larger():
    """Truth one standard error inside the range: at most one wrong "smaller" or "larger" in a hundred samples."""
    error = 0.02
    for truth, wrong in ((0.75 + error, SMALLER), (0.85 - error, LARGER)):
        estimates = truth + error * np.random.RandomState(1).standard_normal(20_000)
        verdicts = [judge(drawn, drawn - 1.96 * error, drawn + 1.96 * error, *PARETO) for drawn in estimates]
        assert verdicts.count(wrong) <= 0.01 * len(verdicts)
        assert verdicts.count(HOLDS) >= 0.8 * len(verdicts)


def test_the_same_with_shares_of_a_hundred_customers():
    truth = 0.75 + math.sqrt(0.79 * 0.21 / 100)
    yes = np.random.RandomState(2).binomial(100, truth, 20_000)
    lows, highs = proportion_confint(yes, 100, method="wilson")
    verdicts = [judge(*one, *PARETO) for one in zip(yes / 100, lows, highs, strict=True)]
    assert verdicts.count(SMALLER) + verdicts.count(LARGER) <= 0.01 * len(verdicts)


def test_an_empty_claim_seldom_holds():
    """Truth at the neutral value, and a range that begins there: "holds here" no oftener than the interval errs."""
    estimates = 1 + 0.05 * np.random.RandomState(3).standard_normal(20_000)
    verdicts = [judge(drawn, drawn - 0.098, drawn + 0.098, (1.05, math.inf), 1) for drawn in estimates]
    assert 0.01 * len(verdicts) < verdicts.count(HOLDS) <= 0.03 * len(verdicts)


def test_a_claim_says_everything_in_one_paragraph():
    shown = claim("20 % bring 80 %", 0.97, (0.88, 1.11))
    assert shown.text.startswith("It is often said: “20\u00a0% of customers bring 80\u00a0% of the profit” – Koch 1997")
    assert "Larger: 97\u00a0% (88 to 111\u00a0%)." in shown.text
    assert "The claim means 75 to 85\u00a0%; with nothing in it one would find 20\u00a0%: all customers" in shown.text
    assert "Counted: net profit of all persons" in shown.text and "Caution: a rule of thumb" in shown.text
    assert shown._repr_mimebundle_()["text/plain"] == shown.text == repr(shown)


def test_the_stored_form():
    stored = claim("reaching a tier changes buying", 1.12345, (0.9, 1.4))._repr_mimebundle_()[CLAIM_MIME]
    assert list(stored) == ["claim", "source", "verdict", "estimate", "low", "high"]
    assert (stored["verdict"], stored["estimate"], stored["low"], stored["high"]) == (CANNOT_TELL, 1.123, 0.9, 1.4)
    assert "Dreze & Nunes" in stored["source"] and "often said" not in stored["source"]
    assert claim("20 % bring 80 %", 0.8, (0.7, 0.9)).content["source"].startswith("it is often said; ")


def test_open_ranges_and_mirrored_claims_in_words():
    assert (
        "The claim means at least 1.05\u00a0times; with nothing"
        in claim("reaching a tier changes buying", 2, (1.5, 3)).text
    )
    assert "The claim means at least 1\u00a0percentage point;" in claim("the recovery paradox", 0, (-0.02, 0.02)).text
    assert "Smaller effect: 70\u00a0% (60 to 80\u00a0%)" in claim("without names, anonymous", 0.7, (0.6, 0.8)).text


def test_a_computed_neutral_value():
    name = "big customers are the best"
    table = pd.DataFrame({"share": [0.7], "low": [0.6], "high": [0.8]})
    assert claim(name, 0.7, table, neutral=0.5).content["verdict"] == SMALLER
    assert claim(name, 0.7, table.iloc[0], neutral=0.6).content["verdict"] == FAILS
    with pytest.raises(CrmError, match=r"add neutral= \(the same share among the smaller accounts\)"):
        claim(name, 0.7, table)
    with pytest.raises(DataFault, match="cannot be tested here: with nothing in it one would find 95\u00a0%"):
        claim(name, 0.7, table, neutral=0.95)
    with pytest.raises(CrmError, match=r"leave out neutral=, it is 0\.2"):
        claim("20 % bring 80 %", 0.7, table, neutral=0.3)
    with pytest.raises(CrmError, match="neutral is not a finite number"):
        claim(name, 0.7, table, neutral=math.nan)


def test_a_claim_of_success_does_not_hold_because_success_is_rarer_than_without():
    """20 to 40 % come back after an offer, 50 % without one: no ground to say that the claim holds."""
    with pytest.raises(DataFault, match="one would find 50\u00a0%, and it claims 20 to 40"):
        claim("win-back succeeds with 20-40 %", 0.3, (0.25, 0.35), neutral=0.5)
    assert claim("leavers were satisfied", 0.7, (0.66, 0.74), neutral=0.9).content["verdict"] == HOLDS


@pytest.mark.parametrize(
    ("estimate", "interval", "fault"),
    [
        (math.nan, (0.1, 0.2), "not a finite number"),
        (0.8, (math.nan, 0.9), "not a finite number"),
        (0.8, (0.7, math.inf), "not a finite number"),
        (0.8, (0.9, 0.7), "wrong way round"),
        (0.8, (0.85, 0.9), "does not hold its value"),
        (80, (70, 90), "written 0.8, not 80"),
        (0.8, None, "judged by its interval"),
    ],
)
def test_no_verdict_on_what_is_no_result(estimate, interval, fault):
    with pytest.raises(CrmError, match=fault):
        claim("20 % bring 80 % of sales", estimate, interval)


def test_an_unknown_claim_names_the_file_and_the_nearest():
    with pytest.raises(CrmError, match=r"claims\.csv has no row 'target riskiest' \(near: target the riskiest"):
        claim("target riskiest", 1, (0, 2))


def test_shown_text_is_escaped():
    shown = claim("growth customers bring 40-50 %", 0.45, (0.4, 0.5), neutral=0.1)
    assert "&lt;" not in shown.bundle["text/html"] and "<p>" in shown.bundle["text/html"]
    shown = claim("two thirds leave because nobody cares", 0.1, (0.05, 0.15), neutral=1 / 6)
    assert "US News &amp; World Report" in shown.bundle["text/html"] and "News & World" in shown.text


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row["name"])
def test_every_claim_is_consistent(row):
    assert None not in row and all(row[column].strip() for column in row if column not in ("low", "high")), row
    low, high = float(row["low"] or -math.inf), float(row["high"] or math.inf)
    assert low < high and (math.isfinite(low) or math.isfinite(high))
    if row["unit"] == "share":
        assert float(row["low"] or 0) >= 0 and float(row["high"] or 1) <= 1
    if row["neutral"] not in (COMPUTED, COMPUTED_EITHER_SIDE):
        assert not low <= float(row["neutral"]) <= high
    assert row["standing"] in ("source", "often said")
    if row["standing"] == "source":
        assert re.search(r"\b(19|20)\d\d\b|of our own", row["source"])
    neutral = 0.001 if row["neutral"] in (COMPUTED, COMPUTED_EITHER_SIDE) else None
    inside = low if math.isfinite(low) else high
    shown = claim(row["name"], inside, (inside, inside), neutral)
    assert shown.content["verdict"] == HOLDS
    assert shown.text.startswith("It is often said: ") == (row["standing"] == "often said")
    assert not re.search(r"\bnan\b|\binf\b|\.\.|[{}]", shown.text) and " %" not in shown.text


def test_names_are_unique_and_verdicts_are_five():
    assert len({row["name"] for row in ROWS}) == len(ROWS) and len(set(VERDICTS)) == 5
