"""Tables for readers: each column in its kind, rounded inside its uncertainty, units in the header."""

import html
import re
from functools import cache
from importlib import resources

import numpy as np
import pandas as pd

from crmlib.errors import Unreadable
from crmlib.figures.numbers import SPACE, decimals_for, number

KINDS = [
    ("share", re.compile(r"(^|_)(share|rate|probability|chance)$|^p_")),
    ("money", re.compile(r"(^|_)(revenue|profit|margin|cost|amount|price|value|spent|money)$")),
    ("days", re.compile(r"(^|_)(days|recency)$")),
    ("plain", re.compile(r"(^|_)(id|year|month)$")),
]
LIMITS = ("low", "high")
UNITS = {"days": "days"}


@cache
def _dictionary():
    """Kinds of columns by name, where the data dictionary gives them."""
    path = resources.files("crmlib") / "dictionary.csv"
    rows = pd.read_csv(path.open(encoding="utf-8")) if path.is_file() else pd.DataFrame()
    return dict(zip(rows["column"], rows["kind"], strict=True)) if {"column", "kind"} <= set(rows) else {}


def kind_of(column):
    """What a column holds: share, money, days, plain (never separated) or number, by the dictionary or its name."""
    given = _dictionary().get(column)
    known = {kind for kind, _ in KINDS}
    return given if given in known else next((kind for kind, form in KINDS if form.search(str(column))), "number")


class Table:
    """A table as a notebook displays it: .frame is what was shown, .text what it says."""

    def __init__(self, shown, message):
        self.message = message
        self.frame = shown.to_frame(shown.name or "value") if isinstance(shown, pd.Series) else shown
        if self.frame.empty:
            raise Unreadable("The table has no rows: say what is missing instead.")
        self.cells = _cells(self.frame)
        self.text = f"{message}.\n{self.cells.to_string(index=self._has_index, max_colwidth=None)}"

    @property
    def _has_index(self):
        index = self.frame.index
        return bool(index.nlevels > 1 or index.name or not isinstance(index, pd.RangeIndex))

    def __repr__(self):
        return self.text

    def _repr_mimebundle_(self, include=None, exclude=None):
        with pd.option_context("display.max_colwidth", None):
            table = self.cells.to_html(index=self._has_index, border=0, escape=True)
        return {"text/plain": self.text, "text/html": f"<p><strong>{html.escape(self.message)}</strong></p>{table}"}


def _cells(frame):
    cells, kind, about = [], "number", None
    for place, column in enumerate(frame.columns):
        values = frame.iloc[:, place]
        limit = str(column) in LIMITS
        kind = kind if limit else kind_of(column)
        if not limit:
            following = [str(c) for c in frame.columns[place + 1 :]]
            about = frame[list(LIMITS)] if following[:2] == list(LIMITS) else None
        words = " ".join(map(str, column)) if isinstance(column, tuple) else str(column)
        header = words.replace("_", " ") + (f", {UNITS[kind]}" if kind in UNITS and UNITS[kind] not in words else "")
        cells.append(pd.Series(list(_column(values, kind, about)), frame.index, name=header, dtype=object))
    table = pd.concat(cells, axis=1)
    names = [name and str(name).replace("_", " ") for name in frame.index.names]
    levels = [frame.index.get_level_values(k) for k in range(frame.index.nlevels)]
    words = [[_plain(value) for value in level] for level in levels]
    table.index = pd.MultiIndex.from_arrays(words, names=names) if len(words) > 1 else pd.Index(words[0], name=names[0])
    return table


def _column(values, kind, about):
    """Write one column: about is the low and high that its values lie between, if any."""
    numbers = pd.api.types.is_numeric_dtype(values) and not pd.api.types.is_bool_dtype(values)
    if not numbers:
        return map(_plain, values)
    data = values.to_numpy(float, na_value=np.nan)
    if not np.isfinite(data).all():
        row = values.index[int(np.flatnonzero(~np.isfinite(data))[0])]
        raise Unreadable(
            f"Column {values.name}, row {row}: a missing or infinite number is no result; leave the row out."
        )
    if kind == "plain":
        return map(_plain, values)
    scale, unit = (100, f"{SPACE}%") if kind == "share" and np.abs(data).max() <= 5 else (1, "")
    if about is None:
        decimals = decimals_for(np.abs(data).max() * scale, 20 if unit else 100)
    else:
        decimals = decimals_for(
            float(np.median(about["high"] - about["low"])) * scale, 4
        )  # well inside the uncertainty
    if kind != "share" and (data == np.round(data)).all():
        decimals = 0
    return [number(value * scale, decimals) + unit for value in data]


def _plain(value):
    if pd.isna(value):
        return "–"
    if isinstance(value, bool | np.bool_):
        return "yes" if value else "no"
    if isinstance(value, pd.Timestamp):
        return f"{value:%Y-%m-%d}" if value == value.normalize() else f"{value:%Y-%m-%d %H:%M}"
    if isinstance(value, float | np.floating):
        return number(value, 0 if float(value).is_integer() else 3, False)
    return str(value)
