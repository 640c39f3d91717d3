"""The six classic mistakes, made on a company's own tables: one call each, or a sentence where a table is missing."""

from crmlib.old.notices import needs
from crmlib.old.satisfaction import mistakes
from crmlib.old.satisfaction.by_customer import customer_index
from crmlib.old.satisfaction.driver_case import perceptions_and_outcome, stated_and_derived
from crmlib.old.satisfaction.drivers import relative_importance
from crmlib.old.satisfaction.notices import without_constructs

ASKED_TOO_LITTLE = ("tangibles", "aesthetics", "features")


@needs("survey", survey=("satisfaction_class", "satisfaction_1"))
def mistake_of_design(db, model, points=3.0):
    """One question in words instead of an index. Parameters: ``points`` a change worth noticing. Returns a Mistake."""
    return without_constructs(model, "satisfaction") or mistakes.bad_design(db.survey, model.index_scores, points)


@needs("survey", "service_ratings")
def mistake_of_dimensions(db, model, asked=ASKED_TOO_LITTLE):
    """Only some quality dimensions asked. Parameters: ``asked`` those of the poor questionnaire. Returns a Mistake."""
    perceived, outcome = perceptions_and_outcome(db, model)
    there = [name for name in asked if name in perceived] or list(perceived.columns[:3])
    return mistakes.wrong_dimensions(perceived, outcome, there)


@needs("survey", "service_ratings")
def mistake_of_weights(db, model):
    """Weights from what customers say. Returns a Mistake."""
    perceived, outcome = perceptions_and_outcome(db, model)
    compared = stated_and_derived(db, relative_importance(perceived, outcome, resamples=2))
    return mistakes.wrong_weights(compared, perceived.mean())


@needs("competitor_ratings")
def mistake_of_comparison(db):
    """Own marks without the rival's. Returns a Mistake."""
    return mistakes.no_competitor(db)


@needs("survey", "orders")
def mistake_of_lost_customers(db, model, lost_after=12):
    """Only those asked who still buy; lost: no order for ``lost_after`` months. Returns a Mistake."""
    last = customer_index(db, model)
    return mistakes.lost_customers_not_asked(last, db.orders, db.as_of, lost_after)


@needs("survey", "orders", survey=("satisfaction_class",))
def mistake_of_loyalty(db, later):
    """Satisfied taken for loyal. Parameters: ``later`` from ``later_purchases``. Returns a Mistake."""
    return mistakes.satisfaction_taken_for_loyalty(later)
