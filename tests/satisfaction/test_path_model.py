"""The path model: published numbers, two independent packages, known truth, refusals instead of NaN."""

import numpy as np
import openpls
import pandas as pd
import pytest
from openpls import config
from openpls.mode import Mode
from openpls.scheme import Scheme

from crmlib.errors import CrmError, DataFault, NotConverged, TooFew
from crmlib.estimate import interval
from crmlib.satisfaction import consistent_paths, fill_gaps, index_scores, path_model, reliability, total_effects
from crmlib.satisfaction.path_model import ARROWS, coefficients
from tests.satisfaction import known, mobile


@pytest.fixture(scope="module")
def answers():
    return known.answers()


@pytest.fixture(scope="module")
def model(answers):
    return path_model(answers, known.BLOCKS)


@pytest.fixture(scope="module")
def published():
    return path_model(mobile.SURVEY, mobile.BLOCKS, mobile.ARROWS)


def test_twelve_published_coefficients(published):
    assert published.paths.round(4).to_dict() == mobile.PUBLISHED


def test_an_independent_package_agrees(published):
    structure = config.Structure()
    for effect, causes in mobile.ARROWS.items():
        structure.add_path(causes, [effect])
    settings = config.Config(structure.path(), scaled=True)
    for name, items in mobile.BLOCKS.items():
        settings.add_lv(name, Mode.A, *[config.MV(item) for item in items])
    other = openpls.Plspm(mobile.SURVEY, settings, Scheme.CENTROID, tolerance=1e-9)
    theirs = other.path_coefficients()
    for (cause, effect), value in published.paths.items():
        assert value == pytest.approx(theirs.loc[effect, cause], abs=5e-5)
    loadings = [mobile.SURVEY[i].corr(published.scores[name]) for name, block in mobile.BLOCKS.items() for i in block]
    items = [item for block in mobile.BLOCKS.values() for item in block]
    assert np.allclose(loadings, other.outer_model().loc[items, "loading"], atol=5e-5)
    effects = other.effects().set_index(["from", "to"])["total"]
    ours = total_effects(published.paths)
    for (cause, effect), value in effects.items():
        assert ours.loc[cause, effect] == pytest.approx(value, abs=5e-5)


def test_consistent_coefficients_recover_the_truth():
    exact = known.answers(20_000, seed=2, rounded=False)
    plain, consistent = path_model(exact, known.BLOCKS).paths, consistent_paths(exact, known.BLOCKS)
    for arrow, truth in known.TRUE_PATHS.items():
        assert consistent[arrow] == pytest.approx(truth, abs=0.03)
        assert truth < 0.5 or plain[arrow] < consistent[arrow]  # measurement error weakens a strong path


def test_reliability_is_what_the_items_were_made_with():
    exact = known.answers(20_000, seed=3, rounded=False)
    found = reliability(path_model(exact, known.BLOCKS), exact, known.BLOCKS)
    for name, count in known.COUNTS.items():
        assert found[name] == pytest.approx(count * 0.85**2 / (1 + (count - 1) * 0.85**2), abs=0.01)  # Spearman–Brown
    one = {**known.BLOCKS, "perceived_value": ["perceived_value_1"]}
    assert reliability(path_model(exact, one), exact, one)["perceived_value"] == 1


def test_total_effect_is_the_sum_over_all_routes(model):
    b = model.paths
    route = b["perceived_quality", "perceived_value"] * b["perceived_value", "satisfaction"]
    total = total_effects(b)
    assert total.loc["perceived_quality", "satisfaction"] == pytest.approx(
        b["perceived_quality", "satisfaction"] + route
    )
    assert total.loc["continued_business"].eq(0).all()


def test_a_circle_of_causes_is_refused():
    circle = pd.Series({("a", "b"): 0.5, ("b", "c"): 0.5, ("c", "a"): 0.5})
    with pytest.raises(CrmError, match="run in a circle"):
        total_effects(circle)


def test_scores_are_standardised_and_order_does_not_matter(answers, model):
    assert np.allclose(model.scores.mean(), 0) and np.allclose(model.scores.std(ddof=0), 1)
    shuffled = answers.sample(frac=1, random_state=1)[list(reversed(answers.columns))]
    assert np.allclose(path_model(shuffled, known.BLOCKS).paths, model.paths, atol=1e-8)


def test_a_question_asked_the_other_way_round_does_not_turn_the_paths(answers, model):
    turned = path_model(answers.assign(image_2=11 - answers["image_2"]), known.BLOCKS)
    assert turned.weights["image_2"] < 0 < turned.weights["image_1"]
    assert np.allclose(turned.paths, model.paths, atol=0.01)


def test_the_index_lies_from_0_to_100(answers, model):
    """A question asked the other way round gave an index of −145, and counted as right."""
    for weights in (None, model.weights):
        index = index_scores(answers, known.BLOCKS, weights)
        assert index.to_numpy().min() >= 0 and index.to_numpy().max() <= 100 + 1e-9
        assert index.mean().between(70, 85).all()
        with pytest.raises(DataFault, match="image_2 runs against the other questions on image"):
            index_scores(answers.assign(image_2=11 - answers["image_2"]), known.BLOCKS, weights)
    turned = answers.assign(image_2=11 - answers["image_2"])
    with pytest.raises(DataFault, match="image_2 runs against"):
        index_scores(turned, known.BLOCKS, path_model(turned, known.BLOCKS).weights)


def test_an_index_by_hand():
    three = pd.DataFrame({"satisfaction_1": [9, 1, 10], "satisfaction_2": [8, 1, 10], "satisfaction_3": [10, 1, 10]})
    index = index_scores(three, {"satisfaction": list(three)})["satisfaction"]
    assert index.round(1).tolist() == [88.9, 0, 100]
    of_five = index_scores((three / 2).round().clip(1, 5), {"satisfaction": list(three)}, scale=(1, 5))
    assert of_five["satisfaction"].round(1).tolist() == [83.3, 0, 100]
    for spoilt, words in ((11, "1 answers off the scale from 1 to 10"), (None, "1 of 3 rows have no 'satisfaction_1'")):
        with pytest.raises(DataFault, match=words):
            index_scores(three.assign(satisfaction_1=[9, spoilt, 10]), {"satisfaction": list(three)})


def test_gaps_are_filled_by_the_persons_own_mean():
    survey = pd.DataFrame(
        {"image_1": [4, None, None], "image_2": [None, 7, None], "image_3": [6, 9, None]}, dtype="Int64"
    )
    filled = fill_gaps(survey, {"image": list(survey)})
    assert filled.to_numpy().tolist() == [[4, 5, 6], [8, 7, 9]]
    assert filled.index.tolist() == [0, 1]


def test_gaps_at_random_move_little(answers, model):
    holes = answers.mask(np.random.RandomState(1).random_sample(answers.shape) < 0.05)
    assert np.abs(path_model(fill_gaps(holes, known.BLOCKS), known.BLOCKS).paths - model.paths).max() < 0.04


@pytest.mark.parametrize(
    ("spoil", "kind", "words"),
    [
        (lambda a: a.assign(image_1=7), DataFault, "All answers to image_1 are 7"),
        (lambda a: a.mask(a["image_1"] == 8), DataFault, "leave them out first"),
        (lambda a: a.head(29), TooFew, "Too few answers for a path model: 29"),
        (
            lambda a: a.assign(perceived_value_2=11 - a["perceived_value_1"]),
            NotConverged,
            "perceived_value cancel each",
        ),
        (
            lambda a: a.assign(**{f"perceived_value_{n}": a[f"perceived_quality_{n}"] for n in (1, 2)}).assign(
                **{f"perceived_quality_{n}": a[f"perceived_quality_{n - 2}"] for n in (3, 4)}
            ),
            NotConverged,
            "cannot be told apart",
        ),
    ],
)
def test_unusable_answers_get_one_sentence_and_no_nan(answers, spoil, kind, words):
    with pytest.raises(kind, match=words):
        path_model(spoil(answers.head(300)), known.BLOCKS)


def test_arrows_need_questions_at_both_ends(answers):
    without = {name: items for name, items in known.BLOCKS.items() if name != "image"}
    with pytest.raises(CrmError, match="An arrow begins or ends at 'image'"):
        path_model(answers, without)
    arrows = {effect: [c for c in causes if c != "image"] for effect, causes in ARROWS.items()}
    arrows = {effect: causes for effect, causes in arrows.items() if causes}
    assert len(path_model(answers, without, arrows).paths) == 7
    with pytest.raises(CrmError, match="No arrow joins 'image'"):
        path_model(answers, known.BLOCKS, arrows)


def test_coefficients_are_regressions(model):
    causes = ["image", "satisfaction"]
    slopes = np.linalg.lstsq(model.scores[causes], model.scores["continued_business"], rcond=None)[0]
    assert np.allclose(model.paths.xs("continued_business", level="effect")[causes], slopes)
    assert np.allclose(coefficients(model.scores.corr()), model.paths)


def test_customers_who_answered_twice_count_once():
    """Repeated answers of one customer were counted as independent: intervals were too narrow."""
    once = known.answers(200, seed=6).assign(customer_id=range(200))
    twice = pd.concat([once, once], ignore_index=True)

    def width(table, **cluster):
        found = interval(table, lambda drawn: path_model(drawn, known.BLOCKS).paths, resamples=100, **cluster)
        return (found["high"] - found["low"]).mean()

    alone, together = width(once), width(twice, cluster="customer_id")
    assert width(twice) < 0.8 * alone and together == pytest.approx(alone, rel=0.15)
