"""Key figures out of the chapter's tables, each with its interval."""

import math

from crmlib.old.figures import Notice
from crmlib.old.records import record

LARGEST = "largest"


def record_from(table, row, column, name, unit=""):
    """Record one cell of a table under a name, with the interval beside it.

    Nothing is recorded where the table is a Notice (the sentence has been shown already) or has no such row.

    Parameters: ``table`` of the chapter; ``row`` its label, a number for its place, or "largest" for the row with
    the largest estimate; ``column`` of the estimate; ``name`` and ``unit`` as for ``crmlib.record``.
    The limits are ``low`` and ``high``, or ``<column>_low`` and so on.
    """
    if isinstance(table, Notice):
        return
    if row == LARGEST:
        row = table[column].idxmax() if len(table) else 0
    if isinstance(row, int) and len(table) > row >= -len(table):
        values = table.iloc[row]
    elif row in table.index:
        values = table.loc[row]
    else:
        return
    low, high = (values.get(f"{column}_{end}", values.get(end)) for end in ("low", "high"))
    known = all(isinstance(end, int | float) and math.isfinite(end) for end in (low, high))
    record(name, values[column], unit, (low, high) if known else None)
