"""SQL over the customer database: DuckDB, shut off from files, one SELECT at a time."""

from __future__ import annotations

import re

import duckdb
import pandas as pd

from crmlib.database import asof, tables
from crmlib.dictionary import SCHEMAS
from crmlib.errors import CrmError

ALLOWED = (duckdb.StatementType.SELECT, duckdb.StatementType.EXPLAIN)


class Querying:
    """A DuckDB that sees the tables of one CustomerDatabase and nothing else."""

    def __init__(self, database):
        self._database = database
        self._known = set()
        self._connection = duckdb.connect(":memory:")
        paths = [str(path) for table in database._holdings.tables.values() for path in table.paths]
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
            raise self._explained(error) from None

    def _provide(self, query):
        """Show DuckDB the tables that the query names; none is copied before it is asked for."""
        words = {*re.findall(r"\w+", query.lower()), *(["customers"] if self._database.chosen else [])}
        everything = words & {"show", "information_schema", "duckdb_tables", "duckdb_views"}
        for name in self._database.tables:
            if name not in self._known and (everything or name in words):
                self._register(name)
                self._known.add(name)

    def _register(self, name):
        database, table = self._database, self._database._holdings.tables[name]
        if not table.paths:
            self._connection.register(name, tables.to_arrow(database._rows(name)))
            return
        if name == "customers" or not database._is_narrowed(name):
            select = database.table(name).compile()
        else:  # the customers may lie elsewhere
            everyone = asof.cut(table.expression, table.schema, database.as_of).compile()
            select = f"SELECT * FROM ({everyone}) WHERE customer_id IN (SELECT customer_id FROM customers)"
        self._connection.execute(f'CREATE VIEW "{name}" AS {select}')

    def _explained(self, error):
        missing = re.search(r"Table with name (\w+) does not exist", str(error))
        if missing and missing[1].lower() in SCHEMAS:
            self._database._require(missing[1].lower())
        hint = " The tables here are: " + ", ".join(self._database.tables) + "." if missing else ""
        return CrmError(f"The query failed: {_sentence(error)}{hint}")


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
