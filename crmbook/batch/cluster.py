"""Workers on a Dask cluster: the same tasks, sent to a scheduler. Needs the optional extra `cluster`."""

import queue

from crmbook.batch.execute import execute, failure
from crmlib.errors import CrmError

TOPIC = "crmbook-progress"
CONNECT_SECONDS = 15


def run_on_cluster(tasks, address):
    """Run tasks on the workers of a Dask scheduler.

    Parameters: tasks - list from make_task; address - the scheduler's, such as "tcp://10.0.0.5:8786". Workers need
    this crmlib and the data folders under the same paths; executed notebooks travel back.
    Yields: ("cell", run, done, total) and ("end", outcome), as `run_tasks` does. A task whose worker is lost is given
    to another worker by the scheduler.
    Raises: CrmError when the extra is not installed or nobody answers at the address.
    """
    client, as_completed = _connect(address)
    progress = queue.SimpleQueue()
    try:
        client.subscribe_topic(TOPIC, lambda event: progress.put(event[1]))
        futures = {client.submit(_execute_there, task, pure=False, key=_key(task)): task["run"] for task in tasks}
        for future in as_completed(futures):
            while not progress.empty():
                yield ("cell", *progress.get())
            yield ("end", _outcome(future, futures[future]))
            future.release()
    finally:
        client.close()


def _connect(address):
    try:
        from distributed import Client, as_completed
    except ImportError as fault:
        raise CrmError("--cluster needs the package distributed: pip install distributed.") from fault
    try:
        return Client(address, timeout=CONNECT_SECONDS, name="crmbook"), as_completed
    except (OSError, ValueError) as fault:
        raise CrmError(f"No Dask scheduler answers at '{address}': {fault}") from fault


def _key(task):
    import uuid

    return f"{task['run']}-{uuid.uuid4().hex[:8]}"


def _execute_there(task):
    from distributed import get_worker

    worker = get_worker()
    return execute(task, lambda done, total: worker.log_event(TOPIC, [task["run"], done, total]))


def _outcome(future, run):
    if future.status == "finished":
        return future.result()
    fault = future.exception()
    return failure(run, type(fault).__name__, str(fault))
