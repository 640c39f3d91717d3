"""A missing table's sentence travels through a chapter."""

import pandas as pd
import pytest

import crmlib
from crmlib.errors import CrmError, DataFault
from crmlib.old.figures import Notice
from crmlib.old.notices import hands_on_notices, needs, reads, without


@hands_on_notices
def double(number, factor=2):
    return number * factor


@reads("survey", "recommend")
def mean_answer(survey):
    if survey.empty:
        raise DataFault("Nobody answered.")
    return survey["recommend"].mean()


@needs("survey", "orders", survey=("recommend",))
def answers_for_each_order(db):
    if db.orders.empty:
        raise CrmError("Nobody ordered.")
    return len(db.survey) / len(db.orders)


class Tables:
    def __init__(self, **tables):
        self.__dict__.update(tables)

    def has(self, name):
        return name in self.__dict__


ANSWERS = pd.DataFrame({"recommend": [8.0, 10.0]})
ORDERS = pd.DataFrame({"amount": [1.0, 2.0, 3.0, 4.0]})


def test_a_notice_is_returned_unchanged_wherever_it_stands():
    notice = Notice("No costs are known.")
    assert double(notice) is notice
    assert double(3, factor=notice) is notice
    assert mean_answer(notice) is notice and answers_for_each_order(notice) is notice


def test_anything_else_is_worked_on():
    assert double(3) == 6 and double(3, factor=5) == 15
    assert double.__name__ == "double"
    assert mean_answer(ANSWERS) == mean_answer(Tables(survey=ANSWERS)) == 9
    assert answers_for_each_order(Tables(survey=ANSWERS, orders=ORDERS)) == 0.5


def test_what_a_company_lacks_is_said_in_one_sentence():
    empty = ANSWERS.assign(recommend=float("nan"))
    assert "no table 'survey'" in mean_answer(Tables(orders=ORDERS)).text
    assert "no table 'orders'" in answers_for_each_order(Tables(survey=ANSWERS)).text
    assert "nothing in the column 'recommend'" in mean_answer(Tables(survey=empty)).text
    assert "nothing in the column 'recommend'" in answers_for_each_order(Tables(survey=empty, orders=ORDERS)).text


def test_faults_are_raised_in_code_and_said_in_the_chapter():
    with pytest.raises(DataFault, match="Nobody answered"):
        mean_answer(ANSWERS.head(0))
    assert answers_for_each_order(Tables(survey=ANSWERS, orders=ORDERS.head(0))).text == "Left out: Nobody ordered."


def test_a_table_that_begins_later_is_not_called_missing():
    db = crmlib.open_database(crmlib.default_data(), as_of="2022-12-31")
    text = without(db, "service_ratings").text
    assert text == "Left out: the table 'service_ratings' has no rows yet on 2022-12-31."
