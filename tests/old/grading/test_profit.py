"""Customer profit, its periods and the statement, on tables small enough to add up by hand."""

import pandas as pd
import pytest

from crmlib.errors import CrmError
from crmlib.old.figures import Notice
from crmlib.old.grading.measures import best_measure
from crmlib.old.grading.profit import (
    Period,
    booked_years,
    customer_profit,
    latest_profit,
    profit_statement,
    retention_by_grade,
    value_period,
    value_windows,
    without_costs,
)
from crmlib.old.grading.pyramid import grade_customers
from crmlib.old.grading.service_budget import value_at_stake
from tests.old.grading.small_company import SmallDatabase


def tiny(as_of="2022-12-31", **changes):
    orders = pd.DataFrame(
        [
            ("A", "2021-03-01", 100.0, 60.0),
            ("A", "2021-03-01", 50.0, 30.0),
            ("A", "2022-05-01", 100.0, 60.0),
            ("A", "2022-05-09", -40.0, -24.0),
            ("B", "2021-07-01", 20.0, 12.0),
            ("C", "2022-12-31", 10.0, 6.0),
        ],
        columns=["customer_id", "order_date", "amount", "cost_of_goods"],
    )
    costs = pd.DataFrame(
        [
            ("A", 2021, "sales", 5.0),
            ("A", 2022, "delivery", 7.0),
            ("B", 2021, "service", 30.0),
            ("D", 2022, "sales", 9.0),
        ],
        columns=["customer_id", "year", "activity", "cost"],
    )
    costs["booked_on"] = pd.to_datetime(costs["year"].astype(str) + "-12-31")
    orders["order_date"] = pd.to_datetime(orders["order_date"])
    tables = {"orders": orders, "cost_to_serve": costs} | changes
    return SmallDatabase({name: table for name, table in tables.items() if table is not None}, as_of)


def test_profit_adds_up_by_hand():
    table = customer_profit(tiny())
    assert list(table.index) == ["A", "B", "C", "D"]
    columns = ["revenue", "cost_of_goods", "margin", "cost_to_serve", "profit"]
    assert table.loc["A", columns].tolist() == [210, 126, 84, 12, 72]
    assert table.loc["B", "profit"] == pytest.approx(8 - 30)
    assert table.loc["D", ["revenue", "profit"]].tolist() == [0, -9]  # cost without a purchase
    assert table["purchases"].tolist() == [2, 1, 1, 0]  # the day of the return is no purchase
    assert table.attrs["currency"] == "CNY" and table.attrs["years"] == pytest.approx(2.0, abs=0.01)


def test_profit_leaves_out_orders_whose_costs_are_not_booked_yet():
    table = customer_profit(tiny("2022-06-30"))
    assert list(table.index) == ["A", "B"]  # 2021 only
    assert table.loc["A", "revenue"] == 150
    assert table.attrs["period"] == "2021-01-01 to 2021-12-31"


def test_before_any_cost_is_booked_there_is_margin_but_no_profit():
    table = customer_profit(tiny("2021-08-01"))
    assert best_measure(table) == "margin" and "cost_to_serve" not in table
    assert table.loc["B", "margin"] == 8


def test_without_cost_of_goods_there_is_revenue_only():
    orders = tiny().orders.drop(columns="cost_of_goods")
    db = tiny(orders=orders)
    table = customer_profit(db)
    assert best_measure(table) == "revenue" and "profit" not in table and "margin" not in table
    assert "no cost of goods" in str(without_costs(db, "profit"))
    assert "no booked cost to serve" in str(without_costs(tiny(cost_to_serve=None), "profit"))


def test_lines_without_cost_get_the_mean_rate():
    orders = tiny().orders.copy()
    orders.loc[orders["customer_id"] == "C", "cost_of_goods"] = None
    assert customer_profit(tiny(orders=orders)).loc["C", "margin"] == pytest.approx(4.0)


def test_the_order_of_the_rows_does_not_matter(db):
    shuffled = SmallDatabase(
        {name: getattr(db, name).sample(frac=1, random_state=3) for name in ("orders", "cost_to_serve")}, db.as_of
    )
    pd.testing.assert_frame_equal(customer_profit(db), customer_profit(shuffled))


def test_no_orders_in_the_period_is_said():
    with pytest.raises(CrmError, match="no orders from 2030"):
        customer_profit(tiny(), Period(pd.Timestamp("2030-01-01"), pd.Timestamp("2030-12-31")))
    with pytest.raises(CrmError, match="No order is known on 2020-01-01"):
        value_period(tiny("2020-01-01"))


def test_booked_years_have_no_gap_before_the_last():
    costs = tiny().cost_to_serve
    earlier = costs.assign(year=2019, booked_on=pd.Timestamp("2019-12-31"))
    assert booked_years(tiny()) == [2021, 2022]
    assert booked_years(tiny(cost_to_serve=pd.concat([costs, earlier]))) == [2021, 2022]
    assert booked_years(tiny(cost_to_serve=None)) == []


def test_windows_are_booked_years_or_equal_halves(db, orders_only):
    before, now = value_windows(db)
    assert (before.start.year, now.start.year) == (2023, 2024) and now.costs_booked
    before, now = value_windows(orders_only)
    assert before.years == now.years and now.end == orders_only.as_of
    assert before.end + pd.Timedelta(days=1) == now.start
    assert before.start >= orders_only.orders["order_date"].min()
    with pytest.raises(CrmError, match="at least two days"):
        value_windows(tiny("2021-03-01", cost_to_serve=None))


def test_retention_lies_between_the_grade_and_everybody(db):
    table = retention_by_grade(db)
    assert list(table.index) == ["key", "major", "ordinary", "small", "all"]
    assert table.loc["all", "customers"] == table["customers"].drop("all").sum()
    assert table["retention"].between(0, 1, inclusive="neither").all()
    assert table["length"].tolist() == pytest.approx((1 / (1 - table["retention"])).tolist())
    assert (table["low"] < table["retention"]).all() and (table["retention"] < table["high"]).all()
    assert (table["shortest"] < table["length"]).all() and (table["length"] < table["longest"]).all()
    width = table["high"] - table["low"]
    assert width["key"] > 2 * width["small"] and width["small"] > width["all"]  # few customers tell little
    before, now = value_windows(db)
    earlier = customer_profit(db, before).query("purchases > 0")
    stayed = earlier.index.isin(customer_profit(db, now).query("purchases > 0").index)
    small = (grade_customers(earlier["profit"]) == "small").to_numpy()
    own, all_ = stayed[small].mean(), stayed.mean()
    found = retention_by_grade(db).loc["small", "retention"]
    assert min(own, all_) - 0.01 <= found <= max(own, all_) + 0.01


def test_the_latest_profit_is_that_of_the_last_years_buyers(db):
    table = latest_profit(db)
    bought = db.orders.loc[db.orders["order_date"].dt.year == 2024, "customer_id"]
    assert set(table.index) <= set(bought) and (table["purchases"] > 0).all()
    assert table.attrs["years"] == pytest.approx(1, abs=0.01) and "profit" in table
    early = latest_profit(db.at("2022-01-10"))  # one booked year is enough
    assert early.attrs["period"] == "2021-01-01 to 2021-12-31" and "profit" in early


def test_years_before_a_customer_came_do_not_make_the_customer_worth_less():
    """A customer of the last year only, 100 a year: one of four observed years, but the whole relationship."""
    rows = [("old", f"{year}-06-01", 100.0) for year in (2021, 2022, 2023, 2024)] + [("new", "2024-06-01", 100.0)]
    orders = pd.DataFrame(rows, columns=["customer_id", "order_date", "amount"])
    orders = orders.assign(order_date=pd.to_datetime(orders["order_date"]), cost_of_goods=0.0)
    costs = pd.DataFrame({"customer_id": "old", "year": [2021, 2022, 2023, 2024], "activity": "sales", "cost": 0.0})
    costs["booked_on"] = pd.to_datetime(costs["year"].astype(str) + "-12-31")
    small = SmallDatabase({"orders": orders, "cost_to_serve": costs}, "2024-12-31")
    profit = latest_profit(small)
    grades = grade_customers(profit["profit"])
    retention = retention_by_grade(small)
    page = profit_statement(profit, grades, retention, "new")
    assert page.loc["= net profit", "all"] == 100 and page.loc["= net profit", "new"] == 100
    length = retention.loc[grades["new"], "length"]
    assert page.loc["expected lifetime profit", "new"] == pytest.approx(100 * length, rel=0.01)
    assert value_at_stake(profit, grades, retention).loc[grades["new"], "stake"] == pytest.approx(
        100 * length, rel=0.01
    )


def test_a_day_that_rounding_alone_leaves_above_nothing_is_no_purchase():
    orders = tiny().orders.head(1)
    lines = [orders.assign(customer_id="Z", amount=amount, cost_of_goods=0.0) for amount in (0.1, 0.2, -0.3)]
    table = customer_profit(tiny(orders=pd.concat([tiny().orders, *lines])))
    assert table.loc["Z", "purchases"] == 0


def test_statement_lines_add_up(db):
    profit = latest_profit(db)
    grades = grade_customers(profit["profit"])
    page = profit_statement(profit, grades, retention_by_grade(db))
    assert list(page.columns) == ["key", "major", "ordinary", "small", "all"]
    assert page.loc["customers (number)", "all"] == len(profit)
    assert not page.index.duplicated().any()
    key = page["key"]
    assert key["= margin"] == pytest.approx(key["revenue"] - key["− cost of goods"], abs=1)
    costs = sum(key[f"− {name}"] for name in ("selling", "delivery", "service", "administration"))
    assert key["contact costs (% of revenue)"] == pytest.approx(100 * costs / key["revenue"], abs=0.2)
    assert key["= net profit"] == pytest.approx(key["= margin"] - costs, abs=3)
    exact = profit.loc[grades == "key", "profit"].mean() / profit.attrs["years"]
    assert key["expected lifetime profit"] == pytest.approx(exact * retention_by_grade(db).loc["key", "length"], abs=1)


def test_statement_of_one_customer(db):
    profit = latest_profit(db)
    grades, retention = grade_customers(profit["profit"]), retention_by_grade(db)
    customer = profit["profit"].idxmax()
    page = profit_statement(profit, grades, retention, customer)
    assert list(page.columns) == ["key", "major", "ordinary", "small", "all", customer]
    assert page.loc["= net profit", customer] == pytest.approx(profit.loc[customer, "profit"], rel=0.003)
    assert page.loc["expected length (years)", customer] == page.loc["expected length (years)", "key"]
    with pytest.raises(CrmError, match="'nobody'"):
        profit_statement(profit, grades, retention, "nobody")


def test_statement_without_costs_is_a_notice(orders_only):
    profit = customer_profit(orders_only)
    grades = grade_customers(profit["revenue"])
    assert isinstance(profit_statement(profit, grades, retention_by_grade(orders_only)), Notice)
