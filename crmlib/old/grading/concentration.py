"""Key accounts are a risk too: how much hangs on few customers, and what the loss of the largest would cost."""

from itertools import product

import numpy as np
import pandas as pd

from crmlib.old.grading.measures import MEASURES, best_measure
from crmlib.old.grading.shares import _positive_total


def concentration_index(values):
    """Compute the Herfindahl–Hirschman index of customers' shares.

    HHI = Σ share²: 1/n when all are equal, 1 when one customer is everything. 1/HHI is the number of equally large
    customers that would be as concentrated. Negative values count as zero.
    Parameters: values - numbers, money. Returns: float. Source: Hirschman (1945), Herfindahl (1950).
    """
    sizes = np.maximum(np.asarray(values, float), 0)
    shares = sizes / _positive_total(sizes, "value")
    return float((shares**2).sum())


def largest_accounts(table, number=3, by=None):
    """List the largest customers and what share of each measure would go with them.

    Parameters: table - result of `customer_profit`; number - how many; by - the measure that makes them large,
    default the best one present: a large buyer who costs more than he brings is no loss.
    Returns: DataFrame, index customer_id plus a last row "together": each measure in money and its share of the whole.
    """
    by = by or best_measure(table)
    measures = [measure for measure in reversed(MEASURES) if measure in table]
    largest = table[measures].sort_index().sort_values(by, ascending=False, kind="stable").head(number)
    largest.loc["together"] = largest.sum()
    for measure in measures:
        largest[f"{measure}_share"] = largest[measure] / _positive_total(table[measure], measure)
    largest.attrs = table.attrs | {"by": by}
    return largest.rename_axis("customer_id")


def leaving_rates(accounts, grades, retention):
    """Give each of the largest accounts the rate of leaving of its own grade.

    Parameters: accounts - result of `largest_accounts`; grades - Series, index customer_id; retention - result of
    `retention_by_grade`. Returns: Series, index customer_id: probability a year. A customer without a grade gets the
    rate of all.
    """
    each = grades.reindex(accounts.index.drop("together")).astype(object).fillna("all")
    return (1 - each.map(retention["retention"])).astype(float).rename("leaving")


def loss_scenarios(accounts, leaving):
    """Work out how likely each loss is when the largest accounts leave independently of each other.

    Every combination of leaving and staying is listed with its probability p·(1−p)…
    Parameters: accounts - result of `largest_accounts`; leaving - probability a year of leaving, 0–1: one for all,
    or a Series as of `leaving_rates`.
    Returns: DataFrame, from the smallest to the largest loss: leavers, probability, lost_<measure> (money of the
    measure that the accounts were chosen by), lost_share, at_least (probability of a loss this large or larger).
    """
    each, measure = accounts.drop(index="together"), accounts.attrs["by"]
    chance = leaving.reindex(each.index).to_numpy(float) if isinstance(leaving, pd.Series) else leaving
    rows = []
    for gone in product([False, True], repeat=len(each)):
        gone = np.array(gone)
        rows.append(
            {
                "leavers": ", ".join(each.index[gone].astype(str)) or "none",
                "probability": float(np.where(gone, chance, 1 - chance).prod()),
                f"lost_{measure}": float(each[measure].to_numpy()[gone].sum()),
                "lost_share": float(each[f"{measure}_share"].to_numpy()[gone].sum()),
            }
        )
    scenarios = pd.DataFrame(rows).sort_values(f"lost_{measure}", kind="stable", ignore_index=True)
    scenarios["at_least"] = scenarios["probability"][::-1].cumsum()[::-1]
    scenarios.attrs = accounts.attrs
    return scenarios
