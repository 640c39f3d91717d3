"""Stages of a relationship: who stands where on a day, and how many steps it is to an end."""

from __future__ import annotations

import numpy as np
import pandas as pd

from crmlib.errors import CrmError, NotConverged


def stage(db):
    """Tell the stage of each customer on the database's day: the first line that is true.

    Parameters: db - customer database (customers, orders, subscriptions, referrals, abuse_checks).
    Returns: DataFrame, one row a customer: customer_id, kind, stage. Errors: MissingTable.
    """
    return db.sql(f"""
        with days as (select customer_id, order_date from orders group by all having sum(amount) > 0),
        bought as (
            select customer_id, count(*) as ever,
                count_if(order_date > date '{db.as_of:%Y-%m-%d}' - interval 1 year) as lately
            from days group by customer_id)
        select customer_id, kind, case
            when customer_id in (select customer_id from abuse_checks where confirmed) then 'disqualified'
            when ever is null then 'prospect'
            when lately = 0 then 'past'
            when customer_id in (select customer_id from subscriptions where ended_on is null) then 'partner'
            when customer_id in (select referrer_id from referrals) then 'advocate'
            when lately >= 4 then 'regular'
            when ever >= 2 then 'repeat'
            else 'first-time' end as stage
        from customers left join bought using (customer_id)
        order by customer_id
    """)


def steps_until(moves, ends):
    """Tell the mean number of steps until a chain reaches one of its end states for the first time.

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
    gets_out = moves.loc[states, list(ends)].sum(axis=1).to_numpy() > 0
    for _ in states:  # who moves to somebody who gets out gets out
        gets_out = gets_out | ((among > 0) & gets_out).any(axis=1)
    if not gets_out.all():
        stuck = ", ".join(np.array(states)[~gets_out])
        raise NotConverged(f"From {stuck} nobody ever reached {' or '.join(map(str, ends))}, so no time can be told.")
    steps = np.linalg.solve(np.eye(len(states)) - among, np.ones(len(states)))
    return pd.Series(steps, pd.Index(states, name=moves.index.name), name="steps")
