"""What the orders tell about each customer on a day, and nothing from after it."""

import pandas as pd

from crmlib.facts import customer_summary, purchase_days

YEAR, HALF_YEAR = 365, 182


def signs(known):
    """List the signs of leaving that the orders hold, as known on a day.

    Parameters: known - customer database as of the day, such as ``db.at(day)``: what came later is not in it.
    Returns: DataFrame of floats, index customer_id, one row for everybody with a purchase day: silent (days since the
    last one), age (days since the first), purchases (purchase days), last_year and half_year (those of the last 365 and
    182 days), own_gap (mean days between two; after a single purchase the age), order_value (money a purchase day).
    Errors: as `customer_summary`.
    """
    one, days = customer_summary(known), purchase_days(known)
    late = days[days["amount"] > 0]
    ago = (known.as_of - late["day"]).dt.days
    counts = {span: late[ago < span].groupby("customer_id").size() for span in (YEAR, HALF_YEAR)}
    table = pd.DataFrame(
        {
            "silent": one["T"] - one["recency"],
            "age": one["T"],
            "purchases": one["frequency"] + 1,
            "last_year": counts[YEAR].reindex(one.index, fill_value=0),
            "half_year": counts[HALF_YEAR].reindex(one.index, fill_value=0),
            "own_gap": (one["recency"] / one["frequency"]).where(one["frequency"] > 0, one["T"]).clip(lower=1),
            "order_value": one["revenue"].clip(lower=0) / (one["frequency"] + 1),
        }
    )
    return table.astype(float)
