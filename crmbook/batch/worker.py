"""A worker process: reads tasks from its input, one JSON text a line, and writes messages to its output likewise.

It stays alive between runs, so that the libraries are imported once. When the batch that started it is gone, even by
kill -9, its input ends, and it ends its kernel and itself.
"""

import json
import os
import queue
import signal
import sys
import threading

from crmbook.batch.kernels import end_children


def main():
    """Run tasks until the input ends."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the batch, which then ends its workers
    messages = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)  # whatever a library prints must not mix with the messages
    tasks = queue.SimpleQueue()
    threading.Thread(target=_read, args=(sys.stdin, tasks), daemon=True).start()

    _import_ahead()
    from crmbook.batch.execute import execute

    while True:
        task = tasks.get()
        outcome = execute(task, lambda done, total: _write(messages, {"done": done, "total": total}))
        _write(messages, {"outcome": outcome})


def _import_ahead():
    # jsonschema imports this optional checker of web addresses, which takes over a second to build its grammar;
    # no notebook is checked by it. None is Python's way to say "not installed".
    sys.modules.setdefault("rfc3987_syntax", None)
    import papermill  # noqa: F401

    import crmbook.batch.engine
    import crmbook.batch.pages  # noqa: F401


def _read(stream, tasks):
    for line in stream:
        tasks.put(json.loads(line))
    end_children(os.getpid())
    os._exit(0)


def _write(stream, message):
    stream.write(json.dumps(message) + "\n")
    stream.flush()


if __name__ == "__main__":
    main()
