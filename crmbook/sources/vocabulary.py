"""What exports call the columns of the data dictionary, and the words that stand in their cells."""

from __future__ import annotations

import csv
import re
from functools import cache
from importlib.resources import files
from unicodedata import combining, normalize

from crmlib.dictionary import SCHEMAS

OWN, AS_ENDING = 1, 0.5
"""Rank of the dictionary's own names, unless terms.csv gives another, and what is added to it for a name that only ends
in a term, as 买家实付金额 does in 实付金额."""


def bare(name):
    """A column's name without case, accents, marks and what stands in brackets."""
    text = re.sub(r"\(.*?\)|\[.*?\]|【.*?】", "", normalize("NFKC", name)) or name
    text = normalize("NFD", re.sub(r"(?<=[a-z])(?=[A-Z])|(?<=[\u2e80-\uffff])(?=[A-Za-z])", " ", text).casefold())
    return " ".join(re.findall(r"[^\W_]+", "".join(letter for letter in text if not combining(letter))))


def _rows(name):
    return list(csv.DictReader(files("crmbook.sources").joinpath(name).read_text("utf-8").splitlines()))


@cache
def _terms():
    """Table → term → column → rank: 0 the dictionary's own names, 1 and more a stand-in."""
    named = [(row["table"], row["column"], int(row["rank"]), row["terms"].split("|")) for row in _rows("terms.csv")]
    for table, schema in SCHEMAS.items():
        named += [(table, column, OWN, (column, held.metadata["chinese"])) for column, held in schema.columns.items()]
    known = {table: {} for table in SCHEMAS}
    for table, column, rank, names in named:
        for name in names:
            known[table].setdefault(bare(name), {}).setdefault(column, rank)
    return known


@cache
def words(meaning):
    """The words for a meaning, in lower case."""
    return next((row["words"].split("|") for row in _rows("words.csv") if row["means"] == meaning), [])


def known_names(row):
    """How many cells of a row are names of columns."""
    return sum(any(bare(cell) in known for known in _terms().values()) for cell in set(row) - {""})


def meanings(name, table):
    """What a column of this name may hold in a table: column → rank, by the longest term in which the name ends."""
    known, name = _terms()[table], bare(name)
    ends = [term for term in known if name.endswith(term if term[:1] > "\u2e80" else f" {term}") and len(term) > 1]
    longest = known.get(max(ends, key=len, default=None), {})
    return known.get(name) or {column: rank + AS_ENDING for column, rank in longest.items()}
