"""Transaction and relationship buyers, and the three kinds."""

import numpy as np
import pandas as pd
import pytest

from crmlib.grading.relationship import (
    KINDS,
    RelationshipRule,
    purchase_rhythm,
    relationship_customers,
    relationship_table,
)


def days(customer, *offsets, amount=10.0):
    when = pd.Timestamp("2024-01-01") + pd.to_timedelta(offsets, unit="D")
    return pd.DataFrame({"customer_id": customer, "order_date": when, "amount": amount})


def test_rhythm_by_hand():
    orders = pd.concat([days("A", 0, 10, 20, 30), days("B", 0, 10, 40), days("C", 5), days("D", 0, 9)])
    table = purchase_rhythm(orders, "2024-12-31")
    assert table["purchase_days"].tolist() == [4, 3, 1, 2]
    assert table["tenure"].tolist() == [30, 40, 0, 9]
    assert table.loc["A", "irregularity"] == 0
    assert table.loc["B", "irregularity"] == pytest.approx(np.std([10, 30]) / 20)
    assert table.loc[["C", "D"], "irregularity"].isna().all()  # one gap shows no rhythm
    assert table.loc["D", "mean_gap"] == 9 and np.isnan(table.loc["C", "mean_gap"])


def test_rhythm_counts_days_not_lines_and_nothing_after_as_of():
    orders = pd.concat([days("A", 0, 0, 10, 20, 400), days("A", 15, amount=-5.0)])
    table = purchase_rhythm(orders.sample(frac=1, random_state=1), "2024-12-31")
    assert table.loc["A", ["purchase_days", "tenure", "irregularity"]].tolist() == [3, 20, 0]


def test_kinds_follow_the_rule(db):
    rule = RelationshipRule()
    table = relationship_customers(db, rule)
    bound = table[table["kind"] != "transaction buyers"]
    assert (bound["purchase_days"] >= rule.fewest_days).all() and (bound["irregularity"] <= 1.2).all()
    assert (bound["tenure"] >= rule.shortest_tenure).all()
    others = table[table["kind"] == "transaction buyers"]
    assert not ((others["purchase_days"] >= 4) & (others["tenure"] >= 180) & (others["irregularity"] <= 1.2)).any()
    top = bound["kind"] == "top profit"
    assert top.mean() == pytest.approx(0.10, abs=0.01)
    assert bound.loc[top, "profit"].min() >= bound.loc[~top, "profit"].max()
    assert (bound.loc[bound["kind"] == "declining value", "trend"] < 0).all()
    assert (bound.loc[bound["kind"] == "growth potential", "trend"] >= 0).all()


def test_a_stricter_rule_leaves_fewer_relationship_buyers(db):
    loose = relationship_customers(db)
    strict = relationship_customers(db, RelationshipRule(fewest_days=20))
    assert (strict["kind"] == "transaction buyers").sum() > (loose["kind"] == "transaction buyers").sum()


def test_table_stands_beside_the_courses_figures(db):
    table = relationship_table(relationship_customers(db))
    assert list(table.index) == list(KINDS)
    for share in ("customer_share", "revenue_share", "profit_share"):
        assert table[share].sum() == pytest.approx(1)
    assert table["share_of_relationship"].sum() == pytest.approx(1)
    assert table.loc["declining value", "course_customers"] == "40–60 %"
    assert table.loc["transaction buyers", "course_revenue"] == "–"


def test_orders_alone_are_enough(orders_only):
    table = relationship_table(relationship_customers(orders_only))
    assert table["customers"].sum() == orders_only.orders["customer_id"].nunique()
    assert "profit_share" not in table


def test_a_year_without_booked_costs_is_no_obstacle(db):
    table = relationship_customers(db.at("2022-01-10"))  # one booked year: profit is known, a trend of profit is not
    assert table.attrs["measure"] == "profit" and table["trend"].notna().all()
