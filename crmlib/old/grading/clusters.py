"""K-means as a contrast to written grades, and the question whether its groups would come back: bootstrap stability."""

import numpy as np
import pandas as pd

from crmlib.errors import CrmError
from crmlib.estimate import random_state

LARGEST_SAMPLE = 5_000


def customer_clusters(scores, number=4, seed=2026):
    """Group customers by k-means on recency, frequency and monetary value.

    The three are put on a log scale (log(1 + x), negative money as 0) and standardised, so that no unit dominates.
    Clusters are numbered from the highest mean monetary value down.
    Parameters: scores - result of `rfm_scores`; number - of clusters; seed - of the starting points.
    Returns: Series of cluster numbers 1 … number, index customer_id. Source: MacQueen (1967), Lloyd (1982).
    """
    scores = scores.sort_index()
    labels = _k_means(cluster_features(scores), number, seed).labels_
    order = scores["monetary"].groupby(labels).mean().sort_values(ascending=False).index
    rank = {label: place for place, label in enumerate(order, start=1)}
    return pd.Series([rank[label] for label in labels], index=scores.index, name="cluster")


def cluster_features(scores):
    """Put recency, frequency and monetary value on comparable scales, as `customer_clusters` says. Returns: array."""
    table = np.log1p(scores[["recency", "frequency", "monetary"]].sort_index().clip(lower=0).to_numpy(float))
    spread = table.std(axis=0)
    return (table - table.mean(axis=0)) / np.where(spread > 0, spread, 1)


def cluster_stability(scores, numbers=(2, 3, 4, 5, 6), repeats=12, seed=2026):
    """Ask whether clusters come back when the customers are drawn again.

    For each number of clusters: draw customers with replacement, cluster them anew, and find for each original cluster
    the best match among the new ones by Jaccard similarity |A ∩ B| / |A ∪ B|; average over the draws. Rule of thumb:
    below 0.6 dissolved, 0.75 and more valid, 0.85 and more highly stable. At most 5,000 customers, drawn at random, are
    used.
    Parameters: scores - result of `rfm_scores`; numbers - of clusters to try; repeats - bootstrap draws; seed.
    Returns: DataFrame, one row a number of clusters: clusters, mean, worst (Jaccard of the least stable cluster),
    smallest (share of customers in the smallest cluster). Source: Hennig (2007).
    """
    random = random_state(seed)
    features = cluster_features(scores)
    if len(features) > LARGEST_SAMPLE:
        features = features[np.sort(random.choice(len(features), LARGEST_SAMPLE, replace=False))]
    rows = []
    for number in numbers:
        labels = _k_means(features, number, seed).labels_
        draws = [_matches(features, labels, number, random) for _ in range(repeats)]
        stability = np.nanmean(draws, axis=0)
        rows.append((number, stability.mean(), stability.min(), np.bincount(labels).min() / len(labels)))
    return pd.DataFrame(rows, columns=["clusters", "mean", "worst", "smallest"])


def _matches(features, labels, number, random):
    rows, weights = np.unique(random.randint(0, len(features), len(features)), return_counts=True)
    again = _k_means(features[rows], number, int(random.randint(2**31)), weights, starts=2).labels_
    both = np.zeros((number, number))
    np.add.at(both, (labels[rows], again), 1)
    either = both.sum(axis=1)[:, None] + both.sum(axis=0)[None, :] - both
    found = (both / np.where(either > 0, either, 1)).max(axis=1)
    # A cluster none of whose customers was drawn says nothing about its stability.
    return np.where(both.sum(axis=1) > 0, found, np.nan)


def _k_means(features, number, seed, weights=None, starts=5):
    if not 2 <= number <= len(np.unique(features, axis=0)):
        raise CrmError(f"{number} clusters cannot be made of {len(np.unique(features, axis=0))} different customers.")
    from sklearn.cluster import KMeans
    from threadpoolctl import threadpool_limits

    # Threads gain nothing at this size and would make sums depend on the machine.
    with threadpool_limits(1):
        return KMeans(number, n_init=starts, random_state=seed).fit(features, sample_weight=weights)
