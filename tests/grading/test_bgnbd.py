"""BG/NBD: published numbers, an independent package, quadrature, worlds with known parameters, and bad input."""

import numpy as np
import pandas as pd
import pytest
from lifetimes import BetaGeoFitter
from scipy.special import roots_genlaguerre, roots_sh_jacobi

import crmlib
from crmlib.errors import CrmError, DataFault, NotConverged, TooFew
from crmlib.grading.bgnbd import (
    PurchaseModel,
    bgnbd_log_likelihood,
    expected_purchases,
    fit_bgnbd,
    probability_alive,
)
from tests import cdnow
from tests.code_lines import code_lines
from tests.grading.simulated import histories

TRUTH = {"r": 0.6, "alpha": 5.0, "a": 0.8, "b": 2.5}


@pytest.fixture(scope="module")
def calibration():
    table = cdnow.calibration_summary()
    return table.assign(recency=7 * table["recency"], T=7 * table["T"])


@pytest.fixture(scope="module")
def published(calibration):
    return fit_bgnbd(calibration)


def model_of(r, alpha, a, b):
    return PurchaseModel(r, alpha, a, b, 1, 0.0, np.eye(4))


def one_customer(x, weeks, age):
    return pd.DataFrame({"frequency": [x], "recency": [7 * weeks], "T": [7 * age]})


def parameters(model):
    return [model.r, model.alpha, model.a, model.b]


def test_published_numbers(published):
    assert [round(found, 3) for found in parameters(published)] == [0.243, 4.414, 0.793, 2.426]
    assert round(published.log_likelihood, 1) == -9582.4
    assert round(expected_purchases(published, one_customer(2, 30.43, 38.86), 39 * 7).item(), 3) == 1.226


def test_the_shown_likelihood_is_the_fitted_one(calibration, published):
    x, t_x, T = calibration[["frequency", "recency", "T"]].to_numpy().T / [[1], [7], [7]]
    each = bgnbd_log_likelihood(0.243, 4.414, 0.793, 2.426, x, t_x, T)
    assert each.sum() == pytest.approx(published.log_likelihood, abs=0.01)
    assert code_lines(crmlib.source(bgnbd_log_likelihood).text) <= 20


def test_one_history_by_hand():
    """r = alpha = a = b = 1, one purchase after a week of three: L = 1/2 · (1/4² + 1/2²)."""
    assert np.exp(bgnbd_log_likelihood(1, 1, 1, 1, 1, 1, 3)) == pytest.approx((1 / 16 + 1 / 4) / 2)
    assert np.exp(bgnbd_log_likelihood(1, 1, 1, 0.5, 0, 0, 3)) == pytest.approx(1 / 4)


def test_three_customers_by_hand():
    three = pd.concat([one_customer(0, 0, 38.86), one_customer(2, 30.43, 38.86), one_customer(5, 5, 38.86)])
    assert probability_alive(model_of(0.243, 4.414, 0.793, 2.426), three).round(3).tolist() == [1, 0.727, 0.003]


@pytest.mark.parametrize("factor", [1e-6, 1 / 7, 1e6])
def test_any_clock_gives_the_same_customers(calibration, published, factor):
    other = calibration.assign(recency=factor * calibration["recency"], T=factor * calibration["T"])
    model = fit_bgnbd(other)
    assert [model.r, model.alpha / factor, model.a, model.b] == pytest.approx(parameters(published), rel=1e-6)
    same = probability_alive(model, other)
    assert same.to_numpy() == pytest.approx(probability_alive(published, calibration).to_numpy(), abs=1e-7)
    ahead = expected_purchases(model, other, 273 * factor)
    assert ahead.to_numpy() == pytest.approx(expected_purchases(published, calibration, 273).to_numpy(), rel=1e-5)


def test_row_order_does_not_matter(calibration, published):
    assert parameters(fit_bgnbd(calibration.sample(frac=1, random_state=1))) == parameters(published)


@pytest.mark.parametrize("seed", range(3))
def test_agrees_with_lifetimes(seed):
    truth = np.random.RandomState(seed).uniform([0.3, 2, 0.4, 1.5], [1.2, 10, 1.2, 4])
    world = histories(1500, *truth, seed=seed)
    ours, theirs = fit_bgnbd(world), BetaGeoFitter()
    x, t_x, T = world["frequency"], world["recency"] / 7, world["T"] / 7
    theirs.fit(x, t_x, T, tol=1e-6)
    assert parameters(ours) == pytest.approx(theirs.params_[["r", "alpha", "a", "b"]].to_numpy(), rel=2e-3)
    same = model_of(*theirs.params_[["r", "alpha", "a", "b"]])
    alive = theirs.conditional_probability_alive(x, t_x, T)
    assert probability_alive(same, world).to_numpy() == pytest.approx(np.asarray(alive), rel=1e-9)
    ahead = theirs.conditional_expected_number_of_purchases_up_to_time(20, x, t_x, T)
    assert expected_purchases(same, world, 140).to_numpy() == pytest.approx(np.asarray(ahead), rel=1e-6)


@pytest.mark.parametrize(
    ("x", "weeks", "age", "a"), [(0, 0, 30, 0.8), (2, 25, 30, 0.8), (7, 29, 30, 1.0), (7, 10, 30, 1.7)]
)
def test_expectations_against_quadrature(x, weeks, age, a):
    """Both over rates and over chances of leaving; at a = 1 the published formula is 0/0."""
    r, alpha, b, ahead = 0.7, 6.0, 2.5, 26.0
    seen = weeks if x else age  # what all histories share goes into the weight
    rate, rate_weight = roots_genlaguerre(60, r + x - 1)
    leaving, leaving_weight = roots_sh_jacobi(60, a + b - 1, a)
    rate, weight = rate[:, None] / (alpha + seen), rate_weight[:, None] * leaving_weight
    here = weight * (1 - leaving) ** x * np.exp(-rate * (age - seen))
    gone = weight * leaving * (1 - leaving) ** (x - 1) if x else np.zeros_like(weight)
    model, customer = model_of(r, alpha, a, b), one_customer(x, weeks, age)
    total = (here + gone).sum()
    assert probability_alive(model, customer).item() == pytest.approx(here.sum() / total, rel=1e-9)
    expected = (here * (1 - np.exp(-rate * leaving * ahead)) / leaving).sum() / total
    assert expected_purchases(model, customer, 7 * ahead).item() == pytest.approx(expected, rel=1e-8)


@pytest.mark.parametrize("a", [100, 400, 1000, 1e6])
def test_customers_who_leave_alike_are_expected_to_buy(a):
    """₂F₁ gave NaN and −∞ from a ≈ 400 on; with the same chance for all there is a closed form to compare with."""
    p, r, alpha, weeks = 1 / 6.7, 1.5, 4.0, 156.5
    few = pd.DataFrame({"frequency": [0.0, 2, 10], "recency": [0.0, 140, 630], "T": [182.0, 420, 728]})
    expected = expected_purchases(model_of(r, alpha, a, 5.7 * a), few, 7 * weeks)
    x, age = few["frequency"], few["T"] / 7
    odds = p / (1 - p) * ((alpha + age) / (alpha + few["recency"] / 7)) ** (r + x)
    while_here = (1 - ((alpha + age) / (alpha + age + p * weeks)) ** (r + x)) / p
    limit = while_here / (1 + odds.where(x > 0, 0))
    assert expected.to_numpy() == pytest.approx(limit.to_numpy(), rel=20 / a)


def test_a_company_whose_customers_leave_alike():
    """The chances of leaving have next to no spread: a + b is held, what is told of customers is not moved."""
    world = histories(6_000, 1.5, 4.0, 1500, 8500, seed=10, weeks=104, ahead=52)
    model = fit_bgnbd(world)
    assert (model.r, model.alpha, model.a / (model.a + model.b)) == pytest.approx((1.5, 4.0, 0.15), rel=0.1)
    ahead = expected_purchases(model, world, 3 * 365.25)
    assert np.isfinite(ahead).all() and (ahead >= 0).all()
    assert np.isfinite(model.table()).all(axis=None)
    assert probability_alive(model, world).sum() == pytest.approx(world["here"].sum(), rel=0.05)


def test_heavy_buyers_and_long_times_stay_finite():
    model, customer = model_of(0.5, 4.0, 0.7, 2.5), one_customer(3000, 299.9, 300)
    ahead = [expected_purchases(model, customer, 7 * weeks).item() for weeks in (0, 1, 100, 1e4)]
    assert ahead[0] == 0
    assert ahead[1] == pytest.approx(10, rel=0.02)  # ten purchases a week so far, hardly a chance to leave
    assert np.isfinite(ahead).all() and (np.diff(ahead) > 0).all()


def test_the_truth_is_found_and_forecast():
    world = histories(20_000, **TRUTH, seed=3, ahead=30)
    model = fit_bgnbd(world)
    table = model.table()
    truth = pd.Series(TRUTH)
    assert ((table["low"] < truth) & (truth < table["high"])).all()
    alive, ahead = probability_alive(model, world), expected_purchases(model, world, 210)
    came_back = world["frequency"] > 0
    tenth = pd.qcut(alive[came_back].rank(method="first"), 10, labels=False)
    by_tenth = pd.DataFrame({"said": alive, "is": world["here"]})[came_back].groupby(tenth).mean()
    assert (by_tenth["said"] - by_tenth["is"]).abs().max() < 0.03
    by_count = pd.DataFrame({"said": ahead, "is": world["future"]}).groupby(world["frequency"].clip(upper=6)).mean()
    assert by_count["said"].to_numpy() == pytest.approx(by_count["is"].to_numpy(), rel=0.12)


def test_intervals_hold_the_truth():
    tables = [fit_bgnbd(histories(2000, **TRUTH, seed=100 + seed)).table() for seed in range(10)]
    for name, value in TRUTH.items():
        assert sum(table.loc[name, "low"] <= value <= table.loc[name, "high"] for table in tables) >= 8


def test_the_teaching_company(teaching):
    """Its customers leave with time, not after a purchase: P(alive) puts them in the right order, and is too sure."""
    truth = pd.read_csv(crmlib.default_data() / "truth" / "customers.csv", index_col="customer_id")
    summary = crmlib.customer_summary(teaching)
    persons = summary[summary.index.isin(teaching.customers.query("kind == 'person'")["customer_id"])]
    model = fit_bgnbd(persons[~persons["opening_stock"]])
    assert np.isfinite(model.table()).all(axis=None)
    again = persons[persons["frequency"] > 0]
    alive = probability_alive(model, again)
    there = ~(pd.to_datetime(truth["left_on"]) <= teaching.as_of).reindex(again.index)
    tenth = pd.qcut(alive.rank(method="first"), 10, labels=False)
    share = there.groupby(tenth).mean()
    assert share.iloc[0] < 0.55 and share.iloc[-3:].min() > 0.9 and share.corr(pd.Series(range(10)), "spearman") > 0.95
    assert abs(alive.groupby(tenth).mean() - share).max() < 0.4
    once = persons[persons["frequency"] == 0]
    assert (probability_alive(model, once) == 1).all()
    assert (pd.to_datetime(truth["left_on"]).reindex(once.index) <= teaching.as_of).mean() > 0.3


def test_half_a_year_ahead_in_the_teaching_company(teaching):
    """Expected purchases against what came, by tenth: within a fifth where more than one is expected."""
    start = teaching.at("2024-06-30")
    summary = crmlib.customer_summary(start)
    persons = summary[summary.index.isin(start.customers.query("kind == 'person'")["customer_id"])]
    ahead = expected_purchases(fit_bgnbd(persons[~persons["opening_stock"]]), persons, 184)
    days = crmlib.purchase_days(teaching).query("amount > 0 and day > '2024-06-30'")
    came = days.groupby("customer_id").size().reindex(persons.index, fill_value=0)
    by_tenth = pd.DataFrame({"said": ahead, "is": came}).groupby(pd.qcut(ahead.rank(method="first"), 10)).mean()
    many = by_tenth[by_tenth["said"] > 1]
    assert len(many) >= 3 and (many["said"] / many["is"] - 1).abs().max() < 0.3
    assert by_tenth["is"].corr(by_tenth["said"]) > 0.98


def test_orders_alone_carry_the_model(orders_only):
    summary = crmlib.customer_summary(orders_only)
    alive = probability_alive(fit_bgnbd(summary[~summary["opening_stock"]]), summary)
    assert alive.index.equals(summary.index) and alive.between(0, 1).all()


def test_too_few_came_back(calibration):
    with pytest.raises(TooFew, match="bought again: 0 of 2"):
        fit_bgnbd(pd.DataFrame({"frequency": [0, 0], "recency": [0, 0], "T": [35, 63]}))
    with pytest.raises(TooFew, match="0 of 0"):
        fit_bgnbd(calibration.iloc[:0])


def test_no_sign_of_leaving_is_said():
    bought = np.random.RandomState(5).poisson(8, 300) + 1
    with pytest.raises(NotConverged, match="BG/NBD"):
        fit_bgnbd(pd.DataFrame({"frequency": bought, "recency": 279.3, "T": 280.0}))
    with pytest.raises(NotConverged, match="BG/NBD"):
        fit_bgnbd(histories(2000, 0.8, 6.0, 1e-4, 50.0, seed=3))


@pytest.mark.parametrize("row", [(1, 9, 5), (-1, 0, 5), (0, 3, 5), (np.nan, 0, 5), (0.5, 1, 5), (1, 1, np.inf)])
def test_impossible_histories_are_refused(row):
    both = pd.concat([one_customer(2, 3, 5), one_customer(*row)], ignore_index=True)
    for function in (fit_bgnbd, lambda table: probability_alive(model_of(**TRUTH), table)):
        with pytest.raises(DataFault, match="1 customers have an impossible history, the first is 1"):
            function(both)


def test_what_is_missing_or_not_ahead_is_said():
    with pytest.raises(DataFault, match="no column T"):
        fit_bgnbd(one_customer(1, 1, 2).drop(columns="T"))
    for days in (-1, np.nan, np.inf):
        with pytest.raises(CrmError, match="days"):
            expected_purchases(model_of(**TRUTH), one_customer(1, 1, 2), days)


def test_a_year_earlier_the_teaching_company_carries_the_model(teaching):
    """Few have left by then, so how much chances of leaving differ is hard to see; that must not stop the chapter."""
    start = teaching.at(f"{teaching.as_of.year - 1}-12-31")
    summary = crmlib.customer_summary(start)
    persons = summary[summary.index.isin(start.customers.query("kind == 'person'")["customer_id"])]
    table = fit_bgnbd(persons[~persons["opening_stock"]]).table()
    assert np.log(table["high"] / table["low"]).max() < 10  # of 11.8 at which it would be refused
