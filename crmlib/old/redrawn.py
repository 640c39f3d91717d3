"""Drawing members again: NumPy's multinomial draws changed between its versions 2.4 and 2.5."""

import numpy as np


def redrawn(random, counts, times):
    """Draw the members of groups again, with replacement, and count the groups.

    Parameters: random - a RandomState; counts - members of each group, a 1-D array of whole numbers; times - how often.
    Returns: array, shape (times, groups), each row adding up to as many members as there were.
    """
    ends = np.cumsum(np.asarray(counts, dtype=np.int64))
    places = (np.searchsorted(ends, random.randint(0, ends[-1], ends[-1]), side="right") for _ in range(times))
    return np.array([np.bincount(place, minlength=len(ends)) for place in places])
