"""The chapter's query for the key account: who is the largest that left after an apology, whatever else it has."""

import re
from pathlib import Path

import duckdb
import nbformat
import pandas as pd

NOTEBOOK = Path(__file__).parents[2] / "notebooks" / "07_communication.ipynb"
LEFT = pd.Timestamp("2024-06-01")


def query():
    """The SQL of the cell that makes the log, with the last day put in."""
    (cell,) = [cell.source for cell in nbformat.read(NOTEBOOK, 4).cells if "'end of contract'" in cell.source]
    return re.search(r'db\.sql\(f"""(.*?)"""\)', cell, re.DOTALL)[1].replace("{db.as_of:%Y-%m-%d}", "2024-12-31")


def log(apologies):
    """The log of two accounts that left: the larger was apologised to once, the smaller as often as told."""
    days = {"recorded_at": LEFT - pd.Timedelta(days=30), "remedy": "apology"}
    tables = {
        "accounts": pd.DataFrame({"customer_id": ["large", "small"]}),
        "subscriptions": pd.DataFrame({"customer_id": ["large", "small", "small"], "ended_on": LEFT}),
        "complaints": pd.DataFrame({"customer_id": ["large"] + ["small"] * apologies}).assign(**days),
        "orders": pd.DataFrame({"customer_id": ["large", "small"], "amount": [1000.0, 600.0]}),
        "invoices": pd.DataFrame(
            {"customer_id": ["large"], "due_on": [LEFT.date()], "paid_on": [LEFT + pd.Timedelta(days=20)]}
        ),
    }
    tables["orders"]["order_date"] = LEFT - pd.Timedelta(days=60)
    with duckdb.connect() as connection:
        for name, table in tables.items():
            connection.register(name, table)
        return connection.sql(query()).df()


def test_an_account_with_several_complaints_and_contracts_counts_its_orders_once():
    for apologies in (1, 2, 5):
        assert set(log(apologies)["customer_id"]) == {"large"}


def test_each_event_stands_once_in_order_of_days():
    found = log(apologies=2)
    assert found["event"].tolist() == ["order", "complaint", "end of contract", "bill 10 days overdue"]
    assert found["day"].is_monotonic_increasing
