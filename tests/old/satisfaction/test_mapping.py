import numpy as np
import pandas as pd
import pytest

from crmlib.errors import DataFault
from crmlib.old.satisfaction.mapping import (
    EXAMPLE,
    SurveyMapping,
    paths_among,
    read_mapping,
    satisfaction_index,
    survey_faults,
    translate_survey,
)
from crmlib.old.satisfaction.path_model import fit_path_model

from .synthetic import synthetic_survey


def write(tmp_path, text, name="mapping.yaml"):
    path = tmp_path / name
    path.write_text(text, encoding="utf-8")
    return path


def own_survey():
    """A 5-point survey with the columns of the example file."""
    survey = (synthetic_survey(600, seed=2) / 2).round().clip(1, 5)
    counts = {"image": 3, "expected_quality": 2, "perceived_quality": 3, "perceived_value": 2}
    counts |= {"satisfaction": 3, "continued_business": 2}
    columns = [f"{name}_{n}" for name, count in counts.items() for n in range(1, count + 1)]
    own = survey[columns].set_axis([f"q{i}" for i in range(1, 16)], axis=1)
    return own.assign(member="M", date="2024-01-01", q16=9)


def test_the_example_works_from_file_to_index(tmp_path):
    mapping = read_mapping(write(tmp_path, EXAMPLE))
    survey = own_survey()
    assert survey_faults(survey, mapping) == []
    model = satisfaction_index(survey, mapping)
    assert model.scale == (1, 5)
    assert model.constructs["index"].between(50, 95).all()
    same = fit_path_model(translate_survey(survey, mapping), scale=(1, 5))
    assert np.allclose(model.paths["coefficient"], same.paths["coefficient"])
    assert {"customer_id", "answered_on", "recommend"} <= set(translate_survey(survey, mapping))


def test_csv_says_the_same(tmp_path):
    yaml_items = read_mapping(write(tmp_path, EXAMPLE)).items
    lines = ["construct,item,scale_low,scale_high"]
    lines += [f"{name},{item},1,5" for name, items in yaml_items.items() for item in items]
    mapping = read_mapping(write(tmp_path, "\n".join(lines), "mapping.csv"))
    assert mapping.items == yaml_items
    assert mapping.scale == (1, 5)


def test_missing_constructs_leave_their_arrows_out(tmp_path):
    text = "constructs:\n  perceived_quality: [q6, q7]\n  satisfaction: [q11, q12]\nscale: [1, 5]\n"
    mapping = read_mapping(write(tmp_path, text))
    assert mapping.paths == (("perceived_quality", "satisfaction"),)
    assert len(satisfaction_index(own_survey(), mapping).paths) == 1


def test_own_arrows_and_names(tmp_path):
    text = "scale: [1, 5]\nconstructs:\n  taste: [q1, q2]\n  joy: [q11, q12]\npaths:\n  - [taste, joy]\n"
    model = satisfaction_index(own_survey(), write(tmp_path, text))
    assert list(model.constructs.index) == ["taste", "joy"]


def test_columns_under_our_names_need_no_mapping():
    survey = synthetic_survey(300)
    assert survey_faults(survey) == []
    assert np.allclose(satisfaction_index(survey).paths["coefficient"], fit_path_model(survey).paths["coefficient"])


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("constructs: [", "not valid YAML"),
        ("scale: [1, 5]", "must be a part 'constructs'"),
        ("constructs:\n  image: q1\n", "needs a list of columns"),
        ("constructs:\n  image: [q1]\n  satisfaction: [q1]\n", "'q1' belongs to two constructs"),
        ("scale: [5, 1]\nconstructs:\n  image: [q1]\n  satisfaction: [q2]\n", "lowest and the highest answer"),
        ("constructs:\n  taste: [q1]\n  joy: [q2]\n", "no path joins"),
        ("constructs:\n  taste: [q1]\npaths:\n  - [taste, joy]\n", "'joy' has no items"),
    ],
)
def test_a_faulty_mapping_gets_one_clear_sentence(tmp_path, text, message):
    with pytest.raises(DataFault, match=message):
        read_mapping(write(tmp_path, text))


def test_a_faulty_csv_and_a_missing_file(tmp_path):
    with pytest.raises(DataFault, match="columns construct and item"):
        read_mapping(write(tmp_path, "a,b\n1,2\n", "mapping.csv"))
    with pytest.raises(DataFault, match="no mapping file"):
        read_mapping(tmp_path / "nothing.yaml")


def test_a_column_that_the_survey_lacks_is_named():
    mapping = SurveyMapping({"image": ["q1"], "satisfaction": ["q99"]})
    assert survey_faults(own_survey(), mapping) == ["The survey has no column 'q99', which the mapping names."]
    with pytest.raises(DataFault, match="no column 'q99'"):
        translate_survey(own_survey(), mapping)


def test_a_five_point_survey_taken_for_ten_points_is_noticed(tmp_path):
    text = EXAMPLE.replace("scale: [1, 5]", "scale: [1, 10]")
    faults = survey_faults(own_survey(), read_mapping(write(tmp_path, text)))
    assert len(faults) == 1
    assert "scale=(1, 5)" in faults[0]


def test_faults_name_the_users_own_column(tmp_path):
    survey = own_survey()
    survey.loc[3, "q2"] = 9
    survey["q4"] = 5
    faults = " ".join(survey_faults(survey, read_mapping(write(tmp_path, EXAMPLE))))
    assert "q2: 1 answers off the scale 1–5, e.g. 9 (row 3)" in faults
    assert "q4: all answers are 5" in faults
    assert paths_among(["image"]) == ()


def test_text_answers_are_named(tmp_path):
    survey = own_survey().astype({"q1": object})
    survey.loc[2, "q1"] = "good"
    assert "q1: 'good' (row 2) is not a number" in survey_faults(survey, read_mapping(write(tmp_path, EXAMPLE)))[0]


def test_whole_numbers_with_gaps_are_accepted():
    survey = synthetic_survey(300).astype("Int64")
    survey.loc[0, "image_1"] = pd.NA
    assert satisfaction_index(survey).missing["filled"] == 1
