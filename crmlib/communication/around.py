"""What happened around a day: counted or added up for each row's own date."""

from crmlib.estimate import within


def around(events, rows, days, on, since, column=None):
    """Count events, or add up a column of theirs, in a window around each row's own date.

    Parameters: events, rows - tables with customer_id; days - (first, last), as for `crmlib.within`: first ≤ days after
    the row's date < last; on, since - date columns of events and rows; column - of events, to be added up.
    Returns: Series, index as rows; 0 where nothing happened. Errors: as `crmlib.within`.
    """
    found = within(events, rows[["customer_id", since]], days, on, since).groupby("anchor")
    found = found.size() if column is None else found[column].sum()
    return found.reindex(rows.index, fill_value=0)
