"""One table of a source, in the types of the data dictionary: an Ibis expression, and where each row came from."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet

from crmlib.database import files, values
from crmlib.dictionary import PANDAS_TYPES, SCHEMAS

ROW = "_row"
"""The column by which tables in memory keep the order of their rows; nobody outside sees it."""


@dataclass
class Table:
    """One table.

    expression: Ibis, in memory with the column ROW; file: its name in reports; lines: positions → lines of the file,
    None where rows have no place; complete: whether every row could be read; bad: column → positions of cells that
    could not be read (empty here, and already reported); paths: the Parquet files of a table too large for memory;
    rows, first_day, last_day: how many rows, and of which days, by the column that ``as_of`` cuts (set by the check).
    """

    schema: object
    file: str
    expression: object
    lines: object = None
    complete: bool = True
    bad: dict = field(default_factory=dict)
    paths: tuple = ()
    rows: int = 0
    first_day: object = pd.NaT
    last_day: object = pd.NaT

    @property
    def columns(self):
        """The names of the columns."""
        return self.expression.columns


def of_csv(path, name, faults):
    """Return the Table of a CSV file, or None when it cannot be read at all."""
    schema = SCHEMAS[name]
    text = files.read_csv(path, schema, faults)
    if text is None:
        return None
    columns, bad = {}, {}
    for column, cells in text.columns.items():
        kind = _kind(schema, column) or "text"
        columns[column], wrong = values.from_text(cells, kind)
        _report_bad(path.name, text.lines, column, kind, cells, wrong, bad, faults)
        if kind == "text":
            _note_formulas(path.name, text.lines, column, cells, faults)
    return _in_memory(schema, path.name, columns, text.lines, text.complete, bad)


def of_arrow(stored, name, file, faults):
    """Return the Table of an Arrow table, or None when its columns have no names of their own."""
    schema, before = SCHEMAS[name], len(faults)
    files.check_names(file, stored.column_names, schema, faults)
    if len(set(stored.column_names)) < stored.num_columns:
        return None
    complete, columns, bad = len(faults) == before, {}, {}
    for column in stored.column_names:
        kind = _kind(schema, column)
        cells, wrong = values.from_arrow(stored[column], kind) if kind else (stored[column], [])
        if cells is None:
            _report_type(file, column, stored[column].type, kind, faults)
            complete = False
            continue
        columns[column] = cells
        texts = stored[column].cast(pa.string(), safe=False) if len(wrong) else None
        _report_bad(file, _row_numbers, column, kind, texts, wrong, bad, faults)
    return _in_memory(schema, file, columns, _row_numbers, complete, bad)


def of_frame(frame, name, faults):
    """Return the Table of a DataFrame, or None when it is none."""
    try:
        stored = pa.Table.from_pandas(frame, preserve_index=False)
    except (pa.ArrowException, AttributeError, ValueError) as error:
        faults.add(name, None, None, None, f"is no DataFrame with one kind of value a column: {error}")
        return None
    return of_arrow(stored, name, name, faults)


def of_parquet(paths, name, faults):
    """Return the Table of Parquet files read into memory, or None when they cannot be read at all."""
    file = _parquet_name(paths, name)
    try:
        stored = pa.concat_tables([pa.parquet.read_table(path) for path in paths], promote_options="default")
    except (OSError, pa.ArrowException):
        faults.add(file, None, None, None, "cannot be read as Parquet: damaged or something else; write it again")
        return None
    return of_arrow(stored, name, file, faults)


def of_large_parquet(connection, paths, name, faults):
    """Return the Table of Parquet files that stay on disk, or None when they lack the columns."""
    texts = ", ".join("'" + str(path).replace("'", "''") + "'" for path in paths)
    columns = connection.read_parquet([str(path) for path in paths]).schema()
    stored = connection.sql(f"SELECT * FROM read_parquet([{texts}], union_by_name = true)", schema=columns)
    return of_expression(stored, name, _parquet_name(paths, name), faults, tuple(paths))


def of_expression(stored, name, file, faults, paths=()):
    """Return the Table of an Ibis table, or None when it lacks the columns or holds other types."""
    schema, before = SCHEMAS[name], len(faults)
    files.check_names(file, list(stored.columns), schema, faults)
    columns = {}
    for column, type_ in stored.schema().items():
        kind = _kind(schema, column)
        if not kind:
            columns[column] = stored[column]
        elif type_.is_null() or values.fits(type_.to_pyarrow(), kind):
            columns[column] = _cast(stored[column], type_, kind)
        else:
            _report_type(file, column, type_, kind, faults)
    return Table(schema, file, stored.select(**columns), paths=paths) if len(faults) == before else None


def _cast(cells, type_, kind):
    wanted = {"date": "date", "time": "timestamp", "integer": "int64", "number": "float64", "yes/no": "boolean"}
    target = wanted.get(kind, "string")
    if kind == "number":
        return cells.cast(target).nullif(float("nan")) if type_.is_floating() else cells.cast(target)
    if target == "string" and type_.is_string():
        return cells.nullif("")
    return cells if str(type_) == target else cells.cast(target)


def _in_memory(schema, file, columns, lines, complete, bad):
    import ibis

    names = dict.fromkeys([*(name for name in schema.columns if name in columns), *columns])
    stored = pa.table({name: columns[name] for name in names})
    stored = stored.append_column(ROW, pa.array(np.arange(stored.num_rows)))
    # A table some of whose keys are missing or unreadable cannot vouch for what others refer to.
    key = schema.metadata["key"]
    complete = complete and set(key) <= set(columns) and not any(column in bad for column in key)
    return Table(schema, file, ibis.memtable(stored), lines, complete, bad)


def _kind(schema, column):
    return schema.columns[column].metadata["kind"] if column in schema.columns else None


def _row_numbers(where):
    return np.asarray(where, dtype=int) + 1


def _parquet_name(paths, name):
    return paths[0].name if len(paths) == 1 and paths[0].stem == name else f"{paths[0].parent.name}/*.parquet"


def _report_type(file, column, type_, kind, faults):
    faults.add(file, None, column, None, f"stored as {type_}, must be {values.MEANT[kind]}: convert the column")


def _report_bad(file, lines, column, kind, cells, wrong, bad, faults):
    if len(wrong) == 0:
        return
    bad[column] = wrong
    texts = [str(cell) for cell in cells.take(wrong).to_pylist()]
    rules = {text: values.explain(text, kind) for text in set(texts)}
    faults.add_many(file, lines(wrong), column, texts, [rules[text] for text in texts])


def _note_formulas(file, lines, column, cells, faults):
    where = np.flatnonzero(pc.fill_null(pc.match_substring_regex(cells, values.FORMULA), False).to_numpy())
    if len(where):
        more = f" and {len(where) - 1:,} more" if len(where) > 1 else ""
        faults.note(
            f"{file}, line {lines(where[:1])[0]}{more}, column {column}: text that a spreadsheet would run "
            "as a formula; it is kept as text here, but do not open the file in a spreadsheet."
        )


def to_arrow(rows):
    """Compute an Ibis table: a pyarrow table, rows in the order of the file where there is one."""
    stored = rows.to_pyarrow()
    return stored.sort_by(ROW).drop_columns(ROW) if ROW in stored.column_names else stored


def to_frame(rows, schema):
    """Compute an Ibis table: a pandas DataFrame in the types of the data dictionary, in the same order."""
    stored = to_arrow(rows)
    return pd.DataFrame({name: _series(stored[name], _kind(schema, name)) for name in stored.column_names})


def _series(cells, kind):
    if kind is None:
        return cells.to_pandas()
    if kind == "date":
        cells = cells.cast(pa.timestamp("us"))
    nullable = {pa.int64(): pd.Int64Dtype(), pa.bool_(): pd.BooleanDtype()}
    return cells.to_pandas(types_mapper=nullable.get).astype(PANDAS_TYPES[kind])
