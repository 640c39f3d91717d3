"""Your turn, section 6.3: concentration, moves between grades, the service budget."""

from crmlib.old.exercises import Choice, Mistake, Number
from crmlib.old.figures import Notice
from crmlib.old.grading.concentration import concentration_index
from crmlib.old.grading.exercises.room import desk, moves_of, profit_of
from crmlib.old.grading.migration import INACTIVE, move_counts


def gone(db, axis):
    """Share of small customers of before who are inactive now (axis 1), or of the inactive who were small (axis 0)."""
    counts = move_counts(moves_of(db))
    whole = counts.loc["small"].sum() if axis == 1 else counts[INACTIVE].sum()
    if whole == 0:
        return Notice("Nobody was a small customer before, so this exercise cannot be asked.")
    return counts.loc["small", INACTIVE] / whole


concentration = desk.exercise(
    name="concentration",
    question="How concentrated is revenue? Give the Herfindahl–Hirschman index of the customers' shares of revenue.",
    kind=Number("an index between 0 and 1"),
    expected=lambda db: concentration_index(profit_of(db)["revenue"]),
    hints=("Divide each customer's revenue by the total.", "Square the shares and add them up."),
    mistakes=(
        Mistake(
            lambda db: 10_000 * concentration_index(profit_of(db)["revenue"]),
            "That is the index of shares in per cent (0 to 10,000); use shares from 0 to 1.",
        ),
        Mistake(lambda db: 1.0, "The shares themselves add up to 1; square them first."),
        Mistake(
            lambda db: 1 / concentration_index(profit_of(db)["revenue"]),
            "That is 1/HHI, the number of equally large customers that would be as concentrated.",
        ),
    ),
    worked=(
        "profit = grading.customer_profit(db)\n"
        'sold = profit["revenue"].clip(lower=0)  # more returned than bought: no share, rather than a negative one\n'
        "shares = sold / sold.sum()\n"
        "answer = (shares**2).sum()"
    ),
    feedback="Right. 1/HHI says how many equally large customers would be as concentrated.",
)

small_to_inactive = desk.exercise(
    name="small_to_inactive",
    question="Of the small customers of the earlier period, which share bought nothing in the later one?",
    kind=Number("a share between 0 and 1"),
    expected=lambda db: gone(db, axis=1),
    hints=(
        "grading.grade_moves(db) has the grades 'before' and 'now' of each customer.",
        "Keep the rows with before == 'small' and ask how many of them are 'inactive' now.",
    ),
    mistakes=(
        Mistake(
            lambda db: gone(db, axis=0),
            "You divided by all who are inactive now; divide by the small customers of before.",
        ),
        Mistake(lambda db: 100 * gone(db, axis=1), "That is per cent; the answer is a share, 0–1."),
        Mistake(
            lambda db: (moves_of(db)["now"] == INACTIVE).mean(),
            "That is the share of all customers who are inactive now, whatever they were before.",
        ),
    ),
    worked=(
        "moves = grading.grade_moves(db)\n"
        'small = moves[moves["before"] == "small"]\n'
        'answer = (small["now"] == "inactive").mean()'
    ),
    feedback="Right. Losing them is cheap one by one and dear together.",
)

next_unit = desk.exercise(
    name="next_unit",
    question="In a budget plan, one more unit of budget would add 0. What does the manager do with it?",
    kind=Choice(("spend it on key customers", "spread it evenly", "leave it unspent")),
    expected=lambda db: "leave it unspent",
    hints=(
        "“Would add” is by how much the expected gain would rise if the budget rose by 1.",
        "At 0, every package that earns its cost has been bought already.",
    ),
    mistakes=(
        Mistake(
            lambda db: "spend it on key customers",
            "They already have the best package that pays; more would not return.",
        ),
        Mistake(lambda db: "spread it evenly", "Even spreading ignores what a customer of each grade has at stake."),
    ),
    worked='answer = "leave it unspent"',
    feedback="Right. A budget that is not used up is a result, not a failure.",
)
