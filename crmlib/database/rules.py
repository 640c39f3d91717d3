"""The rules of the data dictionary on typed tables: ranges, choices, keys, references, order in time."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pandera.pandas as pandera
import pyarrow as pa
import pyarrow.compute as pc

from crmlib.database.faults import positions
from crmlib.database.files import nearest

PLANNED = {("subscriptions", "renews_on")}
"""Date columns that may lie after the last observed day, because they are plans."""


def check_columns(typed, faults):
    """Types, empty cells, ranges, choices and keys of one table, through pandera, all at once."""
    schema = typed.schema
    absent = [name for name in schema.columns if name not in typed.frame and schema.columns[name].required]
    if absent:  # reported with the header; the rest is still checked
        schema = schema.remove_columns(absent)
        schema.unique = None if set(absent) & set(schema.unique or []) else schema.unique
    try:
        schema.validate(typed.frame, lazy=True)
    except pandera.errors.SchemaErrors as errors:
        cases = errors.failure_cases
        for (column, check), group in cases.groupby(["column", "check"], sort=False, dropna=False):
            if check == "multiple_fields_uniqueness" or column == typed.schema.name:
                continue
            where = np.setdiff1d(group["index"].dropna().to_numpy(dtype=int), typed.bad.get(column, []))
            typed.report(faults, where, column, _rule(typed.schema.columns[column], check))
        if cases["check"].eq("multiple_fields_uniqueness").any():
            _report_duplicates(typed, faults)


def _rule(column, check):
    if check == "not_nullable":
        return "must not be empty"
    if column.metadata["choices"]:
        return lambda value: _choice(value, column.metadata["choices"])
    return f"must be {check}"


def _choice(value, choices):
    close = nearest(value, choices)
    return "must be one of: " + ", ".join(choices) + (f"; write '{close}'" if close else "")


def _report_duplicates(typed, faults):
    key = typed.schema.metadata["key"]
    again = positions(typed.frame.duplicated(key) & typed.frame[key].notna().all(axis=1))
    first = typed.frame.assign(_position=np.arange(len(typed.frame))).groupby(key, dropna=False)["_position"]
    original = first.transform("first").to_numpy()[again]
    values = typed.frame[key].iloc[again].astype("str").agg(", ".join, axis=1)
    rules = [f"same {' + '.join(key)} as in line {line}: keep one" for line in typed.lines(original)]
    faults.add_many(typed.file, typed.lines(again), " + ".join(key), values.to_list(), rules)


def check_references(typed, others, faults):
    """Every identifier that names a row of another table must be found there, where that table exists."""
    for column, target in typed.schema.metadata["references"].items():
        table, key = target.split(".")
        other = others.get(table)
        if column not in typed.frame or other is None or not other.complete:
            continue
        cells = typed.frame[column]
        known = pc.is_in(pa.array(cells), value_set=pa.array(other.identifiers(key)))  # pandas' isin is 20 times slower
        where = np.flatnonzero(cells.notna().to_numpy() & ~known.to_numpy(zero_copy_only=False))
        typed.report(faults, where, column, f"not found in {other.file}: add it there or correct it")


def check_time(typed, last_day, faults):
    """Later facts not before their event nor without their date; nothing after the last observed day."""
    frame, columns = typed.frame, typed.schema.columns
    dated, later = typed.schema.metadata["dated"], typed.schema.metadata["later"]
    for date, known_then in later.items():
        if date in frame and dated in frame:
            days = columns[date].metadata["kind"] == "date"
            event = frame[dated].dt.normalize() if days else frame[dated]
            typed.report(faults, positions(frame[date] < event), date, f"must not be before {dated}")
        for column in known_then:
            if column != date and column in frame:
                _check_since_when(typed, column, date, faults)
    if last_day is not None:
        for name in frame.columns.intersection(list(columns)):
            if columns[name].metadata["kind"] in ("date", "time") and (typed.schema.name, name) not in PLANNED:
                where = positions(frame[name] >= last_day + pd.Timedelta(days=1))
                rule = (
                    f"after the last day of the data, {last_day:%Y-%m-%d} (company.observed_to): correct one of the two"
                )
                typed.report(faults, where, name, rule)


def _check_since_when(typed, column, date, faults):
    if date not in typed.frame:
        rule = (
            f"needs column '{date}': without it nobody knows since when this is known; add it or leave this column out"
        )
        faults.add(typed.file, 1 if typed.file.endswith(".csv") else None, column, None, rule)
        return
    unknown = typed.frame[column].notna() & typed.frame[date].isna()
    where = np.setdiff1d(positions(unknown), typed.bad.get(date, []))
    typed.report(faults, where, column, f"has a value while {date} is empty: give the day, or empty this cell")


def check_company(typed, faults):
    """One company, observed from an earlier to a later day."""
    frame = typed.frame
    if len(frame) > 1:
        typed.report(faults, np.arange(1, len(frame)), "name", "one row only: one folder holds one company")
    if {"observed_from", "observed_to"} <= set(frame):
        where = positions(frame["observed_to"] < frame["observed_from"])
        typed.report(faults, where, "observed_to", "must not be before observed_from")


def check_all(tables, others, last_day, faults):
    """Apply every rule to the tables in memory. ``others``: all tables, to look up references."""
    for name, table in tables.items():
        check_columns(table, faults)
        check_references(table, others, faults)
        check_time(table, None if name == "company" else last_day, faults)
    if "company" in tables:
        check_company(tables["company"], faults)
