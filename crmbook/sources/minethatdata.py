"""Hillstrom's e-mail test → company, customers, campaigns, campaign_members, orders."""

from __future__ import annotations

import pandas as pd

from crmbook.sources.account import Conversion
from crmbook.sources.layout import lay_out
from crmbook.sources.reading import read_sheets
from crmlib.errors import DataFault

COLUMNS = ["recency", "history_segment", "history", "mens", "womens", "zip_code", "newbie", "channel", "segment"]
OUTCOMES = ["visit", "conversion", "spend"]
NONE, MAILS = "No E-Mail", {"Mens E-Mail": "mens", "Womens E-Mail": "womens"}
PUBLISHED, LAST_DAY = pd.Timestamp("2008-03-20"), pd.Timestamp("2008-04-02")
MONTH = pd.Timedelta(days=30)


def to_tables(path):
    """Turn the test's twelve columns into a list of two campaigns by lot, and the orders of its two weeks.

    Returns: Conversion; no row is dropped. Raises: DataFault when the columns, arms or numbers are others.
    """
    raw = _read(path)
    spend = _numbers(raw["spend"], "spend", path)
    answers = {name: _yes_no(raw[name], name, path) for name in ("visit", "conversion")}
    unknown = ~raw["segment"].isin([NONE, *MAILS])
    _refuse(unknown, raw["segment"], "segment", path, "is no arm of the test")
    ids = pd.Series([f"M{line:05}" for line in range(1, len(raw) + 1)], raw.index)
    last_bought = PUBLISHED - _numbers(raw["recency"], "recency", path) * MONTH
    earlier = _orders(ids, last_bought.dt.normalize(), _numbers(raw["history"], "history", path), "H")
    bought = answers["conversion"] | (spend > 0)
    orders = _orders(ids[bought], pd.Series(LAST_DAY, ids[bought].index), spend[bought], "T")
    customers = pd.DataFrame({"customer_id": ids, "kind": "person", "registered_on": earlier["order_date"]})
    return Conversion(
        tables={
            "company": _company(earlier["order_date"].min()),
            "customers": customers,
            "campaigns": _campaigns(),
            "campaign_members": _members(ids, raw["segment"], answers["conversion"]),
            "orders": pd.concat([earlier, orders], ignore_index=True),
        },
        main="customers",
        rows_in=len(raw),
        remarks={
            "ordered within the two weeks": int(answers["conversion"].sum()),
            "visited the web site, order or not": int(answers["visit"].sum()),
            "spent without an order, or ordered for nothing": int((answers["conversion"] != (spend > 0)).sum()),
        },
    )


def _read(path):
    raw = lay_out(read_sheets(path, {})[0], 1).cells
    if absent := {*COLUMNS, *OUTCOMES}.difference(raw):
        raise DataFault(f"{path}, line 1: the column {min(absent)} is missing; this is another file.")
    return raw


def _company(first):
    words = {"name": "the shop of the MineThatData test", "sells": "clothes", "currency": "USD"}
    return pd.DataFrame([{**words, "observed_from": first, "observed_to": LAST_DAY}])


def _campaigns():
    rows = [{"campaign_id": key, "name": name, "category": key} for name, key in MAILS.items()]
    same = {"channel": "email", "started_on": PUBLISHED, "ended_on": LAST_DAY, "randomised": True}
    return pd.DataFrame(rows).assign(**same)


def _members(ids, arms, ordered):
    parts = []
    for mail, key in MAILS.items():
        listed = arms.isin([mail, NONE])
        part = pd.DataFrame({"campaign_id": key, "customer_id": ids[listed], "assigned_on": PUBLISHED})
        part["arm"] = arms[listed].eq(mail).map({True: "treatment", False: "control"})
        part["responded_on"] = pd.Series(LAST_DAY, part.index).where(ordered[listed])
        parts.append(part)
    return pd.concat(parts, ignore_index=True)


def _orders(ids, days, amounts, letter):
    table = pd.DataFrame({"customer_id": ids, "order_date": days, "amount": amounts.round(2)})
    return table.assign(order_id=letter + table["customer_id"], line=1, quantity=1)


def _numbers(cells, column, path):
    numbers = pd.to_numeric(cells, errors="coerce").astype("float64")
    _refuse(numbers.isna() | (numbers < 0), cells, column, path, "is no number from 0")
    return numbers


def _yes_no(cells, column, path):
    _refuse(~cells.isin(["0", "1"]), cells, column, path, "is neither 0 nor 1")
    return cells == "1"


def _refuse(wrong, cells, column, path, what):
    for line, cell in cells[wrong].head(1).items():
        raise DataFault(f"{path}, line {line}, column {column}: '{cell}' {what}; this is another file.")
