"""Editions of the chapters: other data, sharper figures, exercises answered by their worked functions; and rubrics."""

import os
import re
import textwrap
from functools import cache
from unittest.mock import patch

import nbformat

import crmlib
from crmbook.batch.chapters import Chapter
from crmbook.batch.plan import DATA, make_plan
from crmbook.batch.workers import run_all
from crmbook.lab import exercise_name
from crmlib.errors import CrmError
from crmlib.exercises import Exercise
from crmlib.places import default_notebooks

LIMITS = {"seconds": 1800, "output_bytes": 2**28, "memory_bytes": 2**33}
GUIDE = default_notebooks().parent / "docs" / "instructor.md"
FOR_A_PROJECTOR = {"CRMLIB_LARGEST_FIGURE": "8.8 4.7 220"}  # twice the resolution, and none too tall for a slide
RUBRIC = re.compile(r"^### Chapter (\d+) · Discuss (\d+)\n(.*?)(?=^##|\Z)", re.MULTILINE | re.DOTALL)


@cache
def exercises():
    """All exercises of all rooms, by name."""
    rooms = [getattr(crmlib, room) for room in crmlib._ROOMS]
    return {each.name: each for room in rooms for each in vars(room.exercises).values() if isinstance(each, Exercise)}


@cache
def rubrics():
    """What a good answer to each discussion holds, from the instructor's guide: (chapter, number) → markdown."""
    return {(chapter, number): text.strip() for chapter, number, text in RUBRIC.findall(GUIDE.read_text("utf-8"))}


def solution(name):
    """The worked function of an exercise as code for a notebook's cell, by itself: no name of the chapter changes."""
    body = textwrap.indent(exercises()[name].solution().text, "    ")
    return f"def worked(db):\n{body}\n    return answer\n\n\nanswer = worked(db)"


def answered(notebook):
    """Answer every exercise of a notebook right, in place."""
    for cell in notebook.cells:
        if (name := exercise_name(cell)) in exercises():
            cell.source = cell.source.replace("answer = ...", solution(name), 1)


def executed(notebooks, tables, environment=()):
    """Run notebooks side by side, each from top to bottom.

    Parameters: notebooks - name → notebook; tables - folder; environment - what the notebooks find there besides.
    Returns: name → notebook with its outputs, without the cell that names the tables. Errors: CrmError that names the
    chapter where a cell fails.
    """
    plan = make_plan([Chapter(name, nbformat.writes(made), {DATA: tables}) for name, made in notebooks.items()])
    with patch.dict(os.environ, environment):
        events = [*run_all(plan, LIMITS, os.cpu_count())]
    ended = {run.chapter.name: outcome for kind, run, outcome in events if kind == "end"}
    done = {}
    for name in notebooks:
        if ended[name]["error"]:
            said = ended[name]["error"]["text"]
            raise CrmError(f"{name} does not run on these tables ({said}); see more with: crmbook run {name} --data …")
        done[name] = nbformat.reads(ended[name]["notebook"], as_version=4)
        done[name].cells = [c for c in done[name].cells if "injected-parameters" not in c.metadata.get("tags", [])]
    return done
