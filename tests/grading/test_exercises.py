"""Your turn, chapter 6: the rules of all exercises, ten seeds, and the faults that the old ones had."""

import ast
import inspect
import textwrap

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import pytest
import seaborn as sns

import crmlib
from crmlib import grading
from crmlib.answers import SAME, Column, Number, Share
from crmlib.drawings import Drawing
from crmlib.errors import CANNOT_CARRY
from crmlib.exercises import use
from tests.exercise_rules import exercises_of, rules_of
from tests.odd_companies import SEEDS, folder_of

EXERCISES = exercises_of(grading.exercises)
IMPORTED = {"crmlib": crmlib, "grading": grading, "np": np, "pd": pd, "plt": plt, "sns": sns}
each = pytest.mark.parametrize("exercise", EXERCISES, ids=lambda exercise: exercise.name)


def own_lines(exercise):
    """Statements of the worked function after its docstring: what a student has to write."""
    return len(ast.parse(textwrap.dedent(inspect.getsource(exercise.worked))).body[0].body) - 1


def read(exercise, db, function=None):
    """What a function (the worked one if none) gives on a company, as the kind reads it; figures are closed."""
    with plt.rc_context():
        plt.figure()
        try:
            return exercise.kind.read((function or exercise.worked)(db))
        finally:
            plt.close("all")


def test_as_many_as_a_chapter_has():
    assert 8 <= len(EXERCISES) <= 12
    assert sum(own_lines(exercise) >= 3 for exercise in EXERCISES) >= len(EXERCISES) / 2
    assert any(isinstance(exercise.kind, Drawing) for exercise in EXERCISES)
    assert sum(len(exercise.mistakes) >= 3 for exercise in EXERCISES) <= 4


@each
def test_rules_of_all_chapters(exercise, teaching):
    rules_of(exercise, teaching, **IMPORTED)


def right_is_inside_its_range_and_no_mistake(exercise, db):
    right = read(exercise, db)
    if isinstance(exercise.kind, Share):
        assert np.min(right) > 0.02 and np.max(right) < 0.98
    elif isinstance(exercise.kind, Number | Column):
        assert np.min(right) > 0
    elif isinstance(exercise.kind, Drawing):
        assert (right.heights > 0).all() and right.heights.size == 4
    else:
        assert 0 < len(right) < 100
    for says, mistake in exercise.mistakes.items():
        off = exercise.kind.distance(read(exercise, db, mistake), right)
        assert off > SAME, f"{exercise.name}: on these data {says!r} is right"


@each
def test_right_is_inside_its_range_and_no_mistake_in_other_classes(exercise, other_classes):
    for db in other_classes:
        right_is_inside_its_range_and_no_mistake(exercise, db)


@pytest.mark.slow
@pytest.mark.parametrize("seed", SEEDS)
def test_right_is_inside_its_range_and_no_mistake_on_ten_seeds(seed):
    db = crmlib.open_database(folder_of(f"seed {seed}"))
    for exercise in EXERCISES:
        right_is_inside_its_range_and_no_mistake(exercise, db)


@each
def test_orders_alone_give_an_answer_or_a_sentence(exercise, orders_only):
    try:
        assert read(exercise, orders_only) is not None
    except CANNOT_CARRY as fault:
        assert str(fault).endswith(".")


def test_an_answer_as_it_is_printed_is_right(teaching):
    """The old chapter refused 0.27 where 0.27 was printed."""
    use(teaching)
    for exercise in EXERCISES:
        if isinstance(exercise.kind, Share):
            right = exercise.worked(teaching)
            assert exercise.check(round(right, 2)) and exercise.check(f"{right:.0%}")


def test_other_ways_to_the_right_answer(teaching):
    use(teaching)
    exercises = grading.exercises
    persons = set(teaching.customers.query("kind == 'person'")["customer_id"])
    orders = teaching.orders.assign(year=teaching.orders["order_date"].dt.year)
    paid = orders[orders["customer_id"].isin(persons)].groupby(["year", "customer_id"])["amount"].sum()
    before, now = (paid[teaching.as_of.year - ago].sort_values(ascending=False) for ago in (1, 0))
    best = set(before.index[: -(-len(before) // 10)])
    assert exercises.top_tenth_next_year.check(now[[who in best for who in now.index]].sum() / now.sum())
    first = teaching.orders.query("customer_id in @persons").groupby("customer_id")["order_date"].min()
    opening = crmlib.customer_summary(teaching)["opening_stock"]
    won = first[~opening.reindex(first.index, fill_value=True)].dt.year.loc[lambda year: year < teaching.as_of.year]
    days = crmlib.purchase_days(teaching).query("amount > 0")
    active = pd.crosstab(days["customer_id"], days["day"].dt.year)
    answer = {year: int((active.loc[won.index[won == year], year + 1] == 0).sum()) for year in sorted(won.unique())}
    assert exercises.lost_after_a_year.check(pd.Series(answer))
    assert exercises.lost_after_a_year.check(pd.DataFrame({"lost": pd.Series(answer)}))
    assert exercises.sleeping_giants.check(list(exercises.sleeping_giants.worked(teaching))[::-1])
