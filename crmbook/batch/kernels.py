"""The kernels of a batch: the environment they start in, and their start from a process that has the libraries already.

Importing pandas, matplotlib and the others takes seconds a run. Where processes can be forked safely (Linux), each
thread keeps one process that imports them once; a kernel is its copy, and shares nothing else with other kernels.
"""

import json
import os
import re
import signal
import subprocess
import sys
import threading
from contextlib import suppress
from importlib import import_module

import psutil

THREAD_POOLS = ["LOKY_MAX_CPU_COUNT", *(f"{library}_NUM_THREADS" for library in ("OMP", "OPENBLAS", "MKL", "NUMEXPR"))]
FORKS = sys.platform == "linux"
# When imported, none of these starts a thread but jemalloc's, which knows of forks: others could hold a lock for ever.
FORKABLE = "crmlib|duckdb|ibis|matplotlib|mlxtend|numpy|pandas|scipy|seaborn|sklearn|statsmodels"
CRMLIB_NEEDS = ["ibis", "ibis.backends.duckdb", "pandera.pandas", "crmlib.database", "matplotlib_inline.backend_inline"]
IMPORTED = re.compile(rf"^\s*(?:import|from) +((?:{FORKABLE})\b[\w.]*)", re.MULTILINE)
_of_thread = threading.local()  # when a thread ends, so does its process: nobody holds its input open any more
os.environ.setdefault("JUPYTER_PREFER_ENV_PATH", "1")  # the kernel of this Python, not another one of the same name


def kernel_environment(threads=1):
    """The environment for kernels: no interactive front end, thread pools that leave the other workers alone."""
    environment = os.environ | {name: str(threads) for name in THREAD_POOLS}
    environment.pop("MPLBACKEND", None)  # a kernel chooses the backend that shows figures in its cells
    return environment | {"CRMBOOK_STATIC": "1", "PYTHONHASHSEED": "0"}


def imports_of(notebook):
    """The modules that a notebook's cells import and that a process may have imported before it is forked."""
    found = [name for cell in notebook.cells if cell.cell_type == "code" for name in IMPORTED.findall(cell.source)]
    return found + CRMLIB_NEEDS if "crmlib" in found else found


def fork_kernel(arguments, folder, modules, environment):
    """Start a kernel as a copy of this thread's process with the modules imported.

    Parameters: arguments - the kernel's own; folder - to run in; modules - names; environment - of the process that is
    copied, if it is yet to be started. Returns: the kernel's process id.
    """
    parent = getattr(_of_thread, "parent", None)
    if parent is None or parent.poll() is not None:
        command = [sys.executable, "-P", "-m", "crmbook.batch.kernels"]
        pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": subprocess.DEVNULL}
        parent = _of_thread.parent = subprocess.Popen(command, text=True, env=environment, **pipes)
    parent.stdin.write(json.dumps([arguments, str(folder), modules]) + "\n")
    parent.stdin.flush()
    return int(parent.stdout.readline())


def serve():
    """Fork a kernel for each line of the input.

    When whoever writes it is gone, even by kill -9, the input ends: the kernels are ended too.
    """
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the batch, which then ends its kernels
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # kernels that ended leave nothing behind
    answers = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)
    import_module("ipykernel.kernelapp")
    for line in sys.stdin:
        arguments, folder, modules = json.loads(line)
        for name in modules:
            with suppress(Exception):  # the notebook will say so, in the cell that needs it
                import_module(name)
        kernel = os.fork()
        if kernel == 0:
            # matplotlib, imported before there was a kernel, would not show and close what a cell draws
            _become_kernel(arguments + ["--matplotlib=inline"] * ("matplotlib" in sys.modules), folder)
        print(kernel, file=answers, flush=True)
    for kernel in psutil.Process().children(recursive=True):
        with suppress(psutil.NoSuchProcess):
            kernel.kill()


def _become_kernel(arguments, folder):
    from ipykernel.kernelapp import IPKernelApp

    os.setsid()
    os.chdir(folder)
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    signal.signal(signal.SIGINT, signal.default_int_handler)
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    if "numpy" in sys.modules:
        sys.modules["numpy"].random.seed()  # else every copy would draw alike where a cell names no seed
    try:
        IPKernelApp.launch_instance([*arguments, f"--IPKernelApp.parent_handle={os.getppid()}"])
    finally:
        os._exit(0)


def memory_of(pid):
    """Bytes of memory a process and its children hold; 0 when it is gone."""
    with suppress(psutil.NoSuchProcess):
        kernel = psutil.Process(pid)
        return sum(process.memory_info().rss for process in (kernel, *kernel.children(recursive=True)))
    return 0


if __name__ == "__main__":
    serve()
