"""The customer database: one company's tables as they were known on a day."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from crmlib.database import asof, expressions, loading
from crmlib.database.typed import TypedTable
from crmlib.dictionary import SCHEMAS
from crmlib.errors import CrmError, DataFault, MissingTable
from crmlib.places import find_data


@dataclass(frozen=True)
class Company:
    """Whose data these are; neutral words where the folder does not say."""

    name: str = "this company"
    chinese_name: str = ""
    sells: str = "goods"
    currency: str = ""
    observed_from: pd.Timestamp = pd.NaT
    observed_to: pd.Timestamp = pd.NaT


def open_database(source, as_of="last"):
    """Open a company's tables, validated, as they were known at the end of a day.

    source: a folder of CSV or Parquet files, or an Ibis connection; as_of: a date, a text YYYY-MM-DD, or "last" (the
    last day observed by the company table; without one, of the last order, or of the last dated fact).
    Returns: CustomerDatabase. Raises: DataFault with the complete report when any table breaks a rule; CrmError when
    there is no such folder or the day does not suit the data.
    """
    if isinstance(source, (str, Path)):
        path = Path(source).expanduser()
        holdings = loading.load_folder(path if path.exists() else find_data(source))
    elif hasattr(source, "list_tables") and hasattr(source, "table"):
        holdings = loading.load_connection(source)
    else:
        raise CrmError(f"open_database takes a folder or an Ibis connection, not {type(source).__name__}.")
    if not holdings.report.ok:
        fault = DataFault(f"{holdings.report}")
        fault.report = holdings.report
        raise fault
    return CustomerDatabase(holdings, as_of)


class CustomerDatabase:
    """One company's tables as known on ``as_of`` (that day included).

    ``db.orders`` and so on: pandas; ``table``: Ibis; ``sql``: DuckDB SQL; ``at``: the same on an earlier day.
    """

    def __init__(self, holdings, as_of="last", latest=None):
        self._holdings = holdings
        self._latest = latest if latest is not None else _last_day(holdings)
        self.as_of = self._latest if isinstance(as_of, str) and as_of.strip() == "last" else asof.as_day(as_of)
        self._refuse_unsuitable_day()
        self._frames, self._ibis, self._duckdb = {}, {}, None

    def _refuse_unsuitable_day(self):
        first, what = _first_day(self._holdings)
        if self.as_of < first:
            raise CrmError(
                f"as_of {self.as_of:%Y-%m-%d} is before {what} ({first:%Y-%m-%d}); choose that day or a later one."
            )
        if self.as_of > self._latest:
            raise CrmError(
                f"as_of {self.as_of:%Y-%m-%d} is after the last day of these data ({self._latest:%Y-%m-%d}); "
                "choose that day or an earlier one."
            )

    @property
    def tables(self):
        """The names of the tables that have rows on this day."""
        return tuple(name for name in self._holdings.tables if self.has(name))

    def has(self, name):
        """Return whether there is a table of this name, with rows on this day."""
        table = self._holdings.tables.get(name)
        return table is not None and not (pd.notna(self.as_of) and table.first_day >= self._next_day)

    @property
    def _next_day(self):
        return self.as_of + pd.Timedelta(days=1)

    @property
    def company(self):
        """Whose data these are, as a Company; ``observed_to`` is never later than ``as_of``."""
        table = self._holdings.tables.get("company")
        if table is None:
            return Company(observed_from=_first_day(self._holdings)[0], observed_to=self.as_of)
        row = self.frame("company").iloc[0]
        return Company(
            **{name: row[name] for name in Company.__dataclass_fields__ if name in row and pd.notna(row[name])}
        )

    def frame(self, name):
        """Return a table as a pandas DataFrame; the same as ``db.<name>``. Raises: MissingTable."""
        self._require(name)
        if name not in self._frames:
            table = self._holdings.tables[name]
            if isinstance(table, TypedTable):
                self._frames[name] = asof.cut_frame(table.frame, table.schema, self.as_of)
            else:
                self._frames[name] = expressions.to_frame(self.table(name), table.schema)
        return self._frames[name].copy(deep=False)  # copy-on-write: changing it leaves the database as it is

    def __getattr__(self, name):
        if name in SCHEMAS:
            return self.frame(name)
        raise AttributeError(f"'CustomerDatabase' object has no attribute '{name}'")

    def __dir__(self):
        return sorted({*super().__dir__(), *self.tables})

    def _require(self, name):
        if self.has(name):
            return
        if name in self._holdings.tables:
            raise MissingTable(f"The table '{name}' has no rows yet on {self.as_of:%Y-%m-%d}.")
        if name in SCHEMAS:
            raise MissingTable(f"{self._holdings.source} has no table '{name}'.")
        close = loading.files.nearest(name, SCHEMAS)
        hint = f"did you mean '{close}'?" if close else "the tables here are: " + ", ".join(self.tables) + "."
        raise MissingTable(f"The data dictionary has no table '{name}'; {hint}")

    def table(self, name):
        """Return a table as an Ibis table, for work that must not fit in memory. Raises: MissingTable."""
        self._require(name)
        if name not in self._ibis:
            table = self._holdings.tables[name]
            if isinstance(table, TypedTable):
                self._ibis[name] = self._in_memory(name)
            else:
                self._ibis[name] = asof.cut_expression(table.expression, table.schema, self.as_of)
        return self._ibis[name]

    def _in_memory(self, name):
        connection = self._ibis.get("")
        if connection is None:
            mixed = self._holdings.connection  # large Parquet tables live there, and both must join
            connection = self._ibis[""] = mixed if mixed is not None else loading.new_connection()
        unique = f"{name}_{id(self):x}" if connection is self._holdings.connection else name
        connection.con.register(unique, expressions.to_arrow(self.frame(name), SCHEMAS[name]))
        return connection.table(unique)

    def sql(self, query):
        """Run one SELECT in DuckDB's SQL over the tables of this day.

        Returns: DataFrame. Raises: CrmError with DuckDB's sentence. Files cannot be read or written from there.
        """
        from crmlib.database import querying

        if self._duckdb is None:
            self._duckdb = querying.Querying(self)
        return self._duckdb.run(query)

    def at(self, date):
        """Return the same database on an earlier day: nothing that became known later is in it. Raises: CrmError."""
        return CustomerDatabase(self._holdings, date, latest=self.as_of)

    def __repr__(self):
        day = "undated" if pd.isna(self.as_of) else f"as of {self.as_of:%Y-%m-%d}"
        return f"Customer database of {self.company.name}, {day}: {', '.join(self.tables)}"


def _last_day(holdings):
    tables = holdings.tables
    if "company" in tables:
        return loading.observed_to(tables["company"])
    days = [tables["orders"].last_day] if "orders" in tables else [table.last_day for table in tables.values()]
    days = [day for day in days if pd.notna(day)]
    return max(days).normalize() if days else pd.NaT


def _first_day(holdings):
    tables = holdings.tables
    if "orders" in tables:
        return tables["orders"].first_day.normalize(), "the first order"
    days = [table.first_day for table in tables.values() if pd.notna(table.first_day)]
    return (min(days).normalize() if days else pd.NaT), "the first dated row"
