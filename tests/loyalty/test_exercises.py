"""Your turn: every exercise keeps the rules of all chapters, on the teaching company."""

import matplotlib as mpl
import numpy as np
import pandas as pd
import pytest
import seaborn as sns

import crmlib
from crmlib import exercises, loyalty
from tests import exercise_rules

mpl.use("Agg")


@pytest.mark.parametrize("asked", exercise_rules.exercises_of(loyalty.exercises), ids=lambda made: made.name)
def test_exercise(asked, teaching):
    exercises.use(teaching)
    exercise_rules.rules_of(asked, teaching, crmlib=crmlib, loyalty=loyalty, np=np, pd=pd, sns=sns)


def test_at_most_four_are_long():
    made = exercise_rules.exercises_of(loyalty.exercises)
    assert len(made) == 11 and sum(exercise_rules.code_lines(one.worked) > 20 for one in made) <= 4
