"""Transaction and relationship buyers, and the three kinds."""

import numpy as np
import pandas as pd
import pytest

from crmlib.old.grading.change import value_change
from crmlib.old.grading.relationship import (
    KINDS,
    RelationshipRule,
    purchase_rhythm,
    relationship_customers,
    relationship_table,
)
from tests.old.grading.small_company import SmallDatabase


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
    assert bound.loc[bound["kind"] == "growth potential", "trend"].notna().all()
    assert (bound.loc[bound["kind"] == "loss-making", "profit"] < 0).all()
    assert (bound.loc[bound["kind"].isin(["growth potential", "declining value"]), "profit"] >= 0).all()
    too_new = bound[bound["kind"] == "too new to tell"]
    first = db.orders.groupby("customer_id")["order_date"].min()
    assert len(too_new) and (first[too_new.index] >= "2023-04-01").all()


def steady_company():
    """Ten weekly buyers and ten more won in mid-2023: nobody's pace ever changes."""
    frames = []
    for place in range(20):
        first = "2021-01-15" if place < 10 else "2023-07-15"
        dates = pd.date_range(first, "2024-12-31", freq="7D")
        frames.append(pd.DataFrame({"customer_id": f"C{place:02d}", "order_date": dates, "amount": 10.0 + place}))
    return SmallDatabase({"orders": pd.concat(frames)}, "2024-12-31")


def test_customers_won_in_the_earlier_period_are_not_taken_for_growing():
    table = relationship_customers(steady_company())
    late = table.loc["C10":]
    assert set(late["kind"]) <= {"too new to tell", "top profit"} and late["trend"].isna().all()
    assert set(table.loc[:"C07", "kind"]) == {"growth potential"}  # as much as before is no decline


def test_a_small_fall_is_no_decline():
    orders = steady_company().orders
    for factor, kind in ((0.95, "growth potential"), (0.85, "declining value")):
        later = orders["order_date"] >= "2024-01-02"
        fallen = orders.assign(amount=orders["amount"] * later.map({True: factor, False: 1.0}))
        table = relationship_customers(SmallDatabase({"orders": fallen}, "2024-12-31"))
        assert set(table.loc[:"C07", "kind"]) == {kind}


def test_time_in_the_earlier_window_is_made_up_for():
    """Won a fifth into the earlier window: its value there is scaled up to the whole of it."""
    orders = pd.DataFrame({"customer_id": "A", "order_date": pd.date_range("2023-03-15", "2024-12-31"), "amount": 1.0})
    early = orders.head(1).assign(customer_id="B", order_date=pd.Timestamp("2021-01-01"))
    found = value_change(SmallDatabase({"orders": pd.concat([orders, early])}, "2024-12-31"), pd.Index(["A", "B"]))
    assert found.loc["A", "exposure"] == pytest.approx(0.80, abs=0.01) and found["comparable"].all()
    assert found.loc["A", "before"] == pytest.approx(365) and found.loc["A", "now"] == 365


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
    assert table["share_of_relationship"].isna().tolist() == [False] * 4 + [True] * 2
    falling = table.loc["declining value"]
    assert falling["low"] < falling["share_of_relationship"] < falling["high"]
    assert np.isnan(table.loc["top profit", "low"]) and "by rule" in table.loc["top profit", "course_customers"]
    assert table.loc["declining value", "course_customers"] == "40–60 %"
    assert table.loc["transaction buyers", "course_revenue"] == "–"


def test_orders_alone_are_enough(orders_only):
    table = relationship_table(relationship_customers(orders_only))
    assert table["customers"].sum() == orders_only.orders["customer_id"].nunique()
    assert "profit_share" not in table


def test_a_year_without_booked_costs_is_no_obstacle(db):
    table = relationship_customers(db.at("2022-01-10"))  # one booked year: profit is known, a trend of profit is not
    assert table.attrs["measure"] == "profit" and table["trend"].notna().any()
