"""Whom to contact, judged by customers whose contact fell by lot: the Qini curve."""

from itertools import combinations

import numpy as np
import pandas as pd

from crmlib.errors import CrmError, TooFew
from crmlib.estimate import FEWEST_UNITS, enough, one_order, random_state, tails, yes_or_no

STEPS = 10


def qini(rows, score, treated="treated", outcome="ordered", cluster="customer_id", resamples=500, seed=2026):
    """Gain of contacting the best by a score, in outcomes a row of the list.

    gain(x) = x · (mean outcome of the treated − mean of the others, both among the best x of all rows); by lot it is
    x · gain(1). The area is the mean over the tenths of gain(x) − x · gain(1). Equal scores are put in order by lot.
    Parameters: rows - frame; score - column, or dict of names → columns; treated, outcome - yes/no columns, treated by
    lot; cluster - column whose rows count as one voice.
    Returns: two frames: curve (score, share, value, low, high) and area (score, value, low, high), by bootstrap. With
    several scores the area has also each one less each before it, both of the same resampled customers.
    Errors: TooFew below 30 customers, or where a tenth has no treated or no others.
    Source: Radcliffe (2007), with the share of all rows in place of the count of the treated.
    """
    scores = {score: score} if isinstance(score, str) else dict(score)
    lacking = {treated, outcome, cluster, *scores.values()} - set(rows)
    if lacking:
        raise CrmError(
            f"qini needs the columns {', '.join(sorted(lacking))}; the table has {', '.join(map(str, rows))}."
        )
    columns = [cluster, treated, outcome, *scores.values()]
    rows = rows.iloc[one_order([rows[name] for name in columns])]
    who = pd.factorize(rows[cluster])[0]
    enough(np.unique(who), FEWEST_UNITS, "customers (clusters)")
    arm, value = (yes_or_no(rows[name]).to_numpy() for name in (treated, outcome))
    lot = random_state(seed).permutation(len(rows))
    curves, found_areas = [], {}
    for name, column in scores.items():
        place = np.empty(len(rows), int)
        place[np.lexsort((lot, -rows[column].to_numpy(float)))] = np.arange(len(rows))
        sums = np.zeros((who.max() + 1, STEPS, 2, 2))
        np.add.at(
            sums, (who, place * STEPS // len(rows), arm.astype(int)), np.column_stack([np.ones(len(rows)), value])
        )
        draws = _drawn(sums, random_state(seed), resamples)
        found = _gain(sums.sum(axis=0))
        curves.append(_told(name, found, draws, share=np.arange(1, STEPS + 1) / STEPS))
        found_areas[name] = _area(found), _area(draws)
    areas = [_told(name, *area) for name, area in found_areas.items()]
    for one, other in combinations(found_areas, 2):
        difference = (b - a for a, b in zip(found_areas[one], found_areas[other], strict=True))
        areas.append(_told(f"{other} less {one}", *difference))
    return pd.concat(curves, ignore_index=True), pd.concat(areas, ignore_index=True)


def _told(name, found, draws, **keys):
    low, high = np.quantile(draws, tails(0.95), axis=0)
    told = {"score": name, **keys, "value": found, "low": low, "high": high}
    return pd.DataFrame(told, np.arange(np.size(found)))


def _gain(sums):
    """Gain by tenth from counts and sums a tenth and arm (last three axes: tenth, arm, count and sum)."""
    running = sums.cumsum(axis=-3)
    if (running[..., 0, :, 0] == 0).any():
        raise TooFew("The best tenth has nobody with, or nobody without a contact: the list is too short for a curve.")
    rate = running[..., 1] / running[..., 0]
    return (rate[..., 1] - rate[..., 0]) * np.arange(1, STEPS + 1) / STEPS


def _area(gain):
    return (gain - gain[..., -1:] * np.arange(1, STEPS + 1) / STEPS).mean(axis=-1)


def _drawn(sums, chance, resamples):
    """Gains of resampled customers."""
    flat = sums.reshape(len(sums), -1)
    drawn = np.empty((resamples, flat.shape[1]))
    for draw in drawn:
        draw[:] = np.bincount(chance.randint(0, len(flat), len(flat), dtype=np.int64), minlength=len(flat)) @ flat
    return _gain(drawn.reshape(resamples, *sums.shape[1:]))
