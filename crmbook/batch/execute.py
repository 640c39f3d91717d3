"""One run, from task to outcome. Both are plain dictionaries, so that they travel to any process or machine."""

import json
import logging
import sys
import tempfile
import threading
import time
import traceback
from importlib.metadata import version
from pathlib import Path

from crmbook.batch.plan import DATA, code_digest
from crmlib.boundary import LEFT_OUT
from crmlib.records import CLAIM_MIME, MIME

OK, FAILED = "ok", "failed"
TABLE_FILES = (".csv", ".parquet")


def make_task(run, limits, code=None):
    """Write a run as a task: all that another process needs but the data, which it must be able to read.

    Parameters: run - from the plan; limits - seconds, output_bytes, memory_bytes; code - digest of crmlib that a worker
    on another machine must have, None on this one.
    """
    return {
        "run": run.name,
        "title": run.chapter.name,
        "notebook": run.chapter.text,
        "parameters": run.parameters,
        "requires": run.chapter.requires,
        "beside": run.beside,
        "limits": limits,
        "code": code,
    }


def execute(task, report=None, stopped=None):
    """Run one task; a second time if its kernel ended without a word.

    Parameters: task - from make_task; report - called with (cells done, cells in all), or None; stopped - an event
    that ends the run when it is set, or None.
    Returns: outcome, a dictionary with run, status, seconds, error, version (of crmlib), records, claims, left_out
    (sentences), notebook and page (texts). Nothing that the notebook does raises here.
    """
    started = time.monotonic()
    given = task, report or (lambda done, total: None), stopped or threading.Event()
    try:
        outcome = _checked_and_executed(*given)
    except Exception as fault:  # a batch must survive whatever one run does to the machinery around it
        outcome = failure(task["run"], type(fault).__name__, str(fault), "".join(traceback.format_exception(fault)))
    return outcome | {"seconds": round(time.monotonic() - started, 3)}


def failure(name, kind, text, details=""):
    """The outcome of a run that produced nothing."""
    error = {"cell": None, "source": "", "name": kind, "text": text, "details": details}
    nothing = {"records": [], "claims": [], "left_out": [], "notebook": "", "page": "", "seconds": 0.0}
    return {"run": name, "status": FAILED, "error": error, "version": version("crmlib"), **nothing}


def _checked_and_executed(task, report, stopped):
    if task["code"] not in (None, code_digest()):
        text = "this worker has another version of crmlib than the batch; install the same one and start it again."
        return failure(task["run"], "OtherCode", text)
    lacking = _lacking(task)
    if lacking:
        text = f"{task['title']} requires the table '{lacking[0]}', which '{task['parameters'][DATA]}' does not have."
        return failure(task["run"], "MissingTable", text)
    notebook, error = _run_notebook(task, report, stopped)
    if error and error["name"] == "KernelDied":
        notebook, error = _run_notebook(task, report, stopped)
    return finished(task, notebook, error)


def _lacking(task):
    """The required tables of which the data folder has no file; a chapter without data requires none."""
    if DATA not in task["parameters"]:
        return []
    paths = list(Path(task["parameters"][DATA]).iterdir())
    there = {path.stem.lower() for path in paths if path.is_dir() or path.suffix.lower() in TABLE_FILES}
    return [name for name in task["requires"] if name not in there]


def finished(task, notebook, error):
    """Make the outcome of an executed notebook."""
    import nbformat

    from crmbook.batch.pages import page_of

    _forget_the_machine(notebook)
    return {
        "run": task["run"],
        "status": FAILED if error else OK,
        "error": error,
        "version": version("crmlib"),
        "records": records_of(notebook),
        "claims": records_of(notebook, CLAIM_MIME),
        "left_out": list(dict.fromkeys(left["sentence"] for left in records_of(notebook, LEFT_OUT))),
        "notebook": nbformat.writes(notebook) + "\n",
        "page": page_of(notebook, task["title"], task["parameters"], beside=task["beside"]),
    }


def _run_notebook(task, report, stopped):
    """Run with papermill in a folder of its own; the notebook as executed, and what went wrong or None."""
    # jsonschema imports this optional checker of web addresses, which takes over a second to build its grammar;
    # no notebook is checked by it. None is Python's way to say "not installed".
    sys.modules.setdefault("rfc3987_syntax", None)
    import nbformat
    import papermill
    from papermill.exceptions import PapermillExecutionError

    from crmbook.batch.engine import ENGINE

    # An unknown kernel name in the notebook would be another environment's: runs use this one's.
    logging.getLogger("papermill").setLevel(logging.ERROR)
    error = None
    with tempfile.TemporaryDirectory(prefix="crmbook-", ignore_cleanup_errors=True) as folder:
        source, target = Path(folder, "task.ipynb"), Path(folder, "run.ipynb")
        source.write_text(task["notebook"], encoding="utf-8")
        try:
            papermill.execute_notebook(
                source,
                target,
                parameters=task["parameters"],
                engine_name=ENGINE,
                kernel_name="python3",
                language="python",
                progress_bar=False,
                request_save_on_cell_execute=False,
                limits=task["limits"],
                report=report,
                stopped=stopped,
                folder=folder,
            )
        except PapermillExecutionError as fault:
            error = _error(fault)
        return nbformat.read(target, as_version=4), error


def _error(fault):
    return {
        "cell": fault.exec_count,
        "source": fault.source,
        "name": fault.ename,
        "text": str(fault.evalue),
        "details": "\n".join(fault.traceback),
    }


def records_of(notebook, mime=MIME):
    """Collect what `crmlib.record` (or what else writes `mime`) kept in a notebook's outputs."""
    outputs = [output for cell in notebook.cells for output in cell.get("outputs", [])]
    found = [output["data"][mime] for output in outputs if mime in output.get("data", {})]
    return json.loads(json.dumps(found))


def _forget_the_machine(notebook):
    """Times, temporary paths and widget states would make two equal runs differ."""
    for name in ("papermill", "widgets"):
        notebook.metadata.pop(name, None)
    notebook.metadata["language_info"] = {"name": "python"}
    for cell in notebook.cells:
        for name in ("papermill", "execution"):
            cell.metadata.pop(name, None)
