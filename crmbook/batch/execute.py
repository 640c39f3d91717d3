"""One run, from plan to outcome: a plain dictionary that travels from any process or machine."""

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


def execute(run, limits, code=None, report=None, stopped=None):
    """Execute one run; a second time if its kernel ended without a word.

    Parameters: run - from the plan: a notebook, its parameters, the data folder among them; limits - dictionary of
    seconds, output_bytes, memory_bytes; code - digest of crmlib that this machine must have, None for any; report -
    called with the number of cells done; stopped - an event that ends the run when it is set.
    Returns: outcome, a dictionary with run, status, seconds, error, version (of crmlib), records, claims, left_out
    (sentences), notebook and page (texts). Nothing that the notebook does raises here.
    """
    started = time.monotonic()
    given = {"limits": limits, "report": report or (lambda done: None), "stopped": stopped or threading.Event()}
    try:
        outcome = _refused(run, code) or _executed(run, given)
    except Exception as fault:  # a batch must survive whatever one run does to the machinery around it
        outcome = failure(run, type(fault).__name__, str(fault), "".join(traceback.format_exception(fault)))
    return outcome | {"seconds": round(time.monotonic() - started, 3)}


def failure(run, kind, text, details=""):
    """The outcome of a run that produced nothing."""
    error = {"cell": None, "source": "", "name": kind, "text": text, "details": details}
    nothing = {"records": [], "claims": [], "left_out": [], "notebook": "", "page": "", "seconds": 0.0}
    return {"run": run.name, "status": FAILED, "error": error, "version": version("crmlib"), **nothing}


def _refused(run, code):
    """The failure of a run that cannot begin: by other code, or without a table that the chapter requires."""
    if code and code != code_digest():
        text = "this worker has another version of crmlib than the batch; install the same one and start it again."
        return failure(run, "OtherCode", text)
    if DATA in run.parameters:
        paths = list(Path(run.parameters[DATA]).iterdir())
        there = {path.stem.lower() for path in paths if path.is_dir() or path.suffix.lower() in (".csv", ".parquet")}
        for name in [name for name in run.chapter.requires if name not in there]:
            text = f"{run.chapter.name} requires the table '{name}', which '{run.parameters[DATA]}' does not have."
            return failure(run, "MissingTable", text)
    return None


def _executed(run, given):
    import nbformat

    from crmbook.batch.pages import page_of

    notebook, error = _run_notebook(run, given)
    if error and error["name"] == "KernelDied":
        notebook, error = _run_notebook(run, given)
    _forget_the_machine(notebook)
    return {
        "run": run.name,
        "status": FAILED if error else OK,
        "error": error,
        "version": version("crmlib"),
        "records": records_of(notebook),
        "claims": records_of(notebook, CLAIM_MIME),
        "left_out": list(dict.fromkeys(left["sentence"] for left in records_of(notebook, LEFT_OUT))),
        "notebook": nbformat.writes(notebook) + "\n",
        "page": page_of(notebook, run.chapter.name, run.parameters, beside=run.beside),
    }


def _run_notebook(run, given):
    """Run with papermill in a folder of its own; the notebook as executed, and what went wrong or None."""
    # jsonschema imports this optional checker of web addresses, which takes over a second to build its grammar;
    # no notebook is checked by it. None is Python's way to say "not installed".
    sys.modules.setdefault("rfc3987_syntax", None)
    import nbformat
    import papermill
    from papermill.exceptions import PapermillExecutionError

    from crmbook.batch.engine import ENGINE

    # An unknown kernel name in the notebook would be another environment's: runs use this one's.
    given = given | {"engine_name": ENGINE, "kernel_name": "python3", "language": "python", "progress_bar": False}
    for name in ("papermill", "traitlets"):  # what they would say goes into the outcome
        logging.getLogger(name).setLevel(logging.CRITICAL)
    error = None
    with tempfile.TemporaryDirectory(prefix="crmbook-", ignore_cleanup_errors=True) as folder:
        source, target = Path(folder, "task.ipynb"), Path(folder, "run.ipynb")
        source.write_text(run.chapter.text, encoding="utf-8")
        try:
            papermill.execute_notebook(
                source, target, run.parameters, request_save_on_cell_execute=False, folder=folder, **given
            )
        except PapermillExecutionError as fault:
            error = {"cell": fault.exec_count, "source": fault.source, "name": fault.ename, "text": str(fault.evalue)}
            error["details"] = "\n".join(fault.traceback)
        return nbformat.read(target, as_version=4), error


def records_of(notebook, mime=MIME):
    """Collect what `crmlib.record` (or what else writes `mime`) kept in a notebook's outputs."""
    outputs = [output for cell in notebook.cells for output in cell.get("outputs", [])]
    found = [output["data"][mime] for output in outputs if mime in output.get("data", {})]
    return json.loads(json.dumps(found))


def _forget_the_machine(notebook):
    """Times, temporary paths and widget states would make two equal runs differ."""
    notebook.metadata["language_info"] = {"name": "python"}
    for part in (notebook, *notebook.cells):
        for name in ("papermill", "widgets", "execution"):
            part.metadata.pop(name, None)
