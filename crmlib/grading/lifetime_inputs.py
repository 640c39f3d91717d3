"""What the simple lifetime formula needs from a company: margin, retention, acquisition cost."""

import pandas as pd

from crmlib.grading.measures import best_measure
from crmlib.grading.profit import customer_profit, retention_by_grade, value_windows


def lifetime_inputs(db, assumed_margin=0.4):
    """Measure the levers of the simple lifetime value.

    margin = value of the later window (`value_windows`) per customer who bought in it and year: profit after cost to
    serve, else margin, else assumed margin × revenue. Retention as in `retention_by_grade` for all customers.
    Acquisition cost: mean of `customers.acquisition_cost`, 0 where it is unknown.
    Parameters: db - customer database; assumed_margin - per unit of revenue, used only without costs.
    Returns: Series: margin (money a customer and year), retention_rate (a year), acquisition_cost (money a customer).
    attrs: measure, margin_assumed, acquisition_known.
    """
    _, now = value_windows(db)
    buyers = customer_profit(db, now).query("purchases > 0")
    measure = best_measure(buyers)
    margin = buyers[measure].mean() / now.years * (assumed_margin if measure == "revenue" else 1.0)
    cost = mean_acquisition_cost(db)
    inputs = pd.Series(
        {
            "margin": float(margin),
            "retention_rate": float(retention_by_grade(db).loc["all", "retention"]),
            "acquisition_cost": cost or 0.0,
        }
    )
    inputs.attrs = {"measure": measure, "margin_assumed": measure == "revenue", "acquisition_known": cost is not None}
    return inputs


def mean_acquisition_cost(db):
    """Average what winning a customer cost. Returns: float, or None where it is unknown."""
    if not db.has("customers") or "acquisition_cost" not in db.customers:
        return None
    known = db.customers["acquisition_cost"].dropna()
    return float(known.mean()) if len(known) else None
