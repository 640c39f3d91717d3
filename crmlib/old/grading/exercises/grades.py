"""Your turn, section 6.2: RFM scores and segments, ABC classes, customers who would be mistreated."""

import pandas as pd

from crmlib.old.exercises import Ids, Mistake, Values
from crmlib.old.grading.disagreement import mistreated
from crmlib.old.grading.exercises.room import desk, needs_profit, profit_of, scores_of, segments_of
from crmlib.old.grading.measures import best_measure
from crmlib.old.grading.pyramid import abc_classes, grade_customers
from crmlib.old.grading.rfm import cut_scores


def class_a(values):
    """The customers in class A."""
    classes = abc_classes(values)
    return classes.index[classes == "A"]


def quarters(values):
    """Scores from 1 to 4 by the chapter's cut rule."""
    return cut_scores(values, 4)


def before_the_limit(values):
    """The customers up to 80 % of the sum, without the one who crosses it."""
    ordered = values.sort_values(ascending=False, kind="stable")
    return set(ordered.index[ordered.cumsum() <= 0.8 * ordered.sum()])


def top_by_revenue(table, grades=("key", "major")):
    """The rows of the best grades by revenue."""
    return table[grade_customers(table["revenue"]).isin(list(grades))]


recency_scores = desk.exercise(
    name="recency_scores",
    question="Score recency from 1 to 4 by the chapter's cut rule (four classes, not five), 4 for the latest.",
    kind=Values("a score for each customer", tolerance=0.0),
    expected=lambda db: quarters(-scores_of(db)["recency"]),
    hints=(
        "scores['recency'] has the days. Fewer days are better, so cut −recency.",
        "score = 1 + ⌊4 × share of customers who are strictly worse⌋, that is, with more days.",
        "(-recency).rank(method='min') - 1 counts the strictly worse.",
    ),
    mistakes=(
        Mistake(
            lambda db: quarters(scores_of(db)["recency"]),
            "The direction is reversed: few days since buying are good.",
        ),
        Mistake(lambda db: scores_of(db)["R"], "Those are scores from 1 to 5; the question asks for four classes."),
        Mistake(lambda db: scores_of(db)["recency"], "Those are days; the question asks for scores from 1 to 4."),
        Mistake(
            lambda db: (
                (-scores_of(db)["recency"]).rank(method="first").sub(1).mul(4).floordiv(len(scores_of(db))).add(1)
            ),
            "You gave customers with equal recency different scores; the rule gives them the same.",
        ),
        Mistake(
            lambda db: pd.qcut(-scores_of(db)["recency"], 4, labels=False, duplicates="drop") + 1,
            "qcut follows another rule for customers who lie on a limit; count who is strictly worse.",
        ),
    ),
    worked=(
        'scores = grading.rfm_scores(db.table("orders"), db.as_of)\n'
        'worse = (-scores["recency"]).rank(method="min") - 1\n'
        "answer = 1 + (4 * worse) // len(scores)"
    ),
    feedback="Right. Equal customers get equal scores, so the groups need not be equally large.",
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
        Mistake(
            lambda db: before_the_limit(profit_of(db)["revenue"]),
            "You left out the customer with whom 80 % is reached; he belongs to A.",
        ),
        Mistake(
            lambda db: before_the_limit(profit_of(db)[best_measure(profit_of(db))]),
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
        Mistake(
            lambda db: set(mistreated(profit_of(db)).query("treatment == 'pampered'").index),
            "You took all the pampered, also those who earn something but two grades less; here only losses count.",
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
