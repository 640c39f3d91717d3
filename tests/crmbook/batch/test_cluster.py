"""The same batch on a Dask cluster."""

import signal
import subprocess
import sys
import threading

import psutil
import pytest

from crmbook.batch.workers import run_all
from crmlib.errors import CrmError
from tests.crmbook.batch.conftest import RECORD, write_notebook
from tests.crmbook.batch.test_batch import batch

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="kills a worker with a POSIX signal")


@pytest.fixture
def cluster():
    """A scheduler and two worker processes, as an administrator would start them."""
    distributed = pytest.importorskip("distributed", reason="the optional extra `cluster` is not installed")
    with distributed.LocalCluster(
        n_workers=2, threads_per_worker=1, processes=True, dashboard_address=None, memory_limit=0
    ) as local:
        yield local


def test_a_lost_worker_loses_no_run(cluster, tmp_path):
    folder = tmp_path / "notebooks"
    write_notebook(folder / "06_grading.ipynb", [RECORD, "import time\ntime.sleep(1)"])
    victim = cluster.workers[0].process.process.pid
    threading.Timer(4, lambda: psutil.Process(victim).send_signal(signal.SIGKILL)).start()
    grid = [{"count": number} for number in range(6)]
    summary = batch(folder, tmp_path / "out", grid=grid, cluster=cluster.scheduler_address)
    assert summary.exit_code == 0
    assert sorted(summary.results().query("name == 'customers'")["value"]) == [0, 1, 2, 3, 4, 5]
    assert len(list((tmp_path / "out" / "runs").rglob("run.json"))) == 6


def test_nobody_at_the_address_is_one_sentence(monkeypatch):
    monkeypatch.setattr("crmbook.batch.workers.CONNECT_SECONDS", 1)
    with pytest.raises(CrmError, match=r"No Dask scheduler answers at 'tcp://127\.0\.0\.1:9'"):
        list(run_all([], {}, 1, "tcp://127.0.0.1:9"))


def test_without_the_extra_it_says_what_to_install():
    code = "import sys; sys.modules['distributed'] = None\nfrom crmbook.batch.workers import run_all\n"
    code += "try:\n    list(run_all([], {}, 1, 'tcp://127.0.0.1:9'))\nexcept Exception as fault:\n    print(fault)"
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60)
    assert "pip install distributed" in result.stdout
