"""Chance: the one place that random draws come from."""

import numpy as np


def random_state(seed):
    """Return the source of all random draws: NumPy's RandomState, whose stream is frozen.

    The newer Generator may draw otherwise in each release of NumPy; then the same notebook would print other intervals
    on other machines. Parameters: seed - a whole number. Returns: numpy.random.RandomState.
    Source: NumPy Enhancement Proposal 19 (2018), random number generator policy.
    """
    return np.random.RandomState(seed)
