"""Your turn, section 6.2: RFM scores and segments, ABC classes, customers who would be mistreated."""

from crmlib.exercises import Ids, Mistake, Values
from crmlib.grading.exercises.room import desk, needs_profit, profit_of, scores_of, segments_of
from crmlib.grading.measures import best_measure
from crmlib.grading.pyramid import abc_classes, grade_customers
from crmlib.grading.rfm import cut_scores


def class_a(values):
    """The customers in class A."""
    classes = abc_classes(values)
    return classes.index[classes == "A"]


def top_by_revenue(table, grades=("key", "major")):
    """The rows of the best grades by revenue."""
    return table[grade_customers(table["revenue"]).isin(list(grades))]


recency_scores = desk.exercise(
    name="recency_scores",
    question="Score recency from 1 to 5 by the chapter's cut rule, 5 for the customers who bought last.",
    kind=Values("a score for each customer", tolerance=0.0),
    expected=lambda db: scores_of(db)["R"],
    hints=(
        "grading.rfm_scores(db.table('orders'), db.as_of) has recency in days, and the scores.",
        "Fewer days are better, so cut −recency, or count who is strictly worse.",
        "score = 1 + ⌊5 × share of customers with more days⌋",
    ),
    mistakes=(
        Mistake(
            lambda db: cut_scores(scores_of(db)["recency"]),
            "The direction is reversed: few days since buying are good.",
        ),
        Mistake(lambda db: 6 - scores_of(db)["R"], "The direction is reversed: few days since buying are good."),
        Mistake(lambda db: scores_of(db)["recency"], "Those are days; the question asks for scores from 1 to 5."),
        Mistake(
            lambda db: (
                (-scores_of(db)["recency"]).rank(method="first").sub(1).mul(5).floordiv(len(scores_of(db))).add(1)
            ),
            "You gave customers with equal recency different scores; the rule gives them the same.",
        ),
    ),
    worked=(
        'scores = grading.rfm_scores(db.table("orders"), db.as_of)\n'
        'worse = (-scores["recency"]).rank(method="min") - 1\n'
        "answer = 1 + (5 * worse) // len(scores)"
    ),
    feedback="Right. Equal customers get equal scores, so the five groups need not be equally large.",
)

champions = desk.exercise(
    name="champions",
    question="Which customers are Champions under the chapter's segment rules?",
    kind=Ids(),
    expected=lambda db: set(segments_of(db)[lambda s: s == "Champions"].index),
    hints=(
        "grading.rfm_segments(scores) names the segment of each customer.",
        "Champions have 4 or 5 in all three scores; take the index of those rows.",
    ),
    mistakes=(
        Mistake(
            lambda db: set(scores_of(db).query("R >= 4 and F >= 4").index),
            "You looked at recency and frequency only; these rules ask for money too.",
        ),
        Mistake(
            lambda db: set(scores_of(db).query("R == 5 and F == 5 and M == 5").index),
            "You took only 5-5-5; the rule says 4 or 5 in each. Another rule, other champions.",
        ),
        Mistake(
            lambda db: set(scores_of(db).query("RFM >= 12").index),
            "A sum of 12 hides a weak score behind strong ones; the rule looks at each.",
        ),
    ),
    worked=(
        'scores = grading.rfm_scores(db.table("orders"), db.as_of)\n'
        "segments = grading.rfm_segments(scores)\n"
        'answer = set(segments.index[segments == "Champions"])'
    ),
    feedback="Right. Without the rule beside it, the number of champions says nothing.",
)

abc_a_customers = desk.exercise(
    name="abc_a_customers",
    question="Which customers are in class A by revenue, that is, together bring the first 80 % of it?",
    kind=Ids(),
    expected=lambda db: set(class_a(profit_of(db)["revenue"])),
    hints=(
        "grading.abc_classes(values) cuts the cumulated value at 80 and 95 %.",
        "Give it the revenue of each customer and take the index of those in class 'A'.",
    ),
    mistakes=(
        Mistake(
            lambda db: set(profit_of(db)["revenue"].nlargest(int(0.8 * len(profit_of(db)))).index),
            "You took 80 % of the customers; the classes cut 80 % of the revenue.",
        ),
        Mistake(
            lambda db: set(profit_of(db)["revenue"].nlargest(int(0.2 * len(profit_of(db)))).index),
            "You took 20 % of the customers and trusted that they bring 80 %; cut the revenue itself.",
        ),
        Mistake(
            lambda db: set(class_a(profit_of(db)[best_measure(profit_of(db))])),
            "You used profit or margin; the question asks for revenue.",
        ),
    ),
    worked=(
        "profit = grading.customer_profit(db)\n"
        'classes = grading.abc_classes(profit["revenue"])\n'
        'answer = set(classes.index[classes == "A"])'
    ),
    feedback="Right. How many they are is a result; the pyramid fixes it beforehand.",
)

pampered = desk.exercise(
    name="pampered",
    question="Which customers are among the best 5 % by revenue (key or major) and yet lose money?",
    kind=Ids(),
    expected=needs_profit(lambda table: set(top_by_revenue(table).query("profit < 0").index)),
    hints=(
        "grading.grade_customers(profit['revenue']) gives the grade by revenue.",
        "Keep those whose grade is 'key' or 'major' and whose profit is below zero; take the index.",
    ),
    mistakes=(
        Mistake(
            lambda db: set(profit_of(db).query("profit < 0").index),
            "Those are all customers who lose money; keep only the key and major ones.",
        ),
        Mistake(
            lambda db: set(top_by_revenue(profit_of(db)).index),
            "Those are all key and major customers by revenue.",
        ),
        Mistake(
            lambda db: set(top_by_revenue(profit_of(db), ["key"]).query("profit < 0").index),
            "You left out the grade 'major'.",
        ),
    ),
    worked=(
        "profit = grading.customer_profit(db)\n"
        'grade = grading.grade_customers(profit["revenue"])\n'
        'top = profit[grade.isin(["key", "major"])]\n'
        "answer = set(top.index[top.profit < 0])"
    ),
    feedback="Right. None or many: these are the accounts to talk to before the next price round.",
)
