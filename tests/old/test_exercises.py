"""The framework of exercises: states, kinds of answers, hints, diagnosis."""

import numpy as np
import pandas as pd
import pytest

from crmlib.errors import CrmError
from crmlib.old.exercises import Choice, Desk, Ids, Mistake, Number, Values
from crmlib.old.figures import Notice


def an_exercise(kind=None, right=0.4, wrong=40.0, desk=None):
    desk = desk or Desk()
    made = desk.exercise(
        name="share",
        question="Which share?",
        kind=kind or Number("a share"),
        expected=lambda db: right,
        hints=("Look again.", "Divide.", "Divide by the total."),
        mistakes=(Mistake(lambda db: wrong, "You gave per cent; a share lies between 0 and 1."),),
        worked="answer = 0.4",
        feedback="Well done.",
    )
    desk.use(object())
    return made


def test_three_states():
    exercise = an_exercise()
    assert exercise.check(...).state == "not answered" and ".hint()" in exercise.check(...).message
    assert exercise.check(0.3).state == "not yet" and exercise.check(0.3).message == "Your number is too small."
    assert exercise.check(0.4).state == "right" and exercise.check(0.4).message == "Well done."
    assert exercise.check(0.4) and not exercise.check(0.3) and not exercise.check(...)


def test_a_known_mistake_is_diagnosed():
    assert an_exercise().check(40).message.startswith("You gave per cent")


def test_a_mistake_that_is_right_in_these_data_is_none():
    exercise = an_exercise(wrong=0.4)
    assert exercise.check(0.4).state == "right"
    assert exercise.check(0.1).message == "Your number is too small."


@pytest.mark.parametrize(
    "answer",
    ["0.4", [0.4, 0.5], pd.DataFrame(), pd.Series([1.0, 2.0]), None, True, np.nan, np.inf, {}, object(), len, 1j],
)
def test_anything_else_is_not_yet_and_says_why(answer):
    result = an_exercise().check(answer)
    assert result.state == "not yet" and len(result.message) > 20


@pytest.mark.parametrize("answer", [0.4, np.float64(0.4), pd.Series([0.4]), np.array([0.4]), 0.4005])
def test_numbers_in_every_wrapping(answer):
    assert an_exercise().check(answer).state == "right"


def test_the_sign_is_looked_at_first():
    assert an_exercise().check(-0.4).message == "Your number has the wrong sign."
    assert an_exercise(right=5, wrong=1).check(6).message == "Your number is too large."


def test_ids_in_every_collection():
    exercise = an_exercise(Ids(), right={"A", "B"}, wrong={"A"})
    for answer in (
        ["A", "B"],
        {"B", "A"},
        pd.Index(["A", "B"]),
        pd.Series(["B", "A"]),
        np.array(["A", "B"]),
        ("A", "B"),
    ):
        assert exercise.check(answer).state == "right"
    assert exercise.check(["A"]).message.startswith("You gave per cent")
    assert exercise.check(["A", "C", "D"]).message == "1 customers are missing and 2 do not belong."
    assert exercise.check([]).message == "2 customers are missing and 0 do not belong."


@pytest.mark.parametrize(
    "answer", ["AB", 3, pd.DataFrame({"x": [1]}), pd.Series([True, False]), pd.Series([0.5]), [["A"]], {"A": 1}]
)
def test_what_is_no_collection_of_ids_is_said(answer):
    result = an_exercise(Ids(), right={"A"}, wrong=set()).check(answer)
    assert result.state == "not yet" and "customers" in result.message


def test_series_row_by_row():
    right = pd.Series({"A": 1.0, "B": 2.0})
    exercise = an_exercise(Values("scores"), right=right, wrong=right * 2)
    assert exercise.check(right[["B", "A"]]).state == "right"
    assert exercise.check(right.to_frame()).state == "right"
    assert exercise.check(right * 2).message.startswith("You gave per cent")
    assert exercise.check(right + np.array([0, 1])).message == "1 of 2 values differ."
    assert exercise.check(right[:1]).message.startswith("Your Series has 1 rows; 2 are asked for")
    assert exercise.check(pd.Series({"A": 1.0, "B": np.nan})).message == "1 of your 2 values are missing (NaN)."
    assert exercise.check(pd.Series([1.0, 2.0], index=["A", "A"])).message.startswith(
        "Your Series names some rows twice"
    )
    assert exercise.check(pd.Series(dtype=float)).state == "not yet"
    for wrong in ([1.0, 2.0], 3, "A", pd.DataFrame()):
        assert "a pandas Series" in exercise.check(wrong).message


def test_series_of_words():
    right = pd.Series(["key", "small"], index=["A", "B"], dtype="category")
    exercise = an_exercise(Values("grades"), right=right, wrong=right[::-1].set_axis(["A", "B"]))
    assert exercise.check(right.astype(str)).state == "right"
    assert exercise.check(pd.Series([1, 2], index=["A", "B"])).message == "2 of 2 values differ."


def test_choices_ignore_capitals_and_list_the_options():
    exercise = an_exercise(Choice(("revenue", "profit")), right="profit", wrong="revenue")
    assert exercise.check(" Profit ").state == "right"
    assert exercise.check("revenue").message.startswith("You gave per cent")
    assert (
        "'revenue', 'profit'" in exercise.check("margin").message and "'revenue', 'profit'" in exercise.check(2).message
    )


def test_hints_are_staged_and_start_afresh_with_another_database():
    exercise = an_exercise()
    said = [str(exercise.hint()) for _ in range(4)]
    assert [text[:11] for text in said] == ["Hint 1 of 3", "Hint 2 of 3", "Hint 3 of 3", "Hint 3 of 3"]
    assert "solution()" in said[2] and "solution()" not in said[1]
    exercise.desk.use(object())
    assert str(exercise.hint()).startswith("Hint 1")


def test_the_right_answer_belongs_to_the_database_in_use():
    desk = Desk()
    exercise = an_exercise(desk=desk)
    exercise.expected = lambda db: db
    desk.use(1.0)
    assert exercise.check(1.0).state == "right"
    desk.use(2.0)
    assert exercise.check(1.0).state == "not yet" and exercise.check(2.0).state == "right"


def test_without_a_database_the_way_out_is_named():
    desk = Desk()
    exercise = an_exercise(desk=desk)
    desk.db = None
    assert exercise.check(...).state == "not answered"  # the notebook may be read before it is run
    exercise.forget()
    with pytest.raises(CrmError, match=r"exercises\.use\(db\)"):
        exercise.check(0.4)


def test_data_that_cannot_answer_get_one_sentence():
    exercise = an_exercise(right=Notice("These data have no costs."))
    assert exercise.check(0.4).state == "cannot be asked" and exercise.check(0.4).message == "These data have no costs."


def test_what_is_shown_is_escaped():
    exercise = an_exercise(Choice(("a", "b")), right="a", wrong="b")
    shown = exercise.check("<script>alert(1)</script>")._repr_mimebundle_()
    assert "<script>" not in shown["text/html"] and "&lt;script&gt;" in shown["text/html"]
    assert shown["text/plain"].startswith("◐ Not yet. ")


def test_solution_is_shown_as_code():
    shown = an_exercise().solution()._repr_mimebundle_()
    assert shown["text/plain"] == "answer = 0.4" and shown["text/markdown"].startswith("```python\n")
