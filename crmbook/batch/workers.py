"""Who executes the runs: threads of this process, each with a kernel of its own, or the workers of a Dask cluster."""

import queue
import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

from crmbook.batch.execute import execute, failure
from crmbook.batch.plan import code_digest
from crmlib.errors import CrmError

TOPIC = "crmbook-progress"
CONNECT_SECONDS = 15


def run_all(runs, limits, workers=1, cluster=None):
    """Execute runs on this machine or on a cluster.

    Parameters: runs - from the plan; limits - of each, see `execute`; workers - how many at a time on this machine;
    cluster - instead of it the address of a Dask scheduler, such as "tcp://10.0.0.5:8786". Its workers need this code
    and the data folders under the same paths; executed notebooks travel back, and a lost worker's run is given to
    another.
    Yields: ("cell", name, done) as cells finish, and ("end", run, outcome) once for every run, in any order.
    Raises: CrmError when `distributed` is not installed or nobody answers at the address.
    """
    events = queue.Queue()
    with _cluster(cluster, limits, events) if cluster else _threads(workers, limits, events) as send:
        for run in runs:
            send(run).add_done_callback(lambda future, run=run: events.put(("end", run, future)))
        remaining = len(runs)
        while remaining:
            kind, run, found = events.get()
            remaining -= kind == "end"
            yield kind, run, _outcome(found, run) if kind == "end" else found


@contextmanager
def _threads(workers, limits, events):
    stopped, pool = threading.Event(), ThreadPoolExecutor(workers)

    try:
        yield lambda run: pool.submit(
            execute, run, limits, None, lambda done: events.put(("cell", run.name, done)), stopped
        )
    finally:
        stopped.set()
        pool.shutdown(cancel_futures=True)


@contextmanager
def _cluster(address, limits, events):
    try:
        from distributed import Client
    except ImportError as fault:
        raise CrmError("--cluster needs the package distributed: pip install distributed.") from fault
    try:
        client = Client(address, timeout=CONNECT_SECONDS, name="crmbook")
    except (OSError, ValueError) as fault:
        raise CrmError(f"No Dask scheduler answers at '{address}': {fault}") from fault
    with client:
        client.subscribe_topic(TOPIC, lambda event: events.put(event[1]))
        executor, code = client.get_executor(pure=False), code_digest()
        yield lambda run: executor.submit(_execute_there, run, limits, code)


def _execute_there(run, limits, code):
    from distributed import get_worker

    return execute(run, limits, code, lambda done: get_worker().log_event(TOPIC, ("cell", run.name, done)))


def _outcome(future, run):
    """What a run gave; one that was called off, or whose workers were lost, gives a failure."""
    if future.cancelled():
        return failure(run, "Stopped", "the batch was stopped.")
    fault = future.exception()
    return failure(run, type(fault).__name__, str(fault)) if fault else future.result()
