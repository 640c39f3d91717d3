"""Kano's model 狩野模型: which features must be there, which add, which delight."""

import numpy as np
import pandas as pd

from crmlib.errors import DataFault
from crmlib.estimate import random_state
from crmlib.old.notices import hands_on_notices, reads
from crmlib.old.redrawn import redrawn

ANSWERS = ["like", "expect", "neutral", "tolerate", "dislike"]
# Functional answer in the row (the feature is there), dysfunctional in the column (it is not), both in ANSWERS' order.
EVALUATION = ("QAAAO", "RIIIM", "RIIIM", "RIIIM", "RRRRQ")
CATEGORIES = {
    # letter: (name, Chinese); the order is the tie rule: what would hurt most if missing comes first.
    "M": ("must-be", "必备属性"),
    "O": ("one-dimensional", "期望属性"),
    "A": ("attractive", "魅力属性"),
    "I": ("indifferent", "无差异属性"),
    "R": ("reverse", "反向属性"),
    "Q": ("questionable", "可疑结果"),
}
LETTERS = list(CATEGORIES)


def evaluation_table():
    """Kano's evaluation table: functional answer in the row, dysfunctional in the column, category letter in the cell.

    Source: Kano et al. 1984; Berger et al. 1993.
    """
    table = pd.DataFrame([list(row) for row in EVALUATION], index=ANSWERS, columns=ANSWERS)
    return table.rename_axis(index="functional", columns="dysfunctional")


def kano_category(functional, dysfunctional):
    """Category letter of each pair of answers (M, O, A, I, R or Q).

    Parameters: two Series of answers from like, expect, neutral, tolerate, dislike. Returns a Series, empty where one
    of the two is. Raises DataFault for any other answer.
    """
    for answers in (functional, dysfunctional):
        odd = answers.dropna()[~answers.dropna().isin(ANSWERS)]
        if len(odd):
            raise DataFault(f"{odd.iloc[0]!r} (row {odd.index[0]}) is none of the Kano answers {', '.join(ANSWERS)}.")
    rows = pd.Categorical(functional, ANSWERS).codes
    columns = pd.Categorical(dysfunctional, ANSWERS).codes
    letters = np.array([list(row) for row in EVALUATION])[rows, columns].astype(object)
    letters[(rows < 0) | (columns < 0)] = np.nan
    return pd.Series(letters, index=functional.index, name="category", dtype="object")


@reads("kano_survey")
def kano_table(kano_survey, confidence=0.95, resamples=1000, seed=1):
    """Every feature's counts, category, its certainty, strength and the two satisfaction coefficients.

    Category: the most frequent one; a tie is broken in the order must-be, one-dimensional, attractive, indifferent,
    reverse, questionable. better = (A + O) / (A + O + M + I): how much it pleases when there;
    worse = −(O + M) / (A + O + M + I): how much it displeases when missing.
    strength = share of the category − share of the next one; certainty = share of resampled surveys that give the same
    category; a feature is clear when certainty ≥ confidence.

    Parameters: ``kano_survey`` one row a respondent and feature (feature, functional, dysfunctional).
    Returns one row a feature: chinese, M, O, A, I, R, Q, respondents, category, name, tie, strength, certainty, clear,
    better, better_low, better_high, worse, worse_low, worse_high, importance (where asked).
    Source: Kano et al. 1984; Berger et al. 1993 (coefficients); Lee & Newcomb 1997 (strength).
    """
    answers = kano_survey.assign(category=kano_category(kano_survey["functional"], kano_survey["dysfunctional"]))
    answers = answers.dropna(subset=["category"])
    counts = pd.crosstab(answers["feature"], answers["category"]).reindex(columns=LETTERS, fill_value=0)
    generator = random_state(seed)
    rows = {name: _describe(row.to_numpy(), confidence, resamples, generator) for name, row in counts.iterrows()}
    table = counts.join(pd.DataFrame(rows).T.infer_objects()).rename_axis("feature")
    table.columns.name = None
    first = answers.groupby("feature").first()
    table.insert(0, "chinese", first.get("chinese_feature", ""))
    if "importance" in answers:
        table["importance"] = answers.astype({"importance": float}).groupby("feature")["importance"].mean()
    order = table["category"].map({letter: place for place, letter in enumerate(LETTERS)})
    return table.iloc[np.lexsort((-table["strength"].astype(float), order))]


@reads("kano_survey")
def kano_by_group(kano_survey, groups, **options):
    """Kano's table for each group of customers, and whether the groups see a feature alike.

    Parameters: ``groups`` Series customer_id → group, e.g. the grade; options as in ``kano_table``.
    Returns the tables one below the other with a column ``group``; features × groups as in the data.
    """
    label = kano_survey["customer_id"].map(groups)
    parts = [
        kano_table(part, **options).reset_index().assign(group=name)
        for name, part in kano_survey.groupby(label, observed=True)
    ]
    return pd.concat(parts, ignore_index=True)


@hands_on_notices
def differing_features(by_group):
    """Features that different groups put, each clearly, into different categories.

    Parameters: ``by_group`` from ``kano_by_group``. Returns rows feature, group, category, name, certainty.
    """
    clear = by_group[by_group["clear"].astype(bool)]
    kinds = clear.groupby("feature")["category"].nunique()
    rows = clear[clear["feature"].isin(kinds.index[kinds > 1])]
    return rows[["feature", "group", "category", "name", "certainty"]].sort_values(
        ["feature", "group"], ignore_index=True
    )


def winner(counts):
    """Most frequent category of counts in LETTERS' order (last dimension); the first of equals wins."""
    return np.asarray(counts).argmax(axis=-1)


def coefficients(counts):
    """better = (A + O)/(A + O + M + I) and worse = −(O + M)/(A + O + M + I); NaN when all four are 0."""
    must, one, attractive, indifferent = np.moveaxis(np.asarray(counts, dtype=float)[..., :4], -1, 0)
    total = must + one + attractive + indifferent
    total = np.where(total > 0, total, np.nan)
    return (attractive + one) / total, -(one + must) / total


def _describe(counts, confidence, resamples, generator):
    total, place = counts.sum(), int(winner(counts))
    drawn = redrawn(generator, counts, resamples)
    better, worse = coefficients(counts)
    drawn_better, drawn_worse = coefficients(drawn)
    tails = [(1 - confidence) * 50, (1 + confidence) * 50]
    ordered = np.sort(counts)
    certainty = float((winner(drawn) == place).mean())
    result = {
        "respondents": int(total),
        "category": LETTERS[place],
        "name": CATEGORIES[LETTERS[place]][0],
        "tie": bool(ordered[-1] == ordered[-2]),
        "strength": float((ordered[-1] - ordered[-2]) / total),
        "certainty": certainty,
        "clear": certainty >= confidence,
    }
    for name, value, draws in (("better", better, drawn_better), ("worse", worse, drawn_worse)):
        low, high = np.nanpercentile(draws, tails) if np.isfinite(draws).any() else (np.nan, np.nan)
        result |= {name: float(value), f"{name}_low": float(low), f"{name}_high": float(high)}
    return result
