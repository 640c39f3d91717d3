"""Transaction buyers and relationship buyers, and the three kinds of relationship customers."""

from dataclasses import dataclass

import ibis
import numpy as np
import pandas as pd
from scipy.stats import binomtest

from crmlib.old.grading.change import value_change
from crmlib.old.grading.measures import MEASURES, best_measure
from crmlib.old.grading.profit import customer_profit, value_period
from crmlib.old.grading.summary import NOTHING, order_table

KINDS = ("top profit", "growth potential", "declining value", "loss-making", "too new to tell", "transaction buyers")
UNGROUPED = KINDS[4:]  # not among the relationship customers of whom shares are taken
CHINESE = {
    "top profit": "最大盈利客户",
    "growth potential": "成长潜力客户",
    "declining value": "价值下降客户",
    "loss-making": "亏损客户",
    "too new to tell": "新客户",
    "transaction buyers": "交易型客户",
}
COURSE_FIGURES = {
    # What the course says; None where it gives no figure.
    "top profit": {"customers": "about 10 %", "revenue": "30–50 %"},
    "growth potential": {"customers": None, "revenue": None},
    "declining value": {"customers": "40–60 %", "revenue": None},
}


@dataclass(frozen=True)
class RelationshipRule:
    """When a buyer counts as a relationship buyer, and which of the three kinds a relationship customer is.

    fewest_days - purchase days at least; shortest_tenure - days from the first to the last purchase at least;
    most_irregular - coefficient of variation of the gaps between purchase days at most (a buyer who comes at random has
    about 1); top_share - share of relationship customers who count as top profit; least_decline - share of the earlier
    value that must be gone before a customer counts as declining: any fall at all would count half of those whose
    buying only varies.
    """

    fewest_days: int = 4
    shortest_tenure: int = 180
    most_irregular: float = 1.2
    top_share: float = 0.10
    least_decline: float = 0.10


def purchase_rhythm(orders, as_of):
    """Measure how regularly each customer buys.

    irregularity = standard deviation / mean of the gaps between successive purchase days (population form); needs at
    least two gaps. Purchase day as in `customer_summary`.
    Parameters: orders - pandas frame, Parquet path or Ibis table; as_of - last day that counts.
    Returns: DataFrame, index customer_id: purchase_days, tenure (days from first to last), mean_gap (days),
    irregularity.
    """
    orders = order_table(orders)
    day = orders.order_date.cast("date")
    known = orders.filter(day <= ibis.date(f"{pd.Timestamp(as_of):%Y-%m-%d}"))
    days = known.group_by(customer_id=known.customer_id, day=known.order_date.cast("date")).agg(
        value=known.amount.sum()
    )
    days = days.filter(days.value >= NOTHING)
    previous = days.day.lag().over(ibis.window(group_by="customer_id", order_by="day"))
    gaps = days.mutate(gap=days.day.delta(previous, unit="day").cast("float64"))
    folded = gaps.group_by("customer_id").agg(
        purchase_days=gaps.count(), gaps=gaps.gap.count(), total=gaps.gap.sum(), squares=(gaps.gap * gaps.gap).sum()
    )
    table = folded.to_pyarrow().to_pandas().set_index("customer_id").sort_index()
    number = table["gaps"].replace(0, np.nan)
    mean = table["total"] / number
    spread = np.sqrt((table["squares"] / number - mean**2).clip(lower=0))
    return pd.DataFrame(
        {
            "purchase_days": table["purchase_days"],
            "tenure": table["total"].fillna(0).astype(int),
            "mean_gap": mean,
            "irregularity": (spread / mean).where(number >= 2),
        }
    )


def relationship_customers(db, rule=None):
    """Tell transaction buyers from relationship buyers, and sort the latter into the course's three kinds.

    Relationship buyer: all of (1) enough purchase days, (2) long enough tenure, (3) regular gaps, as `rule` says;
    anyone else is a transaction buyer. Among relationship buyers, in this order: top profit - the best `top_share` by
    value; loss-making - value below zero; too new to tell - not there long enough to compare two windows
    (`value_change`); declining value - worth less in the later window than in the earlier by `least_decline`; growth
    potential - the others.
    Parameters: db - customer database; rule - RelationshipRule.
    Returns: DataFrame, index customer_id: kind, trend (value now − value before, missing where not comparable), and the
    columns of `purchase_rhythm` and `customer_profit`.
    """
    rule = rule or RelationshipRule()
    value = customer_profit(db)
    rhythm = purchase_rhythm(db.table("orders"), value_period(db).end)
    table = value.join(rhythm, how="inner")
    measure = best_measure(value)
    change = value_change(db, table.index)
    table["trend"] = change["now"] - change["before"]
    declining = table["trend"] < -rule.least_decline * change["before"].abs()
    faithful = (
        (table["purchase_days"] >= rule.fewest_days)
        & (table["tenure"] >= rule.shortest_tenure)
        & (table["irregularity"] <= rule.most_irregular)
    )
    best = table.loc[faithful, measure].rank(method="min", ascending=False).sub(1) / max(faithful.sum(), 1)
    top = best.reindex(table.index) < rule.top_share
    # In the order of the rule: the first that applies.
    choices = [~faithful, top, table[measure] < 0, ~change["comparable"], declining]
    kind = np.select(choices, [KINDS[5], KINDS[0], KINDS[3], KINDS[4], KINDS[2]], KINDS[1])
    table.insert(0, "kind", pd.Categorical(kind, KINDS, ordered=True))
    table.attrs = value.attrs | {"measure": measure, "top_share": rule.top_share}
    return table


def relationship_table(customers):
    """Set the kinds of customers beside the course's figures.

    Parameters: customers - result of `relationship_customers`.
    Returns: DataFrame, index kind: customers, customer_share, share_of_relationship (of the relationship customers that
    are not too new) with low and high (95 %, Wilson; none for top profit, whose share the rule fixes), a share of each
    measure present, and the course's figures as text ("–" where it gives none). Source: Wilson (1927).
    """
    measures = [measure for measure in reversed(MEASURES) if measure in customers]
    groups = customers.groupby("kind", observed=False)
    table = pd.DataFrame({"customers": groups.size()})
    table["customer_share"] = table["customers"] / len(customers)
    bound = table["customers"].drop(list(UNGROUPED))
    table["share_of_relationship"] = bound / max(bound.sum(), 1)
    table[["low", "high"]] = np.nan
    for kind in KINDS[1:4] if bound.sum() else ():
        interval = binomtest(int(bound[kind]), int(bound.sum())).proportion_ci(method="wilson")
        table.loc[kind, ["low", "high"]] = interval.low, interval.high
    for measure in measures:
        table[f"{measure}_share"] = groups[measure].sum() / customers[measure].sum()
    for what in ("customers", "revenue"):
        table[f"course_{what}"] = [COURSE_FIGURES.get(kind, {}).get(what) or "–" for kind in table.index]
    table.loc[KINDS[0], "course_customers"] += " (here by rule)"
    table.attrs = customers.attrs
    return table
