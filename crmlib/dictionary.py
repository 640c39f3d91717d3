"""The data dictionary: ``dictionary.csv``, one row a column, read as one pandera schema a table.

A row of kind "table" opens each table and says what one of its rows is; its ``known_from`` is the column by which
``as_of`` cuts the table (empty: not cut). In a column's row:

* ``required``: the table cannot be read without it, and its cells may not be empty; all others may;
* ``key``: the key columns together identify a row; ``refers_to``: the ``table.column`` in which its values are found;
* ``low``, ``high``: bounds, both included; ``choices``: the only values allowed, between "|";
* ``known_from``: the date column from which on the value is known, where that is later than the row itself;
* ``group``: the textbook's kind of customer information; ``personal``: says something about a single person, directly
  or by description, and goes to no outsider; ``chinese``: the Chinese term.

Money is in the company's own currency (``company.currency``), written as the unit "money". Scores say their scale.
"""

from __future__ import annotations

import csv
from pathlib import Path

import pandera.pandas as pa

PANDAS_TYPES = {
    "identifier": "str",
    "text": "str",
    "choice": "str",
    "date": "datetime64[us]",
    "time": "datetime64[us]",
    "integer": "Int64",
    "number": "float64",
    "yes/no": "boolean",
}
LARGEST_AMOUNT = 1e9
EARLIEST, LATEST = "1900-01-01", "2100-12-31"


def read(path):
    """Read a data dictionary. Returns: name → pandera ``DataFrameSchema``, in the file's order.

    What pandera has no place for stands in the metadata: of a table ``chinese``, ``key``, ``dated``, ``later`` (date
    column → what is known from it on), ``references``; of a column ``kind``, ``unit``, ``chinese``, ``group``,
    ``personal``, ``low``, ``high``, ``choices``.
    """
    tables = {}
    with open(path, encoding="utf-8-sig", newline="") as file:
        for row in csv.DictReader(file):
            tables.setdefault(row["table"], []).append(row)
    return {name: _table(first, columns) for name, (first, *columns) in tables.items()}


def _table(first, columns):
    key = [row["column"] for row in columns if row["key"]]
    later = {}
    for row in columns:
        if row["known_from"]:
            later.setdefault(row["known_from"], []).append(row["column"])
    metadata = {
        "chinese": first["chinese"],
        "key": key,
        "dated": first["known_from"] or None,
        "later": later,
        "references": {row["column"]: row["refers_to"] for row in columns if row["refers_to"]},
    }
    schemas = {row["column"]: _column(row) for row in columns}
    return pa.DataFrameSchema(
        schemas, name=first["table"], description=first["meaning"], unique=key or None, metadata=metadata
    )


def _column(row):
    kind, required = row["kind"], bool(row["required"])
    low, high = _bounds(row)
    choices = row["choices"].split("|") if row["choices"] else None
    checks = []
    if low is not None:
        checks.append(pa.Check.ge(low, error=f"at least {low}"))
    if high is not None:
        checks.append(pa.Check.le(high, error=f"at most {high}"))
    if choices:
        checks.append(pa.Check.isin(choices, error="one of " + ", ".join(choices)))
    metadata = {name: row[name] for name in ("kind", "unit", "chinese", "group")}
    metadata |= {"personal": bool(row["personal"]), "low": low, "high": high, "choices": choices}
    return pa.Column(
        PANDAS_TYPES[kind],
        checks,
        nullable=not required,
        required=required,
        description=row["meaning"],
        metadata=metadata,
    )


def _bounds(row):
    if row["kind"] in ("date", "time"):
        return EARLIEST, LATEST
    low, high = (None if row[end] == "" else float(row[end]) for end in ("low", "high"))
    if row["kind"] == "number" and row["unit"] == "money":
        low, high = -LARGEST_AMOUNT if low is None else low, LARGEST_AMOUNT if high is None else high
    # A whole number is shown without ".0" to whoever broke the rule.
    return tuple(int(end) if end is not None and end.is_integer() else end for end in (low, high))


SCHEMAS = read(Path(__file__).with_name("dictionary.csv"))
"""All tables of the customer database by name; a table stands before those that refer to it."""


def choices(table, column):
    """Return the values that a column of kind "choice" may take, in the dictionary's order."""
    return SCHEMAS[table].columns[column].metadata["choices"]
