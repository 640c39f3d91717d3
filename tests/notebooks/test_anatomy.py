"""Every chapter notebook keeps the form, and every rule can catch a fault."""

from pathlib import Path

import nbformat
import pytest

from tests.notebooks import anatomy

ROOT = Path(__file__).parents[2]
NOTEBOOKS = sorted((ROOT / "notebooks").glob("*.ipynb"))
LARGEST_NOTEBOOK = 1_500_000


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
@pytest.mark.parametrize("rule", anatomy.RULES, ids=lambda rule: rule.__name__)
def test_chapter_keeps_the_form(path, rule):
    assert rule(nbformat.read(path, 4)) == []


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_chapter_is_stored_as_make_notebooks_stores_it(path):
    notebook = nbformat.read(path, 4)
    assert sorted(notebook.metadata) == ["kernelspec", "language_info"]
    assert path.stat().st_size < LARGEST_NOTEBOOK
    assert path.read_text(encoding="utf-8") == nbformat.writes(notebook) + "\n"


def good_notebook():
    """A small notebook without fault; each test below spoils one thing."""
    new = nbformat.v4
    picture = new.new_output(
        "display_data", {"image/png": "AAAA", "text/plain": "It rises."}, metadata={"image/png": {"alt": "It rises."}}
    )
    cells = [
        new.new_markdown_cell("# 6 Grading · 客户分级"),
        new.new_code_cell("import crmlib", execution_count=1),
        new.new_code_cell('data = "datasets"\nas_of = "last"', execution_count=2, metadata={"tags": ["parameters"]}),
        new.new_code_cell("chart(db)", execution_count=3, outputs=[picture]),
    ]
    return new.new_notebook(cells=cells)


def spoilt(rule):
    notebook = good_notebook()
    cells = notebook.cells
    if rule is anatomy.long_cells:
        cells[3].source = "\n".join(["x = 1"] * 16)
    elif rule is anatomy.parameters_faults:
        cells[2].source += "\nn, m = 1, 2"
    elif rule is anatomy.late_imports:
        cells[3].source = "import pandas"
    elif rule is anatomy.long_functions:
        cells[3].source = "def f():\n" + "    a = 1\n" * 5 + "    return a"
    elif rule is anatomy.plotting_calls:
        cells[3].source = "orders.plot()"
    elif rule is anatomy.silenced_warnings:
        cells[1].source = "import warnings\nwarnings.simplefilter('ignore')"
    elif rule is anatomy.warnings_and_errors:
        cells[3].outputs.append(nbformat.v4.new_output("stream", name="stderr", text="UserWarning"))
    elif rule is anatomy.counts_out_of_order:
        cells[3].execution_count = 5
    elif rule is anatomy.pictures_without_alt:
        cells[3].outputs[0].metadata = {}
    elif rule is anatomy.heavy_pictures:
        cells[3].outputs[0].data["image/png"] = "A" * 90_000
    elif rule is anatomy.headings_without_chinese:
        cells[0].source = "# 6 Grading"
    elif rule is anatomy.unstable_outputs:
        cells[3].outputs[0].data["text/plain"] = "<Model object at 0x7f00deadbeef>"
    return notebook


@pytest.mark.parametrize("rule", anatomy.RULES, ids=lambda rule: rule.__name__)
def test_each_rule_accepts_the_good_and_catches_its_fault(rule):
    assert rule(good_notebook()) == []
    assert rule(spoilt(rule)) != []
