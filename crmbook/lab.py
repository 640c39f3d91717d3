"""A student's own copies of the chapters: made once, brought up to date with what was written, opened in JupyterLab."""

import os
import re
import sys
import zlib
from contextlib import chdir, contextmanager
from datetime import date
from itertools import count
from pathlib import Path

import nbformat

from crmbook.batch.chapters import find_chapters
from crmbook.batch.expected import write_whole
from crmlib.errors import CrmError
from crmlib.places import default_notebooks, find_data

CHECK = re.compile(r"\bexercises\.(\w+)\.check\(")
INSTRUCTOR = {"rubric", "instructor"}
NOTE = "crmbook"  # a copy's metadata: for each cell as it was handed out, its id and the checksum of its text


def make_copies(folder):
    """Copy each chapter that the folder does not hold yet, without outputs: running it is the student's part.

    Returns: list of sentences. Errors: CrmError where the folder cannot be written or holds the chapters themselves.
    """
    with _own_folder(folder) as own:
        missing = [chapter for chapter in find_chapters() if not _place(own, chapter).exists()]
        for chapter in missing:
            _write(_place(own, chapter), as_given(chapter))
        with chdir(own):
            tables = find_data("datasets")
    made = ", ".join(chapter.name for chapter in missing) or "none, yours are there"
    return [f"New copies in {own.resolve()}: {made}.", f"They read the tables in {tables}; Python: {sys.executable}"]


def reset(folder, name):
    """Give a chapter's copy anew; the old one stays beside it under its name and the date.

    Parameters: name - a chapter as a reader writes it. Returns: list of sentences. Errors: CrmError, as make_copies.
    """
    with _own_folder(folder) as own:
        (chapter,) = find_chapters([Path(name).name.removesuffix(".ipynb")])
        place = _place(own, chapter)
        kept = f"; as it was: {_backup(place).name}" if place.exists() else ""
        _write(place, as_given(chapter))
    return [f"{chapter.name}: a new copy{kept}."]


def update(folder):
    """Bring the chapters' new text into the copies; answers, own cells and the copies as they were are kept.

    Returns: list of sentences, one a chapter. Errors: CrmError, as make_copies, or where a copy cannot be read; the
    copies before it are then up to date already, itself and those behind it as they were.
    """
    with _own_folder(folder) as own:
        return [_update(_place(own, chapter), as_given(chapter)) for chapter in find_chapters()]


def _update(place, new):
    if not place.exists():
        _write(place, new)
        return f"{place.stem}: a new copy."
    copy = _read(place)
    if copy.metadata[NOTE] == new.metadata[NOTE]:
        return f"{place.stem}: nothing new."
    new, kept = merged(copy, new)
    before = _backup(place)
    _write(place, new)
    return f"{place.stem}: new text; {kept}; as it was: {before.name}."


def as_given(chapter):
    """The notebook that a student is given: nothing for the instructor only, and a note of what was given."""
    notebook = nbformat.reads(chapter.text, as_version=4)
    notebook.cells = [cell for cell in notebook.cells if not INSTRUCTOR & set(cell.metadata.get("tags", []))]
    notebook.metadata[NOTE] = {cell.id: _checksum(cell) for cell in notebook.cells}
    return notebook


def merged(copy, new):
    """Put what a student wrote into a chapter's new text.

    Answers go by the exercise's name; any other changed cell stays where the chapter has left it as it was; own cells
    follow the cell that they followed. What finds no place, because the chapter has changed or dropped that cell, is
    put there as text that does not run.
    Parameters: copy, new - notebooks as `as_given` makes them. Returns: the notebook, and what was kept, in words.
    """
    given = copy.metadata[NOTE]
    cells = {cell.id: cell for cell in new.cells}
    exercises = {name: cell for cell in new.cells if (name := exercise_name(cell))}
    filled, beside, last = {}, {None: []}, None
    for cell in copy.cells:
        name = exercise_name(cell)
        target = exercises.get(name) if name else cells.get(cell.id)
        last = target.id if target is not None else last
        if given.get(cell.id) != _checksum(cell):
            free = target is not None and target.id not in filled
            if free and (name or given.get(target.id) == _checksum(target)):
                target.source = cell.source
                filled[target.id] = "answer" if name else "cell"
            else:
                own = cell if cell.id not in given else nbformat.v4.new_raw_cell(cell.source)
                beside.setdefault(last, []).append(own)
    new.cells = beside[None] + [piece for cell in new.cells for piece in (cell, *beside.get(cell.id, []))]
    answers = list(filled.values()).count("answer")
    kept = f"kept: answers {answers}, other cells {len(filled) - answers + sum(map(len, beside.values()))}"
    return new, kept


def exercise_name(cell):
    """The name of the exercise that a cell answers, from its metadata or its check; None for any other cell."""
    if cell.cell_type != "code":
        return None
    found = CHECK.search(cell.source)
    return cell.metadata.get("name") or (found and found[1])


def open_lab(folder):
    """Start JupyterLab in a folder, as root too; returns when it is stopped."""
    from jupyterlab.labapp import main

    os.environ["JUPYTER_PREFER_ENV_PATH"] = "1"  # the kernel of this Python, not another one of the same name
    os.environ.pop("MPLBACKEND", None)
    as_root = hasattr(os, "geteuid") and os.geteuid() == 0
    main([f"--ServerApp.root_dir={Path(folder).expanduser().resolve()}", *(["--allow-root"] if as_root else [])])


@contextmanager
def _own_folder(folder):
    own = Path(folder).expanduser()
    if own.resolve() == default_notebooks().resolve():
        raise CrmError(f"'{folder}' holds the chapters themselves; name another folder for your copies.")
    try:
        own.mkdir(parents=True, exist_ok=True)
        yield own
    except OSError as refusal:
        why = f"{refusal.strerror}: {refusal.filename}"
        raise CrmError(f"'{folder}' cannot hold your copies ({why}); name another: crmbook lab FOLDER.") from None


def _place(own, chapter):
    return own / f"{chapter.name}.ipynb"


def _backup(place):
    names = (f"{place.stem}_{date.today()}{f'_{n}' if n > 1 else ''}.ipynb" for n in count(1))
    backup = next(place.with_name(name) for name in names if not place.with_name(name).exists())
    backup.write_bytes(place.read_bytes())
    return backup


def _read(place):
    try:
        notebook = nbformat.reads(place.read_text(encoding="utf-8-sig"), as_version=4)
        nbformat.validate(notebook)
        if NOTE not in notebook.metadata:
            raise ValueError("not a copy made here")
    except (ValueError, AttributeError, nbformat.ValidationError):  # AttributeError: JSON, but no notebook at all
        way_out = f'crmbook lab "{place.parent}" --reset {place.stem} gives a new one and keeps this one beside it'
        raise CrmError(f"{place} is broken, or no copy made by crmbook lab; {way_out}.") from None
    return notebook


def _write(place, notebook):
    write_whole(place, nbformat.writes(without_outputs(notebook)) + "\n")


def without_outputs(notebook):
    """Empty a notebook, in place: running it is the student's part. Returns: the notebook."""
    for cell in notebook.cells:
        if cell.cell_type == "code":
            cell.outputs, cell.execution_count = [], None
    return notebook


def _checksum(cell):
    return zlib.crc32(cell.source.encode())
