"""Your turn, sections 8.1 to 8.3: disconfirmation, later purchases, the index by hand, reliability, total effects."""

import pandas as pd

from crmlib.old.exercises import Mistake, Number
from crmlib.old.figures import Notice
from crmlib.old.notices import needs
from crmlib.old.satisfaction.exercises.room import PER_CENT, Share, asks_of, desk, later_of, model_of
from crmlib.old.satisfaction.measurement import raw_alpha, standardised_alpha
from crmlib.old.satisfaction.path_model import effects_table

LIMIT = 5.0
COMPARED = ("expected_quality", "perceived_quality", "satisfaction")


def gap(model):
    """Perceived minus expected quality of each answer, in index points."""
    return model.index_scores["perceived_quality"] - model.index_scores["expected_quality"]


disappointed = desk.exercise(
    name="disappointed",
    question="Which share of answers perceived a quality more than 5 index points below what they had expected?",
    kind=Share("a share between 0 and 1"),
    expected=asks_of(model_of, *COMPARED)(lambda model: (gap(model) < -LIMIT).mean()),
    hints=(
        "scores = satisfaction.index_scores(model) has one row an answer and one column a construct.",
        "Subtract the expected from the perceived quality, and compare with −5.",
        "The mean of yes and no is the share of yes.",
    ),
    mistakes=(
        Mistake(lambda db: (gap(model_of(db)) > LIMIT).mean(), "The direction is reversed: those got more."),
        Mistake(
            lambda db: (gap(model_of(db)) < 0).mean(),
            "You counted every shortfall; within 5 points counts as confirmed.",
        ),
        Mistake(lambda db: 100 * (gap(model_of(db)) < -LIMIT).mean(), PER_CENT),
        Mistake(lambda db: (gap(model_of(db)) < -LIMIT).sum(), "That is the number of answers; divide by all."),
    ),
    worked=(
        "model = satisfaction.satisfaction_index(db)\n"
        "scores = satisfaction.index_scores(model)\n"
        'gap = scores["perceived_quality"] - scores["expected_quality"]\n'
        "answer = (gap < -5).mean()"
    ),
    feedback="Right. The limit of 5 points is a convention: write it beside the share.",
)


@needs("survey", "orders", survey=("satisfaction_class",))
def satisfied_again(db, column="bought_later", label="satisfied"):
    """Share of one class that bought in the half-year after the answer."""
    later = later_of(db)
    chosen = later[later["satisfaction_class"].isin([label] if isinstance(label, str) else label)]
    if chosen.empty:
        return Notice("No customer in this class has a known half-year after the answer.")
    return float((chosen[column] > 0).mean())


@needs("survey", "orders")
def satisfied_again_by_all_answers(db):
    """The same share with everybody in the denominator whose half-year is not over."""
    survey, later = db.survey, later_of(db)
    bought = later[(later["satisfaction_class"] == "satisfied") & later["bought_later"]]
    return len(bought) / max((survey["satisfaction_class"] == "satisfied").sum(), 1)


satisfied_repurchase = desk.exercise(
    name="satisfied_repurchase",
    question='Which share of the "satisfied" (not the very satisfied) bought within six months after the answer?',
    kind=Share("a share between 0 and 1"),
    expected=satisfied_again,
    hints=(
        "satisfaction.later_purchases(db) has one row an answer with satisfaction_class and bought_later.",
        "Keep the rows with satisfaction_class == 'satisfied'; the mean of bought_later is the share.",
    ),
    mistakes=(
        Mistake(lambda db: satisfied_again(db, label="very satisfied"), "Those are the very satisfied."),
        Mistake(
            lambda db: satisfied_again(db, label=["satisfied", "very satisfied"]),
            "You counted the very satisfied as well; keep the satisfied alone.",
        ),
        Mistake(
            lambda db: satisfied_again(db, column="orders_before"),
            "You counted purchases BEFORE the answer; they cannot follow from it.",
        ),
        Mistake(
            satisfied_again_by_all_answers,
            "You divided by answers whose six months are not over: their purchases are unknown, not none.",
        ),
        Mistake(lambda db: 100 * satisfied_again(db), PER_CENT),
    ),
    worked=(
        "later = satisfaction.later_purchases(db)\n"
        'satisfied = later[later["satisfaction_class"] == "satisfied"]\n'
        'answer = satisfied["bought_later"].mean()'
    ),
    feedback="Right. Only answers whose six months are over may be counted.",
)


@needs("survey", survey=("recommend",))
def praise(db, least=9, earliest=24, latest=12):
    """Share with at least so much praise among the answers from ``earliest`` to ``latest`` months before the day."""
    survey = db.survey.dropna(subset=["recommend"])
    first, last = (db.as_of - pd.DateOffset(months=months) for months in (earliest, latest))
    chosen = survey[(survey["answered_on"] > first) & (survey["answered_on"] <= last)]
    if chosen.empty:
        return Notice(f"Nobody was asked between {first:%Y-%m-%d} and {last:%Y-%m-%d}.")
    return float((chosen["recommend"] >= least).mean())


reputation = desk.exercise(
    name="reputation",
    question="What was the reputation (share of 9 and 10) one year earlier, 24 to 12 months before db.as_of?",
    kind=Share("a share between 0 and 1"),
    expected=praise,
    hints=(
        "satisfaction.survey_answers(db) has the answers with answered_on and recommend.",
        "Keep those after db.as_of − pd.DateOffset(years=2), up to and including db.as_of − pd.DateOffset(years=1).",
        "Of those who answered the question, count 9 and 10.",
    ),
    mistakes=(
        Mistake(
            lambda db: praise(db, earliest=12, latest=0),
            "Those are the last twelve months, as in the table; the twelve before them are asked for.",
        ),
        Mistake(lambda db: praise(db, latest=0), "You took both years; keep the earlier one."),
        Mistake(lambda db: praise(db, earliest=1200, latest=0), "You took the answers of all years."),
        Mistake(lambda db: praise(db, least=8), "You counted the 8 as well; praise begins at 9."),
        Mistake(lambda db: praise(db, least=10), "You counted only the 10; praise begins at 9."),
        Mistake(lambda db: 100 * praise(db), PER_CENT),
    ),
    worked=(
        "import pandas as pd\n\n"
        'answers = satisfaction.survey_answers(db).dropna(subset=["recommend"])\n'
        "first, last = db.as_of - pd.DateOffset(years=2), db.as_of - pd.DateOffset(years=1)\n"
        'chosen = answers[(answers["answered_on"] > first) & (answers["answered_on"] <= last)]\n'
        'answer = (chosen["recommend"] >= 9).mean()'
    ),
    feedback="Right. Whoever left the question empty counts neither as praise nor as blame.",
)


def satisfaction_items(model):
    """The items of satisfaction: mean, index_weight and so on."""
    return model.items[model.items["construct"] == "satisfaction"]


def weighted_index(model, low=None, equal=False, column="index_weight"):
    """The satisfaction index from the items' means, rightly or with a typical slip."""
    items, (least, most) = satisfaction_items(model), model.scale
    weights = 1 / len(items) if equal else items[column]
    mean = (items["mean"] * weights).sum()
    return 100 * (mean - least) / (most - least) if low is None else 100 * (mean - low) / most


index_by_hand = desk.exercise(
    name="index_by_hand",
    question="Compute the satisfaction index (0–100) from the means and index weights of its items.",
    kind=Number("a number of index points", tolerance=0.0001),
    expected=asks_of(model_of, "satisfaction")(weighted_index),
    hints=(
        "satisfaction.item_table(model) has mean and index_weight; keep the rows of the construct satisfaction.",
        "The weighted mean lies on the scale 1–10; the index puts 1 at 0 and 10 at 100.",
        "100 · (Σ weight · mean − 1) / 9",
    ),
    mistakes=(
        Mistake(
            lambda db: weighted_index(model_of(db), low=0.0),
            "You divided by 10: then the worst answer would count 10, not 0. Take (mean − 1) / 9.",
        ),
        Mistake(
            lambda db: weighted_index(model_of(db), equal=True),
            "You gave all items the same weight; the model has weights.",
        ),
        Mistake(
            lambda db: weighted_index(model_of(db), column="weight"),
            "You took the column weight, which makes scores of deviation 1; index_weight adds up to 1.",
        ),
        Mistake(lambda db: weighted_index(model_of(db)) / 100, "That is between 0 and 1; the index runs to 100."),
    ),
    worked=(
        "model = satisfaction.satisfaction_index(db)\n"
        "items = satisfaction.item_table(model).query(\"construct == 'satisfaction'\")\n"
        'mean = (items["mean"] * items["index_weight"]).sum()\n'
        "answer = 100 * (mean - 1) / 9"
    ),
    feedback="Right. The weights come from the answers, not from a meeting.",
)


def items_correlation(model):
    """Correlation matrix of the items of satisfaction."""
    names = satisfaction_items(model).index
    return model.correlations.loc[names, names].to_numpy()


def mean_correlation(model):
    """Mean correlation between different items."""
    matrix = items_correlation(model)
    return (matrix.sum() - len(matrix)) / (len(matrix) * (len(matrix) - 1))


def satisfaction_alpha(model):
    """Standardised α of the satisfaction items, or a Notice for a single item."""
    if len(satisfaction_items(model)) < 2:
        return Notice("This survey asks for satisfaction with one question only: it has no α.")
    return standardised_alpha(items_correlation(model))


cronbach_alpha = desk.exercise(
    name="cronbach_alpha",
    question="Compute the standardised Cronbach's α of the items of satisfaction from their correlations.",
    kind=Number("a number between 0 and 1", tolerance=0.001),
    expected=asks_of(model_of, "satisfaction")(satisfaction_alpha),
    hints=(
        "model.answers holds the answers without gaps; .corr() of the satisfaction columns gives the correlations.",
        "r̄ is the mean of the correlations off the diagonal.",
        "α = k r̄ / (1 + (k − 1) r̄) with k items.",
    ),
    mistakes=(
        Mistake(lambda db: mean_correlation(model_of(db)), "That is r̄; several items are more reliable than one."),
        Mistake(
            lambda db: items_correlation(model_of(db)).mean(),
            "You averaged the ones of the diagonal too.",
        ),
        Mistake(
            lambda db: _k_of_everything(model_of(db)),
            "Your r̄ includes the ones of the diagonal: α comes out too high.",
        ),
        Mistake(
            lambda db: raw_alpha(model_of(db).answers[satisfaction_items(model_of(db)).index].cov().to_numpy()),
            "That is the raw α, from covariances; the standardised one takes correlations.",
        ),
    ),
    worked=(
        "model = satisfaction.satisfaction_index(db)\n"
        "names = satisfaction.item_table(model).query(\"construct == 'satisfaction'\").index\n"
        "r = model.answers[names].corr().to_numpy()\n"
        "k = len(names)\n"
        "mean_r = (r.sum() - k) / (k * (k - 1))\n"
        "answer = k * mean_r / (1 + (k - 1) * mean_r)"
    ),
    feedback="Right. α grows with the number of items even when they hang together no better.",
)


def _k_of_everything(model):
    mean, count = items_correlation(model).mean(), len(satisfaction_items(model))
    return count * mean / (1 + (count - 1) * mean)


def effect_of_quality(model, kind="points", part="total"):
    """Effect of perceived quality on satisfaction."""
    table = effects_table(model, kind).set_index(["source", "target"])
    return float(table.loc[("perceived_quality", "satisfaction"), part])


total_effect = desk.exercise(
    name="total_effect",
    question="Perceived quality rises by one index point. By how many points does satisfaction rise, over all routes?",
    kind=Number("a number of index points"),
    expected=asks_of(model_of, "perceived_quality", "perceived_value", "satisfaction")(effect_of_quality),
    hints=(
        "model.paths has the column points: points of the target for one point of the source.",
        "There are two routes: straight, and through perceived value.",
        "Multiply along a route, add up over the routes.",
    ),
    mistakes=(
        Mistake(lambda db: effect_of_quality(model_of(db), part="direct"), "That is the direct arrow only."),
        Mistake(
            lambda db: effect_of_quality(model_of(db), part="indirect"),
            "That is the route through perceived value only; add the direct arrow.",
        ),
        Mistake(
            lambda db: effect_of_quality(model_of(db), kind="coefficient"),
            "Those coefficients are in standard deviations; take the column points.",
        ),
    ),
    worked=(
        "model = satisfaction.satisfaction_index(db)\n"
        'points = model.paths.set_index(["source", "target"])["points"]\n'
        'straight = points["perceived_quality", "satisfaction"]\n'
        'first, then = points["perceived_quality", "perceived_value"], points["perceived_value", "satisfaction"]\n'
        "answer = straight + first * then"
    ),
    feedback="Right. Whoever reads the direct arrow alone undervalues quality.",
)
