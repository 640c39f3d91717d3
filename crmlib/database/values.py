"""From the cells of a file to typed columns, and what is wrong with a cell that will not go."""

from __future__ import annotations

import re

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

NUMBER = r"^-?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?$"
INTEGER = r"^-?\d{1,18}(\.0+)?$"
DAY = r"^\d{4}-\d{2}-\d{2}$"
MOMENT = r"^\d{4}-\d{2}-\d{2}([ T]\d{2}:\d{2}(:\d{2}(\.\d{1,6})?)?)?$"
LENIENT = r"^\+|^-?0[xX]|[ T]\d\d$"
"""What Arrow reads, yet is neither a number nor a time here: +12, 0x1F, an hour without minutes."""
SPOILT_IDENTIFIER = r"^[\s\x{a0}\x{3000}=@]|[\s\x{a0}\x{3000}]$|[\x00-\x1f]"
FORMULA = r"^[=@]|^[+\-].*[(!|]"
YES, NO = ("true", "yes", "1"), ("false", "no", "0")
ARROW_TYPES = {"date": pa.date32(), "time": pa.timestamp("us"), "integer": pa.int64(), "number": pa.float64()}
ARROW_TYPES |= {"yes/no": pa.bool_()}
MEANT = {
    "identifier": "text",
    "text": "text",
    "choice": "text",
    "date": "a date",
    "time": "a date and time",
    "integer": "a whole number",
    "number": "a number",
    "yes/no": "True or False",
}


def from_text(cells, kind):
    """Turn text cells into a column of their kind.

    cells: pyarrow string column, null where empty. Returns: pyarrow column, and the positions of cells that are not of
    the kind (they are null in the column).
    """
    if kind in ("text", "choice"):
        return cells, np.array([], dtype=int)
    if kind == "identifier":
        column = _where(pc.invert(pc.match_substring_regex(cells, SPOILT_IDENTIFIER)), cells)
    elif kind == "yes/no":
        plain = pc.utf8_lower(cells)
        column = _where(pc.is_in(plain, pa.array(YES + NO)), pc.is_in(plain, pa.array(YES)))
    else:
        try:
            column = _where(pc.invert(pc.match_substring_regex(cells, LENIENT)), cells.cast(ARROW_TYPES[kind]))
        except pa.ArrowInvalid:
            column = _one_by_one(cells, kind)
    return _finite(column), np.flatnonzero(pc.and_not(cells.is_valid(), _finite(column).is_valid()))


def _where(good, cells):
    return pc.if_else(good, cells, pa.scalar(None, cells.type))


def _finite(column):
    return _where(pc.is_finite(column), column) if pa.types.is_floating(column.type) else column


def _one_by_one(cells, kind):
    """Convert the cells that look like their kind, and leave out what then still is none, as 30 February."""
    pattern = {"date": DAY, "time": MOMENT, "integer": INTEGER, "number": NUMBER}[kind]
    texts = _where(pc.match_substring_regex(cells, pattern), cells).to_pandas().astype("str")
    if kind == "integer":
        series = texts.str.replace(r"\.0+$", "", regex=True).astype("Int64")
    elif kind == "number":
        series = pd.to_numeric(texts, errors="coerce").astype("float64")
    else:
        series = pd.to_datetime(texts, format="%Y-%m-%d" if kind == "date" else "ISO8601", errors="coerce")
    return pa.chunked_array([pa.array(series, ARROW_TYPES[kind], from_pandas=True, safe=False)])


def from_arrow(column, kind):
    """Turn a typed column (Parquet, DataFrame) into a column of its kind.

    Returns: pyarrow column and bad positions as from_text; None when the stored type cannot hold such a column.
    """
    types = pa.types
    if types.is_dictionary(column.type):
        column = column.cast(column.type.value_type)
    if types.is_string(column.type) or types.is_large_string(column.type) or types.is_string_view(column.type):
        column = column.cast(pa.string())
        return from_text(_where(pc.not_equal(column, ""), column), kind)
    if types.is_null(column.type):
        return from_text(column.cast(pa.string()), kind)
    if not fits(column.type, kind):
        return None, np.array([], dtype=int)
    if kind in ("identifier", "text", "choice"):
        return from_text(column.cast(pa.string()), kind)
    # pandas writes an empty float as NaN, so a NaN in Parquet means "no value"; infinity means a fault.
    if types.is_floating(column.type):
        column = _where(pc.invert(pc.is_nan(column)), column)
    typed = _cast_typed(column, kind)
    return typed, np.flatnonzero(pc.and_not(column.is_valid(), typed.is_valid()))


def _cast_typed(column, kind):
    if kind in ("date", "time"):
        moments = column.cast(pa.timestamp("us"), safe=False)
        whole = pc.equal(moments, pc.floor_temporal(moments, unit="day"))
        return _where(whole, moments.cast(pa.date32(), safe=False)) if kind == "date" else moments
    if kind == "yes/no" and not pa.types.is_boolean(column.type):
        return _where(pc.is_in(column.cast(pa.int64()), pa.array([0, 1])), pc.equal(column.cast(pa.int64()), 1))
    if kind == "integer" and not pa.types.is_integer(column.type):
        numbers = _finite(column.cast(pa.float64(), safe=False))
        return _where(pc.equal(numbers, pc.round(numbers)), numbers).cast(pa.int64())
    return _finite(column.cast(ARROW_TYPES[kind], safe=False))


def fits(stored, kind):
    """Return whether an Arrow type can hold values of a kind."""
    types = pa.types
    whole = types.is_integer(stored)
    numeric = whole or types.is_floating(stored) or types.is_decimal(stored)
    day = types.is_date(stored) or (types.is_timestamp(stored) and stored.tz is None)
    text = types.is_string(stored) or types.is_large_string(stored)
    return {
        "identifier": text or whole,
        "text": text or whole,
        "choice": text,
        "date": day,
        "time": day,
        "integer": numeric,
        "number": numeric,
        "yes/no": types.is_boolean(stored) or whole,
    }[kind]


def explain(text, kind):
    """Return what is wrong with a cell that is not of its kind, and the way out."""
    text = str(text)
    if text != text.strip() or text.strip("\u3000\xa0") != text:
        return "spaces before or after the value: remove them"
    if re.match(r"[=@]", text):
        return "looks like a spreadsheet formula: write the plain value"
    if kind == "identifier":
        return "an identifier is one line of ordinary characters: remove line breaks and control characters"
    if text.lower() in ("nan", "na", "n/a", "null", "none", "-", "—", "#n/a", "nat", "无", "未知", "unknown", "?"):
        return "leave the cell empty where the value is unknown"
    if kind in ("date", "time"):
        return _explain_date(text, kind)
    if kind == "yes/no":
        return "must be True or False"
    return _explain_number(text, kind)


def _explain_date(text, kind):
    if kind == "time":
        if re.fullmatch(r".*(Z|[+-]\d{2}:?\d{2})", text) and re.match(r"\d{4}-\d{2}-\d{2}[ T]\d", text):
            return "has a time zone: write local time without it, e.g. 2024-03-07 09:30"
        if re.match(r"\d{4}-\d{2}-\d{2}[ T]", text):
            return "there is no such time: write e.g. 2024-03-07 09:30"
    if re.fullmatch(r"\d{4}-\d{2}-\d{2}", text):
        return "there is no such day in the calendar: correct it"
    return "not a date: write year-month-day, e.g. 2024-03-07; crmbook import reads other styles"


def _explain_number(text, kind):
    if re.fullmatch(r"(?i)[+-]?inf(inity)?", text) or (re.fullmatch(NUMBER, text) and kind == "number"):
        return "infinite or too large: give a finite number or leave the cell empty"
    if re.fullmatch(NUMBER, text):
        return "must be a whole number of at most 18 digits"
    digits = "1200.50" if kind == "number" else "12"
    return f"not {MEANT[kind]}: write digits only, e.g. {digits}; crmbook import reads signs, separators, brackets"
