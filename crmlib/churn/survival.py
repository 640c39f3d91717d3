"""How long contracts last: Kaplan–Meier with intervals, and a check of what Cox's regression takes for granted."""

import numpy as np
import pandas as pd
from scipy import stats

from crmlib.errors import DataFault, TooFew
from crmlib.estimate import enough, refuse_gaps

Z = stats.norm.ppf(0.975)


def survival(months, left, by=None):
    """Draw survival curves (Kaplan–Meier), one a group, with the numbers at risk and 95 % log-log intervals.

    S(t) = Π (1 − left / at risk) over the months up to t; who still runs was at risk until then, and steps aside.
    Parameters: months - how long each was watched; left - whether it ended then; by - its group (matched by index).
    Returns: DataFrame: group, month, at_risk, left, survival, low, high; month 0 and the last month watched included.
    Errors: TooFew without rows, or where no contract of a group ended while others ran on; DataFault for gaps and times
    below 0. Source: Kaplan & Meier (1958), Greenwood (1926).
    """
    rows = pd.DataFrame({"month": months, "left": left, "group": "all" if by is None else by})
    refuse_gaps(enough(rows, 1, "contracts"))
    if not (rows["month"].astype(float) >= 0).all():
        raise DataFault("A contract was watched for fewer than 0 months: it ends before it begins.")
    counted = rows.astype({"left": int}).groupby(["group", "month"], observed=True)["left"].agg(["size", "sum"])
    return pd.concat([_curve(part.droplevel("group"), group) for group, part in counted.groupby("group")])


def _curve(counted, group):
    """One curve of how many were watched until each month (size), and how many ended then (sum)."""
    table = counted.reindex(counted.index.union([0.0]), fill_value=0).rename(columns={"sum": "left"})
    table["at_risk"] = table["size"][::-1].cumsum()[::-1]
    survival = (1 - table["left"] / table["at_risk"]).cumprod()
    if not survival.between(0, 1, inclusive="neither").any():
        raise TooFew(f"No contract of {group!r} ended while others ran on: its curve has no interval; join groups.")
    spread = (table["left"] / (table["at_risk"] * (table["at_risk"] - table["left"])).replace(0, np.nan)).cumsum()
    log = np.log(survival.where(survival.between(0, 1, inclusive="neither")))
    width = np.exp(Z * np.sqrt(spread) / log.abs())
    # Before the first end nothing varies; where nobody is left, the last limits stand.
    low, high = (survival**width**sign for sign in (1, -1))
    table["survival"], table["low"] = survival, low.where(survival > 0, 0).fillna(1)
    table["high"] = high.mask(survival == 1, 1).ffill()
    curve = table.drop(columns="size").rename_axis("month").reset_index().assign(group=group)
    return curve.round({"survival": 12, "low": 12, "high": 12})


def hazards_test(fit):
    """Test whether a term of Cox's regression works alike early and late (proportional hazards).

    The correlation of a term's scaled Schoenfeld residuals with time, time counted as 1 − S(t): χ² of 1 degree.
    Parameters: fit - result of statsmodels' PHReg. Returns: DataFrame, index term: correlation, chi_squared, p_value.
    Errors: TooFew below 10 ends. Source: Grambsch & Therneau (1994), as R's cox.zph of before 2019 computes it.
    """
    time, ended = np.asarray(fit.model.endog, float), np.asarray(fit.model.status) == 1
    residuals = fit.schoenfeld_residuals[ended]
    enough(residuals, 10, "contracts that ended")
    curve = survival(pd.Series(time), pd.Series(ended)).set_index("month")["survival"]
    scaled = residuals @ fit.cov_params() * len(residuals)
    late = 1 - curve.shift(fill_value=1.0).loc[time[ended]].to_numpy()  # as R does: just before each end
    late = late - late.mean()
    if not late.any():
        raise TooFew("All contracts ended at the same age: early and late cannot be compared.")
    chi_squared = (late @ scaled) ** 2 / (len(scaled) * np.diag(fit.cov_params()) * (late @ late))
    correlation = [np.corrcoef(late, column)[0, 1] for column in scaled.T]
    table = pd.DataFrame({"correlation": correlation, "chi_squared": chi_squared}, index=fit.model.exog_names)
    return table.assign(p_value=stats.chi2.sf(chi_squared, 1)).rename_axis("term").round(6)
