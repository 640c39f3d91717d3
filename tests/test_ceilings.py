"""The package stays small: nothing above its ceiling, and what still is may only fall."""

import pytest

from tests.ceilings import ROOMS, Part, counted, parts, write
from tests.code_lines import code_lines

SOURCE = '''"""A module
of two lines."""

# a remark
import math  # one


class Circle:
    """Round."""

    sides = (
        0,
        # none
    )

    def area(self):
        """Formula:

        r² π
        """
        return """not a
docstring"""
'''


def test_nothing_lies_above_what_is_allowed():
    assert [part.fault for part in parts(counted()) if part.fault] == []


def test_code_lines_are_those_that_hold_code():
    assert code_lines(SOURCE) == 8


@pytest.mark.parametrize(
    ("count", "today", "says"),
    [
        (None, None, ""),
        (None, 15, ""),
        (10, None, ""),
        (11, None, "allowed 10"),
        (15, 15, ""),
        (16, 15, "allowed 15"),
        (14, 15, "less than 15"),
        (9, 15, "less than 15"),
    ],
)
def test_ratchet(count, today, says):
    fault = Part("part", count, 10, today).fault
    assert says in fault
    assert bool(says) == bool(fault)


@pytest.mark.parametrize(
    ("count", "today", "lowered"), [(14, 15, 14), (16, 15, 15), (10, 15, None), (12, None, None), (None, 15, 15)]
)
def test_lowering_never_raises(count, today, lowered):
    assert Part("part", count, 10, today).lowered == lowered


def small_repository(root):
    files = {
        "crmlib/errors.py": "a = 1",
        "crmlib/grading/__init__.py": '__all__ = ["a", "b"]',
        "crmlib/grading/rfm.py": "a = 1\nb = 2",
        "crmbook/cli.py": "a = 1",
        "crmbook/company/state.py": "a = 1\n" * 4,
        "tests/test_one.py": "a = 1\n" * 10,
    }
    for path, source in files.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text(source, encoding="utf-8")


def test_each_part_is_counted_by_itself(tmp_path):
    small_repository(tmp_path)
    found = {name: count for name, count in counted(tmp_path).items() if count is not None}
    assert found == {
        "crmlib": 1,
        "grading": 3,
        "names of grading": 2,
        "crmbook": 5,
        "company": 4,
        "cli": 1,
        "tests": 10,
    }


def test_tests_are_no_more_than_what_they_test(tmp_path):
    small_repository(tmp_path)
    (tests,) = [part for part in parts(counted(tmp_path)) if part.name == "tests"]
    assert tests.ceiling == 9
    assert "allowed 9" in Part("tests", tests.count, tests.ceiling, None).fault


def test_a_room_without_list_offers_what_it_makes(tmp_path):
    small_repository(tmp_path)
    source = "import numpy as np\nfrom a import b, c\ndef draw(): pass\n_own = [name for name in b]"
    (tmp_path / "crmlib/grading/__init__.py").write_text(source, encoding="utf-8")
    assert counted(tmp_path)["names of grading"] == 4


def test_written_table_is_read_again(tmp_path):
    small_repository(tmp_path)
    counts = counted(tmp_path)
    found = [Part(name, count, 2, 4) for name, count in counts.items()]
    write(found, tmp_path / "ceilings.csv")
    again = {part.name: part.today for part in parts(counts, tmp_path / "ceilings.csv")}
    assert (again["grading"], again["company"], again["crmlib"]) == (3, 4, None)
    assert set(ROOMS) < set(again)
