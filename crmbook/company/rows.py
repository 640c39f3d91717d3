"""Rows of a table in memory: a dict of equally long arrays, one a column."""

import numpy as np


def chosen(rows, which):
    """Return the rows at some positions, or where ``which`` is True."""
    return {name: values[which] for name, values in rows.items()}


def sorted_by(rows, *names):
    """Return the rows sorted by columns, the first named first."""
    return chosen(rows, np.lexsort([rows[name] for name in reversed(names)]))


def stacked(parts):
    """Return the rows of several tables of the same columns, one below the other."""
    return {name: np.concatenate([part[name] for part in parts]) for name in parts[0]}
