"""What the chapter's figures say: titles follow the data, Notices pass, no company's words in another's figure."""

import pandas as pd
import pytest

from crmlib.old import grading
from crmlib.old.figures import Notice, Picture
from crmlib.old.grading import charts
from crmlib.old.grading.claims import claim_80_20, claim_big_are_best, claim_top_tenth
from crmlib.old.grading.cohorts import cohort_ages, cohort_lifetime_value
from crmlib.old.grading.holdout import calibration_table, holdout_errors, holdout_predictions
from crmlib.old.grading.lifetime_value import lifetime_value_levers


def pictures_of(db):
    """Every figure of the chapter for one company, by name."""
    profit = grading.customer_profit(db)
    best = profit[profit.columns[-1]]
    grades, retention = grading.grade_customers(best), grading.retention_by_grade(db)
    scores = grading.rfm_scores(db.table("orders"), db.as_of)
    side = grading.grades_side_by_side(profit, scores)
    stakes = grading.value_at_stake(profit, grades, retention, 0.4)
    accounts = grading.largest_accounts(profit)
    moves, predictions = grading.grade_moves(db), holdout_predictions(db)
    ages = cohort_lifetime_value(cohort_ages(db.table("orders"), db.as_of), 0.1, 0.4)
    currency = db.company.currency
    return {
        "whale": charts.plot_whale_curve(profit),
        "lorenz": charts.plot_lorenz_curve(profit),
        "pareto": charts.plot_pareto_shares(grading.pareto_shares(profit, repeats=50)),
        "kinds": charts.plot_relationship_kinds(grading.relationship_table(grading.relationship_customers(db))),
        "size": charts.plot_size_and_profit(grading.size_and_profitability(db)),
        "pyramid": charts.plot_pyramid(grading.grade_table(grades, profit)),
        "rfm": charts.plot_rfm_segments(grading.segment_table(scores, grading.rfm_segments(scores))),
        "cross": charts.plot_cross_table(grading.cross_table(side["revenue"], side["RFM"])),
        "stability": charts.plot_cluster_stability(grading.cluster_stability(scores, (2, 3, 4), repeats=3)),
        "allocation": charts.plot_allocation(grading.allocate_service(stakes, grading.yearly_budget(profit, 0.01))),
        "losses": charts.plot_account_losses(accounts, grading.loss_scenarios(accounts, 0.1)),
        "migration": charts.plot_migration(grading.migration_matrix(moves)),
        "equity": charts.plot_customer_equity(grading.customer_equity(moves, draws=50)),
        "treatment": charts.plot_treatment(grading.treatment_table(grading.recommended_treatment(db))),
        "claims": charts.plot_claims(
            [claim_80_20(profit, 50), claim_top_tenth(profit, 50), claim_big_are_best(profit)]
        ),
        "cohort": charts.plot_cohort_value(ages, currency),
        "calibration": charts.plot_calibration(calibration_table(predictions)),
        "errors": charts.plot_holdout_errors(holdout_errors(predictions, 20), currency=currency),
        "levers": charts.plot_lifetime_value_levers(
            lifetime_value_levers(100, 0.8, 0.1, timing="after_renewal", acquisition_cost=20), currency
        ),
    }


@pytest.fixture(scope="module")
def with_costs(db):
    return pictures_of(db)


@pytest.fixture(scope="module")
def orders_alone(orders_only):
    return pictures_of(orders_only)


def test_every_figure_has_a_message_and_a_description(with_costs):
    for name, picture in with_costs.items():
        assert isinstance(picture, Picture), name
        assert len(picture.title) > 20 and len(picture.description) > 40, name
        assert "nan" not in picture.alt and "not available" not in picture.alt, name
        assert not picture.title.endswith("."), name
        assert len(picture.title) <= 130, name


def test_every_figure_can_be_drawn(with_costs, orders_alone):
    for picture in [*with_costs.values(), *orders_alone.values()]:
        if isinstance(picture, Picture):
            assert picture.png().startswith(b"\x89PNG")


def test_without_costs_only_the_figure_on_profitability_is_a_sentence(orders_alone):
    assert [name for name, picture in orders_alone.items() if isinstance(picture, Notice)] == ["size"]
    for name, picture in orders_alone.items():
        assert "profit" not in str(getattr(picture, "title", "")).lower().replace("top-profit", ""), name
        assert "CNY" not in repr(picture) and "tea" not in repr(picture).split(), name


def test_a_notice_passes_every_figure_unchanged():
    notice = Notice("No costs are known.")
    for name in charts.__all__:
        if name != "plot_claims":
            function = getattr(charts, name)
            assert (function(notice, notice) if name == "plot_account_losses" else function(notice)) is notice


def profits(values):
    return pd.DataFrame({"profit": [float(value) for value in values]}, index=[f"C{n:03d}" for n in range(len(values))])


def test_whale_title_says_whether_profit_is_given_back():
    losing = charts.plot_whale_curve(profits([60, 50, 10, -20] * 10))
    assert losing.title == "75 % of customers earn 120 % of the profit; the others give 20 % of it back"
    assert charts.plot_whale_curve(profits([10] * 10)).title == "The best fifth of customers bring 20 % of profit"


def test_lorenz_title_says_when_half_the_customers_cost_money():
    title = charts.plot_lorenz_curve(profits([100, 100, -10, -10])).title
    assert title == "50 % of customers cost more than they bring; the worst 1 % alone lose 6 % of profit"
    assert charts.plot_lorenz_curve(profits([10] * 10)).title.endswith("bring 50 % of profit")


@pytest.mark.parametrize(
    ("worst", "start"),
    [([0.99, 0.9, 0.8], "Every number from 2 to 4"), ([0.99, 0.5, 0.8], "Only with 2, 4"), ([0.5] * 3, "With no")],
)
def test_cluster_title_names_all_numbers_that_come_back(worst, start):
    table = pd.DataFrame({"clusters": [2, 3, 4], "mean": 0.9, "worst": worst, "smallest": 0.1})
    assert charts.plot_cluster_stability(table).title.startswith(start)


def test_a_grade_without_customers_is_left_open():
    states = pd.CategoricalDtype(["key", "small", "inactive"], ordered=True)
    moves = pd.DataFrame({"before": ["small"] * 3, "now": ["key", "small", "inactive"], "value_now": [5.0, 1, 0]})
    moves = moves.astype({"before": states, "now": states})
    moves.attrs = {"measure": "profit", "period_years": 1.0}
    picture = charts.plot_migration(grading.migration_matrix(moves))
    assert picture.title.startswith("33 % of small") and "nobody was key or inactive before" in picture.description
    equity = charts.plot_customer_equity(grading.customer_equity(moves, draws=20))
    assert "nobody is known to come back" in equity.description


def test_former_customers_are_counted_beside_the_treatments(db):
    treated = grading.recommended_treatment(db)
    picture = charts.plot_treatment(grading.treatment_table(treated))
    assert f"{treated.attrs['without']:,} former customers" in picture.description


def test_claims_title_counts_those_that_hold():
    even, steep = profits([10] * 100).assign(revenue=10.0), profits([80] * 40 + [5] * 160).assign(revenue=1.0)
    assert charts.plot_claims([claim_80_20(even), claim_80_20(steep)]).title.startswith("1 of 2 claims hold")


def test_holdout_title_names_the_best_only_where_the_paired_difference_is_clear(db):
    errors = holdout_errors(holdout_predictions(db), 20)
    for measure in ("error", "bias"):
        errors.loc[("value", "cohort"), [f"{measure}_behind", f"{measure}_behind_lower"]] = [0.0, 0.0]
        for method in ("simple", "probabilistic"):
            errors.loc[("value", method), [f"{measure}_behind", f"{measure}_behind_lower"]] = [5.0, 0.1]
    title = charts.plot_holdout_errors(errors).title
    assert title == "Customer by customer the cohort average errs least, and in sum too"
    errors.loc[("value", "simple"), "error_behind_lower"] = -0.1
    title = charts.plot_holdout_errors(errors).title
    assert title == "Customer by customer no method is clearly best; in sum the cohort average is nearest"
    errors.loc[("value", "simple"), "bias_behind_lower"] = -0.1
    assert charts.plot_holdout_errors(errors).title.startswith("No method is clearly best")


def test_holdout_says_what_is_predicted_and_calls_no_part_the_formula(db):
    picture = charts.plot_holdout_errors(holdout_errors(holdout_predictions(db), 20), currency="CNY")
    assert "formula" not in repr(picture) and "last half-year × retention: sum" in picture.description
    assert "revenue net of returns per customer in the 182 days" in picture.description
    assert "on the same customers" in picture.description


def test_the_cohort_figure_leaves_out_the_quarter_in_which_everybody_buys(db):
    orders = db.table("orders")
    ages = cohort_ages(orders, db.as_of)
    table = cohort_lifetime_value(ages, 0.1, orders=orders, draws=20)
    picture = charts.plot_cohort_value(table, "CNY")
    shares = picture.figure.axes[1].lines[0].get_ydata()
    assert len(shares) == len(table) - 1 and shares.max() < 1
    assert "everybody buys by definition" in picture.description and "95 % interval" in picture.description
    table.attrs |= {"left_out": 12, "opening_days": 90}
    assert "12 customers first seen in the first 90 days" in charts.plot_cohort_value(table).description


def test_calibration_speaks_of_money_and_of_heavy_buyers(db):
    predictions = holdout_predictions(db)
    purchases, value = (
        charts.plot_calibration(calibration_table(predictions, target=target), "CNY")
        for target in ("purchases", "value")
    )
    assert "purchases" in purchases.title and "CNY" not in purchases.description
    assert "revenue" in value.title and "CNY expected" in value.description
    assert "for the heaviest buyers (" in value.description


def test_probability_alive_is_reconciled_with_a_year_of_silence(db):
    models = grading.fit_lifetime_models(db)
    lifetime = grading.customer_lifetime_value(models, 0.4)
    silent = (models.summary["since_last"] > 52.18).mean()
    description = charts.plot_probability_alive(lifetime).description
    assert f"{100 * silent:.0f} % have not bought for a year" in description


def test_grades_of_the_readers_own_get_colours():
    grades = grading.grade_customers(profits(range(1, 41))["profit"], {"gold": 0.1, "silver": 0.3, "rest": 0.6})
    picture = charts.plot_pyramid(grading.grade_table(grades, profits(range(1, 41))))
    assert picture.title.startswith("The gold and silver grades are 40 % of customers")
