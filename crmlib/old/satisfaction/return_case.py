"""What to fix first in one company: the worth of a point, projects with assumed effects, the choice under a budget."""

import pandas as pd

from crmlib.old.notices import needs
from crmlib.old.satisfaction.indicators import purchases
from crmlib.old.satisfaction.notices import without_constructs
from crmlib.old.satisfaction.priorities import choose_projects, return_on_quality
from crmlib.old.satisfaction.repurchase import later_purchases, margin_per_point

# Assumptions of the exercise, to be edited: the rise of an index in points, and the cost as a share of a year's sales.
PROJECTS = {
    "deliver on the promised day": ("perceived_quality", 2.0, 0.006),
    "train shop and hotline staff": ("perceived_quality", 1.5, 0.008),
    "fresher tea on the shelf": ("perceived_quality", 1.0, 0.002),
    "fair and clear prices": ("perceived_value", 2.0, 0.005),
    "image campaign": ("image", 2.0, 0.015),
    "answer within two hours": ("perceived_quality", 1.5, 0.003),
}


@needs("survey", "orders")
def margin_of_a_point(db, model, months=6):
    """Yearly margin per customer that goes with one more point of the satisfaction index (``margin_per_point``).

    Parameters: ``model`` of the survey of ``db``; ``months`` after each answer that are looked at.
    Returns a table of one row: margin_per_point, low, high (money a customer and year).
    """
    lacking = without_constructs(model, "satisfaction")
    if lacking:
        return lacking
    later = later_purchases(db, months)
    points = model.index_scores["satisfaction"].reindex(later["answer"]).set_axis(later.index)
    found = margin_per_point(later, points)
    return pd.DataFrame([found], index=["one point of satisfaction"], columns=["margin_per_point", "low", "high"])


@needs("orders")
def improvement_projects(db, projects=PROJECTS):
    """The projects to choose from, with their assumed effects; costs grow with the company.

    Parameters: ``projects`` name → (construct, points of its index, cost as a share of a year's sales).
    Returns one row a project: construct, points, cost (money).
    """
    sales = purchases(db, db.as_of - pd.DateOffset(years=1), db.as_of).sum()
    table = pd.DataFrame.from_dict(projects, orient="index", columns=["construct", "points", "cost_share"])
    return table.assign(cost=table.pop("cost_share") * sales).rename_axis("project")


@needs("orders")
def project_returns(db, model, projects, worth, intervals=None):
    """What each project brings for its cost in a year, with its range (``return_on_quality``).

    Parameters: ``projects`` from ``improvement_projects``; ``worth`` from ``margin_of_a_point``; ``intervals``
    PathIntervals. Reached are the buyers of the last year. Projects on constructs that the survey lacks are left out.
    """
    lacking = without_constructs(model, "satisfaction")
    measured = projects[projects["construct"].isin(model.constructs.index)]
    if lacking or measured.empty:
        return lacking or without_constructs(model, *projects["construct"])
    buyers = len(purchases(db, db.as_of - pd.DateOffset(years=1), db.as_of))
    return return_on_quality(model, measured, tuple(worth.iloc[0]), buyers, intervals)


@needs("orders")
def projects_within_budget(db, returns, budget_share):
    """The most profitable projects that a budget can pay (``choose_projects``).

    Parameters: ``returns`` from ``project_returns``; ``budget_share`` of a year's sales.
    """
    sales = purchases(db, db.as_of - pd.DateOffset(years=1), db.as_of).sum()
    return choose_projects(returns, budget_share * sales)
