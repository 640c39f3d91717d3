"""Customers whose true buying behaviour is known, drawn purchase by purchase from the models' stories."""

import numpy as np
import pandas as pd


def histories(customers, r, alpha, a, b, seed, watched=40.0, ahead=0.0):
    """Draw a BG/NBD world: summary of the watched time, and ``future`` purchases in the time ahead.

    Customers join in the first quarter of the watch, buy at their own rate and may leave after each purchase.
    """
    rng = np.random.default_rng(seed)
    rate, quit_chance = rng.gamma(r, 1 / alpha, customers), rng.beta(a, b, customers)
    age = watched - rng.uniform(0, watched / 4, customers)
    clock, last = np.zeros(customers), np.zeros(customers)
    bought, future = np.zeros(customers, dtype=int), np.zeros(customers, dtype=int)
    here = np.ones(customers, dtype=bool)
    while here.any():
        clock[here] += rng.exponential(1 / np.maximum(rate[here], 1e-300))
        here &= clock < age + ahead
        now = here & (clock < age)
        bought[now] += 1
        last[now] = clock[now]
        future[here & ~now] += 1
        here &= rng.random(customers) > quit_chance
    table = pd.DataFrame({"frequency": bought, "recency": last, "T": age, "future": future})
    table.attrs["unit"] = "weeks"
    return table.rename_axis("customer_id")


def mean_values(frequency, p, q, v, seed):
    """Draw mean purchase values of repeat buyers from a gamma-gamma world."""
    rng = np.random.default_rng(seed)
    frequency = np.asarray(frequency)
    rate = rng.gamma(q, 1 / v, frequency.size)
    monetary = rng.gamma(p * frequency, 1 / (rate * frequency))
    return pd.DataFrame({"frequency": frequency, "monetary": monetary}).rename_axis("customer_id")
