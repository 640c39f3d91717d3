"""The probabilistic lifetime value in four calls; data that cannot carry it get one sentence instead."""

from dataclasses import dataclass
from functools import wraps

import pandas as pd

from crmlib.errors import CrmError
from crmlib.figures import Notice
from crmlib.grading import holdout
from crmlib.grading.lifetime_value import expected_lifetime_value
from crmlib.grading.purchases import PurchaseModel, fit_purchase_model, purchase_parameters
from crmlib.grading.spending import (
    SpendingModel,
    fit_spending_model,
    frequency_value_correlation,
    repeat_buyers,
    spending_parameters,
)
from crmlib.grading.summary import customer_summary
from crmlib.notices import hands_on_notices

WEEKS_PER_YEAR = 365.25 / 7


@dataclass(frozen=True)
class LifetimeModels:
    """A company's customers (summary in weeks) with the two models fitted to them."""

    summary: pd.DataFrame
    purchases: PurchaseModel
    spending: SpendingModel

    @property
    def repeaters(self):
        """The customers on whom spending was studied."""
        return repeat_buyers(self.summary)


def in_one_sentence(function):
    """Let a notebook go on where these data cannot carry a method: its CrmError becomes a Notice."""

    @wraps(function)
    def wrapper(*arguments, **options):
        try:
            return function(*arguments, **options)
        except CrmError as fault:
            return Notice(f"Not possible with these data: {fault}")

    return wrapper


@in_one_sentence
def fit_lifetime_models(db):
    """Fit BG/NBD to the purchases and gamma-gamma to the repeat buyers' spending, by maximum likelihood.

    Where the likelihood has no maximum (few customers, or no sign that anyone ever leaves) a small penalty steadies the
    fit, and `model_parameters` says so.
    Parameters: db - customer database. Returns: LifetimeModels; a Notice when there are too few repeat buyers or no
    trustworthy maximum even so.
    """
    summary = customer_summary(db.table("orders"), db.as_of, unit="weeks")
    return LifetimeModels(
        summary,
        fit_purchase_model(summary, penalty="if needed"),
        fit_spending_model(repeat_buyers(summary), penalty="if needed"),
    )


@hands_on_notices
def model_parameters(models):
    """List the parameters of both models with 95 % intervals.

    Returns: DataFrame, index parameter: model, estimate, lower, upper (v in money, α in weeks).
    """
    names = ["purchases (BG/NBD)", "spending (gamma-gamma)"]
    for place, model in enumerate((models.purchases, models.spending)):
        if model.penalty:
            names[place] += ", steadied"
    purchases = purchase_parameters(models.purchases).assign(model=names[0])
    spending = spending_parameters(models.spending).assign(model=names[1])
    table = pd.concat([purchases, spending])[["model", "estimate", "lower", "upper"]]
    return table.rename_axis("parameter")


@hands_on_notices
@in_one_sentence
def independence_check(models):
    """Show the assumption on which gamma-gamma stands: how often and how much are not correlated.

    Returns: DataFrame, index measure (linear, rank): correlation, lower, upper, customers.
    """
    return frequency_value_correlation(models.repeaters)


@hands_on_notices
@in_one_sentence
def customer_lifetime_value(models, earning_rate, discount_rate=0.10, years=3, currency=""):
    """Compute what each customer is still worth over the coming years.

    Parameters: models - result of `fit_lifetime_models`; earning_rate - money earned per unit of revenue; discount_rate
    - a year; years - ahead; currency - for display.
    Returns: DataFrame, index customer_id: probability_alive, expected_purchases, expected_spending, lifetime_value.
    Source: Fader, Hardie & Lee (2005).
    """
    table = expected_lifetime_value(
        models.purchases, models.spending, models.summary, years * WEEKS_PER_YEAR, discount_rate, earning_rate
    )
    table.attrs = {"currency": currency, "years": years}
    return table


@in_one_sentence
def holdout_test(db, days=182):
    """Predict the last half-year from the time before it, with all three lifetime values (`holdout_predictions`).

    Parameters: db - customer database; days - held out. Returns: DataFrame, or a Notice when the time is too short.
    """
    return holdout.holdout_predictions(db, holdout_days=days, penalty="if needed")


holdout_errors = hands_on_notices(holdout.holdout_errors)
calibration_table = hands_on_notices(holdout.calibration_table)
