"""The index brought together with the customers' other facts: their grade, the wave, what they bought."""

import pandas as pd

from crmlib.old.figures import Notice
from crmlib.old.grading.measures import best_measure
from crmlib.old.grading.profit import customer_profit
from crmlib.old.grading.pyramid import grade_customers
from crmlib.old.notices import hands_on_notices, needs
from crmlib.old.satisfaction.groups import compare_groups, index_by_group
from crmlib.old.satisfaction.notices import without_constructs
from crmlib.old.satisfaction.path_intervals import bootstrap_path_model


@needs("survey")
def index_intervals(db, model, resamples=500, confidence=0.95):
    """Bootstrap intervals of the path model; customers who answered several times are drawn with all their answers.

    Parameters: ``db`` the database whose survey the ``model`` describes. Returns PathIntervals.
    """
    return bootstrap_path_model(model, resamples, confidence, people=db.survey["customer_id"])


@hands_on_notices
def index_with_intervals(intervals):
    """The index of each construct with its interval: estimate, standard_error, low, high."""
    return intervals.index


@hands_on_notices
def index_scores(model):
    """Index scores 0–100, one row an answer and one column a construct.

    Parameters: ``model`` a PathModel. Returns a DataFrame; a Notice is handed on.
    """
    return model.index_scores


@hands_on_notices
def item_table(model):
    """The items of a path model: construct, mean, deviation, loading, weight, index_weight.

    Parameters: ``model`` a PathModel. Returns a DataFrame; a Notice is handed on.
    """
    return model.items


@needs("survey")
def survey_answers(db):
    """The answers to the survey, one row each; a Notice where the company has none."""
    return db.survey


@needs("orders")
def earlier_grades(db, months=12):
    """The grade of each customer (chapter 6) by what was known some months before.

    A grade made from the year that is looked at would find that good customers bought much in it.

    Returns Series customer_id → key, major, ordinary or small.
    """
    day = db.as_of - pd.DateOffset(months=months)
    if day < db.orders["order_date"].min():
        return Notice(f"Left out: no order is known {months} months before {db.as_of:%Y-%m-%d} to grade customers by.")
    profit = customer_profit(db.at(day))
    return grade_customers(profit[best_measure(profit)])


@needs("survey")
def customer_index(db, model, construct="satisfaction"):
    """Index of each customer at the last answer.

    Parameters: ``db`` the database whose survey the ``model`` describes. Returns Series customer_id → points 0–100.
    """
    lacking = without_constructs(model, construct)
    if lacking:
        return lacking
    scores = model.index_scores[construct]
    last = db.survey.loc[scores.index, ["customer_id", "answered_on"]].assign(score=scores)
    return last.sort_values("answered_on", kind="stable").groupby("customer_id")["score"].last()


@needs("survey")
def index_by_wave(db, model, construct="satisfaction"):
    """Mean index of each survey wave (half-years where the survey names no waves), with interval.

    Returns the table of ``index_by_group``.
    """
    return without_constructs(model, construct) or index_by_group(model.index_scores[construct], waves_of(db.survey))


@needs("survey")
def index_by_grade(db, model, grades, months=12, construct="satisfaction"):
    """Mean index of each grade over the months up to the database's date, with interval.

    Parameters: ``grades`` Series customer_id → grade. Returns the table of ``index_by_group``.
    """
    return without_constructs(model, construct) or index_by_group(*_recent(db, model, grades, months, construct))


@needs("survey")
def compare_grades(db, model, grades, months=12, construct="satisfaction"):
    """All pairs of grades compared on the index, as ``compare_groups`` does. Parameters as in ``index_by_grade``."""
    return without_constructs(model, construct) or compare_groups(*_recent(db, model, grades, months, construct))


def waves_of(survey):
    """The wave of each answer; the half-year of the answer where the survey names no waves."""
    if "wave" in survey and survey["wave"].notna().any():
        return survey["wave"]
    day = survey["answered_on"].dt
    return day.year.astype(str) + "H" + ((day.month > 6) + 1).astype(str)


def _recent(db, model, grades, months, construct):
    survey = db.survey
    recent = survey[survey["answered_on"] > db.as_of - pd.DateOffset(months=months)]
    scores = model.index_scores[construct]
    return scores[scores.index.isin(recent.index)], survey["customer_id"].map(grades)
