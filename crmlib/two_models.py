"""Whom an offer changes: one model learns from those who had it, another from those who had not."""

import numpy as np
import pandas as pd

from crmlib.errors import TooFew
from crmlib.estimate import FEWEST_UNITS, random_state


def uplift(model, signs, treated, outcome, new=None, cluster=None, seed=7):
    """Predict what an offer changes: the chance of a yes with it less the chance without it (two models).

    Parameters: model - an unfitted classifier of scikit-learn, fitted anew for each arm; treated, outcome - yes/no of
    each row, treated by lot; signs - DataFrame of numbers known before, a row for each of these rows; new - the same of
    others, who are to be judged. Without them the rows themselves are: cluster - Series, whose each row is; signs then
    has one row a customer (0 for who is not in it); customers are dealt into halves (seed), and each half is judged by
    models that learned from the other.
    Returns: DataFrame, index of whom is judged: without, with (chances), uplift (with − without).
    Errors: TooFew where an arm has fewer than 30 rows or one outcome only. Source: Radcliffe & Surry (1999).
    """
    treated, outcome = np.asarray(treated, bool), np.asarray(outcome, bool)
    if new is not None:
        return _judged(model, signs, treated, outcome, new)
    signs = signs.reindex(cluster).fillna(0).set_axis(cluster.index)
    whose, customers = pd.factorize(cluster, sort=True)
    half = (random_state(seed).permutation(len(customers)) % 2)[whose]
    chance = pd.DataFrame(0.0, signs.index, ["without", "with", "uplift"])
    for k in (0, 1):
        learn = half != k
        chance[half == k] = _judged(model, signs[learn], treated[learn], outcome[learn], signs[half == k])
    return chance


def _judged(model, signs, treated, outcome, new):
    from sklearn.base import clone

    chance = {}
    for name, arm in (("without", ~treated), ("with", treated)):
        yes = outcome[arm]
        if len(yes) < FEWEST_UNITS or yes.all() or not yes.any():
            raise TooFew(f"An arm of {len(yes):,} rows, {yes.sum():,} of them with a yes: no model learns from it.")
        chance[name] = clone(model).fit(signs[arm], yes).predict_proba(new)[:, 1]
    chance = pd.DataFrame(chance, new.index).round(6)
    return chance.assign(uplift=(chance["with"] - chance["without"]).round(6))
