"""Editions of the chapters: other data, sharper figures, exercises answered by their worked functions; and rubrics."""

import ast
import inspect
import os
import re
import tempfile
import textwrap
from concurrent.futures import ProcessPoolExecutor
from functools import cache
from importlib import import_module
from pathlib import Path

import nbformat
from nbformat.v4 import new_code_cell

import crmlib
from crmbook.batch.execute import records_of
from crmbook.batch.expected import refresh
from crmbook.lab import NOTE, exercise_name
from crmlib.errors import CrmError
from crmlib.exercises import MIME as EXERCISE
from crmlib.exercises import Exercise
from crmlib.places import default_notebooks

INJECTED = {"tags": ["injected-parameters"]}
FOR_A_PROJECTOR = """
from crmlib.figures import labels

def decorate(figure, *rest, as_before=labels.decorate):
    width, height = figure.get_size_inches()
    figure.set_size_inches(min(width, 8.8), min(height, 4.7))  # larger ones would have smaller words on the slide
    figure.set_dpi(220)
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
    guide = default_notebooks().parent / "docs" / "instructor.md"
    return {(chapter, number): text.strip() for chapter, number, text in RUBRIC.findall(guide.read_text("utf-8"))}


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


def all_right(notebook, name):
    """Make sure that every exercise of an executed notebook was judged right. Errors: CrmError for one that was not."""
    for result in records_of(notebook, EXERCISE):
        if result["state"] != "right":
            raise CrmError(f"On this company {name}, {result['name']}, has no right answer: choose another seed.")


def for_a_projector(notebook):
    """Let a notebook draw its figures at twice the resolution and none too tall for a slide, in place."""
    for place, cell in enumerate(notebook.cells):
        if cell.cell_type == "code" and ".begin(" in cell.source:  # which sets the house style
            notebook.cells.insert(place + 1, new_code_cell(FOR_A_PROJECTOR, metadata=INJECTED))
            return


def on_data(notebook, folder):
    """Give a notebook another folder of tables, in place."""
    place = next(index for index, cell in enumerate(notebook.cells) if "parameters" in cell.metadata.get("tags", []))
    notebook.cells.insert(place + 1, new_code_cell(f"data = {str(Path(folder).resolve())!r}", metadata=INJECTED))


def executed(notebooks, folder=None):
    """Run notebooks side by side, each from top to bottom.

    Parameters: notebooks - name → notebook; folder - where they run and are left, None for one that goes away.
    Returns: name → notebook with its outputs. Errors: CrmError that names the chapter where a cell fails.
    """
    with tempfile.TemporaryDirectory(prefix="crmbook-") as passing:
        places = {name: Path(folder or passing) / f"{name}.ipynb" for name in notebooks}
        for name, place in places.items():
            nbformat.write(notebooks[name], place)
        with ProcessPoolExecutor(min(len(places), os.cpu_count() or 1)) as pool:
            faults = list(filter(None, pool.map(_fault, places.values())))
        if faults:
            raise CrmError("\n".join(faults))
        done = {name: nbformat.read(place, as_version=4) for name, place in places.items()}
        for name, place in places.items():
            if NOTE in notebooks[name].metadata:  # what brings a student's copy up to date later
                done[name].metadata[NOTE] = notebooks[name].metadata[NOTE]
                nbformat.write(done[name], place)
        return done


def _fault(place):
    """Run one notebook in place. Returns: a sentence where it fails, else None."""
    from nbclient.exceptions import CellExecutionError, CellTimeoutError

    try:
        refresh(place)
    except (CellExecutionError, CellTimeoutError) as fault:
        last = str(fault).strip().splitlines()[-1]
        return f"{place.stem} does not run on these tables ({last}); see more with: crmbook run {place.stem} --data …"
    return None
