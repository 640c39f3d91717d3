"""Grades by shares and ABC classes: cuts, ties, order."""

import numpy as np
import pandas as pd
import pytest

from crmlib.errors import CrmError
from crmlib.old.grading.pyramid import SHARES, abc_classes, best_grade, grade_customers, grade_table


def series(values):
    return pd.Series(values, index=[f"C{place:04d}" for place in range(len(values))], dtype=float)


def test_default_shares_give_the_textbooks_pyramid():
    grades = grade_customers(series(range(1000)))
    assert grades.value_counts().reindex(SHARES).tolist() == [10, 40, 150, 800]
    assert grades["C0999"] == "key" and grades["C0000"] == "small"
    assert list(grades.cat.categories) == ["key", "major", "ordinary", "small"] and grades.cat.ordered


def test_equal_values_get_the_same_and_the_better_grade():
    grades = grade_customers(series([9] * 5 + [1] * 95))
    assert (grades.iloc[:5] == "key").all()  # five share the one place
    assert set(grades.iloc[5:]) == {"ordinary"}  # 95 equal customers are not cut in two
    assert (grade_customers(series([4] * 10)) == "key").all()


def test_order_of_rows_and_scale_of_money_do_not_matter():
    values = series(np.random.default_rng(1).lognormal(0, 1, 300).round(1))
    grades = grade_customers(values)
    pd.testing.assert_series_equal(grades, grade_customers(values.sample(frac=1, random_state=1)).sort_index())
    pd.testing.assert_series_equal(grades, grade_customers(values * 7.25))


def test_other_shares_and_wrong_shares():
    halves = grade_customers(series(range(10)), {"top": 0.5, "rest": 0.5})
    assert halves.value_counts().tolist() == [5, 5]
    for wrong in ({"a": 0.5, "b": 0.6}, {"a": 1.0}, {"a": 1.2, "b": -0.2}, {"a": 1.0, "b": 0.0}):
        with pytest.raises(CrmError, match="add up to 1"):
            grade_customers(series(range(10)), wrong)
    with pytest.raises(CrmError, match="1 customers have no value"):
        grade_customers(series([1, np.nan, 2]))


def test_abc_cuts_the_cumulated_value():
    classes = abc_classes(series([70, 15, 10, 4, 1, 0, -5]))
    assert classes.astype(str).tolist() == ["A", "A", "B", "C", "C", "C", "C"]


def test_abc_ties_and_order():
    classes = abc_classes(series([10] * 10))
    assert set(classes) == {"A"}  # equals are not separated
    values = series(np.random.default_rng(2).lognormal(0, 1, 200).round(0))
    pd.testing.assert_series_equal(abc_classes(values), abc_classes(values.sample(frac=1, random_state=1)).sort_index())


def test_abc_refuses_nonsense():
    with pytest.raises(CrmError, match="rise to 1"):
        abc_classes(series([1, 2]), {"A": 0.9, "B": 0.8, "C": 1.0})
    with pytest.raises(CrmError, match="rise to 1"):
        abc_classes(series([1, 2]), {"A": 0.8, "B": 0.9})
    with pytest.raises(CrmError, match="nothing to class"):
        abc_classes(series([0, -1]))


def test_grade_table_shares_add_up():
    frame = pd.DataFrame({"revenue": series([100, 50, 30, 20]), "profit": series([10, 10, -5, 5])})
    grades = grade_customers(frame["revenue"], {"big": 0.25, "rest": 0.75})
    table = grade_table(grades, frame)
    assert table["customers"].tolist() == [1, 3]
    assert table["revenue_share"].tolist() == pytest.approx([0.5, 0.5])
    assert table["profit_share"].tolist() == pytest.approx([0.5, 0.5])
    assert table["value_per_customer"].tolist() == pytest.approx([10, 10 / 3])


def test_the_best_grade_in_two_numbers():
    profit = pd.DataFrame({"revenue": [100.0] * 100, "profit": [50.0] + [0.5] * 99})
    best = best_grade(grade_table(grade_customers(profit["profit"]), profit))
    assert best["customers"] == 1 and best["value_share"] == pytest.approx(50 / 99.5)
