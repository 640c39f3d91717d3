"""What an answer today tells about purchases tomorrow, on answers that were not used for learning."""

import numpy as np
import pandas as pd

from crmlib.errors import DataFault
from crmlib.estimate import random_state
from crmlib.old.notices import hands_on_notices, needs
from crmlib.old.satisfaction.answers import items_by_construct
from crmlib.old.satisfaction.mapping import paths_measured
from crmlib.old.satisfaction.path_model import constructs_in, fit_path_model
from crmlib.old.satisfaction.repurchase import later_purchases

FEWEST_ANSWERS = 50
NPS_QUESTION = "recommend (NPS)"


@hands_on_notices
def predictive_power(
    later,
    survey_predictors=("recommend", "satisfaction_1", "continued_business_1"),
    resamples=300,
    confidence=0.95,
    seed=1,
):
    """Which answer ranks later buyers best, on answers not used before?

    The earlier half of the answers sets the index weights and the directions; the later half is the test.
    Power = chance that a later buyer scored higher than a later non-buyer (area under the ROC curve; 0.5 is guessing).
    Limits from resampled customers; the difference to the recommendation question is computed on the same resamples.
    The limits of the differences hold for all of them together (their largest deviation, each in its own standard
    errors, gives the factor), so one may look for the best predictor first and read its limits afterwards.

    Parameters: ``later`` from ``later_purchases``; ``survey_predictors`` single questions.
    Returns one row a predictor, best first: power, low, high, better_than_nps (difference), difference_low,
    difference_high, clear; ``attrs``: respondents, buyers, tested_from. Raises DataFault when a half is too small.
    Source: Hanley & McNeil 1982; Romano & Wolf 2005 (limits for all together).
    """
    ordered = later.sort_values(["answered_on", "customer_id"], kind="stable").reset_index(drop=True)
    train, cut = _earlier_half(ordered)
    scores = _predictors(ordered, train, survey_predictors)
    test, outcome = scores[~train].reset_index(drop=True), ordered.loc[~train, "bought_later"].to_numpy(dtype=bool)
    people = ordered.loc[~train, "customer_id"].factorize()[0]
    power = np.array([area_under_curve(test[name].to_numpy(), outcome) for name in test])
    draws = _resampled_areas(test.to_numpy(), outcome, people, resamples, seed)
    table = with_limits(power, draws, test.columns, confidence)
    table.attrs = {"respondents": len(test), "buyers": int(outcome.sum()), "tested_from": cut}
    return table


@needs("survey", "orders", survey=("recommend",))
def later_buyers_predicted(db, months=6, resamples=300):
    """Which answer of the survey tells best who buys in the months after it: see ``predictive_power``."""
    return predictive_power(later_purchases(db, months), resamples=resamples)


def _earlier_half(ordered):
    cut = ordered["answered_on"].iloc[len(ordered) // 2] if len(ordered) else pd.NaT
    train = (ordered["answered_on"] < cut).to_numpy(dtype=bool)
    outcome = ordered.loc[~train, "bought_later"].astype(bool)
    if min(train.sum(), len(outcome)) < FEWEST_ANSWERS or outcome.all() or not outcome.any():
        raise DataFault("Too few answers with known later purchases to train on one half and test on the other.")
    return train, cut


def with_limits(power, draws, names, confidence):
    """The table of ``predictive_power`` from estimates and their resamples, one column of ``draws`` a name."""
    reference = list(names).index(NPS_QUESTION)
    tails = [(1 - confidence) * 50, (1 + confidence) * 50]
    low, high = np.percentile(draws, tails, axis=0)
    difference = power - power[reference]
    spread = limits_for_all(draws - draws[:, [reference]], difference, confidence)
    columns = {
        "power": power,
        "low": low,
        "high": high,
        "better_than_nps": difference,
        "difference_low": difference - spread,
        "difference_high": difference + spread,
        "clear": np.abs(difference) > spread,
    }
    return pd.DataFrame(columns, pd.Index(names, name="predictor")).sort_values("power", ascending=False)


def limits_for_all(draws, estimates, confidence=0.95):
    """Half widths of intervals that hold for several estimates together.

    half width = standard error · the quantile, over resamples, of max |draw − estimate| / standard error.

    Parameters: ``draws`` (resamples, estimates); ``estimates`` of the same order. Returns one half width an estimate, 0
    for what does not vary. Source: Romano & Wolf 2005.
    """
    error = draws.std(axis=0, ddof=1)
    varies = error > 0
    if not varies.any():
        return np.zeros(len(error))
    largest = (np.abs(draws - estimates)[:, varies] / error[varies]).max(axis=1)
    return error * np.quantile(largest, confidence)


def area_under_curve(score, outcome, weights=None):
    """Chance that one with the outcome has a higher score than one without, ties counted half; weights are counts."""
    weights = np.ones(len(score)) if weights is None else weights
    values, place = np.unique(score, return_inverse=True)
    with_outcome = np.bincount(place, weights * outcome, len(values))
    without = np.bincount(place, weights * ~outcome, len(values))
    below = np.cumsum(without) - without / 2
    return float(with_outcome @ below / (with_outcome.sum() * without.sum()))


def _predictors(ordered, train, questions):
    """One score a predictor: index weights, medians for gaps and directions come from the training half alone."""
    scores = pd.DataFrame(index=ordered.index)
    for name in questions:
        if name in ordered:
            label = NPS_QUESTION if name == "recommend" else f"one question: {name.replace('_', ' ')}"
            scores[label] = ordered[name].astype(float)
    paths = paths_measured(ordered)
    blocks = items_by_construct(ordered, constructs_in(paths))
    weights = fit_path_model(ordered[train], paths).items
    for construct, label in (("satisfaction", "satisfaction index"), ("continued_business", "intention index")):
        if construct not in blocks:
            continue
        weight = weights.loc[weights["construct"] == construct, "index_weight"]
        answers = ordered[blocks[construct]].astype(float)
        scores[label] = (answers * weight).sum(axis=1) / (answers.notna() * weight).sum(axis=1).replace(0, np.nan)
    scores["purchases before"] = ordered["orders_before"].astype(float)
    scores = scores.fillna(scores[train].median())
    bought = ordered["bought_later"].astype(float)
    return scores * np.where(scores[train].corrwith(bought[train]) < 0, -1.0, 1.0)


def _resampled_areas(scores, outcome, people, resamples, seed):
    generator, count = random_state(seed), people.max() + 1
    draws = []
    while len(draws) < resamples:
        times = np.bincount(generator.randint(count, size=count), minlength=count)[people].astype(float)
        if (times * outcome).sum() > 0 and (times * ~outcome).sum() > 0:
            draws.append([area_under_curve(scores[:, column], outcome, times) for column in range(scores.shape[1])])
    return np.array(draws)
