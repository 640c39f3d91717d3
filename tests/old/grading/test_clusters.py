"""K-means and whether its groups come back."""

import numpy as np
import pandas as pd
import pytest

from crmlib.errors import CrmError
from crmlib.old.grading.clusters import cluster_features, cluster_stability, customer_clusters


def customers(centres, size=60, spread=0.05, seed=1):
    random = np.random.default_rng(seed)
    rows = np.vstack([np.exp(np.log(centre) + random.normal(0, spread, (size, 3))) for centre in centres])
    index = pd.Index([f"C{place:04d}" for place in range(len(rows))], name="customer_id")
    return pd.DataFrame(rows, columns=["recency", "frequency", "monetary"], index=index)


THREE = [(5, 40, 5000), (100, 8, 600), (600, 2, 50)]


def test_clear_groups_are_found_and_numbered_by_money():
    found = customer_clusters(customers(THREE), 3)
    assert [set(found.iloc[start : start + 60]) for start in (0, 60, 120)] == [{1}, {2}, {3}]


def test_row_order_and_currency_do_not_matter():
    table = customers(THREE, spread=0.4)
    found = customer_clusters(table, 3)
    pd.testing.assert_series_equal(found, customer_clusters(table.sample(frac=1, random_state=2), 3).sort_index())
    assert np.abs(cluster_features(table).mean(axis=0)).max() < 1e-12


def test_stability_tells_real_groups_from_invented_ones():
    real = cluster_stability(customers(THREE), numbers=(3,), repeats=10)
    assert real.loc[0, "worst"] > 0.98
    blob = cluster_stability(customers([(50, 10, 500)], size=300, spread=0.5), numbers=(5,), repeats=10)
    assert blob.loc[0, "worst"] < 0.75


def test_stability_table_can_be_repeated():
    table = customers(THREE, spread=0.5)
    first = cluster_stability(table, repeats=5)
    assert first["clusters"].tolist() == [2, 3, 4, 5, 6]
    assert first[["mean", "worst"]].to_numpy().min() >= 0 and first["mean"].max() <= 1
    pd.testing.assert_frame_equal(first, cluster_stability(table, repeats=5))


def test_more_clusters_than_different_customers_are_refused():
    same = customers([(50, 10, 500)], size=20, spread=0.0)
    with pytest.raises(CrmError, match="2 clusters cannot be made of 1"):
        customer_clusters(same, 2)
