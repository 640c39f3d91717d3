"""Your turn: every exercise keeps the rules of all chapters, on the teaching company."""

import matplotlib as mpl
import numpy as np
import pandas as pd
import pytest
import seaborn as sns

import crmlib
from crmlib import exercises, loyalty
from tests import exercise_rules
from tests.odd_companies import SEEDS, folder_of

mpl.use("Agg")
ALL = exercise_rules.exercises_of(loyalty.exercises)


@pytest.mark.parametrize("asked", ALL, ids=lambda made: made.name)
def test_exercise(asked, teaching):
    exercises.use(teaching)
    exercise_rules.rules_of(asked, teaching, crmlib=crmlib, loyalty=loyalty, np=np, pd=pd, sns=sns)


def test_at_most_four_are_long():
    assert len(ALL) == 11 and sum(exercise_rules.code_lines(one.worked) > 20 for one in ALL) <= 4


@pytest.mark.slow
@pytest.mark.parametrize("seed", SEEDS)
def test_right_answers_and_mistakes_are_apart_on_other_companies(seed):
    exercise_rules.right_answers_and_mistakes_are_apart(ALL, crmlib.open_database(folder_of(f"seed {seed}")))
