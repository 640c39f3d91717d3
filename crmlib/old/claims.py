"""What everybody repeats, tested on the company's own data: one verdict rule for all chapters."""

import html
from dataclasses import dataclass

import numpy as np

from crmlib.old.figures import percent

HOLDS, SMALLER, LARGER, FAILS, UNTESTABLE = VERDICTS = (
    "holds here",
    "holds, but smaller",
    "holds, but larger",
    "does not hold",
    "cannot be tested with these data",
)


@dataclass(frozen=True)
class ClaimCheck:
    """A claim, the verdict of the data, and the figures behind it.

    text, source - the claim; verdict - one of VERDICTS; finding - what was found, as half a sentence; claimed -
    (lowest, highest) value that the claim means; neutral - the value that would be found if the claim were empty;
    estimate, low, high - what was measured, with its 95 % interval; None where nothing could be.
    """

    text: str
    source: str
    verdict: str
    finding: str
    claimed: tuple | None = None
    neutral: float | None = None
    estimate: float | None = None
    low: float | None = None
    high: float | None = None

    @property
    def sentence(self):
        """Claim, verdict and finding in one sentence."""
        return f"“{self.text}” ({self.source}) {self.verdict}: {self.finding}."

    def _repr_mimebundle_(self, include=None, exclude=None):
        text = html.escape(self.sentence)
        return {"text/plain": self.sentence, "text/html": f"<p><strong>Claim check.</strong> {text}</p>"}


def judge(low, high, claimed, neutral):
    """The verdict of an interval on a claim.

    Seen from the neutral value towards the claim, the interval

    - lies wholly beyond the claimed range: holds, but larger;
    - reaches into the claimed range and leaves out the neutral value: holds here;
    - stops short of the claimed range and leaves out the neutral value: holds, but smaller;
    - holds the neutral value, or lies on its other side, and stops short of the claimed range: does not hold;
    - holds both, or there is none: cannot be tested with these data. Weak data confirm nothing.

    Parameters: ``low``, ``high`` limits of the estimate, None or NaN where unknown; ``claimed`` (lowest, highest) value
    that the claim means, infinite where it is open; ``neutral`` the value if there were nothing in it, outside of that
    range. Returns one of VERDICTS. Raises ValueError when the neutral value lies in the claimed range.
    """
    if claimed[0] <= neutral <= claimed[1]:
        raise ValueError(f"A claim of {claimed[0]:g} to {claimed[1]:g} says nothing against {neutral:g}.")
    if low is None or high is None or not np.isfinite([low, high]).all():
        return UNTESTABLE
    if claimed[1] < neutral:  # a claim of less than neutral is the mirror image of a claim of more
        low, high, claimed, neutral = -high, -low, (-claimed[1], -claimed[0]), -neutral
    if low > claimed[1]:
        return LARGER
    reaches, more_than_nothing = high >= claimed[0], low > neutral
    if more_than_nothing:
        return HOLDS if reaches else SMALLER
    return UNTESTABLE if reaches else FAILS


def check_claim(text, source, finding, claimed, neutral, found=None):
    """Judge a claim by its interval.

    Parameters: ``text``, ``source``, ``finding``, ``claimed``, ``neutral`` as for ClaimCheck; ``found`` (estimate, low,
    high), or None where nothing could be measured. Returns a ClaimCheck.
    """
    known = found is not None and bool(np.isfinite(np.asarray(found, dtype=float)).all())
    estimate, low, high = (float(value) for value in found) if known else (None, None, None)
    verdict = judge(low, high, claimed, neutral)
    return ClaimCheck(text, source, verdict, finding, tuple(claimed), neutral, estimate, low, high)


def check_share(text, source, measured, claimed, neutral, found=None):
    """Judge a claim about a share, and write its finding in per cent.

    Parameters: ``measured`` what the share is of, in words, or why it is not known; ``claimed`` and ``neutral`` shares
    from 0 to 1; ``found`` (share, low, high) or None. Returns a ClaimCheck.
    """
    check = check_claim(text, source, measured, claimed, neutral, found)
    if check.estimate is None:
        return check
    span = "–".join(f"{share * 100:.0f}" for share in dict.fromkeys(claimed))
    finding = (
        f"{measured} is {percent(check.estimate)} (95 % interval {percent(check.low)} to {percent(check.high)}); "
        f"the claim means {span} %, and nothing in it would be {percent(neutral)}"
    )
    return check_claim(text, source, finding, claimed, neutral, found)
