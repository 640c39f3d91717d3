"""The index model on a hundred simulated companies: is the truth found, and are the intervals as sure as they say?"""

import numpy as np
import pandas as pd
import pytest

from crmbook.company import simulate
from crmlib.old.satisfaction.path_intervals import bootstrap_path_model
from crmlib.old.satisfaction.path_model import fit_path_model

COMPANIES = 100


@pytest.mark.slow
def test_truth_is_recovered_and_intervals_cover_over_a_hundred_companies():
    surveys, truth = [], None
    for seed in range(COMPANIES):
        tables = simulate(4000, seed=5000 + seed)
        surveys.append(tables["survey"])
        truth = tables["truth/paths"].set_index(["source", "target"])["coefficient"]
    everybody = fit_path_model(pd.concat(surveys, ignore_index=True))
    paths = everybody.paths.set_index(["source", "target"])
    # The level of the index is each company's own, so only the coefficients have one truth for all.
    hits = {"coefficients": [], "consistent coefficients": []}
    for seed, survey in enumerate(surveys):
        found = bootstrap_path_model(fit_path_model(survey), 1000, seed=seed, people=survey["customer_id"])
        table = found.paths.set_index(["source", "target"])
        hits["coefficients"].append(paths["coefficient"].between(table["low"], table["high"]))
        hits["consistent coefficients"].append(
            paths["consistent"].between(table["consistent_low"], table["consistent_high"])
        )
    coverage = {name: float(np.mean(rows)) for name, rows in hits.items()}
    error = paths[["consistent", "coefficient"]].sub(truth.reindex(paths.index), axis=0)
    print(f"coverage of 95 % intervals over {COMPANIES} companies: {coverage}")
    print(f"error against the truth, all answers together:\n{error.round(3)}")
    # What the correction leaves comes from answers that stop at 10 and from silence that depends on satisfaction.
    assert error["consistent"].abs().max() < 0.10
    strong = truth.reindex(paths.index) > 0.7
    assert (error.loc[strong, "coefficient"] < 0).all()
    for share in coverage.values():
        assert 0.92 <= share <= 0.98
