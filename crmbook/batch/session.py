"""A batch from plan to report."""

import os
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

OUTPUT_BYTES = 20 * 2**20


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


def run_batch(
    chapters=(),
    *,
    data=None,
    settings=None,
    grid=None,
    out="build/report",
    workers=None,
    cluster=None,
    retry_failed=False,
    timeout=1800,
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
    memory = memory_limit or max(2**30, psutil.virtual_memory().total // workers)
    limits = {"seconds": timeout, "output_bytes": OUTPUT_BYTES, "memory_bytes": memory}
    with Store(out) as store:
        summary = Summary(store.folder, len(plan))
        memos = filter(None, map(store.finished, plan))
        summary.memos = {memo["run"]: memo for memo in memos if not (retry_failed and memo["status"] == FAILED)}
        summary.skipped = len(summary.memos)
        to_do = sorted((run for run in plan if run.name not in summary.memos), key=lambda run: -run.cells)
        with progress.Told(to_do, console or Console(quiet=True)) as told:
            if summary.skipped:
                told.console.print(f"{summary.skipped} finished already and unchanged: not run again")
            if to_do:
                _carry_out(run_all(to_do, limits, workers, cluster), store, summary, told)
        summary.memos = {run.name: summary.memos[run.name] for run in plan if run.name in summary.memos}
        save_report(store, list(summary.memos.values()), summary.planned)
    return summary


def _carry_out(events, store, summary, told):
    try:
        for kind, *content in events:
            if kind == "cell":
                told.cell(*content)
            else:
                run, outcome = content
                summary.memos[run.name] = memo = store.save(run, outcome)
                told.end(memo)
    except KeyboardInterrupt:
        summary.interrupted = True
    finally:
        events.close()
