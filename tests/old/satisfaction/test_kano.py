import numpy as np
import pandas as pd
import pytest

from crmlib.errors import DataFault
from crmlib.old.satisfaction.kano import (
    ANSWERS,
    coefficients,
    differing_features,
    evaluation_table,
    kano_by_group,
    kano_category,
    kano_table,
    winner,
)

PAIRS = {"M": ("expect", "dislike"), "O": ("like", "dislike"), "A": ("like", "neutral"), "I": ("neutral", "neutral")}


def kano_survey(counts, feature="delivery"):
    rows = [(feature, *PAIRS[letter]) for letter, count in counts.items() for _ in range(count)]
    table = pd.DataFrame(rows, columns=["feature", "functional", "dysfunctional"])
    return table.assign(customer_id=[f"C{i}" for i in range(len(table))])


def test_the_published_table():
    assert ["".join(row) for row in evaluation_table().to_numpy()] == ["QAAAO", "RIIIM", "RIIIM", "RIIIM", "RRRRQ"]
    assert evaluation_table().loc["like", "dislike"] == "O"
    assert evaluation_table().loc["dislike", "like"] == "R"


def test_each_pair_gets_its_cell():
    table = evaluation_table()
    pairs = pd.DataFrame([(f, d) for f in ANSWERS for d in ANSWERS], columns=["f", "d"])
    categories = kano_category(pairs["f"], pairs["d"])
    assert list(categories) == [table.loc[f, d] for f, d in pairs.to_numpy()]


def test_gaps_stay_gaps_and_other_answers_are_refused():
    assert kano_category(pd.Series(["like", None]), pd.Series([None, "like"])).isna().all()
    with pytest.raises(DataFault, match=r"'love' .* none of the Kano answers"):
        kano_category(pd.Series(["love"]), pd.Series(["like"]))


def test_counts_coefficients_and_strength_by_hand():
    row = kano_table(kano_survey({"M": 20, "O": 50, "A": 20, "I": 10})).loc["delivery"]
    assert [row[letter] for letter in "MOAIRQ"] == [20, 50, 20, 10, 0, 0]
    assert row["category"] == "O"
    assert row["better"] == pytest.approx(0.7)
    assert row["worse"] == pytest.approx(-0.7)
    assert row["strength"] == pytest.approx(0.3)
    assert row["clear"]
    assert row["better_low"] < 0.7 < row["better_high"]


def test_ties_go_to_what_hurts_most_when_missing():
    row = kano_table(kano_survey({"I": 30, "A": 30, "O": 30, "M": 30})).loc["delivery"]
    assert row["category"] == "M"
    assert row["tie"]
    assert row["strength"] == 0
    assert not row["clear"]
    assert list(winner([[0, 2, 2, 1, 0, 0], [1, 0, 0, 1, 1, 1]])) == [1, 0]


def test_certainty_is_the_chance_that_another_survey_agrees():
    share = np.array([0.30, 0.35, 0.20, 0.15])
    generator = np.random.default_rng(1)
    agree = (generator.multinomial(120, share, 4000).argmax(axis=1) == 1).mean()
    counts = dict(zip("MOAI", (np.round(share * 120)).astype(int), strict=True))
    row = kano_table(kano_survey(counts), resamples=4000).loc["delivery"]
    assert row["certainty"] == pytest.approx(agree, abs=0.05)


def test_no_usable_answers_give_no_coefficient():
    better, worse = coefficients([0, 0, 0, 0, 5, 5])
    assert np.isnan(better)
    assert np.isnan(worse)


def test_groups_that_see_a_feature_differently_are_named():
    survey = pd.concat([kano_survey({"M": 90, "I": 10}), kano_survey({"A": 90, "I": 10})], ignore_index=True)
    survey["customer_id"] = [f"C{i}" for i in range(200)]
    groups = pd.Series(["key"] * 100 + ["small"] * 100, survey["customer_id"])
    table = kano_by_group(survey, groups)
    found = differing_features(table)
    assert list(found["group"]) == ["key", "small"]
    assert list(found["category"]) == ["M", "A"]
    assert differing_features(table[table["group"] == "key"]).empty
