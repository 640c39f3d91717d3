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


def cut_frame(frame, schema, day):
    """Return what a table in memory held at the end of a day. ``day`` NaT: nothing is cut."""
    if pd.isna(day):
        return frame
    after = day + pd.Timedelta(days=1)
    dated = schema.metadata["dated"]
    if dated in frame:
        frame = frame[~(frame[dated] >= after)].reset_index(drop=True)
    hidden = {}
    for date, known_then in schema.metadata["later"].items():
        if date in frame:
            unknown = frame[date] >= after
            hidden |= {column: frame[column].mask(unknown) for column in known_then if column in frame}
    if schema.name == "company":
        hidden["observed_to"] = frame["observed_to"].clip(upper=day)
    return frame.assign(**hidden)


def cut_expression(table, schema, day):
    """The same as an Ibis expression."""
    import ibis

    if pd.isna(day):
        return table
    after = ibis.timestamp(day + pd.Timedelta(days=1))
    dated = schema.metadata["dated"]
    if dated in table.columns:
        table = table.filter((table[dated] < after) | table[dated].isnull())  # noqa: PD003, this is Ibis
    hidden = {}
    for date, known_then in schema.metadata["later"].items():
        if date in table.columns:
            unknown = table[date] >= after
            hidden |= {name: ibis.ifelse(unknown, None, table[name]) for name in known_then if name in table.columns}
    if schema.name == "company":
        hidden["observed_to"] = ibis.least(table["observed_to"], ibis.date(day))
    return table.mutate(**hidden) if hidden else table
