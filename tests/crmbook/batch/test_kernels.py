"""Kernels forked from a process that has the libraries already."""

import json
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest

from crmbook.batch.chapters import find_chapters
from crmbook.batch.execute import execute
from crmbook.batch.kernels import FORKS, imports_of, kernel_environment
from crmbook.batch.plan import make_plan
from tests.crmbook.batch.conftest import displayed, memo, record, write_notebook
from tests.crmbook.batch.test_batch import batch

pytestmark = pytest.mark.skipif(not FORKS, reason="kernels are forked on Linux only")


def test_only_known_libraries_are_imported_ahead():
    sources = [
        "import numpy as np\nfrom sklearn.cluster import KMeans",
        "import torch\nimport numpyish",
        "import crmlib",
    ]
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(source) for source in sources])
    assert imports_of(notebook)[:3] == ["numpy", "sklearn.cluster", "crmlib"]
    assert "pandera.pandas" in imports_of(notebook)


def test_a_process_that_is_forked_has_no_thread_beside_that_does_not_know_of_forks():
    modules = [name for chapter in find_chapters() for name in imports_of(nbformat.reads(chapter.text, 4))]
    command, pipes = [sys.executable, "-P", "-m", "crmbook.batch.kernels"], dict.fromkeys(("stdin", "stdout"), -1)
    with subprocess.Popen(command, text=True, env=kernel_environment(), **pipes) as parent:
        parent.stdin.write(json.dumps([["-f", "none.json"], "/", modules]) + "\n")
        parent.stdin.flush()
        assert int(parent.stdout.readline()) > 0
        threads = [(task / "comm").read_text().strip() for task in Path(f"/proc/{parent.pid}/task").iterdir()]
        assert set(threads) - {"jemalloc_bg_thd"} == {threads[0]} and threads.count(threads[0]) == 1
        parent.stdin.close()


def test_runs_share_libraries_but_neither_draws_nor_changes(tmp_path):
    draw = "import numpy\nfirst = getattr(numpy, 'mark', 0)\nnumpy.mark = 1"
    shown = displayed("record", record("first", "first"), record("drawn", "numpy.random.rand()"))
    write_notebook(tmp_path / "06_grading.ipynb", [draw, shown])
    summary = batch(tmp_path, tmp_path / "out", grid=[{"count": number} for number in range(3)])
    table = summary.results().pivot(index="run", columns="name", values="value")
    assert table["first"].eq(0).all() and table["drawn"].is_unique
    (run, *_) = table.index
    assert memo(tmp_path / "out", run)["status"] == "ok"


def test_modules_of_the_callers_folder_are_not_taken_for_libraries(tmp_path, monkeypatch):
    (tmp_path / "seaborn.py").write_text("raise SystemExit('not a library')")
    monkeypatch.chdir(tmp_path)
    path = write_notebook(tmp_path / "06_grading.ipynb", ["import seaborn"])
    (run,) = make_plan(find_chapters([path]))
    outcome = execute(run, {"seconds": 60, "output_bytes": 10**6, "memory_bytes": 10**10})
    assert outcome["error"] is None


def test_what_a_cell_draws_is_shown_and_closed_at_its_end(tmp_path):
    drawn = "import matplotlib.pyplot as plt\nplt.plot([1, 2])\nNone"
    path = write_notebook(tmp_path / "06_grading.ipynb", [drawn, "assert plt.get_fignums() == []"])
    (run,) = make_plan(find_chapters([path]))
    outcome = execute(run, {"seconds": 60, "output_bytes": 10**6, "memory_bytes": 10**10})
    assert outcome["error"] is None and '"image/png"' in outcome["notebook"]
