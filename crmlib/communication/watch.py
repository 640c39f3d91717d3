"""Signs that an account may leave, as they could be seen on a day."""

import pandas as pd

from crmlib.facts import purchase_days


def account_signs(db, day):
    """Compare each account's last three months with the half-year before, as known on a day.

    fall = 1 − p / median of p, p = orders of three months / those of the six months before · 2; later = mean days
    overdue of the invoices due in the three months, less that of the six months before (unpaid: overdue so far);
    unmended: a formal complaint of these months that is open, or was answered by an apology or nothing.
    Parameters: db - customer database (subscriptions, accounts, orders, invoices, complaints); day - Timestamp.
    Returns: DataFrame, one row an account under contract for nine months: customer_id, fall, later, unmended, look.
    Errors: MissingTable without one of these tables.
    """
    then, recent, start = db.at(day), day - pd.DateOffset(months=3), day - pd.DateOffset(months=9)
    contracts = then.subscriptions.merge(then.accounts[["customer_id"]])
    running = contracts[(contracts["started_on"] <= start) & contracts["ended_on"].isna()]["customer_id"]
    running = pd.Index(running.unique())
    days, bills = purchase_days(then), then.invoices
    days = days[days["customer_id"].isin(running) & (days["day"] >= start)]
    bills = bills[bills["customer_id"].isin(running) & (bills["amount"] > 0) & bills["due_on"].between(start, day)]
    signs = {}
    for name, table, date, value in (
        ("ordered", days, "day", days["amount"]),
        ("overdue", bills, "due_on", (bills["paid_on"].fillna(day) - bills["due_on"]).dt.days),
    ):
        for span, rows in (("now", table[date] >= recent), ("before", table[date] < recent)):
            by_account = value[rows].groupby(table["customer_id"])
            total = by_account.sum() if name == "ordered" else by_account.mean()
            signs[name, span] = total.reindex(running).astype(float)
    pace = 2 * signs["ordered", "now"].fillna(0) / signs["ordered", "before"].where(signs["ordered", "before"] > 0)
    found = {"fall": 1 - pace / pace.median(), "later": signs["overdue", "now"] - signs["overdue", "before"]}
    told = then.complaints[then.complaints["recorded_at"] >= recent]
    found["unmended"] = running.isin(told.loc[told["remedy"].fillna("none").isin(["apology", "none"]), "customer_id"])
    return pd.DataFrame(found, index=running).rename_axis("customer_id").reset_index().assign(look=day)
