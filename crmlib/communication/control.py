"""Control charts: is this week like the others, or is something the matter?"""

import numpy as np
import pandas as pd

from crmlib.errors import DataFault, TooFew

# Of a normal variable the mean distance of two values in a row is 1.128 σ: 3 / 1.128 = 2.66; its upper limit 3.267.
INDIVIDUAL, RANGE = 2.66, 3.267
FEWEST = 10


def control_chart(values, sizes=None, base=None):
    """Draw the lines of a Shewhart chart around values in time order.

    Shares (sizes given; p chart): centre p̄ = Σ n·x / Σ n, limits p̄ ± 3 √(p̄(1 − p̄)/n), within 0 and 1.
    Others (I-MR chart): centre x̄, limits x̄ ± 2.66 mR̄, with mR̄ the mean distance |x_t − x_(t−1)|; limit of such a
    distance 3.267 mR̄.
    Parameters: values - Series of numbers, or shares; sizes - Series, counts behind each share; base - Series of
    yes/no, which points the lines are computed from (None: all).
    Returns: DataFrame, same index: value, centre, low, high, outside; with sizes also false_alarm (binomial chance of a
    point outside while nothing has changed), without them moving_range, range_high.
    Errors: TooFew below 10 base points; DataFault for gaps. Source: Shewhart (1931); NIST/SEMATECH e-Handbook, 6.3.
    """
    from scipy.stats import binom

    values = pd.Series(values).astype(float)
    base = pd.Series(True, values.index) if base is None else base.astype(bool)
    if base.sum() < FEWEST:
        raise TooFew(f"A control chart needs {FEWEST} points to draw its lines from; there are {base.sum()}.")
    if not np.isfinite(values).all():
        raise DataFault("A control chart needs a value at each point: leave out those without, and say so.")
    table = pd.DataFrame({"value": values})
    if sizes is None:
        table["moving_range"] = values.diff().abs().fillna(0.0)
        spread = values[base].diff().abs().mean()
        table["centre"], table["range_high"] = values[base].mean(), RANGE * spread
        reach, (least, most) = INDIVIDUAL * spread, (-np.inf, np.inf)
    else:
        n = sizes.reindex(values.index).astype(float)
        table["centre"] = (values * n)[base].sum() / n[base].sum()
        reach, (least, most) = 3 * np.sqrt(table["centre"] * (1 - table["centre"]) / n), (0, 1)
    table["low"] = (table["centre"] - reach).clip(least, most)
    table["high"] = (table["centre"] + reach).clip(least, most)
    if sizes is not None:
        p, ends = table["centre"], (np.ceil(table["low"] * n) - 1, np.floor(table["high"] * n))
        table["false_alarm"] = binom.cdf(ends[0], n, p) + binom.sf(ends[1], n, p)
    return table.assign(outside=(values < table["low"]) | (values > table["high"]))
