"""Tables in memory with their types, and where each row and each unreadable cell came from."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet

from crmlib.database import files, values
from crmlib.dictionary import SCHEMAS


@dataclass
class TypedTable:
    """One table.

    frame: pandas, in the types of the data dictionary; bad: column → positions of cells that could not be read (empty
    in the frame, and already reported); lines: positions → lines of the file; complete: whether every row is there.
    """

    schema: object
    file: str
    frame: pd.DataFrame
    lines: object
    complete: bool = True
    bad: dict = field(default_factory=dict)

    @property
    def rows(self):
        """How many rows the table has."""
        return len(self.frame)

    @cached_property
    def first_day(self):
        """The earliest date by which the table is cut; NaT when it has none."""
        dated = self.schema.metadata["dated"]
        return self.frame[dated].min() if dated in self.frame else pd.NaT

    @cached_property
    def last_day(self):
        """The latest date by which the table is cut; NaT when it has none."""
        dated = self.schema.metadata["dated"]
        return self.frame[dated].max() if dated in self.frame else pd.NaT

    def identifiers(self, column):
        """Return the values of a column that other tables refer to."""
        return self.frame[column]

    def report(self, faults, where, column, rule):
        """Report the cells of a column at some positions; ``rule`` is a text or a function of the value."""
        if len(where) == 0:
            return
        cells = self.frame[column].iloc[where]
        if pd.api.types.is_datetime64_any_dtype(cells):
            cells = cells.dt.strftime("%Y-%m-%d" if (cells == cells.dt.normalize()).all() else "%Y-%m-%d %H:%M:%S")
        texts = [None if pd.isna(cell) else cell for cell in cells]
        faults.add_many(
            self.file, self.lines(where), column, texts, rule if isinstance(rule, str) else [*map(rule, texts)]
        )


def read_csv(path, name, faults):
    """Return the TypedTable of a CSV file, or None when it cannot be read at all."""
    schema = SCHEMAS[name]
    text = files.read_csv(path, schema, faults)
    if text is None:
        return None
    table = TypedTable(schema, path.name, pd.DataFrame(), text.lines, text.complete)
    columns = {}
    for column, cells in text.columns.items():
        kind = _kind(schema, column)
        columns[column], bad = values.from_text(cells, kind)
        _report_bad(table, column, kind, cells, bad, faults)
        _note_formulas(table, column, kind, cells, faults)
    table.frame = _in_order(columns, schema)
    table.complete &= _keys_readable(table)
    return table


def _keys_readable(table):
    """A table some of whose keys are missing or unreadable cannot vouch for what others refer to."""
    key = table.schema.metadata["key"]
    return set(key) <= set(table.frame) and not any(column in table.bad for column in key)


def _kind(schema, column):
    return schema.columns[column].metadata["kind"] if column in schema.columns else "text"


def _in_order(columns, schema):
    known = [name for name in schema.columns if name in columns]
    return pd.DataFrame({name: columns[name] for name in [*known, *(name for name in columns if name not in known)]})


def _report_bad(table, column, kind, cells, bad, faults):
    if len(bad) == 0:
        return
    table.bad[column] = bad
    texts = [str(cell) for cell in cells.take(bad).to_pylist()]
    rules = {text: values.explain(text, kind) for text in set(texts)}
    faults.add_many(table.file, table.lines(bad), column, texts, [rules[text] for text in texts])


def _note_formulas(table, column, kind, cells, faults):
    if kind != "text":
        return
    where = np.flatnonzero(pc.fill_null(pc.match_substring_regex(cells, values.FORMULA), False).to_numpy())
    if len(where):
        more = f" and {len(where) - 1:,} more" if len(where) > 1 else ""
        faults.note(
            f"{table.file}, line {table.lines(where[:1])[0]}{more}, column {column}: text that a spreadsheet would run "
            "as a formula; it is kept as text here, but do not open the file in a spreadsheet."
        )


def read_parquet(paths, name, faults):
    """Return the TypedTable of Parquet files, or None when they cannot be read at all. Its lines are row numbers."""
    schema, file = SCHEMAS[name], parquet_name(paths, name)
    try:
        stored = pa.concat_tables([pa.parquet.read_table(path) for path in paths], promote_options="default")
    except (OSError, pa.ArrowException):
        faults.add(file, None, None, None, "cannot be read as Parquet: damaged or something else; write it again")
        return None
    before = len(faults)
    files.check_names(file, stored.column_names, schema, faults)
    if len(set(stored.column_names)) < stored.num_columns:
        return None
    table = TypedTable(schema, file, pd.DataFrame(), lambda where: np.asarray(where) + 1, len(faults) == before)
    columns = {}
    for column in stored.column_names:
        if column not in schema.columns:
            columns[column] = stored[column].to_pandas()
            continue
        kind = _kind(schema, column)
        series, bad = values.from_arrow(stored[column], kind)
        if series is None:
            rule = f"stored as {stored[column].type}, must be {values.MEANT[kind]}: convert the column"
            faults.add(file, None, column, None, rule)
            table.complete = False
            continue
        columns[column] = series
        _report_bad(table, column, kind, stored[column].cast(pa.string(), safe=False), bad, faults)
    table.frame = _in_order(columns, schema)
    table.complete &= _keys_readable(table)
    return table


def parquet_name(paths, name):
    """Return how Parquet files are called in a report: the file, or the folder of the parts."""
    return paths[0].name if len(paths) == 1 and paths[0].stem == name else f"{paths[0].parent.name}/*.parquet"
