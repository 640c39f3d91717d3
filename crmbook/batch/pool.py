"""Workers on this machine: processes that take one task after another."""

import json
import queue
import subprocess
import sys
import tempfile
import threading
import time
from collections import deque
from contextlib import suppress

from crmbook.batch.execute import failure
from crmbook.batch.kernels import end_tree

GRACE_SECONDS = 90  # kernel start and page making, beyond a run's own time
ATTEMPTS = 2


class Worker:
    """One worker process and the task it has."""

    def __init__(self, number, events):
        self.number = number
        self.task = None
        self.ends = None
        self.complaints = tempfile.TemporaryFile("w+", encoding="utf-8", errors="replace")  # noqa: SIM115  (closed by end)
        self.process = subprocess.Popen(
            [sys.executable, "-m", "crmbook.batch.worker"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self.complaints,
            text=True,
            encoding="utf-8",
        )
        threading.Thread(target=self._listen, args=(events,), daemon=True).start()

    def _listen(self, events):
        for line in self.process.stdout:
            events.put((self, json.loads(line)))
        events.put((self, None))

    def start(self, task):
        """Give it a task."""
        self.task = task
        self.ends = time.monotonic() + task["limits"]["seconds"] + GRACE_SECONDS
        with suppress(OSError):  # it has ended: its listener says so, and the task is given to another
            self.process.stdin.write(json.dumps(task) + "\n")
            self.process.stdin.flush()

    def last_words(self):
        """What it wrote to its error output at the end."""
        self.complaints.seek(0)
        return self.complaints.read()[-2000:]

    def end(self):
        """End the process and its kernel."""
        end_tree(self.process.pid)
        self.process.wait()
        for stream in (self.process.stdin, self.process.stdout, self.complaints):
            with suppress(OSError):  # unsent bytes for a process that is gone
                stream.close()


def run_tasks(tasks, workers):
    """Run tasks on this machine.

    Parameters: tasks - list from make_task; workers - how many processes.
    Yields: ("cell", run, done, total) as cells finish, and ("end", outcome) once for every task, in any order.
    A worker that dies is replaced; its task is tried once more, then reported as failed.
    """
    waiting = deque(tasks)
    attempts = {task["run"]: 0 for task in tasks}
    events = queue.Queue()
    crew = []
    try:
        crew.extend(Worker(number, events) for number in range(min(workers, len(tasks))))
        remaining = len(tasks)
        for worker in crew:
            yield from _give(worker, waiting, attempts)
        while remaining:
            for event in _next_events(events, crew, waiting, attempts):
                remaining -= event[0] == "end"
                yield event
    finally:
        for worker in crew:
            worker.end()


def _give(worker, waiting, attempts):
    worker.task = None
    if waiting:
        task = waiting.popleft()
        attempts[task["run"]] += 1
        worker.start(task)
        return [("cell", task["run"], 0, 0)]
    return []


def _next_events(events, crew, waiting, attempts):
    """What has happened since: at most one message, or overdue workers."""
    try:
        worker, message = events.get(timeout=0.25)
    except queue.Empty:
        return _overdue(crew, events, waiting, attempts)
    if worker not in crew:
        return []
    if message is None:
        return _replace(worker, crew, events, waiting, attempts, "WorkerEnded", "its worker process ended.")
    if "outcome" in message:
        return [("end", message["outcome"]), *_give(worker, waiting, attempts)]
    return [("cell", worker.task["run"], message["done"], message["total"])]


def _overdue(crew, events, waiting, attempts):
    late = next((worker for worker in crew if worker.task and time.monotonic() > worker.ends), None)
    if late is None:
        return []
    attempts[late.task["run"]] = ATTEMPTS  # it had its time, and more
    return _replace(late, crew, events, waiting, attempts, "TimedOut", "it did not stop at the end of its time.")


def _replace(worker, crew, events, waiting, attempts, kind, text):
    task, words = worker.task, worker.last_words()
    worker.end()
    told = []
    if task and attempts[task["run"]] < ATTEMPTS:
        waiting.appendleft(task)
    elif task:
        told.append(("end", failure(task["run"], kind, text, words)))
    crew.remove(worker)
    if waiting:
        fresh = Worker(worker.number, events)
        crew.append(fresh)
        told.extend(_give(fresh, waiting, attempts))
    return told
