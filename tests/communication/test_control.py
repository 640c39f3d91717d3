"""Control charts of NIST's e-Handbook and of the R package qcc (Scrucca 2004)."""

import numpy as np
import pandas as pd
import pytest

from crmlib.communication import control_chart
from crmlib.errors import DataFault, TooFew

FLOW = [49.6, 47.6, 49.9, 51.3, 47.8, 51.2, 52.6, 52.4, 53.6, 52.1]  # NIST 6.3.2.2
ORANGE_JUICE = [
    12,
    15,
    8,
    10,
    4,
    7,
    16,
    9,
    14,
    10,
    5,
    6,
    17,
    12,
    22,
    8,
    10,
    5,
    13,
    11,
    20,
    18,
    24,
    15,
    9,
    12,
    7,
    13,
    9,
    6,
]
VISCOSITY = [33.75, 33.05, 34.0, 33.81, 33.46, 34.02, 33.68, 33.27, 33.49, 33.20, 33.62, 33.0, 33.54, 33.12, 33.84]


def test_individuals_of_nist():
    chart = control_chart(FLOW)
    assert chart["centre"].iloc[0] == pytest.approx(50.81)
    assert chart["high"].iloc[0] == pytest.approx(55.8041, abs=0.002)
    assert chart["low"].iloc[0] == pytest.approx(45.8159, abs=0.002)
    assert chart["range_high"].iloc[0] == pytest.approx(3.267 * 1.8778, abs=1e-3)
    assert not chart["outside"].any()


def test_shares_of_nist_and_qcc():
    """NIST 6.3.3.2 (wafers) and qcc's orangejuice: p̄ = .2313, limits .0524 and .4102, samples 15 and 23 outside."""
    chart = control_chart(pd.Series(ORANGE_JUICE) / 50, pd.Series([50] * 30))
    assert chart["centre"].iloc[0] == pytest.approx(0.2313, abs=1e-4)
    assert (chart["low"].iloc[0], chart["high"].iloc[0]) == (
        pytest.approx(0.0524, abs=1e-4),
        pytest.approx(0.4102, abs=1e-4),
    )
    assert [place + 1 for place in np.flatnonzero(chart["outside"])] == [15, 23]


def test_viscosity_of_qcc():
    """qcc's viscosity (Montgomery): x̄ 33.52, σ̂ .4261 = mR̄ / 1.128."""
    chart = control_chart(VISCOSITY)
    assert chart["centre"].iloc[0] == pytest.approx(33.52, abs=0.005)
    assert (chart["high"] - chart["centre"]).iloc[0] / 3 == pytest.approx(0.4261, abs=0.001)


def test_false_alarms_are_as_many_as_chance_sends():
    sizes = pd.Series([40, 90, 150] * 10)
    chance = np.random.RandomState(1)
    drawn = [pd.Series(chance.binomial(sizes, 0.9) / sizes) for _ in range(300)]
    base = pd.Series(True, sizes.index)
    alarms = [control_chart(shares, sizes, base) for shares in drawn]
    mean = np.mean([chart["outside"].sum() for chart in alarms])
    assert mean == pytest.approx(np.mean([chart["false_alarm"].sum() for chart in alarms]), abs=0.05)


def test_limits_come_from_the_base_alone():
    values = pd.Series([5.0, 6, 5, 6, 5, 6, 5, 6, 5, 6, 50])
    chart = control_chart(values, base=values < 10)
    assert chart["outside"].tolist() == [False] * 10 + [True]


def test_what_makes_no_chart_is_refused():
    with pytest.raises(TooFew, match="needs 10 points"):
        control_chart(FLOW[:9])
    with pytest.raises(DataFault, match="a value at each point"):
        control_chart([*FLOW, np.nan])
