"""A file without dates: the public one's form, and the same made of subscriptions."""

import multiprocessing
from concurrent.futures import ProcessPoolExecutor

import numpy as np
import pandas as pd
import pytest

import crmlib
from crmbook.sources.fetching import fetch_source
from crmlib.churn import snapshot
from crmlib.errors import MissingTable, TooFew
from tests.crmbook.sources import copies
from tests.elsewhere import ROOT, on_company


def test_of_the_public_file(tmp_path):
    fetch_source(copies.unverified("telco"), tmp_path / "tables", copies.write(tmp_path, "telco"))
    table = snapshot(crmlib.open_database(tmp_path / "tables"))
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


@pytest.mark.slow
def test_the_chapter_runs_on_a_file_of_the_public_form(tmp_path):
    """All that needs no date gives a result, everything else one sentence."""
    chance = np.random.RandomState(1)
    lines = []
    for one in range(600):
        tenure, plan = chance.randint(1, 73), ("Month-to-month", "One year", "Two year")[chance.randint(3)]
        left = chance.rand() < {"Month-to-month": 0.4, "One year": 0.1, "Two year": 0.04}[plan]
        price = 20 + 90 * chance.rand()
        lines.append(
            f"{one}-A,Female,0,Yes,No,{tenure},Yes,No,DSL,No,Yes,No,No,No,No,{plan},Yes,Electronic check,{price:.2f},"
            f"{tenure * price:.2f},{'Yes' if left else 'No'}\n"
        )
    path = tmp_path / "copy.csv"
    path.write_text(copies.TELCO_HEADER + "".join(lines), encoding="utf-8")
    folder = tmp_path / "tables"
    fetch_source(copies.unverified("telco"), folder, path)
    with ProcessPoolExecutor(1, mp_context=multiprocessing.get_context("forkserver")) as pool:
        run = pool.submit(on_company, ROOT / "notebooks" / "10_churn.ipynb", "orders alone", folder).result()
    assert not run.faults
    without_dates = ("undated", "age = pd.cut", "def went", "traits", "class_of_risk", "six = ", "campaigns", "cases")
    assert run.left_out and not [told for told in run.left_out if any(f"({word}" in told for word in without_dates)]
