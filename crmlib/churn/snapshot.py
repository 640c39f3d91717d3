"""Customers under contract on one day, as in a file without dates."""

import pandas as pd

from crmlib.errors import TooFew

DAYS_A_MONTH = 30.5


def snapshot(db):
    """Return the company's file without dates; of one that has dates, what such a file would show.

    Made of subscriptions, it holds whoever was under contract a month ago: everybody who left earlier is missing.
    Parameters: db - customer database (contract_snapshot, or subscriptions).
    Returns: DataFrame, one row a customer or contract: months (with the company so far), left (within the last month),
    plan, monthly_price. Errors: MissingTable without either table; TooFew where nobody was under contract.
    """
    columns = ["months", "left", "plan", "monthly_price"]
    if db.has("contract_snapshot"):
        return db.contract_snapshot.dropna(subset=columns).astype({"left": bool})[columns].reset_index(drop=True)
    terms, month_ago = db.subscriptions, db.as_of - pd.DateOffset(months=1)
    running = terms[(terms["started_on"] <= month_ago) & ~(terms["ended_on"] <= month_ago)]
    if running.empty:
        raise TooFew(f"Nobody was under contract on {month_ago:%Y-%m-%d}; choose another day.")
    watched = (running["ended_on"].fillna(db.as_of) - running["started_on"]).dt.days // DAYS_A_MONTH
    table = running.assign(months=watched.astype(int), left=running["ended_on"].notna())
    return table.dropna(subset=columns)[columns].reset_index(drop=True)
