"""Customers whose true behaviour is known, drawn purchase by purchase from the models' stories; times in days."""

import numpy as np
import pandas as pd


def histories(customers, r, alpha, a, b, seed, weeks=40.0, ahead=0.0):
    """Draw a BG/NBD world: summary of the watched time, who is still ``here``, purchases in the ``future`` weeks ahead.

    Customers join in the first quarter of the watch, buy at their own rate and may leave after each purchase.
    """
    chance = np.random.RandomState(seed)
    rate, leaving = chance.gamma(r, 1 / alpha, customers), chance.beta(a, b, customers)
    age = weeks - chance.uniform(0, weeks / 4, customers)
    clock, last, bought, future = (np.zeros(customers) for _ in range(4))
    here_now, here = np.ones(customers, bool), np.ones(customers, bool)
    while here.any():
        clock[here] += chance.exponential(1, here.sum()) / np.maximum(rate[here], 1e-300)
        here &= clock < age + ahead
        watched = here & (clock < age)
        bought[watched] += 1
        last[watched] = clock[watched]
        future[here & ~watched] += 1
        left = here & (chance.uniform(size=customers) < leaving)
        here_now &= ~(left & watched)
        here &= ~left
    times = {"frequency": bought, "recency": 7 * last, "T": 7 * age}
    return pd.DataFrame(times).assign(future=future, here=here_now).rename_axis("customer_id")


def mean_values(customers, p, q, v, seed):
    """Draw repeat buyers and their mean purchase values from a gamma-gamma world."""
    chance = np.random.RandomState(seed)
    frequency = 1 + chance.poisson(2, customers)
    rate = chance.gamma(q, 1 / v, customers)
    monetary = chance.gamma(p * frequency, 1 / (rate * frequency))
    return pd.DataFrame({"frequency": frequency, "monetary": monetary}).rename_axis("customer_id")
