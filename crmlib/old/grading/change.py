"""Before and now: what customers brought in two equally long windows, and who was there long enough to compare."""

import pandas as pd

from crmlib.old.grading.measures import best_measure
from crmlib.old.grading.profit import customer_profit, value_windows

LONG_ENOUGH = 0.75  # of the earlier window; at its start the data may begin, so all of it cannot be asked


def value_change(db, customers, long_enough=LONG_ENOUGH):
    """Compare customers' value in two equally long windows (`value_windows`).

    A customer won in the middle of the earlier window had less time to bring anything in it, and looks like growing.
    exposure = share of the earlier window's days from the first order on; before = value in the earlier window /
    exposure; comparable: exposure of at least `long_enough`. A year without booked costs has no profit yet: the value
    is then the margin.
    Parameters: db - customer database; customers - Index of ids; long_enough - share of the earlier window.
    Returns: DataFrame, index customer_id: exposure, before, now (money a window; before is missing where a customer is
    not comparable), comparable. attrs: measure.
    """
    windows = value_windows(db)
    before, now = (customer_profit(db, window) for window in windows)
    measure = best_measure(now)
    exposure = window_exposure(db, windows[0]).reindex(customers, fill_value=0.0)
    comparable = exposure >= long_enough
    earlier = before[measure].reindex(customers, fill_value=0.0) / exposure
    table = pd.DataFrame(
        {
            "exposure": exposure,
            "before": earlier.where(comparable),
            "now": now[measure].reindex(customers, fill_value=0.0),
            "comparable": comparable,
        }
    )
    table.attrs = {"measure": measure}
    return table


def window_exposure(db, window):
    """Say for which share of a window's days each customer was there already, from the first order on.

    Returns: Series, index customer_id, from 0 (first order later) to 1 (first order before the window, or on its first
    day).
    """
    orders = db.orders[db.orders["amount"] > 0]
    first = orders.groupby("customer_id")["order_date"].min().dt.normalize()
    days = (window.end - window.start).days + 1
    return (((window.end - first).dt.days + 1) / days).clip(0, 1)
