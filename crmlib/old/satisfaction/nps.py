"""The net promoter score, with the interval it is usually shown without."""

import numpy as np
import pandas as pd
from scipy import optimize, stats

from crmlib.old.figures import Notice
from crmlib.old.notices import needs
from crmlib.old.satisfaction.by_customer import waves_of

PROMOTER_FROM, DETRACTOR_TO = 9, 6
METHODS = ("score", "adjusted", "plain")


def net_promoter_score(recommend, confidence=0.95, method="score"):
    """Share of promoters (9–10) minus share of detractors (0–6), times 100, with an interval.

    variance = (p + d − (p − d)²) / n. "plain": estimate ± z √variance. "adjusted": the same after adding ¾ promoters,
    ¾ detractors and 1½ others. "score": the values not rejected by a score test, best in small samples.

    Parameters: ``recommend`` answers 0–10, gaps left out; ``confidence`` share; ``method`` one of the three.
    Returns a Series nps, low, high (all −100 to 100), promoters, passives, detractors (shares), respondents.
    Raises ValueError for an unknown method or answers off the scale.
    Source: Reichheld 2003; Rocks 2016 (adjusted); Tango 1998 (score).
    """
    if method not in METHODS:
        raise ValueError(f"method is one of {', '.join(METHODS)}, not {method!r}")
    promoters, detractors, count = _counts(recommend)
    if count == 0:
        return pd.Series(dict.fromkeys(["nps", "low", "high", "promoters", "passives", "detractors"], np.nan))
    low, high = interval_of_counts(promoters, detractors, count, confidence, method)
    return pd.Series(
        {
            "nps": 100 * (promoters - detractors) / count,
            "low": 100 * low,
            "high": 100 * high,
            "promoters": promoters / count,
            "passives": 1 - (promoters + detractors) / count,
            "detractors": detractors / count,
            "respondents": count,
        }
    )


def interval_of_counts(promoters, detractors, count, confidence=0.95, method="score"):
    """Interval of the net share from counts; (low, high) between −1 and 1. See ``net_promoter_score``."""
    if method == "score":
        return _score_interval(promoters, detractors, count, confidence)
    if method == "adjusted":
        promoters, detractors, count = promoters + 0.75, detractors + 0.75, count + 3
    net = (promoters - detractors) / count
    spread = stats.norm.ppf((1 + confidence) / 2) * np.sqrt(net_variance(promoters / count, detractors / count) / count)
    return max(net - spread, -1.0), min(net + spread, 1.0)


def net_variance(promoters, detractors):
    """Variance of one respondent's +1, 0 or −1: p + d − (p − d)²."""
    return promoters + detractors - (promoters - detractors) ** 2


def nps_by_group(recommend, groups, confidence=0.95, method="score"):
    """The net promoter score of each group, one row a group, in the groups' order."""
    together = pd.DataFrame({"recommend": recommend, "group": groups}).dropna()
    parts = together.groupby("group", observed=True, sort=False)["recommend"]
    table = pd.DataFrame({name: net_promoter_score(values, confidence, method) for name, values in parts}).T
    return table.rename_axis("group").sort_index()


def compare_nps(recommend, other, confidence=0.95, people=None):
    """Difference of two groups' net promoter scores, with interval and p-value.

    difference ± z √(variance/n + variance/m). Two intervals that overlap do not prove equality; this does the test.
    Where the same customers answered on both sides, or several times, their answers are taken together:
    error² = Σ over customers of (Σ of their (value − mean)/n on one side − the same on the other)².

    Parameters: ``people`` (customers of the first answers, of the second), each as long as the answers, or None when
    nobody answered twice. Returns a Series difference, low, high (points), p_value. Source: Liang & Zeger 1986.
    """
    sides, scores = [], []
    for side, answers in enumerate((recommend, other)):
        promoters, detractors, count = _counts(answers)
        sides.append(((promoters - detractors) / count, net_variance(promoters / count, detractors / count) / count))
        if people is not None:
            value = _values(answers)
            share = (value - value.mean()) / count * (1 - 2 * side)
            scores.append(pd.Series(share.to_numpy(), np.asarray(people[side])[value.index]))
    difference = sides[0][0] - sides[1][0]
    error = np.sqrt(sides[0][1] + sides[1][1])
    if people is not None:
        error = np.sqrt((pd.concat(scores).groupby(level=0).sum() ** 2).sum())
    spread = stats.norm.ppf((1 + confidence) / 2) * error
    p_value = 2 * stats.norm.sf(abs(difference) / error) if error > 0 else np.nan
    return pd.Series(
        {
            "difference": 100 * difference,
            "low": 100 * (difference - spread),
            "high": 100 * (difference + spread),
            "p_value": p_value,
        }
    )


@needs("survey", survey=("recommend",))
def nps_by_wave(db, confidence=0.95):
    """The net promoter score of each survey wave (half-years where the survey names no waves), oldest first."""
    return nps_by_group(db.survey["recommend"], waves_of(db.survey), confidence)


@needs("survey", survey=("recommend",))
def compare_last_waves(db, confidence=0.95):
    """Has the net promoter score changed since the wave before? One row: see ``compare_nps``.

    Customers who answered in both waves are not two strangers: their answers are taken together.
    """
    survey, waves = db.survey, waves_of(db.survey)
    last = sorted(waves[survey["recommend"].notna()].unique())[-2:]
    if len(last) < 2:
        return Notice("Left out: there is only one wave of answers, so nothing to compare it with.")
    before, now = (survey[waves == wave] for wave in last)
    people = now["customer_id"], before["customer_id"]
    found = compare_nps(now["recommend"], before["recommend"], confidence, people)
    return found.to_frame(f"{last[1]} against {last[0]}").T


def _counts(recommend):
    answers = pd.to_numeric(pd.Series(recommend), errors="coerce").dropna().astype(float)
    if not answers.between(0, 10).all():
        raise ValueError(f"Answers to the recommendation question run from 0 to 10; found {answers.max():g}.")
    return int((answers >= PROMOTER_FROM).sum()), int((answers <= DETRACTOR_TO).sum()), len(answers)


def _values(recommend):
    """+1, 0 or −1 for each answer given, by its place."""
    answers = pd.to_numeric(pd.Series(np.asarray(recommend)), errors="coerce").dropna().astype(float)
    return (answers >= PROMOTER_FROM).astype(float) - (answers <= DETRACTOR_TO)


def _score_interval(promoters, detractors, count, confidence):
    limit = stats.norm.ppf((1 + confidence) / 2)
    estimate = (promoters - detractors) / count
    edge = 1e-9

    def surprise(net):
        return _score(promoters, detractors, count, net)

    low, high = -1.0, 1.0
    if surprise(-1 + edge) > limit:
        low = optimize.brentq(lambda net: surprise(net) - limit, -1 + edge, min(estimate, 1 - edge))
    if surprise(1 - edge) < -limit:
        high = optimize.brentq(lambda net: surprise(net) + limit, max(estimate, -1 + edge), 1 - edge)
    return low, high


def _score(promoters, detractors, count, net):
    """How many standard errors the counts lie above a supposed net share, the error computed under that supposition."""
    linear = -promoters - detractors + (2 * count - promoters + detractors) * net
    constant = -detractors * net * (1 - net)
    unhappy = (np.sqrt(max(linear**2 - 8 * count * constant, 0)) - linear) / (4 * count)
    variance = count * (2 * unhappy + net * (1 - net))
    surplus = promoters - detractors - count * net
    if variance > 0:
        return surplus / np.sqrt(variance)
    return float(np.sign(surplus)) * 1e9  # nothing can vary under this supposition
