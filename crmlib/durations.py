"""How long things last, open ones counted until they are last seen: Kaplan–Meier with intervals."""

import numpy as np
import pandas as pd

from crmlib.errors import DataFault, TooFew
from crmlib.estimate import enough, refuse_gaps, tails


def survival(time, ended, by=None, confidence=0.95):
    """Draw survival curves (Kaplan–Meier), one a group, with the numbers at risk and log-log intervals.

    S(t) = Π (1 − ended / at risk) over the times up to t; what is still open was at risk until it was last seen, and
    steps aside then.
    Parameters: time - how long each was watched, not below 0; ended - yes/no, whether it ended then; by - its group
    (all matched by index). Returns: DataFrame: group, time, at_risk, ended, survival, low, high; each curve begins at
    0 and goes on to the last time watched. Errors: TooFew without rows, or where nothing of a group ended while others
    went on; DataFault for gaps and times below 0. Source: Kaplan & Meier (1958), Greenwood (1926).
    """
    rows = pd.DataFrame({"time": time, "ended": ended, "group": "all" if by is None else by})
    refuse_gaps(enough(rows, 1, "rows watched"))
    if not (rows["time"].astype(float) >= 0).all():
        raise DataFault("Something was watched for a time below 0: it ends before it begins; mend or leave out.")
    counted = rows.astype({"ended": int}).groupby(["group", "time"], observed=True)["ended"].agg(["size", "sum"])
    parts = counted.groupby("group", observed=True)
    return pd.concat([_curve(part.droplevel("group"), group, confidence) for group, part in parts], ignore_index=True)


def _curve(counted, group, confidence):
    """One curve of how many were watched until each time (size), and how many ended then (sum)."""
    from scipy.stats import norm

    table = counted.reindex(counted.index.union([0.0]), fill_value=0).rename(columns={"sum": "ended"})
    table["at_risk"] = table["size"][::-1].cumsum()[::-1]
    survival = (1 - table["ended"] / table["at_risk"]).cumprod()
    inside = survival.where(survival.between(0, 1, inclusive="neither"))
    if inside.isna().all():
        raise TooFew(f"Nothing of {group!r} ended while others went on: its curve has no interval; join groups.")
    spread = (table["ended"] / (table["at_risk"] * (table["at_risk"] - table["ended"])).replace(0, np.nan)).cumsum()
    width = np.exp(norm.ppf(tails(confidence)[1]) * np.sqrt(spread) / np.log(inside).abs())
    # Before the first end nothing varies; where nobody is left, the last limits stand.
    table["survival"], table["low"] = survival, (survival**width).where(survival > 0, 0).fillna(1)
    table["high"] = (survival ** (1 / width)).mask(survival == 1, 1).ffill()
    curve = table.drop(columns="size").rename_axis("time").reset_index().round({"survival": 12, "low": 12, "high": 12})
    return curve.assign(group=group)[["group", "time", "at_risk", "ended", "survival", "low", "high"]]
