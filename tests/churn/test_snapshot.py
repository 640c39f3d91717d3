"""A file without dates: the public one's form, and the same made of subscriptions."""

import pandas as pd
import pytest

import crmlib
from crmbook.sources import telco
from crmlib.churn import snapshot
from crmlib.errors import MissingTable, TooFew
from tests.crmbook.sources.copies import TELCO


def test_of_the_public_file(tmp_path):
    path = tmp_path / "copy.csv"
    path.write_text(TELCO, encoding="utf-8")
    table = snapshot(crmlib.open_database(telco.to_tables(path).tables))
    assert table.columns.tolist() == ["months", "left", "plan", "monthly_price"]
    assert table["left"].tolist() == [False, True] and table["months"].tolist() == [0, 34]


def test_of_subscriptions_whoever_left_earlier_is_missing():
    columns = ["subscription_id", "customer_id", "plan", "monthly_price", "started_on", "ended_on"]
    rows = [
        ("S1", "A", "box", 50.0, "2023-01-01", None),
        ("S2", "B", "box", 50.0, "2023-01-01", "2023-12-15"),
        ("S3", "C", "box", 50.0, "2023-01-01", "2023-06-30"),
        ("S4", "D", "box", 50.0, "2023-12-20", None),
    ]
    subscriptions = pd.DataFrame(rows, columns=columns).astype(
        {"started_on": "datetime64[us]", "ended_on": "datetime64[us]"}
    )
    orders = pd.DataFrame(
        {"customer_id": "A", "order_date": pd.to_datetime(["2022-12-31", "2023-12-20"]), "amount": 1.0}
    )
    tables = {"orders": orders, "subscriptions": subscriptions}
    table = snapshot(crmlib.open_database(tables, "2023-12-20").at("2023-12-20"))
    assert table[["months", "left"]].to_numpy().tolist() == [[11, False], [11, True]]
    with pytest.raises(TooFew, match="under contract"):
        snapshot(crmlib.open_database(tables, "2023-12-20").at("2023-01-15"))
    with pytest.raises(MissingTable, match="subscriptions"):
        snapshot(crmlib.open_database({"orders": orders}))
