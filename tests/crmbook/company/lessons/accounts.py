"""Chapters 7 and 10: signs of leaving accounts, deliveries promised and made, confirmed abuse."""

import pandas as pd

from crmlib.estimate import interval, share_interval
from tests.crmbook.company.lessons import lesson

LOOKS = pd.date_range("2021-10-01", "2024-10-01", freq="MS")


def of_accounts(company, name):
    """The rows of a table that belong to accounts."""
    table = company.tables[name]
    return table[table["customer_id"].isin(company.tables["accounts"]["customer_id"])]


def looks(company, horizon=3):
    """Each month, accounts of nine months or more whose renewal is at most half a year ahead, as known on that day.

    Columns: ``fall`` of the orders of three months against the half-year before (a month's mean), the change of all
    accounts taken out (median account); ``later`` mean days overdue of invoices due in the three months, less those of
    the half-year before (unpaid: overdue so far); ``leaves`` the contract ends within ``horizon`` months of the look.
    """
    parts = []
    contracts, orders = (of_accounts(company, name) for name in ("subscriptions", "orders"))
    invoices = company.tables["invoices"].query("amount > 0")
    for day in LOOKS:
        recent, before = day - pd.DateOffset(months=3), day - pd.DateOffset(months=9)
        ends = contracts["ended_on"].fillna(pd.Timestamp("2100-01-01"))
        running = contracts[(contracts["started_on"] <= before) & (ends >= day)].set_index("customer_id")
        bought = orders[(orders["order_date"] >= before) & (orders["order_date"] < day)]
        bought = bought.assign(recent=bought["order_date"] >= recent)
        sums = bought.pivot_table("amount", "customer_id", "recent", "sum", fill_value=0)
        change = (sums[True] / 3 / (sums[False] / 6)).reindex(running.index)
        due = invoices[(invoices["due_on"] >= before) & (invoices["due_on"] < day)]
        overdue = (due["paid_on"].where(due["paid_on"] < day, day) - due["due_on"]).dt.days
        due = due.assign(recent=due["due_on"] >= recent, overdue=overdue)
        delay = due.pivot_table("overdue", "customer_id", "recent")
        age = (day.year - running["started_on"].dt.year) * 12 + day.month - running["started_on"].dt.month
        row = pd.DataFrame({"fall": 1 - change / change.median(), "later": delay[True] - delay[False]}, running.index)
        row["leaves"] = running["ended_on"] < day + pd.DateOffset(months=horizon)
        parts.append(row[12 - age % 12 <= 6].assign(look=day))
    table = pd.concat(parts).reset_index()
    return table.assign(flagged=(table["fall"] >= 0.3) | (table["later"] >= 10))


@lesson("10 account precursors", "rule (fall ≥ 30 % or ≥ 10 days later): precision .20–.35, renewal within half a year")
def precursor_precision(company):
    table = looks(company)
    share = float(table.loc[table["flagged"], "leaves"].mean())
    return share, 0.20 <= share <= 0.35


@lesson("10 account precursors", "its lift 2–4")
def precursor_lift(company):
    table = looks(company)
    lift = table.loc[table["flagged"], "leaves"].mean() / table["leaves"].mean()
    return float(lift), 2 <= lift <= 4


@lesson("10 account precursors", "flagged less others: share that leaves, interval (by account) above 0")
def flagged_leave_more(company):
    table = looks(company)

    def difference(rows):
        return rows.loc[rows["flagged"], "leaves"].mean() - rows.loc[~rows["flagged"], "leaves"].mean()

    row = interval(table, difference, cluster="customer_id", resamples=300).iloc[0]
    return row["value"], row["low"] > 0


@lesson("10 account precursors", "the rule misses 35–70 % of those who leave")
def precursors_missed(company):
    table = looks(company)
    missed = 1 - float(table.loc[table["leaves"], "flagged"].mean())
    return missed, 0.35 <= missed <= 0.70


@lesson("10 deliveries", "persons: more parcels late in the change of November 2023 – January 2024, intervals apart")
def late_in_the_change(company):
    deliveries = company.tables["deliveries"]
    orders = of_accounts(company, "orders")
    sent = deliveries[~deliveries["order_id"].isin(orders["order_id"]) & deliveries["delivered_on"].notna()]
    crisis = sent["ordered_on"].between("2023-11-01", "2024-01-31").rename("crisis")
    shares = share_interval(sent["delivered_on"] > sent["promised_on"], by=crisis).set_index("crisis")
    return shares["share"][True] / shares["share"][False], shares["low"][True] > shares["high"][False]


@lesson("10 deliveries", "complaints of lateness from honest customers: at least 75 % about a parcel that was late")
def complaints_of_lateness(company):
    late = company.tables["complaints"].query("cause == 'late delivery'").merge(company.tables["deliveries"])
    late = late[~late["customer_id"].isin(company.tables["truth/abuse"]["customer_id"])]
    came = late["delivered_on"].fillna(pd.Timestamp("2100-01-01"))
    share = float((came > late["promised_on"]).mean())
    return share, share >= 0.75


@lesson("10 confirmed abuse", "persons checked: 2–10 % confirmed, 20 or more of them")
def abuse_confirmed(company):
    confirmed = company.tables["abuse_checks"]["confirmed"]
    return float(confirmed.mean()), 0.02 <= confirmed.mean() <= 0.10 and confirmed.sum() >= 20


@lesson("10 confirmed abuse", "ten a round with most cases a line: precision .20–.75, at least three times the base")
def abuse_precision(company):
    """Cases by lines bought in the year before + 8, so that the only line sent back does not lead the list."""
    checks, bought = company.tables["abuse_checks"].reset_index(), company.tables["orders"].query("quantity > 0")
    seen = checks.merge(bought[["customer_id", "order_date"]], on="customer_id")
    ago = (seen["checked_on"] - seen["order_date"]).dt.days
    lines = seen[(ago > 0) & (ago <= 365)].groupby("index").size().reindex(checks["index"], fill_value=0)
    checks["score"] = (checks["cases"] + 0.5).astype(float) / (lines.to_numpy() + 8)
    ranked = checks.sort_values(["score", "customer_id"], ascending=False)
    precision = float(ranked.groupby(ranked["checked_on"].dt.year)["confirmed"].head(10).mean())
    return precision, 0.20 <= precision <= 0.75 and precision >= 3 * checks["confirmed"].mean()
