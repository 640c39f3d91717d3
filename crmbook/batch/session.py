"""A batch from plan to report."""

import os
import time
import warnings
from dataclasses import dataclass, field
from pathlib import Path

import psutil
from rich.console import Console

from crmbook.batch import progress
from crmbook.batch.chapters import find_chapters
from crmbook.batch.execute import FAILED
from crmbook.batch.grid import rows_of
from crmbook.batch.plan import make_plan
from crmbook.batch.report import save_report, table_of
from crmbook.batch.store import Store
from crmbook.batch.workers import run_all
from crmlib.errors import CrmError

OUT = "build/report"
RUN_SECONDS = 1800
OUTPUT_BYTES = 20 * 2**20
LEAST_MEMORY = 2**30
REPORT_EVERY_SECONDS = 60


@dataclass
class Summary:
    """What became of a batch: `memos`, one dictionary a run; `interrupted`, when Ctrl-C ended it."""

    folder: Path
    planned: int
    skipped: int = 0
    interrupted: bool = False
    memos: dict = field(default_factory=dict)

    @property
    def failed(self):
        """The runs that failed."""
        return [memo for memo in self.memos.values() if memo["status"] == FAILED]

    @property
    def exit_code(self):
        """0 when all runs are there and right, 130 after Ctrl-C, 1 otherwise."""
        return 130 if self.interrupted else int(bool(self.failed) or len(self.memos) < self.planned)

    def results(self):
        """The table of key figures."""
        return table_of(list(self.memos.values()))


def run(chapters=(), **options):
    """Run chapters over parameter sets and collect their key figures.

    Parameters: as `run_batch`, which says them. Returns: DataFrame, one row a key figure: run, chapter,
    parameter_NAME, name, value, unit, low, high, version.
    Errors: CrmError for what can be known beforehand. Runs that failed, and a table without rows, are warned about.
    """
    summary = run_batch(chapters, **options)
    if summary.interrupted:
        raise KeyboardInterrupt
    table = summary.results()
    if summary.failed:
        first, index = progress.result_line(summary.failed[0]), summary.folder / "index.html"
        warnings.warn(f"{len(summary.failed)} of {summary.planned} runs failed: {first}; see {index}.", stacklevel=2)
    elif table.empty:
        warnings.warn(f"None of the {summary.planned} runs recorded a key figure: the table is empty.", stacklevel=2)
    return table


def run_batch(
    chapters=(),
    *,
    data=None,
    settings=None,
    grid=None,
    out=OUT,
    workers=None,
    cluster=None,
    retry_failed=False,
    timeout=RUN_SECONDS,
    memory_limit=None,
    notebooks=None,
    console=None,
):
    """Run a batch.

    Parameters: chapters - names such as "grading" or "6" or paths, all when empty; data - folder of tables; settings -
    dictionary of parameters for every run; grid - a .csv or .yaml file, a pandas table or a list of dictionaries, one
    row one parameter set, gaps keep the notebook's default; out - output folder; workers - runs at a time, None for
    one a core; cluster - address of a Dask scheduler; retry_failed - run failed runs again though nothing changed;
    timeout - seconds a run may take; memory_limit - bytes a run may hold, None for an equal share; notebooks - folder
    of notebooks, None for the workbook's own; console - rich's, to tell the progress to, None for nobody.
    A file that a parameter names is looked for in the working folder, then beside the grid file.
    Returns: Summary. Errors: CrmError for what can be known beforehand.
    """
    workers = os.cpu_count() or 1 if workers is None else workers
    if workers < 1:
        raise CrmError(f"There must be at least one worker, not {workers}.")
    if not timeout > 0:
        raise CrmError(f"The time-out must be more than 0 seconds, not {timeout}.")
    beside = Path(grid).parent if isinstance(grid, str | os.PathLike) else None
    asked = find_chapters(chapters, notebooks), rows_of(grid)
    plan = make_plan(*asked, settings, data, beside=beside, out=Path(out).resolve())
    memory = memory_limit or max(LEAST_MEMORY, psutil.virtual_memory().total // workers)
    limits = {"seconds": timeout, "output_bytes": OUTPUT_BYTES, "memory_bytes": memory}
    with Store(out) as store:
        summary = Summary(store.folder, len(plan))
        to_do = _sort_out(plan, store, summary, retry_failed)
        with progress.Told(to_do, console or Console(quiet=True)) as told:
            if summary.skipped:
                told.say(f"{summary.skipped} finished already and unchanged: not run again")
            if to_do:
                _carry_out(run_all(to_do, limits, workers, cluster), plan, store, summary, told)
        _report(store, summary, plan)
    return summary


def _sort_out(plan, store, summary, retry_failed):
    """Take over what is finished and current; return the rest, the longest first."""
    memos = filter(None, map(store.finished, plan))
    summary.memos = {memo["run"]: memo for memo in memos if not (retry_failed and memo["status"] == FAILED)}
    summary.skipped = len(summary.memos)
    return sorted((planned for planned in plan if planned.name not in summary.memos), key=lambda run: -run.cells)


def _carry_out(events, plan, store, summary, told):
    reported = time.monotonic()
    try:
        for kind, *content in events:
            if kind == "cell":
                told.cell(*content)
                continue
            planned, outcome = content
            summary.memos[planned.name] = memo = store.save(planned, outcome)
            told.end(memo)
            if time.monotonic() - reported > REPORT_EVERY_SECONDS:
                _report(store, summary, plan)
                reported = time.monotonic()
    except KeyboardInterrupt:
        summary.interrupted = True
    finally:
        events.close()


def _report(store, summary, plan):
    summary.memos = {planned.name: summary.memos[planned.name] for planned in plan if planned.name in summary.memos}
    save_report(store, list(summary.memos.values()), summary.planned)
