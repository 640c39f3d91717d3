"""Each exercise of chapter 8: every rule on the teaching company; right answers and mistakes apart on ten others."""

import matplotlib
import numpy as np
import pandas as pd
import pytest
import seaborn as sns

import crmlib
from crmlib import satisfaction
from crmlib.satisfaction import exercises
from tests import exercise_rules
from tests.odd_companies import SEEDS, folder_of

matplotlib.use("Agg")
EXERCISES = exercise_rules.exercises_of(exercises)
NAMES = {"crmlib": crmlib, "satisfaction": satisfaction, "index": exercises.index, "constructs": exercises.constructs}
NAMES |= {"np": np, "pd": pd, "sns": sns, "plt": matplotlib.pyplot}


@pytest.fixture(scope="module")
def db():
    return crmlib.open_database("datasets")


@pytest.mark.parametrize("exercise", EXERCISES, ids=lambda exercise: exercise.name)
def test_every_exercise_keeps_the_rules(exercise, db):
    exercise_rules.rules_of(exercise, db, **NAMES)
    exercise_rules.as_printed(exercise, db)


def test_the_exercises_stand_in_the_notebooks_order_and_half_ask_for_work():
    assert 8 <= len(EXERCISES) <= 12
    assert sum(exercise.worked.__doc__ is not None for exercise in EXERCISES) == len(EXERCISES)
    long = [e.name for e in EXERCISES if len(e.solution().text.splitlines()) > 3]
    assert len(long) >= len(EXERCISES) / 2
    assert sum("Drawing" in type(e.kind).__name__ for e in EXERCISES) >= 1


@pytest.mark.slow
@pytest.mark.parametrize("seed", SEEDS)
def test_right_answers_and_mistakes_are_told_apart_on_other_companies(seed):
    db = crmlib.open_database(folder_of(f"seed {seed}"))
    for exercise in EXERCISES:
        exercise_rules.as_printed(exercise, db)
        exercise_rules.known_mistakes_are_diagnosed(exercise, db)
        right = exercise.kind.read(exercise.worked(db)) if exercise.kind.__class__.__name__ == "Share" else 0.5
        assert 0.02 < right < 0.98, f"{exercise.name}: {right}"
