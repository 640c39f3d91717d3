"""A missing table's sentence travels through the chapter."""

from crmlib.figures import Notice
from crmlib.grading.notices import hands_on_notices


@hands_on_notices
def double(number, factor=2):
    return number * factor


def test_a_notice_is_returned_unchanged_wherever_it_stands():
    notice = Notice("No costs are known.")
    assert double(notice) is notice
    assert double(3, factor=notice) is notice


def test_anything_else_is_worked_on():
    assert double(3) == 6 and double(3, factor=5) == 15
    assert double.__name__ == "double"
