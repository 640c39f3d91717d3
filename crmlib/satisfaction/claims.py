"""Two sentences that every conference on satisfaction repeats, tested on the company's own customers."""

import html
from dataclasses import dataclass

import numpy as np

from crmlib.satisfaction.notices import hands_on_notices
from crmlib.satisfaction.predictive_power import NPS_QUESTION

HOLDS, SMALLER, STRONGER, FAILS, UNTESTABLE = (
    "holds here",
    "holds, but smaller",
    "holds, and more strongly",
    "does not hold",
    "cannot be tested with these data",
)


@dataclass(frozen=True)
class ClaimCheck:
    """A claim and what the data say: verdict, the sentence with the figures, and the estimate with its interval."""

    text: str
    source: str
    verdict: str
    finding: str
    estimate: float = float("nan")
    low: float = float("nan")
    high: float = float("nan")

    @property
    def sentence(self):
        """Claim, verdict and finding in one sentence."""
        return f"“{self.text}” ({self.source}) {self.verdict}: {self.finding}."

    def _repr_mimebundle_(self, include=None, exclude=None):
        text = html.escape(self.sentence)
        return {"text/plain": self.sentence, "text/html": f"<p><strong>Claim check.</strong> {text}</p>"}


def judge(low, high, claimed, neutral):
    """Verdict on an effect of at least ``claimed`` size, a range (low, high); ``neutral`` is no effect at all.

    The interval reaches into the claimed range and excludes no effect: holds here; wholly above it: holds, and more
    strongly; wholly below it but above no effect: holds, but smaller; includes no effect and not the claimed range:
    does not hold; includes both, or there is none: cannot be tested with these data.
    """
    if not np.isfinite([low, high]).all():
        return UNTESTABLE
    if low > claimed[1]:
        return STRONGER
    reaches = high >= claimed[0]
    if low > neutral:
        return HOLDS if reaches else SMALLER
    return UNTESTABLE if reaches else FAILS


@hands_on_notices
def claim_twice_as_likely(ratio, claimed=(1.8, 2.2)):
    """Test "a very satisfied customer is twice as likely to buy again as a satisfied one".

    Judged on the ratio as observed, which is what the claim says; the finding adds the ratio at equal earlier
    purchases. "Twice" is taken as 1.8 to 2.2. Parameters: ``ratio`` from ``repurchase.repeat_ratio``.
    Returns a ClaimCheck. Source of the claim: Jones & Sasser 1995, as retold.
    """
    seen, alike = ratio.loc["as observed"], ratio.loc["same earlier purchases"]
    if not np.isfinite(seen["ratio"]):
        finding = "one of the two classes has no answers with a known later half-year"
        return ClaimCheck(TWICE, "after Jones and Sasser 1995", UNTESTABLE, finding)
    finding = (
        f"the very satisfied bought again {seen['ratio']:.2f} times as often (95 % interval {seen['low']:.2f} to "
        f"{seen['high']:.2f}); at equal earlier purchases {alike['ratio']:.2f} times ({alike['low']:.2f} to "
        f"{alike['high']:.2f})"
    )
    found = judge(seen["low"], seen["high"], claimed, 1.0)
    return ClaimCheck(TWICE, "after Jones and Sasser 1995", found, finding, seen["ratio"], seen["low"], seen["high"])


TWICE = "a very satisfied customer is twice as likely to buy again as a satisfied one"
ONE_NUMBER = "the net promoter score is the one number you need"


@hands_on_notices
def claim_one_number(power):
    """Test "the net promoter score is the one number you need" on later purchases.

    It does not hold when some other predictor (the index, a single question, past purchases) is clearly better, and
    cannot be tested when the recommendation question itself predicts nothing and no other is clearly better.
    Parameters: ``power`` from ``predictive_power.predictive_power``. Returns a ClaimCheck whose estimate is the lead of
    the best other predictor. Source of the claim: Reichheld 2003.
    """
    own, others = power.loc[NPS_QUESTION], power.drop(index=NPS_QUESTION)
    best = others.iloc[0]
    beaten = others[others["difference_low"] > 0]
    unbeaten = HOLDS if own["low"] > 0.5 else UNTESTABLE
    found = FAILS if len(beaten) else unbeaten
    finding = (
        f"it tells a later buyer from a later non-buyer in {own['power']:.0%} of pairs, {others.index[0]} in "
        f"{best['power']:.0%}, a difference of {100 * best['better_than_nps']:.0f} points (95 % interval "
        f"{100 * best['difference_low']:.0f} to {100 * best['difference_high']:.0f})"
    ).replace("%", " %", 2)
    limits = best["better_than_nps"], best["difference_low"], best["difference_high"]
    return ClaimCheck(ONE_NUMBER, "Reichheld 2003", found, finding, *(float(value) for value in limits))
