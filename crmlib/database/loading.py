"""Open a folder or a connection: read every table, apply every rule, and say all that is wrong at once."""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.parquet

from crmlib.database import expressions, files, rules, typed
from crmlib.database.faults import FaultList, FaultReport
from crmlib.dictionary import SCHEMAS
from crmlib.errors import CrmError

LARGE_ROWS = 2_000_000
"""Parquet tables with more rows stay on disk and are worked on as expressions."""
KEPT_FOLDERS = 2


@dataclass(frozen=True)
class Holdings:
    """The tables of one source with at least one row each (name → TypedTable or ExpressionTable), and the report."""

    source: str
    tables: dict
    report: FaultReport
    connection: object = None


_recent = OrderedDict()


def load_folder(folder):
    """Return the Holdings of a folder; a folder unchanged since it was last read is not read again."""
    folder = Path(folder)
    if not folder.exists():
        raise CrmError(f"There is no folder '{folder}'; give the path of a folder of tables.")
    if not folder.is_dir():
        raise CrmError(f"'{folder}' is a file; give the folder that holds the tables.")
    try:
        state = _state(folder)
    except OSError as error:
        raise CrmError(f"The folder '{folder}' cannot be read ({error.strerror}); check its permissions.") from None
    if state not in _recent:
        _recent[state] = _read_folder(folder)
        while len(_recent) > KEPT_FOLDERS:
            _recent.popitem(last=False)
    return _recent[state]


def _state(folder):
    found = [*sorted(folder.glob("*")), *sorted(folder.glob("*/*.parquet"))]
    stats = [(str(path), path.stat()) for path in found if path.exists()]
    return (str(folder.absolute()), *((name, stat.st_size, stat.st_mtime_ns) for name, stat in stats))


def check_folder(folder):
    """Check every table of a folder against every rule of the data dictionary, and write nothing.

    Returns: FaultReport with ``ok``, ``faults`` (DataFrame: file, line, column, value, rule), ``notes``; its text is
    the report. Raises: CrmError when there is no such folder.
    """
    return load_folder(folder).report


def _read_folder(folder):
    faults = FaultList()
    found = files.find_tables(folder, faults)
    connection = None
    tables = {}
    for name, paths in found.items():
        if paths[0].suffix.lower() == ".csv":
            tables[name] = typed.read_csv(paths[0], name, faults)
        elif _rows_of(paths) <= LARGE_ROWS:
            tables[name] = typed.read_parquet(paths, name, faults)
        else:
            connection = connection or new_connection()
            tables[name] = expressions.of_parquet(connection, paths, name, faults)
    if not found and not len(faults):
        faults.add(
            str(folder), None, None, None, "holds no table; see datasets/README.md for their names, e.g. orders.csv"
        )
    return _holdings(str(folder), tables, faults, connection)


def _rows_of(paths):
    try:
        return sum(pa.parquet.read_metadata(path).num_rows for path in paths)
    except (OSError, pa.ArrowException):
        return 0  # whoever reads the table reports why it cannot be read


def new_connection():
    import ibis

    return ibis.duckdb.connect()


def load_connection(connection):
    """Return the Holdings of an Ibis connection: those of its tables that the data dictionary names."""
    faults = FaultList()
    there = _tables_there(connection)
    names = [name for name in SCHEMAS if name in there]
    tables = {name: expressions.of_connection(connection, name, faults) for name in names}
    if not names:
        faults.add(connection.name, None, None, None, "holds no table of the data dictionary, e.g. orders")
    return _holdings(f"the {connection.name} connection", tables, faults, connection)


def _tables_there(connection):
    if connection.name == "duckdb":  # Ibis 12 calls a method that DuckDB 2 no longer has
        return {name for (name,) in connection.con.execute("SHOW TABLES").fetchall()}
    return set(connection.list_tables())


def _holdings(source, tables, faults, connection):
    readable = {name: tables[name] for name in SCHEMAS if tables.get(name) is not None}
    in_memory = {name: table for name, table in readable.items() if isinstance(table, typed.TypedTable)}
    last_day = observed_to(readable.get("company"))
    rules.check_all(in_memory, readable, last_day, faults)
    for name, table in readable.items():
        if name not in in_memory:
            expressions.check(table, readable, last_day, faults)
    counts = {name: table.rows for name, table in readable.items()}
    for table in readable.values():
        if not table.rows and table.complete:
            faults.note(f"{table.file} has no rows and counts as missing.")
    if readable and not any(counts.values()) and not len(faults):
        faults.add(source, None, None, None, "no table has a row; fill at least one, e.g. orders")
    filled = {name: table for name, table in readable.items() if table.rows}
    return Holdings(source, filled, faults.report(source, counts), connection)


def observed_to(company):
    if company is None:
        return None
    frame = (
        company.frame
        if isinstance(company, typed.TypedTable)
        else expressions.to_frame(company.expression.limit(1), company.schema)
    )
    if "observed_to" not in frame or frame.empty or pd.isna(frame["observed_to"].iloc[0]):
        return None
    return frame["observed_to"].iloc[0]
