"""What was known on a day: rows dated later go, and later facts about earlier events are blanked."""

from __future__ import annotations

import datetime
import re

import pandas as pd

from crmlib.errors import CrmError


def as_day(value):
    """Return the day a person means by ``as_of``, as a Timestamp at midnight.

    Raises: CrmError for anything but a date or a text YYYY-MM-DD.
    """
    if isinstance(value, (pd.Timestamp, datetime.date)) and not pd.isna(value):
        return pd.Timestamp(value).tz_localize(None).normalize()
    if hasattr(value, "dtype") and getattr(value.dtype, "kind", "") == "M" and not pd.isna(value):
        return pd.Timestamp(value).normalize()
    if isinstance(value, str) and re.fullmatch(r"\d{4}-\d{2}-\d{2}", value.strip()):
        try:
            return pd.Timestamp(value.strip())
        except ValueError:
            pass
    raise CrmError(f"as_of must be a day written as YYYY-MM-DD, or 'last'; this is not one: {value!r}.")


def cut(rows, schema, day):
    """Return what an Ibis table held at the end of a day. ``day`` NaT: nothing is cut."""
    import ibis

    if pd.isna(day):
        return rows
    after = ibis.timestamp(day + pd.Timedelta(days=1))
    dated = schema.metadata["dated"]
    if dated in rows.columns:
        rows = rows.filter((rows[dated] < after) | rows[dated].isnull())  # noqa: PD003, this is Ibis
    hidden = {}
    for date, known_then in schema.metadata["later"].items():
        if date in rows.columns:
            unknown = rows[date] >= after
            hidden |= {name: ibis.ifelse(unknown, None, rows[name]) for name in known_then if name in rows.columns}
    if schema.name == "company":
        hidden["observed_to"] = ibis.least(rows["observed_to"], ibis.date(day))
    return rows.mutate(**hidden) if hidden else rows
