"""Chapters on companies they were not written for: each cell gives a result or one sentence, nothing else.

``python -m tests.elsewhere [NOTEBOOK …]`` prints a table and ends with 1 on any fault. Cells run in IPython as a
notebook's kernel runs them, in one process a notebook and company, forked from one that has imported what they need.
"""

import multiprocessing
import os
import re
import signal
import sys
import tempfile
import warnings
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from itertools import repeat
from pathlib import Path

import pandas as pd

from crmlib.boundary import LEFT_OUT
from crmlib.exercises import MIME as EXERCISE
from crmlib.exercises import RIGHT
from tests.notebooks.test_anatomy import NOTEBOOKS
from tests.odd_companies import BUILD, COMPANIES, TEACHING, folder_of

ROOT = Path(__file__).parents[1]
CELL_SECONDS = 120
# What chapters import, once for all processes.
PRELOADED = "papermill.iorw IPython crmlib.database crmlib.estimate crmlib.facts crmlib.figures ibis.backends.duckdb"
PRELOADED += " matplotlib.pyplot seaborn scipy.optimize scipy.stats sklearn.cluster statsmodels.api"
CHECKED = re.compile(r"([\w.]*\bexercises\.\w+)\.check\(")
NO_RESULT = re.compile(r"\b(NaN|nan|NaT|inf|None(?! [a-z]))\b|<NA>")


@dataclass
class Run:
    """A notebook on a company: how many cells ran, which sentences they gave, what is wrong with which cell."""

    notebook: str
    company: str
    cells: int = 0
    left_out: list = field(default_factory=list)
    faults: list = field(default_factory=list)


def everywhere(notebooks, companies, build=BUILD, workers=2):
    """Run notebooks on companies, by name. Yields: Run, in that order."""
    # Read by the processes to come: figures are drawn, not shown, and explorers show their start.
    os.environ.update(MPLBACKEND="agg", CRMBOOK_STATIC="1")
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(PRELOADED.split())
    with ProcessPoolExecutor(workers, mp_context=context, max_tasks_per_child=1) as pool:
        folders = list(pool.map(folder_of, companies, repeat(build)))
        for notebook in notebooks:
            yield from pool.map(on_company, repeat(notebook), companies, folders)


def on_company(path, name, folder):
    """Run a notebook's code cells on a company in a folder, and each exercise's own solution. Returns: Run."""
    from IPython.core.interactiveshell import InteractiveShell
    from matplotlib import pyplot
    from traitlets.config import Config

    signal.signal(signal.SIGALRM, _too_long)
    shell = InteractiveShell.instance(config=Config({"HistoryManager": {"enabled": False}}), colors="nocolor")
    run = Run(Path(path).stem, name)
    with tempfile.TemporaryDirectory() as elsewhere:
        os.chdir(elsewhere)
        for cell in _code(path, {"data": str(folder), "as_of": COMPANIES[name].as_of}):
            run.cells += 1
            said = said_by(shell, cell.source)
            said.faults += ["it leaves a figure open"] * bool(pyplot.get_fignums())
            _add(run, cell.source, said)
            pyplot.close("all")
            for exercise in CHECKED.findall(cell.source):
                _add(run, f"{exercise}, its own solution", solved(shell, exercise))
                pyplot.close("all")
        os.chdir(ROOT)
    return run


def _code(path, parameters):
    """A notebook's code cells, with parameters set as papermill sets them."""
    from papermill.iorw import load_notebook_node
    from papermill.parameterize import parameterize_notebook

    notebook = parameterize_notebook(
        load_notebook_node(str(path)), parameters, kernel_name="python3", language="python"
    )
    return [cell for cell in notebook.cells if cell.cell_type == "code"]


def _too_long(_signal, _frame):
    raise TimeoutError(f"it runs for more than {CELL_SECONDS} s")


def _add(run, source, said):
    where = f"cell {run.cells} ({_first_line(source)})"
    run.left_out += [f"{where}: {sentence}" for sentence in said.sentences]
    run.faults += [f"{where}: {fault}" for fault in said.faults]
    if run.company == TEACHING.name:
        run.faults += [f"{where}: left out where nothing is odd: {sentence}" for sentence in said.sentences]


@dataclass
class Said:
    """What comes of a cell: MIME bundles, sentences of what was left out, faults."""

    bundles: list
    sentences: list
    faults: list


def said_by(shell, source):
    """Run a cell and look at all that comes of it. Returns: Said."""
    from IPython.utils.capture import capture_output

    values, bundles = [], []

    def shown(value):
        if value is not None:
            values.append(value)
            bundles.append(shell.display_formatter.format(value)[0])

    signal.alarm(CELL_SECONDS)
    with warnings.catch_warnings(record=True) as warned, capture_output() as captured:
        shell.display_trap.hook = shown
        ran = shell.run_cell(source, store_history=True)
    signal.alarm(0)
    bundles += [output.data for output in captured.outputs]
    sentences = [bundle[LEFT_OUT]["sentence"] for bundle in bundles if LEFT_OUT in bundle]
    faults = []
    if not ran.success:
        error = ran.error_in_exec or ran.error_before_exec
        faults.append(f"{type(error).__name__}: {_last_line(error)}")
    elif printed := captured.stdout + captured.stderr:
        faults.append(f"it prints: {_last_line(printed)}")  # IPython prints also what goes wrong in showing
    faults += [f"it warns: {_last_line(warning.message)} ({warning.category.__name__})" for warning in warned]
    if sentences and len(bundles) > 1:
        faults.append("it shows something beside its sentence")
    if not any(isinstance(value, pd.DataFrame | pd.Series) for value in values):  # a raw table has its gaps
        faults += [f"it says {found!r}" for bundle in bundles if (found := _no_result(bundle))]
    return Said(bundles, sentences, faults)


def _no_result(bundle):
    """A word in what is said that is no result: NaN, inf, None … or the beginning of a traceback; "" where none is."""
    is_code = bundle.get("text/markdown", "").startswith("```")
    found = None if is_code else NO_RESULT.search(bundle.get("text/plain", ""))
    return found[0] if found else ""


def _first_line(text):
    return text.strip().partition("\n")[0][:50]


def _last_line(text):
    return next(reversed(str(text).strip().splitlines()), "")


def solved(shell, exercise):
    """Hand an exercise its own solution, worked on the notebook's database. Returns: Said."""
    said = said_by(shell, f"{exercise}.judge({exercise}.worked(db), db)")
    states = [bundle[EXERCISE]["state"] for bundle in said.bundles if EXERCISE in bundle]
    if not (said.sentences or said.faults or states == [RIGHT]):
        told = said.bundles[-1]["text/plain"] if said.bundles else "nothing"
        said.faults.append(f"it is told: {told}")
    return said


def main():
    notebooks = [Path(name).resolve() for name in sys.argv[1:]] or NOTEBOOKS
    right = True
    print(f"{'notebook':<20}{'company':<22}{'cells':>6}{'left out':>10}{'faults':>8}")
    for run in everywhere(notebooks, list(COMPANIES)):
        counts = f"{run.cells:>6}{len(run.left_out):>10}{len(run.faults):>8}"
        print(f"{run.notebook:<20}{run.company:<22}{counts}  {next(iter(run.faults), '')}".rstrip(), flush=True)
        right = right and not run.faults
    sys.exit(not right)


if __name__ == "__main__":
    main()
