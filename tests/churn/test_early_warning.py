"""The signs of leaving: three customers by hand, and nothing that came later."""

import pandas as pd

import crmlib
from crmlib.churn import signs

ORDERS = pd.DataFrame(
    [
        *[("A", "2023-01-01", 100.0), ("A", "2023-07-01", 50.0), ("A", "2024-01-01", 60.0), ("B", "2023-12-22", 30.0)],
        *[("C", "2022-06-01", 20.0), ("C", "2022-06-11", 40.0), ("C", "2022-06-20", -40.0), ("D", "2023-05-05", -5.0)],
    ],
    columns=["customer_id", "order_date", "amount"],
).astype({"order_date": "datetime64[us]"})


def database(orders, as_of="last"):
    return crmlib.open_database({"orders": orders}, as_of)


def test_three_customers_by_hand():
    table = signs(database(ORDERS, "2024-01-01"))
    assert table.index.tolist() == ["A", "B", "C"]  # D never bought
    assert table.loc["A"].tolist() == [0, 365, 3, 2, 1, 182.5, 70]
    assert table.loc["B"].tolist() == [10, 10, 1, 1, 1, 10, 30]
    assert table.loc["C", ["silent", "purchases", "last_year", "own_gap", "order_value"]].tolist() == [
        569,
        2,
        0,
        10,
        10,
    ]


def test_later_rows_leave_all_signs_identical():
    day = pd.Timestamp("2023-12-22")
    later = ORDERS.assign(order_date=ORDERS["order_date"] + pd.DateOffset(years=2), amount=999.0)
    cut = ORDERS[ORDERS["order_date"] <= day]
    pd.testing.assert_frame_equal(signs(database(pd.concat([ORDERS, later])).at(day)), signs(database(cut)))


def test_the_company_as_it_was():
    """On the teaching company: the same signs, whether or not the tables go on after the day."""
    db = crmlib.open_database("datasets")
    day = db.as_of - pd.DateOffset(years=1)
    orders = db.orders[["customer_id", "order_date", "amount"]]
    today = pd.DataFrame({"customer_id": ["nobody"], "order_date": [day], "amount": [1.0]})
    known = database(pd.concat([orders[orders["order_date"] <= day], today]))
    pd.testing.assert_frame_equal(signs(known).drop("nobody"), signs(db.at(day)))
