"""Your turn: the exercises of chapter 8, in the notebook's order."""

import numpy as np
import pandas as pd

import crmlib
from crmlib import satisfaction
from crmlib.exercises import Column, Drawing, Number, Share, exercise
from crmlib.satisfaction.path_model import CONSTRUCTS, total_effects

constructs = list(CONSTRUCTS)  # as in the notebook, and so is the next


def index(answers, construct):
    """Mean of the questions on one thing, 0 to 100, as the notebook defines it."""
    return (answers.filter(regex=f"^{construct}_[0-9]$").astype(float).mean(axis=1) - 1) / 9 * 100


def _answers(db, kind="enterprise", last=False):
    """The answers of one kind of customer: all of them, or the last of each customer."""
    answers = db.only(customers=kind).survey.sort_values("answered_on")
    return answers.groupby("customer_id").tail(1) if last else answers


def _short(answers):
    return ((index(answers, "perceived_quality") - index(answers, "expected_quality")).dropna() < -5).mean()


@exercise(
    Share(),
    hints=["db.only(customers='enterprise').survey has the accounts' answers.", "sort_values, groupby(…).tail(1)."],
    right="These are few accounts: look at the interval before you compare them with persons.",
    mistakes={
        "You took every answer; who answered three times counts three times.": lambda db: _short(_answers(db)),
        "Those are the persons.": lambda db: _short(_answers(db, "person", last=True)),
    },
)
def disappointed_accounts(db):
    """Which share of enterprise accounts fell, in their last answer, more than 5 points short of what they expected?"""
    answers = db.only(customers="enterprise").survey.sort_values("answered_on")
    last = answers.groupby("customer_id").tail(1)
    gap = index(last, "perceived_quality") - index(last, "expected_quality")
    return (gap.dropna() < -5).mean()


VERY, CERTAIN = "satisfaction_class == 'very satisfied'", "continued_business_1 == 10"


def _after(db, days, answers):
    """Purchase days in the days after each of these answers of persons, where that time is over."""
    over = _answers(db, "person").query(answers)[["customer_id", "answered_on"]]
    over = over[over["answered_on"] <= db.as_of - pd.Timedelta(days=days)]
    both = over.merge(crmlib.purchase_days(db).query("amount > 0"), on="customer_id")
    inside = both[(both["day"] - both["answered_on"]).dt.days.between(1, days)]
    return inside.groupby(["customer_id", "answered_on"]).size().reindex(pd.MultiIndex.from_frame(over), fill_value=0)


@exercise(
    Number("a number of purchase days", precision=0.1),
    hints=["Keep answers at least 365 days old; merge them with the purchase days.", "Divide by all these answers."],
    right="A year is twice the time of a half-year, not always twice the purchases.",
    mistakes={
        "That is half a year; a whole one is asked for.": lambda db: _after(db, 183, VERY).mean(),
        "Who did not buy counts with 0 days.": lambda db: _after(db, 365, VERY).replace(0, np.nan).mean(),
    },
)
def purchases_in_a_year(db):
    """On how many days did very satisfied persons buy, on average, in the 365 days after an answer?"""
    answers = db.only(customers="person").survey.query("satisfaction_class == 'very satisfied'")
    over = crmlib.enough(answers[answers["answered_on"] <= db.as_of - pd.Timedelta(days=365)], 1, "old answers")
    bought = crmlib.purchase_days(db).query("amount > 0")
    both = bought.merge(over[["customer_id", "answered_on"]], on="customer_id")
    return (both["day"] - both["answered_on"]).dt.days.between(1, 365).sum() / len(over)


@exercise(
    Share(),
    hints=["Keep persons' answers with a 10, at least 183 days old.", "Which have a purchase in days 1 to 183?"],
    right="What people say they will do is not what they do.",
    mistakes={
        "That is the share who did buy.": lambda db: _after(db, 183, CERTAIN).gt(0).mean(),
        "Those are all persons.": lambda db: _after(db, 183, "continued_business_1 > 0").eq(0).mean(),
        "You kept the 9 as well.": lambda db: _after(db, 183, "continued_business_1 > 8").eq(0).mean(),
    },
)
def certain_but_gone(db):
    """Of persons who gave 10 to "buy again", which share bought nothing in the 183 days after the answer?"""
    answers = db.only(customers="person").survey.query("continued_business_1 == 10")
    over = answers[answers["answered_on"] <= db.as_of - pd.Timedelta(days=183)].reset_index(drop=True).reset_index()
    bought = crmlib.purchase_days(db).query("amount > 0")
    both = over[["index", "customer_id", "answered_on"]].merge(bought, on="customer_id")
    soon = both[(both["day"] - both["answered_on"]).dt.days.between(1, 183)]
    return 1 - over["index"].isin(soon["index"]).mean()


def _bought(db, first=0, last=364, kind="enterprise"):
    days = crmlib.purchase_days(db.only(customers=kind)).query("amount > 0")
    return set(days.loc[(db.as_of - days["day"]).dt.days.between(first, last), "customer_id"])


def _share_of(those, others):
    return pd.Series(sorted(those)).isin(others).mean()


@exercise(
    Share(),
    hints=["Days ago: (db.as_of - days['day']).dt.days.", "Of those who bought 365 to 729 days ago, who bought since?"],
    right="A contract brings them back, satisfied or not.",
    mistakes={
        "Those are the persons.": lambda db: _share_of(_bought(db, 365, 729, "person"), _bought(db, kind="person")),
    },
)
def account_return_rate(db):
    """Which share of the accounts that bought 365 to 729 days ago bought again in the last 365 days?"""
    days = crmlib.purchase_days(db.only(customers="enterprise")).query("amount > 0")
    ago = (db.as_of - days["day"]).dt.days
    before = days.loc[ago.between(365, 729), "customer_id"].drop_duplicates()
    return before.isin(days.loc[ago < 365, "customer_id"]).mean()


def _stay(answers, stays=np.greater_equal):
    told = answers["price_rise_accepted"].dropna().astype(float)
    return pd.Series({rise: stays(told, rise).mean() for rise in range(31)}).plot(xlabel="Price rise, %")


@exercise(
    Drawing(unit="%", what="a line"),
    hints=["Who accepts 10 % stays at 10 %.", "[(told >= rise).mean() for rise in range(31)], drawn over range(31)."],
    right="Told is not done: nobody has raised the price yet.",
    mistakes={
        "Those are the persons.": lambda db: _stay(_answers(db, "person", last=True)),
        "That is the share who would leave.": lambda db: _stay(_answers(db, last=True), np.less),
        "Who accepts 10 % stays at exactly 10 %: take >=.": lambda db: _stay(_answers(db, last=True), np.greater),
        "You took every answer; take each account's last.": lambda db: _stay(_answers(db)),
    },
)
def price_curve(db):
    """Which share of the accounts would stay, by their last answer, at a price rise of 0, 1, 2 … 30 %?"""
    answers = db.only(customers="enterprise").survey.sort_values("answered_on")
    told = answers.groupby("customer_id").tail(1)["price_rise_accepted"].dropna()
    stay = pd.Series({rise: (told >= rise).mean() for rise in range(31)})
    return stay.plot(xlabel="Price rise, %", ylabel="Share of accounts that would stay")


def _indexes(answers, items=""):
    return pd.Series({name: index(answers.filter(like=f"{name}{items}"), name).mean() for name in constructs})


@exercise(
    Column("a Series, one index a construct", precision=0.1),
    hints=["index(answers, construct).mean() for each construct.", "pd.Series({construct: … for construct in …})"],
    right="Accounts are few, so their indexes move more from year to year.",
    mistakes={
        "You took the first question of each construct only.": lambda db: _indexes(_answers(db), "_1"),
        "Those are the persons.": lambda db: _indexes(_answers(db, "person")),
        "Those are mean answers; the index runs from 0 to 100.": lambda db: 1 + _indexes(_answers(db)) / 100 * 9,
    },
)
def account_indexes(db):
    """What are the six indexes of the enterprise accounts, over all their answers?"""
    answers = db.only(customers="enterprise").survey
    return pd.Series({name: index(answers, name).mean() for name in constructs})


def _model(db):
    survey = db.only(customers="person").survey
    blocks = {name: list(survey.filter(regex=f"^{name}_[0-9]$")) for name in constructs}
    return satisfaction.path_model(satisfaction.fill_gaps(survey, blocks), blocks)


ENDS = "perceived_quality", "continued_business"
STRAIGHT = [("perceived_quality", "satisfaction"), ("satisfaction", "continued_business")]


@exercise(
    Number("a coefficient", precision=0.01),
    hints=["Two routes lead from quality to satisfaction, one goes on.", "Multiply along a route, add the routes."],
    right="Whoever reads one arrow alone undervalues quality.",
    mistakes={
        "That is a correlation of scores; the arrows are asked for.": lambda db: _model(db).scores.corr().loc[ENDS],
        "You left out the route through perceived value.": lambda db: _model(db).paths.loc[STRAIGHT].prod(),
        "That is the effect on satisfaction only.": lambda db: total_effects(_model(db).paths).loc[STRAIGHT[0]],
    },
)
def quality_to_business(db):
    """By how many deviations does persons' continued business go up with one of perceived quality, over all routes?"""
    survey = db.only(customers="person").survey
    blocks = {name: list(survey.filter(regex=f"^{name}_[0-9]$")) for name in constructs}
    b = satisfaction.path_model(satisfaction.fill_gaps(survey, blocks), blocks).paths
    through_value = b["perceived_quality", "perceived_value"] * b["perceived_value", "satisfaction"]
    return (b["perceived_quality", "satisfaction"] + through_value) * b["satisfaction", "continued_business"]


def _needed(population):
    n = (1.96 * 0.5 / 0.05) ** 2
    return n / (1 + (n - 1) / population)


@exercise(
    Number("a whole number of answers", precision=1),
    hints=["n = (1.96 · 0.5 / 0.05)²; for N accounts n / (1 + (n − 1) / N).", "Round up to whole answers."],
    right="These are answers: divide by the response rate to know how many to invite.",
    mistakes={
        "That is for very many customers; of a few accounts fewer suffice.": lambda db: np.ceil(_needed(np.inf)),
        "Rounded down it is a little less than enough: round up.": lambda db: np.floor(_needed(len(_bought(db)))),
        "Part of an answer cannot be had: round up.": lambda db: _needed(len(_bought(db))),
    },
)
def answers_for_a_share(db):
    """How many of the accounts that bought in the last 365 days must answer to know a share near 50 % to ± 5 points?"""
    days = crmlib.purchase_days(db.only(customers="enterprise")).query("amount > 0")
    buyers = days.loc[(db.as_of - days["day"]).dt.days < 365, "customer_id"].unique()
    n = (1.96 * 0.5 / 0.05) ** 2
    return np.ceil(n / (1 + (n - 1) / len(crmlib.enough(buyers, 1, "accounts that bought"))))


def _problems(db, all_waves=False, unreached_too=False):
    calls, survey = db.only(customers="person").callbacks, db.only(customers="person").survey
    silent = calls if unreached_too else calls[calls["reached"]]
    answered = survey if all_waves else survey[survey["wave"].isin(calls["wave"])]
    return 100 * (silent["had_problem"].fillna(value=False).astype(float).mean() - answered["had_problem"].mean())


@exercise(
    Number("a difference in percentage points", "percentage points", precision=0.01),
    hints=["callbacks has had_problem of those reached.", "Compare with answers of the same waves; times 100."],
    right="Look at its interval before you say that the silent are different.",
    mistakes={
        "You compared with all waves; only the silent of some were called.": lambda db: _problems(db, all_waves=True),
        "Who was not reached is unknown, not without a problem.": lambda db: _problems(db, unreached_too=True),
    },
)
def silent_problems(db):
    """How much more often, in percentage points, had silent persons met a problem than those who answered?"""
    persons = db.only(customers="person")
    silent = persons.callbacks.query("reached")
    answered = persons.survey[persons.survey["wave"].isin(persons.callbacks["wave"])]
    return 100 * (silent["had_problem"].mean() - answered["had_problem"].mean())


def _gaps(db, side="service", by="item", sign=1):
    rated = db.only(customers="person").service_ratings.query("side == @side")
    means = rated.groupby(by)[["expected", "perceived"]].mean().astype(float)
    return sign * (means["expected"] - means["perceived"]).nlargest(5)


@exercise(
    Drawing(unit="points", what="bars"),
    hints=["Service side, groupby('item'), mean of expected and of perceived.", "nlargest(5), bars, ylabel='points'."],
    right="An item has an owner; a dimension has none.",
    mistakes={
        "Those are items of the product.": lambda db: _gaps(db, "product").plot.bar(),
        "Those are dimensions; the single items are asked for.": lambda db: _gaps(db, by="dimension").plot.bar(),
        "A shortfall is expected less perceived.": lambda db: _gaps(db, sign=-1).plot.bar(),
    },
)
def largest_item_gaps(db):
    """Which five service items fall furthest short for persons: mean expected less perceived, largest first?"""
    service = db.only(customers="person").service_ratings.query("side == 'service'")
    means = service.groupby("item")[["expected", "perceived"]].mean().astype(float)
    gap = (means["expected"] - means["perceived"]).nlargest(5)
    return gap.plot.bar(ylabel="Expected less perceived, points of 7")


def _worse(db, least=7, few=50, below="MOAI"):
    letters = satisfaction.KANO.melt(ignore_index=False, value_name="letter").reset_index()
    kano = db.only(customers="person").kano_survey.query("importance >= @least")
    kano = kano.merge(letters, on=["functional", "dysfunctional"])
    counts = pd.crosstab(kano["feature"], kano["letter"]).reindex(columns=list("MOAIRQ"), fill_value=0)
    counts = counts[counts.sum(axis=1) >= few]
    return -(counts["M"] + counts["O"]) / counts[list(below)].sum(axis=1)


@exercise(
    Column("a Series, one number a feature", precision=0.01),
    hints=["Keep importance >= 7, then features with at least 50 rows.", "pd.crosstab(feature, letter), then divide."],
    right="What hurts most where it is missing comes first.",
    mistakes={
        "R and Q do not stand below the line.": lambda db: _worse(db, below="MOAIRQ"),
        "The coefficient is negative: it says what absence does.": lambda db: -_worse(db),
        "Those are all answers to these features, whatever the importance.": lambda db: _worse(db, 0, 0).reindex(
            _worse(db).index
        ),
    },
)
def worse_when_important(db):
    """What is −(M + O) / (M + O + A + I) of persons who call a feature important (7 to 9), where 50 or more do?"""
    letters = satisfaction.KANO.melt(ignore_index=False, value_name="letter").reset_index()
    kano = db.only(customers="person").kano_survey.query("importance >= 7")
    kano = kano.merge(letters, on=["functional", "dysfunctional"])
    counts = pd.crosstab(kano["feature"], kano["letter"]).reindex(columns=list("MOAIRQ"), fill_value=0)
    counts = counts[counts.sum(axis=1) >= 50]
    return -(counts["M"] + counts["O"]) / counts[list("MOAI")].sum(axis=1)


def _opportunity(db, fall=1, steps=9 / 6, floor=0):
    service = db.only(customers="person").service_ratings.query("side == 'service'")
    means = service.groupby("service " + service["dimension"])[["importance", "perceived"]].mean().astype(float)
    satisfied = 1 + (means["perceived"] - 1) * steps - fall
    return means["importance"] + (means["importance"] - satisfied).clip(lower=floor)


@exercise(
    Column("a Series, one number a dimension", precision=0.1),
    hints=["Satisfaction on 1 to 10: 1 + (mean perceived − 1) · 9 / 6.", "Take 1 off, then importance + max(…, 0)."],
    right="With a rival at the door, other dimensions become opportunities.",
    mistakes={
        "Where satisfaction is above importance nothing is taken off.": lambda db: _opportunity(db, floor=None),
        "Perceived runs from 1 to 7; move it to 1 to 10 first.": lambda db: _opportunity(db, steps=1),
        "Satisfaction falls by 1 everywhere; you took today's.": lambda db: _opportunity(db, fall=0),
    },
)
def opportunity_after_rival(db):
    """What is the opportunity of each service dimension if persons' satisfaction fell by 1 point of 10 on every one?"""
    service = db.only(customers="person").service_ratings.query("side == 'service'")
    means = service.groupby("service " + service["dimension"])[["importance", "perceived"]].mean().astype(float)
    satisfied = 1 + (means["perceived"] - 1) * 9 / 6 - 1
    return means["importance"] + (means["importance"] - satisfied).clip(lower=0)
