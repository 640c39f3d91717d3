"""The lists of the invented company: names, phrases, goods, campaigns …; one CSV file each, edited like any table.

The order of the rows is part of the company: a draw picks a position. More or other words make another company.
"""

from pathlib import Path

import numpy as np
import pandas as pd


def table(name, **kinds):
    """Return a list, e.g. "surnames", in the file's order: a data frame of texts, but for the columns in ``kinds``."""
    file = Path(__file__).with_name(f"{name}.csv")
    return pd.read_csv(file, dtype=str, keep_default_na=False).astype(kinds)


def numbers(name):
    """Return a table of numbers whose first column names the rows: a data frame of decimal numbers, indexed by it."""
    return pd.read_csv(Path(__file__).with_name(f"{name}.csv"), index_col=0).astype(float)


_PHRASES = table("phrases")


def phrases(kind, about=None, language=None):
    """Return the phrases of a kind, e.g. "complaint", in the file's order.

    Parameters: ``about`` the cause, reason, tone or purpose; ``language`` en or zh; either None: all.
    In a phrase, {thing} stands for a product, {day} and {days} for a number of days. Returns: list of texts.
    """
    return _PHRASES.loc[_fits(kind, about, language), "text"].to_list()


def positions(kind, about, language):
    """Return where the phrases of a kind about one thing stand among all phrases of the kind: array of integers."""
    fits = _fits(kind, about, language)
    return np.flatnonzero(fits[_PHRASES["kind"] == kind])


def _fits(kind, about, language):
    fits = _PHRASES["kind"] == kind
    for column, wanted in (("about", about), ("language", language)):
        if wanted is not None:
            fits &= _PHRASES[column] == wanted
    if not fits.any():
        raise KeyError((kind, about, language))
    return fits
