"""The levers of the simple formula, measured."""

import pytest

from crmlib.grading.lifetime_inputs import lifetime_inputs, mean_acquisition_cost
from crmlib.grading.profit import customer_profit, retention_by_grade, value_windows
from tests.grading.small_company import SmallDatabase


def test_margin_is_that_of_active_customers_a_year(db):
    inputs = lifetime_inputs(db)
    buyers = customer_profit(db, value_windows(db)[1]).query("purchases > 0")
    assert inputs["margin"] == pytest.approx(buyers["profit"].mean(), rel=0.01)  # the window is a leap year
    assert inputs["retention_rate"] == retention_by_grade(db).loc["all", "retention"]
    assert not inputs.attrs["margin_assumed"] and not inputs.attrs["acquisition_known"]
    assert inputs["acquisition_cost"] == 0


def test_margin_is_assumed_only_without_costs(orders_only):
    low, high = (lifetime_inputs(orders_only, rate)["margin"] for rate in (0.2, 0.4))
    assert high == pytest.approx(2 * low)
    assert lifetime_inputs(orders_only).attrs["margin_assumed"]


def test_acquisition_cost_where_it_is_known(db):
    customers = db.customers.assign(acquisition_cost=[10.0, None] * (len(db.customers) // 2))
    known = SmallDatabase({"orders": db.orders, "customers": customers}, db.as_of)
    assert mean_acquisition_cost(known) == 10 and mean_acquisition_cost(db) is None
    assert lifetime_inputs(known)["acquisition_cost"] == 10
