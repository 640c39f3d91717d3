"""How long it takes, with those who still wait: the Kaplan-Meier curve."""

import numpy as np
import pandas as pd

from crmlib.errors import DataFault
from crmlib.estimate import enough, tails, yes_or_no


def still_waiting(days, done, by=None, confidence=0.95):
    """Share who still wait after each number of days, open cases counted until they are last seen.

    S(t) = Π (1 − d_i / n_i) over the days t_i ≤ t on which d_i of the n_i still there were served; interval by
    log(−log S) with Greenwood's variance.
    Parameters: days - Series, days until served or last seen, not below 0; done - Series of yes/no, served; by -
    Series, group of each.
    Returns: DataFrame: group, days, share, low, high, at_risk; each curve begins at 0 with 100 %.
    Errors: DataFault for days below 0 or gaps, TooFew below 2 a group. Source: Kaplan & Meier (1958).
    """
    from scipy.stats import norm
    from statsmodels.duration.survfunc import SurvfuncRight

    if days.isna().any() or (days < 0).any():
        raise DataFault("Waiting times are days from 0; leave out rows without a beginning, and mend negative ones.")
    done = yes_or_no(done)
    group = pd.Series("all", days.index) if by is None else by
    curves = []
    for name, part in days.groupby(group, sort=False, observed=True):
        fit = SurvfuncRight(enough(part, 2, f"cases of {name}").to_numpy(float), done.loc[part.index].to_numpy(float))
        share, error = fit.surv_prob, fit.surv_prob_se
        inside = (share > 0) & (share < 1)
        spread = np.zeros(len(share))
        spread[inside] = (
            norm.ppf(tails(confidence)[1]) * error[inside] / (share[inside] * np.abs(np.log(share[inside])))
        )
        curve = {"group": name, "days": fit.surv_times, "share": share, "at_risk": fit.n_risk}
        curve |= {"low": share ** np.exp(spread), "high": share ** np.exp(-spread)}
        start = pd.DataFrame(
            {"group": name, "days": [0.0], "share": 1.0, "low": 1.0, "high": 1.0, "at_risk": len(part)}
        )
        curves.append(pd.concat([start, pd.DataFrame(curve)]))
    columns = ["group", "days", "share", "low", "high", "at_risk"]
    return pd.concat(curves, ignore_index=True)[columns]
