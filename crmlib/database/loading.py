"""Open a folder or a connection: read every table, apply every rule, and say all that is wrong at once."""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet

from crmlib.database import files, tables
from crmlib.database.faults import FaultList, FaultReport
from crmlib.dictionary import SCHEMAS
from crmlib.errors import CrmError, DataFault

LARGE_ROWS = 2_000_000
"""Parquet tables with more rows stay on disk and are worked on as expressions."""
KEPT_FOLDERS = 2


@dataclass(frozen=True)
class Holdings:
    """The tables of one source with at least one row each (name → Table), and the report."""

    source: str
    tables: dict
    report: FaultReport


_recent = OrderedDict()


def load_folder(folder):
    """Return the Holdings of a folder; a folder unchanged since it was last read is not read again."""
    folder = Path(folder)
    if not folder.is_dir():
        raise CrmError(f"There is no folder '{folder}'; give the path of a folder of tables.")
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
    faults, connection, read = FaultList(), None, {}
    found = files.find_tables(folder, faults)
    for name, paths in found.items():
        if paths[0].suffix.lower() == ".csv":
            read[name] = tables.of_csv(paths[0], name, faults)
        elif _rows_of(paths) <= LARGE_ROWS:
            read[name] = tables.of_parquet(paths, name, faults)
        else:
            connection = connection or _new_connection()
            read[name] = tables.of_large_parquet(connection, paths, name, faults)
    if not found and not len(faults):
        rule = "holds no table; see datasets/README.md for their names, e.g. orders.csv"
        faults.add(str(folder), None, None, None, rule)
    return _checked(str(folder), read, faults)


def _rows_of(paths):
    try:
        return sum(pa.parquet.read_metadata(path).num_rows for path in paths)
    except (OSError, pa.ArrowException):
        return 0  # whoever reads the table reports why it cannot be read


def _new_connection():
    import ibis

    return ibis.duckdb.connect()


def load_connection(connection):
    """Return the Holdings of an Ibis connection: those of its tables that the data dictionary names."""
    faults = FaultList()
    there = _tables_there(connection)
    found = [name for name in SCHEMAS if name in there]
    read = {name: tables.of_expression(connection.table(name), name, name, faults) for name in found}
    if not found:
        faults.add(connection.name, None, None, None, "holds no table of the data dictionary, e.g. orders")
    return _checked(f"the {connection.name} connection", read, faults)


def _tables_there(connection):
    if connection.name == "duckdb":  # Ibis 12 calls a method that DuckDB 2 no longer has
        return {name for (name,) in connection.con.execute("SHOW TABLES").fetchall()}
    return set(connection.list_tables())


def load_frames(frames):
    """Return the Holdings of DataFrames by the names of their tables."""
    faults = FaultList()
    for name in set(frames) - set(SCHEMAS):
        faults.add(name, None, None, None, "is no table of the data dictionary")
    read = {name: tables.of_frame(frame, name, faults) for name, frame in frames.items() if name in SCHEMAS}
    return _checked("the tables given", read, faults)


def with_frame(holdings, name, frame):
    """Return the Holdings with a DataFrame as one of the tables; checked are this one and those that refer to it."""
    faults = FaultList()
    read = holdings.tables | {name: tables.of_frame(frame, name, faults)}
    concerned = {
        other
        for other in read
        if name in (other, "company", *(to.split(".")[0] for to in SCHEMAS[other].metadata["references"].values()))
    }
    return _checked(holdings.source, read, faults, concerned)


def _checked(source, read, faults, concerned=SCHEMAS):
    from crmlib.database import rules

    readable = {name: read[name] for name in SCHEMAS if read.get(name) is not None}
    first_day, last_day = (observed(readable.get("company"), end) for end in ("observed_from", "observed_to"))
    for name, table in readable.items():
        if name in concerned:
            rules.check(table, readable, first_day, last_day, faults)
        if not table.rows and table.complete:
            faults.note(f"{table.file} has no rows and counts as missing.")
    counts = {name: table.rows for name, table in readable.items()}
    if readable and not any(counts.values()) and not len(faults):
        faults.add(source, None, None, None, "no table has a row; fill at least one, e.g. orders")
    filled = {name: table for name, table in readable.items() if table.rows}
    return Holdings(source, filled, faults.report(source, counts))


def faultless(holdings):
    """Return the Holdings. Raises: DataFault, which carries the report, when any table breaks a rule."""
    if not holdings.report.ok:
        fault = DataFault(f"{holdings.report}")
        fault.report = holdings.report
        raise fault
    return holdings


def observed(company, end):
    """Return the first or last day observed, says the company table (end: its column); None without one."""
    if company is None or end not in company.columns:
        return None
    days = tables.to_frame(company.expression.limit(1), company.schema)[end].dropna()
    return None if days.empty else days.iloc[0]
