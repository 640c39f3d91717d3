"""Big customers are not always good ones, and small ones can be: size against profitability and growth."""

import numpy as np
import pandas as pd

from crmlib.old.figures import Notice
from crmlib.old.grading.change import LONG_ENOUGH, window_exposure
from crmlib.old.grading.measures import best_measure
from crmlib.old.grading.profit import customer_profit, value_windows, without_costs
from crmlib.old.notices import hands_on_notices

QUADRANTS = ("big and good", "big but poor", "small but good", "small and poor")


def size_and_profitability(db, big=0.20):
    """Place each customer by size, profitability and growth.

    Big: among the share `big` of customers with the largest revenue (equal revenue: both). Good: profit rate (profit /
    revenue) at least the company's own rate (total profit / total revenue). Growing: more revenue in the later of two
    equal windows than in the earlier (`value_windows`), among customers who were there for most of the earlier.
    Customers without positive revenue have no rate and are left out.
    Parameters: db - customer database; big - share of customers.
    Returns: DataFrame, index customer_id: revenue, profit (or margin), profit_rate, growth (of revenue a window,
    missing where it cannot be told), growing, quadrant; or a Notice when
    no cost is known.
    """
    value = customer_profit(db)
    measure = best_measure(value)
    if measure == "revenue":
        return without_costs(db, "how profitable big and small customers are")
    value = value[value["revenue"] > 0]
    before, now = (customer_profit(db, window)["revenue"] for window in value_windows(db))
    exposure = window_exposure(db, value_windows(db)[0]).reindex(value.index, fill_value=0.0)
    growth = (now.reindex(value.index, fill_value=0.0) * exposure) / before.reindex(value.index) - 1
    rate = value[measure] / value["revenue"]
    place = value["revenue"].rank(method="min", ascending=False).sub(1) / len(value)
    is_big, is_good = place < big, rate >= value[measure].sum() / value["revenue"].sum()
    quadrant = np.select([is_big & is_good, is_big, is_good], QUADRANTS[:3], QUADRANTS[3])
    table = pd.DataFrame(
        {
            "revenue": value["revenue"],
            measure: value[measure],
            "profit_rate": rate,
            "growth": growth.where((exposure >= LONG_ENOUGH) & (before.reindex(value.index) > 0)),
            "growing": (growth > 0) & (exposure >= LONG_ENOUGH),
            "quadrant": pd.Categorical(quadrant, QUADRANTS, ordered=True),
        }
    )
    table.attrs = value.attrs | {"measure": measure, "big": big}
    return table


@hands_on_notices
def quadrant_table(placed):
    """Sum up the quadrants of `size_and_profitability`.

    Returns: DataFrame, index quadrant: customers, revenue_share, share of the measure of profit, losing (share of
    customers below zero), growing (share of customers).
    """
    measure = placed.attrs["measure"]
    groups = placed.groupby("quadrant", observed=False)
    table = pd.DataFrame({"customers": groups.size()})
    table["revenue_share"] = groups["revenue"].sum() / placed["revenue"].sum()
    table[f"{measure}_share"] = groups[measure].sum() / placed[measure].sum()
    table["losing"] = (placed[measure] < 0).groupby(placed["quadrant"], observed=False).mean()
    table["growing"] = groups["growing"].mean()
    table.attrs = placed.attrs
    return table


@hands_on_notices
def small_and_growing(placed, number=10):
    """List small customers worth a second look: good, growing, largest profit rate × revenue first.

    Returns: DataFrame, at most `number` rows, index customer_id.
    """
    measure = placed.attrs["measure"]
    chosen = placed[(placed["quadrant"] == "small but good") & placed["growing"]]
    found = chosen.sort_index().sort_values(measure, ascending=False, kind="stable").head(number)
    return (
        found[["revenue", measure, "profit_rate", "growth"]]
        if len(found)
        else Notice("No small customer is both good and growing.")
    )
