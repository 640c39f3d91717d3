"""What a questionnaire asks: every column, in words, from the data dictionary."""

import pytest

from crmlib.dictionary import SCHEMAS
from crmlib.errors import CrmError
from crmlib.satisfaction import wording


def test_questions_of_a_construct_come_in_order_with_their_scale():
    listed = wording("satisfaction", "recommend")
    assert list(listed.index) == ["satisfaction_1", "satisfaction_2", "satisfaction_3", "recommend"]
    assert listed.loc["satisfaction_2"].tolist() == ["Compared with expectations", "客户满意 2", "1–10"]
    assert listed.loc["recommend", "scale"] == "0–10"


def test_all_columns_are_listed_and_choices_written_out():
    assert list(wording().index) == list(SCHEMAS["survey"].columns)
    assert wording("functional", table="kano_survey")["scale"].item() == "like | expect | neutral | tolerate | dislike"


def test_what_is_not_asked_is_said():
    with pytest.raises(CrmError, match="asks nothing about 'price'"):
        wording("price")
    with pytest.raises(CrmError, match="no table 'surveys'"):
        wording(table="surveys")
