"""The two explorers, called without widgets."""

import pytest

from crmlib.old.figures import Notice, money
from crmlib.old.grading.explore import explore_grade_cut_offs, explore_lifetime_value
from crmlib.old.grading.lifetime_value import simple_lifetime_value


@pytest.fixture(scope="module")
def cut_offs(db):
    return explore_grade_cut_offs(db)


def test_cut_offs_move_the_grades(cut_offs):
    first, wider = cut_offs(), cut_offs(key=0.05, major=0.15)
    for words, picture in (("key 3 (", first), ("small 240 (", first), ("key 15 (", wider), ("small 195 (", wider)):
        assert words in picture.description


def test_the_budget_moves_the_gain(cut_offs):
    assert "small 240 (self-service); 0 CNY of 0 CNY are spent" in cut_offs(budget=0.0).description
    assert cut_offs(budget=0.0).title.endswith("expected to add 0 CNY a year")
    assert cut_offs(budget=0.02).title != cut_offs(budget=0.0).title


def test_impossible_shares_get_one_sentence(cut_offs):
    assert isinstance(cut_offs(key=0.3, major=0.3, ordinary=0.4), Notice)


def test_cut_offs_work_on_orders_alone(orders_only):
    assert "revenue" in explore_grade_cut_offs(orders_only, 0.4)().title


@pytest.fixture(scope="module")
def levers():
    return explore_lifetime_value(margin=100, retention=0.8, discount=0.1, acquisition_cost=50, currency="CNY")


def test_levers_start_at_the_companys_numbers(levers):
    assert levers().title.startswith("A customer is worth 217 CNY")  # 100·0.8/0.3 − 50


def test_levers_start_at_what_was_measured_not_at_a_step():
    start = explore_lifetime_value(margin=549.52, retention=0.73742, discount=0.1, acquisition_cost=574.26)
    value = simple_lifetime_value(549.52, 0.73742, 0.1, timing="after_renewal", acquisition_cost=574.26)
    assert start().title.startswith(f"A customer is worth {money(value)} and")
    assert "= 550, Retention rate a year = 73.7%" in start.state and "Acquisition cost = 574" in start.state
    dear = explore_lifetime_value(margin=100, retention=0.8, acquisition_cost=700)
    assert dear().title.startswith("A customer is worth −433 and")


def test_levers_and_conventions_move_the_value(levers):
    assert levers(acquisition_cost=0.0, timing="start_of_period").title.startswith("A customer is worth 367 CNY")
    assert levers(acquisition_cost=0.0, timing="end_of_period").title.startswith("A customer is worth 333 CNY")
    assert levers(acquisition_cost=0.0, keeping_cost=25.0).title.startswith("A customer is worth 200 CNY")
    assert levers(retention=0.0).title == "A customer is worth −50 CNY and does not pay back"
    assert "adds" in levers().description and "nan" not in levers(margin=0.0).alt


def test_sliders_can_reach_every_start(levers):
    for control in levers.controls.values():
        if hasattr(control, "low"):
            assert control.low <= control.value <= control.high, control.label
    odd = explore_lifetime_value(margin=3127.4, retention=0.999, acquisition_cost=1e6)
    assert all(c.low <= c.value <= c.high for c in odd.controls.values() if hasattr(c, "low"))


def test_the_default_state_can_be_said_and_shown(cut_offs, levers):
    assert "Key customers = 1.0%" in cut_offs.state and "Earned per active customer a year = 100" in levers.state
    assert "Earned per active customer a year = 0.12" in explore_lifetime_value(margin=0.12, retention=0.5).state
    for explorer in (cut_offs, levers):
        assert len(explorer.panel().children) == len(explorer.controls) + 2
