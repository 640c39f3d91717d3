"""A check of what Cox's regression takes for granted."""

import numpy as np
import pandas as pd
from scipy import stats

from crmlib.durations import survival
from crmlib.errors import TooFew
from crmlib.estimate import enough


def hazards_test(fit):
    """Test whether a term of Cox's regression works alike early and late (proportional hazards).

    The correlation of a term's scaled Schoenfeld residuals with time, time counted as 1 − S(t): χ² of 1 degree.
    Parameters: fit - result of statsmodels' PHReg. Returns: DataFrame, index term: correlation, chi_squared, p_value.
    Errors: TooFew below 10 ends. Source: Grambsch & Therneau (1994), as R's cox.zph of before 2019 computes it.
    """
    time, ended = np.asarray(fit.model.endog, float), np.asarray(fit.model.status) == 1
    residuals = fit.schoenfeld_residuals[ended]
    enough(residuals, 10, "contracts that ended")
    curve = survival(pd.Series(time), pd.Series(ended)).set_index("time")["survival"]
    scaled = residuals @ fit.cov_params() * len(residuals)
    late = 1 - curve.shift(fill_value=1.0).loc[time[ended]].to_numpy()  # as R does: just before each end
    late = late - late.mean()
    if not late.any():
        raise TooFew("All contracts ended at the same age: early and late cannot be compared.")
    chi_squared = (late @ scaled) ** 2 / (len(scaled) * np.diag(fit.cov_params()) * (late @ late))
    correlation = [np.corrcoef(late, column)[0, 1] for column in scaled.T]
    table = pd.DataFrame({"correlation": correlation, "chi_squared": chi_squared}, index=fit.model.exog_names)
    return table.assign(p_value=stats.chi2.sf(chi_squared, 1)).rename_axis("term").round(6)
