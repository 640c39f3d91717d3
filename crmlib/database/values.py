"""From the cells of a file to typed columns, and what is wrong with a cell that will not go."""

from __future__ import annotations

import re

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from crmlib.dictionary import PANDAS_TYPES

NUMBER = r"^-?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?$"
INTEGER = r"^-?\d{1,18}(\.0+)?$"
DAY = r"^\d{4}-\d{2}-\d{2}$"
MOMENT = r"^\d{4}-\d{2}-\d{2}([ T]\d{2}:\d{2}(:\d{2}(\.\d{1,6})?)?)?$"
SPOILT_IDENTIFIER = r"^[\s\x{a0}\x{3000}=@]|[\s\x{a0}\x{3000}]$|[\x00-\x1f]"
FORMULA = r"^[=@]|^[+\-].*[(!|]"
YES, NO = ("true", "yes", "1"), ("false", "no", "0")
ARROW_TYPES = {"date": pa.date32(), "time": pa.timestamp("us"), "integer": pa.int64(), "number": pa.float64()}
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

    cells: pyarrow string column, null where empty. Returns: pandas Series, and the positions of cells that are not of
    the kind (they are empty in the Series).
    """
    series, bad = _CONVERTERS[kind](cells)
    return series.astype(PANDAS_TYPES[kind]), np.flatnonzero(bad)


def _texts(cells):
    return cells.to_pandas().astype("str")


def _matching(cells, pattern):
    return pc.match_substring_regex(cells, pattern).to_pandas().fillna(False).to_numpy(dtype=bool)


def _from_identifier(cells):
    series, bad = _texts(cells), _matching(cells, SPOILT_IDENTIFIER)
    return series.mask(bad), bad


def _from_any_text(cells):
    return _texts(cells), np.zeros(len(cells), dtype=bool)


def _from_date(cells):
    try:
        days = cells.cast(pa.date32()).cast(pa.timestamp("us")).to_pandas()
        return days, np.zeros(len(cells), dtype=bool)
    except pa.ArrowInvalid:
        return _by_pattern(cells, DAY, lambda texts: pd.to_datetime(texts, format="%Y-%m-%d", errors="coerce"))


def _from_time(cells):
    try:
        return cells.cast(pa.timestamp("us")).to_pandas(), np.zeros(len(cells), dtype=bool)
    except pa.ArrowInvalid:
        return _by_pattern(cells, MOMENT, lambda texts: pd.to_datetime(texts, format="ISO8601", errors="coerce"))


def _from_number(cells):
    try:
        series = cells.cast(pa.float64()).to_pandas()
    except pa.ArrowInvalid:
        series, _ = _by_pattern(cells, NUMBER, lambda texts: pd.to_numeric(texts, errors="coerce").astype("float64"))
    bad = ~np.isfinite(series.to_numpy(dtype=float)) & cells.is_valid().to_numpy()
    return series.mask(bad), bad


def _from_integer(cells):
    try:
        return cells.cast(pa.int64()).to_pandas(types_mapper={pa.int64(): pd.Int64Dtype()}.get), np.zeros(
            len(cells), bool
        )
    except pa.ArrowInvalid:
        return _by_pattern(cells, INTEGER, lambda texts: texts.str.replace(r"\.0+$", "", regex=True).astype("Int64"))


def _from_yes_no(cells):
    plain = _texts(cells).str.lower()
    known = plain.isin(YES + NO)
    series = plain.isin(YES).astype("boolean").mask(~known)
    return series, (~known & plain.notna()).to_numpy(dtype=bool)


def _by_pattern(cells, pattern, convert):
    texts = _texts(cells)
    fitting = _matching(cells, pattern)
    series = convert(texts.where(fitting))
    return series, (series.isna() & texts.notna()).to_numpy(dtype=bool)


_CONVERTERS = {
    "identifier": _from_identifier,
    "text": _from_any_text,
    "choice": _from_any_text,
    "date": _from_date,
    "time": _from_time,
    "integer": _from_integer,
    "number": _from_number,
    "yes/no": _from_yes_no,
}


def from_arrow(column, kind):
    """Turn a typed column (Parquet, Ibis) into a column of its kind.

    Returns: Series and bad positions as from_text; Series None when the stored type cannot hold such a column.
    """
    if pa.types.is_dictionary(column.type):
        column = column.cast(column.type.value_type)
    stored = column.type
    if pa.types.is_string(stored) or pa.types.is_large_string(stored) or pa.types.is_string_view(stored):
        texts = column.cast(pa.string())
        return from_text(pc.if_else(pc.equal(texts, ""), pa.scalar(None, pa.string()), texts), kind)
    if pa.types.is_null(stored):
        return from_text(column.cast(pa.string()), kind)
    if not fits(stored, kind):
        return None, np.array([], dtype=int)
    if kind in ("identifier", "text", "choice"):
        return from_text(column.cast(pa.string()), kind)
    return _cast_typed(column, kind)


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


def _cast_typed(column, kind):
    none = np.zeros(len(column), dtype=bool)
    if kind in ("date", "time"):
        series = column.cast(pa.timestamp("us"), safe=False).to_pandas()
        bad = (series.notna() & (series != series.dt.normalize())).to_numpy() if kind == "date" else none
        return series.mask(bad).astype("datetime64[us]"), np.flatnonzero(bad)
    if kind == "yes/no":
        values = column.cast(pa.int64()).to_pandas().astype("Int64")
        bad = (values.notna() & ~values.isin([0, 1])).to_numpy(dtype=bool)
        return values.mask(bad).astype("boolean"), np.flatnonzero(bad)
    values = column.cast(pa.float64(), safe=False).to_pandas().astype("float64")
    filled = column.is_valid().to_numpy()
    # pandas writes an empty float as NaN, so a NaN in Parquet means "no value"; infinity means a fault.
    bad = filled & np.isinf(values.to_numpy())
    if kind == "number":
        return values.mask(bad), np.flatnonzero(bad)
    if pa.types.is_integer(column.type):
        return column.cast(pa.int64()).to_pandas(types_mapper={pa.int64(): pd.Int64Dtype()}.get), np.flatnonzero(none)
    bad |= (values.notna() & (values != values.round())).to_numpy()
    return values.mask(bad).astype("Int64"), np.flatnonzero(bad)


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


_DATE_MISTAKES = (
    (r"\d{4}-\d{2}-\d{2}", "there is no such day in the calendar: correct it"),
    (r"\d{4}-\d{1,2}-\d{1,2}", "write month and day with two digits, e.g. 2024-03-07"),
    (r"\d{4}-\d{2}-\d{2}[ T].*", "write the day alone, e.g. 2024-03-07"),
    (r"\d{8}", "write the date with dashes, e.g. 2024-03-07"),
    (r"\d{4}[/.]\d{1,2}[/.]\d{1,2}.*", "write the date with dashes and two digits each, e.g. 2024-03-07"),
    (r"\d{4}年.*", "write the date as 2024-03-07"),
    (r"\d{1,2}[-/.]\d{1,2}[-/.]\d{4}.*", "day or month first? Write year-month-day, e.g. 2024-03-07"),
    (r"\d{1,2}[-/.]\d{1,2}[-/.]\d{2}( .*)?", "the year has two digits: write year-month-day, e.g. 2024-03-07"),
    (r"\d{5}(\.\d+)?", "looks like a spreadsheet's day number: format the column as 2024-03-07 before saving"),
)


def _explain_date(text, kind):
    if kind == "time":
        if re.fullmatch(r".*(Z|[+-]\d{2}:?\d{2})", text) and re.match(r"\d{4}-\d{2}-\d{2}[ T]\d", text):
            return "has a time zone: write local time without it, e.g. 2024-03-07 09:30"
        if re.match(r"\d{4}-\d{2}-\d{2}[ T]", text):
            return "there is no such time: write e.g. 2024-03-07 09:30"
    for pattern, rule in _DATE_MISTAKES:
        if re.fullmatch(pattern, text):
            return rule
    return "not a date: write year-month-day, e.g. 2024-03-07"


def _explain_number(text, kind):
    if re.search(r"[¥￥$€£元]|(?i:cny|rmb|usd|eur|gbp)", text):
        return "remove the currency sign; money columns are all in the company's currency"
    if text.endswith(("%", "‰")):
        return "remove the per cent sign"
    if re.fullmatch(r"-?\d{1,3}([,' ]\d{3})+(\.\d*)?", text):
        return "remove the thousands separators, e.g. 1200.50"
    if re.fullmatch(r"-?\d+,\d+|-?\d{1,3}(\.\d{3})+,\d+", text):
        return "write a point for the decimals and no thousands separators, e.g. 1200.50"
    if re.fullmatch(r"\(.*\)", text):
        return "write a negative number with a minus sign, not in brackets"
    if re.fullmatch(r"(?i)[+-]?inf(inity)?", text) or (re.fullmatch(NUMBER, text) and kind == "number"):
        return "infinite or too large: give a finite number or leave the cell empty"
    if re.fullmatch(NUMBER, text):
        return "must be a whole number of at most 18 digits"
    if text.startswith("+"):
        return "remove the plus sign"
    return f"not {MEANT[kind]}: write digits only, e.g. {'1200.50' if kind == 'number' else '12'}"
