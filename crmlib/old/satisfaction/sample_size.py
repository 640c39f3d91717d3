"""How many customers to ask."""

import math

import pandas as pd
from scipy import stats

from crmlib.old.notices import hands_on_notices, needs
from crmlib.old.satisfaction.indicators import purchases
from crmlib.old.satisfaction.nonresponse import invited_customers
from crmlib.old.satisfaction.notices import without_constructs


def sample_size(margin, *, share=None, deviation=None, population=None, confidence=0.95):
    """Answers needed so that the interval is no wider than ± margin.

    share: n = z² p(1 − p) / margin²; mean: n = z² deviation² / margin²; in a finite population
    n / (1 + (n − 1)/N).

    Parameters: ``margin`` half width, as a share or in the unit of ``deviation``; give ``share`` (0.5 when unknown)
    or ``deviation`` (index points, say); ``population`` number of customers, None for very many.
    Returns a whole number. Raises ValueError for a margin ≤ 0 or when both or neither of the two are given.
    Source: Cochran 1977.
    """
    if margin <= 0:
        raise ValueError("The margin must be above 0.")
    if (share is None) == (deviation is None):
        raise ValueError("Give either share or deviation.")
    variance = share * (1 - share) if deviation is None else deviation**2
    needed = _z(confidence) ** 2 * variance / margin**2
    if population is not None:
        needed = needed / (1 + (needed - 1) / population)
    return max(1, math.ceil(needed - 1e-9))


def margin_of_error(answers, *, share=None, deviation=None, population=None, confidence=0.95):
    """Half width of the interval that a number of answers gives; the inverse of ``sample_size``."""
    if (share is None) == (deviation is None):
        raise ValueError("Give either share or deviation.")
    variance = share * (1 - share) if deviation is None else deviation**2
    correction = 1.0 if population is None else (population - answers) / (population - 1)
    return _z(confidence) * math.sqrt(variance / answers * max(correction, 0.0))


def sample_size_for_difference(difference, deviation, *, power=0.8, confidence=0.95):
    """Answers needed in each of two groups (or waves) to notice a difference of means.

    n = 2 (z₁₋α/₂ + z_power)² deviation² / difference².

    Parameters: ``difference`` and ``deviation`` in the same unit; ``power`` chance to notice it.
    Returns a whole number per group. Source: Cohen 1988.
    """
    if difference == 0:
        raise ValueError("A difference of 0 cannot be noticed with any number of answers.")
    return math.ceil(2 * (_z(confidence) + stats.norm.ppf(power)) ** 2 * (deviation / difference) ** 2)


def survey_plan(groups, margin, response_rate, *, deviation, confidence=0.95, cost_per_invitation=0.0):
    """Whom to invite so that every group's index is known to ± margin.

    Parameters: ``groups`` Series group → number of customers; ``margin`` in index points; ``response_rate`` one share
    or a Series by group; ``deviation`` of the index, one number or a Series by group; cost in the company's currency.
    Returns one row a group: customers, answers needed, invitations, enough (are there that many customers?), margin
    reached, cost; the last row is the total.
    """
    rates = response_rate if isinstance(response_rate, pd.Series) else pd.Series(response_rate, index=groups.index)
    deviations = deviation if isinstance(deviation, pd.Series) else pd.Series(deviation, index=groups.index)
    rows = {}
    for group, customers in groups.items():
        answers = sample_size(margin, deviation=deviations[group], population=customers, confidence=confidence)
        invitations = math.ceil(answers / rates[group])
        possible = min(invitations, int(customers))
        got = max(1, min(answers, math.floor(possible * rates[group])))
        rows[group] = {
            "customers": int(customers),
            "answers": answers,
            "invitations": possible,
            "enough": invitations <= customers,
            "margin": margin_of_error(got, deviation=deviations[group], population=customers, confidence=confidence),
            "cost": possible * cost_per_invitation,
        }
    plan = pd.DataFrame(rows).T.rename_axis("group").infer_objects()
    plan = plan.astype({"customers": int, "answers": int, "invitations": int, "enough": bool, "margin": float})
    total = plan[["customers", "answers", "invitations", "cost"]].sum()
    plan.loc["total"] = {**total.to_dict(), "enough": bool(plan["enough"].all()), "margin": float("nan")}
    return plan.astype({"customers": int, "answers": int, "invitations": int, "cost": float})


@hands_on_notices
def index_deviation(model, construct="satisfaction"):
    """Standard deviation of an index between respondents, in points. Parameters: ``model`` a PathModel."""
    return without_constructs(model, construct) or float(model.constructs.loc[construct, "index_deviation"])


@needs("orders", "survey_invitations")
def plan_survey(db, model, grades, margin=3.0, cost_per_invitation=0.0):
    """Whom to invite so that the index of every grade is known to ± margin, at the response of the year before.

    Customers are those who bought in the year up to the database's date. Parameters: ``grades`` Series customer_id →
    grade; others as in ``survey_plan``. Returns its table.
    """
    buyers = purchases(db, db.as_of - pd.DateOffset(years=1), db.as_of).index
    invited = invited_customers(db)
    recent = invited[invited["invited_on"] > db.as_of - pd.DateOffset(years=1)]
    answered = recent["answered"].groupby(recent["customer_id"].map(grades), observed=True)
    rates = answered.mean()[lambda rate: rate > 0]
    counts = pd.Series(buyers).map(grades).value_counts().reindex(rates.index).dropna()
    deviation = index_deviation(model)
    return survey_plan(counts[counts > 1], margin, rates, deviation=deviation, cost_per_invitation=cost_per_invitation)


def _z(confidence):
    return stats.norm.ppf((1 + confidence) / 2)
