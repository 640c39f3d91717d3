"""Editions of the chapters: other data, sharper figures, exercises answered by their worked functions; and rubrics."""

import ast
import inspect
import re
import textwrap
from concurrent.futures import ProcessPoolExecutor
from functools import cache
from importlib import import_module
from itertools import repeat
from pathlib import Path

import nbformat
from nbformat.v4 import new_code_cell

import crmlib
from crmbook.batch.chapters import Chapter
from crmbook.batch.execute import execute
from crmbook.batch.plan import DATA, Run
from crmbook.lab import exercise_name
from crmlib.errors import CrmError
from crmlib.exercises import Exercise
from crmlib.places import default_notebooks

PUT_IN = {"injected-parameters", "projector"}  # tags of cells that are there for a run only
LIMITS = {"seconds": 1800, "output_bytes": 2**28, "memory_bytes": 2**33}
GUIDE = default_notebooks().parent / "docs" / "instructor.md"
FOR_A_PROJECTOR = """
from crmlib.figures import labels

def decorate(figure, *rest, as_before=labels.decorate):
    # larger ones would have smaller words on the slide
    figure.set(figwidth=min(figure.get_figwidth(), 8.8), figheight=min(figure.get_figheight(), 4.7), dpi=220)
    as_before(figure, *rest)

labels.decorate = decorate
"""
RUBRIC = re.compile(r"^### Chapter (\d+) · Discuss (\d+)\n(.*?)(?=^##|\Z)", re.MULTILINE | re.DOTALL)


@cache
def exercises():
    """All exercises of all rooms, by name."""
    rooms = [import_module(f"crmlib.{room}") for room in crmlib._ROOMS]
    found = [each for room in rooms for each in vars(room.exercises).values() if isinstance(each, Exercise)]
    return {exercise.name: exercise for exercise in found}


@cache
def rubrics():
    """What a good answer to each discussion holds, from the instructor's guide: (chapter, number) → markdown."""
    return {(chapter, number): text.strip() for chapter, number, text in RUBRIC.findall(GUIDE.read_text("utf-8"))}


def solution(name):
    """The worked function of an exercise as code for a notebook's cell, by itself: no name of the chapter changes."""
    source = textwrap.dedent(inspect.getsource(exercises()[name].worked))
    start = ast.parse(source).body[0].lineno - 1  # without the decorator, which holds hints and mistakes
    body = "\n".join(source.splitlines()[start:])
    return f"{body.replace(f'def {name}(', 'def worked(', 1)}\n\n\nanswer = worked(db)"


def answered(notebook):
    """Answer every exercise of a notebook right, in place."""
    for cell in notebook.cells:
        if (name := exercise_name(cell)) in exercises():
            check = cell.source.splitlines()[-1]
            cell.source = f"{solution(name)}\n{check}"


def for_a_projector(notebook):
    """Let a notebook draw its figures at twice the resolution and none too tall for a slide, in place."""
    for place, cell in enumerate(notebook.cells):
        if cell.cell_type == "code" and ".begin(" in cell.source:  # which sets the house style
            notebook.cells.insert(place + 1, new_code_cell(FOR_A_PROJECTOR, metadata={"tags": ["projector"]}))
            return


def executed(notebooks, tables):
    """Run notebooks side by side, each from top to bottom.

    Parameters: notebooks - name → notebook; tables - folder. Returns: name → notebook with its outputs, without cells
    that were put in for the run. Errors: CrmError that names the chapter where a cell fails.
    """
    data = {DATA: str(Path(tables).resolve())}
    runs = [Run(Chapter(name, nbformat.writes(made), {}), {}, data, name, "") for name, made in notebooks.items()]
    with ProcessPoolExecutor() as pool:
        outcomes = list(pool.map(execute, runs, repeat(LIMITS)))
    done = {}
    for name, outcome in zip(notebooks, outcomes, strict=True):
        if outcome["error"]:
            said = outcome["error"]["text"]
            raise CrmError(f"{name} does not run on these tables ({said}); see more with: crmbook run {name} --data …")
        done[name] = nbformat.reads(outcome["notebook"], as_version=4)
        done[name].cells = [cell for cell in done[name].cells if not PUT_IN & set(cell.metadata.get("tags", []))]
    return done
