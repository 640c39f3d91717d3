"""Index, grades and waves brought together; drivers, returns and tables of the chapter."""

import numpy as np
import pandas as pd
import pytest

import crmlib
from crmlib.old import satisfaction
from crmlib.old.figures import Notice

from .company import Database


@pytest.fixture(scope="module")
def grades(truth):
    return pd.Series(np.where(truth["satisfaction"] > 0, "key", "small"), truth.index)


@pytest.fixture(scope="module")
def teaching_company():
    return crmlib.open_database(crmlib.default_data())


def test_a_customer_counts_with_the_last_answer():
    days = pd.to_datetime(["2024-03-01", "2024-01-01"] * 100)
    customers = np.repeat([f"C{i}" for i in range(100)], 2)
    generator = np.random.default_rng(1)
    common = generator.integers(2, 9, 200)
    columns = {
        f"{name}_{n}": (common + generator.integers(-1, 2, 200)).clip(1, 10)
        for name in ("perceived_quality", "satisfaction")
        for n in (1, 2, 3)
    }
    db = Database({"survey": pd.DataFrame({"customer_id": customers, "answered_on": days, **columns})})
    model = satisfaction.satisfaction_index(db)
    assert satisfaction.customer_index(db, model)["C7"] == pytest.approx(model.index_scores["satisfaction"][14])
    assert list(satisfaction.index_by_wave(db, model).index) == ["2024H1"]
    assert "no questions on image" in satisfaction.customer_index(db, model, "image").text
    assert "no questions on expected quality" in satisfaction.disconfirmation(model).text


def test_grades_are_those_of_a_year_before(teaching_company):
    grades = satisfaction.earlier_grades(teaching_company)
    before = teaching_company.at("2023-12-31").orders["customer_id"]
    assert set(grades.index) >= set(before) and len(grades) < teaching_company.customers.shape[0]
    assert list(grades.cat.categories) == ["key", "major", "ordinary", "small"]
    assert isinstance(satisfaction.earlier_grades(teaching_company.at("2021-06-30")), Notice)


def test_index_by_grade_looks_at_the_last_year_only(db, survey_model, grades):
    table = satisfaction.index_by_grade(db, survey_model, grades)
    recent = (db.survey["answered_on"] > pd.Timestamp("2023-12-31")).sum()
    assert table["respondents"].sum() == recent
    assert table.loc["key", "mean"] > table.loc["small", "mean"]
    assert satisfaction.compare_grades(db, survey_model, grades)["clear"].all()


def test_plan_uses_response_and_customers_of_each_grade(db, survey_model, grades):
    plan = satisfaction.plan_survey(db, survey_model, grades, 2.0, 3.0)
    assert set(plan.index) == {"key", "small", "total"}
    assert (plan["invitations"] >= plan["answers"]).all()
    assert plan.loc["total", "cost"] == pytest.approx(3.0 * plan.loc["total", "invitations"])


def test_silence_is_compared_with_the_truth_where_it_is_known(teaching_company):
    model = satisfaction.satisfaction_index(teaching_company)
    truth = satisfaction.known_truth(crmlib.default_data())
    table = satisfaction.nonresponse_of_index(teaching_company, model, truth)
    assert table["error"].abs().iloc[1:].max() < abs(table["error"].iloc[0])
    assert "truth" in satisfaction.plot_nonresponse(table).description
    plain = satisfaction.nonresponse_of_index(teaching_company, model)
    assert plain["error"].isna().all() and "truth" not in satisfaction.plot_nonresponse(plain).description
    assert satisfaction.known_truth("no such folder") is None


def test_margin_of_a_point_joins_each_answer_to_its_own_score(db, survey_model):
    later = satisfaction.later_purchases(db)
    keys = ["customer_id", "answered_on"]
    own = db.survey[keys].assign(points=survey_model.index_scores["satisfaction"])
    points = later[keys].merge(own, on=keys)["points"]
    found = satisfaction.margin_of_a_point(db, survey_model).iloc[0]
    assert tuple(found) == pytest.approx(satisfaction.margin_per_point(later, points))
    total = satisfaction.total_margin_per_point(db, satisfaction.margin_of_a_point(db, survey_model))
    assert total[0] > found["margin_per_point"]


def test_projects_within_the_budget(db, survey_model):
    projects = satisfaction.improvement_projects(db, {"a": ("perceived_quality", 2.0, 0.01), "b": ("none", 1.0, 0.01)})
    worth = pd.DataFrame([(5.0, 4.0, 6.0)], columns=["margin_per_point", "low", "high"])
    returns = satisfaction.project_returns(db, survey_model, projects, worth)
    assert list(returns.index) == ["a"]
    assert not satisfaction.projects_within_budget(db, returns, 0.0)["chosen"].any()


def test_priorities_can_be_traced(db):
    house = satisfaction.house_of_quality(db)
    traced = satisfaction.priority_traced(house)
    first = house.measures.index[0]
    whole = traced["contribution"].sum() / house.contributions.to_numpy().sum()
    assert whole == pytest.approx(house.measures.loc[first, "priority"])
    assert traced["priority_share"].sum() == pytest.approx(1)


def test_waves_of_the_net_promoter_score(db):
    table = satisfaction.nps_by_wave(db)
    assert list(table.index) == sorted(db.survey["wave"].unique())
    last = satisfaction.compare_last_waves(db).iloc[0]
    assert last["difference"] == pytest.approx(table["nps"].iloc[-1] - table["nps"].iloc[-2])


def test_readable_says_units_and_chances():
    table = pd.DataFrame(
        {"share": [0.125], "p_value": [0.0001], "kind": ["said_only"], "count": [1234], "gap": [-0.004]}
    )
    shown = satisfaction.readable(table).frame.iloc[0].tolist()
    assert shown == ["12.5 %", "below 0.001", "said only", "1,234", "0.00"]
    assert satisfaction.readable(table.head(0), empty="Nothing.").text == "Nothing."
    indicators = pd.DataFrame({"value": [0.5, 1234.5], "low": [0.4, 1000.0], "unit": ["share", "money"]})
    assert satisfaction.readable(indicators, ["value", "low"]).frame["value"].tolist() == ["50.0 %", "1,234"]


def test_figures_are_recorded_with_their_interval(capsys):
    table = pd.DataFrame({"nps": [50.0], "low": [40.0], "high": [60.0]}, index=["all"])
    satisfaction.record_from(table, "all", "nps", "net_promoters")
    assert capsys.readouterr().out.strip() == "net_promoters = 50 (40 to 60)"
    satisfaction.record_from(table, "nobody", "nps", "net_promoters")
    satisfaction.record_from(Notice("Left out."), "all", "nps", "net_promoters")
    assert capsys.readouterr().out == ""


def test_the_largest_of_a_column_is_recorded_wherever_it_stands(capsys):
    table = pd.DataFrame({"profit": [3.0, 9.0, 5.0], "low": 1.0, "high": 10.0}, index=["a", "b", "c"])
    satisfaction.record_from(table, "largest", "profit", "best_profit")
    assert "best_profit = 9 (1 to 10)" in capsys.readouterr().out


def test_readable_shows_three_digits_of_a_chance_and_what_lies_across():
    shown = satisfaction.readable(pd.DataFrame({"p_value": [0.0456]}))
    assert shown.frame.iloc[0, 0] == "0.046"
    assert satisfaction.readable(satisfaction.evaluation_table()).frame.columns.name == "dysfunctional"


def test_pairs_hardly_told_apart_are_named_with_three_digits():
    names = ["a", "b", "c"]
    ratios = pd.DataFrame([[1, 0.902, 0.5], [0.902, 1, 0.899], [0.5, 0.899, 1]], names, names)
    found = satisfaction.hardly_distinct(ratios)
    assert found["ratio"].tolist() == ["0.902", "0.899"]
    assert found["finding"].tolist() == ["above 0.9: hardly two things", "near 0.9"]
    assert satisfaction.hardly_distinct(ratios, near=0.95, limit=0.95).empty
