"""What every exercise of every chapter must do; the chapters' own tests say on which company."""

import numpy as np
import pandas as pd

from crmlib.old.exercises import Ids

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


def enough_and_found_by_name(exercises):
    every = exercises.desk.exercises
    assert len(every) >= 8 and len({exercise.name for exercise in every}) == len(every)
    for exercise in every:
        assert getattr(exercises, exercise.name) is exercise


def starts_unanswered(exercise):
    assert exercise.check(...).state == "not answered" and exercise.question


def worked_solution_is_right(exercise, **names):
    """Run the worked code as a student would, with the notebook's names."""
    exec(exercise.solution().code, names)
    result = exercise.check(names["answer"])
    assert result.state == "right", result.message
    assert result.message == exercise.feedback


def known_mistakes_are_diagnosed(exercise, db):
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


def nonsense_is_not_yet(exercise, answer):
    result = exercise.check(answer)
    if isinstance(exercise.kind, Ids) and not exercise.right_answer() and len(np.atleast_1d(answer)) == 0:
        return
    assert result.state == "not yet" and result.message


def hints_are_staged(exercise):
    assert len(exercise.hints) >= 2
    assert str(exercise.hint()) != str(exercise.hint())
    assert exercise.worked not in exercise.hints[0]
