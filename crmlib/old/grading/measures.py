"""The three measures of a customer's value, best first."""

MEASURES = ("profit", "margin", "revenue")


def best_measure(table):
    """Name the best measure of value the table has: profit, else margin, else revenue."""
    return next(measure for measure in MEASURES if measure in table)


def earning_rate(table, assumed=1.0):
    """Say what a unit of revenue earns: profit, else margin, per revenue over all customers.

    Parameters: table - result of `customer_profit`; assumed - the rate where neither is known, for instance 0.4.
    Returns: float.
    """
    measure = best_measure(table)
    return float(assumed) if measure == "revenue" else float(table[measure].sum() / table["revenue"].sum())
