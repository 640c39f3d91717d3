"""The two explorers, called without widgets."""

import pytest

from crmlib.errors import CrmError
from crmlib.old import satisfaction
from crmlib.old.explorers import Explorer
from crmlib.old.figures import Notice


@pytest.fixture(scope="module")
def paths(survey_model, survey_intervals):
    return satisfaction.explore_path_model(survey_model, survey_intervals, (1000.0, 500.0, 1500.0), "CNY")


@pytest.fixture(scope="module")
def fields(db, survey_model):
    return satisfaction.explore_importance_performance(db, satisfaction.driver_importance(db, survey_model, 20))


def test_a_cause_moves_what_lies_behind_it(paths, survey_model):
    effects = satisfaction.effects_table(survey_model, "points").set_index(["source", "target"])["total"]
    effect = effects["perceived_quality", "satisfaction"]
    assert f"satisfaction {4 * effect:+.1f};" in paths(perceived_quality=4.0).description.replace("−", "-")
    assert "image +0.0" in paths(perceived_quality=4.0).description
    still = paths(perceived_quality=0.0)
    assert still.title == "Satisfaction moves by +0.0 points"


def test_a_step_down_goes_down(paths):
    assert paths(perceived_quality=-2.0).title.startswith("Satisfaction moves by −")


def test_money_follows_the_points(paths, survey_model):
    effects = satisfaction.effects_table(survey_model, "points").set_index(["source", "target"])["total"]
    gain = 2 * effects["perceived_quality", "satisfaction"] * 1000
    assert f"That goes with {gain:,.0f} CNY of margin a year" in paths().description
    assert "margin" not in satisfaction.explore_path_model(survey_model)().description


def test_one_slider_a_cause(paths):
    assert list(paths.controls) == ["image", "expected_quality", "perceived_quality", "perceived_value"]
    with pytest.raises(CrmError, match="no control"):
        paths(weather=1)


def test_the_map_can_be_drawn_in_other_ways(fields):
    first = fields()
    assert first.title != fields(importance="stated").title
    assert first.description != fields(performance="gap").description
    assert "the two medians" in " ".join(text.get_text() for text in fields(lines="median").figure.texts)


def test_without_its_table_an_explorer_is_one_sentence(db, survey_model):
    bare = db.without("service_ratings", "survey")
    model = satisfaction.satisfaction_index(bare)
    assert isinstance(satisfaction.explore_path_model(model), Notice)
    assert isinstance(satisfaction.explore_importance_performance(bare, survey_model), Notice)


def test_money_that_is_unknown_leaves_the_map_of_points(survey_model):
    explorer = satisfaction.explore_path_model(survey_model, None, Notice("Left out: no orders."), "")
    assert isinstance(explorer, Explorer) and "margin" not in explorer().description


def test_the_default_state_can_be_said_and_shown(paths, fields):
    assert "Perceived quality, points = +2.0" in paths.state and "Lines at the = means" in fields.state
    for explorer in (paths, fields):
        assert len(explorer.panel().children) == len(explorer.controls) + 2
