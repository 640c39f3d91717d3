"""Strict validation compares what a figure says, not its pixels."""

import os
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest

from crmbook.batch.expected import refresh

ROOT = Path(__file__).parents[2]
SETUP = """import crmlib
from matplotlib import pyplot"""
DRAW = """axes = pyplot.subplots()[1]
axes.plot([0, 1], color="{colour}")
axes.set(xlabel="Step", ylabel="Height")
crmlib.show(axes, "{message}")"""
EXPLORE = """def draw(height):
    axes = pyplot.subplots()[1]
    axes.plot([0, height], color="{colour}")
    axes.set(xlabel="Step", ylabel="Height")
    return crmlib.show(axes, f"{message} to {{height}}")
crmlib.explore(draw, height=(0, 9, 1, 2))"""


def notebook(colour, message, figure):
    cells = [
        SETUP,
        figure.format(colour=colour, message=message),
        'crmlib.record("whale_peak", 1.23456, interval=(1, 2));',
    ]
    return nbformat.v4.new_notebook(
        cells=[nbformat.v4.new_code_cell(source, id=f"c{n}") for n, source in enumerate(cells)]
    )


@pytest.fixture(scope="module")
def outcomes(tmp_path_factory):
    """Store outputs of one state, change the source as named, validate."""
    folder = tmp_path_factory.mktemp("strict")
    changes = {"same": ("red", "It rises"), "pixels": ("blue", "It rises"), "message": ("red", "It falls")}
    for form, figure in {"picture": DRAW, "explorer": EXPLORE}.items():
        stored = folder / f"{form}.ipynb"
        nbformat.write(notebook("red", "It rises", figure), stored)
        refresh(stored)
        for name, change in changes.items():
            changed = nbformat.read(stored, 4)
            changed.cells[1].source = figure.format(colour=change[0], message=change[1])
            nbformat.write(changed, folder / f"{form}_{name}.ipynb")
        stored.unlink()
    command = [sys.executable, "-m", "pytest", "-p", "conftest", "-p", "no:cacheprovider", "--nbval", "-q", "-rA"]
    options = ["-c", os.devnull, "--rootdir", str(folder), str(folder)]
    environment = os.environ | {"PYTHONPATH": str(ROOT), "COLUMNS": "200"}
    result = subprocess.run(command + options, cwd=folder, env=environment, capture_output=True, text=True, timeout=120)
    return result.stdout


@pytest.mark.parametrize("form", ["picture", "explorer"])
@pytest.mark.parametrize(("change", "verdict"), [("same", "PASSED"), ("pixels", "PASSED"), ("message", "FAILED")])
def test_a_changed_message_fails_and_changed_pixels_pass(outcomes, form, change, verdict):
    assert f"{verdict} {form}_{change}.ipynb::Cell 1" in outcomes


def test_other_cells_pass_and_a_trailing_semicolon_is_honoured(outcomes):
    assert outcomes.count(".ipynb::Cell 0") == 6
    assert "FAILED picture_message.ipynb::Cell 2" not in outcomes
    assert "PASSED picture_message.ipynb::Cell 2" in outcomes


def test_refreshing_twice_changes_nothing(tmp_path):
    path = tmp_path / "n.ipynb"
    nbformat.write(notebook("red", "It rises", DRAW), path)
    refresh(path)
    first = path.read_bytes()
    refresh(path)
    assert path.read_bytes() == first


def test_a_failing_cell_leaves_the_file_alone(tmp_path):
    from nbclient.exceptions import CellExecutionError

    path = tmp_path / "n.ipynb"
    nbformat.write(nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell("1 / 0")]), path)
    before = path.read_bytes()
    with pytest.raises(CellExecutionError, match="ZeroDivisionError"):
        refresh(path)
    assert path.read_bytes() == before
