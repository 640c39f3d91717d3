import numpy as np
import pandas as pd
import pytest

from crmlib.old.satisfaction.groups import compare_groups, holm, index_by_group


def test_holm_by_hand():
    assert holm([0.01, 0.04, 0.03]) == pytest.approx([0.03, 0.06, 0.06])
    assert len(holm([])) == 0


def test_ten_equal_groups_show_no_clear_difference_nineteen_times_in_twenty():
    generator, naive, corrected, held = np.random.default_rng(4), 0, 0, 0
    for _ in range(60):
        table = compare_groups(pd.Series(generator.normal(80, 15, 500)), pd.Series(np.arange(500) % 10))
        naive += (table["p_value"] < 0.05).any()
        corrected += table["clear"].any()
        held += ((table["low"] <= 0) & (table["high"] >= 0)).all()
    assert naive > 25
    assert corrected <= 7  # 5 % of 60 is 3; more than 7 would come by chance in one case of a hundred
    assert 53 <= held < 60  # the limits hold for all 45 pairs together


def test_limits_and_correction_never_contradict_each_other():
    generator = np.random.default_rng(8)
    seen = []
    for _ in range(150):
        means = generator.normal(80, 2.5, 4)
        values = pd.Series(generator.normal(np.repeat(means, 60), 12))
        table = compare_groups(values, pd.Series(np.repeat(list("abcd"), 60)))
        one_side = (table["low"] >= 0) | (table["high"] <= 0)
        assert (one_side == table["clear"]).all()
        assert ((table["low"] <= table["difference"]) & (table["difference"] <= table["high"])).all()
        # Both kinds that used to contradict: only seemingly clear, and clear by Holm's correction alone.
        seen += list(
            zip(table["p_value"] < 0.05, table["clear"], (table["low"] == 0) | (table["high"] == 0), strict=True)
        )
    assert (True, False, False) in seen
    assert (True, True, True) in seen


def test_a_real_difference_is_found_and_small_groups_are_left_out():
    generator = np.random.default_rng(1)
    values = pd.Series(np.concatenate([generator.normal(80, 10, 200), generator.normal(74, 10, 200), [0, 0]]))
    groups = pd.Series(["a"] * 200 + ["b"] * 200 + ["tiny"] * 2)
    table = compare_groups(values, groups)
    assert len(table) == 1
    assert table.loc[0, "clear"]
    assert table.loc[0, "difference"] == pytest.approx(6, abs=2.5)
    assert list(index_by_group(values, groups).index) == ["a", "b"]
