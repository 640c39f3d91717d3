"""The best measure of value at hand."""

import pandas as pd
import pytest

from crmlib.grading.measures import MEASURES, best_measure


@pytest.mark.parametrize("columns", [["revenue"], ["revenue", "margin"], ["revenue", "margin", "profit"]])
def test_profit_before_margin_before_revenue(columns):
    assert best_measure(pd.DataFrame(columns=columns)) == columns[-1]
    assert MEASURES[0] == "profit"
