"""A hotline as a queue: Erlang A, where callers who wait too long hang up."""

import numpy as np

from crmlib.errors import CrmError, NotConverged

MOST_AGENTS = 2_000


def erlang_a(calls, service, patience, agents):
    """Tell how a hotline does in the long run: the queue M/M/c+M.

    With n callers in the house the next comes at the rate λ, one leaves at the rate min(n, c)/s + max(n − c, 0)/p, so
    that P(n) = P(n − 1) · λ / that rate, and all P(n) add up to 1.
    Parameters: calls - λ a second; service, patience - means s and p in seconds (both exponential); agents - c.
    Returns: dict: busy_share (callers who find all agents busy), abandoned_share (who hang up), mean_wait (seconds).
    Errors: CrmError for numbers that cannot be. Source: Palm (1957); Mandelbaum & Zeltyn (2007).
    """
    if not (calls > 0 and service > 0 and patience > 0 and agents >= 0 and agents == int(agents)):
        raise CrmError("erlang_a takes calls, service and patience above 0, and a whole number of agents from 0.")
    queue = calls * patience
    n = np.arange(1, int(agents + queue + 12 * np.sqrt(queue)) + 60)
    leaving = np.minimum(n, agents) / service + np.maximum(n - agents, 0) / patience
    log_chance = np.concatenate([[0.0], np.cumsum(np.log(calls / leaving))])
    chance = np.exp(log_chance - log_chance.max())
    chance /= chance.sum()
    waiting = np.maximum(np.arange(len(chance)) - agents, 0) @ chance
    return {
        "busy_share": float(chance[int(agents) :].sum()),
        "abandoned_share": float(waiting / queue),
        "mean_wait": float(waiting / calls),
    }


def agents_needed(calls, service, patience, most):
    """Find the fewest agents with whom at most a share of the callers hangs up.

    Parameters: calls, service, patience - as for `erlang_a`; most - share of callers who may hang up, above 0.
    Returns: whole number, 0 where nobody calls. Errors: CrmError for a share outside (0, 1); NotConverged above 2,000.
    """
    if not 0 < most < 1:
        raise CrmError(f"most is a share between 0 and 1, as 0.05; this is not one: {most!r}.")
    if calls == 0:
        return 0
    fewest = max(1, int(np.floor(calls * service * (1 - most))))  # busy all the time, they serve no more than that
    for agents in range(fewest, MOST_AGENTS + 1):
        if erlang_a(calls, service, patience, agents)["abandoned_share"] <= most:
            return agents
    raise NotConverged(
        f"More than {MOST_AGENTS:,} agents would be needed: look at the units, seconds and calls a second."
    )
