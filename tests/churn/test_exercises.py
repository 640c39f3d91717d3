"""Each exercise of chapter 10: every rule on the teaching company; right answers and mistakes apart on ten others."""

import matplotlib
import numpy as np
import pandas as pd
import pytest

import crmlib
from crmlib.churn import exercises
from crmlib.durations import survival
from tests import exercise_rules
from tests.odd_companies import SEEDS, folder_of

matplotlib.use("Agg")
EXERCISES = exercise_rules.exercises_of(exercises)
NAMES = {"crmlib": crmlib, "np": np, "pd": pd, "plt": matplotlib.pyplot}


@pytest.fixture(scope="module")
def db():
    return crmlib.open_database("datasets")


@pytest.mark.parametrize("exercise", EXERCISES, ids=lambda exercise: exercise.name)
def test_every_exercise_keeps_the_rules(exercise, db):
    exercise_rules.rules_of(exercise, db, **NAMES)


def test_the_library_gives_the_survival_that_students_multiply(db):
    boxes = db.only(customers="person").subscriptions
    months = (boxes["ended_on"].fillna(db.as_of) - boxes["started_on"]).dt.days / 30.5
    curve = survival(months, boxes["ended_on"].notna())
    by_library = curve.loc[curve["time"] <= 24, "survival"].iloc[-1]
    assert exercises.box_survival_24_months.worked(db) == pytest.approx(by_library)


@pytest.mark.slow
@pytest.mark.parametrize("seed", SEEDS)
def test_right_answers_and_mistakes_are_apart_on_other_companies(seed):
    exercise_rules.right_answers_and_mistakes_are_apart(EXERCISES, crmlib.open_database(folder_of(f"seed {seed}")))
