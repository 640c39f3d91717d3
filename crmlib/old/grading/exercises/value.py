"""Your turn, section 6.1: how unequal customers are, relationship customers, expected length, lifetime value."""

from crmlib.old.exercises import Mistake, Number
from crmlib.old.grading.exercises.room import (
    desk,
    kinds_of,
    latest_of,
    needs_profit,
    profit_of,
    retention_of,
    strict_kinds_of,
)
from crmlib.old.grading.measures import best_measure
from crmlib.old.grading.shares import top_share

# Round numbers for the exercise on the formula; they belong to the question, not to the company.
RETENTION, DISCOUNT, FALL = 0.80, 0.10, 0.05


def yearly_value(db):
    """Mean value a year of the latest period's buyers, in money."""
    return latest_of(db)[best_measure(latest_of(db))].mean() / latest_of(db).attrs["years"]


def ordinary_retention(db):
    """Yearly retention of the grade "ordinary"."""
    return retention_of(db)["retention"]["ordinary"]


top_decile_share = desk.exercise(
    name="top_decile_share",
    question="Which share of revenue do the largest 10 % of customers by revenue bring?",
    kind=Number("a share between 0 and 1"),
    expected=lambda db: top_share(profit_of(db)["revenue"], 0.10),
    hints=(
        "One row a customer: grading.customer_profit(db) has the column 'revenue'.",
        "Sort revenue downwards and add up the first tenth of the rows (rounded up).",
        "grading.top_share(values, top) does both; top is a share of customers.",
    ),
    mistakes=(
        Mistake(
            lambda db: 100 * top_share(profit_of(db)["revenue"], 0.10),
            "That is per cent; the answer is a share, 0–1.",
        ),
        Mistake(
            lambda db: profit_of(db)["revenue"].nlargest(10).sum() / profit_of(db)["revenue"].sum(),
            "You took the ten largest customers; the question asks for the largest tenth.",
        ),
        Mistake(
            lambda db: profit_of(db)["revenue"].nlargest(10).sum(),
            "That is the money of ten customers, not a share.",
        ),
        Mistake(
            lambda db: top_share(profit_of(db)[best_measure(profit_of(db))], 0.10),
            "You used profit or margin; the question asks for revenue.",
        ),
        Mistake(lambda db: 1 - top_share(profit_of(db)["revenue"], 0.10), "That is what the other nine tenths bring."),
    ),
    worked='profit = grading.customer_profit(db)\nanswer = grading.top_share(profit["revenue"], 0.10)',
    feedback="Right. Compare it with the 10 % they would bring if all customers were equal.",
)

losing_customers = desk.exercise(
    name="losing_customers",
    question="Which share of customers lose money, that is, have a profit below zero?",
    kind=Number("a share between 0 and 1"),
    expected=needs_profit(lambda table: (table["profit"] < 0).mean()),
    hints=(
        "A comparison such as table['profit'] < 0 gives yes or no for each customer.",
        "The mean of yes and no is the share of yes.",
    ),
    mistakes=(
        Mistake(lambda db: 100 * (profit_of(db)["profit"] < 0).mean(), "That is per cent; the answer is a share, 0–1."),
        Mistake(lambda db: (profit_of(db)["profit"] < 0).sum(), "That is the number of customers; divide by all."),
        Mistake(
            lambda db: (profit_of(db)["margin"] < 0).mean(),
            "You used the margin; the question asks for profit after the cost to serve.",
        ),
        Mistake(lambda db: (profit_of(db)["profit"] > 0).mean(), "Those are the ones who earn money."),
    ),
    worked='profit = grading.customer_profit(db)\nanswer = (profit["profit"] < 0).mean()',
    feedback="Right. On the whale curve they are everybody to the right of the peak.",
)

relationship_share = desk.exercise(
    name="relationship_share",
    question=(
        "Which share of relationship customers is declining in value, if a relationship buyer has at least 6 purchase "
        "days and not 4?"
    ),
    kind=Number("a share between 0 and 1"),
    expected=lambda db: strict_kinds_of(db)["share_of_relationship"]["declining value"],
    hints=(
        "grading.RelationshipRule(fewest_days=6) is the stricter rule; relationship_customers(db, rule) applies it.",
        "grading.relationship_table(...) has one row a kind and the column 'share_of_relationship'.",
        "Transaction buyers and those too new to tell are left out of the whole.",
    ),
    mistakes=(
        Mistake(
            lambda db: kinds_of(db)["share_of_relationship"]["declining value"],
            "That is the share under the chapter's rule (4 purchase days); apply the stricter one.",
        ),
        Mistake(
            lambda db: strict_kinds_of(db)["customer_share"]["declining value"],
            "You divided by all buyers; divide by relationship customers only.",
        ),
        Mistake(
            lambda db: 100 * strict_kinds_of(db)["share_of_relationship"]["declining value"],
            "That is per cent; the answer is a share, 0–1.",
        ),
        Mistake(
            lambda db: strict_kinds_of(db)["customers"]["declining value"],
            "That is a number of customers, not a share.",
        ),
    ),
    worked=(
        "rule = grading.RelationshipRule(fewest_days=6)\n"
        "table = grading.relationship_table(grading.relationship_customers(db, rule))\n"
        'answer = table.loc["declining value", "share_of_relationship"]'
    ),
    feedback="Right. The share depends on the rule; the course's 40 to 60 % say nothing without theirs.",
)

expected_length = desk.exercise(
    name="expected_length",
    question=(
        "If the yearly retention of the grade 'ordinary' fell by 5 points (0.05), for how many years would such a "
        "customer be expected to stay?"
    ),
    kind=Number("a number of years"),
    expected=lambda db: 1 / (1 - ordinary_retention(db) + FALL),
    hints=(
        "grading.retention_by_grade(db) has the column 'retention'; take 0.05 off.",
        "With a chance r of staying each year, the expected length is 1 + r + r² + …",
        "That sum is 1 / (1 − r).",
    ),
    mistakes=(
        Mistake(lambda db: 1 / (1 - ordinary_retention(db)), "That is the length now; retention is to fall by 0.05."),
        Mistake(
            lambda db: 1 / (ordinary_retention(db) - FALL),
            "You divided by retention; divide by the share that leaves, 1 − r.",
        ),
        Mistake(lambda db: 1 - ordinary_retention(db) + FALL, "That is the share that would leave in a year."),
        Mistake(
            lambda db: 1 / (1 - ordinary_retention(db) - FALL),
            "You raised retention by 0.05; it is to fall.",
        ),
        Mistake(
            lambda db: 1 / (1 - retention_of(db)["retention"]["all"] + FALL),
            "That is for all customers, not for one grade.",
        ),
    ),
    worked='r = grading.retention_by_grade(db).loc["ordinary", "retention"] - 0.05\nanswer = 1 / (1 - r)',
    feedback="Right. The higher retention is, the more years a few points cost.",
)

simple_lifetime_value = desk.exercise(
    name="simple_lifetime_value",
    question=(
        "A customer earns m a year, the mean of last year's buyers. The first payment comes one year from now, if the "
        "customer renews; r = 0.80, d = 0.10. What is the customer worth today?"
    ),
    kind=Number("an amount of money"),
    expected=lambda db: yearly_value(db) * RETENTION / (1 + DISCOUNT - RETENTION),
    hints=(
        "latest = grading.latest_profit(db); m is the mean of its best measure, a year.",
        "The first payment comes after a year, if the customer is still there: m·r/(1+d).",
        "The sum of m·rᵗ/(1+d)ᵗ from t = 1 on is m·r / (1 + d − r).",
    ),
    mistakes=(
        Mistake(
            lambda db: yearly_value(db) * (1 + DISCOUNT) / (1 + DISCOUNT - RETENTION),
            "You counted a payment today: m·(1+d)/(1+d−r) is the convention with the first payment at once.",
        ),
        Mistake(
            lambda db: yearly_value(db) / (1 + DISCOUNT - RETENTION),
            "m/(1+d−r) has the first payment come for certain after a year; here it comes with chance r.",
        ),
        Mistake(lambda db: yearly_value(db) / (1 - RETENTION), "You left out the discount rate."),
        Mistake(
            lambda db: (
                latest_of(db)["revenue"].mean() / latest_of(db).attrs["years"] * RETENTION / (1 + DISCOUNT - RETENTION)
            ),
            "You used revenue; what the customer earns the company is what is left after costs.",
        ),
        Mistake(
            lambda db: profit_of(db)[best_measure(profit_of(db))].mean() * RETENTION / (1 + DISCOUNT - RETENTION),
            "That is the mean of all customers over the whole period; take last year's buyers, a year.",
        ),
    ),
    worked=(
        "latest = grading.latest_profit(db)\n"
        'm = latest[grading.best_measure(latest)].mean() / latest.attrs["years"]\n'
        "r, d = 0.80, 0.10\n"
        "answer = m * r / (1 + d - r)"
    ),
    feedback="Right. Three conventions, three numbers: always say which one you used.",
)
