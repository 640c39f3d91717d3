"""The check of Cox's regression: published numbers.

``lung.csv``: 228 patients (Loprinzi and others 1994; time in days, status 1 dead, sex 1 male) as R's survival package
has them; ``rossi.csv``: 432 released prisoners (Rossi, Berk & Lenihan 1980) as Fox and Weisberg's appendix uses them.
"""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from statsmodels.duration.hazard_regression import PHReg
from statsmodels.duration.survfunc import survdiff

from crmlib.churn import hazards_test
from crmlib.errors import TooFew

FOLDER = Path(__file__).parent
LUNG, ROSSI = (pd.read_csv(FOLDER / f"{name}.csv") for name in ("lung", "rossi"))


def cox(table, time, status, terms):
    return PHReg(table[time], table[terms].astype(float), status=table[status], ties="efron").fit()


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


def test_few_ends_are_refused():
    few = pd.DataFrame({"time": range(1, 9), "status": 1, "x": [0.0, 1.0] * 4})
    with pytest.raises(TooFew, match="contracts that ended"):
        hazards_test(cox(few, "time", "status", ["x"]))
