"""A student's copies: made once, restored, brought up to date; nothing that a student wrote is lost."""

import json
import os
import re
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

import nbformat
import pytest

from crmbook import cli, lab
from crmlib.errors import CrmError

CHECK = "grading.exercises.{}.check(answer)"
ASKED = "answer = ...  # a share\n" + CHECK


def chapter(*cells):
    """A notebook of (id, source) pairs; a source that begins with # is text, one with a check an exercise."""
    made = []
    for name, source in cells:
        if source.startswith("#"):
            made.append(nbformat.v4.new_markdown_cell(source, id=name))
        else:
            output = nbformat.v4.new_output("stream", text="run")
            made.append(nbformat.v4.new_code_cell(source, id=name, outputs=[output], execution_count=1))
    return nbformat.v4.new_notebook(cells=made)


FIRST = (
    ("top", "# Grading"),
    ("profit", "profit = 1"),
    ("turn-1", ASKED.format("top_share")),
    ("turn-2", ASKED.format("at_a_loss")),
    ("end", "# What we decided"),
)


@pytest.fixture
def chapters(tmp_path, monkeypatch):
    """A folder of chapters in place of the workbook's own; called with cells, it writes chapter 6."""
    folder = tmp_path / "chapters"
    folder.mkdir()
    for module in ("crmbook.lab", "crmbook.batch.chapters"):
        monkeypatch.setattr(f"{module}.default_notebooks", lambda: folder)

    def write(*cells):
        nbformat.write(chapter(*cells), folder / "06_grading.ipynb")

    write(*FIRST)
    return write


@pytest.fixture(params=["my_workbook", "我的 课本"])
def own(request, tmp_path):
    return tmp_path / request.param


def sources(path):
    return [(cell.cell_type, cell.source) for cell in nbformat.read(path, as_version=4).cells]


def change(path, **changes):
    """Write into a copy as a student does: a source for each cell's id, new ones after the cell named before them."""
    notebook = nbformat.read(path, as_version=4)
    for cell in notebook.cells:
        cell.source = changes.get(cell.id.replace("-", "_"), cell.source)
    nbformat.write(notebook, path)


def insert(path, after, cell):
    notebook = nbformat.read(path, as_version=4)
    place = [cell.id for cell in notebook.cells].index(after) + 1
    notebook.cells.insert(place, cell)
    nbformat.write(notebook, path)


def test_copies_have_no_outputs_and_are_made_once(chapters, own):
    said = lab.make_copies(own)
    copy = own / "06_grading.ipynb"
    assert "06_grading" in said[0] and str(own) in said[0]
    assert [source for _, source in sources(copy)] == [source for _, source in FIRST]
    assert not any(cell.get("outputs") for cell in nbformat.read(copy, as_version=4).cells)
    change(copy, profit="profit = 2")
    before = copy.read_bytes()
    assert "yours are there" in lab.make_copies(own)[0]
    assert copy.read_bytes() == before


def test_what_only_the_instructor_may_see_is_not_copied(chapters, own):
    notebook = chapter(*FIRST)
    notebook.cells[-1].metadata["tags"] = ["rubric"]
    nbformat.write(notebook, lab.default_notebooks() / "06_grading.ipynb")
    lab.make_copies(own)
    assert "decided" not in (own / "06_grading.ipynb").read_text(encoding="utf-8")


@pytest.mark.parametrize("name", ["grading", "6", "06_grading.ipynb", "my_workbook/06_grading.ipynb"])
def test_reset_gives_a_new_copy_and_keeps_the_old_ones(chapters, own, name):
    lab.make_copies(own)
    copy = own / "06_grading.ipynb"
    kept = []
    for text in ("profit = 2", "profit = 3"):
        change(copy, profit=text)
        kept.append(copy.read_bytes())
        (said,) = lab.reset(own, name)
        assert sources(copy)[1] == ("code", "profit = 1")
        backup = re.search(r"as it was: (\S+\.ipynb)\.$", said)[1]
        assert (own / backup).read_bytes() == kept[-1]
    assert sorted(path.read_bytes() for path in own.glob("06_grading_*.ipynb")) == sorted(kept)


def test_update_changes_nothing_where_the_chapter_has_not_changed(chapters, own):
    lab.make_copies(own)
    change(own / "06_grading.ipynb", profit="profit = 2")
    before = (own / "06_grading.ipynb").read_bytes()
    assert lab.update(own) == ["06_grading: nothing new."]
    assert (own / "06_grading.ipynb").read_bytes() == before
    assert len(list(own.iterdir())) == 1


def test_update_keeps_answers_changed_cells_and_own_cells_in_their_places(chapters, own):
    lab.make_copies(own)
    copy = own / "06_grading.ipynb"
    answer = "best = 0.4\nanswer = best\n" + CHECK.format("top_share")
    change(copy, turn_1=answer, profit="profit = 2")
    insert(copy, "profit", nbformat.v4.new_code_cell("profit * 7"))
    insert(copy, "turn-1", nbformat.v4.new_markdown_cell("mine"))
    before = copy.read_bytes()
    chapters(
        ("top", "# Grading, better said"),
        ("profit", "profit = 1"),
        ("new", "revenue = 5"),
        ("moved", "answer = ...  # per cent\n" + CHECK.format("top_share")),
        ("turn-2", "answer = ...  # per cent\n" + CHECK.format("at_a_loss")),
        ("end", "# What we decided"),
    )
    (said,) = lab.update(own)
    assert sources(copy) == [
        ("markdown", "# Grading, better said"),
        ("code", "profit = 2"),
        ("code", "profit * 7"),
        ("code", "revenue = 5"),
        ("code", answer),
        ("markdown", "mine"),
        ("code", "answer = ...  # per cent\n" + CHECK.format("at_a_loss")),
        ("markdown", "# What we decided"),
    ]
    assert "answers 1, other cells 3" in said
    (backup,) = own.glob("06_grading_*.ipynb")
    assert backup.name in said and backup.read_bytes() == before
    again = sources(copy)
    chapters(("top", "# Grading, once more"), *FIRST[1:])
    lab.update(own)
    assert sources(copy)[1:3] == again[1:3] and ("code", answer) in sources(copy)


def test_update_keeps_what_has_lost_its_place_as_text_that_does_not_run(chapters, own):
    """Two exercises have other names now, one of them the other's, and a cell that the student changed has new text."""
    lab.make_copies(own)
    copy = own / "06_grading.ipynb"
    answers = ["answer = 0.4\n" + CHECK.format("top_share"), "answer = 0.2\n" + CHECK.format("at_a_loss")]
    change(copy, turn_1=answers[0], turn_2=answers[1], profit="profit = 2")
    asked = [ASKED.format("at_a_loss"), ASKED.format("customers_at_a_loss")]
    chapters(FIRST[0], ("profit", "profit = 3"), ("turn-1", asked[0]), ("turn-2", asked[1]), FIRST[-1])
    lab.update(own)
    assert sources(copy) == [
        ("markdown", "# Grading"),
        ("code", "profit = 3"),
        ("raw", "profit = 2"),
        ("raw", answers[0]),
        ("code", answers[1]),
        ("code", asked[1]),
        ("markdown", "# What we decided"),
    ]
    nbformat.validate(nbformat.read(copy, as_version=4))


def test_an_answer_is_known_by_its_cells_name_when_the_check_is_gone(chapters, own):
    notebook = chapter(*FIRST)
    notebook.cells[2].metadata |= {"tags": ["exercise"], "name": "top_share"}
    path = lab.default_notebooks() / "06_grading.ipynb"
    nbformat.write(notebook, path)
    lab.make_copies(own)
    change(own / "06_grading.ipynb", turn_1="answer = 0.4")
    notebook.cells[2].source = "answer = ...  # per cent\n" + CHECK.format("top_share")
    nbformat.write(notebook, path)
    lab.update(own)
    assert sources(own / "06_grading.ipynb")[2] == ("code", "answer = 0.4")


@pytest.mark.parametrize(
    "text",
    [
        "",
        "<<<<<<< HEAD",
        "[]",
        "null",
        "{}",
        '{"cells": [], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}',
        "\xff",
    ],
)
def test_a_broken_copy_is_one_sentence_and_stays(chapters, own, text):
    lab.make_copies(own)
    copy = own / "06_grading.ipynb"
    copy.write_bytes(text.encode("latin-1"))
    with pytest.raises(CrmError, match="--reset 06_grading gives a new one"):
        lab.update(own)
    assert copy.read_bytes() == text.encode("latin-1")
    lab.reset(own, "grading")
    assert sources(copy)[1] == ("code", "profit = 1")


@pytest.mark.parametrize("folder", ["a_file", "a_file/below", "/sys/my_workbook"])
def test_a_folder_that_cannot_hold_copies_is_one_sentence(chapters, tmp_path, folder):
    (tmp_path / "a_file").touch()
    with pytest.raises(CrmError, match=r"cannot hold your copies .*; name another"):
        lab.make_copies(tmp_path / folder)


def test_the_chapters_themselves_are_never_written(chapters):
    with pytest.raises(CrmError, match="holds the chapters themselves"):
        lab.reset(lab.default_notebooks(), "grading")


def test_the_workbooks_own_chapters_can_be_copied_and_reset(own):
    lab.make_copies(own)
    for path in lab.default_notebooks().glob("*.ipynb"):
        assert lab.reset(own, path.stem)
        nbformat.validate(nbformat.read(own / path.name, as_version=4))


@pytest.mark.parametrize(("words", "starts"), [([], True), (["--copies-only"], False), (["--update"], False)])
def test_jupyterlab_is_opened_only_where_it_is_asked_for(chapters, own, monkeypatch, capsys, words, starts):
    started = []
    monkeypatch.setattr("jupyterlab.labapp.main", started.append)
    cli.app(["lab", str(own), *words], standalone_mode=False)
    assert (own / "06_grading.ipynb").exists()
    assert len(started) == starts
    if starts:
        assert f"--ServerApp.root_dir={own}" in started[0]
        assert ("--allow-root" in started[0]) == (os.name == "posix" and os.geteuid() == 0)


def test_jupyterlab_serves_the_copies(tmp_path):
    """A real start, as whoever runs the tests: root, too."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    given = {"JUPYTER_PORT": str(port), "JUPYTER_TOKEN": "secret", "BROWSER": "true"}
    command = [sys.executable, "-m", "crmbook.cli", "lab", str(tmp_path / "我的 课本")]
    root = Path(lab.__file__).parents[1]
    with (tmp_path / "told").open("w") as told:
        server = subprocess.Popen(command, env=os.environ | given, stdout=told, stderr=told, cwd=root)
    try:
        served = listing(f"http://localhost:{port}/api/contents?token=secret", server)
    finally:
        server.terminate()
        server.wait(timeout=60)
    assert served == {path.name for path in lab.default_notebooks().glob("*.ipynb")}, (tmp_path / "told").read_text()


def listing(address, server, seconds=60):
    """The files that a server names as soon as it answers; None if it ends or never answers."""
    for _ in range(seconds * 5):
        try:
            with urllib.request.urlopen(address) as answer:
                return {entry["name"] for entry in json.load(answer)["content"]}
        except urllib.error.URLError:
            if server.poll() is not None:
                return None
            time.sleep(0.2)
    return None
