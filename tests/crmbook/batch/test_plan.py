"""What a run is known by."""

import re

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
    plan.data_digest.cache_clear()
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
