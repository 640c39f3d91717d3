"""Chance: the one place that random draws come from."""

import numpy as np


def random_state(seed):
    """Return the source of all random draws: NumPy's RandomState, whose stream is frozen.

    The newer Generator may draw otherwise in each release of NumPy; then the same notebook would print other intervals
    on other machines. Of RandomState, binomial and multinomial draws did change (2.4 to 2.5): members are drawn again
    with ``redrawn`` instead. Parameters: seed - a whole number. Returns: numpy.random.RandomState.
    Source: NumPy Enhancement Proposal 19 (2018), random number generator policy.
    """
    return np.random.RandomState(seed)


def redrawn(random, counts, times):
    """Draw the members of groups again, with replacement, and count the groups.

    Parameters: random - from `random_state`; counts - members of each group, a 1-D array of whole numbers; times - how
    often. Returns: array, shape (times, groups), each row adding up to as many members as there were.
    """
    ends = np.cumsum(np.asarray(counts, dtype=np.int64))
    places = (np.searchsorted(ends, random.randint(0, ends[-1], ends[-1]), side="right") for _ in range(times))
    return np.array([np.bincount(place, minlength=len(ends)) for place in places])
