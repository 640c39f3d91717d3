"""What became of every row of a data set or an export on its way into tables; the counts add up."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

from crmlib.errors import DataFault


@dataclass
class Conversion:
    """Tables made from a file.

    tables: name → DataFrame, first the main one, with one row for each row kept; rows_in: rows of the file;
    lost: line → why it was dropped, and dropped: reason → rows; remarks: what is unusual in the rows kept → rows;
    changes: what was done to the columns.
    Raises: DataFault when a row is not accounted for.
    """

    tables: dict
    rows_in: int
    lost: dict = field(default_factory=dict)
    remarks: dict = field(default_factory=dict)
    changes: list = field(default_factory=list)

    def __post_init__(self):
        self.main, self.dropped = next(iter(self.tables)), Counter(self.lost.values())
        self.remarks = {remark: count for remark, count in self.remarks.items() if count}
        kept, lost = len(self.tables[self.main]), len(self.lost)
        if self.rows_in != kept + lost:
            raise DataFault(f"{self.rows_in:,} rows in, but {kept:,} kept and {lost:,} dropped; nothing was written.")

    def counts(self):
        """Yield a line for each count."""
        yield f"{self.rows_in:>12,} rows in"
        for reason, count in self.dropped.items():
            yield f"{count:>12,} dropped: {reason}"
        yield f"{len(self.tables[self.main]):>12,} kept in {self.main}.csv"
        for remark, count in self.remarks.items():
            yield f"{count:>12,} of them {remark}"
        for name in [name for name in self.tables if name != self.main]:
            yield f"{len(self.tables[name]):>12,} made for {name}.csv"


@dataclass(frozen=True, repr=False)
class Account:
    """Where tables are and what became of the rows of each file they were made from. Its text says all of it.

    made: file → Conversion; about: what the account begins with; closing: what else there is to say.
    """

    folder: str
    made: dict
    about: str
    closing: list

    def __repr__(self):
        parts = [[f"{name} → {self.folder}", *made.counts(), *made.changes] for name, made in self.made.items()]
        return "\n".join(line for part in [*parts, self.closing] for line in part)

    def markdown(self):
        """Return the account as the text of SOURCE.md."""
        lines = [self.about, *(f"- {line}" for line in self.closing)]
        for name, made in self.made.items():
            lines += [f"\n## {name}\n\nWhat became of the rows:\n", *(f"    {line}" for line in made.counts())]
            lines += ["\nWhat was changed:\n", *(f"- {change}" for change in made.changes)]
        return "\n".join([*lines, ""])
