"""The verdict of an interval on a claim: one rule for all chapters.

The claims themselves stand in claims.csv, one a row:

- ``name`` what a cell calls it; ``chapter`` of the textbook;
- ``text`` the claim in one sentence; ``source`` authors, year, title as far as they could be looked up;
- ``standing`` "source" where the source says it, "often said" where it must not be printed as established;
- ``denominator`` who or what is counted; ``unit`` as in key_figures.csv (see `crmlib.records`);
- ``low``, ``high`` the range that the claim means, in that unit (shares as 0.8), empty where it is open at that end;
- ``neutral`` what one would find if there were nothing in the claim; "computed" where the data at hand decide it and it
  must lie below the range, "computed, either side" where it may also lie above;
- ``nothing`` the neutral value in words; ``caution`` what must be said beside it.
"""

VERDICTS = ("holds here", "smaller", "larger", "does not hold", "these data cannot tell")
HOLDS, SMALLER, LARGER, FAILS, CANNOT_TELL = VERDICTS


def judge(estimate, low, high, claimed, neutral):
    """The verdict of an estimate and its interval on a claim, as seen from the neutral value towards the claim.

    - larger: the whole interval lies beyond the range;
    - holds here: the estimate lies in the range, and the interval leaves out the neutral value;
    - smaller: the whole interval lies between the neutral value and the range;
    - does not hold: the interval holds the neutral value or lies on its other side, and stops short of the range;
    - these data cannot tell: all else. Weak data confirm nothing and refute nothing.

    Parameters: ``estimate``, ``low``, ``high`` finite numbers; ``claimed`` (lowest, highest), infinite where the claim
    is open; ``neutral`` what would be found if there were nothing in the claim, outside of that range (`records.claim`
    refuses any other); all in one unit; ends belong to the range and to the interval. Returns one of VERDICTS.
    """
    if claimed[1] < neutral:  # a claim of less than neutral is the mirror image of a claim of more
        estimate, low, high, neutral = -estimate, -high, -low, -neutral
        claimed = (-claimed[1], -claimed[0])
    if low > claimed[1]:
        return LARGER
    if low > neutral and claimed[0] <= estimate <= claimed[1]:
        return HOLDS
    if high < claimed[0]:
        return SMALLER if low > neutral else FAILS
    return CANNOT_TELL
