"""Every chapter notebook keeps the form, and every rule can catch its fault."""

import csv
from pathlib import Path

import nbformat
import pytest

from tests.notebooks import anatomy
from tests.notebooks.chapter import read
from tests.notebooks.faults import FAULTS, harmless
from tests.notebooks.sample import complete_chapter

ROOT = Path(__file__).parents[2]
NOTEBOOKS = sorted((ROOT / "notebooks").glob("*.ipynb"))
LARGEST_NOTEBOOK = 1_500_000

ALL_RULES = anatomy.RULES + anatomy.CHAPTER_RULES


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_notebook_keeps_the_form(path):
    chapter = read(nbformat.read(path, 4))
    assert {rule.__name__: faults for rule in ALL_RULES if (faults := rule(chapter))} == {}


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_chapter_is_stored_as_make_notebooks_stores_it(path):
    notebook = nbformat.read(path, 4)
    assert set(notebook.metadata) - {"crmlib"} == {"kernelspec", "language_info"}
    assert path.stat().st_size < LARGEST_NOTEBOOK
    assert path.read_text(encoding="utf-8") == nbformat.writes(notebook) + "\n"


def test_each_textbook_heading_has_a_notebook():
    """Six chapters, 110 headings."""
    with anatomy.HEADINGS.open(encoding="utf-8", newline="") as lines:
        rows = list(csv.DictReader(lines, delimiter="\t"))
    assert len({row["number"] for row in rows}) == len(rows) == 110
    assert all(row["notebook"].startswith(f"{int(row['number'].partition('.')[0]):02}_") for row in rows)
    assert {row["notebook"] for row in rows} == {path.stem for path in NOTEBOOKS}


def broken(sample):
    chapter = read(sample.notebook())
    return {rule.__name__ for rule in ALL_RULES if rule(chapter)}


def test_a_complete_chapter_breaks_no_rule():
    chapter = read(complete_chapter().notebook())
    assert {rule.__name__: faults for rule in ALL_RULES if (faults := rule(chapter))} == {}


@pytest.mark.parametrize(("rules", "change"), FAULTS, ids=[change.__name__ for _, change in FAULTS])
def test_each_fault_breaks_its_rule_alone(rules, change):
    sample = complete_chapter()
    change(sample)
    assert broken(sample) == {rule.__name__ for rule in rules}


def test_each_rule_has_a_fault():
    assert set().union(*(rules for rules, _ in FAULTS)) == set(ALL_RULES)


def test_what_is_no_fault_breaks_no_rule():
    sample = complete_chapter()
    harmless(sample)
    assert broken(sample) == set()
