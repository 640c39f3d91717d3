"""A table as the simulator keeps it: numbers and codes in memory, text only for the rows being written.

Days are counted from 1 January 2021 (day 0), moments in minutes from its midnight. ``NONE`` is an empty cell.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

NONE = -1_000_000_000
DAY_ZERO = np.datetime64("2021-01-01")
_EPOCH = int(DAY_ZERO.astype("datetime64[D]").astype(int))


def _arrow(values, missing, kind):
    return pa.array(values, type=kind, mask=missing if missing.any() else None)


@dataclass
class Labels:
    """Identifiers such as C000123: a prefix and a number of fixed width."""

    prefix: str
    codes: np.ndarray
    width: int

    def arrow(self, rows):
        codes = self.codes[rows]
        numbers = pc.cast(_arrow(codes.astype(np.int64), codes <= NONE, pa.int64()), pa.string())
        padded = pc.utf8_lpad(numbers, width=self.width, padding="0")
        return pc.binary_join_element_wise(pa.scalar(self.prefix), padded, "")


@dataclass
class Choices:
    """Positions in a list of texts."""

    codes: np.ndarray
    texts: list

    def arrow(self, rows):
        codes = self.codes[rows].astype(np.int64)
        return pa.array(self.texts, type=pa.string()).take(_arrow(codes, codes < 0, pa.int64()))


@dataclass
class Days:
    """Days since day zero."""

    days: np.ndarray

    def arrow(self, rows):
        days = self.days[rows]
        missing = days <= NONE
        return _arrow(np.where(missing, 0, days + _EPOCH).astype(np.int32), missing, pa.int32()).cast(pa.date32())


@dataclass
class Moments:
    """Minutes since midnight of day zero; decimals are seconds."""

    minutes: np.ndarray

    def arrow(self, rows):
        minutes = self.minutes[rows].astype(np.float64)
        missing = minutes <= NONE
        seconds = np.where(missing, 0, np.rint(minutes * 60).astype(np.int64) + _EPOCH * 86_400)
        return _arrow(seconds, missing, pa.int64()).cast(pa.timestamp("s"))


@dataclass
class Cents:
    """Money kept in whole cents, so that sums are exact and files are the same everywhere."""

    cents: np.ndarray

    def arrow(self, rows):
        cents = self.cents[rows]
        missing = cents <= NONE
        return _arrow(cents.astype(np.float64) / 100, missing, pa.float64())


@dataclass
class Numbers:
    """Decimal numbers rounded to some places; NaN is an empty cell."""

    values: np.ndarray
    places: int = 2

    def arrow(self, rows):
        values = np.round(self.values[rows].astype(np.float64), self.places)
        return _arrow(values, np.isnan(values), pa.float64())


@dataclass
class Integers:
    """Whole numbers."""

    values: np.ndarray

    def arrow(self, rows):
        values = self.values[rows].astype(np.int64)
        return _arrow(values, values <= NONE, pa.int64())


@dataclass
class Flags:
    """Yes (1), no (0) or unknown (negative)."""

    values: np.ndarray

    def arrow(self, rows):
        values = self.values[rows].astype(np.int64)
        return _arrow(values > 0, values < 0, pa.bool_())


@dataclass
class Texts:
    """Free text, one a row; None is an empty cell."""

    texts: object

    def arrow(self, rows):
        return pa.array(self.texts[rows], type=pa.string(), from_pandas=True)


class Sheet:
    """Named columns of equal length."""

    def __init__(self, columns):
        self.columns = columns
        first = next(iter(columns.values()))
        self.length = len(next(iter(vars(first)[name] for name in vars(first) if name not in ("prefix", "places"))))

    def rows(self, start=0, stop=None):
        """Return rows ``start`` to ``stop`` as an Arrow table."""
        part = slice(start, self.length if stop is None else stop)
        return pa.table({name: column.arrow(part) for name, column in self.columns.items()})

    def pieces(self, size=1_000_000):
        """Yield the table in pieces of at most ``size`` rows (one empty piece for an empty table)."""
        for start in range(0, max(self.length, 1), size):
            yield self.rows(start, min(start + size, self.length))

    def frame(self):
        """Return the table as pandas with the types of the data dictionary."""
        return as_frame(self.rows())


def as_frame(arrow_table):
    """Turn an Arrow table into pandas: text, datetime64[us], Int64, float64 and boolean columns."""
    kinds = {"string": "str", "date32[day]": "datetime64[us]", "timestamp[s]": "datetime64[us]"}
    kinds["timestamp[ms]"] = "datetime64[us]"  # Parquet has no whole seconds
    kinds |= {"int64": "Int64", "bool": "boolean", "double": "float64"}
    columns = {}
    for name in arrow_table.column_names:
        column = arrow_table[name].combine_chunks()
        kind = kinds[str(column.type)]
        if kind == "datetime64[us]":
            column = column.cast(pa.timestamp("us"))
        elif kind == "Int64":
            values = column.fill_null(0).to_numpy(zero_copy_only=False)
            columns[name] = pd.arrays.IntegerArray(values.copy(), column.is_null().to_numpy(zero_copy_only=False))
            continue
        columns[name] = column.to_pandas().astype(kind)
    return pd.DataFrame(columns)
