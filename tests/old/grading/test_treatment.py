"""One treatment a customer, by the stated rule."""

import pandas as pd
import pytest

from crmlib.old.grading.treatment import TREATMENTS, TreatmentRule, recommended_treatment, treatment_table
from tests.old.grading.small_company import SmallDatabase


def company(**customers):
    """customers: name=(revenue before, cost before, revenue now, cost now, purchase days now); goods cost half."""
    orders, costs = [], []
    for name, (early, early_cost, late, late_cost, times) in customers.items():
        if early:
            orders.append((name, "2023-01-01", early))
        orders += [(name, f"2024-{month:02d}-01", late / times) for month in range(1, times + 1)]
        costs += [(name, 2023, "sales", float(early_cost)), (name, 2024, "sales", float(late_cost))]
    frame = pd.DataFrame(orders, columns=["customer_id", "order_date", "amount"])
    frame["order_date"] = pd.to_datetime(frame["order_date"])
    frame["cost_of_goods"] = frame["amount"] / 2
    cost = pd.DataFrame(costs, columns=["customer_id", "year", "activity", "cost"])
    cost["booked_on"] = pd.to_datetime(cost["year"].astype(str) + "-12-31")
    return SmallDatabase({"orders": frame, "cost_to_serve": cost}, "2024-12-31")


LARGE = {f"L{place}": (5000, 10, 5000, 10, 4) for place in range(5)}
HALF = {"key": 0.1, "major": 0.2, "ordinary": 0.3, "small": 0.4}


def treatment(**one):
    return recommended_treatment(company(**one, **LARGE), HALF).loc[next(iter(one)), "treatment"]


def test_each_rule_by_hand():
    assert treatment(A=(100, 200, 100, 200, 2)) == "let go"  # 50 − 200 both years, 50 − 100 even at half the cost
    assert treatment(A=(100, 200, 100, 80, 2)) == "serve more cheaply"  # 50 − 80 now, 50 − 40 if served cheaply
    assert treatment(A=(100, 10, 100, 200, 2)) == "serve more cheaply"  # one bad year is no reason to part
    assert treatment(A=(100, 10, 0, 0, 0)) == "ask back"
    assert treatment(A=(100, 10, 0, 5, 0)) == "ask back"  # still costs something, but has stopped buying
    assert treatment(A=(100, 10, 200, 10, 3)) == "upgrade"
    assert treatment(A=(100, 10, 200, 10, 2)) == "keep"  # two purchases may be luck
    assert treatment(A=(100, 10, 110, 10, 3)) == "keep"
    assert treatment(A=(0, 0, 200, 10, 3)) == "keep"  # new: there is no rise to see


def test_half_of_the_value_gone_is_a_question():
    assert treatment(A=(300, 10, 100, 10, 2)) == "ask why"  # 140 before, 40 now
    assert treatment(A=(300, 10, 200, 10, 2)) == "keep"


def test_a_rise_of_customers_won_in_the_earlier_period_is_none():
    late = company(A=(100, 10, 200, 10, 3), **LARGE)
    late.orders.loc[late.orders["order_date"] == "2023-01-01", "order_date"] = pd.Timestamp("2023-09-01")
    assert recommended_treatment(late, HALF).loc["A", "treatment"] == "keep"


def test_who_bought_in_neither_period_is_counted_but_not_treated(db):
    table = recommended_treatment(db)
    assert table.attrs["without"] > 0
    assert len(table) + table.attrs["without"] == db.orders["customer_id"].nunique()
    bought = set(db.orders.loc[db.orders["order_date"] >= "2023-01-01", "customer_id"])
    assert set(table.index) <= bought


def test_customers_in_the_best_grades_are_kept():
    assert treatment(A=(5000, 10, 9000, 10, 4)) == "keep"


def test_numbers_of_the_rule_can_be_changed():
    db = company(A=(100, 10, 110, 10, 3), **LARGE)
    assert recommended_treatment(db, HALF, TreatmentRule(growth=0.05)).loc["A", "treatment"] == "upgrade"


def test_everyone_gets_one_treatment(db):
    table = treatment_table(recommended_treatment(db))
    assert list(table.index) == list(TREATMENTS)
    assert table["customer_share"].sum() == pytest.approx(1)
    assert table.loc["let go", "value"] < 0 and table.loc["serve more cheaply", "value"] < 0


def test_without_costs_nobody_is_let_go(orders_only):
    table = recommended_treatment(orders_only)
    assert not table.attrs["costs_known"]
    assert not table["treatment"].isin(["let go", "serve more cheaply"]).any()
