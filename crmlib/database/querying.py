"""SQL over the customer database: DuckDB, shut off from files, one SELECT at a time."""

from __future__ import annotations

import re

import duckdb
import pandas as pd

from crmlib.database import asof, expressions
from crmlib.database.typed import TypedTable
from crmlib.errors import CrmError

ALLOWED = (duckdb.StatementType.SELECT, duckdb.StatementType.EXPLAIN)


class Querying:
    """A DuckDB that sees the tables of one CustomerDatabase and nothing else."""

    def __init__(self, database):
        self._database = database
        self._known = set()
        self._connection = duckdb.connect(":memory:")
        paths = [str(path) for table in database._holdings.tables.values() for path in getattr(table, "paths", ())]
        if paths:
            self._connection.execute("SET allowed_paths = ?", [paths])
        for setting in ("enable_external_access", "python_enable_replacements", "autoinstall_known_extensions"):
            self._connection.execute(f"SET {setting} = false")
        self._connection.execute("SET lock_configuration = true")

    def run(self, query):
        """Return the rows of one SELECT as a DataFrame."""
        try:
            statements = self._connection.extract_statements(query)
            if len(statements) != 1 or statements[0].type not in ALLOWED:
                raise CrmError("sql() answers one SELECT; the customer database is only read, never changed.")
            self._provide(query)
            return _plain(self._connection.execute(statements[0]))
        except duckdb.Error as error:
            raise CrmError(f"The query failed: {_sentence(error)}{self._hint(error)}") from None

    def _provide(self, query):
        """Show DuckDB the tables that the query names; none is copied before it is asked for."""
        words = set(re.findall(r"\w+", query.lower()))
        everything = words & {"show", "information_schema", "duckdb_tables", "duckdb_views"}
        for name in self._database.tables:
            if name not in self._known and (everything or name in words):
                self._register(name)
                self._known.add(name)

    def _register(self, name):
        database = self._database
        table = database._holdings.tables[name]
        if not isinstance(table, TypedTable) and table.paths:
            cut = asof.cut_expression(table.expression, table.schema, database.as_of)
            self._connection.execute(f'CREATE VIEW "{name}" AS {cut.compile()}')
        else:
            self._connection.register(name, expressions.to_arrow(database.frame(name), table.schema))

    def _hint(self, error):
        if isinstance(error, duckdb.CatalogException):
            return " The tables here are: " + ", ".join(self._database.tables) + "."
        return ""


def _sentence(error):
    return str(error).split("\n\n")[0].replace("\n", " ").strip()


def _plain(result):
    """The rows in the types that the tables have: dates in microseconds, sums of whole numbers whole."""
    types = [str(column[1]) for column in result.description]
    frame = result.df()
    for name, type_ in zip(frame.columns, types, strict=True):
        if pd.api.types.is_datetime64_any_dtype(frame[name].dtype):
            frame[name] = frame[name].astype("datetime64[us]")
        elif type_ == "HUGEINT":
            frame[name] = frame[name].astype("Int64")
    return frame
