"""kill -9 at any moment: no finished run is lost, no half file appears, no process stays."""

import json
import os
import random
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import nbformat
import psutil
import pytest

import crmbook
import crmlib
from tests.crmbook.batch.conftest import RECORD, write_notebook

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="kill -9 is a POSIX signal")
FILES = {"notebook.ipynb", "page.html", "run.json"}


def write_grid(folder, runs):
    (folder / "grid.csv").write_text("\n".join(["count", *map(str, range(runs))]))


@pytest.fixture
def command(tmp_path, monkeypatch):
    """A batch of a few short runs, with a copy of the code: an edit of it meanwhile would rightly run all again."""
    for package in (crmlib, crmbook):
        shutil.copytree(Path(package.__file__).parent, tmp_path / "site" / package.__name__)
    monkeypatch.setenv("PYTHONPATH", str(tmp_path / "site"))
    notebook = write_notebook(tmp_path / "06_grading.ipynb", [RECORD, "import time\ntime.sleep(0.3)"])
    write_grid(tmp_path, 4)
    arguments = ["run", str(notebook), "--grid", str(tmp_path / "grid.csv"), "--out", str(tmp_path / "out")]
    return [sys.executable, "-P", "-m", "crmbook.cli", *arguments, "--workers", "2"]


def finished_runs(out):
    """The finished runs and when each was written; every one must be whole."""
    found = {}
    for folder in (out / "runs").glob("*/*"):
        assert {file.name for file in folder.iterdir()} == FILES
        nbformat.validate(nbformat.read(folder / "notebook.ipynb", 4))
        assert (folder / "page.html").read_text(encoding="utf-8").rstrip().endswith("</html>")
        found[folder.name] = json.loads((folder / "run.json").read_text(encoding="utf-8"))["finished"]
    return found


def whole_tables(out):
    """What lies at the top is whole or not there."""
    if (out / "index.html").exists():
        assert (out / "index.html").read_text(encoding="utf-8").rstrip().endswith("</html>")
    assert not list(out.glob("*.part"))


def kill_after(command, seconds):
    """Start the batch, kill it, wait until its workers and kernels have noticed."""
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    time.sleep(seconds)
    family = [psutil.Process(process.pid), *psutil.Process(process.pid).children(recursive=True)]
    os.kill(process.pid, signal.SIGKILL)
    process.wait()
    _, alive = psutil.wait_procs(family[1:], timeout=10)
    assert alive == []


def kill_often(command, out, times, runs):
    draw = random.Random(20)
    before = {}
    for _ in range(times):
        kill_after(command, draw.uniform(0.2, 6))
        now = finished_runs(out) if out.exists() else {}
        assert before.items() <= now.items(), "a finished run was lost or run again"
        whole_tables(out)
        before = now
    last = subprocess.run(command, capture_output=True, text=True, timeout=180)
    assert last.returncode == 0, last.stdout + last.stderr
    assert before.items() <= finished_runs(out).items()
    assert len(finished_runs(out)) == runs
    assert len((out / "results.csv").read_text().splitlines()) == 1 + 2 * runs
    assert sorted(path.name for path in out.iterdir()) == [
        ".lock",
        "index.html",
        "results.csv",
        "results.parquet",
        "runs",
    ]


def test_a_batch_killed_twice_goes_on(command, tmp_path):
    kill_often(command, tmp_path / "out", times=2, runs=4)


@pytest.mark.slow
def test_a_batch_killed_twenty_times_loses_nothing(command, tmp_path):
    write_grid(tmp_path, 16)
    kill_often(command, tmp_path / "out", times=20, runs=16)


def test_a_second_batch_on_the_same_folder_is_refused_while_one_runs(command, tmp_path):
    write_grid(tmp_path, 100)
    first = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    try:
        while not (tmp_path / "out" / ".parts").exists():
            time.sleep(0.05)
        second = subprocess.run(command, capture_output=True, text=True, timeout=60)
    finally:
        first.terminate()
        first.wait(timeout=30)
    assert second.returncode == 1
    assert "Another batch is running in" in second.stderr
    assert second.stderr.count("\n") == 1
