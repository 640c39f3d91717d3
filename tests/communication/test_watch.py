import pandas as pd
import pytest

import crmlib
from crmlib.communication import account_signs
from crmlib.errors import MissingTable

DAY = pd.Timestamp("2024-01-01")


def company(**changes):
    """Two accounts under contract: A halves its orders and pays late, B goes on."""
    months = pd.date_range("2023-04-10", "2023-12-10", freq="MS") + pd.Timedelta(days=9)
    orders, invoices = [], []
    for who in "AB":
        for month in months:
            recent = month >= pd.Timestamp("2023-10-01")
            late = 20 if who == "A" and recent else 0
            orders.append(
                {"customer_id": who, "order_date": month, "amount": 500.0 if who == "A" and recent else 1000.0}
            )
            invoices.append(
                {
                    "customer_id": who,
                    "issued_on": month,
                    "due_on": month,
                    "paid_on": month + pd.Timedelta(days=late),
                    "amount": 1.0,
                }
            )
    tables = {
        "orders": pd.DataFrame(orders),
        "invoices": pd.DataFrame(invoices).assign(invoice_id=lambda t: t.index.astype(str)),
        "accounts": pd.DataFrame({"customer_id": ["A", "B", "N"], "opened_on": pd.Timestamp("2022-01-01")}),
        "subscriptions": pd.DataFrame({"customer_id": ["A", "B", "N"], "plan": "yearly", "monthly_price": 1.0}),
    }
    tables["complaints"] = pd.DataFrame(
        {"complaint_id": ["X1", "X2"], "customer_id": ["B", "A"], "remedy": ["apology", "refund"]}
    )
    tables["complaints"] = tables["complaints"].assign(
        recorded_at="2023-12-20 10:00:00", solved_at="2023-12-21 10:00:00"
    )
    tables["company"] = pd.DataFrame(
        {"name": ["T"], "sells": ["tea"], "currency": ["CNY"], "observed_from": ["2023-01-01"]}
    )
    tables["company"]["observed_to"] = "2024-03-31"
    tables["subscriptions"]["ended_on"] = ["", "", "2024-02-01"]
    tables["subscriptions"]["subscription_id"] = ["S1", "S2", "S3"]
    tables["subscriptions"]["started_on"] = pd.to_datetime(["2022-01-01", "2022-01-01", "2023-12-01"])
    return tables | changes


@pytest.fixture
def db(tmp_path):
    def opened(tables):
        folder = tmp_path / "tables"
        folder.mkdir()
        for name, table in tables.items():
            table.to_csv(folder / f"{name}.csv", index=False)
        return crmlib.open_database(folder, "2024-03-31")

    return opened


def test_signs_by_hand(db):
    signs = account_signs(db(company()), DAY).set_index("customer_id")
    assert signs.index.tolist() == ["A", "B"], "an account of one month is not watched yet"
    # A: 2 · 1500 / 6000 = .5, B: 1; median .75
    assert signs["fall"].tolist() == pytest.approx([1 - 0.5 / 0.75, 1 - 1 / 0.75])
    assert signs["later"].tolist() == pytest.approx([20, 0])
    assert signs["unmended"].tolist() == [False, True], "a refund is more than an apology"


def test_nothing_of_a_later_day_is_used(db):
    tables = company()
    opened = db(tables)
    later = pd.DataFrame({"customer_id": ["B"], "order_date": ["2024-02-01"], "amount": [9e8]})
    changed = opened.with_table(
        "orders", pd.concat([opened.orders, later.assign(order_date=pd.Timestamp("2024-02-01"))])
    )
    assert account_signs(opened, DAY).equals(account_signs(changed, DAY))


def test_a_missing_table_is_named(db):
    tables = company()
    del tables["invoices"]
    with pytest.raises(MissingTable, match="invoices"):
        account_signs(db(tables), DAY)


def test_the_case_of_the_chapter_is_seen():
    """A month before its contract ends, the account of the chapter's case shows a complaint that was never mended."""
    opened = crmlib.open_database(crmlib.default_data(), "last")
    case = pd.read_csv(crmlib.default_data() / "truth" / "key_account.csv").iloc[0]["customer_id"]
    look = account_signs(opened, pd.Timestamp("2024-05-01")).set_index("customer_id")
    assert look.loc[case, "unmended"] and not look["unmended"].all()
