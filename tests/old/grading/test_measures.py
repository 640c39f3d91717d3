"""The best measure of value at hand."""

import pandas as pd
import pytest

from crmlib.old.grading.measures import MEASURES, best_measure, earning_rate


@pytest.mark.parametrize("columns", [["revenue"], ["revenue", "margin"], ["revenue", "margin", "profit"]])
def test_profit_before_margin_before_revenue(columns):
    assert best_measure(pd.DataFrame(columns=columns)) == columns[-1]
    assert MEASURES[0] == "profit"


def test_earning_rate_is_known_or_assumed():
    table = pd.DataFrame({"revenue": [80.0, 20.0], "margin": [40.0, 10.0], "profit": [30.0, -5.0]})
    assert earning_rate(table, 0.4) == 0.25
    assert earning_rate(table.drop(columns="profit"), 0.4) == 0.5
    assert earning_rate(table[["revenue"]], 0.4) == 0.4
