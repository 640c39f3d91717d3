"""The worth of a point in one company: every answer keeps its own index and its own later purchases."""

from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

from crmlib.old.satisfaction.return_case import improvement_projects, margin_of_a_point

from .company import Database


def company_with_a_known_slope(people=60):
    """Everybody answers once and buys for as much as the index says; the first also answers twice in one day."""
    index = pd.Series(np.linspace(50, 100, people + 1))
    survey = pd.DataFrame({"customer_id": ["C00", *(f"C{n:02d}" for n in range(people))]})
    survey["answered_on"] = pd.Timestamp("2024-01-31")
    orders = survey.iloc[1:].assign(
        order_date=pd.Timestamp("2024-03-01"), amount=100 + 2 * index.iloc[1:], cost_of_goods=0.0
    )
    index.iloc[0] = index.iloc[1]  # what the customer said twice
    labels = pd.Index([f"A{n}" for n in range(people + 1)])  # any labels, as an own survey may have them
    model = SimpleNamespace(
        index_scores=pd.DataFrame({"satisfaction": index.to_numpy()}, labels),
        constructs=pd.DataFrame(index=["satisfaction"]),
    )
    tables = {"survey": survey.set_axis(labels), "orders": orders.drop(columns="answered_on")}
    return Database(tables, pd.Timestamp("2024-12-31")), model


def test_two_answers_in_one_day_do_not_shift_the_answers_after_them():
    db, model = company_with_a_known_slope()
    worth = margin_of_a_point(db, model, months=6)
    # 2 of money in half a year for each point, 4 in a year; the interval is a line because the answers lie on one.
    assert worth.iloc[0].to_numpy() == pytest.approx([4, 4, 4], abs=1e-6)


def test_an_answer_without_an_index_is_left_out():
    db, model = company_with_a_known_slope()
    model.index_scores = model.index_scores.iloc[:40]
    assert margin_of_a_point(db, model).iloc[0, 0] == pytest.approx(4)


def test_costs_of_projects_grow_with_sales():
    db, _ = company_with_a_known_slope()
    projects = improvement_projects(db, {"a": ("image", 1.0, 0.10)})
    assert projects.loc["a", "cost"] == pytest.approx(0.10 * db.orders["amount"].sum())
