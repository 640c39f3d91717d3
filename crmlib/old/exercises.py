"""What an exercise is: a question with three states, staged hints, diagnosis of typical mistakes and a worked solution.

A room's `exercises.py` makes a `Desk` and puts exercises on it; the notebook cell that opens the database calls
`grading.exercises.use(db)`. Nothing is stored: what is right is computed from that database when an answer is checked.
"""

import html
import math
import numbers
from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from crmlib.errors import CrmError
from crmlib.old.figures import Notice

UNANSWERED, NOT_YET, RIGHT, CANNOT_ASK = "not answered", "not yet", "right", "cannot be asked"
MARKS = {UNANSWERED: "○", NOT_YET: "◐", RIGHT: "●", CANNOT_ASK: "–"}


class NotAnAnswer(Exception):
    """The answer is not of the kind asked for; the text says what is."""


@dataclass(frozen=True)
class Number:
    """The answer is one number, right within a tolerance.

    Parameters: what - what is asked, in words; tolerance - share of the right value that an answer may be off;
    absolute - or this much, if larger.
    """

    what: str = "a number"
    tolerance: float = 0.005
    absolute: float = 1e-9

    def read(self, answer):
        """Turn the answer into a float, or say why that cannot be."""
        if isinstance(answer, pd.Series | pd.Index | np.ndarray) and np.size(answer) == 1:
            answer = np.asarray(answer).ravel()[0]
        if isinstance(answer, bool | np.bool_) or not isinstance(answer, numbers.Real):
            raise NotAnAnswer(f"The answer is {self.what}, a single number; yours is {_kind_of(answer)}.")
        if not math.isfinite(answer):
            raise NotAnAnswer(
                "Your number is not finite (NaN or infinite): look for missing values or a division by 0."
            )
        return float(answer)

    def same(self, answer, right):
        """Tell whether both are the same number within the tolerance."""
        return abs(answer - right) <= max(self.absolute, self.tolerance * abs(right))

    def compare(self, answer, right):
        """Say how far off the answer is, without giving the right one away."""
        if answer * right < 0:
            return "Your number has the wrong sign."
        return "Your number is too large." if answer > right else "Your number is too small."


@dataclass(frozen=True)
class Ids:
    """The answer is a set of identifiers, given as a list, set, index or Series of them."""

    what: str = "customers"

    def read(self, answer):
        """Turn the answer into a set of texts, or say why that cannot be."""
        if isinstance(answer, str) or not isinstance(
            answer, list | tuple | set | frozenset | pd.Index | pd.Series | np.ndarray
        ):
            hint = " Take its index: table.index." if isinstance(answer, pd.DataFrame) else ""
            raise NotAnAnswer(f"The answer is a collection of {self.what}; yours is {_kind_of(answer)}.{hint}")
        members = list(answer)
        if any(
            isinstance(member, bool | np.bool_ | float | np.floating) or not np.isscalar(member) for member in members
        ):
            raise NotAnAnswer(
                f"The answer holds identifiers of {self.what}; yours holds {_kind_of(members[0])}. "
                "Of a filtered table or Series, take the index."
            )
        return {str(member) for member in members}

    def same(self, answer, right):
        """Tell whether both are the same set."""
        return answer == {str(member) for member in right}

    def compare(self, answer, right):
        """Say how many are missing and how many too many."""
        right = {str(member) for member in right}
        return f"{len(right - answer)} {self.what} are missing and {len(answer - right)} do not belong."


@dataclass(frozen=True)
class Values:
    """The answer is a Series: one value for each of a known index, in any order.

    Parameters: what - what is asked; tolerance, absolute - as for Number, for numbers only.
    """

    what: str = "a Series"
    tolerance: float = 0.005
    absolute: float = 1e-9

    def read(self, answer):
        """Turn the answer into a Series, or say why that cannot be."""
        if isinstance(answer, pd.DataFrame) and answer.shape[1] == 1:
            answer = answer.iloc[:, 0]
        if not isinstance(answer, pd.Series):
            raise NotAnAnswer(f"The answer is {self.what}, a pandas Series; yours is {_kind_of(answer)}.")
        if answer.index.has_duplicates:
            raise NotAnAnswer("Your Series names some rows twice; each row of the index should come once.")
        if answer.isna().any():
            raise NotAnAnswer(f"{int(answer.isna().sum())} of your {len(answer)} values are missing (NaN).")
        return answer

    def same(self, answer, right):
        """Tell whether both have the same index and, row by row, the same values."""
        if len(answer) != len(right) or not answer.index.isin(right.index).all():
            return False
        return bool(self._equal(answer.reindex(right.index), right).all())

    def compare(self, answer, right):
        """Say which rows are missing or how many values differ."""
        missing = int((~right.index.isin(answer.index)).sum())
        if missing or len(answer) != len(right):
            said = f"Your Series has {len(answer)} rows; {len(right)} are asked for and {missing} of those are missing."
            if missing == len(right):
                said += f" The index should hold names like {right.index[0]!r}."
            return said
        return f"{int((~self._equal(answer.reindex(right.index), right)).sum())} of {len(right)} values differ."

    def _equal(self, answer, right):
        if pd.api.types.is_numeric_dtype(right) and pd.api.types.is_numeric_dtype(answer):
            return (answer - right).abs() <= np.maximum(self.absolute, self.tolerance * right.abs())
        return answer.astype(str) == right.astype(str)


@dataclass(frozen=True)
class Choice:
    """The answer is one of a few texts."""

    options: tuple

    def read(self, answer):
        """Find the option meant, whatever its capitals, or say what there is to choose from."""
        listed = ", ".join(repr(option) for option in self.options)
        if not isinstance(answer, str):
            raise NotAnAnswer(f"The answer is one of {listed}; yours is {_kind_of(answer)}.")
        found = [option for option in self.options if option.casefold() == answer.strip().casefold()]
        if not found:
            raise NotAnAnswer(f"{answer[:40]!r} is not one of {listed}.")
        return found[0]

    def same(self, answer, right):
        """Tell whether the right option was chosen."""
        return answer == right

    def compare(self, answer, right):
        """Say only that it is another one."""
        return f"It is not {answer!r}: look at the table once more."


@dataclass(frozen=True)
class Mistake:
    """A mistake that many make: the answer it leads to, computed from the database, and what to say about it."""

    answer: object
    says: str


@dataclass(frozen=True)
class Result:
    """What the reader is told about an answer."""

    state: str
    message: str

    def __bool__(self):
        return self.state == RIGHT

    def _repr_mimebundle_(self, include=None, exclude=None):
        line = f"{MARKS[self.state]} {self.state.capitalize()}"
        shown = f'<p role="status"><strong>{html.escape(line)}.</strong> {html.escape(self.message)}</p>'
        return {"text/plain": f"{line}. {self.message}", "text/html": shown}


@dataclass(frozen=True)
class Worked:
    """A worked solution: code that runs in the notebook as it stands."""

    code: str

    def _repr_mimebundle_(self, include=None, exclude=None):
        return {"text/plain": self.code, "text/markdown": f"```python\n{self.code}\n```"}


class Desk:
    """The exercises of one room and the database that they ask about.

    `use(db)` binds all of them; `exercises` lists them in the order in which they were put on the desk.
    """

    def __init__(self):
        self.db = None
        self.exercises = []
        self._known = {}

    def use(self, db):
        """Ask about this database from now on."""
        self.db = db
        self._known.clear()
        for exercise in self.exercises:
            exercise.forget()

    def once(self, function):
        """Let several exercises share what `function(db)` computes from the database in use."""

        def remembered(db):
            if db is not self.db:
                return function(db)
            if function not in self._known:
                self._known[function] = function(db)
            return self._known[function]

        return remembered

    def exercise(self, **parts):
        """Put an exercise on the desk. Returns: Exercise."""
        made = Exercise(self, **parts)
        self.exercises.append(made)
        return made


@dataclass
class Exercise:
    """One "Your turn".

    Parameters: desk - where it lies; name - a Python name; question - one sentence; kind - Number, Ids, Values or
    Choice; expected - function of the database: the right answer, or a Notice where the data cannot answer; hints -
    from a nudge to nearly the answer; mistakes - Mistake objects whose `answer` is a function of the database; worked -
    code that sets `answer` from `db` and the room's name; feedback - one sentence for a right answer.
    """

    desk: Desk
    name: str
    question: str
    kind: object
    expected: object
    hints: tuple
    mistakes: tuple
    worked: str
    feedback: str
    _given: int = field(default=0, repr=False)
    _right: object = field(default=None, repr=False)

    def check(self, answer):
        """Judge an answer: not answered, not yet (with a diagnosis), or right.

        Parameters: answer - anything; `...` means not answered. Returns: Result, which is true only when right.
        """
        if answer is Ellipsis:
            return Result(UNANSWERED, "Put your code in place of the three dots and run the cell; .hint() helps.")
        right = self.right_answer()
        if isinstance(right, Notice):
            return Result(CANNOT_ASK, right.text)
        if answer is None:
            return Result(NOT_YET, "Your answer is None: an assignment or print() gives no value.")
        try:
            read = self.kind.read(answer)
        except NotAnAnswer as misunderstanding:
            return Result(NOT_YET, str(misunderstanding))
        if self.kind.same(read, right):
            return Result(RIGHT, self.feedback)
        return Result(NOT_YET, self._diagnosis(read, right))

    def right_answer(self):
        """Compute the right answer from the database in use (once). Raises: CrmError when none is in use."""
        if self.desk.db is None:
            raise CrmError(
                "The exercises have no database yet: run the cell that opens it, it calls exercises.use(db)."
            )
        if self._right is None:
            self._right = self.expected(self.desk.db)
        return self._right

    def forget(self):
        """Start afresh: hints and the right answer of another database."""
        self._given, self._right = 0, None

    def hint(self):
        """Give the next hint. Returns: Notice."""
        place = min(self._given, len(self.hints) - 1)
        self._given += 1
        more = "" if place < len(self.hints) - 1 else " (The last hint; .solution() shows the code.)"
        return Notice(f"Hint {place + 1} of {len(self.hints)}: {self.hints[place]}{more}")

    def solution(self):
        """Show the worked code. Returns: Worked."""
        return Worked(self.worked)

    def _diagnosis(self, read, right):
        for mistake in self.mistakes:
            wrong = mistake.answer(self.desk.db)
            # A mistake that happens to lead to the right answer in these data is none.
            if not self.kind.same(self.kind.read(wrong), right) and self.kind.same(read, wrong):
                return mistake.says
        return self.kind.compare(read, right)


def _kind_of(answer):
    names = {"DataFrame": "a table", "str": "a text", "list": "a list", "bool": "yes or no", "Series": "a Series"}
    names |= {"float64": "a number", "float": "a number", "int": "a number", "bool_": "yes or no", "dict": "a dict"}
    name = type(answer).__name__
    size = f" of {len(answer)} values" if name in ("list", "Series", "ndarray") else ""
    return names.get(name, f"of the type {name}") + size
