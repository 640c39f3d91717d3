"""Kinds of answers: how each is read, how far two are apart, and which slips belong to the kind.

Each kind has three methods. `read` brings whatever a student may hand in to one plain form, or raises NotAnAnswer with
the sentence that says what is asked. `distance` is how far two read answers are apart: up to 1 a reader of the chapter
sees the same. `slip` says what is amiss with a read answer, "" where nothing is, and never gives the right one away.
"""

import math
import numbers
import re
import unicodedata
from collections.abc import KeysView, ValuesView
from dataclasses import dataclass
from decimal import Decimal

import numpy as np
import pandas as pd

SAME = 1 + 1e-9  # the largest distance at which two answers are the same: 1, but for rounding in binary
COLLECTIONS = (list, tuple, set, frozenset, KeysView, ValuesView, np.ndarray, pd.Index, pd.Series)
COLLECTIONS += (pd.api.extensions.ExtensionArray,)


class NotAnAnswer(Exception):
    """The answer is not of the kind asked for; the text says what is."""


@dataclass(frozen=True)
class Number:
    """One number, right at the precision at which the chapter shows it.

    Parameters: what - what is asked, in words; unit - such as "days"; precision - the step at which the chapter shows
    it (1 for whole numbers), None for three significant digits (0.5 % off at most).
    """

    what: str = "a number"
    unit: str = ""
    precision: float | None = None

    def read(self, answer):
        """Read numpy, pandas and Decimal scalars, collections of one, and texts such as "66.3 %". Returns: float."""
        if isinstance(answer, pd.DataFrame):
            answer = answer.to_numpy()
        cells = _cells(answer) if isinstance(answer, COLLECTIONS) else [answer]
        number = (math.nan if _missing(cells[0]) else _number(cells[0])) if len(cells) == 1 else None
        if number is None:
            raise NotAnAnswer(f"The answer is {self.what}, a single number; yours is {kind_of(answer)}.")
        if not math.isfinite(number):
            raise NotAnAnswer("Your number is missing or not finite: look for empty cells or a division by 0.")
        return number

    def distance(self, answer, right):
        """Difference, in units of half a step of the precision."""
        return distances([answer], [right], self.precision).item()

    def slip(self, answer, right):
        """Sign, per cent and powers of ten, else too large or too small."""
        if self.distance(answer, right) <= SAME:
            return ""
        size = "large" if answer > right else "small"
        return usual_slip([answer], [right], self.precision, self.unit) or f"Your number is too {size}."


@dataclass(frozen=True)
class Share(Number):
    """A share between 0 and 1; parameters as for Number."""

    what: str = "a share between 0 and 1"
    precision: float | None = 0.01

    def slip(self, answer, right):
        """As for a number, and the share of the others."""
        said = super().slip(answer, right)
        return "That is the share of the others." if said and self.distance(1 - answer, right) <= SAME else said


@dataclass(frozen=True)
class Money(Number):
    """An amount of money; parameters as for Number."""

    what: str = "an amount of money"
    unit: str = "CNY"


@dataclass(frozen=True)
class Ids:
    """Identifiers, as any collection of texts or whole numbers.

    Parameters: what - of whom; ordered - whether their order is asked for.
    """

    what: str = "customers"
    ordered: bool = False

    def read(self, answer):
        """Read a collection. Returns: tuple of texts, sorted and each once unless their order is asked for."""
        asked = f"The answer is a {'list' if self.ordered else 'collection'} of identifiers of {self.what}"
        if not isinstance(answer, COLLECTIONS) or (self.ordered and isinstance(answer, set | frozenset)):
            raise NotAnAnswer(f"{asked}; yours is {kind_of(answer)}.")
        members = _cells(answer)
        if missing := sum(map(_missing, members)):
            raise NotAnAnswer(f"Identifiers missing (NaN): {missing:,} of {len(members):,}.")
        for member in members:
            if isinstance(member, bool | np.bool_) or not isinstance(member, str | numbers.Integral):
                raise NotAnAnswer(f"{asked}; yours holds {kind_of(member)}. Of a filtered table take the index.")
        texts = [str(member).strip() for member in members]
        return tuple(texts if self.ordered else sorted(set(texts)))

    def distance(self, answer, right):
        """0 where they are the same, else the more, the more of them differ."""
        return 0.0 if answer == right else 2.0 + len(set(answer) ^ set(right))

    def slip(self, answer, right):
        """How many are missing and how many too many, or that the order is another."""
        missing, extra = set(right) - set(answer), set(answer) - set(right)
        if missing or extra:
            return f"These are not the {self.what} asked for: {len(missing):,} missing, {len(extra):,} too many."
        return "" if answer == right else f"The {self.what} are right; their order, or how often each comes, is not."


@dataclass(frozen=True)
class Column:
    """A Series: one value for each row name, of any dtype.

    Parameters: what, unit, precision - as for Number, of each value; ordered - whether the order of rows is asked for.
    """

    what: str = "a Series"
    unit: str = ""
    precision: float | None = None
    ordered: bool = False

    def read(self, answer):
        """Read a Series or a table of one column. Returns: Series of floats and texts, by row and column."""
        if isinstance(answer, pd.Series):
            answer = answer.to_frame()
        if not isinstance(answer, pd.DataFrame) or answer.shape[1] != 1 or answer.empty:
            raise NotAnAnswer(f"The answer is {self.what}, a pandas Series; yours is {kind_of(answer)}.")
        return self._long(answer.set_axis(["value"], axis=1))

    def distance(self, answer, right):
        """The largest distance of a value; infinite where the rows are others or stand in another order."""
        if set(answer.index) != set(right.index) or (self.ordered and _rows(answer) != _rows(right)):
            return math.inf
        return distances(answer.reindex(right.index), right, self.precision).max()

    def slip(self, answer, right):
        """Columns and rows that are missing or too many, their order, the usual slips of numbers, else other values."""
        for level, word in ((1, "column"), (0, "row")):
            mine, theirs = (set(side.index.get_level_values(level)) for side in (answer, right))
            if mine != theirs:
                counts = f"{len(theirs - mine):,} missing, {len(mine - theirs):,} too many"
                hint = f"; one is named {min(theirs)!r}" if word == "column" or not mine & theirs else ""
                return f"The {word}s are not those asked for: {counts}{hint}."
        if self.ordered and _rows(answer) != _rows(right):
            return "The rows stand in another order."
        answer = answer.reindex(right.index)
        off = distances(answer, right, self.precision) > SAME
        if not off.any():
            return ""
        return usual_slip(answer, right, self.precision, self.unit) or f"{off.sum():,} of {off.size:,} values differ."

    def _long(self, table):
        rows = [_label(row) for row in table.index]
        read = {str(_label(name)): _values(table.iloc[:, place]) for place, name in enumerate(table)}
        if len(set(rows)) < len(rows) or len(read) < table.shape[1]:
            raise NotAnAnswer("Your rows or columns are not named one by one: some come twice.")
        index = pd.MultiIndex.from_product([list(read), rows]).swaplevel()
        return pd.Series([value for values in read.values() for value in values], index=index, dtype=object)


@dataclass(frozen=True)
class Table(Column):
    """A DataFrame; the order of columns does not matter, nor whether its rows are named by its index or by columns.

    Parameters: by - column, or tuple of columns, that names the rows where the index does not; others as for Column.
    """

    what: str = "a table"
    by: str | tuple = ()

    def read(self, answer):
        """Read a DataFrame. Returns: Series of floats and texts, by row and column."""
        if not isinstance(answer, pd.DataFrame) or answer.empty:
            raise NotAnAnswer(f"The answer is {self.what}, a pandas DataFrame; yours is {kind_of(answer)}.")
        by = [self.by] if isinstance(self.by, str) else list(self.by)
        if by and set(by) <= set(answer.columns):
            answer = answer.set_index(by)
        return self._long(answer)


def kind_of(answer):
    """Say in a few words what somebody handed in."""
    name = type(answer).__name__
    if isinstance(answer, pd.DataFrame):
        return "a table of {} rows and {} columns".format(*answer.shape)
    if isinstance(answer, COLLECTIONS):
        return f"a collection ({name}) of {len(_cells(answer)):,} values"
    words = {"str": "a text", "bool": "yes or no", "function": "a function", "dict": "a dictionary"}
    words |= {"timedelta64": "a span of time (count its days)", "Timedelta": "a span of time (count its days)"}
    return words.get(name, f"of the type {name}")


def _cells(collection):
    return list(collection.ravel() if isinstance(collection, np.ndarray) else collection)


def _missing(cell):
    return cell is np.ma.masked or bool(pd.api.types.is_scalar(cell) and pd.isna(cell))


def _number(cell):
    """A cell as a float, also a text such as "66.3 %" or "−1,234"; None for what is no number."""
    if isinstance(cell, str):
        text = "".join(unicodedata.normalize("NFKC", cell).split()).replace("−", "-")
        if re.fullmatch(r"[+-]?[1-9]\d{0,2}(,\d{3})+(\.\d+)?%?", text):
            text = text.replace(",", "")
        try:
            return float(text.removesuffix("%")) / (100 if text.endswith("%") else 1)
        except ValueError:
            return None
    if isinstance(cell, bool | np.bool_ | np.timedelta64) or not isinstance(cell, numbers.Real | Decimal):
        return None
    try:
        return float(cell)
    except OverflowError:
        return math.inf


def _values(column):
    """A column as floats where all of it is numbers, or yes and no, else as texts, whatever its dtype."""
    cells = [float(cell) if isinstance(cell, bool | np.bool_) else cell for cell in column]
    read = [math.nan if _missing(cell) else _number(cell) for cell in cells]
    if faults := sum(number is not None and not math.isfinite(number) for number in read):
        raise NotAnAnswer(f"Values missing or not finite: {faults:,} of {len(cells):,}; look for empty cells.")
    return [_label(cell) for cell in cells] if None in read else read


def _label(cell):
    """A name as everybody writes it: 2024.0 as 2024, a day without its midnight."""
    if isinstance(cell, tuple):
        return " · ".join(map(_label, cell))
    return str(int(cell) if isinstance(cell, float) and cell.is_integer() else cell).removesuffix(" 00:00:00").strip()


def _rows(long):
    return list(dict.fromkeys(long.index.get_level_values(0)))


def distances(answer, right, precision):
    """How far values are off, each in units of half a step; texts that differ are 2 off."""

    def off(one, other):
        if isinstance(one, str) or isinstance(other, str):
            return 2.0 * (one != other)
        return abs(one - other) / max(precision / 2 if precision else 0.005 * abs(other), 1e-9)

    return np.array([off(one, other) for one, other in zip(answer, right, strict=True)])


def usual_slip(answer, right, precision, unit):
    """Name the one slip that explains all values: sign, per cent, a power of ten; else ""."""
    if any(isinstance(value, str) for value in (*answer, *right)):
        return ""
    answer, right = np.array(answer, dtype=float), np.array(right, dtype=float)

    def explains(factor):
        close = np.allclose(answer / factor, right, rtol=0.1, atol=0)  # a wide precision explains anything near 0
        return close and (distances(answer / factor, right, precision) <= SAME).all()

    if explains(-1):
        return "The sign is the wrong way round."
    if explains(100) and np.abs(right).max() <= 1:
        return "That is per cent; a share lies between 0 and 1."
    for power in (1, 2, 3, 4, 6):
        for factor, words in ((10**power, f"{10**power:,} times"), (10**-power, f"1/{10**power:,} of")):
            if explains(factor):
                return f"That is {words} what it should be: look at the unit{', ' * bool(unit)}{unit}."
    return ""
