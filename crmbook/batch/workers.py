"""Who runs the tasks: threads of this process, each with a kernel of its own, or the workers of a Dask cluster."""

import queue
import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

from crmbook.batch.execute import execute, failure
from crmbook.batch.kernels import end_parents
from crmlib.errors import CrmError

TOPIC = "crmbook-progress"
CONNECT_SECONDS = 15


def run_tasks(tasks, workers=1, cluster=None):
    """Run tasks on this machine or on a cluster.

    Parameters: tasks - list from make_task; workers - how many at a time on this machine; cluster - instead of it the
    address of a Dask scheduler, such as "tcp://10.0.0.5:8786". Its workers need this crmlib and the data folders under
    the same paths; executed notebooks travel back, and a lost worker's task is given to another.
    Yields: ("cell", run, done, total) as cells finish, and ("end", outcome) once for every task, in any order.
    Raises: CrmError when the extra `cluster` is not installed or nobody answers at the address.
    """
    events = queue.Queue()
    with _cluster(cluster, events) if cluster else _threads(workers, events) as send:
        for task in tasks:
            send(task).add_done_callback(lambda future, run=task["run"]: events.put(("end", _outcome(future, run))))
        remaining = len(tasks)
        while remaining:
            event = events.get()
            remaining -= event[0] == "end"
            yield event


@contextmanager
def _threads(workers, events):
    stopped, threads = threading.Event(), set()
    pool = ThreadPoolExecutor(workers, initializer=lambda: threads.add(threading.get_ident()))

    def work(task):
        events.put(("cell", task["run"], 0, 0))
        return execute(task, lambda done, total: events.put(("cell", task["run"], done, total)), stopped)

    try:
        yield lambda task: pool.submit(work, task)
    finally:
        stopped.set()
        pool.shutdown(cancel_futures=True)
        end_parents(threads)


@contextmanager
def _cluster(address, events):
    try:
        from distributed import Client
    except ImportError as fault:
        raise CrmError('--cluster needs the optional extra: pip install "crmlib[cluster]".') from fault
    try:
        client = Client(address, timeout=CONNECT_SECONDS, name="crmbook")
    except (OSError, ValueError) as fault:
        raise CrmError(f"No Dask scheduler answers at '{address}': {fault}") from fault
    with client:
        client.subscribe_topic(TOPIC, lambda event: events.put(event[1]))
        executor = client.get_executor(pure=False)
        try:
            yield lambda task: executor.submit(_execute_there, task)
        finally:
            executor.shutdown(wait=False)


def _execute_there(task):
    from distributed import get_worker

    worker = get_worker()
    return execute(task, lambda done, total: worker.log_event(TOPIC, ("cell", task["run"], done, total)))


def _outcome(future, run):
    """What a task gave; a task that was called off, or whose workers were lost, gives a failure."""
    if future.cancelled():
        return failure(run, "Stopped", "the batch was stopped.")
    fault = future.exception()
    return failure(run, type(fault).__name__, str(fault)) if fault else future.result()
