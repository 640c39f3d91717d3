"""Each exercise of chapter 8: every rule on the teaching company; inside its range and apart from mistakes elsewhere."""

import math

import matplotlib
import numpy as np
import pandas as pd
import pytest
import seaborn as sns

import crmlib
from crmlib import satisfaction
from crmlib.exercises import Drawing
from crmlib.satisfaction import exercises
from tests import exercise_rules

matplotlib.use("Agg")
EXERCISES = exercise_rules.exercises_of(exercises)
NAMES = {
    "crmlib": crmlib,
    "satisfaction": satisfaction,
    "np": np,
    "pd": pd,
    "sns": sns,
    "plt": matplotlib.pyplot,
    "index": exercises.index,
}


@pytest.fixture(scope="module")
def db():
    return crmlib.open_database("datasets")


@pytest.mark.parametrize("exercise", EXERCISES, ids=lambda exercise: exercise.name)
def test_every_exercise_keeps_the_rules(exercise, db):
    exercise_rules.rules_of(exercise, db, **NAMES)
