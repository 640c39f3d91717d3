"""What every exercise of every chapter must do; the chapters' own tests say on which company."""

import ast
import inspect
import io
import textwrap
import tokenize
from decimal import Decimal

import numpy as np
import pandas as pd
from matplotlib import pyplot

from crmlib.answers import Ids, Share
from crmlib.exercises import Exercise

NONSENSE = [
    None,
    True,
    np.nan,
    float("inf"),
    pd.NA,
    np.ma.masked,
    np.timedelta64(5, "D"),
    10**400,
    1.2 + 3j,
    Decimal("NaN"),
    -1.2345e-7,
    "a text",
    "<b>",
    [],
    [[1], [2, 3]],
    {},
    {"a": 1},
    {1.5, "a"},
    object(),
    len,
    lambda: 1,
    pd.DataFrame,
    np.zeros((2, 2)),
    np.array(-98765.25),
    pd.DataFrame(),
    pd.DataFrame({"x": ["y", None]}),
    pd.DataFrame([[1, 2]], columns=["x", "x"]),
    pd.Series(dtype=float),
    pd.Series([np.nan]),
    pd.Series([1.5, 2.5], index=pd.MultiIndex.from_tuples([("a", 1), ("b", 2)])),
    pd.Series(["a", pd.NA], index=["p", "p"]),
    pd.array(["C00001", pd.NA]),
]


def exercises_of(room_exercises):
    """The exercises of a room's module, in the notebook's order."""
    return [made for made in vars(room_exercises).values() if isinstance(made, Exercise)]


def rules_of(exercise, db, **names):
    """Hold one exercise to every rule, on one company. `names` are what its notebook has imported."""
    reads_well(exercise)
    starts_unanswered(exercise, db)
    worked_solution_is_right(exercise, db, **names)
    known_mistakes_are_diagnosed(exercise, db)
    for answer in NONSENSE:
        nonsense_is_not_yet(exercise, answer, db)


def reads_well(exercise):
    assert exercise.question.endswith("?"), f"{exercise.name}: the docstring is the question"
    assert len(exercise.hints) >= 1 and exercise.right.endswith(".")
    assert all(says.endswith((".", "?", "!")) for says in exercise.mistakes)
    assert code_lines(exercise.worked) <= (40 if len(exercise.mistakes) >= 3 else 20)
    function = ast.parse(textwrap.dedent(inspect.getsource(exercise.worked))).body[0]
    returns = [node for node in ast.walk(function) if isinstance(node, ast.Return)]
    assert returns == [function.body[-1]], f"{exercise.name}: the worked function ends in its only return"


def code_lines(function):
    """Lines of a function with its decorator, without blank lines, comments and docstring."""
    source = textwrap.dedent(inspect.getsource(function))
    question = ast.parse(source).body[0].body[0]
    quiet = (tokenize.COMMENT, tokenize.NL, tokenize.NEWLINE, tokenize.INDENT, tokenize.DEDENT, tokenize.ENDMARKER)
    tokens = [token for token in tokenize.generate_tokens(io.StringIO(source).readline) if token.type not in quiet]
    lines = {line for token in tokens for line in range(token.start[0], token.end[0] + 1)}
    return len(lines - set(range(question.lineno, question.end_lineno + 1)))


def starts_unanswered(exercise, db):
    assert exercise.judge(..., db).state == "not answered"


def worked_solution_is_right(exercise, db, **names):
    """Run the shown code as a student would, with the notebook's names; a drawing on a figure that stays as it is."""
    pyplot.close("all")
    names = {"db": db, **names}
    exec(exercise.solution().text, names)
    figures = pyplot.get_fignums()
    result = exercise.judge(names["answer"], db)
    assert (result.state, result.message) == ("right", exercise.right), f"{exercise.name}: {result.message}"
    assert pyplot.get_fignums() == figures, f"{exercise.name}: the check leaves a figure open"
    pyplot.close("all")


def known_mistakes_are_diagnosed(exercise, db):
    for says, mistake in exercise.mistakes.items():
        pyplot.close("all")
        result = exercise.judge(mistake(db), db)
        assert (result.state, result.message) == ("not yet", says), f"{exercise.name}: {result.message!r} for {says!r}"
    pyplot.close("all")


def as_printed(exercise, db):
    """0.27 is right where the notebook prints 0.27, whatever mistake lies near."""
    if step := getattr(exercise.kind, "precision", None):
        right = exercise.worked(db)
        printed = (right / step).round() * step if isinstance(right, pd.Series) else round(float(right) / step) * step
        result = exercise.judge(printed, db)
        assert result, f"{exercise.name}: {printed} for {right}: {result.message}"


def right_answers_and_mistakes_are_apart(exercises, db):
    """Every mistake can be made on this company and is further from the right answer than a reader can see."""
    for exercise in exercises:
        right, mistakes = exercise._expected(db)
        assert len(mistakes) == len(exercise.mistakes), exercise.name
        as_printed(exercise, db)
        for says, mistake in mistakes.items():
            assert exercise.kind.distance(mistake, right) > 1, f"{exercise.name}: {says}"
        if isinstance(exercise.kind, Share):
            assert 0.02 < right < 0.98, exercise.name


def nonsense_is_not_yet(exercise, answer, db):
    result = exercise.judge(answer, db)
    if isinstance(exercise.kind, Ids) and isinstance(answer, list) and not answer and result:
        return  # where nobody is asked for, nobody is right
    assert result.state == "not yet", f"{exercise.name} takes {answer!r} for right"
    assert result.message.endswith(".") and "\n" not in result.message and len(result.message) > 20
