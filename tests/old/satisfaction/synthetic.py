"""Surveys with known truth for the tests of this room."""

import numpy as np
import pandas as pd

TRUE_PATHS = {
    ("image", "expected_quality"): 0.7,
    ("expected_quality", "perceived_quality"): 0.6,
    ("expected_quality", "perceived_value"): 0.1,
    ("perceived_quality", "perceived_value"): 0.7,
    ("image", "satisfaction"): 0.15,
    ("expected_quality", "satisfaction"): 0.0,
    ("perceived_quality", "satisfaction"): 0.4,
    ("perceived_value", "satisfaction"): 0.4,
    ("image", "continued_business"): 0.1,
    ("satisfaction", "continued_business"): 0.75,
}
ORDER = ("image", "expected_quality", "perceived_quality", "perceived_value", "satisfaction", "continued_business")
ITEM_COUNTS = dict(zip(ORDER, (4, 3, 4, 2, 3, 3), strict=True))


def true_scores(respondents, generator):
    """Standard normal scores that follow TRUE_PATHS exactly."""
    correlation = np.eye(len(ORDER))
    scores = np.zeros((respondents, len(ORDER)))
    for j, name in enumerate(ORDER):
        path = np.array([TRUE_PATHS.get((cause, name), 0.0) for cause in ORDER])
        explained = path @ correlation @ path
        scores[:, j] = scores @ path + np.sqrt(1 - explained) * generator.standard_normal(respondents)
        correlation[j, :j] = correlation[:j, j] = (correlation @ path)[:j]
    return pd.DataFrame(scores, columns=ORDER)


def survey_of(scores, generator, loading=0.85, mean=8.0, deviation=1.2, rounded=True):
    """Items on a 1-10 scale with equal loadings; unrounded ones lie so that none falls off the scale."""
    if not rounded:
        mean, deviation = 5.5, 0.7
    columns = {}
    for name, count in ITEM_COUNTS.items():
        for n in range(1, count + 1):
            noise = generator.standard_normal(len(scores)) * np.sqrt(1 - loading**2)
            columns[f"{name}_{n}"] = mean + deviation * (loading * scores[name].to_numpy() + noise)
    survey = pd.DataFrame(columns)
    if rounded:
        survey = survey.round().clip(1, 10)
    return survey


def synthetic_survey(respondents=2000, seed=1, **options):
    generator = np.random.default_rng(seed)
    return survey_of(true_scores(respondents, generator), generator, **options)
