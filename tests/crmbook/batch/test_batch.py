"""Batches from start to report: results, resuming, failures, limits."""

import json
import os
import signal
import subprocess
import sys

import nbformat
import pandas as pd
import pytest

import crmbook.batch
from crmbook.batch import pool, session
from crmbook.batch.chapters import read_chapter
from crmbook.batch.execute import execute, make_task
from crmbook.batch.plan import make_plan
from crmbook.batch.store import Store
from crmlib.errors import CrmError
from tests.crmbook.batch.conftest import memo, write_notebook


def batch(notebooks, out, chapters=(), **options):
    """A batch with its summary."""
    given = dict.fromkeys(["data", "settings", "grid", "cluster", "memory_limit"]) | {"retry_failed": False}
    given |= {"workers": 1, "timeout": 60, "tell": lambda *_: session.telling.Quiet()} | options
    return session.run_batch(chapters, out=out, notebooks=notebooks, **given)


def test_grid_to_results_pages_and_overview(notebooks, tmp_path):
    out = tmp_path / "out"
    grid = [{"region": "North", "share": 0.1}, {"region": "北方", "share": 0.4}]
    table = crmbook.batch.run(out=out, notebooks=notebooks, grid=grid, workers=2)
    assert list(table.columns) == [
        "run", "chapter", "parameter_share", "parameter_region", "name", "value", "unit", "low", "high",
    ]  # fmt: skip
    doubles = table[table["name"] == "double_share"]
    assert doubles["value"].tolist() == [0.2, 0.8]
    assert doubles["low"].tolist() == [0.1, 0.4]
    assert set(table["chapter"]) == {"06_grading", "10_churn"}
    assert len(table) == 6
    stored = pd.read_csv(out / "results.csv").fillna({"unit": ""})
    pd.testing.assert_frame_equal(stored, table, check_dtype=False)
    assert len(pd.read_parquet(out / "results.parquet")) == 6
    for run in table["run"].unique():
        nbformat.validate(nbformat.read(out / "runs" / run / "notebook.ipynb", 4))
        page = (out / "runs" / run / "page.html").read_text(encoding="utf-8")
        assert "<math" in page
        assert memo(out, run)["status"] == "ok"
    overview = (out / "index.html").read_text(encoding="utf-8")
    assert "4 of 4 runs finished" in overview
    assert "北方" in overview
    assert not (out / ".parts").exists()


def test_only_what_changed_runs_again(notebooks, tmp_path):
    out = tmp_path / "out"
    assert batch(notebooks, out).skipped == 0
    first = memo(out, "06_grading/default")
    assert batch(notebooks, out).skipped == 2
    assert memo(out, "06_grading/default") == first
    write_notebook(
        notebooks / "10_churn.ipynb", ['from crmlib.old import records\nrecords.record("lost", 8)'], "region = 'North'"
    )
    again = batch(notebooks, out)
    assert again.skipped == 1
    assert again.results().set_index("name").loc["lost", "value"] == 8


def test_two_runs_of_the_same_are_the_same_bytes(notebooks):
    (run,) = make_plan([read_chapter(notebooks / "06_grading.ipynb")])
    task = make_task(run, {"seconds": 60, "output_bytes": 10**7, "memory_bytes": 10**10})
    first, second = execute(task), execute(task)
    assert first["status"] == "ok"
    assert (first["notebook"], first["page"]) == (second["notebook"], second["page"])


def test_one_failure_stops_no_other_and_is_retried_on_request(notebooks, tmp_path):
    flag = tmp_path / "mended"
    source = f"import os\nassert os.path.exists({str(flag)!r}), 'not <yet>'"
    write_notebook(notebooks / "08_satisfaction.ipynb", ["1", source, "print('after')"])
    out = tmp_path / "out"
    summary = batch(notebooks, out)
    assert summary.exit_code == 1
    assert [m["run"] for m in summary.failed] == ["08_satisfaction/default"]
    error = memo(out, "08_satisfaction/default")["error"]
    assert (error["name"], error["text"], error["cell"]) == ("AssertionError", "not <yet>", 3)
    overview = (out / "index.html").read_text(encoding="utf-8")
    assert "1 of 3 runs failed" in overview
    assert "not &lt;yet&gt;" in overview
    assert overview.index("08_satisfaction") < overview.index("06_grading")
    flag.touch()
    assert batch(notebooks, out).skipped == 3
    mended = batch(notebooks, out, retry_failed=True)
    assert (mended.skipped, mended.exit_code) == (2, 0)


FLOOD = "import time\nwhile True:\n    print('x' * 100_000)\n    time.sleep(0.01)"
GREED = "held = []\nwhile True:\n    held.append(bytearray(b'1' * 20_000_000))"
DEAF = "import time, signal\nsignal.signal(signal.SIGINT, signal.SIG_IGN)\nwhile True:\n    time.sleep(1)"
DEATH = "import os, signal\nos.kill(os.getpid(), signal.SIGKILL)"


def test_runs_that_break_a_limit_fail_alone_and_say_why(notebooks, tmp_path):
    breaking = {"flood": FLOOD, "greed": GREED, "deaf": DEAF, "death": DEATH}
    for number, (name, source) in enumerate(breaking.items(), 20):
        write_notebook(notebooks / f"{number}_{name}.ipynb", ["print('before')", source])
    out = tmp_path / "out"
    summary = batch(notebooks, out, workers=2, timeout=10, memory_limit=700 * 2**20)
    told = {m["chapter"]: (m["error"]["name"], m["error"]["cell"]) for m in summary.failed}
    assert told == {
        "20_flood": ("TooMuchOutput", 3),
        "21_greed": ("TooMuchMemory", 3),
        "22_deaf": ("TimedOut", 3),
        "23_death": ("KernelDied", 3),
    }
    assert {m["status"] for m in summary.memos.values() if m["chapter"] in ("06_grading", "10_churn")} == {"ok"}
    for chapter in told:
        stored = (out / f"runs/{chapter}/default/notebook.ipynb").read_text(encoding="utf-8")
        assert "before" in stored
        assert len(stored) < 2 * session.OUTPUT_BYTES


def test_killed_workers_are_replaced_and_nothing_is_lost(notebooks, tmp_path):
    flag = tmp_path / "killed-once"
    kill = "import psutil, time\npsutil.Process().parent().kill()\ntime.sleep(60)"
    once = f"import pathlib\nflag = pathlib.Path({str(flag)!r})\nif not flag.exists():\n    flag.touch()\n    "
    write_notebook(notebooks / "08_satisfaction.ipynb", [once + kill.replace("\n", "\n    ")])
    write_notebook(notebooks / "09_loyalty.ipynb", [kill])
    summary = batch(notebooks, tmp_path / "out", workers=2)
    assert [(m["chapter"], m["error"]["name"]) for m in summary.failed] == [("09_loyalty", "WorkerEnded")]
    assert len(summary.memos) == 4


def test_an_overdue_worker_is_ended(notebooks, tmp_path, monkeypatch):
    monkeypatch.setattr(pool, "GRACE_SECONDS", -58)
    write_notebook(notebooks / "10_churn.ipynb", ["import time\ntime.sleep(30)"])
    summary = batch(notebooks, tmp_path / "out", ["churn"], workers=1)
    assert [m["error"]["text"] for m in summary.failed] == ["it did not stop at the end of its time."]


def test_a_second_batch_in_the_same_folder_is_refused(notebooks, tmp_path):
    with Store(tmp_path / "out"), pytest.raises(CrmError, match="Another batch is running"):
        batch(notebooks, tmp_path / "out")


def test_an_out_folder_that_cannot_be_is_refused(notebooks, tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(CrmError, match="Cannot write to"):
        batch(notebooks, tmp_path / "file" / "out")


@pytest.mark.parametrize(
    ("options", "message"), [({"workers": 0}, "at least one worker"), ({"timeout": 0}, "more than 0")]
)
def test_impossible_options_are_refused(notebooks, tmp_path, options, message):
    with pytest.raises(CrmError, match=message):
        batch(notebooks, tmp_path / "out", **options)


def test_other_code_on_a_worker_is_refused(notebooks):
    (run,) = make_plan([read_chapter(notebooks / "10_churn.ipynb")])
    outcome = execute(make_task(run, {"seconds": 9, "output_bytes": 1, "memory_bytes": 1}, code="older"))
    assert outcome["error"]["name"] == "OtherCode"


@pytest.mark.skipif(sys.platform == "win32", reason="sends POSIX signals")
def test_ctrl_c_stops_cleanly_and_the_next_start_goes_on(notebooks, tmp_path):
    for number in range(2):
        write_notebook(notebooks / f"{20 + number}_slow.ipynb", ["import time\ntime.sleep(1)"])
    out = tmp_path / "out"
    command = [sys.executable, "-m", "crmbook.cli", "run", *map(str, sorted(notebooks.glob("*.ipynb")))]
    command += ["--out", str(out), "--workers", "1"]
    # A shell's background job ignores Ctrl-C, and so would the batch if the tests are one.
    heed = {"preexec_fn": lambda: signal.signal(signal.SIGINT, signal.SIG_DFL)}
    environment = os.environ | {"COLUMNS": "200"}
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment, **heed)
    process.stdout.readline()
    process.send_signal(signal.SIGINT)
    rest = process.communicate(timeout=30)[0]
    assert process.returncode == 130
    assert "the same command goes on from here" in rest
    assert "not run yet" in (out / "index.html").read_text(encoding="utf-8")
    finished = len(list(out.rglob("run.json")))
    assert 1 <= finished < 4
    again = subprocess.run(command, capture_output=True, text=True, timeout=120)
    assert f"{finished} finished already" in again.stdout
    assert again.returncode == 0


def test_results_written_are_json_and_never_nan(notebooks, tmp_path):
    write_notebook(
        notebooks / "06_grading.ipynb", ['from crmlib.old import records\nrecords.record("x", float("nan"))']
    )
    summary = batch(notebooks, tmp_path / "out", ["grading"])
    assert json.loads((tmp_path / "out/runs/06_grading/default/run.json").read_text())["records"][0]["value"] is None
    assert summary.results()["value"].isna().all()
    overview = (tmp_path / "out/index.html").read_text(encoding="utf-8")
    assert "not available" in overview
    for table in overview.split("<table")[1:]:
        first_row = table.split("<tbody>")[1].split("</tr>")[0]
        assert table.count("<th ") == first_row.count("<td"), "a heading over every column and no more"
