"""What each customer brought in each booked year of the relationship."""

from __future__ import annotations

import pandas as pd

from crmlib.facts import booked_years, customer_profit, customer_summary

PARTS = ["purchases", "revenue", "gross_profit", "cost_to_serve", "profit", "sales", "service"]


def relationship_years(db):
    """Tell what customers brought by year of relationship, also in the years in which they bought nothing.

    Parameters: db - customer database (orders with cost_of_goods, cost_to_serve, customers; referrals if there are).
    Returns: DataFrame, one row a customer and booked year from the first purchase on: customer_id, kind, year, age
    (calendar years since that of the first purchase; missing for who was a customer before the data begin), purchases
    (days), revenue, gross_profit, cost_to_serve, profit, referral (profit in this year of those whom the customer
    recommended, less rewards paid), keeping (spent on keeping the customer: sales, service, points that paid for
    orders), all in money, and again (1: bought in the next year, too, 0: did not; missing for years without a purchase
    and for the last one).
    Errors: as in `customer_profit`.
    """
    years = booked_years(db)
    found = {year: customer_profit(db, year)[PARTS] for year in years}
    found = pd.concat(found, names=["year"]).swaplevel()
    summary = customer_summary(db)
    first = summary["first_day"].dt.year
    every = pd.MultiIndex.from_product([first.index, years], names=["customer_id", "year"])
    rows = found.reindex(every, fill_value=0).reset_index()
    began = rows["customer_id"].map(first)
    known = ~rows["customer_id"].map(summary["opening_stock"])
    brought = _referral(db, found).reindex(every).fillna(0.0).to_numpy()
    rows = rows.assign(age=(rows["year"] - began).where(known), referral=brought)
    points = _points_used(db).reindex(every).fillna(0.0).to_numpy()
    rows["keeping"] = (rows.pop("sales") + rows.pop("service") + points).round(6)
    rows.insert(1, "kind", rows["customer_id"].map(db.customers.set_index("customer_id")["kind"]))
    bought = rows["purchases"] > 0
    next_year = bought.groupby(rows["customer_id"]).shift(-1)
    rows["again"] = next_year.where(bought).astype(float)
    return rows[rows["year"] >= began].reset_index(drop=True)


def _referral(db, found):
    """Sum up the profit of recommended customers, less rewards, by referrer and year."""
    if not db.has("referrals"):
        return pd.Series(dtype=float, index=pd.MultiIndex.from_arrays([[], []]))
    friends = db.referrals.set_index("customer_id")[["referrer_id", "reward", "first_order_on"]]
    rows = found[["profit"]].reset_index().join(friends, on="customer_id", how="inner")
    paid = rows["reward"].where(rows["first_order_on"].dt.year == rows["year"], 0).fillna(0)
    return (rows["profit"] - paid).groupby([rows["referrer_id"], rows["year"]]).sum().round(6)


def _points_used(db):
    """Sum up what came off orders for points: lines without goods, by customer and year."""
    orders = db.orders
    if "quantity" not in orders:
        return pd.Series(dtype=float, index=pd.MultiIndex.from_arrays([[], []]))
    lines = orders[(orders["quantity"] == 0) & (orders["amount"] < 0)]
    return -lines.groupby(["customer_id", lines["order_date"].dt.year])["amount"].sum()
