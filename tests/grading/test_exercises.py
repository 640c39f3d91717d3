"""Every exercise of the chapter: its solution, its known mistakes, and answers that are none."""

import numpy as np
import pandas as pd
import pytest

from crmlib import grading
from crmlib.exercises import Choice, Ids, Number, Values
from crmlib.figures import Notice
from crmlib.grading import exercises

ALL = exercises.desk.exercises
NAMES = [exercise.name for exercise in ALL]
NONSENSE = [
    None,
    np.nan,
    float("inf"),
    "a text",
    [],
    {},
    pd.DataFrame(),
    pd.Series(dtype=float),
    pd.Series([np.nan]),
    object(),
    True,
    -1.2345,
    lambda: 1,
    np.zeros((2, 2)),
]


@pytest.fixture(autouse=True)
def bound(db):
    exercises.use(db)
    yield
    exercises.use(None)


def test_there_are_enough_and_the_notebook_finds_them_by_name():
    assert len(ALL) >= 8 and len(set(NAMES)) == len(NAMES)
    for exercise in ALL:
        assert getattr(exercises, exercise.name) is exercise


@pytest.mark.parametrize("exercise", ALL, ids=NAMES)
def test_unanswered(exercise):
    assert exercise.check(...).state == "not answered" and exercise.question


@pytest.mark.parametrize("exercise", ALL, ids=NAMES)
def test_the_worked_solution_runs_and_is_right(exercise, db):
    names = {"db": db, "grading": grading}
    exec(exercise.solution().code, names)
    result = exercise.check(names["answer"])
    assert result.state == "right", result.message
    assert result.message == exercise.feedback


@pytest.mark.parametrize("exercise", ALL, ids=NAMES)
def test_known_mistakes_are_diagnosed(exercise, db):
    assert len(exercise.mistakes) >= 2
    right, told = exercise.right_answer(), 0
    for mistake in exercise.mistakes:
        wrong = mistake.answer(db)
        if exercise.kind.same(exercise.kind.read(wrong), right):
            continue
        result = exercise.check(wrong)
        assert result.state == "not yet"
        assert result.message in {other.says for other in exercise.mistakes}
        told += result.message == mistake.says
    assert told >= 2, "too few of the mistakes show in the test company"


@pytest.mark.parametrize("exercise", ALL, ids=NAMES)
@pytest.mark.parametrize("answer", NONSENSE, ids=lambda answer: type(answer).__name__)
def test_nonsense_is_not_yet_and_never_a_traceback(exercise, answer):
    result = exercise.check(answer)
    if isinstance(exercise.kind, Ids) and not exercise.right_answer() and len(np.atleast_1d(answer)) == 0:
        return
    assert result.state == "not yet" and result.message


@pytest.mark.parametrize("exercise", ALL, ids=NAMES)
def test_hints_are_staged_and_do_not_begin_with_the_answer(exercise):
    assert len(exercise.hints) >= 2
    assert str(exercise.hint()) != str(exercise.hint())
    assert exercise.worked not in exercise.hints[0]


@pytest.mark.parametrize("exercise", ALL, ids=NAMES)
def test_another_company_has_another_answer_or_one_sentence(exercise, db, orders_only):
    first = exercise.right_answer()
    exercises.use(orders_only)
    second = exercise.right_answer()
    if isinstance(second, Notice):
        assert exercise.check(0.5).state == "cannot be asked"
        return
    names = {"db": orders_only, "grading": grading}
    exec(exercise.solution().code, names)
    assert exercise.check(names["answer"]).state == "right"
    if isinstance(exercise.kind, Number):
        assert first != second
    elif isinstance(exercise.kind, Values):
        assert len(first) != len(second)
    else:
        assert first != second or isinstance(exercise.kind, Choice | Ids)
