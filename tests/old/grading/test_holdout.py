"""Holdout: nothing leaks back over the cut, predictions and errors recomputed by hand, calibration, refusals."""

from types import SimpleNamespace

import ibis
import numpy as np
import pandas as pd
import pytest
from scipy.stats import spearmanr

from crmlib.errors import CrmError
from crmlib.old.grading.holdout import (
    METHODS,
    calibration_table,
    clear_best,
    compare_on_holdout,
    holdout_errors,
    holdout_predictions,
    purchases_between,
)
from crmlib.old.grading.purchases import expected_purchases, fit_purchase_model
from crmlib.old.grading.summary import customer_summary
from tests import cdnow
from tests.old.grading.test_cohorts import AS_OF as STOCK_DAY
from tests.old.grading.test_cohorts import company

CUT, AS_OF = pd.Timestamp("1997-12-30"), pd.Timestamp("1998-06-30")


@pytest.fixture(scope="module")
def orders():
    return cdnow.orders()


@pytest.fixture(scope="module")
def predictions(orders):
    return holdout_predictions(orders, AS_OF)


def made_up_orders(seed=0, customers=3000):
    """Three years of customers who join all the time, buy at rates of their own and sometimes return goods."""
    rng = np.random.RandomState(seed)
    start, rate = rng.uniform(0, 1000, customers), rng.gamma(0.8, 1 / 60, customers)
    life = rng.exponential(700, customers)
    count = rng.poisson(rate * np.minimum(life, 1096 - start))
    who = np.repeat(np.arange(customers), count)
    when = start[who] + rng.random(who.size) * np.minimum(life, 1096 - start)[who]
    table = pd.DataFrame({"customer_id": np.r_[np.arange(customers), who], "day": np.floor(np.r_[start, when])})
    level = rng.lognormal(3.5, 0.4, customers)[table["customer_id"]]
    amount = np.round(level * rng.gamma(3, 1 / 3, len(table)) + 0.01, 2)
    table["order_date"] = pd.Timestamp("2021-01-01") + pd.to_timedelta(table.pop("day"), unit="D")
    returned = table[rng.random(len(table)) < 0.05]
    back = returned.assign(order_date=returned["order_date"] + pd.Timedelta(days=10), amount=-10.0)
    return pd.concat([table.assign(amount=amount), back], ignore_index=True)


@pytest.mark.parametrize("source", ["cdnow", "made up"])
def test_nothing_leaks_back_over_the_cut(orders, source):
    table, as_of = (orders, AS_OF) if source == "cdnow" else (made_up_orders(), pd.Timestamp("2023-12-31"))
    cut = as_of - pd.Timedelta(days=182)
    after = table["order_date"] > cut
    other = table.assign(amount=table["amount"].where(~after, 1 + table["amount"].abs() * 100))
    other = other[~after | (np.arange(len(table)) % 3 == 0)]
    mine, theirs = holdout_predictions(table, as_of), holdout_predictions(other, as_of)
    known = [name for name in mine if not name.startswith("actual")]
    pd.testing.assert_frame_equal(mine[known], theirs[known], check_exact=True)
    assert not mine["actual_value"].equals(theirs["actual_value"])


def test_the_order_of_the_rows_changes_nothing():
    table, as_of = made_up_orders(), pd.Timestamp("2023-12-31")
    costs = table.assign(cost_of_goods=(table["amount"] * 0.6).round(2).where(table.index % 7 != 0))
    mine, profit = holdout_predictions(table, as_of), customer_summary(costs, as_of)
    for seed in range(5):
        mixed = costs.sample(frac=1, random_state=seed)
        pd.testing.assert_frame_equal(mine, holdout_predictions(mixed, as_of), check_exact=True)
        pd.testing.assert_frame_equal(profit, customer_summary(mixed, as_of), check_exact=True)


def test_who_is_predicted_and_what_happened(orders, predictions):
    assert predictions.attrs["cut"] == pd.Timestamp("1997-12-30")
    summary = customer_summary(orders, CUT)
    assert predictions.index.equals(summary.index)
    later = orders[(orders["order_date"] > CUT) & orders["customer_id"].isin(summary.index)]
    assert predictions["actual_value"].sum() == pytest.approx(later["amount"].sum())
    days = later.groupby(["customer_id", "order_date"])["amount"].sum()
    assert predictions["actual_purchases"].sum() == (days > 0).sum()


def test_each_prediction_by_hand(orders, predictions):
    summary = customer_summary(orders, CUT)
    half_year = pd.Timedelta(days=182)
    last = purchases_between(orders, CUT - half_year, CUT)
    before = purchases_between(orders, CUT - 2 * half_year, CUT - half_year)
    buyers = before.index[before["purchases"] > 0]
    stayed = last["purchases"].reindex(buyers).fillna(0) > 0
    simple = stayed.mean() * last["value"].reindex(summary.index).fillna(0)
    assert predictions["simple_value"].to_numpy() == pytest.approx(simple.to_numpy())
    model = expected_purchases(fit_purchase_model(summary), summary, 182)
    assert predictions["probabilistic_purchases"].to_numpy() == pytest.approx(model.to_numpy())
    everybody = last["purchases"].sum() / len(summary)  # all joined in one quarter, none is older
    assert predictions["cohort_purchases"].median() == pytest.approx(everybody, rel=1e-2)


def test_a_young_cohort_is_given_the_past_of_older_ones():
    table = made_up_orders(1)
    as_of = pd.Timestamp("2023-12-31")
    found = holdout_predictions(table, as_of)
    cut = found.attrs["cut"]
    summary = customer_summary(table, cut)
    young = summary["first_order"].between("2023-04-01", "2023-06-30")
    age = int(summary.loc[young, "T"].median())
    quarter = summary["first_order"].dt.to_period("Q")
    youngest = summary.groupby(quarter)["T"].min()
    older = summary[quarter.isin(youngest.index[youngest + 1 > age + 182])]
    assert len(older) > 1000
    lines = table.merge(older["first_order"], left_on="customer_id", right_index=True)
    at_age = (lines["order_date"] - lines["first_order"]).dt.days
    ahead = lines[(at_age > age) & (at_age <= age + 182) & (lines["order_date"] <= cut)]
    assert found.loc[young, "cohort_value"].to_numpy() == pytest.approx(ahead["amount"].sum() / len(older), rel=1e-9)


def test_the_model_is_nearly_unbiased_on_cdnow(predictions):
    errors = holdout_errors(predictions, draws=200)
    bias = errors["bias"]
    assert (bias.xs("probabilistic", level="method").abs() < 0.06).all()
    assert (bias.xs("simple", level="method") < -0.5).all()
    for target in ("purchases", "value"):
        table = errors.loc[target]
        assert table["root_mean_square"].idxmin() == "probabilistic"
        assert table["rank_correlation"].idxmin() == "cohort"


def test_errors_by_hand(predictions):
    errors = holdout_errors(predictions, draws=50)
    row = errors.loc[("value", "probabilistic")]
    miss = predictions["probabilistic_value"] - predictions["actual_value"]
    assert row["error"] == pytest.approx(miss.abs().mean())
    assert row["root_mean_square"] == pytest.approx(np.sqrt((miss**2).mean()))
    assert row["bias"] == pytest.approx(miss.sum() / predictions["actual_value"].sum())
    rank = spearmanr(predictions["probabilistic_value"], predictions["actual_value"]).statistic
    assert row["rank_correlation"] == pytest.approx(rank)
    for measure in ("error", "root_mean_square", "bias", "rank_correlation"):
        assert (errors[f"{measure}_lower"] <= errors[measure]).all()
        assert (errors[measure] <= errors[f"{measure}_upper"]).all()
    pd.testing.assert_frame_equal(errors, holdout_errors(predictions, draws=50))


def test_bootstrap_interval_is_as_wide_as_theory_says(predictions):
    row = holdout_errors(predictions, draws=400).loc[("purchases", "simple")]
    miss = (predictions["simple_purchases"] - predictions["actual_purchases"]).abs()
    theory = 2 * 1.96 * miss.std() / np.sqrt(len(miss))
    assert row["error_upper"] - row["error_lower"] == pytest.approx(theory, rel=0.15)


def test_paired_differences_by_hand(predictions):
    errors = holdout_errors(predictions, draws=600)
    table = errors.loc["purchases"]
    best = table["error"].idxmin()
    assert table.loc[best, "error_behind"] == table.loc[best, "error_behind_upper"] == 0
    other = next(method for method in METHODS if method != best)
    actual = predictions["actual_purchases"]
    miss = {method: (predictions[f"{method}_purchases"] - actual).abs() for method in METHODS}
    paired = miss[other] - miss[best]
    row = table.loc[other]
    assert row["error_behind"] == pytest.approx(paired.mean())
    width = 2 * 1.96 * paired.std() / np.sqrt(len(paired))
    assert row["error_behind_upper"] - row["error_behind_lower"] == pytest.approx(width, rel=0.12)


def test_a_winner_is_named_only_where_the_pair_is_clear(predictions):
    twin = predictions.copy()
    rng = np.random.RandomState(0)
    twin["simple_value"] = twin["probabilistic_value"] + rng.normal(0, 0.1, len(twin))
    errors = holdout_errors(twin, draws=200)
    assert clear_best(errors, "value", "error") is None
    clear = twin.assign(cohort_value=twin["actual_value"] + 0.01, cohort_purchases=twin["actual_purchases"])
    assert clear_best(holdout_errors(clear, draws=100), "value", "error") == "cohort"
    assert clear_best(holdout_errors(clear, draws=100), "value", "bias") == "cohort"


def test_calibration_by_hand(predictions):
    table = calibration_table(predictions, most=5)
    assert table.index.tolist() == ["0", "1", "2", "3", "4", "5–9", "10–19", "20+"]
    assert table["customers"].sum() == len(predictions)
    for target in ("purchases", "value"):
        found = calibration_table(predictions, target=target)
        total = (found["customers"] * found["expected"]).sum()
        assert total == pytest.approx(predictions[f"probabilistic_{target}"].sum())
        assert found.attrs["target"] == target
    twice = predictions[predictions["frequency"] == 2]["actual_purchases"]
    assert table.loc["2", "actual"] == pytest.approx(twice.mean())
    assert table.loc["2", "upper"] - table.loc["2", "actual"] == pytest.approx(1.96 * twice.sem(), rel=1e-3)
    heavy = predictions[predictions["frequency"] >= 20]
    assert table.loc["20+", "customers"] == len(heavy)
    assert table.loc["20+", "expected"] == pytest.approx(heavy["probabilistic_purchases"].mean())
    assert table["expected"].is_monotonic_increasing


def test_small_classes_are_pooled():
    frequency = np.r_[[0] * 20, [1] * 3, [2] * 4, [3] * 6, [9] * 7, [40] * 2]
    frame = pd.DataFrame({"frequency": frequency})
    frame["actual_purchases"], frame["probabilistic_purchases"] = np.arange(len(frame)) % 3, 1.0
    table = calibration_table(frame, most=5)
    assert table["customers"].to_dict() == {"0": 20, "1–2": 7, "3": 6, "4+": 9}
    assert calibration_table(frame, most=5, fewest=1)["customers"].min() == 2
    few = calibration_table(frame.iloc[:3], most=5)
    assert few["customers"].to_dict() == {"0+": 3}


def test_an_opening_stock_is_neither_fitted_nor_a_reference():
    table = company(stock=400, won=900)
    steadied = {"penalty": "if needed"}  # nobody leaves in this company
    apart, taken = (holdout_predictions(table, STOCK_DAY, opening_days=days, **steadied) for days in (None, 0))
    assert apart["opening_stock"].sum() > 350 and not taken["opening_stock"].any()
    young = apart.index[(apart["T"] < 500) & ~apart["opening_stock"]]
    assert len(young) > 100
    actual = apart.loc[young, "actual_value"].sum()
    assert apart.loc[young, "cohort_value"].sum() == pytest.approx(actual, rel=0.15)
    assert taken.loc[young, "cohort_value"].sum() > 1.2 * actual
    pd.testing.assert_series_equal(apart["simple_value"], taken["simple_value"])


def test_a_database_and_a_table_will_do(orders):
    connection = ibis.duckdb.connect()
    connection.con.register("frame", orders)
    table = connection.table("frame")
    database = SimpleNamespace(table=lambda name: {"orders": table}[name], as_of=AS_OF)
    one, other = compare_on_holdout(database, draws=20), compare_on_holdout(orders, AS_OF, draws=20)
    pd.testing.assert_frame_equal(one, other)
    assert one.index.tolist() == [(target, method) for target in ("purchases", "value") for method in METHODS]


@pytest.mark.parametrize(
    ("options", "part"),
    [
        ({"as_of": None}, "Say as_of"),
        ({"holdout_days": 0}, "at least one day"),
        ({"holdout_days": 900}, "by|before"),
        ({"as_of": "2005-01-01"}, "bought in the 182 days after"),
        ({"holdout_days": 450}, "no retention rate"),
    ],
)
def test_impossible_cuts_are_said(orders, options, part):
    with pytest.raises(CrmError, match=part):
        holdout_predictions(orders, **({"as_of": AS_OF} | options))


def test_unknown_methods_are_refused(predictions):
    with pytest.raises(CrmError, match="method"):
        calibration_table(predictions, method="magic")
