"""How long customers stay in the stages of a relationship: an absorbing Markov chain."""

from __future__ import annotations

import numpy as np
import pandas as pd

from crmlib.errors import CrmError, NotConverged


def steps_until(moves, ends):
    """Mean number of steps until a chain reaches one of its end states for the first time.

    t = (I − Q)⁻¹ 1, Q the moves among the states that are no end
    Parameters: moves - square table, from row to column, each row adds up to 1; ends - names of the end states.
    Returns: Series, index the other states. Errors: CrmError for a table of no such form; NotConverged where a state
    cannot reach an end.
    Source: Kemeny & Snell (1960), Finite Markov Chains.
    """
    if set(moves.index) != set(moves.columns) or not np.allclose(moves.sum(axis=1), 1) or (moves < 0).any(axis=None):
        raise CrmError("Moves are a square table of shares from row to column, and each row adds up to 1.")
    if not set(ends) <= set(moves.index):
        raise CrmError(f"The table knows no state {', '.join(sorted(set(ends) - set(moves.index)))}.")
    states = [state for state in moves.index if state not in set(ends)]
    among = moves.loc[states, states].to_numpy(float)
    reach = among > 0
    open_ended = moves.loc[states, list(ends)].sum(axis=1).to_numpy() > 0
    for _ in states:  # who moves to somebody who gets out gets out
        open_ended = open_ended | (reach & open_ended).any(axis=1)
    if not open_ended.all():
        stuck = ", ".join(np.array(states)[~open_ended])
        raise NotConverged(f"From {stuck} nobody ever reached {' or '.join(map(str, ends))}, so no time can be told.")
    steps = np.linalg.solve(np.eye(len(states)) - among, np.ones(len(states)))
    return pd.Series(steps, pd.Index(states, name=moves.index.name), name="steps")
