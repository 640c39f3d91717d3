"""What a run is known by."""

import re
import shutil

import nbformat
import pytest
from hypothesis import given
from hypothesis import strategies as st

from crmbook.batch import plan
from crmbook.batch.chapters import read_chapter
from crmbook.batch.plan import folder_name, make_plan
from crmlib.errors import CrmError
from tests.crmbook.batch.conftest import write_notebook

VALUES = st.one_of(st.text(max_size=80), st.integers(), st.floats(allow_nan=False), st.booleans(), st.none())


@given(st.dictionaries(st.sampled_from(["region", "data", "share"]), VALUES, min_size=1))
def test_folder_names_are_safe_for_any_value(settings):
    name = folder_name(settings)
    assert re.fullmatch(r"[\w.-]+", name)
    assert name[0] not in ".-"
    assert not name.endswith(".")
    assert len(name.encode()) < 255


@given(st.lists(st.dictionaries(st.just("region"), VALUES, min_size=1), min_size=2, max_size=6))
def test_different_settings_have_different_folders(rows):
    different = {plan.digest(row) for row in rows}
    assert len({folder_name(row).casefold() for row in rows}) == len(different)


@pytest.fixture
def chapter_with_data(tmp_path, tables):
    path = write_notebook(tmp_path / "06_grading.ipynb", ["1 + 1"], f"data = {str(tables)!r}\nshare = 0.2")
    return path


def only_run(path, **options):
    (run,) = make_plan([read_chapter(path)], **options)
    return run


def test_fingerprint_stays_when_only_stored_outputs_change(chapter_with_data):
    before = only_run(chapter_with_data).fingerprint
    notebook = nbformat.read(chapter_with_data, 4)
    notebook.cells[2].outputs = [nbformat.v4.new_output("stream", text="2")]
    notebook.cells[2].execution_count = 9
    nbformat.write(notebook, chapter_with_data)
    assert only_run(chapter_with_data).fingerprint == before


def test_fingerprint_changes_with_source_parameters_and_data(chapter_with_data, tables, monkeypatch):
    seen = [only_run(chapter_with_data).fingerprint]
    seen.append(only_run(chapter_with_data, settings={"share": 0.3}).fingerprint)
    (tables / "orders.csv").write_text("order_id\n2\n")
    seen.append(only_run(chapter_with_data).fingerprint)
    write_notebook(chapter_with_data, ["1 + 2"], f"data = {str(tables)!r}\nshare = 0.2")
    seen.append(only_run(chapter_with_data).fingerprint)
    monkeypatch.setattr(plan, "code_digest", lambda: "other code")
    seen.append(only_run(chapter_with_data).fingerprint)
    monkeypatch.setattr(plan, "environment_digest", lambda: "other versions")
    seen.append(only_run(chapter_with_data).fingerprint)
    assert len(set(seen)) == 6


def test_fingerprint_is_of_the_data_not_of_their_place(chapter_with_data, tables):
    before = only_run(chapter_with_data, data=str(tables)).fingerprint
    moved = tables.rename(tables.with_name("elsewhere"))
    assert only_run(chapter_with_data, data=str(moved)).fingerprint == before


def test_equal_rows_run_once_and_a_row_wins_over_a_setting(notebooks):
    chapters = [read_chapter(notebooks / "06_grading.ipynb")]
    runs = make_plan(chapters, [{"share": "0.3"}, {"share": 0.3}, {}], {"share": 0.5})
    assert [run.settings["share"] for run in runs] == [0.3, 0.5]


def test_a_missing_data_folder_is_said_before_anything_runs(chapter_with_data):
    with pytest.raises(CrmError, match="no folder 'nowhere'"):
        only_run(chapter_with_data, data="nowhere")


def test_an_empty_data_folder_is_refused(chapter_with_data, tmp_path):
    (tmp_path / "empty").mkdir()
    with pytest.raises(CrmError, match="is empty"):
        only_run(chapter_with_data, data=str(tmp_path / "empty"))


@pytest.fixture
def chapter_with_survey(tmp_path, monkeypatch):
    """A chapter that may be given a file; the caller's folder and the grid's hold one of the same name each."""
    for folder in ("caller", "grids"):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "survey.csv").write_text(f"{folder}\n")
    monkeypatch.chdir(tmp_path / "caller")
    return write_notebook(
        tmp_path / "08_satisfaction.ipynb", ["1"], "survey = ''\nregion = 'North'\nnotes = 'notes.txt'"
    )


def test_a_file_is_found_beside_the_caller_then_beside_the_grid(chapter_with_survey, tmp_path):
    given = {"settings": {"survey": "survey.csv"}, "beside": tmp_path / "grids"}
    run = only_run(chapter_with_survey, **given)
    assert run.parameters == {"survey": str(tmp_path / "caller" / "survey.csv")}
    assert run.settings == {"survey": "survey.csv"}
    (tmp_path / "caller" / "survey.csv").unlink()
    assert only_run(chapter_with_survey, **given).parameters == {"survey": str(tmp_path / "grids" / "survey.csv")}
    (tmp_path / "caller" / "notes.txt").write_text("the notebook's own default names a file too")
    assert only_run(chapter_with_survey).parameters == {"notes": str(tmp_path / "caller" / "notes.txt")}


def test_a_file_that_is_not_there_is_refused_with_the_folders_named(chapter_with_survey, tmp_path):
    both = f"{tmp_path / 'caller'} or {tmp_path / 'grids'}"
    with pytest.raises(CrmError, match=re.escape(f"'survey': there is no file 'other.csv' in {both}; give its path.")):
        only_run(chapter_with_survey, settings={"survey": "other.csv"}, beside=tmp_path / "grids")
    (tmp_path / "caller" / "North").touch()
    for text in ("North", "St. Gallen", "1.5", "x" * 5000 + ".csv"[:-1]):
        assert only_run(chapter_with_survey, settings={"region": text}).parameters == {"region": text}


def test_fingerprint_holds_the_content_of_a_named_file_not_its_place(chapter_with_survey, tmp_path, monkeypatch):
    def fingerprint():
        return only_run(chapter_with_survey, settings={"survey": "survey.csv"}).fingerprint

    before = fingerprint()
    shutil.copytree(tmp_path / "caller", tmp_path / "moved")
    monkeypatch.chdir(tmp_path / "moved")
    assert fingerprint() == before
    (tmp_path / "moved" / "survey.csv").write_text("edited\n")
    assert fingerprint() != before


def test_a_grid_may_name_a_data_folder_beside_it(chapter_with_data, tables, tmp_path, monkeypatch):
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "grids").mkdir()
    shutil.move(tables, tmp_path / "grids" / "shop")
    monkeypatch.chdir(tmp_path / "elsewhere")
    (run,) = make_plan([read_chapter(chapter_with_data)], [{"data": "shop"}], beside=tmp_path / "grids")
    assert run.parameters["data"] == str(tmp_path / "grids" / "shop")


def test_fingerprint_changes_with_the_required_tables(chapter_with_data, tables):
    before = only_run(chapter_with_data).fingerprint
    parameters = f"data = {str(tables)!r}\nshare = 0.2"
    write_notebook(chapter_with_data, ["1 + 1"], parameters, {"crmlib": {"requires": ["survey"]}})
    assert only_run(chapter_with_data).fingerprint != before


@pytest.mark.parametrize(
    "file",
    ["crmlib/claims.csv", "crmlib/database/rules.py", "crmbook/cli.py", "crmbook/batch/templates/page/index.html.j2",
     "crmbook/batch/templates/page.css"],
)  # fmt: skip
def test_code_digest_covers_both_packages_with_tables_and_templates(tmp_path, monkeypatch, file):
    for package in (plan.PACKAGE, plan.PACKAGE.parent / "crmbook"):
        shutil.copytree(package, tmp_path / package.name)
    monkeypatch.setattr(plan, "PACKAGE", tmp_path / "crmlib")
    monkeypatch.setattr(plan, "__file__", str(tmp_path / "crmbook" / "batch" / "plan.py"))
    before = plan.code_digest()
    (tmp_path / "crmlib" / "__pycache__").mkdir(exist_ok=True)
    (tmp_path / "crmlib" / "__pycache__" / "new.pyc").touch()
    assert plan.code_digest() == before
    with (tmp_path / file).open("a") as stream:
        stream.write("\n")
    assert plan.code_digest() != before
