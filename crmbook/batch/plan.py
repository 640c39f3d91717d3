"""The runs of a batch: one a chapter and parameter set, each with a name and a fingerprint.

A run is known by notebook, parameters, data, crmlib's code and the environment: what is the same need not run again.
"""

import hashlib
import json
import platform
import re
import unicodedata
from dataclasses import dataclass, field
from functools import cache
from importlib.metadata import distributions
from pathlib import Path

from crmbook.batch.grid import check_names, typed
from crmlib.errors import CrmError
from crmlib.places import INSTALLED_COPY, PACKAGE, find_data

DATA = "data"
LONGEST_NAME = 60
CODE = {".py", ".csv", ".html", ".toml", ".mplstyle"}


@dataclass(frozen=True)
class Run:
    """One notebook with one parameter set."""

    chapter: object
    settings: dict  # what the grid asked for, shown in tables
    parameters: dict  # what the notebook is given
    name: str = ""
    fingerprint: str = ""
    cells: int = field(default=0)


def make_plan(chapters, rows=({},), settings=None, data=None):
    """Combine chapters and parameter sets.

    Parameters: chapters - list of Chapter; rows - parameter sets; settings - for every row, a row's own value wins;
    data - folder of tables for rows that name none.
    Returns: list of Run, equal ones once. Raises: CrmError for unknown names, wrong types, folders that are not there.
    """
    rows = [{**(settings or {}), **row} for row in rows]
    check_names(rows, chapters)
    runs = {}
    for chapter in chapters:
        for row in rows:
            run = _run(chapter, typed(row, chapter), data)
            runs.setdefault(run.name, run)
    return list(runs.values())


def _run(chapter, settings, data):
    parameters = dict(settings)
    content = None
    if DATA in chapter.defaults:
        folder = find_data(settings.get(DATA, data or chapter.defaults[DATA]))
        parameters[DATA] = str(folder)
        content = data_digest(folder)
    identity = [chapter.substance, {**settings, DATA: content}, code_digest(), environment_digest()]
    return Run(
        chapter,
        settings,
        parameters,
        name=f"{chapter.name}/{folder_name(settings)}",
        fingerprint=digest(identity),
        cells=sum(cell["cell_type"] == "code" for cell in chapter.cells),
    )


def folder_name(settings):
    """Name a parameter set so that any file system takes it and no two share a name."""
    if not settings:
        return "default"
    shown = {name: Path(str(value)).name if name == DATA else value for name, value in settings.items()}
    readable = "_".join(f"{name}-{value}" for name, value in shown.items())
    safe = re.sub(r"[^\w.-]+", "_", unicodedata.normalize("NFC", readable)).strip("_.-")[:LONGEST_NAME]
    return f"{safe}_{digest(settings)[:8]}"


def digest(content):
    """A fingerprint of anything JSON can hold."""
    return hashlib.sha256(json.dumps(content, sort_keys=True, default=str).encode()).hexdigest()


@cache
def data_digest(folder):
    """A fingerprint of a folder's files: names and contents."""
    files = sorted(file for file in Path(folder).rglob("*") if file.is_file() and not file.name.startswith("."))
    if not files:
        raise CrmError(f"The data folder '{folder}' is empty.")
    return digest([[str(file.relative_to(folder)), _file_digest(file)] for file in files])


@cache
def code_digest():
    """A fingerprint of both packages: code, and the tables of words beside it."""
    packages = (PACKAGE, Path(__file__).resolve().parents[1])
    files = [file for package in packages for file in sorted(package.rglob("*")) if file.suffix in CODE]
    files = [file for file in files if INSTALLED_COPY not in file.parents]
    return digest([[str(file.relative_to(file.parents[1])), _file_digest(file)] for file in files])


@cache
def environment_digest():
    """A fingerprint of Python and of every installed version."""
    installed = sorted({f"{d.name}=={d.version}" for d in distributions() if d.name != "crmlib"})
    return digest([platform.python_version(), installed])


def _file_digest(file):
    with file.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()
