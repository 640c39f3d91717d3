"""A survey of one's own: identifiers are text, dates strict, words said or refused, nothing missing in silence."""

import io

import pandas as pd
import pytest
import yaml

from crmlib.errors import CrmError, DataFault
from crmlib.satisfaction import path_model, read_own_survey
from crmlib.satisfaction.path_model import ARROWS
from tests.satisfaction import known

COUNTS = {"image": 2, "perceived_quality": 2, "perceived_value": 2, "satisfaction": 2, "continued_business": 1}
ITEMS = [f"{name}_{n}" for name, count in COUNTS.items() for n in range(1, count + 1)]
COLUMNS = {"customer_id": "member", "answered_on": "date", "recommend": "q10"}


def mapping(**other):
    numbers = iter(range(1, 10))
    constructs = {name: [f"q{next(numbers)}" for _ in range(count)] for name, count in COUNTS.items()}
    return {"scale": [1, 5], "constructs": constructs, "columns": COLUMNS, **other}


def own(respondents=60):
    answers = (known.answers(respondents, seed=3)[ITEMS] / 2).round().clip(1, 5).astype(int)
    days = pd.date_range("2024-01-02", periods=respondents).strftime("%Y-%m-%d")
    own = answers.set_axis([f"q{n}" for n in range(1, 10)], axis=1).astype(object)
    return own.assign(q10=9, member=[f"{n:05}" for n in range(1, respondents + 1)], date=days)


def read(answers, how=None, encoding="utf-8"):
    stream = io.BytesIO(answers.to_csv(index=False).encode(encoding))
    return read_own_survey(stream, how or mapping())


def spoilt(column, value, row=6):
    answers = own().astype(object)
    answers.loc[row, column] = value
    return answers


def test_answers_come_under_our_names_on_our_scale():
    answers, found = own(), read(own())
    assert list(found) == [*COLUMNS, *ITEMS]
    assert found["image_1"].tolist() == [1 + (answer - 1) / 4 * 9 for answer in answers["q1"]]
    assert found["answered_on"].iloc[0] == pd.Timestamp(2024, 1, 2) and found["recommend"].eq(9).all()
    arrows = {effect: [cause for cause in causes if cause in COUNTS] for effect, causes in ARROWS.items()}
    blocks = {name: [item for item in ITEMS if item.startswith(name)] for name in COUNTS}
    whole = path_model(
        found, blocks, {effect: causes for effect, causes in arrows.items() if effect in COUNTS and causes}
    )
    assert whole.paths["perceived_quality", "perceived_value"] > 0.3


def test_identifiers_are_text():
    """Leading zeros were lost, and one empty cell made 4100.0 of 4100: the survey belonged to nobody."""
    assert read(own())["customer_id"].iloc[0] == "00001"
    with_a_gap = read(own().assign(member=[*range(4100, 4159), ""]))["customer_id"]
    assert with_a_gap.iloc[0] == "4100" and with_a_gap.iloc[-1] == "R00060"
    anonymous = read(own(), mapping(columns={}))
    assert anonymous["customer_id"].is_unique and "answered_on" not in anonymous


@pytest.mark.parametrize(
    ("value", "words"),
    [
        ("45293", "write year-month-day"),
        ("1704187800", "not a date"),
        ("20240102", "write year-month-day"),
        ("02/01/2024", "write year-month-day"),
        ("2024-01-02T09:30:00Z", "write year-month-day"),
        ("2024-03-01T09:30:00+01:00", "write year-month-day"),
        ("2024-02-30", "no such day"),
        ("last week", "not a date"),
        ("", "must not be empty"),
    ],
)
def test_a_date_has_one_form(value, words):
    """Day numbers and seconds became 1970, days and months changed places, zones ended in tracebacks."""
    with pytest.raises(DataFault, match=f"date, row 7: .*{words}"):
        read(spoilt("date", value))


@pytest.mark.parametrize(
    ("column", "value", "words"),
    [
        ("q1", "very good", "'very good' – is no answer from 1 to 5: say under words"),
        ("q1", 9, "'9' – is no answer from 1 to 5"),
        ("q1", "3 or 4", "is no answer"),
        ("q1", "4,5", "is no answer"),
        ("q1", "-1", "is no answer"),
        ("q1", "NA", "is no answer"),
        ("q10", 11, "must lie from 0 to 10"),
        ("q10", "ten", "write digits only"),
        ("member", "4100.0", "a spreadsheet made a number of this identifier"),
        ("member", "1.2E+10", "a spreadsheet made a number of this identifier"),
    ],
)
def test_what_cannot_be_read_is_refused(column, value, words):
    with pytest.raises(DataFault, match=f"{column}, row 7: .*{words}"):
        read(spoilt(column, value))


def test_all_faults_are_told_at_once_and_counted():
    answers = own().assign(q1="good", date="today")
    with pytest.raises(DataFault, match=r"(?s)date, row 1: 'today' \(60 such\).*q1, row 1: 'good' \(60 such\)"):
        read(answers)


def test_worded_ends_and_said_words_are_understood():
    words = {1: "1 - very poor", 2: "2.0", 3: "3 = so so", 4: "4分", 5: "excellent"}
    answers = own().assign(q1=own()["q1"].map(words), kind="很满意")
    how = mapping(words={"excellent": 5, "很满意": "very satisfied"}, columns={**COLUMNS, "satisfaction_class": "kind"})
    found = read(answers, how, "gb18030")
    assert found["image_1"].tolist() == read(own())["image_1"].tolist()
    assert set(found["satisfaction_class"]) == {"very satisfied"}
    with pytest.raises(DataFault, match=r"'so so' .*is none of very dissatisfied"):
        read(answers.assign(kind="so so"), how)


def test_no_answer_is_what_the_mapping_says():
    answers = spoilt("q1", 99)
    with pytest.raises(DataFault, match="'99' – is no answer"):
        read(answers)
    found = read(answers, mapping(missing=[99, "don't know"]))["image_1"]
    assert found.isna().tolist() == [row == 6 for row in range(60)]
    assert read(spoilt("q1", ""))["image_1"].isna().sum() == 1


def test_a_five_point_survey_taken_for_ten_points_is_noticed():
    with pytest.raises(DataFault, match="No answer lies in the upper half of the scale 1 to 10"):
        read(own(), mapping(scale=[1, 10]))


@pytest.mark.parametrize(
    ("answers", "how", "words"),
    [
        (own().assign(customer_id=1), {}, "'customer_id' is a column of the survey, and 'member' is to be called so"),
        (own().assign(image_1=1), {}, "'image_1' is a column of the survey, and 'q1' is"),
        (own().drop(columns="q3"), {}, "names a column 'q3'; the survey has q1, q2"),
        (own(), {"columns": {"recommend": "q9"}}, "names the column 'q9' twice"),
        (own(), {"columns": {"shoe_size": "q10"}}, "no column 'shoe_size'"),
        (own(), {"scale": [5, 1]}, r"such as \[1, 5\]; it is \[5, 1\]"),
        (own(), {"scale": None}, "such as"),
        (own(), {"constructs": {"image": "q1"}}, "are lists of columns"),
        (own(), {"items": {}}, "has a part 'items'; its parts are columns"),
    ],
)
def test_a_mapping_that_does_not_fit_is_one_sentence(answers, how, words):
    with pytest.raises(DataFault, match=words):
        read(answers, mapping(**how))


def test_numbered_columns_are_found():
    found = read(own().rename(columns={"member": "1"}), mapping(columns={"customer_id": 1, "answered_on": "date"}))
    assert found["customer_id"].iloc[0] == "00001"


def test_files(tmp_path):
    (tmp_path / "map.yaml").write_text(yaml.safe_dump(mapping()), encoding="utf-8")
    own().to_csv(tmp_path / "own.csv", index=False, encoding="utf-8-sig")
    assert len(read_own_survey(tmp_path / "own.csv", tmp_path / "map.yaml")) == 60
    with pytest.raises(CrmError, match="no file"):
        read_own_survey(tmp_path / "none.csv", mapping())
    with pytest.raises(CrmError, match="no mapping file"):
        read_own_survey(tmp_path / "own.csv", tmp_path / "none.yaml")
    (tmp_path / "map.yaml").write_text("scale: [1", encoding="utf-8")
    with pytest.raises(DataFault, match="not valid YAML"):
        read_own_survey(tmp_path / "own.csv", tmp_path / "map.yaml")
    (tmp_path / "map.yaml").write_text("a text", encoding="utf-8")
    with pytest.raises(DataFault, match="parts"):
        read_own_survey(tmp_path / "own.csv", tmp_path / "map.yaml")


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "names a column 'member'"),
        ("q1;q2\n1;2\n", "the survey has q1;q2"),
        ("q1,q2\n1,2,3\n", "Row 1 of the survey has 3 values, the header has 2 columns"),
        ("q1,q2\n1,2\n1\n", "Row 2 of the survey has 1 values"),
        ("q1,q1\n1,2\n", "two columns named 'q1'"),
    ],
)
def test_what_is_no_table_is_one_sentence(text, words):
    with pytest.raises(DataFault, match=words):
        read_own_survey(io.BytesIO(text.encode()), mapping())
