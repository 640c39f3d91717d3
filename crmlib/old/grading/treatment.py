"""Who to upgrade, serve more cheaply, ask back or let go, by a rule that is written down."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from crmlib.old.grading.change import value_change
from crmlib.old.grading.measures import best_measure
from crmlib.old.grading.profit import customer_profit, value_windows
from crmlib.old.grading.pyramid import grade_customers

TREATMENTS = ("let go", "serve more cheaply", "ask back", "upgrade", "ask why", "keep")
CHINESE = {
    "let go": "放手",
    "serve more cheaply": "降低服务成本",
    "ask back": "挽回",
    "upgrade": "提升",
    "ask why": "查明原因",
    "keep": "保持",
}


@dataclass(frozen=True)
class TreatmentRule:
    """Numbers of the rule in `recommended_treatment`.

    cheapest_service - share of today's cost to serve that the cheapest service would still cost; growth - rise of value
    from the earlier to the later period from which a customer may be upgraded; fewest_purchases - purchase days in the
    later period that make the rise more than luck; fall - share of the earlier value that is gone when a customer is
    asked why.
    """

    cheapest_service: float = 0.5
    growth: float = 0.25
    fewest_purchases: int = 3
    fall: float = 0.5


def recommended_treatment(db, shares=None, rule=None):
    """Recommend one treatment for each customer of the last two periods.

    The first that applies: let go - a loss in both periods that even the cheapest service would not turn; serve more
    cheaply - a loss in the later period; ask back - bought before, nothing in the later period; upgrade - graded
    ordinary or lower, profitable, risen by `growth` and bought often enough; ask why - worth less than before by
    `fall`; keep - everyone else. Rises and falls are only seen in customers who were there for most of the earlier
    period (`value_change`). Without costs the first two cannot be told and nobody gets them. Who bought in neither
    period is no longer a customer and gets none.
    Parameters: db - customer database; shares - of the grades (graded by the later period); rule - TreatmentRule.
    Returns: DataFrame, index customer_id: treatment, grade, value_before, value_now, revenue, purchases.
    attrs: measure, costs_known, without (customers who bought before these periods only).
    """
    rule = rule or TreatmentRule()
    before, now = (customer_profit(db, window) for window in value_windows(db))
    measure = best_measure(now)
    buyers = (table.index[table["purchases"] > 0] for table in (before, now))
    everyone = next(buyers).union(next(buyers)).rename("customer_id")
    earlier, later = (table.reindex(everyone).fillna(0.0) for table in (before, now))
    grade = grade_customers(later[measure], shares)
    change = value_change(db, everyone)
    choices = _choices(earlier, later, measure, grade, change, rule)
    without = db.orders["customer_id"].nunique() - len(everyone)
    table = pd.DataFrame(
        {
            "treatment": pd.Categorical(np.select(choices, TREATMENTS[:-1], TREATMENTS[-1]), TREATMENTS, ordered=True),
            "grade": grade,
            "value_before": earlier[measure],
            "value_now": later[measure],
            "revenue": later["revenue"],
            "purchases": later["purchases"].astype(int),
        }
    )
    table.attrs = now.attrs | {"measure": measure, "costs_known": measure == "profit", "without": without}
    return table


def _choices(earlier, later, measure, grade, change, rule):
    none = pd.Series(False, index=later.index)
    loss, hopeless = none, none
    if measure == "profit":
        loss = later["profit"] < 0
        still = later["margin"] - rule.cheapest_service * later["cost_to_serve"]
        hopeless = loss & (earlier["profit"] < 0) & (still < 0)
    asleep = (later["purchases"] == 0) & (earlier["purchases"] > 0)
    risen = (
        (later[measure] > 0)
        & (change["now"] >= (1 + rule.growth) * change["before"].clip(lower=0))
        & (earlier["purchases"] > 0)
        & (later["purchases"] >= rule.fewest_purchases)
        & (grade.cat.codes >= 2)
    )
    # Who bought nothing but cost something is asleep first; a loss then is no reason to serve more cheaply.
    fallen = (change["before"] > 0) & (change["now"] < (1 - rule.fall) * change["before"])
    return [hopeless & ~asleep, loss & ~asleep, asleep, risen, fallen]


def treatment_table(treated):
    """Sum up the treatments: customers, their share, and value and revenue in the later period (money).

    Returns: DataFrame, index treatment.
    """
    groups = treated.groupby("treatment", observed=False)
    table = pd.DataFrame({"customers": groups.size()})
    table["customer_share"] = table["customers"] / len(treated)
    table["revenue"] = groups["revenue"].sum()
    table["value"] = groups["value_now"].sum()
    table.attrs = treated.attrs
    return table
