"""Your turn, sections 8.3 to 8.5: sample size, net promoter score, gaps, Kano's must-be, opportunity."""

import math

import pandas as pd

from crmlib.old.exercises import Mistake, Number, Values
from crmlib.old.notices import needs
from crmlib.old.satisfaction.exercises.room import Features, asks_of, desk, gaps_of, kano_of, model_of
from crmlib.old.satisfaction.nps import net_promoter_score
from crmlib.old.satisfaction.priorities import opportunity_score
from crmlib.old.satisfaction.sample_size import index_deviation, sample_size

MARGIN, CUSTOMERS, FALL = 2.0, 1000, 2.0


def answers_needed(model, margin=MARGIN, population=CUSTOMERS):
    """Answers needed for the satisfaction index in the exercise's population."""
    return sample_size(margin, deviation=index_deviation(model), population=population)


def not_rounded(model):
    """The same by the formula, before it is rounded up to whole answers."""
    needed = (1.96 * index_deviation(model) / MARGIN) ** 2
    return needed / (1 + (needed - 1) / CUSTOMERS)


enough_answers = desk.exercise(
    name="enough_answers",
    question="How many answers of 1,000 customers does it take to know the satisfaction index to ± 2 points (95 %)?",
    kind=Number("a whole number of answers", tolerance=0.0, absolute=0.005),
    expected=asks_of(model_of, "satisfaction")(answers_needed),
    hints=(
        "satisfaction.index_deviation(model) is the standard deviation between respondents, in points.",
        "n = (1.96 · deviation / margin)², before the correction for a small population.",
        "With N customers: n / (1 + (n − 1) / N), rounded up.",
    ),
    mistakes=(
        Mistake(lambda db: not_rounded(model_of(db)), "Round up: part of an answer cannot be had."),
        Mistake(
            lambda db: math.floor(not_rounded(model_of(db))),
            "You rounded down: that is a little less than enough. Round up.",
        ),
        Mistake(
            lambda db: answers_needed(model_of(db), population=None),
            "That is for very many customers; of 1,000 you need fewer.",
        ),
        Mistake(
            lambda db: answers_needed(model_of(db), margin=MARGIN / 2),
            "± 2 points is half the width of the interval; you took it for the whole width.",
        ),
        Mistake(
            lambda db: sample_size(MARGIN / 100, share=0.5, population=CUSTOMERS),
            "That is for a share of customers to ± 2 %; the index has a deviation of its own.",
        ),
    ),
    worked=(
        "import math\n\n"
        "model = satisfaction.satisfaction_index(db)\n"
        "n = (1.96 * satisfaction.index_deviation(model) / 2) ** 2\n"
        "answer = math.ceil(n / (1 + (n - 1) / 1000))"
    ),
    feedback="Right, and rounded up. These are answers, not invitations: divide by the response rate.",
)


@needs("survey", survey=("recommend",))
def promoters_less_detractors(db, promoter_from=9, detractor_to=6):
    """Net promoter score of all answers, with the limits given."""
    answers = db.survey["recommend"].dropna().astype(float)
    return float(100 * ((answers >= promoter_from).mean() - (answers <= detractor_to).mean()))


net_promoters = desk.exercise(
    name="net_promoters",
    question="What is the net promoter score of all answers together?",
    kind=Number("a score between −100 and 100"),
    expected=needs("survey", survey=("recommend",))(
        lambda db: float(net_promoter_score(db.survey["recommend"])["nps"])
    ),
    hints=(
        "The answers are in satisfaction.survey_answers(db)['recommend'].",
        "Promoters answered 9 or 10, detractors 0 to 6; 7 and 8 are in neither group but in the total.",
    ),
    mistakes=(
        Mistake(lambda db: promoters_less_detractors(db) / 100, "That is a share; the score is times 100."),
        Mistake(lambda db: promoters_less_detractors(db, promoter_from=8), "An 8 is not yet a promoter."),
        Mistake(lambda db: promoters_less_detractors(db, detractor_to=5), "A 6 is still a detractor."),
        Mistake(lambda db: promoters_less_detractors(db, detractor_to=-1), "You forgot to deduct the detractors."),
        Mistake(lambda db: float(db.survey["recommend"].mean()), "That is the mean answer, not the score."),
    ),
    worked=(
        'recommend = satisfaction.survey_answers(db)["recommend"].dropna()\n'
        "answer = 100 * ((recommend >= 9).mean() - (recommend <= 6).mean())"
    ),
    feedback="Right. Say the interval with it: a net score varies more than a share.",
)

service_gaps = desk.exercise(
    name="service_gaps",
    question="What is the gap (perceived − expected) of each of the five service dimensions?",
    kind=Values("a gap for each dimension", tolerance=0.01, absolute=0.0051),
    expected=asks_of(gaps_of)(lambda gaps: gaps["gap"]),
    hints=(
        "satisfaction.quality_gaps(db) has one row a dimension.",
        "The gap is what was perceived less what was expected: below 0 the company falls short.",
    ),
    mistakes=(
        Mistake(lambda db: -gaps_of(db)["gap"], "The sign is reversed: a shortfall is below 0."),
        Mistake(lambda db: gaps_of(db)["weighted_gap"], "Those gaps are weighted by importance already."),
        Mistake(lambda db: gaps_of(db)["perceived"], "That is the perception alone."),
    ),
    worked='gaps = satisfaction.quality_gaps(db)\nanswer = gaps["perceived"] - gaps["expected"]',
    feedback="Right. A gap says how far, not how important: for that the next section is needed.",
)

must_be = desk.exercise(
    name="must_be",
    question="Which features are must-be (M) by the most frequent category?",
    kind=Features("features"),
    expected=asks_of(kano_of)(lambda kano: set(kano.index[kano["category"] == "M"])),
    hints=(
        "satisfaction.kano_table(db) has the category of each feature.",
        "Keep the rows whose category is 'M' and take the index.",
    ),
    mistakes=(
        Mistake(
            lambda db: set(kano_of(db).index[kano_of(db)["category"].isin(["M", "O"])]),
            "You took the one-dimensional ones too: they displease when missing, but also please when there.",
        ),
        Mistake(
            lambda db: set(kano_of(db).index[kano_of(db)["worse"] < -0.5]),
            "You took all that displease when missing; of those, some also please when there.",
        ),
        Mistake(
            lambda db: set(kano_of(db).index[kano_of(db)["category"] == "A"]),
            "Those delight when there; nobody misses them.",
        ),
    ),
    worked='kano = satisfaction.kano_table(db)\nanswer = set(kano.index[kano["category"] == "M"])',
    feedback="Right. Doing more of a must-be than is expected earns nothing.",
)


@needs("service_ratings")
def opportunity(db, formula=opportunity_score, fall=FALL):
    """Opportunity of each dimension from mean answers on 0–10, were satisfaction so much lower."""
    ratings = db.service_ratings.dropna(subset=["importance", "perceived"])
    means = ratings.groupby("dimension")[["importance", "perceived"]].mean().astype(float)
    perceived = ((means["perceived"] - 1) / 6 * 10 - fall).clip(lower=0)
    values = formula((means["importance"] - 1) / 9 * 10, perceived)
    return pd.Series(values, means.index, name="opportunity")


opportunity_by_hand = desk.exercise(
    name="opportunity_by_hand",
    question="Were mean satisfaction 2 points of 10 lower everywhere: what would each opportunity score be?",
    kind=Values("a score for each dimension"),
    expected=opportunity,
    hints=(
        "satisfaction.opportunity_table(db, variant='mean') has importance and satisfaction on 0–10.",
        "Take 2 points off the satisfaction first.",
        "Opportunity = importance + (importance − satisfaction), but a surplus of satisfaction counts 0.",
    ),
    mistakes=(
        Mistake(
            lambda db: opportunity(db, lambda importance, perceived: importance),
            "That is the importance alone; where it is above the lowered satisfaction, the difference comes on top.",
        ),
        Mistake(lambda db: opportunity(db, fall=0.0), "That is today's satisfaction; take 2 points off it first."),
        Mistake(
            lambda db: opportunity(db, lambda importance, perceived: 2 * importance - perceived),
            "Where satisfaction exceeds importance, the difference counts 0, not below 0.",
        ),
        Mistake(
            lambda db: opportunity(db, lambda importance, perceived: importance - perceived),
            "That is the gap alone; add the importance.",
        ),
        Mistake(
            lambda db: opportunity(
                db, lambda importance, perceived: perceived + (perceived - importance).clip(lower=0)
            ),
            "Importance and satisfaction have changed places.",
        ),
    ),
    worked=(
        "table = satisfaction.opportunity_table(db, variant='mean')\n"
        'lowered = (table["satisfaction"] - 2).clip(lower=0)\n'
        'gap = (table["importance"] - lowered).clip(lower=0)\n'
        'answer = table["importance"] + gap'
    ),
    feedback="Right. Where satisfaction is above importance, the score is the importance and ranks nothing anew.",
)
