"""One rule for claims: the verdict follows the interval, the claimed range and the neutral value."""

import math

import pytest

from crmlib.old.claims import (
    FAILS,
    HOLDS,
    LARGER,
    SMALLER,
    UNTESTABLE,
    VERDICTS,
    ClaimCheck,
    check_claim,
    check_share,
    judge,
)

PARETO = (0.75, 0.85), 0.20


@pytest.mark.parametrize(
    ("low", "high", "verdict"),
    [
        (0.76, 0.82, HOLDS),
        (0.70, 0.76, HOLDS),
        (0.84, 0.95, HOLDS),
        (0.86, 0.95, LARGER),
        (0.60, 0.70, SMALLER),
        (0.30, 0.40, SMALLER),  # nearer to the neutral value than to the claim, and yet more than nothing
        (0.40, 0.70, SMALLER),
        (0.15, 0.40, FAILS),
        (0.05, 0.15, FAILS),
        (0.15, 0.95, UNTESTABLE),  # holds the neutral value and the claim: such data can show nothing
        (0.20, 0.75, UNTESTABLE),
        (0.10, 0.99, UNTESTABLE),
    ],
)
def test_the_verdict_follows_the_interval(low, high, verdict):
    assert judge(low, high, *PARETO) == verdict


@pytest.mark.parametrize("low", [0.1, 0.3, 0.5, 0.8, 0.9])
@pytest.mark.parametrize("width", [0.01, 0.2, 0.6])
def test_a_claim_of_less_is_the_mirror_image(low, width):
    more = judge(low, low + width, *PARETO)
    assert judge(1 - low - width, 1 - low, (0.15, 0.25), 0.80) == more


def test_more_certainty_never_turns_yes_into_cannot_tell():
    for half in (0.3, 0.2, 0.1, 0.05, 0.01):  # ever narrower around 0.80
        assert judge(0.8 - half, 0.8 + half, *PARETO) == HOLDS
    assert judge(0.8 - 0.61, 0.8 + 0.61, *PARETO) == UNTESTABLE


def test_an_open_claim():
    assert judge(1.4, 2.5, (2, math.inf), 1) == HOLDS
    assert judge(90, 99, (2, math.inf), 1) == HOLDS


@pytest.mark.parametrize("unknown", [(None, None), (math.nan, math.nan), (0.3, math.nan)])
def test_without_an_interval_there_is_no_verdict(unknown):
    assert judge(*unknown, *PARETO) == UNTESTABLE


def test_a_claim_that_says_nothing_is_refused():
    with pytest.raises(ValueError, match=r"says nothing against 0\.8"):
        judge(0.3, 0.4, (0.75, 0.85), 0.80)


def test_a_check_carries_its_figures():
    check = check_claim("twice as much", "hearsay", "it was 1.3 times", (1.8, 2.2), 1.0, (1.3, 1.2, 1.4))
    assert (check.verdict, check.estimate, check.low, check.high) == (SMALLER, 1.3, 1.2, 1.4)
    assert (check.claimed, check.neutral) == ((1.8, 2.2), 1.0)
    assert check.sentence == "“twice as much” (hearsay) holds, but smaller: it was 1.3 times."


def test_a_share_is_written_in_per_cent():
    check = check_share("big is best", "belief", "the share of good ones", (0.90, 1.0), 0.50, (0.66, 0.59, 0.74))
    assert check.verdict == SMALLER
    assert "is 66 % (95 % interval 59 % to 74 %); the claim means 90–100 %" in check.sentence
    assert "50 %" in check.sentence  # the neutral value is said


def test_an_untestable_claim_says_why():
    for found in (None, (math.nan,) * 3):
        check = check_share("a claim", "a source", "no costs are known", (0.9, 1.0), 0.1, found)
        assert check.verdict == UNTESTABLE and check.estimate is None and check.high is None
        assert check.sentence.endswith("cannot be tested with these data: no costs are known.")


def test_shown_text_is_escaped():
    shown = ClaimCheck("<b>80/20</b>", "a & b", HOLDS, "x")._repr_mimebundle_()
    assert "<b>" not in shown["text/html"] and "&lt;b&gt;" in shown["text/html"] and "<b>" in shown["text/plain"]


def test_five_verdicts():
    assert len(set(VERDICTS)) == 5 and {HOLDS, SMALLER, LARGER, FAILS, UNTESTABLE} == set(VERDICTS)
