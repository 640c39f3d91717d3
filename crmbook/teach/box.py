"""Where a student's notebook runs: a kernel that reaches nothing but the company's tables, and for a limited time.

In the box the library holds exercises without worked answers, whatever the notebook imports, reads or patches.
"""

import os
import shutil
import subprocess
import sys
import sysconfig
import time
from pathlib import Path

import matplotlib
import nbformat
from nbclient import NotebookClient
from nbformat.v4 import new_code_cell

from crmbook.batch.kernels import THREAD_POOLS
from crmbook.lab import exercise_name
from crmbook.teach import editions, handed_in
from crmlib.places import INSTALLED_COPY, PACKAGE

CELL_SECONDS, ALL_SECONDS = 60, 600
MEMORY, TEMPORARY, OUTPUT = 6 * 2**30, 2**29, 20 * 2**20  # bytes
ATTEMPTS = 3  # a cell that ends the kernel is left out in the next one
TIMEOUT = {"status": "error", "ename": "Timeout", "evalue": "", "traceback": []}
BOX = "box_of"
QUIET = dict.fromkeys(["stdout", "stderr"], subprocess.DEVNULL)  # what a kernel says to nobody
LIMITS = ["prlimit", f"--as={MEMORY}", f"--cpu={ALL_SECONDS}", "--nproc=4096"]
BWRAP = ["bwrap", "--unshare-all", "--die-with-parent", "--uid", "65534", "--gid", "65534", "--proc", "/proc"]
BWRAP += ["--dev", "/dev", "--unsetenv", "JPY_PARENT_PID"]  # with it a kernel ends itself in a process space of its own
SITE_PACKAGES = Path(sysconfig.get_path("purelib"))
SYSTEM = ("/usr", "/bin", "/lib", "/lib64", "/etc/ld.so.cache", "/etc/alternatives", "/etc/fonts", "/etc/localtime")
STUB = """
class Exercise:
    check = hint = solution = lambda self, *answer: None


def __getattr__(name):
    if name.startswith("_"):
        raise AttributeError(name)
    return Exercise()
"""


def usable():
    """Whether bubblewrap is here and may make a box."""
    if not (shutil.which("bwrap") and shutil.which("prlimit")):
        return False
    return subprocess.run([*LIMITS, *BWRAP, *_seen(SYSTEM), "true"], capture_output=True).returncode == 0


def library_without_answers(folder):
    """Copy crmlib with rooms whose exercises can be asked for and not answered. Returns: the copy's path."""
    copy = Path(folder) / "crmlib"
    shutil.copytree(PACKAGE, copy, ignore=shutil.ignore_patterns("__pycache__", INSTALLED_COPY.name))
    for place in copy.glob("*/exercises.py"):
        place.write_text(STUB, encoding="utf-8")
    return copy


def run(text, defaults, tables, library, folder, protected):
    """Run a submission in its box.

    Parameters: text - the notebook; defaults - the chapter's parameters; tables, library - folders; folder - its own,
    empty; protected - by bubblewrap. Returns: answers (name → JSON text or None), what went wrong, seconds.
    """
    started = time.monotonic()
    notebook = prepared(nbformat.reads(text, as_version=4), defaults)
    shutil.copytree(matplotlib.get_cachedir(), folder / "mpl")  # else each kernel reads all fonts anew
    if not protected:
        shutil.copytree(tables, folder / "datasets")
    faults = []
    for attempt in range(ATTEMPTS):
        client = Client(notebook, started + ALL_SECONDS)
        client.km = _kernel(tables, library, folder, protected, attempt)
        try:
            client.execute(env=_environment(library, folder), cwd=str(folder), **QUIET)
        except Exception as fault:  # the kernel ended, or a student's code sent something that is no message
            faults.append(client.says or f"did not start ({type(fault).__name__})")
            if client.cell is None or time.monotonic() - started > ALL_SECONDS:
                break
            client.cell.source = "answer = ..."
        else:
            break
    asked = [cell for cell in notebook.cells if BOX in cell.metadata]  # of two cells of one exercise the last counts
    shown = {cell.metadata[BOX]: [o.data.get(handed_in.MIME) for o in cell.outputs if "data" in o] for cell in asked}
    return {name: next(filter(None, texts), None) for name, texts in shown.items()}, faults, time.monotonic() - started


def prepared(notebook, defaults):
    """The chapter's parameters; nothing left over from the exercise before; a probe after each."""
    cells, known = [], editions.exercises()
    for cell in notebook.cells:
        name = str(exercise_name(cell))
        cell.metadata.pop(BOX, None)
        if cell.cell_type == "code":
            cell.outputs = []
        if name in known:
            probe = new_code_cell(handed_in.probe(known[name].kind), metadata={BOX: name})
            cells += [new_code_cell("answer = ..."), cell, probe]
        else:
            cells.append(cell)
        if "parameters" in cell.metadata.get("tags", []):
            cells.append(new_code_cell("\n".join(f"{name} = {value!r}" for name, value in defaults.items())))
    notebook.cells = cells
    return notebook


class Client(NotebookClient):
    """Goes on after errors and endless loops; ends a kernel that says too much."""

    def __init__(self, notebook, ends):
        super().__init__(notebook, allow_errors=True, interrupt_on_timeout=True, error_on_timeout=TIMEOUT)
        self.timeout_func = lambda cell: max(1, min(CELL_SECONDS, int(ends - time.monotonic())))
        self.on_cell_start = self._begun
        self.store_widget_state = self.record_timing = False
        self.cell, self.says, self.said = None, "", 0

    def _begun(self, cell, cell_index):
        self.cell, self.says = cell, f"was stopped by its cell “{' '.join(cell.source.split())[:60]} …”"

    def process_message(self, msg, cell, cell_index):
        """Take in a message of the kernel."""
        self.said += len(str(msg["content"]))
        if self.said > OUTPUT:
            self.says, self.said = f"{self.says}, which says too much", 0
            self.km.provisioner.process.kill()
            return None
        return super().process_message(msg, cell, cell_index)


def _kernel(tables, library, folder, protected, attempt):
    """A kernel, not yet started, that sees the library without answers and the tables as its folder `datasets`."""
    from jupyter_client.manager import AsyncKernelManager

    place = str(folder / f"k{attempt}")
    kernel = AsyncKernelManager(kernel_name="python3", transport="ipc", ip=place, connection_file=f"{place}.json")
    kernel.kernel_spec.interrupt_mode = "message"  # a signal would reach the box, not the kernel in it
    if protected:
        binds = _seen([*SYSTEM, sys.base_prefix, sys.prefix])
        copies = {home / name for home in (PACKAGE.parent, SITE_PACKAGES) for name in ("crmlib", "crmbook")}
        hidden = [word for path in copies if path.is_dir() for word in ("--tmpfs", str(path))]
        own = ["--ro-bind", str(library), str(library), "--bind", str(folder), str(folder)]
        own += ["--ro-bind", str(tables), str(folder / "datasets"), "--chdir", str(folder)]
        box = [*BWRAP, "--size", str(TEMPORARY), "--tmpfs", "/tmp", *binds, *hidden, *own]
        kernel.kernel_spec.argv = [*LIMITS, *box, sys.executable, *kernel.kernel_spec.argv[1:]]
    return kernel


def _seen(paths):
    return [word for path in paths for word in ("--ro-bind-try", path, path)]


def _environment(library, folder):
    """What the kernel's process is told: nothing of the instructor's own environment."""
    told = dict.fromkeys(THREAD_POOLS, "1") | {"CRMBOOK_STATIC": "1", "PYTHONHASHSEED": "0", "LANG": "C.UTF-8"}
    told |= {"HOME": str(folder), "MPLCONFIGDIR": str(folder / "mpl"), "PYTHONPATH": str(library.parent)}
    return told | {"PATH": os.environ.get("PATH", os.defpath)}
