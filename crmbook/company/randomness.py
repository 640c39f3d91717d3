"""Independent streams of random numbers, one a subject, so that a new table leaves the others as they are."""

from zlib import crc32

import numpy as np

from crmbook.company.settings import DRAW


def stream(seed, subject):
    """Return the random draws of one subject: the child of the seed whose spawn key is the subject's name.

    NumPy keeps the stream of RandomState for all versions to come; its binomial and multinomial did change once and are
    not used. Parameters: ``seed`` whole number ≥ 0; ``subject`` any text. Returns: numpy.random.RandomState.
    """
    child = np.random.SeedSequence(seed, spawn_key=(crc32(subject.encode()), DRAW))
    return np.random.RandomState(np.random.MT19937(child))


def pick(generator, weights, size):
    """Draw ``size`` positions with probabilities proportional to ``weights``. Returns: integer array."""
    cumulative = np.cumsum(np.asarray(weights, dtype=float))
    return np.searchsorted(cumulative / cumulative[-1], generator.random(size), side="right")


def pick_each(generator, weights):
    """Draw one position for each row of ``weights``, with probabilities proportional to them. Returns: integers."""
    running = np.cumsum(weights, axis=1) / weights.sum(axis=1, keepdims=True)
    return (generator.random(len(weights))[:, None] > running).sum(axis=1)


def pick_by_row(generator, cumulative, rows):
    """Draw one position for each entry of ``rows`` from the distribution in that row of ``cumulative``.

    Parameters: ``cumulative`` rows × positions, each row rising to exactly 1; ``rows`` row numbers.
    Adding the row number to each row makes one long rising list, so that a single search serves all rows.
    """
    positions = cumulative.shape[1]
    long_list = (cumulative + np.arange(len(cumulative))[:, None]).ravel()
    found = np.searchsorted(long_list, rows + generator.random(len(rows)), side="right")
    return np.minimum(found - rows * positions, positions - 1)


def cumulative_rows(weights):
    """Turn rows of weights into rows of cumulative probabilities that end at exactly 1."""
    total = np.cumsum(weights, axis=1)
    total = total / total[:, -1:]
    total[:, -1] = 1.0
    return total


def logistic(x):
    """1 / (1 + e⁻ˣ)."""
    return 1 / (1 + np.exp(-x))
