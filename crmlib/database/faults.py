"""What is wrong with a set of tables, complete and in one report: file, line, column, value, rule."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

SHOWN_OF_A_KIND = 5
SHOWN_KINDS = 60
LONGEST_VALUE = 60
COLUMNS = {"file": "str", "line": "Int64", "column": "str", "value": "str", "rule": "str"}


def shown(value):
    """Return a value as it is shown in a report: on one line, not too long, empty where there is none."""
    if value is None or value is pd.NA or value is pd.NaT:
        return ""
    text = str(value).encode("unicode_escape").decode() if not str(value).isprintable() else str(value)
    return text if len(text) <= LONGEST_VALUE else text[: LONGEST_VALUE - 1] + "…"


class FaultList:
    """Collects faults and notes while tables are read; ``report`` closes it."""

    def __init__(self):
        self._pieces = []
        self.notes = []

    def add(self, file, line, column, value, rule):
        """One fault; ``line`` None when it concerns the whole file, ``column`` None when it concerns the whole line."""
        self.add_many(file, [line], column, [value], rule)

    def add_many(self, file, lines, column, values, rule):
        """Several faults of one column; ``rule`` is one text or one a value."""
        if len(values) == 0:
            return
        piece = pd.DataFrame(
            {
                "file": str(file),
                "line": pd.array(lines, dtype="Int64"),
                "column": column or "",
                "value": [shown(value) for value in values],
                "rule": rule,
            }
        )
        self._pieces.append(piece.astype(COLUMNS))

    def __len__(self):
        return sum(len(piece) for piece in self._pieces)

    def note(self, text):
        """Something the reader should know that breaks no rule."""
        if text not in self.notes:
            self.notes.append(text)

    def report(self, source, rows):
        """Close the list. ``rows``: table name → number of rows read."""
        empty = pd.DataFrame({name: pd.Series(dtype=dtype) for name, dtype in COLUMNS.items()})
        faults = pd.concat([empty, *self._pieces], ignore_index=True)
        faults = faults.sort_values(["file", "line"], kind="stable", na_position="first", ignore_index=True)
        return FaultReport(str(source), dict(rows), faults, tuple(self.notes))


@dataclass(frozen=True, repr=False)
class FaultReport:
    """The result of a check.

    source: what was checked; rows: table → rows read; notes: remarks that are no faults;
    faults: DataFrame with columns file, line (of the file, the header is line 1; in Parquet the row; empty: the
    whole file), column, value, rule.
    """

    source: str
    rows: dict
    faults: pd.DataFrame
    notes: tuple = ()

    @property
    def ok(self):
        """Whether no fault was found."""
        return self.faults.empty

    def __repr__(self):
        lines = [self._summary(), *self._listing(), *(f"Note: {note}" for note in self.notes)]
        return "\n".join(lines)

    def _summary(self):
        tables, rows = len(self.rows), sum(self.rows.values())
        size = f"{tables} {'table' if tables == 1 else 'tables'}, {rows:,} {'row' if rows == 1 else 'rows'}"
        if self.ok:
            return f"{self.source}: {size}, no faults."
        count, files = len(self.faults), self.faults["file"].nunique()
        faults = "1 fault" if count == 1 else f"{count:,} faults"
        return f"{self.source}: {faults} in {files} {'file' if files == 1 else 'files'} ({size} could be read)."

    def _listing(self):
        kinds = self.faults.groupby(["file", "column", "rule"], sort=False)
        for number, ((file, column, rule), group) in enumerate(kinds):
            if number == SHOWN_KINDS:
                yield f"… and {kinds.ngroups - SHOWN_KINDS:,} more kinds of fault; mend these first, then check again."
                return
            for fault in group.head(SHOWN_OF_A_KIND).itertuples():
                yield _sentence(file, fault.line, column, fault.value, rule)
            if len(group) > SHOWN_OF_A_KIND:
                yield f"  … and {len(group) - SHOWN_OF_A_KIND:,} more of this kind in {_place(file, None, column)}"


def _place(file, line, column):
    unit = "line" if file.endswith(".csv") else "row"
    place = file if line is None or line is pd.NA else f"{file}, {unit} {line}"
    return f"{place}, column {column}" if column else place


def _sentence(file, line, column, value, rule):
    return f"  {_place(file, line, column)}: " + (f"'{value}' – {rule}" if value else rule)
