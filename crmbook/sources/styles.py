"""How an export writes days and numbers: the styles that suit all of its cells, and the cells read in one of them."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from html import unescape
from unicodedata import normalize

import pandas as pd

ORDERS = {"year first": "ymd", "day first": "dmy", "month first": "mdy"}
CLOCK = r"(?:[T,\s-]*(上午|下午)?\s*(\d{1,2}[:时]\d{2}.*))?"
DATE = re.compile(r"(\d{1,4})[-/.年]\s?(\d{1,2})[-/.月]\s?(\d{1,4})[日号]?" + CLOCK)
IN_ONE_PIECE = r"^((?:19|20)\d\d)(\d\d)(\d\d)(?=\D|$)"
IN_WORDS = r"(?i)\d\W*(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\W+\d|^[a-z]{3,9}\.? \d{1,2},? \d{4}"
SPREADSHEET_DAY = r"[2-5]\d{4}(?:\.\d+)?"
MARKS = {"point": (".", ","), "comma": (",", ".")}
CURRENCY = r"[¥$€£₹₽₩]|元|\b(?i:cny|rmb|usd|eur|gbp|jpy|hkd|chf|aud|cad)\b"
FIGURE = r"-?(?:\d+|[1-9]\d{{0,2}}(?:{1}\d{{3}})+)(?:{0}\d+)?(?:[eE][+-]?\d+)?"


def plain(text):
    """A cell with full-width characters and entities made ordinary ones, and a wrapping (="…", '…) taken off."""
    return re.sub(r"^='?\"(.*)\"$|^['`](?=.)", r"\1", normalize("NFKC", unescape(text))).strip()


def days(cells, order):
    """The cells as moments of local time, NaT where a cell is no date in this order of day, month and year."""
    known = {cell: _moment(cell, ORDERS[order]) for cell in cells.unique()}
    return pd.to_datetime(cells.map(known)).astype("datetime64[us]")


def _moment(cell, order):
    from dateutil import parser

    try:
        if re.fullmatch(SPREADSHEET_DAY, cell):
            return datetime(1899, 12, 30) + timedelta(days=round(float(cell) * 86400) / 86400)
        if re.search(IN_WORDS, cell):
            return parser.parse(cell).replace(tzinfo=None)
        found = DATE.fullmatch(re.sub(IN_ONE_PIECE, r"\1-\2-\3", cell))
        parts = dict(zip("ymd" if len(found[1]) == 4 else order, found.groups()[:3], strict=True))
        year = "%Y" if len(parts["y"]) == 4 else "%y"
        day = datetime.strptime("-".join(parts[each] for each in "ymd"), f"{year}-%m-%d")
        clock = re.sub("[时分秒]", ":", found[5] or "").strip(":") + {"上午": "am", "下午": "pm"}.get(found[4], "")
        return parser.parse(clock, default=day).replace(tzinfo=None) if clock else day
    except (ValueError, OverflowError, TypeError):  # TypeError: no date at all
        return None


def numbers(cells, mark):
    """The cells as numbers, NaN where a cell is none: currency signs, thousands, brackets for minus are understood."""
    point, thousands = MARKS[mark]
    bare = cells.str.replace(CURRENCY, "", regex=True).str.replace("−", "-").str.strip()
    bare = bare.str.replace(r"(?<=\d)[\s'’](?=\d{3}(?!\d))|(?<=^[-+(])\s", "", regex=True)
    bare = bare.str.replace(r"^\((.+)\)$|^(.+)-$", r"-\1\2", regex=True).str.removeprefix("+")
    fits = bare.str.fullmatch(FIGURE.format(re.escape(point), re.escape(thousands)))
    bare = bare.str.replace(thousands, "").str.replace(point, ".").where(fits)
    return pd.to_numeric(bare, errors="coerce").astype("float64")


STYLES = {"dates": (ORDERS, days), "decimals": (MARKS, numbers)}
"""Part of a mapping → the styles it may name, and the function that reads cells in one of them."""


def judged(cells, part):
    """Return the styles that suit all cells which some style can read, one of those that read alike; and the others.

    cells: Series of different texts. Returns: list of styles (several: it cannot be told which), and the unreadable.
    """
    known, read = STYLES[part]
    found = pd.DataFrame({style: read(cells, style) for style in known})
    readable = found.notna().any(axis=1)
    whole = found[readable].loc[:, found[readable].notna().all()].T.drop_duplicates().T
    return list(whole) if readable.any() else [], cells[~readable].tolist()
