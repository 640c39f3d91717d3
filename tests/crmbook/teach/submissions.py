"""Submissions with known truth: small notebooks of chapter 7's opening and four of its exercises."""

import nbformat
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

import crmlib
from crmbook.teach import editions
from crmlib.own_figure import own_figure

FOUR = ("cards_for_new", "answers_to_accounts", "adopted_by_topic", "more_unsubscribed")
IMPORTS = (
    "import matplotlib.pyplot as plt\nimport numpy as np\nimport pandas as pd\nimport seaborn as sns\n\nimport crmlib\n"
)
OPENING = "from crmlib import communication\n\ndb = crmlib.open_database(data, as_of)\ncommunication.begin(db)"
RIGHT, NOT_YET, UNANSWERED, NOTHING = "right", "not yet", "not answered", "no answer"


def right(name):
    return editions.solution(name)


def mistaken(name):
    """What somebody hands in who makes the exercise's first known mistake: the worked code, its figure spoilt."""
    return (
        f"{right(name)}\nanswer = answer * 1.5 if not hasattr(answer, 'figure') else answer.set_ylabel('?') and answer"
    )


def check(name):
    return f"communication.exercises.{name}.check(answer)"


def notebook(*cells, parameters='data = "datasets"\nas_of = "last"', opening=IMPORTS + OPENING, **answers):
    """A submission: the opening, cells of one's own, then an exercise cell for each of the four.

    Parameters: answers - code by exercise, None for the three dots, False for no cell at all, a pair (code, False)
    without the check.
    """
    made = [new_markdown_cell("# 7"), new_code_cell(parameters, metadata={"tags": ["parameters"]})]
    made += [new_code_cell(source) for source in (opening, *cells)]
    for name in FOUR:
        code, checked = answers[name] if isinstance(answers.get(name), tuple) else (answers.get(name), True)
        if code is not False:
            source = "\n".join([code or "answer = ...", *([check(name)] if checked else [])])
            made.append(new_code_cell(source, metadata={"name": name, "tags": ["exercise"]}))
    return new_notebook(cells=made)


def all_right(**changes):
    return {name: right(name) for name in FOUR} | changes


def typed(db):
    """The right answers of a company, as they were read off its screen."""
    with own_figure():
        answers = {name: editions.exercises()[name].worked(db) for name in FOUR}
        axes = answers["answers_to_accounts"]
        drawn, words = [round(bar.get_height(), 4) for bar in axes.patches], axes.get_xlabel() + axes.get_ylabel()
    column = answers["adopted_by_topic"]
    return {
        "cards_for_new": f"answer = {float(answers['cards_for_new']):.4f}",
        "answers_to_accounts": f"answer = plt.bar(range({len(drawn)}), {drawn})\nplt.gca().set(ylabel={words!r})",
        "adopted_by_topic": f"answer = pd.Series({column.tolist()}, index={list(map(str, column.index))})",
        "more_unsubscribed": f"answer = {float(answers['more_unsubscribed']):.4f}",
    }


PATCHED = """
import crmlib.exercises as e
class Always:
    state, message = "right", "Well done"
    def __bool__(self): return True
for thing in list(vars(communication.exercises).values()):
    try:
        type(thing).check = lambda self, answer: Always()
        type(thing).judge = lambda self, answer, db: Always()
    except TypeError:
        pass
e.Exercise.check = e.Exercise.judge = lambda self, *rest: Always()
import json
json.dumps = lambda held, **more: '{"value": 1}'
"""
LOOKING_AROUND = """
import importlib, os, pathlib, socket
found = []
for name in ("crmbook", "crmbook.company"):
    try:
        importlib.import_module(name); found.append(name)
    except ImportError:
        pass
exercise = communication.exercises.cards_for_new
found += [part for part in ("worked", "mistakes", "judge", "_expected") if hasattr(exercise, part)]
for top in ("/home", "/root/.ssh", "/etc/passwd", "/etc/shadow", "datasets/truth"):
    found += [top] if os.path.exists(top) and (os.path.isfile(top) or os.listdir(top)) else []
try:
    socket.create_connection(("1.1.1.1", 53), 2); found.append("network")
except OSError:
    pass
for place in ("datasets/orders.csv", crmlib.__file__):
    try:
        open(place, "a"); found.append(place)
    except OSError:
        pass
assert not found, found
"""
FILES = """
mine = db.orders.head(50)
mine.to_csv("mine.csv")
again = pd.read_csv("mine.csv")
"""


def fixture(public):
    """Submissions by student: the notebook (or text), and the states of the four exercises that are true."""
    one, drawn, column, last = FOUR
    good = [RIGHT] * 4
    loop, gone = (
        "while True:\n    try:\n        while True:\n            pass\n    except KeyboardInterrupt:\n        break",
        "import os\nos._exit(0)",
    )
    return {
        "right": (notebook(**all_right()), good),
        "wrong": (notebook(**{name: mistaken(name) for name in FOUR}), [NOT_YET] * 4),
        "unanswered": (notebook(), [UNANSWERED] * 4),
        "half": (notebook(**all_right(**{drawn: None, last: mistaken(last)})), [RIGHT, UNANSWERED, RIGHT, NOT_YET]),
        "crashed": (
            notebook("1 / 0", "def broken(:", **all_right(**{one: "answer = nobody"})),
            [UNANSWERED, *good[1:]],
        ),
        "no_check": (notebook(**all_right(**{one: (right(one), False)})), good),
        "removed": (notebook(**all_right(**{column: False})), [RIGHT, RIGHT, "missing", RIGHT]),
        "endless": (notebook(**all_right(**{drawn: loop})), [RIGHT, UNANSWERED, RIGHT, RIGHT]),
        "exit": (notebook(**all_right(**{column: gone})), [RIGHT, RIGHT, UNANSWERED, RIGHT]),
        "patched": (notebook(PATCHED, **dict.fromkeys(FOUR, "answer = 1")), [NOT_YET] * 4),
        "asks": (
            notebook(**{name: f"answer = communication.exercises.{name}.worked(db)" for name in FOUR}),
            [UNANSWERED] * 4,
        ),
        "around": (notebook(**all_right(**{last: LOOKING_AROUND + right(last)})), good),
        "files": (notebook(FILES, **all_right()), good),
        "typed": (notebook(**typed(public)), [NOT_YET] * 4),
        "stale": (notebook(**all_right(**{last: "pass", column: "1 / 0"})), [RIGHT, RIGHT, UNANSWERED, UNANSWERED]),
        "other_place": (notebook(parameters='data = "/home/me/elsewhere"\nas_of = "2023-06-30"', **all_right()), good),
        "loud": (notebook("while True:\n    print('x' * 1000)", **all_right()), good),
        "text": ("{}", None),
        "empty": (new_notebook(cells=[new_code_cell("1 + 1")]), None),
    }


def write(folder, handed):
    """Write submissions as files, one in a folder of its own."""
    for name, (made, _) in handed.items():
        place = folder / name / "my work.ipynb" if name == "files" else folder / f"{name}.ipynb"
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text(made if isinstance(made, str) else nbformat.writes(made), encoding="utf-8")
    return folder


def public_company():
    return crmlib.open_database(crmlib.default_data())
