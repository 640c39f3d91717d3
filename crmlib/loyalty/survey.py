"""What customers said, set beside what they did before and afterwards."""

from __future__ import annotations

import pandas as pd

from crmlib.errors import MissingTable
from crmlib.estimate import enough, within
from crmlib.facts import purchase_days

INTENTIONS = ["continued_business_1", "continued_business_2", "continued_business_3"]


def answers(db):
    """Set each survey answer beside the purchase days of the year before it and of the half-year after it.

    Parameters: db - customer database (survey, orders, customers). Answers whose half-year is not over, or that tell no
    intention, are left out.
    Returns: DataFrame, one row an answer: the survey's columns and kind (person or enterprise), attitude (mean of the
    intentions to buy again, buy more and stay, 1–10), purchases (days of the 365 before), spent (money of these days),
    silent (days since the last of them; 366: none), again (yes/no: bought in the 183 days after). Nothing but `again`
    knows what came after the answer.
    Errors: MissingTable without survey, TooFew without answers.
    """
    if not db.has("survey"):
        raise MissingTable(f"Nobody had answered a survey by {db.as_of:%Y-%m-%d}; loyalty needs what customers say.")
    over = db.survey["answered_on"] + pd.Timedelta(days=184) <= db.as_of
    attitude = db.survey[INTENTIONS].astype(float).mean(axis=1).round(3)
    seen = db.survey.assign(attitude=attitude)[over & attitude.notna()].sort_values(
        ["answered_on", "customer_id"], ignore_index=True
    )
    who = enough(seen[["customer_id", "answered_on"]], 1, "answers with half a year behind them")
    days = purchase_days(db)
    bought = days[days["amount"] > 0]
    before = within(bought, who, days=(-365, 0), on="day", since="answered_on").groupby("anchor")
    after = within(bought, who, days=(1, 184), on="day", since="answered_on")["anchor"]
    return seen.assign(
        kind=seen["customer_id"].map(db.customers.set_index("customer_id")["kind"]),
        purchases=before.size().reindex(seen.index, fill_value=0),
        spent=before["amount"].sum().reindex(seen.index, fill_value=0.0).round(2),
        silent=-before["days"].max().reindex(seen.index, fill_value=-366),
        again=seen.index.isin(after),
    )
