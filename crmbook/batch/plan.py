"""The runs of a batch: one a chapter and parameter set, each with a name and a fingerprint.

A run is known by notebook, parameters, the data folder and the files that parameters name, the code of crmlib and
crmbook, and the environment: what is the same need not run again.
"""

import hashlib
import json
import os
import platform
import re
import unicodedata
from dataclasses import dataclass, replace
from functools import cache
from importlib.metadata import distributions
from pathlib import Path

from crmbook.batch.grid import check_names, typed
from crmlib.errors import CrmError
from crmlib.places import INSTALLED_COPY, PACKAGE, find_data

DATA = "data"
FILES = {".csv", ".parquet", ".xlsx", ".yaml", ".yml", ".json", ".toml", ".txt"}


@dataclass(frozen=True)
class Run:
    """One notebook with one parameter set."""

    chapter: object
    settings: dict  # what the grid asked for, shown in tables
    parameters: dict  # what the notebook is given
    name: str
    fingerprint: str
    beside: tuple = (None, None)  # names of the runs before and after, all chapters of a parameter set together

    @property
    def cells(self):
        """How many cells there are to run."""
        return sum(cell["cell_type"] == "code" for cell in self.chapter.content["cells"])


def make_plan(chapters, rows=({},), settings=None, data=None, beside=None, out=None):
    """Combine chapters and parameter sets.

    Parameters: chapters - list of Chapter; rows - parameter sets; settings - for every row, a row's own value wins;
    data - folder of tables for rows that name none; beside - folder of the grid file; out - output folder, which is not
    data even if it lies among them.
    The data folder, and each file that a text parameter names, is looked for in the caller's folder, then in `beside`;
    the notebook is given its full path, and its content is part of the run's fingerprint.
    Returns: list of Run, equal ones once. Raises: CrmError for unknown names, wrong types, folders and files that are
    not there.
    """
    rows = [{**(settings or {}), **row} for row in rows]
    check_names(rows, chapters)
    places = [Path.cwd(), *([Path(beside).resolve()] if beside else [])]
    contents = cache(lambda path: data_digest(path, out) if path.is_dir() else _file_digest(path))
    same_for_all = [code_digest(), environment_digest()]
    runs = {}
    for row in rows:
        for chapter in chapters:
            asked = typed(row, chapter)
            found = _found(chapter, asked, data, places)
            identity = [chapter.substance, asked | {name: contents(path) for name, path in found.items()}, same_for_all]
            given = asked | {name: str(path) for name, path in found.items()}
            name = f"{chapter.name}/{folder_name(asked)}"
            runs.setdefault(name, Run(chapter, asked, given, name, digest(identity)))
    names, order = [None, *runs, None], [chapter.name for chapter in chapters]
    placed = [replace(run, beside=ends) for run, *ends in zip(runs.values(), names, names[2:], strict=False)]
    return sorted(placed, key=lambda run: order.index(run.chapter.name))


def _found(chapter, settings, data, places):
    """The data folder and every file that a parameter names, by the parameter's name."""
    found = {}
    for name, value in (chapter.defaults | settings).items():
        if name == DATA:
            folder = settings.get(DATA, data or value)
            found[name] = _beside(folder, places, os.path.isdir) or find_data(folder)
        elif isinstance(value, str) and Path(value).suffix:
            file = _beside(value, places, os.path.isfile)
            if file:
                found[name] = file
            elif name in settings and Path(value).suffix.lower() in FILES:
                folders = " or ".join(map(str, places))
                raise CrmError(f"Parameter '{name}': there is no file '{value}' in {folders}; give its path.")
    return found


def _beside(given, places, there):
    paths = [os.path.join(place, os.path.expanduser(given)) for place in places]
    return next((Path(path).resolve() for path in paths if there(path)), None)


def folder_name(settings):
    """Name a parameter set so that any file system takes it and no two share a name."""
    if not settings:
        return "default"
    shown = {name: Path(str(value)).name if name == DATA else value for name, value in settings.items()}
    readable = "_".join(f"{name}-{value}" for name, value in shown.items())
    safe = re.sub(r"[^\w.-]+", "_", unicodedata.normalize("NFC", readable)).strip("_.-")[:60]
    return f"{safe}_{digest(settings)[:8]}"


def digest(content):
    """A fingerprint of anything JSON can hold."""
    return hashlib.sha256(json.dumps(content, sort_keys=True, default=str).encode()).hexdigest()


def data_digest(folder, out=None):
    """A fingerprint of a folder's files, names and contents; what lies in the output folder is none of them."""
    if folder == out:
        raise CrmError(f"'{folder}' holds the data: choose another output folder.")
    files = _files_digest(folder, out)
    if not files:
        raise CrmError(f"The data folder '{folder}' is empty.")
    return digest(files)


def code_digest():
    """A fingerprint of both packages: code, tables of words, page templates; not of notebooks and data inside them."""
    packages = (PACKAGE, Path(__file__).resolve().parents[1])
    return digest([_files_digest(package, package / INSTALLED_COPY.name) for package in packages])


def environment_digest():
    """A fingerprint of Python and of every installed version."""
    installed = sorted({f"{d.name}=={d.version}" for d in distributions() if d.name != "crmlib"})
    return digest([platform.python_version(), installed])


def _files_digest(folder, without):
    files = [file for file in sorted(folder.rglob("*")) if file.is_file() and not file.name.startswith(".")]
    files = [file for file in files if without not in file.parents and "__pycache__" not in file.parts]
    return [[str(file.relative_to(folder)), _file_digest(file)] for file in files]


def _file_digest(file):
    with file.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()
