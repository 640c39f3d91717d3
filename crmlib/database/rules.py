"""The rules of the data dictionary: ranges, choices, keys, references, order in time, each one an Ibis expression.

They are counted where the rows lie, in memory, in Parquet files or in another database; rows that break one are then
fetched: all of a table in memory, with their lines, a few of any other.
"""

# ruff: noqa: PD003, PD004 - Ibis has no isna

from __future__ import annotations

import ibis
import numpy as np
import pandas as pd

from crmlib.database.files import nearest
from crmlib.database.tables import ROW

EXAMPLES = 5
PLANNED = {"renews_on", "promised_by", "promised_on", "due_on"}
"""Date columns that may lie after the last observed day, because they are plans."""
CLOSED = {"kind", "arm", "direction", "purpose", "side", "satisfaction_class", "functional", "dysfunctional"} | {
    "gender",
    "language",
    "comment_language",
}
"""Choices that methods count on; the words of other lists (regions, channels, …) are each company's own."""
SPREADSHEET_NUMBER = r"^-?\d+(\.\d+)?[eE]\+\d+$|^-?\d+\.0+$"
NOBODY = ["0", "-", "guest", "null", "nan", "none", "n/a", "unknown", "anonymous", "散客", "匿名", "未知", "无"]
"""What cash desks and exports write where no customer is known."""


def check(table, others, first_day, last_day, faults):
    """Report every rule that a Table breaks, and note its number of rows, first and last day.

    others: all tables by name, to look up references; first_day, last_day: observed by the company, or None.
    """
    rows, schema = table.expression, table.schema
    broken = [*_cells(rows, schema), *_times(rows, schema, first_day, last_day), *_references(rows, schema, others)]
    odd = list(_oddities(rows, schema))
    counts = {f"broken_{number}": cells.sum() for number, (_, _, cells) in enumerate(broken)}
    key = _key_cells(table)
    if key is not None:
        filled, values = key
        counts |= {"keyed": filled.sum(), "keys": values.nunique(where=filled)}
    counts |= {f"odd_{number}": cells.sum() for number, (_, _, cells) in enumerate(odd)}
    dated = schema.metadata["dated"]
    if dated in rows.columns:
        counts |= {"first_day": rows[dated].min(), "last_day": rows[dated].max()}
    found = rows.aggregate(rows=rows.count(), **counts).to_pyarrow().to_pylist()[0]
    table.rows = found["rows"]
    table.first_day, table.last_day = pd.Timestamp(found.get("first_day")), pd.Timestamp(found.get("last_day"))
    for number, (columns, rule, cells) in enumerate(broken):
        if found[f"broken_{number}"]:
            _report(table, columns, rule, cells, found[f"broken_{number}"], faults)
    for number, (column, remark, cells) in enumerate(odd):
        if count := found[f"odd_{number}"]:
            example = rows.filter(cells)[column].min().to_pyarrow().as_py()
            faults.note(f"{table.file}, column {column}: '{example}' {remark} ({count:,} of {table.rows:,} rows).")
    _check_columns(table, faults)
    if key is not None and found["keys"] < (found["keyed"] or 0):
        _report_keys(table, key[0], faults)


def _report(table, columns, rule, cells, count, faults):
    """Report the cells of the first column, unless one of the columns could not be read in that row."""
    column, broken = columns[0], table.expression.filter(cells)
    if table.lines is None:
        texts = [*dict.fromkeys(broken.limit(EXAMPLES)[column].to_pyarrow().to_pylist())]
        places, more = [None] * len(texts), f" ({count:,} {'row' if count == 1 else 'rows'})"
    else:
        stored = broken.select(ROW, column).order_by(ROW).to_pyarrow()
        unread = np.concatenate([np.array([], dtype=int), *(table.bad.get(name, []) for name in columns)])
        readable = ~np.isin(stored[ROW].to_numpy(), unread)
        texts, more = stored[column].filter(readable).to_pylist(), ""
        places = table.lines(stored[ROW].to_numpy()[readable])
    faults.add_many(table.file, places, column, texts, [(rule(t) if callable(rule) else rule) + more for t in texts])


def _cells(rows, schema):
    """Yield what may not stand in a cell: the columns concerned, the rule, where it is broken."""
    for name, column in schema.columns.items():
        if name not in rows.columns:
            continue
        cells, meta = rows[name], column.metadata
        if not column.nullable:
            who = ": leave out the rows of unknown customers" if name == "customer_id" else ""
            yield [name], f"must not be empty{who}", cells.isnull()
        if meta["choices"] and name in CLOSED:
            yield [name], lambda value, choices=meta["choices"]: _choice(value, choices), cells.notin(meta["choices"])
        for bound, word in ((meta["low"], "at least"), (meta["high"], "at most")):
            if bound is not None:
                limit = pd.Timestamp(bound) if meta["kind"] in ("date", "time") else bound
                yield [name], f"must be {word} {bound}", cells < limit if word == "at least" else cells > limit
        # In memory neither can be: such cells were refused when they were read.
        if meta["kind"] == "number" and ROW not in rows.columns:
            yield [name], "infinite: give a finite number or leave the cell empty", cells.isinf()
        if meta["kind"] == "identifier" and ROW not in rows.columns:
            yield [name], "spaces before or after the value: remove them", cells != cells.strip()
        if meta["kind"] == "identifier":
            rule = "a spreadsheet made a number of this identifier: export it again, as text"
            yield [name], rule, cells.re_search(SPREADSHEET_NUMBER)
        if name == "currency":
            yield [name], "must be the code of three letters, such as CNY", ~cells.re_search("^[A-Z]{3}$")
        if meta["kind"] == "text" and not column.nullable:
            yield [name], "must not be blank", cells.strip() == ""
    if schema.name == "company":
        if ROW in rows.columns:
            yield ["name"], "one row only: one folder holds one company", rows[ROW] > 0
        if {"observed_from", "observed_to"} <= set(rows.columns):
            yield ["observed_to"], "must not be before observed_from", rows["observed_to"] < rows["observed_from"]


def _choice(value, choices):
    close = nearest(value, choices)
    return "must be one of: " + ", ".join(choices) + (f"; write '{close}'" if close else "")


def _times(rows, schema, first_day, last_day):
    """Yield what is out of order in time: later facts before their event or without their date, or after the end."""
    present, dated = rows.columns, schema.metadata["dated"]
    for date, known_then in schema.metadata["later"].items():
        if date in present and dated in present:
            event = rows[dated].cast("date") if rows[date].type().is_date() else rows[dated]
            yield [date], f"must not be before {dated}", rows[date] < event
        for column in known_then:
            if column != date and column in present and date in present:
                rule = f"has a value while {date} is empty: give the day, or empty this cell"
                yield [column, date], rule, rows[date].isnull() & rows[column].notnull()
    for name, column in schema.columns.items():
        dates = name in present and column.metadata["kind"] in ("date", "time") and name not in PLANNED
        if dates and last_day is not None and schema.name != "company":
            end = f"{last_day:%Y-%m-%d} (company.observed_to)"
            rule = f"after the last day of the data, {end}: correct one of the two"
            yield [name], rule, rows[name] >= last_day + pd.Timedelta(days=1)
        if schema.name == "orders" and name == "order_date" in present and first_day is not None:
            rule = (
                f"before the first day of the data, {first_day:%Y-%m-%d} (company.observed_from): correct one of both"
            )
            yield [name], rule, rows[name] < first_day


def _references(rows, schema, others):
    """Yield identifiers that name a row of another table and are not found there, where that table exists."""
    for column, target in schema.metadata["references"].items():
        name, key = target.split(".")
        other = others.get(name)
        if column in rows.columns and other is not None and other.complete:
            rule = f"not found in {other.file}: add it there or correct it"
            yield [column], rule, ~rows[column].isin(other.expression[key])


def _oddities(rows, schema):
    """Yield what breaks no rule, yet the reader should know."""
    for name, column in schema.columns.items():
        choices = column.metadata["choices"]
        if name in rows.columns and choices and name not in CLOSED:
            yield name, f"is none of the usual {', '.join(choices)}; it is kept", rows[name].notin(choices)
    if "customer_id" in rows.columns:
        remark = "counts as one customer; if it stands for unknown ones, leave these rows out"
        yield "customer_id", remark, rows["customer_id"].lower().isin(NOBODY)


def _check_columns(table, faults):
    for date, known_then in table.schema.metadata["later"].items():
        for column in known_then:
            if column != date and column in table.columns and date not in table.columns:
                rule = f"needs column '{date}': without it nobody knows since when this is known; add it or leave this"
                line = 1 if table.file.endswith(".csv") else None
                faults.add(table.file, line, column, None, f"{rule} column out")


def _key_cells(table):
    """Where the whole key is filled in, and the key as one value; None without a key."""
    cells = {name: table.expression[name] for name in table.schema.metadata["key"] if name in table.columns}
    if not cells or len(cells) < len(table.schema.metadata["key"]):
        return None
    filled = ibis.and_(*(cell.notnull() for cell in cells.values()))
    return filled, ibis.struct(cells) if len(cells) > 1 else next(iter(cells.values()))


def _report_keys(table, filled, faults):
    key, rows = table.schema.metadata["key"], table.expression
    places = {"places": rows[ROW].collect()} if table.lines else {}
    groups = rows.filter(filled).group_by(key)
    again = groups.aggregate(times=ibis._.count(), **places).filter(ibis._.times > 1)
    if table.lines is None:
        count = again.count().to_pyarrow().as_py()
        values = again.limit(EXAMPLES).to_pyarrow().to_pylist()
        lines, rules = [None] * len(values), f"the same key in several rows: keep one row each ({count:,} keys)"
    else:
        repeated = [(group, *sorted(group["places"])) for group in again.to_pyarrow().to_pylist()]
        values = [group for group, _, *rest in repeated for _ in rest]
        lines = table.lines([place for _, _, *rest in repeated for place in rest])
        firsts = table.lines([first for _, first, *rest in repeated for _ in rest])
        rules = [f"same {' + '.join(key)} as in line {line}: keep one" for line in firsts]
    texts = [", ".join(str(value[column]) for column in key) for value in values]
    faults.add_many(table.file, lines, " + ".join(key), texts, rules)
