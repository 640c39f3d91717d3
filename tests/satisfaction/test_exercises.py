"""Every exercise of the chapter: its solution, its known mistakes, and answers that are none."""

import numpy as np
import pandas as pd
import pytest

import crmlib
from crmlib import satisfaction
from crmlib.exercises import Ids
from crmlib.figures import Notice
from crmlib.satisfaction import exercises

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


@pytest.fixture(scope="module")
def teaching_company():
    return crmlib.open_database(crmlib.default_data())


@pytest.fixture(autouse=True)
def bound(teaching_company):
    exercises.use(teaching_company)
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
def test_the_worked_solution_runs_and_is_right(exercise, teaching_company):
    names = {"db": teaching_company, "satisfaction": satisfaction}
    exec(exercise.solution().code, names)
    result = exercise.check(names["answer"])
    assert result.state == "right", result.message
    assert result.message == exercise.feedback


@pytest.mark.parametrize("exercise", ALL, ids=NAMES)
def test_known_mistakes_are_diagnosed(exercise, teaching_company):
    assert len(exercise.mistakes) >= 2
    right, told = exercise.right_answer(), 0
    for mistake in exercise.mistakes:
        wrong = mistake.answer(teaching_company)
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
def test_another_company_has_another_answer_or_one_sentence(exercise, db):
    first = exercise.right_answer()
    exercises.use(db)
    second = exercise.right_answer()
    if isinstance(second, Notice):
        assert exercise.check(0.5).state == "cannot be asked"
        return
    names = {"db": db, "satisfaction": satisfaction}
    exec(exercise.solution().code, names)
    assert exercise.check(names["answer"]).state == "right"
    assert not exercise.kind.same(exercise.kind.read(first), second)


@pytest.mark.parametrize("exercise", ALL, ids=NAMES)
def test_without_the_table_it_cannot_be_asked(exercise, db):
    exercises.use(db.without("survey", "service_ratings", "kano_survey", "orders"))
    assert exercise.check(0.5).state == "cannot be asked"
    assert "no table" in exercise.check(0.5).message
