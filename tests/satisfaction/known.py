"""Answers with known truth: scores that follow these paths exactly, and items that measure them with error."""

import numpy as np
import pandas as pd

from crmlib.satisfaction.path_model import ARROWS, CONSTRUCTS

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
COUNTS = dict(zip(CONSTRUCTS, (4, 3, 4, 2, 3, 3), strict=True))
BLOCKS = {name: [f"{name}_{n}" for n in range(1, count + 1)] for name, count in COUNTS.items()}


def answers(respondents=2000, seed=1, rounded=True, loading=0.85):
    """Answers from 1 to 10 (or unrounded around 5.5, so that none falls off the scale)."""
    chance, scores, correlation = np.random.RandomState(seed), {}, np.eye(len(CONSTRUCTS))
    for place, name in enumerate(CONSTRUCTS):
        slopes = np.array([TRUE_PATHS.get((cause, name), 0.0) for cause in CONSTRUCTS])
        rest = np.sqrt(1 - slopes @ correlation @ slopes) * chance.standard_normal(respondents)
        scores[name] = sum((TRUE_PATHS[cause, name] * scores[cause] for cause in ARROWS.get(name, [])), rest)
        correlation[place, :place] = correlation[:place, place] = (correlation @ slopes)[:place]
    mean, deviation = (8, 1.2) if rounded else (5.5, 0.7)
    items = {
        item: mean
        + deviation * (loading * scores[name] + np.sqrt(1 - loading**2) * chance.standard_normal(respondents))
        for name, block in BLOCKS.items()
        for item in block
    }
    table = pd.DataFrame(items)
    return table.round().clip(1, 10) if rounded else table
