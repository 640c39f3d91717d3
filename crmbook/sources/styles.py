"""How an export writes days and numbers: the styles that suit all of its cells, and the cells in one of them."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from unicodedata import normalize

import pandas as pd

ORDERS = {"year first": "ymd", "day first": "dmy", "month first": "mdy"}
MARKS = {"point": (".", ","), "comma": (",", ".")}
TIME = (
    r"(?:[T,\s]*(?:(上午|下午)\s*)?(?P<hour>\d{1,2})[:时](?P<minute>\d{2})(?:[:分](?P<second>\d{2})秒?(?:[.,]\d+)?)?分?"
    r"\s*(?P<half>(?i:[ap]\.?m\.?))?(?P<zone>\s*(?:Z|UTC|GMT|[+-]\d{2}:?\d{2})){0,2})?"
)
IN_FIGURES = re.compile(r"(\d{1,4})(?:[-/.年]|\. )(\d{1,2})(?:[-/.月]|\. )(\d{1,4})[日号]?\.?" + TIME)
IN_ONE_PIECE = re.compile(r"((?:19|20)\d\d)(\d\d)(\d\d)" + TIME.replace(r"[T,\s]*", r"[T,\s]+"))
IN_WORDS = re.compile(
    r"(?:[A-Z][a-z]{2,8},? )?(?:(?P<d>\d{1,2})[-. ]+(?P<m>[^\W\d]{3,9})\.?|(?P<M>[^\W\d]{3,9})\.? (?P<D>\d{1,2})),?[-. ]+"
    r"(?P<y>\d{4}|\d{2})" + TIME
)
MONTHS = (
    "jan",
    "feb|fév|fev",
    "mar|mär|mrz",
    "apr|avr",
    "may|mai",
    "jun|juin",
    "jul|juil",
    "aug|aoû",
    "sep",
    "oct|okt",
)
MONTHS += ("nov", "dec|dez|déc")
DAY_NUMBER = re.compile(r"[2-5]\d{4}(?:\.\d+)?")
SPREADSHEET_BEGINS = datetime(1899, 12, 30)
CURRENCY = r"[¥$€£₹₽₩฿₺]|元|圆|\b(?i:cny|rmb|usd|eur|gbp|jpy|hkd|chf|aud|cad|kr|zł)\b\.?"
FIGURE = r"-?(?:\d+|[1-9]\d{{0,2}}(?:{1}\d{{3}})+)(?:{0}\d+)?(?:[eE][+-]?\d+)?"


def plain(text):
    """A cell with full-width characters made ordinary ones and a spreadsheet's wrapping (="…", '…) taken off."""
    return re.sub(r"^='?\"(.*)\"$|^'(?=.)", r"\1", normalize("NFKC", text)).strip()


def day_orders(cells):
    """The orders of day, month and year in which every cell is a date, one of those that give the same days."""
    return telling({order: days(cells.drop_duplicates(), order) for order in ORDERS})


def telling(found):
    """The names of complete readings that differ from each other."""
    whole = {name: values for name, values in found.items() if len(values) and values.notna().all()}
    return [name for n, name in enumerate(whole) if not any(whole[name].equals(whole[o]) for o in [*whole][:n])]


def days(cells, order):
    """The cells as moments of local time, NaT where a cell is no date in this order."""
    known = {cell: _moment(cell, order) for cell in cells.unique()}
    return pd.to_datetime(cells.map(known)).astype("datetime64[us]")


def _moment(cell, order):
    if DAY_NUMBER.fullmatch(cell):
        return SPREADSHEET_BEGINS + timedelta(days=round(float(cell) * 86400) / 86400)
    if found := IN_WORDS.fullmatch(cell):
        name = (found["m"] or found["M"]).lower()
        month = next((n for n, names in enumerate(MONTHS, 1) if re.match(names, name)), 0)
        parts = {"y": found["y"], "m": month, "d": found["d"] or found["D"]}
    elif found := IN_ONE_PIECE.fullmatch(cell) or IN_FIGURES.fullmatch(cell):
        order = "year first" if len(found[1]) == 4 else order
        parts = dict(zip(ORDERS[order], found.groups()[:3], strict=True))
    else:
        return None
    if len(str(parts["y"])) not in (2, 4) or max(len(str(parts["d"])), len(str(parts["m"]))) > 2:
        return None
    year = int(parts["y"]) + (2000 if len(parts["y"]) == 2 else 0)
    try:
        return datetime(year, int(parts["m"]), int(parts["d"]), *_clock(found))
    except ValueError:
        return None


def _clock(found):
    hour, minute, second = (int(found[part] or 0) for part in ("hour", "minute", "second"))
    if found["half"] or "午" in found[0]:
        later = "下午" in found[0] or (found["half"] or "").lower().startswith("p")
        hour = hour % 12 + 12 * later if hour <= 12 else hour
    return hour, minute, second


def decimal_marks(cells):
    """The decimal marks with which every cell is a number, alike where the file leaves no choice; else empty."""
    return telling({mark: numbers(cells.drop_duplicates(), mark) for mark in MARKS})


def numbers(cells, mark):
    """The cells as numbers, NaN where a cell is none: currency signs, thousands, brackets for minus are understood."""
    point, thousands = MARKS[mark]
    bare = cells.str.replace(CURRENCY, "", regex=True).str.replace(r"[\s'’_]", "", regex=True)
    bare = bare.str.replace("−", "-").str.replace(r"^\((.+)\)$|^(.+)-$", r"-\1\2", regex=True).str.removeprefix("+")
    fits = bare.str.fullmatch(FIGURE.format(re.escape(point), re.escape(thousands)))
    bare = bare.str.replace(thousands, "").str.replace(point, ".").where(fits)
    return pd.to_numeric(bare, errors="coerce").astype("float64")


def currencies(cells):
    """The currency signs that stand in the cells."""
    return sorted(set(cells.str.extract(f"({CURRENCY})", expand=False).dropna().str.upper()))
