import numpy as np
import pandas as pd
import pytest

import crmlib
from crmlib import communication
from crmlib.communication import exercises
from tests.exercise_rules import code_lines, exercises_of, right_answers_and_mistakes_are_apart, rules_of
from tests.odd_companies import SEEDS, folder_of

ALL = exercises_of(exercises)
NAMES = {"crmlib": crmlib, "communication": communication, "np": np, "pd": pd}


@pytest.fixture(scope="module")
def db():
    return crmlib.open_database(crmlib.default_data(), "last")


@pytest.mark.parametrize("asked", ALL, ids=lambda asked: asked.name)
def test_exercise_keeps_the_rules(asked, db):
    rules_of(asked, db, **NAMES)


def test_half_of_the_exercises_ask_for_three_lines_or_more():
    assert len(ALL) == 10
    assert sum(len(asked.solution().text.splitlines()) >= 3 for asked in ALL) >= 5
    assert sum(code_lines(asked.worked) > 20 for asked in ALL) <= 4


@pytest.mark.parametrize("asked", ALL, ids=lambda asked: asked.name)
def test_right_answers_lie_strictly_inside_their_range(asked, db):
    right = asked.worked(db)
    if isinstance(right, int | float | np.number):
        assert right != 0 and abs(right) != 1


@pytest.mark.slow
@pytest.mark.parametrize("seed", SEEDS)
def test_right_answers_and_mistakes_are_apart_on_other_companies(seed):
    right_answers_and_mistakes_are_apart(ALL, crmlib.open_database(folder_of(f"seed {seed}")))
