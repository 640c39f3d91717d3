import itertools
import re

import numpy as np
import pandas as pd
import pytest
from matplotlib.text import Annotation

from crmlib.old import satisfaction
from crmlib.old.figures import Picture
from crmlib.old.satisfaction.charts.labels import listing, place_labels
from crmlib.old.satisfaction.path_intervals import bootstrap_path_model
from crmlib.old.satisfaction.path_model import fit_path_model, index_scores_by
from crmlib.old.satisfaction.priorities import choose_projects, return_on_quality, what_if

from .test_comments import CHINESE, ENGLISH, survey_of_comments
from .test_kano import kano_survey
from .test_priorities import projects


@pytest.fixture(scope="module")
def grades(truth):
    return pd.Series(np.where(truth["satisfaction"] > 0, "key", "small"), truth.index)


@pytest.fixture(scope="module")
def derived(db, survey_model):
    perceived = satisfaction.perceived_dimensions(db)
    return satisfaction.relative_importance(perceived, index_scores_by(survey_model, db.survey)["satisfaction"], 50)


@pytest.fixture(scope="module")
def pictures(db, survey_model, survey_intervals, derived, grades):
    """One picture of every kind, by name."""
    later = satisfaction.later_purchases(db)
    invited = satisfaction.invited_customers(db)
    values = index_scores_by(survey_model, db.survey, "invitation_id")["satisfaction"]
    weights = satisfaction.response_probability_weights(invited, ["spent", "orders"])
    comparison = satisfaction.weighted_against_plain(values, {"weighted": weights}, 77.0)
    stated = satisfaction.stated_importance(db)["stated"]
    returns = return_on_quality(survey_model, projects(), (2.0, 1.0, 3.0), 1000, survey_intervals)
    kano = pd.concat([kano_survey({"M": 90, "I": 10}, "seal"), kano_survey({"A": 60, "I": 50}, "samples")])
    people = pd.Series(["key", "small"] * 60, [f"C{i}" for i in range(120)])
    tables = {
        "path_diagram": (survey_model, survey_intervals),
        "index_scores": (survey_intervals.index,),
        "reliability": (satisfaction.reliability_table(survey_model),),
        "index_by_group": (satisfaction.index_by_group(values, invited["wave"].reindex(values.index)), 80.0),
        "indicators": (satisfaction.satisfaction_indicators(db, grades), "CNY"),
        "indicator_history": (satisfaction.indicator_history(db), "CNY"),
        "nonresponse": (comparison, 77.0),
        "response_rates": (satisfaction.response_rates(invited, "orders"), "orders"),
        "nps": (satisfaction.nps_by_group(db.survey["recommend"], db.survey["customer_id"].map(grades)),),
        "sample_size": (12.0, 2000),
        "repurchase": (satisfaction.repurchase_by_class(later),),
        "predictive_power": (satisfaction.predictive_power(later, resamples=50),),
        "words": (satisfaction.telling_words(survey_of_comments(ENGLISH, "en"), "en"), "en"),
        "gaps": (satisfaction.quality_gaps(db),),
        "disconfirmation": (satisfaction.disconfirmation(survey_model),),
        "expectation": (satisfaction.same_perception_other_expectation(survey_model.index_scores),),
        "competitors": (satisfaction.competitor_gaps(db),),
        "house_of_quality": (satisfaction.house_of_quality(db),),
        "kano": (satisfaction.kano_table(kano),),
        "kano_groups": (satisfaction.kano_by_group(kano, people),),
        "relative_importance": (derived,),
        "stated_derived": (satisfaction.stated_against_derived(stated, derived),),
        "importance_performance": (satisfaction.path_importance(survey_model),),
        "opportunity": (satisfaction.opportunity_table(db),),
        "what_if": (what_if(survey_model, {"perceived_quality": 5}, survey_intervals),),
        "return_on_quality": (choose_projects(returns, 6000), "CNY"),
    }
    return {name: getattr(satisfaction, f"plot_{name}")(*arguments) for name, arguments in tables.items()}


def test_every_chart_is_drawn_here(pictures):
    assert {f"plot_{name}" for name in pictures} == {name for name in satisfaction.__all__ if name.startswith("plot_")}


def test_every_picture_has_a_message_and_figures_in_its_description(pictures):
    for name, picture in pictures.items():
        assert isinstance(picture, Picture)
        assert 10 < len(picture.title) < 110, name
        assert picture.description.endswith("."), name
        assert not re.search(r"nan|NaN|None|_\w|[ (]-\d", picture.alt), (name, picture.alt)
        assert picture.png()[:4] == b"\x89PNG", name


def test_the_same_data_give_the_same_words(survey_model, pictures):
    again = satisfaction.plot_path_diagram(survey_model, bootstrap_path_model(survey_model, 200))
    assert again.alt == pictures["path_diagram"].alt


def test_path_diagram_shows_scores_and_coefficients(survey_model, survey_intervals):
    picture = satisfaction.plot_path_diagram(survey_model, survey_intervals)
    written = {text.get_text() for text in picture.figure.axes[0].texts}
    for score in survey_model.constructs["index"]:
        assert f"{score:.1f}" in written
    for coefficient in survey_model.paths["coefficient"]:
        assert f"{round(coefficient, 2) + 0.0:.2f}".replace("-", "−") in written
    unclear = survey_intervals.paths.query("not clear")
    assert f"{len(unclear)} of 10 paths cannot be told from 0" in picture.description


def test_any_other_model_is_laid_out_without_overlap(db):
    items = {"a": ["image_1", "image_2"], "b": ["image_3", "image_4"], "c": ["satisfaction_1"], "d": ["satisfaction_2"]}
    model = fit_path_model(db.survey, [("a", "c"), ("b", "c"), ("c", "d")], items)
    circles = [
        patch for patch in satisfaction.plot_path_diagram(model).figure.axes[0].patches if hasattr(patch, "radius")
    ]
    assert len(circles) == 4
    for one, other in itertools.combinations(circles, 2):
        assert np.hypot(*np.subtract(one.center, other.center)) > 2 * one.radius


def boxes(picture):
    figure = picture.figure
    picture.png()
    renderer = figure.canvas.get_renderer()
    labels = [text for text in figure.axes[0].texts if isinstance(text, Annotation) and text.get_text()]
    return [text.get_window_extent(renderer) for text in labels], figure.axes[0].get_window_extent(renderer)


def test_crowded_labels_do_not_overlap():
    from crmlib.old.figures import canvas

    generator = np.random.default_rng(3)
    x, y = 0.5 + 0.05 * generator.standard_normal((2, 9))
    figure, axes = canvas(size="wide")
    axes.set_xlim(0, 1)
    axes.set_ylim(0, 1)
    axes.plot(x, y, "o")
    picture = Picture(figure, "A crowd", "Nine points.")
    place_labels(axes, x, y, [f"a feature with name {i}" for i in range(9)])
    extents, frame = boxes(picture)
    assert len(extents) == 9
    for one, other in itertools.combinations(extents, 2):
        assert not one.overlaps(other)
    for extent in extents:
        assert frame.x0 - 2 <= extent.x0
        assert extent.x1 <= frame.x1 + 2


def test_kano_labels_stay_apart_for_a_dozen_features():
    generator = np.random.default_rng(1)
    parts = [
        kano_survey(
            dict(zip("MOAI", generator.multinomial(120, generator.dirichlet([2, 2, 2, 2])), strict=True)),
            f"feature {i}",
        )
        for i in range(12)
    ]
    extents, _ = boxes(satisfaction.plot_kano(satisfaction.kano_table(pd.concat(parts), resamples=100)))
    assert len(extents) == 12
    assert not any(one.overlaps(other) for one, other in itertools.combinations(extents, 2))


def test_titles_follow_the_data(db):
    gaps = satisfaction.quality_gaps(db)
    worst = gaps["gap"].idxmin()
    assert worst in satisfaction.plot_gaps(gaps).title.lower()
    better = gaps.assign(gap=0.5, low=0.2, high=0.8)
    assert satisfaction.plot_gaps(better).title == "No dimension falls clearly short of what customers expect"
    even = pd.DataFrame({"power": [0.6, 0.61], "low": 0.5, "high": 0.7, "difference_low": -0.1, "difference_high": 0.1})
    even.index = ["satisfaction index", "recommend (NPS)"]
    assert "No predictor is clearly better" in satisfaction.plot_predictive_power(even.assign(clear=False)).title


def test_chinese_words_stand_in_the_description():
    words = satisfaction.telling_words(survey_of_comments(CHINESE, "zh"), "zh")
    picture = satisfaction.plot_words(words, "zh")
    assert all(word in picture.description for word in words["word"])
    assert "Chinese" in picture.title


def test_listing_reads_as_english():
    assert listing(["a"]) == "a"
    assert listing(["a_b", "c", "d"]) == "a b, c and d"


def test_importance_is_hidden_only_clearly_off_both_lines():
    derived = pd.DataFrame({"importance": [0.3, 0.2, 0.1, 0.05, 0.02], "deviation": 1.0}, index=list("abcde"))
    derived["low"], derived["high"] = derived["importance"] - 0.03, derived["importance"] + 0.03
    stated = pd.Series([8.0, 6.0, 7.0, 6.5, 5.0], list("abcde"))
    compared = satisfaction.stated_against_derived(stated, derived)
    assert satisfaction.plot_stated_derived(compared).title == "Moves satisfaction more than customers say: b"
    wide = derived.assign(low=derived["importance"] - 0.15, high=derived["importance"] + 0.15)
    title = satisfaction.plot_stated_derived(satisfaction.stated_against_derived(stated, wide)).title
    assert title == "No dimension clearly moves satisfaction more than customers say"


def test_below_ten_nothing_is_called_an_opportunity():
    table = pd.DataFrame({"opportunity": [9.0, 4.0], "low": [8.5, 3.0], "high": [9.5, 5.0]}, index=["a", "b"])
    assert satisfaction.plot_opportunity(table).title == "No dimension is an opportunity: none reaches 10"
    table["opportunity"] += 3
    assert satisfaction.plot_opportunity(table).title.startswith("The largest opportunity: a")


def test_chosen_projects_are_not_called_sure_before_they_are(survey_model):
    returns = return_on_quality(survey_model, projects(), (2.0, -1.0, 3.0), 1000)
    assert not returns["clear_of_zero"].any() and (returns["customers_reached"] == 1000).all()
    chosen = choose_projects(returns, 6000)
    fitting = chosen["chosen"].sum()
    title = satisfaction.plot_return_on_quality(chosen).title
    assert title == f"{fitting} projects fit the budget, none clear of zero"
    one = chosen.assign(chosen=[True] + [False] * (len(chosen) - 1))
    assert satisfaction.plot_return_on_quality(one).title == "1 project fits the budget, none clear of zero"
    sure = chosen.assign(low=1.0)
    assert "none" not in satisfaction.plot_return_on_quality(sure).title


def history(values):
    ends = pd.date_range("2022-06-30", periods=len(values), freq="6ME")
    table = pd.DataFrame({"indicator": "return_rate", "period_end": ends, "value": values, "good": "high"})
    return table.assign(low=table["value"] - 0.01, high=table["value"] + 0.01, unit="share", chinese="回头率")


def test_a_history_tells_the_last_step_as_well():
    title = satisfaction.plot_indicator_history(history([0.5, 0.7, 0.6])).title
    assert title == "Return rate clearly better than at the start; lately return rate worse"
    title = satisfaction.plot_indicator_history(history([0.5, 0.6, 0.5])).title
    assert title == "Return rate clearly worse than in the period before"
    assert satisfaction.plot_indicator_history(history([0.5, 0.5])).title == "No indicator has clearly changed"


def test_a_feature_that_cannot_be_told_is_not_counted_as_delight():
    parts = [kano_survey({"A": 90, "I": 5}, "sure"), kano_survey({"A": 50, "I": 49}, "unsure")]
    title = satisfaction.plot_kano(satisfaction.kano_table(pd.concat(parts))).title
    assert title == "0 features must be there, 1 delight, 1 cannot be told"


def test_the_path_diagram_says_over_which_routes(survey_model):
    picture = satisfaction.plot_path_diagram(survey_model)
    effects = satisfaction.effects_table(survey_model, "points").set_index(["target", "source"]).loc["satisfaction"]
    strongest = effects["total"].abs().idxmax()
    assert f"over all routes it moves most with {strongest.replace('_', ' ')}" in picture.title
    assert f"{effects.loc[strongest, 'total']:.2f} points of satisfaction over all routes" in picture.description


def test_indicators_by_group_show_how_many_stand_behind(db, grades):
    table = satisfaction.satisfaction_indicators(db, grades)
    assert f"(n = {table['base'].iloc[0]:,.0f})" in satisfaction.plot_indicators(table).description


def test_words_that_may_be_chance_are_not_shown():
    words = pd.DataFrame({"word": ["slow", "maybe", "lovely"], "z": [3.0, 1.5, -2.5]})
    words["said_by"] = ["unhappy", "unhappy", "content"]
    picture = satisfaction.plot_words(words, "en")
    assert picture.title == "1 phrase tells the unhappy, 1 the satisfied, in English"
    assert "maybe" not in picture.description and "lovely" in picture.description


def test_shares_are_per_cent_in_the_map(derived, db):
    performance = satisfaction.perceived_dimensions(db).mean()
    table = satisfaction.importance_performance(derived["importance"], performance)
    assert re.search(
        r"importance \d+ %", satisfaction.plot_importance_performance(table, "share explained").description
    )
    assert "%" not in satisfaction.plot_importance_performance(table, "stated (1–10)").description
