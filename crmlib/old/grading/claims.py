"""Numbers that textbooks and consultants repeat, tested on the company's own customers."""

import numpy as np

from crmlib.estimate import random_state
from crmlib.old.claims import check_claim, check_share
from crmlib.old.figures import percent
from crmlib.old.grading.measures import best_measure
from crmlib.old.grading.shares import _how_many, pareto_shares

FEWEST = 50  # customers; among fewer, drawing them again says too little about a few large ones


def claim_80_20(profit, repeats=400, seed=2026):
    """Test "20 % of customers bring 80 % of profit" by the best measure of value there is.

    The share that the best fifth brings; "80 %" is taken as 75 to 85 %. Source: the Pareto principle as Koch (1997)
    popularised it. Parameters: profit - result of `customer_profit`. Returns: ClaimCheck.
    """
    measure = best_measure(profit)
    text = f"20 % of customers bring 80 % of {measure}"
    measured = f"the share of {measure} that the best fifth of customers bring"
    return _of_the_best(profit, measure, 0.20, (text, "Koch 1997", measured, (0.75, 0.85)), repeats, seed)


def claim_top_tenth(profit, repeats=400, seed=2026):
    """Test "the top 10 % of customers bring 30–50 % of revenue". Source: the course on valuable customers.

    Parameters: profit - result of `customer_profit`. Returns: ClaimCheck.
    """
    text = "the top 10 % of customers bring 30–50 % of revenue"
    measured = "the share of revenue that the largest tenth of customers bring"
    return _of_the_best(profit, "revenue", 0.10, (text, "course text", measured, (0.30, 0.50)), repeats, seed)


def _of_the_best(profit, measure, top, claim, repeats, seed):
    """Judge a claim (text, source, measured, claimed) about what the best customers bring; if equal, their number."""
    text, source, measured, claimed = claim
    if len(profit) < FEWEST:
        return check_claim(text, source, _too_few(len(profit)), claimed, top)
    found = pareto_shares(profit, measure, (top,), repeats, seed).loc[top]
    return check_share(text, source, measured, claimed, top, (found["share"], found["low"], found["high"]))


def _too_few(number):
    return f"{number:,} customers are too few; at least {FEWEST} are needed"


def claim_big_are_best(profit, big=0.20, repeats=400, seed=2026):
    """Test "big customers are the best customers", with *big* and *good* as in `size_and_profitability`.

    Big: the largest fifth by revenue. Good: profit / revenue at least the company's own. share = good ones among the
    big; the claim is taken to mean 90 % or more. Nothing in it: as many as among the small, which is taken as known.
    Interval: percentile bootstrap over customers, the largest and the company's rate found anew in each sample.
    Customers without positive revenue are left out.
    Parameters: profit - result of `customer_profit`; big - share of customers. Returns: ClaimCheck.
    """
    text, claimed = "big customers are the best customers", (0.90, 1.0)
    source = "common belief, questioned by Kaplan & Narayanan 2001"
    frame = profit[profit["revenue"] > 0].sort_index()
    if "profit" not in profit or len(frame) < FEWEST:
        unknown = "profit after cost to serve is not known" if "profit" not in profit else _too_few(len(frame))
        return check_claim(text, source, unknown, claimed, 0.50)
    size, value = frame["revenue"].to_numpy(float), frame["profit"].to_numpy(float)
    estimate, small = _good_among_big_and_small(size, value, big)
    if small >= claimed[0]:
        unknown = f"{percent(small)} of the small ones leave as much of their revenue as the company on average"
        return check_claim(text, source, unknown, claimed, 0.50)
    random = random_state(seed)
    draws = (random.randint(0, len(size), len(size)) for _ in range(repeats))
    found = [_good_among_big_and_small(size[drawn], value[drawn], big)[0] for drawn in draws]
    low, high = np.quantile(found, [0.025, 0.975])
    measured = f"the share of the largest {percent(big)} who leave at least the company's profit per unit of revenue"
    return check_share(text, source, measured, claimed, small, (estimate, float(low), float(high)))


def _good_among_big_and_small(size, value, big):
    number = _how_many(big, len(size))
    largest = np.zeros(len(size), bool)
    largest[np.argpartition(-size, number - 1)[:number]] = True
    good = value / size >= value.sum() / size.sum()
    return float(good[largest].mean()), float(good[~largest].mean())
