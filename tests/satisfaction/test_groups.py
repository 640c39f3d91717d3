import numpy as np
import pandas as pd
import pytest

from crmlib.satisfaction.groups import compare_groups, holm, index_by_group


def test_holm_by_hand():
    assert holm([0.01, 0.04, 0.03]) == pytest.approx([0.03, 0.06, 0.06])
    assert len(holm([])) == 0


def test_ten_equal_groups_show_no_clear_difference_nineteen_times_in_twenty():
    generator, naive, corrected = np.random.default_rng(4), 0, 0
    for _ in range(60):
        table = compare_groups(pd.Series(generator.normal(80, 15, 500)), pd.Series(np.arange(500) % 10))
        naive += (table["p_value"] < 0.05).any()
        corrected += table["clear"].any()
    assert naive > 25
    assert corrected < 10


def test_a_real_difference_is_found_and_small_groups_are_left_out():
    generator = np.random.default_rng(1)
    values = pd.Series(np.concatenate([generator.normal(80, 10, 200), generator.normal(74, 10, 200), [0, 0]]))
    groups = pd.Series(["a"] * 200 + ["b"] * 200 + ["tiny"] * 2)
    table = compare_groups(values, groups)
    assert len(table) == 1
    assert table.loc[0, "clear"]
    assert table.loc[0, "difference"] == pytest.approx(6, abs=2.5)
    assert list(index_by_group(values, groups).index) == ["a", "b"]
