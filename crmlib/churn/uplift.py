"""Whom an offer changes: two models, one an arm, and what asking in their order earns."""

import numpy as np
import pandas as pd
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import FunctionTransformer, StandardScaler

from crmlib.errors import TooFew

SHARES = np.linspace(0, 1, 21)


def uplift(signs, offered, outcome, new):
    """Predict what an offer changes: the chance of a yes with it less the chance without it (two models).

    Parameters: signs - DataFrame of numbers from 0 on; offered, outcome - yes/no of each of these customers, drawn by
    lot; new - the same signs of others, whom the models have not seen. Returns: Series, index of ``new``.
    Errors: TooFew where an arm has fewer than 30 customers or one outcome only. Source: Radcliffe & Surry (1999).
    """
    chance = {}
    for arm in (True, False):
        rows = np.asarray(offered, bool) == arm
        yes = np.asarray(outcome, bool)[rows]
        if rows.sum() < 30 or yes.all() or not yes.any():
            raise TooFew(
                f"An arm of {rows.sum():,} customers, {yes.sum():,} of them with a yes: no model learns from it."
            )
        model = make_pipeline(FunctionTransformer(np.log1p), StandardScaler(), LogisticRegression(C=0.1, max_iter=1000))
        chance[arm] = model.fit(signs[rows], yes).predict_proba(new)[:, 1]
    return pd.Series(chance[True] - chance[False], new.index, name="uplift").round(6)


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
