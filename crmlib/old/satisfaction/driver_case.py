"""Drivers of satisfaction in one company: its quality ratings together with its satisfaction index."""

import pandas as pd

from crmlib.errors import DataFault
from crmlib.old.notices import needs
from crmlib.old.satisfaction.by_customer import customer_index
from crmlib.old.satisfaction.drivers import (
    perceived_dimensions,
    relative_importance,
    stated_against_derived,
    stated_importance,
)
from crmlib.old.satisfaction.priorities import importance_performance
from crmlib.old.satisfaction.service_quality import quality_gaps

IMPORTANCE = {"derived": "derived importance (share explained)", "stated": "stated importance (1–10)"}
PERFORMANCE = {"perceived": "perception (1–7)", "gap": "perception − expectation (points of 7)"}


@needs("survey", "service_ratings")
def driver_importance(db, model, resamples=300):
    """How much of the differences in satisfaction each quality dimension explains (LMG).

    Perceptions come from ``service_ratings``, satisfaction is the index of the same customers at their last answer.
    Returns the table of ``relative_importance``.
    """
    return relative_importance(*perceptions_and_outcome(db, model), resamples)


@needs("survey", "service_ratings")
def stated_and_derived(db, derived):
    """What customers say is important beside what moves their satisfaction: see ``stated_against_derived``.

    Parameters: ``derived`` from ``driver_importance``.
    """
    return stated_against_derived(stated_importance(db)["stated"], derived)


@needs("service_ratings")
def dimension_map(db, derived=None, importance="derived", performance="perceived"):
    """The importance–performance map of the quality dimensions.

    Parameters: ``derived`` from ``driver_importance`` (needed for importance "derived"); ``importance`` "derived" or
    "stated"; ``performance`` "perceived" or "gap". Returns the table of ``importance_performance``.
    """
    axis = {"derived": lambda: derived["importance"], "stated": lambda: stated_importance(db)["stated"]}[importance]()
    scores = {
        "perceived": lambda: perceived_dimensions(db).mean(),
        "gap": lambda: quality_gaps(db, side=None)["gap"],
    }[performance]()
    return importance_performance(axis, scores)


def perceptions_and_outcome(db, model):
    """Perceived dimensions and satisfaction index of those who gave both; raises DataFault when nobody did."""
    perceived, outcome = perceived_dimensions(db), customer_index(db, model)
    if not isinstance(outcome, pd.Series):
        raise DataFault(outcome.text.removeprefix("Left out: "))
    both = perceived.index.intersection(outcome.index)
    if both.empty:
        raise DataFault("Nobody answered both the survey and the quality ratings.")
    return perceived.loc[both], outcome[both]
