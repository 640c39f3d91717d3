"""Survival curves: published numbers, an independent library, a case by hand."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from statsmodels.duration.survfunc import SurvfuncRight

from crmlib.durations import survival
from crmlib.errors import DataFault, TooFew

# 228 patients (Loprinzi and others 1994; time in days, status 1 dead, sex 1 male) as R's survival package has them.
LUNG = pd.read_csv(Path(__file__).parent / "churn" / "lung.csv")
SIX = pd.DataFrame({"days": [2, 3, 5, 6, 9, 14], "solved": [True, True, False, True, False, True]})
# Freireich et al. (1963), 6-MP: weeks in remission, + still in remission; in every textbook of survival.
WEEKS = [6, 6, 6, 6, 7, 9, 10, 10, 11, 13, 16, 17, 19, 20, 22, 23, 25, 32, 32, 34, 35]
ENDED = [1, 1, 1, 0, 1, 0, 1, 0, 0, 1, 1, 0, 0, 0, 1, 1, 0, 0, 0, 0, 0]


def median(curve):
    return curve.loc[curve["survival"] <= 0.5, "time"].iloc[0]


def test_published_survival_of_the_lung_patients():
    curve = survival(LUNG["time"], LUNG["status"])
    a_year = curve[curve["time"] <= 365.25].iloc[-1]
    assert median(curve) == 310
    assert round(a_year["survival"], 3) == 0.409
    assert (round(a_year["low"], 3), round(a_year["high"], 3)) == pytest.approx((0.339, 0.478), abs=0.0011)
    by_sex = survival(LUNG["time"], LUNG["status"], by=LUNG["sex"])
    assert {sex: median(part) for sex, part in by_sex.groupby("group")} == {1: 270, 2: 426}


def test_the_library_agrees():
    curve = survival(LUNG["time"], LUNG["status"]).set_index("time")
    oracle = SurvfuncRight(LUNG["time"], LUNG["status"])
    at = curve.loc[oracle.surv_times]
    assert at["survival"].to_numpy() == pytest.approx(oracle.surv_prob, abs=1e-9)
    assert at["at_risk"].tolist() == oracle.n_risk.tolist() and at["ended"].tolist() == oracle.n_events.tolist()
    low, _ = oracle.simultaneous_cb()  # its pointwise width, on the log-log scale, from its own standard error
    assert (low <= at["survival"]).all()
    log = np.log(oracle.surv_prob[:-1])
    width = np.exp(1.959964 * oracle.surv_prob_se[:-1] / (oracle.surv_prob[:-1] * -log))
    assert at["low"].to_numpy()[:-1] == pytest.approx(oracle.surv_prob[:-1] ** width, abs=1e-6)


def test_the_order_of_rows_does_not_matter():
    pd.testing.assert_frame_equal(
        survival(SIX["days"][::-1], SIX["solved"][::-1]), survival(SIX["days"], SIX["solved"])
    )


def test_nothing_is_missing_at_the_ends_of_a_curve():
    gone = survival(pd.Series([3, 8, 8]), pd.Series([True, True, True]))
    assert gone["survival"].iloc[-1] == 0 and np.isfinite(gone.drop(columns="group")).all(axis=None)
    assert (gone["low"] <= gone["survival"]).all() and (gone["survival"] <= gone["high"]).all()
    late = survival(pd.Series([3, 8, 9]), pd.Series([False, True, False])).set_index("time")
    assert late.loc[3, ["low", "survival", "high"]].tolist() == [1, 1, 1]


def test_refusals():
    with pytest.raises(DataFault, match="before it begins"):
        survival(pd.Series([-1.0, 2.0]), pd.Series([True, False]))
    with pytest.raises(DataFault, match="ended"):
        survival(pd.Series([1.0, 2.0]), pd.Series([True, None]))
    with pytest.raises(TooFew, match="rows watched"):
        survival(pd.Series(dtype=float), pd.Series(dtype=bool))
    for left in ([False, False], [True, True]):
        with pytest.raises(TooFew, match="has no interval"):
            survival(pd.Series([4, 4]), pd.Series(left))


def test_six_cases_by_hand():
    curve = survival(SIX["days"], SIX["solved"])
    assert curve["survival"].tolist() == pytest.approx([1, 5 / 6, 4 / 6, 4 / 6, 4 / 9, 4 / 9, 0])
    assert curve["at_risk"].tolist() == [6, 6, 5, 4, 3, 2, 1]


def test_remission_of_leukaemia():
    curve = survival(pd.Series(WEEKS), pd.Series(ENDED)).set_index("time")["survival"]
    published = {6: 0.857, 7: 0.807, 10: 0.753, 13: 0.690, 16: 0.627, 22: 0.538, 23: 0.448}
    assert {day: round(curve[day], 3) for day in published} == published


def test_interval_of_remission():
    """R's survfit with conf.type = "log-log" gives .620 to .952 at week 6."""
    at_six = survival(pd.Series(WEEKS), pd.Series(ENDED)).set_index("time").loc[6]
    assert (at_six["low"], at_six["high"]) == (pytest.approx(0.620, abs=1e-3), pytest.approx(0.952, abs=1e-3))


def test_closed_cases_alone_look_quicker():
    both, closed = survival(SIX["days"], SIX["solved"]), SIX[SIX["solved"]]
    alone = survival(closed["days"], closed["solved"])
    at_six = [curve.loc[curve["time"] <= 6, "survival"].iloc[-1] for curve in (both, alone)]
    assert at_six[1] < at_six[0]
