"""A papermill engine with limits: time for the whole run, output, memory. What breaks one ends that run only."""

import json
import os
import threading
import time
from contextlib import suppress
from importlib.metadata import EntryPoint

import nbformat
import psutil
from jupyter_client.provisioning import KernelProvisionerFactory, LocalProvisioner
from nbclient.exceptions import CellExecutionError, DeadKernelError
from papermill.clientwrap import PapermillNotebookClient
from papermill.engines import Engine, papermill_engines
from traitlets import List

from crmbook.batch.kernels import FORKS, fork_kernel, imports_of, kernel_environment, memory_of

ENGINE = "crmbook"
MEGABYTE = 2**20
OUTPUTS = {"stream", "display_data", "execute_result", "update_display_data", "error", "comm_open", "comm_msg"}
DIED = ("KernelDied", "the kernel ended without a word; often the memory was exhausted.")


class ForkedProcess(psutil.Process):
    """A forked kernel, with what Jupyter wants of a process."""

    stdin = stdout = stderr = None

    def poll(self):
        """None while it runs."""
        with suppress(psutil.NoSuchProcess):
            if self.is_running() and self.status() != psutil.STATUS_ZOMBIE:
                return None
        return 1


class ForkedKernel(LocalProvisioner):
    """Jupyter's way to start a kernel, by a fork."""

    modules = List()

    async def launch_kernel(self, cmd, cwd, env, **_options):
        """Called by Jupyter."""
        self.process = ForkedProcess(fork_kernel(cmd[cmd.index("-f") :], cwd, self.modules, env))
        self.pid = self.pgid = self.process.pid
        return self.connection_info

    async def send_signal(self, signum):
        """Send a signal to the kernel and what it started; it may have ended already."""
        with suppress(ProcessLookupError):
            os.killpg(self.pgid, signum)


# Known to Jupyter in this process only: an entry point of the package would offer it to every notebook server.
KernelProvisionerFactory.instance().provisioners[ENGINE] = EntryPoint(ENGINE, f"{__name__}:ForkedKernel", "")


class LimitedClient(PapermillNotebookClient):
    """Runs the cells of one notebook; a broken limit ends the kernel and is reported as the cell's error."""

    def __init__(self, notebook_manager, limits, report, stopped, **options):
        super().__init__(notebook_manager, timeout=None, **options)
        self.limits, self.report, self.stopped = limits, report, stopped
        self.shutdown_kernel = "immediate"  # the kernel keeps nothing a polite shutdown would save: 0.3 s less
        self.output_bytes = 0
        self.broken = None

    def create_kernel_manager(self):
        """Let the kernel be forked where that is safe."""
        manager = super().create_kernel_manager()
        if FORKS:
            given = {"provisioner_name": ENGINE, "config": {"modules": imports_of(self.nb)}}
            manager.kernel_spec.metadata["kernel_provisioner"] = given
        return manager

    def execute(self, **options):
        """Run all cells, up to the first that fails."""
        self.reset_execution_trackers()
        with self.setup_kernel(**options):
            over = threading.Event()
            threading.Thread(target=self._watch, args=(over,), daemon=True).start()
            try:
                self.papermill_execute_cells()
            finally:
                over.set()
        return self.nb

    def execute_cell(self, cell, cell_index, **options):
        """Run one cell, telling the progress; a broken limit is its error."""
        done = self.code_cells_executed
        self.report(done)
        try:
            super().execute_cell(cell, cell_index, **options)
        except DeadKernelError:
            self.broken = self.broken or DIED
        except CellExecutionError:
            if not self.broken:
                raise
        if self.broken:  # perhaps at the very end of the cell, when the kernel had answered already
            name, text = self.broken
            told = nbformat.v4.new_output("error", ename=name, evalue=text, traceback=[f"{name}: {text}"])
            self.nb.cells[cell_index].outputs.append(told)
            self.nb.cells[cell_index].execution_count = done + 1  # a kernel that ended could not say it
            raise CellExecutionError(text, name, text)

    def process_message(self, message, cell, cell_index):
        """Take in one message of the kernel, unless the run has said too much already."""
        if message["msg_type"] in OUTPUTS:
            self.output_bytes += len(json.dumps(message["content"], default=str))
            if self.output_bytes > self.limits["output_bytes"]:
                limit = self.limits["output_bytes"] / MEGABYTE
                self._stop("TooMuchOutput", f"the run wrote more than {limit:g} MB of output.")
                return None
        return super().process_message(message, cell, cell_index)

    def _watch(self, over):
        """End the kernel when its time is over, it holds too much memory, or the batch is stopped."""
        seconds, memory = self.limits["seconds"], self.limits["memory_bytes"]
        ends = time.monotonic() + seconds
        while not over.wait(0.1):
            if self.stopped.is_set():
                self._stop("Stopped", "the batch was stopped.")
            if time.monotonic() > ends:
                self._stop("TimedOut", f"the run took longer than its {seconds:g} seconds.")
            if memory_of(self.km.provisioner.pid) > memory:
                self._stop("TooMuchMemory", f"the run needed more than {memory / MEGABYTE:,.0f} MB of memory.")

    def _stop(self, name, text):
        # Ending the kernel works whatever the cell does; an interrupt could be ignored by compiled code.
        if self.broken is None:
            self.broken = (name, text)
            with suppress(psutil.NoSuchProcess):
                psutil.Process(self.km.provisioner.pid).kill()


class LimitedEngine(Engine):
    """papermill's way to run notebooks with LimitedClient."""

    @classmethod
    def execute_managed_notebook(cls, nb_man, kernel_name, limits, report, stopped, folder, **_options):
        """Called by papermill."""
        client = LimitedClient(nb_man, limits, report, stopped, kernel_name=kernel_name)
        return client.execute(env=kernel_environment(), cwd=folder)


papermill_engines.register(ENGINE, LimitedEngine)
