import numpy as np
import pandas as pd
import pytest

from crmlib.errors import DataFault
from crmlib.old.satisfaction.claims import claim_one_number, claim_twice_as_likely
from crmlib.old.satisfaction.intervals import ratio_of_shares
from crmlib.old.satisfaction.predictive_power import area_under_curve, predictive_power
from crmlib.old.satisfaction.repurchase import later_purchases, margin_per_point, repeat_ratio, repurchase_by_class

from .company import Database


@pytest.fixture(scope="module")
def later(db):
    return later_purchases(db)


def tiny(orders):
    survey = pd.DataFrame(
        {
            "customer_id": ["A", "B", "C"],
            "answered_on": pd.to_datetime(["2024-01-31", "2024-01-31", "2024-10-01"]),
            "satisfaction_class": ["satisfied", "very satisfied", "satisfied"],
        }
    )
    table = pd.DataFrame(orders, columns=["customer_id", "order_date", "amount"])
    return Database({"survey": survey, "orders": table.assign(order_date=pd.to_datetime(table["order_date"]))})


def test_the_order_of_time_is_kept():
    orders = [
        ("A", "2024-01-31", 10.0),  # the day of the answer: before
        ("A", "2024-07-31", 20.0),  # the last day of the half-year
        ("A", "2024-08-01", 40.0),  # too late
        ("B", "2023-02-01", 80.0),
        ("B", "2024-03-01", -8.0),  # a return is no purchase
        ("C", "2024-11-01", 99.0),
    ]
    later = later_purchases(tiny(orders)).set_index("customer_id")
    assert list(later.index) == ["A", "B"]  # C's half-year is not over
    assert later["bought_later"].tolist() == [True, False]
    assert later["spent_later"].tolist() == [20.0, -8.0]
    assert later["orders_later"].tolist() == [1, 0]
    assert later["spent_before"].tolist() == [10.0, 80.0]
    assert later["orders_before"].tolist() == [1, 1]
    assert later_purchases(tiny(orders)).attrs["left_out"] == 1


def test_later_orders_cannot_change_what_was_known_before(db, later):
    cut = Database({name: getattr(db, name) for name in ("survey", "orders")}, db.as_of)
    cut._tables["orders"] = db.orders[db.orders["order_date"] <= later["answered_on"].max()]
    again = later_purchases(cut)
    for column in ("orders_before", "spent_before", "months_since_order"):
        assert again[column].equals(later[column])


def test_a_cost_that_is_missing_is_not_a_cost_of_nothing(db, later):
    """Costs are 60 % of sales here; half of them are struck out, so the rest must stand for them."""
    gaps = Database({name: getattr(db, name) for name in ("survey", "orders")}, db.as_of)
    gaps._tables["orders"] = db.orders.assign(cost_of_goods=db.orders["cost_of_goods"].where(db.orders.index % 2 == 0))
    margin = later_purchases(gaps)["margin_later"]
    assert margin.to_numpy() == pytest.approx(later["margin_later"].to_numpy())
    assert margin.sum() == pytest.approx(0.4 * later["spent_later"].sum())
    gaps._tables["orders"] = db.orders.assign(cost_of_goods=np.nan)
    assert "margin_later" not in later_purchases(gaps)


def test_classes_add_up_and_empty_ones_stay(later):
    table = repurchase_by_class(later)
    assert table["answers"].sum() == len(later)
    assert table["bought"].sum() == later["bought_later"].sum()
    assert len(table) == 5
    assert table["share"].iloc[-1] > table["share"].iloc[1]


def drawn(ratio, size=6000, confounded=False, seed=1):
    generator = np.random.default_rng(seed)
    top = generator.random(size) < 0.4
    habit = generator.poisson(np.where(top & confounded, 6, 2))
    base = (0.08 if confounded else 0.15) * (1 + habit / 2 if confounded else np.ones(size))
    bought = generator.random(size) < np.minimum(base * np.where(top, ratio, 1.0), 1)
    return pd.DataFrame(
        {
            "customer_id": np.arange(size),
            "satisfaction_class": np.where(top, "very satisfied", "satisfied"),
            "bought_later": bought,
            "spent_later": bought * 10.0,
            "orders_later": bought.astype(int),
            "orders_before": habit,
            "months_since_order": 3.0,
        }
    )


def test_known_ratio_is_found_and_the_claim_judged():
    table = repeat_ratio(drawn(2.0), resamples=100)
    assert table.loc["as observed", "low"] < 2 < table.loc["as observed", "high"]
    assert claim_twice_as_likely(table).verdict == "holds here"
    assert claim_twice_as_likely(repeat_ratio(drawn(1.3), resamples=50)).verdict == "holds, but smaller"
    assert claim_twice_as_likely(repeat_ratio(drawn(1.0), resamples=50)).verdict == "does not hold"
    assert claim_twice_as_likely(repeat_ratio(drawn(3.5), resamples=50)).verdict == "holds, but larger"


def test_without_second_answers_the_ratio_has_katz_limits():
    later = drawn(2.0, size=800)
    counts = later.groupby("satisfaction_class")["bought_later"].agg(["sum", "size"])
    expected = ratio_of_shares(*counts.loc["very satisfied"], *counts.loc["satisfied"])
    assert repeat_ratio(later, resamples=2).loc["as observed", ["ratio", "low", "high"]].to_numpy() == pytest.approx(
        expected
    )


def test_the_same_customers_twice_tell_no_more():
    once = drawn(2.0, size=1500)
    twice = pd.concat([once, once], ignore_index=True)
    tables = [repeat_ratio(later, resamples=300) for later in (once, twice)]
    for row in ("as observed", "same earlier purchases"):
        widths = [np.log(table.loc[row, "high"] / table.loc[row, "low"]) for table in tables]
        assert tables[1].loc[row, "ratio"] == pytest.approx(tables[0].loc[row, "ratio"], rel=1e-4)
        assert widths[1] == pytest.approx(widths[0], rel=0.1)  # as if strangers, it would shrink to 0.71


def test_equal_habits_take_out_what_is_not_satisfaction():
    table = repeat_ratio(drawn(1.0, confounded=True), resamples=100)
    assert table.loc["as observed", "low"] > 1.5
    assert table.loc["same earlier purchases", "ratio"] == pytest.approx(1.0, abs=0.15)


def test_an_empty_class_cannot_be_tested():
    part = drawn(2.0).query("satisfaction_class == 'satisfied'")
    assert claim_twice_as_likely(repeat_ratio(part)).verdict == "cannot be tested with these data"


def test_margin_per_point_recovers_a_known_slope():
    generator, size = np.random.default_rng(3), 4000
    points = generator.normal(80, 12, size)
    before = generator.gamma(2, 50, size)
    margin = 30 + 1.5 * points + 0.2 * before + generator.normal(0, 40, size)
    later = pd.DataFrame({"margin_later": margin, "spent_before": before, "orders_before": 1.0})
    later["customer_id"] = np.arange(size)
    later.attrs = {"months": 6}
    estimate, low, high = margin_per_point(later, pd.Series(points))
    assert low < 3.0 < high
    assert estimate == pytest.approx(3.0, abs=0.25)
    doubled = pd.concat([later, later], ignore_index=True)
    doubled.attrs = later.attrs
    _, twice_low, twice_high = margin_per_point(doubled, pd.Series(np.tile(points, 2)))
    assert twice_high - twice_low == pytest.approx(high - low, rel=0.02)  # the same customers twice tell no more


def test_area_by_hand_and_against_scikit_learn():
    from sklearn.metrics import roc_auc_score

    assert area_under_curve(np.array([1, 2, 3]), np.array([False, True, True])) == 1
    assert area_under_curve(np.array([1, 1, 1]), np.array([False, True, True])) == 0.5
    generator = np.random.default_rng(1)
    score, outcome = generator.integers(0, 11, 300), generator.random(300) < 0.4
    weights = generator.integers(0, 4, 300).astype(float)
    assert area_under_curve(score, outcome, weights) == pytest.approx(
        roc_auc_score(outcome, score, sample_weight=weights)
    )


def test_predictive_power_is_measured_on_the_later_half(later):
    table = predictive_power(later, resamples=300)
    assert table.attrs["tested_from"] > later["answered_on"].min()
    assert table.attrs["respondents"] < len(later)
    assert table.loc["recommend (NPS)", "better_than_nps"] == 0
    assert (table["low"] <= table["power"]).all()
    assert table.loc["satisfaction index", "low"] > 0.5
    check = claim_one_number(table)
    # In this company purchases follow satisfaction, which one question tells less well than the index.
    assert (check.verdict, check.estimate) == ("does not hold", table.loc["satisfaction index", "better_than_nps"])


def test_training_does_not_see_the_test_half(later):
    cut = later.sort_values(["answered_on", "customer_id"])["answered_on"].iloc[len(later) // 2]
    changed = later.copy()
    late = changed["answered_on"] >= cut
    changed.loc[late, "bought_later"] = ~changed.loc[late, "bought_later"]
    before, after = (predictive_power(table, resamples=50)["power"] for table in (later, changed))
    assert after.to_numpy() == pytest.approx((1 - before[after.index]).to_numpy())


def test_nps_fails_when_something_else_is_clearly_better(later):
    told = later.copy()
    generator = np.random.default_rng(1)
    told["orders_before"] = told["bought_later"] * 5 + generator.integers(0, 6, len(told))
    assert claim_one_number(predictive_power(told, resamples=100)).verdict == "does not hold"
    guess = later.assign(bought_later=generator.random(len(later)) < 0.5)
    assert claim_one_number(predictive_power(guess, resamples=100)).verdict == "cannot be tested with these data"


def test_too_few_answers_are_said(later):
    with pytest.raises(DataFault, match="Too few answers"):
        predictive_power(later.head(60))
    with pytest.raises(DataFault, match="Too few answers"):
        predictive_power(later.head(0))
