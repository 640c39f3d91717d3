"""What an exercise is: a question, a kind of answer, and a worked function that *is* the expected answer.

Known mistakes are functions of the database too. Nothing is stored: another company, other answers.
"""

import ast
import html
import inspect
import textwrap
from contextlib import nullcontext
from dataclasses import dataclass

from crmlib.answers import SAME, Column, Ids, Money, NotAnAnswer, Number, Share, Table, kind_of
from crmlib.drawings import Drawing
from crmlib.errors import CANNOT_CARRY, CrmError, TooFew
from crmlib.own_figure import own_figure
from crmlib.records import Shown

__all__ = ["Column", "Drawing", "Ids", "Money", "Number", "Share", "Table", "exercise", "progress", "use"]

MIME = "application/vnd.crmlib.exercise+json"
NOT_ANSWERED, NOT_YET, RIGHT = "not answered", "not yet", "right"
MARKS = {NOT_ANSWERED: "○", NOT_YET: "◐", RIGHT: "●"}


_session = {"db": None}
_every = {}  # room and name → Exercise, in the order in which they were made


def use(db):
    """Let all exercises ask about this database from now on; states and hints start afresh."""
    _session["db"] = db
    for made in _every.values():
        made.state, made.hints_given = NOT_ANSWERED, 0


def progress():
    """List the exercises of the rooms in which something was checked. Returns: DataFrame, state and hints by name."""
    import pandas as pd

    begun = {made.room for made in _every.values() if made.state != NOT_ANSWERED}
    listed = [made for made in _every.values() if made.room in begun or not begun]
    rows = [(f"{MARKS[made.state]} {made.state}", made.hints_given) for made in listed]
    names = pd.Index([made.name for made in listed], name="exercise")
    return pd.DataFrame(rows, columns=["state", "hints"], index=names)


def exercise(kind, hints, right, mistakes=None):
    """Make an exercise of a worked function of the database, whose docstring is the question.

    Parameters: kind - of answer, such as Share(); hints - from a nudge to nearly the answer; right - one sentence for a
    right answer; mistakes - what to say → function of the database that makes the mistake.
    """
    return lambda worked: Exercise(worked, kind, tuple(hints), right, dict(mistakes or {}))


@dataclass(frozen=True)
class Result:
    """What the reader is told about an answer; true only when it is right."""

    name: str
    state: str
    message: str

    def __bool__(self):
        return self.state == RIGHT

    def _repr_mimebundle_(self, include=None, exclude=None):
        line = f"{MARKS[self.state]} {self.state.capitalize()}."
        shown = f'<p role="status"><strong>{line}</strong> {html.escape(self.message)}</p>'
        return {"text/plain": f"{line} {self.message}", "text/html": shown, MIME: vars(self)}


class Exercise:
    """One "Your turn", made by the decorator `exercise`, which says what the parts are."""

    def __init__(self, worked, kind, hints, right, mistakes):
        self.worked, self.kind, self.hints, self.right, self.mistakes = worked, kind, hints, right, mistakes
        self.name, self.room, self.question = worked.__name__, worked.__module__, inspect.getdoc(worked)
        self.state, self.hints_given, self._known = NOT_ANSWERED, 0, None
        _every[self.room, self.name] = self

    def __repr__(self):
        return f"{self.name}: {self.question}"

    def check(self, answer):
        """Judge an answer to the database in use, and remember its state. `...` means not answered. Returns: Result.

        Errors: CrmError where no database is in use; what the worked function raises where the data cannot answer.
        """
        result = self.judge(answer, _session["db"])
        self.state = result.state
        return result

    def judge(self, answer, db):
        """Judge an answer to any database: the nearest of the right answer and the known mistakes is meant."""
        if answer is Ellipsis:
            said = "Put your code in place of the three dots and run the cell; .hint() helps."
            return Result(self.name, NOT_ANSWERED, said)
        if db is None:
            raise CrmError("The exercises have no database yet: run the cell that opens it.")
        right, mistakes = self._expected(db)
        if answer is None:
            return Result(self.name, NOT_YET, "Your answer is None: an assignment or print() gives no value.")
        try:
            read = self.kind.read(answer)
        except NotAnAnswer as misread:
            return Result(self.name, NOT_YET, str(misread))
        except (TypeError, ValueError) as odd:  # numpy and pandas do not take every object; a reader gets one sentence
            said = f"Your answer, {kind_of(answer)}, cannot be read as {self.kind.what} ({type(odd).__name__})."
            return Result(self.name, NOT_YET, said)
        off = self.kind.distance(read, right)
        wrong = {says: self.kind.distance(read, mistake) for says, mistake in mistakes.items()}
        nearest = min(wrong, key=wrong.get, default=None)
        if nearest is not None and wrong[nearest] <= min(off, SAME):
            return Result(self.name, NOT_YET, nearest)
        amiss = self.kind.slip(read, right)
        return Result(self.name, NOT_YET if amiss else RIGHT, amiss or self.right)

    def hint(self):
        """Give the next hint. Returns: Shown."""
        self.hints_given = min(self.hints_given + 1, len(self.hints))
        text = f"Hint {self.hints_given} of {len(self.hints)}: {self.hints[self.hints_given - 1]}"
        return Shown(text, {}, {"text/html": f"<p>{html.escape(text)}</p>"})

    def solution(self):
        """Show the body of the worked function, with `answer = …` for `return …`. Returns: Shown."""
        source = textwrap.dedent(inspect.getsource(self.worked))
        question, *_, last = ast.parse(source).body[0].body
        lines = source.splitlines()
        lines[last.lineno - 1] = lines[last.lineno - 1].replace("return ", "answer = ", 1)
        code = textwrap.dedent("\n".join(lines[question.end_lineno :])).strip()
        return Shown(code, {}, {"text/markdown": f"```python\n{code}\n```"})

    def _expected(self, db):
        """The right answer and the mistakes that differ from it on these data, computed once a database."""
        if self._known is None or self._known[0] is not db:
            try:
                right = self._read(self.worked, db)
            except NotAnAnswer as nothing:
                raise TooFew(f"These data give no answer to {self.name}. ({nothing})") from None
            wrong = {says: self._read_mistake(mistake, db) for says, mistake in self.mistakes.items()}
            differ = {
                says: read
                for says, read in wrong.items()
                if read is not None and self.kind.distance(read, right) > 1e-6
            }
            self._known = db, right, differ
        return self._known[1:]

    def _read(self, function, db):
        with own_figure() if isinstance(self.kind, Drawing) else nullcontext():
            return self.kind.read(function(db))

    def _read_mistake(self, mistake, db):
        try:
            return self._read(mistake, db)
        except (NotAnAnswer, *CANNOT_CARRY):
            return None  # nobody can make it on these data
