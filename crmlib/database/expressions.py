"""Tables too large for memory, or in another database: the same rules as Ibis expressions, counted where they lie."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd
import pyarrow as pa

from crmlib.database import files, typed, values
from crmlib.database.rules import PLANNED

EXAMPLES = 5


@dataclass
class ExpressionTable:
    """One table as an Ibis expression in the types of the data dictionary; ``paths``: its Parquet files, if any."""

    schema: object
    file: str
    expression: object
    paths: tuple = ()
    rows: int = 0
    first_day: object = pd.NaT
    last_day: object = pd.NaT
    complete: bool = True

    def identifiers(self, column):
        """Return the distinct values of a column as a pandas Series."""
        return self.expression.select(column).distinct().to_pyarrow()[column].to_pandas().astype("str")


def of_parquet(connection, paths, name, faults):
    """Return the ExpressionTable of Parquet files, or None when they cannot be read at all."""
    file = typed.parquet_name(paths, name)
    texts = ", ".join("'" + str(path).replace("'", "''") + "'" for path in paths)
    columns = connection.read_parquet([str(path) for path in paths]).schema()
    stored = connection.sql(f"SELECT * FROM read_parquet([{texts}], union_by_name = true)", schema=columns)
    return _conformed(stored, name, file, faults, tuple(paths))


def of_connection(connection, name, faults):
    """Return the ExpressionTable of a table in a database, or None when it lacks the columns."""
    return _conformed(connection.table(name), name, name, faults, ())


def _conformed(stored, name, file, faults, paths):
    schema = typed.SCHEMAS[name]
    before = len(faults)
    files.check_names(file, list(stored.columns), schema, faults)
    columns = {}
    for column, type_ in stored.schema().items():
        kind = schema.columns[column].metadata["kind"] if column in schema.columns else None
        if kind is None:
            columns[column] = stored[column]
        elif type_.is_null() or values.fits(type_.to_pyarrow(), kind):
            columns[column] = _cast(stored[column], type_, kind)
        else:
            faults.add(file, None, column, None, f"stored as {type_}, must be {values.MEANT[kind]}: convert the column")
    if len(faults) > before:
        return None
    return ExpressionTable(schema, file, stored.select(**columns), paths)


def _cast(cells, type_, kind):
    wanted = {"date": "date", "time": "timestamp", "integer": "int64", "number": "float64", "yes/no": "boolean"}
    target = wanted.get(kind, "string")
    if kind == "number" and type_.is_floating():
        return cells.cast(target).nullif(float("nan")) if type_.is_floating() else cells.cast(target)
    if target == "string" and type_.is_string():
        return cells.nullif("")
    return cells if str(type_) == target else cells.cast(target)


def check(table, others, last_day, faults):
    """Count every broken rule of an ExpressionTable; report the counts with a few of the values."""
    expression, schema = table.expression, table.schema
    wrong = dict(_wrong_cells(expression, schema)) | dict(_wrong_times(expression, schema, last_day))
    counts = {f"broken_{number}": cells.sum() for number, cells in enumerate(wrong.values())}
    dated = schema.metadata["dated"]
    if dated in expression.columns:
        counts |= {"first_day": expression[dated].min(), "last_day": expression[dated].max()}
    found = expression.aggregate(rows=expression.count(), **counts).to_pyarrow().to_pylist()[0]
    table.rows = found["rows"]
    table.first_day, table.last_day = pd.Timestamp(found.get("first_day")), pd.Timestamp(found.get("last_day"))
    for number, ((column, rule), cells) in enumerate(wrong.items()):
        if found[f"broken_{number}"]:
            examples = expression.filter(cells).select(column).limit(EXAMPLES).to_pyarrow()[column].to_pylist()
            _report(table, column, examples, found[f"broken_{number}"], rule, faults)
    _check_key(table, faults)
    _check_references(table, others, faults)


def _report(table, column, examples, count, rule, faults):
    texts = [None if example is None else str(example) for example in dict.fromkeys(examples)]
    rows = "1 row" if count == 1 else f"{count:,} rows"
    faults.add_many(table.file, [None] * len(texts), column, texts, f"{rule} ({rows})")


def _wrong_cells(expression, schema):
    for name, column in schema.columns.items():
        if name not in expression.columns:
            continue
        cells, meta = expression[name], column.metadata
        if not column.nullable:
            yield (name, "must not be empty"), cells.isnull()  # noqa: PD003, this is Ibis
        if meta["choices"]:
            yield (name, "must be one of: " + ", ".join(meta["choices"])), cells.notin(meta["choices"])
        for bound, word in ((meta["low"], "at least"), (meta["high"], "at most")):
            if bound is not None:
                limit = pd.Timestamp(bound) if meta["kind"] in ("date", "time") else bound
                yield (name, f"must be {word} {bound}"), cells < limit if word == "at least" else cells > limit
        if meta["kind"] == "number":
            yield (name, "infinite: give a finite number or leave the cell empty"), cells.isinf()
        if meta["kind"] == "identifier":
            yield (name, "spaces before or after the value: remove them"), cells != cells.strip()


def _wrong_times(expression, schema, last_day):
    present = expression.columns
    dated, later = schema.metadata["dated"], schema.metadata["later"]
    for date, known_then in later.items():
        if date in present and dated in present:
            event = expression[dated].cast("date") if expression[date].type().is_date() else expression[dated]
            yield (date, f"must not be before {dated}"), expression[date] < event
        for column in known_then:
            if column != date and column in present and date in present:
                rule = f"has a value while {date} is empty: give the day, or empty this cell"
                unexplained = expression[date].isnull()  # noqa: PD003, this is Ibis
                yield (column, rule), unexplained & ~expression[column].isnull()  # noqa: PD003
    for name, column in schema.columns.items():
        kind = column.metadata["kind"]
        if last_day is not None and name in present and kind in ("date", "time") and (schema.name, name) not in PLANNED:
            rule = f"after the last day of the data, {last_day:%Y-%m-%d} (company.observed_to): correct one of the two"
            yield (name, rule), expression[name] >= last_day + pd.Timedelta(days=1)


def _check_key(table, faults):
    key = table.schema.metadata["key"]
    if not key or not set(key) <= set(table.expression.columns):
        return
    again = table.expression.group_by(key).aggregate(times=table.expression.count()).filter(lambda rows: rows.times > 1)
    count = again.count().to_pyarrow().as_py()
    if count:
        examples = again.limit(EXAMPLES).to_pyarrow().to_pylist()
        texts = [", ".join(str(example[column]) for column in key) for example in examples]
        _report(table, " + ".join(key), texts, count, "the same key in several rows: keep one row each", faults)


def _check_references(table, others, faults):
    for column, target in table.schema.metadata["references"].items():
        name, key = target.split(".")
        other = others.get(name)
        if column not in table.expression.columns or other is None or not other.complete:
            continue
        mine = table.identifiers(column).dropna()
        missing = mine[~mine.isin(other.identifiers(key))]
        if len(missing):
            rule = f"not found in {other.file}: add it there or correct it"
            faults.add_many(table.file, [None] * len(missing), column, missing.to_list(), rule)


def to_frame(expression, schema):
    """Compute an expression: a pandas DataFrame in the types of the data dictionary."""
    stored = expression.to_pyarrow()
    columns = {}
    for name in stored.column_names:
        if name in schema.columns:
            columns[name], _ = values.from_arrow(stored[name], schema.columns[name].metadata["kind"])
        else:
            columns[name] = stored[name].to_pandas()
    return pd.DataFrame(columns)


def to_arrow(frame, schema):
    """Return a table in memory as Arrow, days as dates, so that SQL can count days between them."""
    table = pa.Table.from_pandas(frame, preserve_index=False)
    for number, name in enumerate(table.column_names):
        if name in schema.columns and schema.columns[name].metadata["kind"] == "date":
            table = table.set_column(number, name, table[name].cast(pa.date32()))
    return table.replace_schema_metadata(None)
