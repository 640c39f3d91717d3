"""Two sentences that every conference on satisfaction repeats, tested on the company's own customers."""

from crmlib.old.claims import FAILS, HOLDS, UNTESTABLE, ClaimCheck, check_claim
from crmlib.old.figures import percent
from crmlib.old.notices import hands_on_notices
from crmlib.old.satisfaction.predictive_power import NPS_QUESTION

TWICE = "a very satisfied customer is twice as likely to buy again as a satisfied one"
ONE_NUMBER = "the net promoter score is the one number you need"
MARGIN = 0.02


@hands_on_notices
def claim_twice_as_likely(ratio, claimed=(1.8, 2.2)):
    """Test "a very satisfied customer is twice as likely to buy again as a satisfied one".

    Judged on the ratio as observed, which is what the claim says; the finding adds the ratio at equal earlier
    purchases. "Twice" is taken as 1.8 to 2.2; the neutral value is 1. Parameters: ``ratio`` from
    ``repurchase.repeat_ratio``. Returns a ClaimCheck. Source of the claim: Jones & Sasser 1995, as retold.
    """
    seen, alike = (ratio.loc[row, ["ratio", "low", "high"]] for row in ("as observed", "same earlier purchases"))
    finding = (
        f"the very satisfied bought again {seen['ratio']:.2f} times as often (95 % interval {seen['low']:.2f} to "
        f"{seen['high']:.2f}); at equal earlier purchases {alike['ratio']:.2f} times ({alike['low']:.2f} to "
        f"{alike['high']:.2f})"
    )
    finding += f"; we count {claimed[0]:g} to {claimed[1]:g} times as twice"
    if seen.isna().any():
        finding = "in one of the two classes nobody answered, or nobody bought, with a known later half-year"
    return check_claim(TWICE, "after Jones and Sasser 1995", finding, claimed, 1.0, tuple(seen))


@hands_on_notices
def claim_one_number(power, margin=MARGIN):
    """Test "the net promoter score is the one number you need" on later purchases.

    The leads of all other predictors (the index, single questions, past purchases) have limits that hold for all of
    them together, so the best of them may be picked afterwards. Holds here: the question tells buyers from non-buyers
    better than guessing, and no lead can be larger than ``margin``. Does not hold: some other is clearly better.
    Otherwise it cannot be tested: equally good so far is not the same as shown to be equally good.

    Parameters: ``power`` from ``predictive_power.predictive_power``; ``margin`` chance of ranking a pair rightly that
    one would give away for a shorter survey (0.02: two pairs in a hundred). Returns a ClaimCheck whose estimate is the
    largest lead. Source of the claim: Reichheld 2003; of the margin: Schuirmann 1987 (equivalence).
    """
    own, others = power.loc[NPS_QUESTION], power.drop(index=NPS_QUESTION).sort_values("better_than_nps")
    best = others.iloc[-1]
    verdict = UNTESTABLE
    if own["low"] > 0.5 and others["difference_high"].max() < margin:
        verdict = HOLDS
    elif others["difference_low"].max() > 0:
        verdict = FAILS
    lead, low, high = (float(best[name]) for name in ("better_than_nps", "difference_low", "difference_high"))
    points = [f"{100 * value:.0f}".replace("-0", "0").replace("-", "\u2212") for value in (lead, low, high, margin)]
    finding = (
        f"it tells a later buyer from a later non-buyer in {percent(own['power'])} of pairs, {best.name} in "
        f"{percent(best['power'])}; the largest of {len(others)} leads is {points[0]} points (95 % interval for all of "
        f"them together {points[1]} to {points[2]}; up to {points[3]} would not matter)"
    )
    return ClaimCheck(ONE_NUMBER, "Reichheld 2003", verdict, finding, (float("-inf"), margin), None, lead, low, high)
