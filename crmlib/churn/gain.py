"""What asking customers in an order earns, read off a trial."""

import numpy as np
import pandas as pd

from crmlib.errors import TooFew

SHARES = np.linspace(0, 1, 21)


def gain(trial, score, value, asked=SHARES):
    """Read off a trial what asking the best-scored share of customers earns, for each 100 customers.

    gain(q) = 100 q · (mean value of the offer arm − mean value of the control arm) among the best-scored share q
    Parameters: trial - with arm ("control" or another) and the column ``value``; score - highest first (ties: one
    order for the same rows); asked - shares q. Returns: Series, index asked. The curve of money here is what Radcliffe
    (2007) calls a Qini curve, counted per 100 customers. Errors: TooFew where the share asked lacks an arm.
    """
    order = np.lexsort([trial[value].to_numpy(float), trial["arm"].astype(str).to_numpy(), -score.to_numpy(float)])
    offered = (trial["arm"] != "control").to_numpy()[order]
    earned = trial[value].to_numpy(float)[order]
    asked = np.asarray(asked, float)
    size = np.round(asked * len(order)).astype(int)
    sums = [np.insert(np.cumsum(np.where(arm, earned, 0)), 0, 0)[size] for arm in (offered, ~offered)]
    counts = [np.insert(np.cumsum(arm), 0, 0)[size] for arm in (offered, ~offered)]
    if any((count[size > 0] == 0).any() for count in counts):
        raise TooFew("Among the first customers asked one arm is missing: begin with a larger share.")
    each = sums[0] / np.maximum(counts[0], 1) - sums[1] / np.maximum(counts[1], 1)
    return pd.Series(100 * asked * each, pd.Index(np.round(asked, 2), name="asked"))
