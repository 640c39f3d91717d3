"""How the data dictionary is written: one function for a column, one for a table.

What pandera has no place for stands in the metadata:

* of a table: ``chinese``, ``key`` (columns that identify a row), ``dated`` (the column by which ``as_of`` cuts;
  None: not cut), ``later`` (date column → the columns that become known on that date), ``references``
  (column → ``table.column``);
* of a column: ``kind`` (identifier, text, choice, date, time, integer, number, yes/no), ``unit``, ``chinese``,
  ``group`` (the textbook's kind of customer information).

Money is in the company's own currency (``company.currency``), written here as the unit "money". Scores say their scale.
"""

from __future__ import annotations

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


def column(
    kind, chinese, meaning, *, unit="", required=False, empty=None, low=None, high=None, choices=None, group=None
):
    """One column: its kind, Chinese term, meaning, unit and the values it may take.

    ``required``: the table cannot be read without it, and its cells may not be empty unless ``empty=True``.
    ``low``, ``high``: bounds, both included. ``choices``: the only values allowed.
    """
    if kind in ("date", "time"):
        low, high = low or EARLIEST, high or LATEST
    if kind == "number" and unit == "money":
        low, high = -LARGEST_AMOUNT if low is None else low, LARGEST_AMOUNT if high is None else high
    checks = []
    if low is not None:
        checks.append(pa.Check.ge(low, error=f"at least {low}"))
    if high is not None:
        checks.append(pa.Check.le(high, error=f"at most {high}"))
    if choices:
        checks.append(pa.Check.isin(choices, error="one of " + ", ".join(choices)))
    nullable = not required if empty is None else empty
    metadata = {
        "kind": kind,
        "unit": unit,
        "chinese": chinese,
        "group": group,
        "low": low,
        "high": high,
        "choices": choices,
    }
    return pa.Column(
        PANDAS_TYPES[kind], checks, nullable=nullable, required=required, description=meaning, metadata=metadata
    )


def table(name, chinese, meaning, columns, *, key=(), dated=None, later=None, references=None, truth=False):
    """One table: its columns, and how the database cuts it in time and joins it to others."""
    metadata = {
        "chinese": chinese,
        "key": list(key),
        "dated": dated,
        "later": later or {},
        "references": references or {},
        "truth": truth,
    }
    return pa.DataFrameSchema(
        columns, name=name, description=meaning, unique=list(key) or None, strict=False, metadata=metadata
    )


def customer_column(required=True, **options):
    """The column that names the customer, alike in all tables."""
    return column("identifier", "客户编号", "The customer.", required=required, **options)


def scale_column(chinese, meaning, low=1, high=10):
    """A whole-number answer on a scale, both ends included."""
    return column("integer", chinese, meaning, unit=f"{low}–{high}", low=low, high=high)


TO_CUSTOMER = {"customer_id": "customers.customer_id"}
CONTACT_CHANNELS = ["visit", "phone", "email", "sms", "wechat", "letter", "event"]
LEAVING_REASONS = [
    "quality",
    "price",
    "service",
    "delivery",
    "complaint handling",
    "rival offer",
    "moved or closed",
    "needs changed",
    "other",
]
