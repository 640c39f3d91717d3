"""Parameter sets: names, types, files."""

import datetime

import pytest

from crmbook.batch.chapters import Chapter, find_chapters, read_chapter
from crmbook.batch.grid import check_names, read_grid, read_settings, typed
from crmlib.errors import CrmError
from tests.crmbook.batch.conftest import write_notebook

CHAPTER = Chapter(
    "06_grading",
    "",
    {"share": 0.2, "region": "North", "count": 3, "fast": True, "grades": ["key"], "limit": None},
)


@pytest.mark.parametrize(
    ("name", "value", "expected"),
    [
        ("share", "0.35", 0.35),
        ("share", 1, 1.0),
        ("count", "7", 7),
        ("count", 7.0, 7),
        ("region", "South", "South"),
        ("region", 5, "5"),
        ("region", datetime.date(2024, 6, 30), "2024-06-30"),
        ("fast", "no", False),
        ("fast", True, True),
        ("grades", "['a', 'b']", ["a", "b"]),
        ("limit", "5", 5),
        ("limit", "five", "five"),
    ],
)
def test_values_take_the_type_of_the_default(name, value, expected):
    converted = typed({name: value}, CHAPTER)[name]
    assert converted == expected
    assert type(converted) is type(expected)


@pytest.mark.parametrize(
    ("name", "value", "kind"),
    [
        ("share", "a lot", "a number"),
        ("share", True, "a number"),
        ("count", "3.5", "a whole number"),
        ("count", 3.5, "a whole number"),
        ("fast", "perhaps", "true or false"),
        ("grades", "key", "a list"),
        ("region", ["x"], "text"),
    ],
)
def test_wrong_types_are_refused_with_the_parameter_named(name, value, kind):
    with pytest.raises(CrmError, match=f"Parameter '{name}' of 06_grading is {kind}"):
        typed({name: value}, CHAPTER)


def test_unknown_names_get_the_nearest_right_one():
    with pytest.raises(CrmError, match="parameter 'shaer'; did you mean 'share'"):
        check_names([{"shaer": 1}], [CHAPTER])
    with pytest.raises(CrmError, match="there are: count, fast"):
        check_names([{"zzz": 1}], [CHAPTER])


def test_a_name_of_another_chapter_is_left_out():
    other = Chapter("10_churn", "", {"months": 6})
    check_names([{"months": 3}], [CHAPTER, other])
    assert typed({"months": 3}, CHAPTER) == {}


def test_csv_grid_with_empty_cells_and_byte_order_mark(tmp_path):
    path = tmp_path / "g.csv"
    path.write_bytes('\ufeffregion,share\n北方,0.1\n"South, West",\n'.encode())
    assert read_grid(path) == [{"region": "北方", "share": "0.1"}, {"region": "South, West"}]


def test_yaml_grid(tmp_path):
    path = tmp_path / "g.yaml"
    path.write_text("- {region: North, share: 0.1}\n- region: 2024-06-30\n", encoding="utf-8")
    assert read_grid(path) == [{"region": "North", "share": 0.1}, {"region": datetime.date(2024, 6, 30)}]


@pytest.mark.parametrize(
    ("name", "text", "message"),
    [
        ("g.csv", "a,b\n1\n", "line 2: not as many values"),
        ("g.csv", "a,b\n1,2,3\n", "line 2: not as many values"),
        ("g.csv", "a,a\n1,2\n", "a different name"),
        ("g.csv", "a,b\n", "has no rows"),
        ("g.yaml", "a: 1\n", "a list of parameter sets"),
        ("g.yaml", "- [", "is not YAML"),
        ("g.txt", "a\n1\n", "is a .csv, .yaml or .yml file"),
    ],
)
def test_faulty_grids_are_refused(tmp_path, name, text, message):
    (tmp_path / name).write_text(text)
    with pytest.raises(CrmError, match=message):
        read_grid(tmp_path / name)


def test_missing_grid_is_refused(tmp_path):
    with pytest.raises(CrmError, match="no grid file"):
        read_grid(tmp_path / "none.csv")


def test_settings_from_texts():
    assert read_settings(["share=0.3", "region=a=b"]) == {"share": "0.3", "region": "a=b"}
    with pytest.raises(CrmError, match="'share' is not of the form NAME=VALUE"):
        read_settings(["share"])


@pytest.mark.parametrize("name", ["grading", "6", "06", "06_grading", "Grading"])
def test_a_chapter_goes_by_many_names(notebooks, name):
    assert [chapter.name for chapter in find_chapters([name], notebooks)] == ["06_grading"]


def test_all_chapters_in_order_and_none_twice(notebooks):
    assert [chapter.name for chapter in find_chapters([], notebooks)] == ["06_grading", "10_churn"]
    assert len(find_chapters(["6", "grading"], notebooks)) == 1


def test_an_unknown_chapter_gets_the_nearest(notebooks):
    with pytest.raises(CrmError, match="no chapter 'gradign'; did you mean 'grading'"):
        find_chapters(["gradign"], notebooks)


def test_a_file_that_is_no_notebook_is_refused(tmp_path):
    (tmp_path / "x.ipynb").write_text("{}")
    with pytest.raises(CrmError, match=r"x\.ipynb is not a notebook"):
        read_chapter(tmp_path / "x.ipynb")


def test_a_computed_default_is_refused(tmp_path):
    path = write_notebook(tmp_path / "x.ipynb", [], "share = 1 / 3")
    with pytest.raises(CrmError, match="default of parameter 'share' must be a plain value"):
        read_chapter(path)
