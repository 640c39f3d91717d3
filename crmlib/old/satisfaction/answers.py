"""Survey answers before any model: which columns belong together, are they usable, and what about the gaps?"""

import re

import numpy as np
import pandas as pd

from crmlib.errors import DataFault

FEWEST_RESPONDENTS = 30
MISSING = ("within_construct", "complete")


def items_by_construct(survey, constructs, items=None):
    """The columns of each construct: those given, or else all named ``<construct>_<number>``.

    Parameters: ``survey`` one row a respondent; ``constructs`` names; ``items`` construct → list of columns.
    Returns a dict construct → columns. Raises DataFault naming the construct without columns.
    """
    blocks = {}
    for construct in constructs:
        if items is not None:
            columns = list(items.get(construct, []))
        else:
            columns = [column for column in survey.columns if re.fullmatch(rf"{construct}_\d+", str(column))]
        absent = [column for column in columns if column not in survey.columns]
        if absent or not columns:
            looked_for = ", ".join(absent) if absent else f"columns named {construct}_1, {construct}_2 …"
            raise DataFault(
                f"The survey has no {looked_for} for the construct {construct!r}; name its columns in a mapping file."
            )
        blocks[construct] = columns
    return blocks


def check_answers(survey, blocks, scale):
    """All faults of a survey at once, one sentence each.

    Looks for: columns that are not numbers, answers off the scale, a scale that is evidently another one, items to
    which all gave the same answer, constructs that nobody answered, too few respondents.

    Parameters: ``blocks`` construct → columns; ``scale`` lowest and highest possible answer.
    Returns a list of sentences, empty when all is well.
    """
    faults = []
    low, high = scale
    usable = {}
    for construct, columns in blocks.items():
        numbers = {column: pd.to_numeric(survey[column], errors="coerce").astype(float) for column in columns}
        faults += _not_numbers(survey, numbers)
        if all(values.isna().all() for values in numbers.values()):
            faults.append(f"Nobody answered any item of {construct!r} ({', '.join(columns)}): leave the construct out.")
        else:
            usable |= numbers
    for column, values in usable.items():
        off = values[(values < low) | (values > high)]
        if len(off):
            faults.append(
                f"{column}: {len(off)} answers off the scale {low}–{high}, e.g. {off.iloc[0]:g} "
                f"(row {off.index[0]}). Correct them, leave them empty, or state the right scale."
            )
        elif values.isna().all():
            faults.append(f"{column}: no answers. Leave the item out of the mapping.")
        elif values.nunique() < 2:
            faults.append(f"{column}: all answers are {values.dropna().iloc[0]:g}. Leave the item out.")
    return faults + _another_scale(usable, scale) + _too_few(usable, blocks)


def complete_answers(survey, blocks, scale, missing="within_construct", respondent_weights=None):
    """Answers without gaps, and an account of what was filled or left out.

    "within_construct": a gap gets the respondent's mean standing (in deviations) on the other items of the construct,
    put back on the item's own mean and deviation; who answered no item of a construct is left out.
    "complete": who left any gap is left out.

    Parameters: ``survey`` one row a respondent; ``blocks`` construct → columns; ``scale`` (lowest, highest answer);
    ``respondent_weights`` one positive number a respondent.
    Returns (answers, weights, report): report counts respondents, left_out, filled answers and filled_share.
    Raises DataFault with all faults found.
    """
    if missing not in MISSING:
        raise ValueError(f"missing is one of {', '.join(MISSING)}, not {missing!r}")
    faults = check_answers(survey, blocks, scale)
    if faults:
        raise DataFault(" ".join(faults))
    columns = [column for block in blocks.values() for column in block]
    answers = survey[columns].astype(float)
    gaps = answers.isna()
    if missing == "complete":
        keep = ~gaps.any(axis=1)
    else:
        keep = ~pd.concat([gaps[block].all(axis=1) for block in blocks.values()], axis=1).any(axis=1)
        answers = _fill_within(answers, blocks)
    kept = answers[keep]
    if len(kept) < FEWEST_RESPONDENTS:
        raise DataFault(f"Only {len(kept)} respondents are left after those with gaps are taken out.")
    filled = int(gaps[keep].to_numpy().sum())
    report = {
        "method": missing,
        "respondents": len(kept),
        "left_out": int((~keep).sum()),
        "filled": filled,
        "filled_share": filled / kept.size,
    }
    return kept, _weights_of(kept, survey, keep, respondent_weights), report


def _fill_within(answers, blocks):
    standing = (answers - answers.mean()) / answers.std(ddof=0)
    filled = answers.copy()
    for block in blocks.values():
        own = standing[block].mean(axis=1)
        for column in block:
            filled[column] = answers[column].fillna(answers[column].mean() + own * answers[column].std(ddof=0))
    return filled


def _weights_of(kept, survey, keep, respondent_weights):
    if respondent_weights is None:
        return np.ones(len(kept))
    weights = np.asarray(respondent_weights, dtype=float)
    if weights.shape != (len(survey),) or not np.isfinite(weights).all() or (weights < 0).any():
        raise DataFault(f"respondent_weights must be {len(survey)} numbers, none negative or missing.")
    return weights[keep.to_numpy()]


def _not_numbers(survey, numbers):
    faults = []
    for column, values in numbers.items():
        odd = survey[column][values.isna() & survey[column].notna()]
        if len(odd):
            faults.append(f"{column}: {odd.iloc[0]!r} (row {odd.index[0]}) is not a number; code the answers first.")
    return faults


def _another_scale(usable, scale):
    """Nobody above half of the scale on any item: almost surely a shorter scale was used."""
    low, high = scale
    if not usable:
        return []
    highest = max(values.max() for values in usable.values())
    if high - low >= 6 and highest <= low + (high - low) / 2:
        return [
            f"No answer to any item is above {highest:g} although the scale is said to be {low}–{high}: "
            f"if the questions used another scale, state it, e.g. scale=({low}, {highest:g})."
        ]
    return []


def _too_few(usable, blocks):
    if not usable:
        return []
    respondents = int(pd.DataFrame(usable).notna().any(axis=1).sum())
    needed = max(FEWEST_RESPONDENTS, len(usable) + 1)
    if respondents < needed:
        return [
            f"{respondents} respondents are too few for {len(usable)} items in {len(blocks)} constructs: "
            f"at least {needed} are needed to compute anything, some hundreds to trust it."
        ]
    return []
