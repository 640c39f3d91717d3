"""A batch from plan to report."""

import os
import warnings
from dataclasses import dataclass, field
from pathlib import Path

from crmbook.batch import progress as telling
from crmbook.batch.chapters import find_chapters
from crmbook.batch.execute import FAILED, make_task
from crmbook.batch.grid import rows_of
from crmbook.batch.plan import code_digest, make_plan
from crmbook.batch.store import Store
from crmlib.errors import CrmError

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
        from crmbook.batch.results import results_table

        return results_table(list(self.memos.values()))


def run(
    chapters=(),
    *,
    data=None,
    settings=None,
    grid=None,
    out="build/report",
    workers=None,
    cluster=None,
    retry_failed=False,
    timeout=RUN_SECONDS,
    memory_limit=None,
    notebooks=None,
):
    """Run chapters over parameter sets and collect their key figures.

    Parameters: chapters - names such as "grading" or "6" or paths, all when empty; data - folder of tables; settings -
    dictionary of parameters for every run; grid - a .csv or .yaml file, a pandas table or a list of dictionaries, one
    row one parameter set, gaps keep the notebook's default; out - output folder; workers - processes, None for one a
    core; cluster - address of a Dask scheduler; retry_failed - run failed runs again though nothing changed; timeout -
    seconds a run may take; memory_limit - bytes a run may hold, None for an equal share; notebooks - folder of
    notebooks, None for the workbook's own.
    A file that a parameter names is looked for in the working folder, then beside the grid file.
    Returns: DataFrame, one row a key figure: run, chapter, parameter_NAME, name, value, unit, low, high, version.
    Errors: CrmError for what can be known beforehand. Runs that failed, and a table without rows, are warned about.
    """
    summary = run_batch(
        chapters,
        data=data,
        settings=settings,
        grid=grid,
        out=out,
        workers=workers,
        cluster=cluster,
        retry_failed=retry_failed,
        timeout=timeout,
        memory_limit=memory_limit,
        notebooks=notebooks,
        tell=lambda _runs, _workers: telling.Quiet(),
    )
    if summary.interrupted:
        raise KeyboardInterrupt
    table = summary.results()
    if summary.failed:
        first, index = telling.result_line(summary.failed[0]), summary.folder / "index.html"
        warnings.warn(f"{len(summary.failed)} of {summary.planned} runs failed: {first}; see {index}.", stacklevel=2)
    elif table.empty:
        warnings.warn(f"None of the {summary.planned} runs recorded a key figure: the table is empty.", stacklevel=2)
    return table


def run_batch(
    chapters, *, data, settings, grid, out, workers, cluster, retry_failed, timeout, memory_limit, notebooks, tell
):
    """Run a batch and tell its progress through `tell(runs, workers)`; `run` explains the rest. Returns: Summary."""
    workers = _checked_workers(workers)
    if not timeout > 0:
        raise CrmError(f"The time-out must be more than 0 seconds, not {timeout}.")
    beside = Path(grid).parent if isinstance(grid, str | os.PathLike) else None
    plan = make_plan(
        find_chapters(chapters, notebooks), rows_of(grid), settings, data, beside=beside, out=Path(out).resolve()
    )
    limits = {
        "seconds": timeout,
        "output_bytes": OUTPUT_BYTES,
        "memory_bytes": memory_limit or _share_of_memory(workers),
    }
    with Store(out) as store:
        summary = Summary(store.folder, len(plan))
        to_do = _sort_out(plan, store, summary, retry_failed)
        with tell(to_do, workers) as told:
            told.skip(summary.skipped)
            _carry_out(to_do, plan, limits, workers, cluster, store, summary, told)
        _report(store, summary, plan)
    return summary


def _checked_workers(workers):
    if workers is None:
        return os.cpu_count() or 1
    if workers < 1:
        raise CrmError(f"There must be at least one worker, not {workers}.")
    return workers


def _share_of_memory(workers):
    import psutil

    return max(LEAST_MEMORY, psutil.virtual_memory().total // workers)


def _sort_out(plan, store, summary, retry_failed):
    """Take over what is finished and current; return the rest, the longest first."""
    to_do = []
    for planned in plan:
        memo = store.finished(planned)
        if memo is None or (retry_failed and memo["status"] == FAILED):
            to_do.append(planned)
        else:
            summary.memos[planned.name] = memo
    summary.skipped = len(summary.memos)
    return sorted(to_do, key=lambda planned: -planned.cells)


def _carry_out(to_do, plan, limits, workers, cluster, store, summary, told):
    if not to_do:
        return
    by_name = {planned.name: planned for planned in to_do}
    reported = telling.clock()
    code = code_digest() if cluster else None
    events = _events([make_task(planned, limits, code) for planned in to_do], workers, cluster)
    try:
        for kind, *content in events:
            if kind == "cell":
                told.cell(*content)
                continue
            (outcome,) = content
            summary.memos[outcome["run"]] = memo = store.save(by_name[outcome["run"]], outcome)
            told.end(memo)
            if telling.clock() - reported > REPORT_EVERY_SECONDS:
                _report(store, summary, plan)
                reported = telling.clock()
    except KeyboardInterrupt:
        summary.interrupted = True
    finally:
        events.close()


def _events(tasks, workers, cluster):
    if cluster:
        from crmbook.batch.cluster import run_on_cluster

        return run_on_cluster(tasks, cluster)
    from crmbook.batch.pool import run_tasks

    return run_tasks(tasks, workers)


def _report(store, summary, plan):
    from crmbook.batch.report import report_page
    from crmbook.batch.results import save_results

    order = {planned.name: number for number, planned in enumerate(plan)}
    summary.memos = dict(sorted(summary.memos.items(), key=lambda item: order[item[0]]))
    table = summary.results()
    save_results(store, list(summary.memos.values()), table)
    store.write("index.html", report_page(list(summary.memos.values()), summary.planned, table))
