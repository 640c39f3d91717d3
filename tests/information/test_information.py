"""What else the chapter calls or shows: expected change, ageing, rules, pseudonyms, exercises."""

import hashlib
import hmac
from itertools import permutations

import numpy as np
import pandas as pd
import pytest
import seaborn as sns
from matplotlib import pyplot as plt
from mlxtend.frequent_patterns import association_rules, fpgrowth

import crmlib
from crmlib import information
from tests import exercise_rules
from tests.odd_companies import folder_of


@pytest.fixture(scope="module")
def db():
    return crmlib.open_database(crmlib.default_data())


EXERCISES = exercise_rules.exercises_of(information.exercises)


@pytest.mark.parametrize("exercise", EXERCISES, ids=lambda exercise: exercise.name)
def test_exercises(exercise, db):
    names = {"crmlib": crmlib, "information": information, "np": np, "pd": pd, "sns": sns, "plt": plt}
    exercise_rules.rules_of(exercise, db, last=db.as_of.year, **names)


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(1, 11))
def test_right_answers_lie_inside_and_mistakes_apart(seed):
    other = crmlib.open_database(folder_of(f"seed {seed}"))
    for exercise in EXERCISES:
        exercise_rules.known_mistakes_are_diagnosed(exercise, other)
        answer = exercise.worked(other)
        if isinstance(answer, float) and exercise.name in ("sms_but_no_email", "weekend_revenue"):
            assert 0.02 < answer < 0.98, exercise.name
    plt.close("all")


def test_ageing_agrees_with_the_truth(db):
    history = db.profile_history.sort_values(["customer_id", "field", "recorded_on"])
    first = history.groupby(["customer_id", "field"])[["recorded_on", "value"]].shift()
    years = (history["recorded_on"] - first["recorded_on"]).dt.days / 365.25
    twice = history.assign(years=years, changed=history["value"] != first["value"]).query("years > 0")
    truth = pd.read_csv(crmlib.default_data() / "truth" / "ageing.csv").set_index("field")["changes_a_year"]
    holds = []
    for field, rate in truth.items():
        value, low, high = information.rate_of_change(twice[twice["field"] == field])
        holds.append(low <= rate <= high and low < value < high)
    assert sum(holds) >= len(holds) - 1


BASKETS = pd.DataFrame(
    {"a": [1, 1, 1, 1, 0, 0, 0, 0], "b": [1, 1, 1, 0, 1, 0, 0, 0], "c": [0, 1, 0, 1, 0, 1, 0, 1]}, dtype=bool
)


def rules_by_hand(table, support, lift):
    """All rules A → B from their definition; a threshold is reached, not only passed."""
    found = {}
    for a, b in permutations(table, 2):
        both = (table[a] & table[b]).mean()
        strength = both / (table[a].mean() * table[b].mean())
        if both >= support and strength >= lift - 1e-12:
            found[a, b] = both, both / table[a].mean(), strength
    return found


@pytest.mark.parametrize("support", [0.1, 0.25, 0.375])
def test_rules_are_those_of_the_definition(support):
    """Also where a rule lies on the threshold: a and c have a lift of exactly 1, a and b a support of exactly 3/8."""
    frequent = fpgrowth(BASKETS, min_support=support, use_colnames=True, max_len=2)
    found = association_rules(frequent, metric="lift", min_threshold=1)
    ours = {
        (min(row.antecedents), min(row.consequents)): (row.support, row.confidence, row.lift)
        for row in found.itertuples()
    }
    by_hand = rules_by_hand(BASKETS, support, 1)
    assert set(ours) == set(by_hand)
    for rule, figures in by_hand.items():
        assert ours[rule] == pytest.approx(figures)


def test_hmac_is_that_of_rfc_4231():
    """Test case 2 of RFC 4231."""
    found = hmac.new(b"Jefe", b"what do ya want for nothing?", hashlib.sha256).hexdigest()
    assert found == "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"
