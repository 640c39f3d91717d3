"""What drives satisfaction: what customers say is important, and what moves with it."""

from itertools import combinations
from math import factorial

import numpy as np
import pandas as pd
from scipy import stats

from crmlib.errors import DataFault
from crmlib.estimate import random_state
from crmlib.old.notices import hands_on_notices, reads

MOST_DRIVERS = 12


@hands_on_notices
def relative_importance(drivers, outcome, resamples=300, confidence=0.95, seed=1, shuffles=200):
    """How much of the outcome's variance each driver explains, shared out fairly (LMG, the Shapley value of R²).

    share_j = Σ over sets S without j of |S|! (p − |S| − 1)! / p! · [R²(S and j) − R²(S)]; the shares add up to R².
    Correlated drivers do not fight over the credit, as they do with regression coefficients.

    Parameters: ``drivers`` one row a respondent, one column a driver (at most 12); ``outcome`` Series on the same
    index; rows with gaps are left out. Bootstrap percentile intervals over respondents. A share is never below 0, not
    even by chance, so such an interval alone would never reach 0: the lower limit is 0 where a driver explains no more
    than its own answers do once they are shuffled among the respondents (95 % of ``shuffles``).
    Returns one row a driver, most important first: importance (share of the variance), low, high, part (of the
    explained variance), by_chance (what the shuffled driver reaches), coefficient (standardised regression),
    correlation, deviation, first (share of resamples in first place); ``attrs`` hold r_squared and respondents.
    Raises DataFault.
    Source: Lindeman, Merenda & Gold 1980; Grömping 2007; Fisher 1935 (shuffling).
    """
    together = drivers.assign(_outcome=outcome).dropna().astype(float)
    _check(drivers, together)
    data = together.to_numpy()
    correlation = np.corrcoef(data, rowvar=False)
    importance = shapley_shares(correlation)
    draws = shapley_shares(_resampled_correlations(data, resamples, seed))
    tail = (1 - confidence) * 50
    low, high = np.percentile(draws, [tail, 100 - tail], axis=0)
    by_chance = np.quantile(shuffled_shares(data, shuffles, seed), confidence, axis=0)
    table = pd.DataFrame(
        {
            "importance": importance,
            "low": np.where(importance > by_chance, low, 0.0),
            "high": high,
            "part": importance / importance.sum(),
            "by_chance": by_chance,
            "coefficient": np.linalg.solve(correlation[:-1, :-1], correlation[:-1, -1]),
            "correlation": correlation[:-1, -1],
            "deviation": data[:, :-1].std(axis=0),
            "first": np.bincount(draws.argmax(axis=1), minlength=len(importance)) / len(draws),
        },
        index=pd.Index(drivers.columns, name="driver"),
    ).sort_values("importance", ascending=False)
    table.attrs = {"r_squared": float(importance.sum()), "respondents": len(together)}
    return table


def shapley_shares(correlation):
    """Shares of R² for correlation matrices whose last variable is the outcome.

    Parameters: ``correlation`` (…, drivers + 1, drivers + 1). Returns (…, drivers).
    """
    count = correlation.shape[-1] - 1
    explained = {(): np.zeros(correlation.shape[:-2])}
    for size in range(1, count + 1):
        for chosen in combinations(range(count), size):
            among = correlation[..., np.array(chosen)[:, None], chosen]
            with_outcome = correlation[..., chosen, count]
            slopes = np.linalg.solve(among, with_outcome[..., None])[..., 0]
            explained[chosen] = (slopes * with_outcome).sum(axis=-1)
    shares = np.zeros((*correlation.shape[:-2], count))
    for chosen, r_squared in explained.items():
        for driver in set(range(count)) - set(chosen):
            gain = explained[tuple(sorted((*chosen, driver)))] - r_squared
            shares[..., driver] += factorial(len(chosen)) * factorial(count - len(chosen) - 1) / factorial(count) * gain
    return shares


def shuffled_shares(data, shuffles=200, seed=1):
    """What each driver would seem to explain if its answers alone were shuffled among the respondents.

    The gain in R² from adding a variable x to a set S is (r_xy − r_xS b_S)² / (1 − r_xS R_SS⁻¹ r_xS), so one inverse a
    set serves all shuffles.

    Parameters: ``data`` (respondents, drivers + 1), the outcome last. Returns (shuffles, drivers).
    """
    generator, count = random_state(seed), data.shape[1] - 1
    scores = (data - data.mean(axis=0)) / data.std(axis=0)
    correlation = scores.T @ scores / len(data)
    orders = np.array([generator.permutation(len(data)) for _ in range(shuffles)])
    with_others = [scores[:, driver][orders] @ scores / len(data) for driver in range(count)]
    shares = np.zeros((shuffles, count))
    for size in range(count):
        weight = factorial(size) * factorial(count - size - 1) / factorial(count)
        for chosen in map(list, combinations(range(count), size)):
            inverse = np.linalg.inv(correlation[np.ix_(chosen, chosen)])
            slopes = inverse @ correlation[chosen, count]
            for driver in set(range(count)) - set(chosen):
                among, outcome = with_others[driver][:, chosen], with_others[driver][:, count]
                left = 1 - ((among @ inverse) * among).sum(axis=1)
                shares[:, driver] += weight * (outcome - among @ slopes) ** 2 / left
    return shares


def rank_correlation(one, other, confidence=0.95):
    """Spearman's rank correlation with an interval.

    On Fisher's scale, z = artanh r with error √((1 + r²/2) / (n − 3)). The n pairs are taken as a sample of those that
    could have been looked at; a handful of them says little.

    Parameters: two Series on the same index. Returns (correlation, low, high); the limits are NaN for fewer than five
    pairs. Source: Bonett & Wright 2000.
    """
    pairs = pd.DataFrame({"one": one, "other": other}).dropna().astype(float)
    estimate = float(pairs["one"].corr(pairs["other"], method="spearman"))
    if len(pairs) < 5 or np.isnan(estimate):
        return estimate, np.nan, np.nan
    spread = stats.norm.ppf((1 + confidence) / 2) * np.sqrt((1 + estimate**2 / 2) / (len(pairs) - 3))
    middle = np.arctanh(np.clip(estimate, -1 + 1e-9, 1 - 1e-9))
    return estimate, float(np.tanh(middle - spread)), float(np.tanh(middle + spread))


@reads("service_ratings")
def perceived_dimensions(ratings, side=None):
    """Perceived quality, one row a respondent and one column a dimension (mean of its items, 1–7).

    Parameters: ``ratings`` the table service_ratings; ``side`` "service", "product" or None for both.
    """
    part = ratings if side is None else ratings[ratings["side"] == side]
    answers = part.dropna(subset=["perceived"]).astype({"perceived": float})
    wide = answers.pivot_table(index="customer_id", columns="dimension", values="perceived", observed=True)
    wide.columns.name = None
    return wide


@reads("service_ratings")
def stated_importance(ratings):
    """What customers say: mean importance (1–10) of each dimension, and how much respondents differ.

    Returns one row a dimension: stated, deviation, top_two (share of answers 9 or 10).
    """
    answers = ratings.dropna(subset=["importance"]).astype({"importance": float})
    own = answers.groupby(["dimension", "customer_id"], observed=True)["importance"].mean()
    by_dimension = own.groupby(level=0, observed=True)
    table = pd.DataFrame({"stated": by_dimension.mean(), "deviation": by_dimension.std()})
    table["top_two"] = (answers["importance"] >= 9).groupby(answers["dimension"], observed=True).mean()
    return table


@hands_on_notices
def stated_against_derived(stated, derived):
    """Both rankings side by side, and what their disagreement means.

    Why they disagree: people call everything important (stated importance hardly differs, so its ranks are weak), they
    name what one ought to name, and a driver on which everybody is served alike cannot move satisfaction, however
    important it is (no variance, no derived importance): a must-be is silent until it fails.

    Parameters: ``stated`` Series driver → stated importance; ``derived`` from ``relative_importance``.
    Returns one row a driver: stated, derived, stated_rank, derived_rank, deviation (of the perceptions) and kind ("said
    and done", "said only", "hidden", "neither": above or below the middle of each), clear (off both lines, in derived
    importance with the whole interval); ``attrs`` hold Spearman's
    rank_correlation with rank_correlation_low and rank_correlation_high (``rank_correlation``).
    """
    table = pd.DataFrame(
        {"stated": stated, "derived": derived["importance"], "deviation": derived["deviation"]}
    ).dropna()
    table["stated_rank"] = table["stated"].rank(ascending=False).astype(int)
    table["derived_rank"] = table["derived"].rank(ascending=False).astype(int)
    said = table["stated"] > table["stated"].median()
    moves = table["derived"] > table["derived"].median()
    table["kind"] = np.select([said & moves, said, moves], ["said and done", "said only", "hidden"], "neither")
    # A driver on a line, or whose interval holds the line, belongs to neither side of it.
    line, limits = table["derived"].median(), derived.reindex(table.index)
    table["clear"] = ((limits["low"] > line) | (limits["high"] < line)) & (table["stated"] != table["stated"].median())
    names = ("rank_correlation", "rank_correlation_low", "rank_correlation_high")
    table.attrs = dict(zip(names, rank_correlation(table["stated"], table["derived"]), strict=True))
    return table.rename_axis("driver").sort_values("derived_rank")


def _check(drivers, together):
    if drivers.shape[1] > MOST_DRIVERS:
        raise DataFault(f"{drivers.shape[1]} drivers are too many to compare fairly; choose at most {MOST_DRIVERS}.")
    if len(together) < drivers.shape[1] + 20:
        raise DataFault(
            f"Only {len(together)} respondents answered everything: too few for {drivers.shape[1]} drivers."
        )
    still = together.columns[together.nunique() < 2]
    if len(still):
        name = "the outcome" if still[0] == "_outcome" else still[0]
        raise DataFault(f"All answers on {name} are the same, so it can explain nothing: leave it out.")


def _resampled_correlations(data, resamples, seed):
    generator, people = random_state(seed), len(data)
    stack = np.empty((resamples, data.shape[1], data.shape[1]))
    for draw in range(resamples):
        stack[draw] = np.corrcoef(data[generator.randint(people, size=people)], rowvar=False)
    return stack
