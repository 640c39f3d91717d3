"""Hillstrom's e-mail test → customers, campaign_members, orders."""

from __future__ import annotations

import pandas as pd

from crmbook.sources.account import Conversion
from crmbook.sources.layout import lay_out
from crmlib.errors import DataFault

MONEY, YES_NO = r"\d+(?:\.\d+)?", "[01]"
FORMS = {"recency": r"\d+", "history": MONEY, "visit": YES_NO, "conversion": YES_NO, "spend": MONEY}
NONE, MAILS = "No E-Mail", {"Mens E-Mail": "mens", "Womens E-Mail": "womens"}
PUBLISHED, LAST_DAY = pd.Timestamp("2008-03-20"), pd.Timestamp("2008-04-02")
ORDER = ["order_id", "customer_id", "order_date", "amount"]
MEMBER = ["campaign_id", "customer_id", "assigned_on", "arm", "responded_on"]


def to_tables(sheet):
    """Turn the test's columns into the members of two campaigns by lot, and the orders of its two weeks.

    Returns: Conversion; no row is dropped. Raises: DataFault when the columns, arms or numbers are others.
    """
    raw = _read(sheet)
    raw["customer_id"] = [f"M{line:05}" for line in range(1, len(raw) + 1)]
    ordered = raw["conversion"].eq(1)
    raw["responded_on"] = pd.Series(LAST_DAY, raw.index).where(ordered)
    last_bought = PUBLISHED - raw["recency"] * pd.Timedelta(days=30)
    earlier = raw.assign(order_id="H" + raw["customer_id"], order_date=last_bought, amount=raw["history"])
    test = raw.assign(order_id="T" + raw["customer_id"], order_date=LAST_DAY, amount=raw["spend"])
    orders = pd.concat([earlier, test[ordered | raw["spend"].gt(0)]], ignore_index=True)[ORDER]
    tables = {
        "customers": raw[["customer_id"]].assign(kind="person", registered_on=last_bought),
        "campaign_members": _members(raw),
        "orders": orders.assign(amount=orders["amount"].round(2), line=1, quantity=1),
    }
    remarks = {
        "ordered within the two weeks": ordered.sum(),
        "visited the web site, order or not": raw["visit"].eq(1).sum(),
        "spent without an order, or ordered for nothing": ordered.ne(raw["spend"].gt(0)).sum(),
    }
    return Conversion(tables, len(raw), remarks=remarks)


def _read(sheet):
    raw = lay_out(sheet, 1)[0]
    for column, form in (FORMS | {"segment": "|".join([NONE, *MAILS])}).items():
        if column not in raw:
            raise DataFault(f"{sheet.name}, line 1: the column {column} is missing.")
        for line, cell in raw.loc[~raw[column].str.fullmatch(form), column].head(1).items():
            raise DataFault(f"{sheet.name}, line {line}, column {column}: '{cell}' does not stand in the test.")
    return raw.astype(dict.fromkeys(FORMS, "float64"))


def _members(raw):
    """Who got an e-mail, and the control, which both have in common."""
    raw = raw.assign(assigned_on=PUBLISHED, arm=raw["segment"].eq(NONE).map({True: "control", False: "treatment"}))
    of_each = [raw[raw["segment"].isin([mail, NONE])].assign(campaign_id=name) for mail, name in MAILS.items()]
    return pd.concat(of_each)[MEMBER]
