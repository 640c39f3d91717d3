"""The probabilistic lifetime value in four calls; data that cannot carry it get one sentence instead."""

from dataclasses import dataclass
from functools import wraps

import pandas as pd

from crmlib.errors import CrmError
from crmlib.old.figures import Notice
from crmlib.old.grading import holdout
from crmlib.old.grading.cohorts import is_opening_stock
from crmlib.old.grading.lifetime_value import expected_lifetime_value, share_after_returns
from crmlib.old.grading.purchases import PurchaseModel, fit_purchase_model, purchase_parameters
from crmlib.old.grading.spending import (
    SpendingModel,
    fit_spending_model,
    frequency_value_correlation,
    repeat_buyers,
    spending_parameters,
)
from crmlib.old.grading.summary import customer_summary
from crmlib.old.notices import hands_on_notices

WEEKS_PER_YEAR = 365.25 / 7
FEWEST_REPEATERS = 20  # below, a steadied fit would show its penalty rather than the data


@dataclass(frozen=True)
class LifetimeModels:
    """A company's customers (summary in weeks) with the two models fitted to them.

    `opening_stock` says who was probably won before the data begin: their true age is unknown, so the models are fitted
    without them (and applied to them). `share_kept` of what is spent on purchase days is left after returns.
    """

    summary: pd.DataFrame
    purchases: PurchaseModel
    spending: SpendingModel
    opening_stock: pd.Series
    share_kept: float = 1.0

    @property
    def repeaters(self):
        """The customers on whom spending was studied."""
        return repeat_buyers(self.summary[~self.opening_stock])


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
def fit_lifetime_models(db, opening_days=None):
    """Fit BG/NBD to the purchases and gamma-gamma to the repeat buyers' spending, by maximum likelihood.

    Where the likelihood has no maximum (few customers, or no sign that anyone ever leaves) a small penalty steadies the
    fit, and `model_parameters` says so.
    Parameters: db - customer database; opening_days - customers first seen in so many days after the data begin are not
    used for the fit (`opening_stock_days`; None: 90 where there is a rush at the start, 0: use all).
    Returns: LifetimeModels; a Notice when there are too few repeat buyers or no
    trustworthy maximum even so.
    """
    summary = customer_summary(db.table("orders"), db.as_of, unit="weeks")
    opening = is_opening_stock(summary["first_order"], db.as_of, opening_days)
    new = summary[~opening]
    if len(repeat_buyers(new)) < FEWEST_REPEATERS:
        raise CrmError(
            f"Only {len(repeat_buyers(new))} of {len(new):,} customers have bought again; the models need at least "
            f"{FEWEST_REPEATERS}. Take a longer history or more customers."
        )
    return LifetimeModels(
        summary,
        fit_purchase_model(new, "weeks", penalty="if needed"),
        fit_spending_model(repeat_buyers(new), penalty="if needed"),
        opening,
        share_after_returns(db.table("orders"), db.as_of),
    )


@hands_on_notices
def model_parameters(models):
    """List the parameters of both models with 95 % intervals.

    A model that had to be steadied by a penalty is called so and has no interval (NaN): its curvature is partly the
    penalty's.
    Returns: DataFrame, index parameter: model, estimate, lower, upper (v in money, α in weeks). attrs: customers
    (fitted on), opening_stock (customers left out of the fit).
    """
    names = ["purchases (BG/NBD)", "spending (gamma-gamma)"]
    for place, model in enumerate((models.purchases, models.spending)):
        if model.penalty:
            names[place] += ", steadied, no interval"
    purchases = purchase_parameters(models.purchases).assign(model=names[0])
    spending = spending_parameters(models.spending).assign(model=names[1])
    table = pd.concat([purchases, spending])[["model", "estimate", "lower", "upper"]]
    table = table.rename_axis("parameter")
    table.attrs = {"customers": models.purchases.customers, "opening_stock": int(models.opening_stock.sum())}
    return table


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

    Parameters: models - result of `fit_lifetime_models`; earning_rate - money earned per unit of revenue (net
    of returns; the model's spending is reduced to what returns leave); discount_rate
    - a year; years - ahead; currency - for display.
    Returns: DataFrame, index customer_id: probability_alive, expected_purchases, expected_spending (before
    returns), lifetime_value. attrs: years, idle_share (customers without a purchase for a year).
    Source: Fader, Hardie & Lee (2005).
    """
    table = expected_lifetime_value(
        models.purchases,
        models.spending,
        models.summary,
        years * WEEKS_PER_YEAR,
        discount_rate,
        earning_rate,
        share_kept=models.share_kept,
    )
    idle = float((models.summary["since_last"] > WEEKS_PER_YEAR).mean())
    table.attrs = {"currency": currency, "years": years, "idle_share": idle}
    return table


@hands_on_notices
def highest_lifetime_value(lifetime):
    """Put the most valuable customers first. Parameter: result of `customer_lifetime_value`. Returns: DataFrame."""
    return lifetime.sort_index().sort_values("lifetime_value", ascending=False, kind="stable")


@in_one_sentence
def holdout_test(db, days=182, opening_days=None):
    """Predict the last half-year from the time before it, with all three lifetime values (`holdout_predictions`).

    Parameters: db - customer database; days - held out; opening_days - as in `fit_lifetime_models`. Returns: DataFrame,
    or a Notice when the time is too short.
    """
    predictions = holdout.holdout_predictions(db, holdout_days=days, penalty="if needed", opening_days=opening_days)
    predictions.attrs["currency"] = db.company.currency
    return predictions


@hands_on_notices
def holdout_methods(predictions):
    """Say in a line what each method of the holdout test predicts, and of what.

    Parameter: predictions - result of `holdout_test`. Returns: DataFrame, index method (as the figure calls it):
    predicts and unit (words).
    """
    days, currency = predictions.attrs["holdout_days"], predictions.attrs.get("currency") or "money"
    table = pd.DataFrame(
        {
            "simple": f"own revenue in the {days} days before the cut × share of earlier buyers who stayed",
            "cohort": f"mean revenue of older customers in the {days} days after they were as old; the same for all",
            "probabilistic": "expected purchases (BG/NBD) × expected value of each (gamma-gamma) × share kept",
        },
        index=["predicts"],
    ).T
    table["unit"] = f"{currency} of revenue, net of returns, per customer in {days} days"
    return table.rename(index=holdout.METHOD_NAMES).rename_axis("method")


@in_one_sentence
def holdout_both_ways(db, days=182, draws=200):
    """Run the holdout test with the opening stock set apart and with it taken for new customers.

    Parameters: db - customer database; days - held out; draws - of the bootstrap.
    Returns: DataFrame, index opening stock ("set apart", "taken as new") and method: bias and error of the value, each
    with lower and upper. Both rows are the same where there is no opening stock.
    """
    found = {}
    for words, opening_days in (("set apart", None), ("taken as new", 0)):
        table = holdout.holdout_errors(holdout_test(db, days, opening_days), draws).loc["value"]
        names = [name + end for name in ("bias", "error") for end in ("", "_lower", "_upper")]
        found[words] = table[names].rename(index=holdout.METHOD_NAMES)
    return pd.concat(found, names=["opening stock", "method"])


holdout_errors = hands_on_notices(holdout.holdout_errors)
calibration_table = hands_on_notices(holdout.calibration_table)
