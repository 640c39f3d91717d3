"""Survival curves and the check of Cox's regression: published numbers, an independent library, cases by hand.

``lung.csv``: 228 patients (Loprinzi and others 1994; time in days, status 1 dead, sex 1 male) as R's survival package
has them; ``rossi.csv``: 432 released prisoners (Rossi, Berk & Lenihan 1980) as Fox and Weisberg's appendix uses them.
"""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from statsmodels.duration.hazard_regression import PHReg
from statsmodels.duration.survfunc import SurvfuncRight, survdiff

from crmlib.churn import hazards_test, survival
from crmlib.errors import DataFault, TooFew

FOLDER = Path(__file__).parent
LUNG, ROSSI = (pd.read_csv(FOLDER / f"{name}.csv") for name in ("lung", "rossi"))


def median(curve):
    return curve.loc[curve["survival"] <= 0.5, "month"].iloc[0]


def cox(table, time, status, terms):
    return PHReg(table[time], table[terms].astype(float), status=table[status], ties="efron").fit()


def test_published_survival_of_the_lung_patients():
    curve = survival(LUNG["time"], LUNG["status"])
    a_year = curve[curve["month"] <= 365.25].iloc[-1]
    assert median(curve) == 310
    assert round(a_year["survival"], 3) == 0.409
    assert (round(a_year["low"], 3), round(a_year["high"], 3)) == pytest.approx((0.339, 0.478), abs=0.0011)
    by_sex = survival(LUNG["time"], LUNG["status"], by=LUNG["sex"])
    assert {sex: median(part) for sex, part in by_sex.groupby("group")} == {1: 270, 2: 426}


def test_published_log_rank_and_cox():
    chi_squared, p_value = survdiff(LUNG["time"], LUNG["status"], LUNG["sex"])
    assert (round(chi_squared, 1), round(p_value, 5)) == (10.3, 0.00131)
    fit = cox(LUNG, "time", "status", ["sex"])
    assert (fit.params.round(4).tolist(), fit.bse.round(4).tolist()) == ([-0.531], [0.1672])
    fit = cox(ROSSI, "week", "arrest", ["fin", "age", "prio"])
    assert fit.params.tolist() == pytest.approx([-0.347, -0.0671, 0.0969], abs=5e-5)
    assert fit.bse.tolist() == pytest.approx([0.1902, 0.0209, 0.0273], abs=5e-5)


def test_published_test_of_proportional_hazards():
    """Fox and Weisberg, appendix on Cox regression: ρ −.00657, −.20976, −.08004; χ² .005, 6.54, .773.

    Ties make the residuals of the two programs differ in the third digit.
    """
    table = hazards_test(cox(ROSSI, "week", "arrest", ["fin", "age", "prio"]))
    assert table["correlation"].tolist() == pytest.approx([-0.00657, -0.20976, -0.08004], abs=0.001)
    assert table["chi_squared"].tolist() == pytest.approx([0.00507, 6.54147, 0.77288], abs=0.04)
    assert table["p_value"].tolist() == pytest.approx([0.943, 0.0105, 0.379], abs=0.006)


def test_a_hazard_that_turns_is_found_and_a_steady_one_is_not():
    chance = np.random.RandomState(4)
    group = np.repeat([0.0, 1.0], 400)
    steady = chance.exponential(1 / np.where(group == 1, 0.2, 0.1))
    turning = np.where(group == 1, chance.weibull(3, 800) * 8, chance.exponential(8, 800))
    table = pd.DataFrame({"steady": steady, "turning": turning, "status": 1, "group": group})
    p_values = {
        name: hazards_test(cox(table, name, "status", ["group"]))["p_value"].item() for name in ("steady", "turning")
    }
    assert p_values["steady"] > 0.05 and p_values["turning"] < 1e-6


def test_the_library_agrees():
    curve = survival(LUNG["time"], LUNG["status"]).set_index("month")
    oracle = SurvfuncRight(LUNG["time"], LUNG["status"])
    at = curve.loc[oracle.surv_times]
    assert at["survival"].to_numpy() == pytest.approx(oracle.surv_prob, abs=1e-9)
    assert at["at_risk"].tolist() == oracle.n_risk.tolist() and at["left"].tolist() == oracle.n_events.tolist()
    low, _ = oracle.simultaneous_cb()  # its pointwise width, on the log-log scale, from its own standard error
    assert (low <= at["survival"]).all()
    log = np.log(oracle.surv_prob[:-1])
    width = np.exp(1.959964 * oracle.surv_prob_se[:-1] / (oracle.surv_prob[:-1] * -log))
    assert at["low"].to_numpy()[:-1] == pytest.approx(oracle.surv_prob[:-1] ** width, abs=1e-6)


def test_six_contracts_by_hand():
    months, left = pd.Series([5, 9, 12, 13, 20, 29]), pd.Series([True, True, False, True, False, False])
    curve = survival(months, left).set_index("month")
    assert curve.loc[[0, 5, 9, 12, 13, 29], "survival"].tolist() == pytest.approx(
        [1, 5 / 6, 4 / 6, 4 / 6, 4 / 9, 4 / 9]
    )
    assert curve["at_risk"].tolist() == [6, 6, 5, 4, 3, 2, 1]
    shuffled = survival(months[::-1], left[::-1]).set_index("month")
    pd.testing.assert_frame_equal(shuffled, curve)


def test_nothing_is_missing_at_the_ends_of_a_curve():
    gone = survival(pd.Series([3, 8, 8]), pd.Series([True, True, True]))
    assert gone["survival"].iloc[-1] == 0 and np.isfinite(gone.drop(columns="group")).all(axis=None)
    assert (gone["low"] <= gone["survival"]).all() and (gone["survival"] <= gone["high"]).all()
    late = survival(pd.Series([3, 8, 9]), pd.Series([False, True, False])).set_index("month")
    assert late.loc[3, ["low", "survival", "high"]].tolist() == [1, 1, 1]


def test_refusals():
    with pytest.raises(DataFault, match="before it begins"):
        survival(pd.Series([-1.0, 2.0]), pd.Series([True, False]))
    with pytest.raises(DataFault, match="left"):
        survival(pd.Series([1.0, 2.0]), pd.Series([True, None]))
    with pytest.raises(TooFew, match="contracts"):
        survival(pd.Series(dtype=float), pd.Series(dtype=bool))
    for left in ([False, False], [True, True]):
        with pytest.raises(TooFew, match="has no interval"):
            survival(pd.Series([4, 4]), pd.Series(left))
    few = pd.DataFrame({"time": range(1, 9), "status": 1, "x": [0.0, 1.0] * 4})
    with pytest.raises(TooFew, match="contracts that ended"):
        hazards_test(cox(few, "time", "status", ["x"]))
