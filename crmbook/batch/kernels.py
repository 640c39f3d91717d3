"""The environment a batch's kernels start in."""

import os
from contextlib import contextmanager, suppress

THREAD_POOLS = (
    "OMP_NUM_THREADS",
    "OPENBLAS_NUM_THREADS",
    "MKL_NUM_THREADS",
    "NUMEXPR_NUM_THREADS",
    "POLARS_MAX_THREADS",
    "LOKY_MAX_CPU_COUNT",
)


@contextmanager
def kernel_environment(threads=1):
    """Yield the environment for kernels: no interactive front end, thread pools that leave the other workers alone.

    The process's own environment is set meanwhile too, because papermill offers no other way to pass one on.
    """
    changed = {name: str(threads) for name in THREAD_POOLS}
    changed |= {"CRMBOOK_STATIC": "1", "JUPYTER_PREFER_ENV_PATH": "1", "PYTHONHASHSEED": "0"}
    before = {name: os.environ.get(name) for name in (*changed, "MPLBACKEND")}
    os.environ.update(changed)
    os.environ.pop("MPLBACKEND", None)  # a kernel chooses the backend that shows figures in its cells
    try:
        yield dict(os.environ)
    finally:
        for name, value in before.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value


def end_tree(pid):
    """End a process that this batch started, and its children."""
    import psutil

    try:
        parent = psutil.Process(pid)
        processes = [*parent.children(recursive=True), parent]
    except psutil.NoSuchProcess:
        return
    for process in processes:
        with suppress(psutil.NoSuchProcess):
            process.kill()
    psutil.wait_procs(processes, timeout=5)


def end_children(pid):
    """End what a process started, but not itself."""
    import psutil

    for process in psutil.Process(pid).children(recursive=True):
        with suppress(psutil.NoSuchProcess):
            process.kill()


def memory_of(pid):
    """Bytes of memory a process and its children hold; 0 when it is gone."""
    import psutil

    try:
        parent = psutil.Process(pid)
        return sum(process.memory_info().rss for process in (parent, *parent.children(recursive=True)))
    except psutil.NoSuchProcess:
        return 0
