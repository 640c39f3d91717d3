import numpy as np
import openpls
import pandas as pd
import pytest
from openpls import config
from openpls.mode import Mode
from openpls.scheme import Scheme

from crmlib.errors import DataFault, NotConverged
from crmlib.old.satisfaction.path_intervals import bootstrap_path_model
from crmlib.old.satisfaction.path_model import (
    SATISFACTION_PATHS,
    constructs_in,
    effects_table,
    fit_path_model,
    path_matrix,
)

from . import mobile
from .synthetic import ORDER, TRUE_PATHS, synthetic_survey

PUBLISHED = {
    ("IMAG", "CUEX"): 0.5047,
    ("CUEX", "PERQ"): 0.5572,
    ("CUEX", "PERV"): 0.0508,
    ("PERQ", "PERV"): 0.5572,
    ("IMAG", "CUSA"): 0.1788,
    ("CUEX", "CUSA"): 0.0644,
    ("PERQ", "CUSA"): 0.5125,
    ("PERV", "CUSA"): 0.1918,
    ("CUSA", "CUSCO"): 0.5261,
    ("IMAG", "CUSL"): 0.1954,
    ("CUSA", "CUSL"): 0.4835,
    ("CUSCO", "CUSL"): 0.0712,
}


@pytest.fixture(scope="module")
def model():
    return fit_path_model(synthetic_survey(2000, seed=5))


def mobile_model(scheme):
    return fit_path_model(mobile.mobile_survey(), mobile.PATHS, mobile.mobile_items(), scheme=scheme)


def oracle(scheme):
    structure = config.Structure()
    for source, target in mobile.PATHS:
        structure.add_path([source], [target])
    settings = config.Config(structure.path(), scaled=True)
    survey = mobile.mobile_survey()
    for prefix, items in mobile.mobile_items().items():
        settings.add_lv(prefix, Mode.A, *[config.MV(item) for item in items])
    return openpls.Plspm(survey, settings, Scheme[scheme.upper()], tolerance=1e-9)


def test_published_coefficients_of_the_mobile_survey():
    paths = mobile_model("centroid").paths.set_index(["source", "target"])["coefficient"]
    assert len(paths) == len(PUBLISHED)
    for pair, published in PUBLISHED.items():
        assert round(paths[pair], 4) == published


@pytest.mark.parametrize("scheme", ["centroid", "path", "factorial"])
def test_agrees_with_an_independent_package(scheme):
    model = mobile_model(scheme)
    other = oracle(scheme)
    coefficients = other.path_coefficients()
    ours = pd.DataFrame(path_matrix(model), model.design.constructs, model.design.constructs)
    assert np.allclose(ours.T, coefficients.loc[ours.columns, ours.index], atol=5e-5)
    outer = other.outer_model().loc[model.items.index]
    assert np.allclose(model.items["loading"], outer["loading"], atol=5e-5)
    r_squared = other.inner_summary()["r_squared"]
    for name, value in model.constructs["r_squared"].dropna().items():
        assert value == pytest.approx(r_squared[name], abs=5e-5)


def test_consistent_coefficients_recover_the_truth(model):
    for row in fit_path_model(synthetic_survey(20000, seed=2, rounded=False)).paths.itertuples():
        assert row.consistent == pytest.approx(TRUE_PATHS[row.source, row.target], abs=0.03)
        if TRUE_PATHS[row.source, row.target] > 0.5:
            assert row.coefficient < row.consistent  # measurement error weakens a strong path


def test_index_is_the_weighted_mean_on_a_scale_of_100(model):
    items = model.items[model.items["construct"] == "satisfaction"]
    assert items["index_weight"].sum() == pytest.approx(1)
    by_hand = (items["index_weight"] * (items["mean"] - 1) / 9 * 100).sum()
    assert model.constructs.loc["satisfaction", "index"] == pytest.approx(by_hand)
    assert model.index_scores["satisfaction"].mean() == pytest.approx(by_hand)
    assert model.index_scores.to_numpy().min() >= 0
    assert model.index_scores.to_numpy().max() <= 100 + 1e-9


def test_scores_are_standardised_and_go_with_the_index(model):
    assert np.allclose(model.scores.mean(), 0, atol=1e-10)
    assert np.allclose(model.scores.std(ddof=0), 1)
    for name in model.scores:
        assert np.corrcoef(model.scores[name], model.index_scores[name])[0, 1] == pytest.approx(1)


def test_point_effects_are_the_regression_of_index_scores(model):
    causes = ["image", "satisfaction"]
    design = np.column_stack([np.ones(len(model.index_scores)), model.index_scores[causes]])
    slopes = np.linalg.lstsq(design, model.index_scores["continued_business"], rcond=None)[0][1:]
    paths = model.paths.set_index(["source", "target"])["points"]
    assert np.allclose([paths[cause, "continued_business"] for cause in causes], slopes)


def test_total_effect_is_the_sum_over_all_routes(model):
    effects = effects_table(model).set_index(["source", "target"])
    b = model.paths.set_index(["source", "target"])["coefficient"]
    route = b["perceived_quality", "perceived_value"] * b["perceived_value", "satisfaction"]
    assert effects.loc[("perceived_quality", "satisfaction"), "indirect"] == pytest.approx(route)
    assert effects.loc[("perceived_quality", "satisfaction"), "total"] == pytest.approx(
        route + b["perceived_quality", "satisfaction"]
    )


def test_a_reversed_question_does_not_turn_the_construct(model):
    survey = synthetic_survey(2000, seed=5)
    survey["image_2"] = 11 - survey["image_2"]
    turned = fit_path_model(survey)
    assert turned.items.loc["image_2", "loading"] < 0
    assert turned.paths["coefficient"].iloc[0] == pytest.approx(model.paths["coefficient"].iloc[0], abs=0.01)


def test_order_of_columns_and_rows_does_not_matter(model):
    survey = synthetic_survey(2000, seed=5)
    shuffled = survey.sample(frac=1, random_state=1)[list(reversed(survey.columns))]
    assert np.allclose(fit_path_model(shuffled).paths["coefficient"], model.paths["coefficient"], atol=1e-6)


def test_weights_equal_repeated_respondents():
    survey = synthetic_survey(300, seed=3)
    times = np.arange(300) % 3 + 1
    weighted = fit_path_model(survey, respondent_weights=times)
    repeated = fit_path_model(survey.loc[survey.index.repeat(times)])
    assert np.allclose(weighted.paths["coefficient"], repeated.paths["coefficient"])
    assert np.allclose(weighted.constructs["index"], repeated.constructs["index"])


def test_gaps_are_filled_within_the_construct_and_counted():
    survey = synthetic_survey(3000, seed=4)
    full = fit_path_model(survey)
    holes = survey.mask(np.random.default_rng(1).random(survey.shape) < 0.05)
    holes.loc[:9, ["image_1", "image_2", "image_3", "image_4"]] = np.nan
    filled = fit_path_model(holes)
    assert filled.missing["left_out"] >= 10
    assert filled.missing["respondents"] + filled.missing["left_out"] == 3000
    assert filled.missing["filled_share"] == pytest.approx(0.05, abs=0.01)
    assert np.abs(filled.paths["coefficient"] - full.paths["coefficient"]).max() < 0.03
    complete = fit_path_model(holes, missing="complete")
    assert complete.missing["respondents"] == holes.notna().all(axis=1).sum()
    assert complete.missing["filled"] == 0


def test_not_converged_is_said():
    with pytest.raises(NotConverged, match="did not settle in 1 rounds"):
        fit_path_model(synthetic_survey(200), max_iterations=1)


def test_a_circle_of_causes_is_refused():
    with pytest.raises(ValueError, match="circle"):
        constructs_in([("a", "b"), ("b", "c"), ("c", "a")])
    assert constructs_in(SATISFACTION_PATHS) == list(ORDER)


def test_unknown_scheme_and_method_are_refused():
    survey = synthetic_survey(100)
    with pytest.raises(ValueError, match="scheme is one of"):
        fit_path_model(survey, scheme="centre")
    with pytest.raises(ValueError, match="missing is one of"):
        fit_path_model(survey, missing="ignore")


@pytest.mark.parametrize(
    ("spoil", "message"),
    [
        (lambda s: s.assign(image_1=7), "image_1: all answers are 7"),
        (lambda s: s.assign(image_1=s["image_1"].replace(8, 88)), r"image_1: \d+ answers off the scale 1–10, e.g. 88"),
        (lambda s: s.assign(perceived_value_1=np.nan, perceived_value_2=np.nan), "Nobody answered any item"),
        (lambda s: s.head(20), "20 respondents are too few"),
        (lambda s: (s / 2).round().clip(1, 5), "state it, e.g. scale"),
        (lambda s: s.assign(image_1="good"), "'good' .* is not a number"),
        (lambda s: s.drop(columns=["perceived_value_1", "perceived_value_2"]), "perceived_value_1, perceived_value_2"),
    ],
)
def test_unusable_answers_get_one_clear_sentence(spoil, message):
    with pytest.raises(DataFault, match=message):
        fit_path_model(spoil(synthetic_survey(200)))


def test_all_faults_are_reported_together():
    survey = synthetic_survey(200).assign(image_1=7, satisfaction_2=99)
    with pytest.raises(DataFault, match=r"(?s)image_1.*satisfaction_2"):
        fit_path_model(survey)


def test_a_five_point_survey_works_when_the_scale_is_stated():
    survey = (synthetic_survey(2000, seed=8) / 2).round().clip(1, 5)
    model = fit_path_model(survey, scale=(1, 5))
    assert model.constructs["index"].between(60, 90).all()
    assert model.index_scores.to_numpy().max() <= 100 + 1e-9


def test_bootstrap_error_matches_the_spread_over_fresh_surveys():
    fresh = [fit_path_model(synthetic_survey(400, seed=seed)).paths["coefficient"] for seed in range(80)]
    spread = np.std(fresh, axis=0, ddof=1)
    intervals = bootstrap_path_model(fit_path_model(synthetic_survey(400, seed=999)), 300)
    assert np.allclose(intervals.paths["standard_error"], spread, rtol=0.35)


def test_intervals_hold_the_estimate_and_shrink_with_more_respondents(model):
    small = bootstrap_path_model(fit_path_model(synthetic_survey(200, seed=6)), 200)
    large = bootstrap_path_model(model, 200)
    for part in (large.index, large.r_squared, large.loadings, large.effects):
        assert ((part["low"] <= part["estimate"]) & (part["estimate"] <= part["high"])).all()
    width = (large.paths["high"] - large.paths["low"]).mean()
    assert width < 0.5 * (small.paths["high"] - small.paths["low"]).mean()
    assert large.resamples == 200
    assert large.dropped == 0


def test_bootstrap_is_repeatable(model):
    first = bootstrap_path_model(model, 500, seed=3)
    pd.testing.assert_frame_equal(first.paths, bootstrap_path_model(model, 500, seed=3).paths)


@pytest.mark.slow
def test_intervals_cover_the_truth_nineteen_times_in_twenty():
    hits, index_hits = [], []
    level = fit_path_model(synthetic_survey(200_000, seed=77, rounded=False)).constructs["index"]
    for seed in range(200):
        model = fit_path_model(synthetic_survey(500, seed=1000 + seed, rounded=False))
        found = bootstrap_path_model(model, 300, seed=seed)
        paths = found.paths
        truth = np.array([TRUE_PATHS[pair] for pair in zip(paths["source"], paths["target"], strict=True)])
        hits.append((paths["consistent_low"] <= truth) & (truth <= paths["consistent_high"]))
        index_hits.append(level.between(found.index["low"], found.index["high"]))
    coverage, index_coverage = np.mean(hits), np.mean(index_hits)
    print(f"coverage of 95 % intervals over 200 surveys: paths {coverage:.3f}, index {index_coverage:.3f}")
    assert 0.92 < coverage < 0.98
    assert 0.92 < index_coverage < 0.98
