import numpy as np
import pandas as pd
import pytest

from crmlib.communication import around, still_waiting
from crmlib.errors import DataFault, TooFew

SIX = pd.DataFrame({"days": [2, 3, 5, 6, 9, 14], "solved": [True, True, False, True, False, True]})
# Freireich et al. (1963), 6-MP: weeks in remission, + still in remission; in every textbook of survival.
WEEKS = [6, 6, 6, 6, 7, 9, 10, 10, 11, 13, 16, 17, 19, 20, 22, 23, 25, 32, 32, 34, 35]
ENDED = [1, 1, 1, 0, 1, 0, 1, 0, 0, 1, 1, 0, 0, 0, 1, 1, 0, 0, 0, 0, 0]


def test_six_cases_by_hand():
    curve = still_waiting(SIX["days"], SIX["solved"])
    assert curve["share"].tolist() == pytest.approx([1, 5 / 6, 4 / 6, 4 / 9, 0])
    assert curve["at_risk"].tolist() == [6, 6, 5, 3, 1]


def test_remission_of_leukaemia():
    curve = still_waiting(pd.Series(WEEKS), pd.Series(ENDED)).set_index("days")["share"]
    published = {6: 0.857, 7: 0.807, 10: 0.753, 13: 0.690, 16: 0.627, 22: 0.538, 23: 0.448}
    assert {day: round(curve[day], 3) for day in published} == published


def test_interval_of_remission():
    """R's survfit with conf.type = "log-log" gives .620 to .952 at week 6."""
    at_six = still_waiting(pd.Series(WEEKS), pd.Series(ENDED)).set_index("days").loc[6]
    assert (at_six["low"], at_six["high"]) == (pytest.approx(0.620, abs=1e-3), pytest.approx(0.952, abs=1e-3))


def test_closed_cases_alone_look_quicker():
    both, closed = still_waiting(SIX["days"], SIX["solved"]), SIX[SIX["solved"]]
    alone = still_waiting(closed["days"], closed["solved"])
    at_six = [curve.loc[curve["days"] <= 6, "share"].iloc[-1] for curve in (both, alone)]
    assert at_six[1] < at_six[0]


def test_groups_in_their_order_and_faults():
    by = pd.Series(["b", "b", "b", "a", "a", "a"])
    assert still_waiting(SIX["days"], SIX["solved"], by)["group"].unique().tolist() == ["b", "a"]
    with pytest.raises(DataFault, match="days from 0"):
        still_waiting(SIX["days"] - 3, SIX["solved"])
    with pytest.raises(TooFew, match="cases of"):
        still_waiting(SIX["days"], SIX["solved"], pd.Series(list("aaaaab")))


def test_around_counts_and_adds_up():
    rows = pd.DataFrame(
        {"customer_id": ["A", "B", "A"], "day": pd.to_datetime(["2024-01-10", "2024-01-10", "2024-03-01"])}
    )
    events = pd.DataFrame(
        {"customer_id": ["A", "A", "A"], "on": pd.to_datetime(["2024-01-01", "2024-01-10", "2024-02-01"])}
    )
    events["paid"] = [1.0, 2.0, 4.0]
    assert around(events, rows, (-30, 0), "on", "day").tolist() == [1, 0, 1]
    assert around(events, rows, (-30, 1), "on", "day", "paid").tolist() == [3, 0, 4]
    assert around(events, rows.set_axis([7, 3, 9]), (-30, 0), "on", "day").index.tolist() == [7, 3, 9]
    assert not np.isnan(around(events, rows, (0, 1), "on", "day", "paid")).any()
