"""Orders in which something was chosen, and what members of the club ordered in the year after a tier's year."""

from __future__ import annotations

import pandas as pd


def chosen(db):
    """List the orders in which something was chosen: deliveries of boxes and contracts come by themselves.

    Parameters: db - customer database (orders with quantity and product_id, products, subscriptions).
    Returns: DataFrame, one row an order: customer_id, order_id, day, amount (money). Errors: MissingTable.
    """
    return db.sql("""
        select customer_id, order_id, order_date as day, sum(amount) as amount
        from orders join products using (product_id)
        where quantity > 0 and products.name not in (select plan from subscriptions)
        group by all order by all
    """)


def tier_years(db):
    """Set each member's purchases of a calendar year beside the orders chosen in the year after.

    Parameters: db - customer database (loyalty_ledger and what `chosen` needs); years whose next year is not over are
    left out. Returns: DataFrame, one row a member and year: customer_id, year, year_spend (money that counts for the
    tier), orders (chosen in the year after). Errors: MissingTable.
    """
    over = (db.as_of + pd.Timedelta(days=1)).year - 1
    ledger = db.loyalty_ledger.assign(year=db.loyalty_ledger["entered_on"].dt.year)
    spend = ledger[ledger["year"] < over].groupby(["customer_id", "year"], as_index=False)["year_spend"].max()
    orders = chosen(db)
    year = orders["day"].dt.year.rename("year") - 1
    counts = orders.groupby(["customer_id", year]).size().rename("orders")
    return spend.join(counts, on=["customer_id", "year"]).fillna({"orders": 0})
