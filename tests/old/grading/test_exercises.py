"""Every exercise of the chapter: its solution, its known mistakes, and answers that are none."""

import pytest

from crmlib.old import grading
from crmlib.old.exercises import Choice, Ids, Number, Values
from crmlib.old.figures import Notice
from crmlib.old.grading import exercises
from tests.old import exercise_rules

ALL = exercises.desk.exercises
NAMES = [exercise.name for exercise in ALL]


@pytest.fixture(autouse=True)
def bound(db):
    exercises.use(db)
    yield
    exercises.use(None)


def test_there_are_enough_and_the_notebook_finds_them_by_name():
    exercise_rules.enough_and_found_by_name(exercises)


@pytest.mark.parametrize("exercise", ALL, ids=NAMES)
def test_unanswered(exercise):
    exercise_rules.starts_unanswered(exercise)


@pytest.mark.parametrize("exercise", ALL, ids=NAMES)
def test_the_worked_solution_runs_and_is_right(exercise, db):
    exercise_rules.worked_solution_is_right(exercise, db=db, grading=grading)


@pytest.mark.parametrize("exercise", ALL, ids=NAMES)
def test_known_mistakes_are_diagnosed(exercise, db):
    exercise_rules.known_mistakes_are_diagnosed(exercise, db)


@pytest.mark.parametrize("exercise", ALL, ids=NAMES)
@pytest.mark.parametrize("answer", exercise_rules.NONSENSE, ids=lambda answer: type(answer).__name__)
def test_nonsense_is_not_yet_and_never_a_traceback(exercise, answer):
    exercise_rules.nonsense_is_not_yet(exercise, answer)


@pytest.mark.parametrize("exercise", ALL, ids=NAMES)
def test_hints_are_staged_and_do_not_begin_with_the_answer(exercise):
    exercise_rules.hints_are_staged(exercise)


@pytest.mark.parametrize("exercise", ALL, ids=NAMES)
def test_another_company_has_another_answer_or_one_sentence(exercise, db, orders_only):
    first = exercise.right_answer()
    exercises.use(orders_only)
    second = exercise.right_answer()
    if isinstance(second, Notice):
        assert exercise.check(0.5).state == "cannot be asked"
        return
    exercise_rules.worked_solution_is_right(exercise, db=orders_only, grading=grading)
    if isinstance(exercise.kind, Number):
        assert first != second
    elif isinstance(exercise.kind, Values):
        assert len(first) != len(second)
    else:
        assert first != second or isinstance(exercise.kind, Choice | Ids)
