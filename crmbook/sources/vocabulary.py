"""What exports call the columns of the data dictionary, and the words that stand in their cells."""

from __future__ import annotations

import csv
import re
from functools import cache
from importlib.resources import files
from unicodedata import combining, normalize

from crmlib.dictionary import SCHEMAS

AS_ENDING = 1
"""So much less sure is a name that only ends in a term, as 买家实付金额 does in 实付金额."""
BESIDE = {"unit_price", "status", "currency", "other"}
"""Columns that no table holds, yet a proposal needs to know."""


def bare(name):
    """A column's name without case, accents, marks and what stands in brackets."""
    text = re.sub(r"\(.*?\)|\[.*?\]|【.*?】", "", normalize("NFKC", name)) or normalize("NFKC", name)
    text = re.sub(r"([a-z])([A-Z])", r"\1 \2", text)
    letters = "".join(letter for letter in normalize("NFD", text.casefold()) if not combining(letter))
    return " ".join(re.findall(r"[^\W_]+", letters))


@cache
def terms():
    """Table → term → list of (column, rank): 0 the dictionary's own names, 1 and more a stand-in."""
    known = {}
    for table, schema in SCHEMAS.items():
        for column, held in schema.columns.items():
            for name in (column, held.metadata["chinese"]):
                known.setdefault(table, {}).setdefault(bare(name), []).append((column, 0))
    for row in _rows("terms.csv"):
        for name in row["terms"].split("|"):
            known[row["table"]].setdefault(bare(name), []).append((row["column"], int(row["rank"])))
    return known


@cache
def words():
    """Meaning → the words for it, in lower case."""
    return {row["means"]: {word.casefold() for word in row["words"].split("|")} for row in _rows("words.csv")}


def _rows(name):
    with files("crmbook.sources").joinpath(name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def meanings(name, table):
    """What a column of this name may hold in a table: list of (column, rank), by the longest term that it ends in."""
    known, name = terms()[table], bare(name)
    if name in known:
        return known[name]
    ends = [term for term in known if name.endswith(term if len(term) > 1 and term[0] > "\u2e80" else f" {term}")]
    return [(column, rank + AS_ENDING) for column, rank in known[max(ends, key=len)]] if ends else []
