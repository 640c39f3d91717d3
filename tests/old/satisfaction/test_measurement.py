import numpy as np
import pytest
import seminr

from crmlib.old.satisfaction.measurement import (
    heterotrait_monotrait_ratio,
    raw_alpha,
    reliability_table,
    standardised_alpha,
)
from crmlib.old.satisfaction.path_model import fit_path_model

from . import mobile
from .synthetic import synthetic_survey


@pytest.fixture(scope="module")
def model():
    return fit_path_model(synthetic_survey(20000, seed=5, rounded=False))


def test_alpha_from_published_worked_figures():
    correlation = np.full((3, 3), 0.5) + 0.5 * np.eye(3)
    assert standardised_alpha(correlation) == pytest.approx(3 * 0.5 / 2)
    assert raw_alpha(correlation) == pytest.approx(0.75)
    covariance = correlation * np.outer([1, 2, 4], [1, 2, 4])
    assert raw_alpha(covariance) == pytest.approx(1.5 * (1 - 21 / 35))
    assert np.isnan(standardised_alpha(np.ones((1, 1))))


def test_reliability_of_known_items(model):
    table = reliability_table(model)
    expected = 4 * 0.85**2 / (4 * 0.85**2 + 1 - 0.85**2)
    assert table.loc["image", "alpha"] == pytest.approx(expected, abs=0.01)
    assert table.loc["image", "raw_alpha"] == pytest.approx(expected, abs=0.01)
    assert table.loc["image", "rho_a"] == pytest.approx(expected, abs=0.01)
    assert table["sound"].all()


def test_agrees_with_an_independent_package():
    survey, blocks = mobile.mobile_survey(), mobile.mobile_items()
    constructs = seminr.constructs(*[seminr.composite(name, items) for name, items in blocks.items()])
    arrows = seminr.relationships(*[seminr.paths(from_=source, to=target) for source, target in mobile.PATHS])
    other = seminr.estimate_pls(survey, constructs, arrows, inner_weights=seminr.path_weighting)
    model = fit_path_model(survey, mobile.PATHS, blocks, scheme="path", tolerance=1e-9)
    theirs = seminr.summarize(other).reliability
    ours = reliability_table(model).loc[list(theirs.rows)]
    several = (ours["items"] > 1).to_numpy()
    columns = ["alpha", "rho_a", "composite_reliability", "average_variance_extracted"]
    assert list(theirs.cols) == ["alpha", "rhoA", "rhoC", "AVE"]
    assert np.allclose(ours[columns][several], theirs.values[several], atol=5e-5)
    ratio = seminr.htmt(other)
    upper = np.triu_indices(len(ratio.rows), 1)
    mine = heterotrait_monotrait_ratio(model).loc[list(ratio.rows), list(ratio.cols)].to_numpy()
    assert np.allclose(mine[upper], ratio.values[upper], atol=5e-5)


def test_distinct_constructs_have_the_ratio_of_their_true_correlation(model):
    ratio = heterotrait_monotrait_ratio(model)
    assert ratio.loc["image", "expected_quality"] == pytest.approx(0.7, abs=0.02)
    assert np.allclose(ratio, ratio.T)


def test_two_names_for_one_thing_are_found():
    survey = synthetic_survey(2000, seed=7)
    survey = survey.rename(columns={"image_3": "double_1", "image_4": "double_2"})
    model = fit_path_model(survey, [("image", "double")])
    assert heterotrait_monotrait_ratio(model).loc["image", "double"] > 0.95


def test_items_that_do_not_belong_together_are_not_sound():
    survey = synthetic_survey(1000, seed=7)
    items = {"mixed": ["image_1", "continued_business_1"], "satisfaction": ["satisfaction_1", "satisfaction_2"]}
    survey["image_1"] = survey["image_1"].sample(frac=1, random_state=0).to_numpy()
    table = reliability_table(fit_path_model(survey, [("mixed", "satisfaction")], items))
    assert not table.loc["mixed", "sound"]
    assert table.loc["satisfaction", "sound"]
