"""Parameter sets: names, types, files."""

import datetime
from decimal import Decimal
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from crmbook.batch.chapters import Chapter, find_chapters, read_chapter
from crmbook.batch.grid import check_names, read_grid, rows_of, typed
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
        ("region", datetime.datetime(2024, 6, 30), "2024-06-30"),
        ("region", pd.Timestamp("2024-06-30"), "2024-06-30"),
        ("region", np.datetime64("2024-06-30", "ns"), "2024-06-30"),
        ("region", np.str_("South"), "South"),
        ("region", Path("a/b"), str(Path("a/b"))),
        ("share", np.float64(0.25), 0.25),
        ("share", Decimal("0.1"), 0.1),
        ("count", np.int64(7), 7),
        ("fast", np.bool_(False), False),
        ("grades", np.array(["a"]), ["a"]),
        ("grades", [datetime.date(2024, 6, 30), pd.Timestamp("2024-12-31")], ["2024-06-30", "2024-12-31"]),
        ("limit", pd.Timestamp("2024-06-30"), "2024-06-30"),
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
        ("region", datetime.datetime(2024, 6, 30, 13), "text .*; a day is written 2024-06-30"),
        ("region", pd.Timestamp("2024-06-30", tz="Asia/Shanghai"), "text .*; a day is written 2024-06-30"),
        ("region", pd.NaT, "text"),
        ("count", datetime.date(2024, 6, 30), "a whole number"),
        ("share", 10**400, "a number"),
    ],
)
def test_wrong_types_are_refused_with_the_parameter_named(name, value, kind):
    with pytest.raises(CrmError, match=f"Parameter '{name}' of 06_grading is {kind}"):
        typed({name: value}, CHAPTER)


@pytest.mark.parametrize("name", ["share", "count", "region", "grades", "limit"])
@pytest.mark.parametrize("value", [float("nan"), float("inf"), np.float64("-inf"), Decimal("NaN")])
def test_nan_and_infinity_are_refused_from_python(name, value):
    given = [value] if name == "grades" else value
    sentence = r"is a whole number" if name == "count" else "takes finite numbers"
    with pytest.raises(CrmError, match=f"^Parameter '{name}' of 06_grading ({sentence}|takes finite numbers)"):
        typed({name: given}, CHAPTER)


@pytest.mark.parametrize(
    ("name", "text"), [("share", "nan"), ("share", "-inf"), ("share", "1e999"), ("limit", "1e999")]
)
def test_nan_and_infinity_are_refused_as_text(name, text):
    with pytest.raises(CrmError, match=f"^Parameter '{name}' of 06_grading takes finite numbers, not '{text}'"):
        typed({name: text}, CHAPTER)
    assert typed({"region": "nan"}, CHAPTER) == {"region": "nan"}


def test_what_json_does_not_know_is_refused():
    with pytest.raises(CrmError, match="'limit' of 06_grading takes plain values"):
        typed({"limit": {1, 2}}, CHAPTER)


def test_gaps_keep_the_default():
    rows = [{"share": None, "region": pd.NaT, "count": pd.NA, "limit": float("nan"), "grades": ["a"]}]
    assert rows_of(rows) == rows_of(pd.DataFrame(rows)) == [{"grades": ["a"]}]
    assert typed({"share": None, "fast": None}, CHAPTER) == {}
    assert rows_of(None) == [{}]


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
    path.write_text("- {region: 2024-06-30 00:00:00, share: }\n- share: .nan\n", encoding="utf-8")
    midnight, not_a_number = read_grid(path)
    assert typed(midnight, CHAPTER) == {"region": "2024-06-30"}
    with pytest.raises(CrmError, match="'share' of 06_grading takes finite numbers, not nan"):
        typed(not_a_number, CHAPTER)


@pytest.mark.parametrize(("name", "text"), [("g.csv", "region\n北方\n"), ("g.yaml", "- region: 北方\n")])
def test_grids_in_other_encodings_are_read_right_or_refused(tmp_path, name, text):
    path = tmp_path / name
    for encoding in ("utf-8", "utf-8-sig", "utf-16"):
        path.write_bytes(text.encode(encoding))
        assert read_grid(path) == [{"region": "北方"}]
    path.write_bytes(b"\xfe\xff" + text.encode("utf-16-be"))
    assert read_grid(path) == [{"region": "北方"}]
    for content in (text.encode("gbk"), text.encode("utf-16-le"), text.encode("utf-16")[:-1], b"region\nZ\xfcrich\n"):
        path.write_bytes(content)
        with pytest.raises(CrmError, match=rf"{name} is not encoded as UTF-8 \(perhaps GBK"):
            read_grid(path)


@pytest.mark.parametrize(
    ("name", "text", "message"),
    [
        ("g.csv", "a,b\n1\n", "line 2: not as many values"),
        ("g.csv", "a,b\n1,2,3\n", "line 2: not as many values"),
        ("g.csv", "a,a\n1,2\n", "a different name"),
        ("g.csv", "a,b\n", "has no rows"),
        ("g.csv", 'a,b\n1,2\n3,"4\n5,6\n', "line 3: .*; close each quotation mark that is opened"),
        ("g.csv", '"a,b\n1,2\n', "line 1: .*; close each quotation mark that is opened"),
        ("g.yaml", '- a: "x\n', "is not YAML"),
        ("g.yaml", "- a: 2024-13-45\n", "is not YAML: month must be"),
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


def test_parameters_that_are_not_python_are_refused(tmp_path):
    path = write_notebook(tmp_path / "x.ipynb", [], "%matplotlib inline")
    with pytest.raises(CrmError, match="cell tagged parameters is not plain Python"):
        read_chapter(path)


def test_a_computed_default_is_refused(tmp_path):
    path = write_notebook(tmp_path / "x.ipynb", [], "share = 1 / 3")
    with pytest.raises(CrmError, match="default of parameter 'share' must be a plain value"):
        read_chapter(path)
