"""The three measures of a customer's value, best first."""

MEASURES = ("profit", "margin", "revenue")


def best_measure(table):
    """Name the best measure of value the table has: profit, else margin, else revenue."""
    return next(measure for measure in MEASURES if measure in table)
