"""What a customer is worth by the best measure that the tables carry."""

from crmlib import facts
from crmlib.errors import MissingTable


def customer_value(db, years=None):
    """Tell what each customer brought: profit, or gross profit where no costs to serve are booked, or else revenue.

    The Series' name says which. It is one measure for the whole company on that day, whatever the years.
    Parameters: db - customer database (orders; cost_of_goods and cost_to_serve where there are any); years - a calendar
    year or several; None: all booked years of profit, all that is known of the others.
    Returns: Series profit, gross_profit or revenue, index customer_id. Errors: as of `crmlib.customer_profit`.
    """
    if db.has("cost_to_serve"):
        return facts.customer_profit(db, years)["profit"]
    try:
        return facts.customer_margin(db, years)["gross_profit"]
    except MissingTable:
        return facts.customer_revenue(db, years)["revenue"]
