"""The customer database: one company's tables as they were known on a day."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from crmlib.database import asof, loading, tables
from crmlib.dictionary import SCHEMAS
from crmlib.errors import CrmError, MissingTable, TooFew
from crmlib.places import find_data

SHOWN_VALUES = 10


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

    source: a folder of CSV or Parquet files, an Ibis connection, or a dict of DataFrames by the tables' names; as_of: a
    date, a text YYYY-MM-DD, or "last" (the last day observed by the company table; without one, of the last order, or
    of the last dated fact).
    Returns: CustomerDatabase. Raises: DataFault with the complete report when any table breaks a rule; CrmError when
    there is no such folder or the day does not suit the data; TooFew when the day is before the first order.
    """
    if isinstance(source, (str, Path)):
        path = Path(source).expanduser()
        holdings = loading.load_folder(path if path.exists() else find_data(source))
    elif isinstance(source, dict):
        holdings = loading.load_frames(source)
    elif hasattr(source, "list_tables") and hasattr(source, "table"):
        holdings = loading.load_connection(source)
    else:
        raise CrmError(f"open_database takes a folder or an Ibis connection, not {type(source).__name__}.")
    return CustomerDatabase(loading.faultless(holdings), as_of)


class CustomerDatabase:
    """One company's tables as known on ``as_of`` (that day included).

    ``db.orders`` and so on: pandas; ``table``: Ibis; ``sql``: DuckDB SQL. ``at``, ``only`` and ``with_table`` return a
    CustomerDatabase again, in which all of these agree. ``chosen``: column of customers → the values ``only`` chose.
    """

    def __init__(self, holdings, as_of="last", latest=None, chosen=None):
        self._holdings, self.chosen = holdings, chosen or {}
        self._latest = latest if latest is not None else _last_day(holdings)
        self.as_of = self._latest if isinstance(as_of, str) and as_of.strip() == "last" else asof.as_day(as_of)
        self._refuse_unsuitable_day()
        self._frames, self._filled, self._querying = {}, {}, None
        if self.chosen and not self.has("customers"):
            words = " and ".join(f"{column} {', '.join(map(str, wanted))}" for column, wanted in self.chosen.items())
            raise TooFew(f"No customer with {words} is known on {self.as_of:%Y-%m-%d}; choose others, or a later day.")

    def _refuse_unsuitable_day(self):
        first, what = _first_day(self._holdings)
        if self.as_of < first:
            raise TooFew(
                f"as_of {self.as_of:%Y-%m-%d} is before {what} ({first:%Y-%m-%d}); choose that day or a later one."
            )
        if self.as_of > self._latest:
            raise CrmError(
                f"as_of {self.as_of:%Y-%m-%d} is after the last day of these data ({self._latest:%Y-%m-%d}); "
                "choose that day or an earlier one."
            )

    def at(self, date):
        """Return the same database on an earlier day: nothing that became known later is in it.

        Raises: TooFew before the first order; CrmError after ``as_of``, or for what is no day.
        """
        return CustomerDatabase(self._holdings, date, self.as_of, self.chosen)

    def only(self, customers="all", **columns):
        """Return the same database narrowed to some customers, in every table that names a customer.

        customers: "all", "person" or "enterprise" (column ``kind`` of the table customers); columns: values, or lists
        of values, of other columns of that table, e.g. ``region=["East", "West"]``.
        Raises: MissingTable without customers or that column; CrmError for an unknown value; TooFew when nobody is
        left.
        """
        wanted = columns if isinstance(customers, str) and customers == "all" else {"kind": customers, **columns}
        chosen = dict(self.chosen)
        for column, values in wanted.items():
            values = list(values) if pd.api.types.is_list_like(values) else [values]
            self._refuse_unknown_values(column, values)
            chosen[column] = [value for value in values if value in chosen.get(column, values)]
        return CustomerDatabase(self._holdings, self.as_of, self._latest, chosen) if wanted else self

    def _refuse_unknown_values(self, column, values):
        table = self._holdings.tables.get("customers")
        if table is None or column not in table.columns:
            raise MissingTable(
                f"These data do not say whose {column} is {' or '.join(map(str, values))}: that needs the table "
                f"'customers' with the column '{column}'. Work with all customers."
            )
        listed = (
            SCHEMAS["customers"].columns[column].metadata["choices"] if column in SCHEMAS["customers"].columns else ()
        )
        there = table.expression.select(column).distinct().to_pyarrow()[column].to_pylist()
        strange = [value for value in values if value not in {*(listed or ()), *there}]
        if strange:
            known = ", ".join(map(str, listed or sorted(there, key=str)[:SHOWN_VALUES]))
            raise CrmError(f"{column} = {strange[0]!r} is not one of {known}.")

    def with_table(self, name, frame):
        """Return the same database with a table more, or with one in place of another.

        name: of the data dictionary; frame: DataFrame with its columns. Raises: DataFault with every broken rule.
        """
        if name not in SCHEMAS:
            self._require(name)
        holdings = loading.with_frame(self._holdings, name, frame)
        return CustomerDatabase(loading.faultless(holdings), self.as_of, self._latest, self.chosen)

    @property
    def tables(self):
        """The names of the tables that have rows on this day."""
        return tuple(name for name in self._holdings.tables if self.has(name))

    def has(self, name):
        """Return whether there is a table of this name, with rows on this day and of the chosen customers."""
        table = self._holdings.tables.get(name)
        if table is None or (pd.notna(self.as_of) and table.first_day >= self.as_of + pd.Timedelta(days=1)):
            return False
        if name not in self._filled:
            narrowed = self._is_narrowed(name)
            self._filled[name] = not narrowed or self._rows(name).limit(1).count().to_pyarrow().as_py() > 0
        return self._filled[name]

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
            self._frames[name] = tables.to_frame(self._rows(name), SCHEMAS[name])
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
            whose = " of the chosen customers" if self.chosen else ""
            raise MissingTable(f"The table '{name}' has no rows yet on {self.as_of:%Y-%m-%d}{whose}.")
        if name in SCHEMAS:
            raise MissingTable(f"The database of {self.company.name} has no table '{name}'.")
        close = loading.files.nearest(name, SCHEMAS)
        hint = f"did you mean '{close}'?" if close else "the tables here are: " + ", ".join(self.tables) + "."
        raise MissingTable(f"The data dictionary has no table '{name}'; {hint}")

    def table(self, name):
        """Return a table as an Ibis table, for work that must not fit in memory. Raises: MissingTable."""
        self._require(name)
        rows = self._rows(name)
        return rows.drop(tables.ROW) if tables.ROW in rows.columns else rows

    def _rows(self, name):
        """A table of this day and of the chosen customers."""
        table = self._holdings.tables[name]
        rows = asof.cut(table.expression, table.schema, self.as_of)
        if not self._is_narrowed(name):
            return rows
        if name == "customers":
            return rows.filter([rows[column].isin(values) for column, values in self.chosen.items()])
        return rows.semi_join(self._rows("customers"), "customer_id")

    def _is_narrowed(self, name):
        return bool(self.chosen) and "customer_id" in self._holdings.tables[name].columns

    def sql(self, query):
        """Run one SELECT in DuckDB's SQL over the tables of this day.

        Returns: DataFrame. Raises: CrmError with DuckDB's sentence. Files cannot be read or written from there.
        """
        from crmlib.database import querying

        if self._querying is None:
            self._querying = querying.Querying(self)
        return self._querying.run(query)

    def __repr__(self):
        day = "undated" if pd.isna(self.as_of) else f"as of {self.as_of:%Y-%m-%d}"
        return f"Customer database of {self.company.name}, {day}: {', '.join(self.tables)}"


def _last_day(holdings):
    held = holdings.tables
    if "company" in held:
        return loading.observed(held["company"], "observed_to")
    days = [held["orders"].last_day] if "orders" in held else [table.last_day for table in held.values()]
    days = [day for day in days if pd.notna(day)]
    return max(days).normalize() if days else pd.NaT


def _first_day(holdings):
    held = holdings.tables
    if "orders" in held:
        return held["orders"].first_day.normalize(), "the first order"
    days = [table.first_day for table in held.values() if pd.notna(table.first_day)]
    return (min(days).normalize() if days else pd.NaT), "the first dated row"
