"""What if: raise an index and follow the arrows; draw the importance–performance map in other ways."""

import pandas as pd

from crmlib.old.explorers import Choice, Explorer, Slider
from crmlib.old.figures import Notice, money
from crmlib.old.notices import needs
from crmlib.old.satisfaction.charts.decisions import plot_importance_performance, plot_what_if
from crmlib.old.satisfaction.charts.labels import words
from crmlib.old.satisfaction.driver_case import IMPORTANCE, PERFORMANCE
from crmlib.old.satisfaction.drivers import perceived_dimensions, stated_importance
from crmlib.old.satisfaction.indicators import purchases
from crmlib.old.satisfaction.notices import without_constructs
from crmlib.old.satisfaction.priorities import importance_performance, what_if
from crmlib.old.satisfaction.service_quality import quality_gaps

FARTHEST = 10.0
FIRST_MOVE = {"perceived_quality": 2.0}


def explore_path_model(model, intervals=None, money_per_point=None, currency="", target="satisfaction"):
    """Move the causes, and see what follows along the arrows.

    Parameters: model - PathModel; intervals - PathIntervals, for limits of the changes; money_per_point - yearly margin
    of all customers for one point of satisfaction as (estimate, low, high), or None; target - a construct.
    Returns: Explorer with one slider (index points up or down) for each cause of the target.
    """
    lacking = model if isinstance(model, Notice) else without_constructs(model, target)
    if lacking:
        return lacking
    intervals = None if isinstance(intervals, Notice) else intervals
    known_money = money_per_point is not None and not isinstance(money_per_point, Notice)
    names = [name for name in model.constructs.index if name != target]
    causes = [name for name in names if (model.paths["source"] == name).any()]

    def draw(**changes):
        table = what_if(model, changes, intervals)
        picture = plot_what_if(table, target)
        if not known_money:
            return picture
        gains = sorted(table.loc[target, "change"] * worth for worth in money_per_point[1:])
        gain = money(table.loc[target, "change"] * money_per_point[0], currency)
        words_of_money = f" That goes with {gain} of margin a year ({money(gains[0])} to {money(gains[1], currency)})."
        picture.description += words_of_money
        return picture

    sliders = {
        name: Slider(f"{words(name).capitalize()}, points", FIRST_MOVE.get(name, 0.0), -FARTHEST, FARTHEST, 0.5, "+.1f")
        for name in causes
    }
    return Explorer(draw, **sliders)


@needs("orders")
def total_margin_per_point(db, worth):
    """What one point of satisfaction goes with, over all customers who bought in the last year.

    Parameters: db - customer database; worth - from `margin_of_a_point`. Returns: (estimate, low, high), money a year.
    """
    buyers = len(purchases(db, db.as_of - pd.DateOffset(years=1), db.as_of))
    return tuple(float(value) * buyers for value in worth.iloc[0])


@needs("service_ratings")
def explore_importance_performance(db, derived):
    """Draw the importance–performance map in other ways: does the same dimension come first?

    Parameters: db - customer database; derived - from `driver_importance`.
    Returns: Explorer with importance (derived or stated), performance (perceived or gap) and lines (mean or median).
    """
    importances = {"derived": derived["importance"], "stated": stated_importance(db)["stated"]}
    performances = {"perceived": perceived_dimensions(db).mean(), "gap": quality_gaps(db, side=None)["gap"]}

    def draw(importance, performance, lines):
        table = importance_performance(importances[importance], performances[performance], lines)
        return plot_importance_performance(table, IMPORTANCE[importance], PERFORMANCE[performance])

    return Explorer(
        draw,
        importance=Choice("Importance", "derived", {text: name for name, text in IMPORTANCE.items()}),
        performance=Choice("Performance", "perceived", {text: name for name, text in PERFORMANCE.items()}),
        lines=Choice("Lines at the", "mean", {"means": "mean", "medians": "median"}),
    )
