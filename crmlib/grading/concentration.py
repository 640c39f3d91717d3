"""Key accounts are a risk too: how much hangs on few customers, and what the loss of the largest would cost."""

from itertools import product

import numpy as np
import pandas as pd

from crmlib.grading.measures import MEASURES
from crmlib.grading.shares import _positive_total


def concentration_index(values):
    """Compute the Herfindahl–Hirschman index of customers' shares.

    HHI = Σ share²: 1/n when all are equal, 1 when one customer is everything. 1/HHI is the number of equally large
    customers that would be as concentrated. Negative values count as zero.
    Parameters: values - numbers, money. Returns: float. Source: Hirschman (1945), Herfindahl (1950).
    """
    sizes = np.maximum(np.asarray(values, float), 0)
    shares = sizes / _positive_total(sizes, "value")
    return float((shares**2).sum())


def largest_accounts(table, number=3, by="revenue"):
    """List the largest customers and what share of each measure would go with them.

    Parameters: table - result of `customer_profit`; number - how many; by - the measure that makes them large.
    Returns: DataFrame, index customer_id plus a last row "together": each measure in money and its share of the whole.
    """
    measures = [measure for measure in reversed(MEASURES) if measure in table]
    largest = table[measures].sort_index().sort_values(by, ascending=False, kind="stable").head(number)
    largest.loc["together"] = largest.sum()
    for measure in measures:
        largest[f"{measure}_share"] = largest[measure] / _positive_total(table[measure], measure)
    largest.attrs = table.attrs
    return largest.rename_axis("customer_id")


def loss_scenarios(accounts, leaving):
    """Work out how likely each loss is when the largest accounts leave independently of each other.

    Every combination of leaving and staying is listed with its probability p·(1−p)…
    Parameters: accounts - result of `largest_accounts`; leaving - probability a year that one of them leaves, 0–1.
    Returns: DataFrame, from the smallest to the largest loss: leavers, probability, lost_revenue, lost_share,
    at_least (probability of a loss this large or larger).
    """
    each = accounts.drop(index="together")
    rows = []
    for gone in product([False, True], repeat=len(each)):
        gone = np.array(gone)
        rows.append(
            {
                "leavers": ", ".join(each.index[gone].astype(str)) or "none",
                "probability": float(leaving ** gone.sum() * (1 - leaving) ** (~gone).sum()),
                "lost_revenue": float(each["revenue"].to_numpy()[gone].sum()),
                "lost_share": float(each["revenue_share"].to_numpy()[gone].sum()),
            }
        )
    scenarios = pd.DataFrame(rows).sort_values("lost_revenue", kind="stable", ignore_index=True)
    scenarios["at_least"] = scenarios["probability"][::-1].cumsum()[::-1]
    scenarios.attrs = accounts.attrs
    return scenarios
