"""The levers of the simple formula, measured."""

import numpy as np
import pytest

from crmlib.old.grading.lifetime_inputs import (
    lifetime_input_draws,
    lifetime_input_table,
    lifetime_inputs,
    mean_acquisition_cost,
)
from crmlib.old.grading.profit import customer_profit, retention_by_grade, value_windows
from tests.old.grading.small_company import SmallDatabase


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


def test_draws_spread_as_theory_says(db):
    inputs, draws = lifetime_inputs(db), lifetime_input_draws(db, draws=600)
    assert draws["margin"].mean() == pytest.approx(inputs["margin"], rel=0.05)
    assert draws["retention_rate"].mean() == pytest.approx(inputs["retention_rate"], abs=0.01)
    before, now = value_windows(db)
    earlier = (customer_profit(db, before)["purchases"] > 0).sum()
    share = inputs["retention_rate"]
    assert draws["retention_rate"].std() == pytest.approx(np.sqrt(share * (1 - share) / earlier), rel=0.12)
    earned = customer_profit(db, now).query("purchases > 0")["profit"] / now.years
    assert draws["margin"].std() == pytest.approx(earned.std() / np.sqrt(len(earned)), rel=0.12)
    assert (draws["acquisition_cost"] == 0).all()


def test_a_drawing_uses_the_same_definitions(db, orders_only):
    for company in (db, orders_only):
        inputs, draws = lifetime_inputs(company, 0.3), lifetime_input_draws(company, 0.3, draws=200, seed=1)
        for lever in ("margin", "retention_rate"):
            low, high = draws[lever].quantile([0.001, 0.999])
            assert low < inputs[lever] < high
            assert draws[lever].median() == pytest.approx(inputs[lever], rel=0.1)


def test_the_table_says_what_the_margin_is(db, orders_only):
    table = lifetime_input_table(lifetime_inputs(db), lifetime_input_draws(db, draws=20))
    assert table.index[0] == "profit after cost to serve per active customer and year, m"
    assert table["measured here"].iloc[0].endswith("CNY") and table["measured here"].iloc[1].endswith("%")
    assert " to " in table["95 % interval"].iloc[1] and table["95 % interval"].iloc[2] == "–"
    assert lifetime_input_table(lifetime_inputs(orders_only)).index[0].startswith("assumed margin")
