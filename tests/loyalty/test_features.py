"""Answers, years of a relationship, tiers, referrers: by hand, nothing from after the day, any order of rows."""

import numpy as np
import pandas as pd
import pytest

import crmlib
from crmlib.errors import MissingTable
from crmlib.loyalty import answers, chosen, known, relationship_years, tier_years

INTENTIONS = [f"continued_business_{n}" for n in (1, 2, 3)]

COMPANY = pd.DataFrame(
    {
        "name": ["Tea"],
        "sells": ["tea"],
        "currency": ["CNY"],
        "observed_from": ["2021-01-01"],
        "observed_to": ["2024-12-31"],
    }
)


def small(orders, **tables):
    """A company of a few persons."""
    who = sorted({row[0] for row in orders})
    rows = pd.DataFrame(orders, columns=["customer_id", "order_date", "amount"])
    rows = rows.assign(order_id=[f"O{n}" for n in range(len(rows))], quantity=1, product_id="P1", cost_of_goods=0.0)
    customers = pd.DataFrame({"customer_id": who, "kind": "person", "registered_on": "2021-01-01"})
    return crmlib.open_database({"company": COMPANY, "orders": rows, "customers": customers, **tables})


def test_answers_by_hand():
    orders = [("A", "2023-01-01", 5), ("A", "2023-12-30", 7), ("A", "2024-01-01", 9), ("A", "2024-07-02", 3)]
    orders += [("A", "2023-12-31", 4), ("A", "2024-07-03", 3)]
    survey = pd.DataFrame({"customer_id": ["A"], "answered_on": ["2024-01-01"]} | {item: [9] for item in INTENTIONS})
    found = answers(small(orders, survey=survey)).iloc[0]
    assert (found["purchases"], found["spent"], found["silent"]) == (3, 16, 1)  # the day of the answer is in neither
    assert found["again"] and found["attitude"] == 9
    late = [row for row in orders if row[1] != "2024-07-02"]
    assert not answers(small(late, survey=survey)).iloc[0]["again"]  # 184 days after is too late


def test_later_rows_change_no_feature(teaching):
    """What was known on a day is the same when told from a later day."""
    then = teaching.at("2023-12-31")
    early = answers(then).drop(columns="spent").set_index("invitation_id")
    later = answers(teaching).drop(columns="spent").set_index("invitation_id").loc[early.index]
    pd.testing.assert_frame_equal(early, later)
    features = known(teaching, "2022-12-31").drop(columns="recommends")
    pd.testing.assert_frame_equal(known(then, "2022-12-31").drop(columns="recommends"), features)
    pd.testing.assert_frame_equal(
        tier_years(then), tier_years(teaching).query("year < 2023").reset_index(drop=True), check_like=True
    )


def test_unfinished_half_years_wait(teaching):
    assert answers(teaching)["answered_on"].max() + pd.Timedelta(days=184) <= teaching.as_of


def test_without_survey_it_says_so():
    with pytest.raises(MissingTable, match="survey"):
        answers(small([("A", "2023-01-01", 5)]))


def test_relationship_years_by_hand():
    orders = [("A", "2022-05-01", 100), ("A", "2023-05-01", 50), ("B", "2023-06-01", 80), ("B", "2024-06-01", 20)]
    cost = [("A", 2022, "sales", 10), ("A", 2024, "service", 5), ("B", 2023, "delivery", 8), ("C", 2021, "sales", 1)]
    cost += [("A", 2021, "sales", 2), ("A", 2023, "sales", 2), ("B", 2024, "sales", 3), ("B", 2022, "sales", 1)]
    cost = pd.DataFrame(cost, columns=["customer_id", "year", "activity", "cost"])
    cost["booked_on"] = cost["year"].astype(str) + "-12-31"
    friends = {"referrer_id": ["A"], "customer_id": ["B"], "referred_on": ["2023-05-20"]}
    friends = pd.DataFrame(friends | {"first_order_on": ["2023-06-01"], "reward": [50.0]})
    db = small([*orders, ("C", "2021-02-01", 1)], cost_to_serve=cost, referrals=friends)
    found = relationship_years(db).set_index(["customer_id", "year"])
    assert list(found.loc["A"].index) == [2022, 2023, 2024] and list(found.loc["B"].index) == [2023, 2024]
    assert found.loc["A", "profit"].tolist() == [90, 48, -5] and found.loc["A", "keeping"].tolist() == [10, 2, 5]
    assert found.loc["A", "referral"].tolist() == [-1, 72 - 50, 17]
    assert found.loc["A", "again"].tolist()[:2] == [1, 0] and np.isnan(found.loc[("A", 2024), "again"])
    assert found.loc["B", "age"].tolist() == [0, 1]


def test_relationship_adds_up_to_the_profit_statement(teaching):
    found = relationship_years(teaching)
    last = found[found["year"] == found["year"].max()].set_index("customer_id")
    stated = crmlib.customer_profit(teaching, int(last["year"].max())).reindex(last.index).fillna(0)
    pd.testing.assert_series_equal(last["profit"], stated["profit"])
    points = teaching.orders[(teaching.orders["quantity"] == 0) & (teaching.orders["order_date"].dt.year == 2024)]
    assert (last["keeping"] - stated["sales"] - stated["service"]).sum() == pytest.approx(-points["amount"].sum())


def test_boxes_are_not_chosen(teaching):
    orders, names = teaching.orders, teaching.products.set_index("product_id")["name"]
    boxes = orders["product_id"].map(names).isin(teaching.subscriptions["plan"])
    sold = orders[~boxes & (orders["quantity"] > 0)]
    assert boxes.any() and chosen(teaching)["amount"].sum() == pytest.approx(sold["amount"].sum())


def test_tier_years_count_the_year_after(teaching):
    members, orders = tier_years(teaching), chosen(teaching)
    row = members[members["orders"] > 3].iloc[0]
    mine = orders[(orders["customer_id"] == row["customer_id"]) & (orders["day"].dt.year == row["year"] + 1)]
    assert row["orders"] == len(mine) and members["year"].max() == teaching.as_of.year - 1


def test_known_looks_forward_only_for_the_outcome(teaching):
    found = known(teaching, "2023-12-31")
    referrals = teaching.referrals[teaching.referrals["first_order_on"].notna()]
    year = referrals[referrals["referred_on"].between("2024-01-01", "2024-12-31")]
    assert found["recommends"].sum() == len(set(found.index) & set(year["referrer_id"]))
    assert (found["lately"] <= 0).all() and (found["purchases"] >= 1).all()
