"""A survey from a file with its own questions: alone, beside the company's tables, and with faults."""

import pandas as pd
import pytest

import crmlib
from crmlib.errors import CrmError, DataFault, MissingTable
from crmlib.old import satisfaction
from crmlib.old.satisfaction.own_survey import SurveyedCompany

from .synthetic import synthetic_survey

COUNTS = {
    "image": 3,
    "expected_quality": 2,
    "perceived_quality": 3,
    "perceived_value": 2,
    "satisfaction": 3,
    "continued_business": 2,
}
COLUMNS = [f"{name}_{n}" for name, count in COUNTS.items() for n in range(1, count + 1)]


def own_answers(respondents=300):
    answers = (synthetic_survey(respondents, seed=3)[COLUMNS] / 2).round().clip(1, 5)
    answers.columns = [f"q{number}" for number in range(1, 16)]
    days = pd.date_range("2023-01-01", periods=respondents, freq="D").strftime("%Y-%m-%d")
    return answers.assign(q16=9, member=[f"M{i}" for i in range(respondents)], date=days)


@pytest.fixture
def files(tmp_path):
    """The folder, and a function that writes answers and mapping and opens them."""
    (tmp_path / "map.yaml").write_text(satisfaction.EXAMPLE, encoding="utf-8")

    def opened(answers, mapping="map.yaml", as_of="last", encoding="utf-8"):
        answers.to_csv(tmp_path / "own.csv", index=False, encoding=encoding)
        found = str(tmp_path / mapping) if mapping else ""
        return satisfaction.open_with_survey(crmlib.default_data(), as_of, str(tmp_path / "own.csv"), found)

    opened.folder = tmp_path
    return opened


def test_without_a_file_it_is_the_company_itself():
    db = satisfaction.open_with_survey(crmlib.default_data(), "2023-12-31")
    assert not isinstance(db, SurveyedCompany) and str(db.as_of.date()) == "2023-12-31"


def test_strangers_stand_alone(files):
    db = files(own_answers())
    assert db.tables == ("survey",) and not db.has("orders")
    with pytest.raises(MissingTable, match="beside this survey"):
        _ = db.orders
    assert "no table 'orders'" in satisfaction.later_purchases(db).text
    assert "no table 'orders'" in satisfaction.survey_in_words(db).text
    assert db.company.name == "this company"


def test_another_scale_changes_neither_index_nor_coefficients(files):
    answers = own_answers()
    model = satisfaction.satisfaction_index(files(answers))
    mapping = satisfaction.read_mapping(files.folder / "map.yaml")
    same = satisfaction.satisfaction_index(answers, mapping)
    assert model.constructs["index"].to_numpy() == pytest.approx(same.constructs["index"].to_numpy())
    assert model.paths["coefficient"].to_numpy() == pytest.approx(same.paths["coefficient"].to_numpy())


def test_own_customers_are_joined_to_their_orders(files):
    known = crmlib.open_database(crmlib.default_data()).survey.drop_duplicates("customer_id")
    answers = own_answers().assign(member=known["customer_id"].head(300).to_numpy())
    db = files(answers)
    assert db.has("orders") and not db.has("survey_invitations")
    later = satisfaction.later_purchases(db)
    assert later["bought_later"].any() and len(later) == 300
    early = db.at("2023-03-01")
    assert early.survey["answered_on"].max() == pd.Timestamp("2023-03-01")
    assert early.orders["order_date"].max() <= pd.Timestamp("2023-03-01")


def test_names_and_days_may_be_missing(files):
    (files.folder / "items.yaml").write_text(satisfaction.EXAMPLE.split("columns:")[0], encoding="utf-8")
    db = files(own_answers().drop(columns=["member", "date", "q16"]), "items.yaml")
    assert db.survey["customer_id"].is_unique and len(set(db.survey["answered_on"])) == 1


def test_chinese_exports_are_read(files):
    answers = own_answers().assign(satisfaction_class="很满意", comment="茶很香，谢谢")
    db = files(answers, encoding="gb18030")
    assert set(db.survey["satisfaction_class"]) == {"very satisfied"}
    assert set(db.survey["comment_language"]) == {"zh"}


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"q1": 9}, "off the scale 1–5"),
        ({"q3": 3}, "all answers are 3"),
        ({"q9": None, "q10": None}, "Nobody answered any item of 'perceived_value'"),
        ({"q16": 70}, "from 0 to 10"),
        ({"date": "last week"}, "is no day"),
        ({"satisfaction_class": "so so"}, "'so so' is none of"),
    ],
)
def test_faults_are_said_at_once(files, change, message):
    with pytest.raises(DataFault, match=message):
        files(own_answers().assign(**change))


def test_too_few_answers(files):
    with pytest.raises(DataFault, match="20 respondents are too few"):
        files(own_answers(20).assign())


def test_what_was_not_named(files):
    with pytest.raises(CrmError, match=r"no file 'nowhere\.csv'"):
        satisfaction.open_with_survey(crmlib.default_data(), "last", "nowhere.csv")
    with pytest.raises(CrmError, match="own_survey names none"):
        satisfaction.open_with_survey(crmlib.default_data(), "last", "", "map.yaml")
    with pytest.raises(DataFault, match="no two constructs"):
        files(own_answers(), mapping=None)
    with pytest.raises(CrmError, match="No answer is known on 2020-01-01"):
        files(own_answers(), as_of="2020-01-01")


def test_what_begins_later_is_not_called_missing():
    text = satisfaction.survey_in_words(crmlib.open_database(crmlib.default_data(), as_of="2022-12-31")).text
    assert "Nothing was recorded yet in" in text and "'service_ratings'" in text and "no table" not in text
