"""Where a student's notebook runs: a kernel that reaches nothing but the company's tables, and for a limited time.

In the box the library holds exercises without worked answers, whatever the notebook imports, reads or patches.
"""

import os
import shutil
import subprocess
import sys
import sysconfig
import tempfile
import threading
import time
from pathlib import Path

import matplotlib
from jupyter_client.manager import AsyncKernelManager
from nbformat import NotebookNode, v4
from papermill.engines import NotebookExecutionManager

from crmbook.batch.engine import LimitedClient
from crmbook.batch.execute import records_of
from crmbook.batch.kernels import THREAD_POOLS
from crmbook.lab import exercise_name
from crmbook.teach import PAGES, editions, handed_in
from crmlib.places import INSTALLED_COPY, PACKAGE

LIMITS = {"seconds": 600, "memory_bytes": 6 * 2**30, "output_bytes": 20 * 2**20}  # of a notebook
CELL_SECONDS, TEMPORARY_BYTES = 60, 2**29
ATTEMPTS = 3  # a cell that ends the kernel is left out in the next one
TIMEOUT = {"status": "error", "ename": "Timeout", "evalue": "", "traceback": []}
GOES_ON = {"allow_errors": True, "interrupt_on_timeout": True, "error_on_timeout": TIMEOUT}
QUIET = dict.fromkeys(["stdout", "stderr"], subprocess.DEVNULL)  # what a kernel says to nobody
SITE_PACKAGES = Path(sysconfig.get_path("purelib"))
STUB = """
from types import SimpleNamespace

def __getattr__(name):
    return SimpleNamespace(check=print, hint=print, solution=print)
"""


def usable():
    """Whether bubblewrap is here and may make a box."""
    return bool(shutil.which("prlimit")) and subprocess.run([*_box(), "true"], capture_output=True).returncode == 0


def _box(**places):
    """The words before a command that put it into a box: templates/box.txt, one a line."""
    copies = [home / name for home in (PACKAGE.parent, SITE_PACKAGES) for name in ("crmlib", "crmbook")]
    places |= {"python": [sys.base_prefix, sys.prefix], "hidden": [path for path in copies if path.is_dir()]}
    return PAGES.get_template("box.txt").render(places, limits=LIMITS, temporary=TEMPORARY_BYTES).splitlines()


def library_without_answers(folder):
    """Copy crmlib with rooms whose exercises can be asked for and not answered, and what takes answers out."""
    copy = folder / "crmlib"
    shutil.copytree(PACKAGE, copy, ignore=shutil.ignore_patterns("__pycache__", INSTALLED_COPY.name))
    shutil.copy(handed_in.__file__, copy)
    for place in copy.glob("*/exercises.py"):
        place.write_text(STUB, encoding="utf-8")


def run(notebook, defaults, room, protected):
    """Run a submission in its box.

    Parameters: notebook; defaults - the chapter's parameters; room - folder with the hidden `datasets` and the
    `library` without answers; protected - by bubblewrap. Returns: answers (name → JSON text) as far as there are any,
    what went wrong, seconds.
    """
    started = time.monotonic()
    notebook, probes = prepared(notebook, defaults)
    faults = []
    with tempfile.TemporaryDirectory(prefix="s-", dir=room) as own:
        shutil.copytree(matplotlib.get_cachedir(), f"{own}/mpl")  # else each kernel reads all fonts anew
        if not protected:
            shutil.copytree(room / "datasets", f"{own}/datasets")
        for attempt in range(ATTEMPTS):
            begun, ended = _attempt(notebook, _kernel(room, own, protected, attempt), room / "library", own)
            if ended:
                where = " ".join(begun[-1].source.split())[:60] if begun else "start"
                faults.append(f"was stopped at “{where} …”: {ended}")
            if not (ended and begun) or time.monotonic() - started > LIMITS["seconds"]:
                break
            begun[-1].source = "answer = ..."
        subprocess.run(["rm", "-rf", own], check=False, **QUIET)  # Python's way fails on a thousand folders in a row
    answers = {name: records_of(NotebookNode(cells=[probe]), handed_in.MIME) for name, probe in probes.items()}
    return {name: texts[0] for name, texts in answers.items() if texts}, faults, time.monotonic() - started


def prepared(notebook, defaults):
    """The chapter's parameters; nothing left over from the exercise before; a probe after each: name → its cell."""
    cells, probes, known = [], {}, editions.exercises()
    notebook.metadata.papermill = {}
    for cell in notebook.cells:
        cells.append(cell)
        name = str(exercise_name(cell))
        if name in known:  # of two cells of one exercise the last counts
            probes[name] = v4.new_code_cell(handed_in.PROBE.format(mime=handed_in.MIME, kind=known[name].kind))
            cells[-1:] = [v4.new_code_cell("answer = ..."), cell, probes[name]]
        if "parameters" in cell.metadata.get("tags", []):
            cells.append(v4.new_code_cell("\n".join(f"{name} = {value!r}" for name, value in defaults.items())))
    notebook.cells = cells
    return notebook, probes


def _attempt(notebook, kernel, library, own):
    """Run all cells, going on after errors and endless loops. Returns: cells begun, and what ended the kernel or ""."""
    begun, manager = [], NotebookExecutionManager(notebook, progress_bar=False)
    manager.notebook_start()
    client = LimitedClient(manager, LIMITS, lambda done: None, threading.Event(), **GOES_ON)
    client.km = kernel  # its own from now on, ended with it
    client.timeout_func = lambda cell: CELL_SECONDS
    client.on_cell_start = lambda cell, cell_index: begun.append(cell)
    told = dict.fromkeys(THREAD_POOLS, "1") | {"CRMBOOK_STATIC": "1", "PYTHONHASHSEED": "0", "LANG": "C.UTF-8"}
    told |= {"HOME": own, "MPLCONFIGDIR": f"{own}/mpl", "PYTHONPATH": str(library)}
    try:
        client.execute(env=told | {"PATH": os.environ.get("PATH", os.defpath)}, cwd=own, **QUIET)
    except Exception as fault:  # it did not start, or a student's code sent something that is no message
        return begun, type(fault).__name__
    return begun, client.broken[1] if client.broken else ""


def _kernel(room, own, protected, attempt):
    """A kernel, not yet started, that sees the library without answers and the tables as its folder `datasets`."""
    place = f"{own}/k{attempt}"
    kernel = AsyncKernelManager(kernel_name="python3", transport="ipc", ip=place, connection_file=f"{place}.json")
    kernel.kernel_spec.interrupt_mode = "message"  # a signal would reach the box, not the kernel in it
    if protected:
        kernel.kernel_spec.argv = [*_box(room=room, own=own), sys.executable, *kernel.kernel_spec.argv[1:]]
    return kernel
