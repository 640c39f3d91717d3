"""A papermill engine with limits: time for the whole run, output, memory. What breaks one ends that run only."""

import json
import threading
import time
from importlib.metadata import EntryPoint

import nbformat
import psutil
from jupyter_client.provisioning import KernelProvisionerFactory, LocalProvisioner
from nbclient.exceptions import CellExecutionError, CellTimeoutError, DeadKernelError
from papermill.clientwrap import PapermillNotebookClient
from papermill.engines import Engine, papermill_engines
from traitlets import List

from crmbook.batch.kernels import FORKS, fork_kernel, imports_of, kernel_environment, memory_of

ENGINE = "crmbook"
DIED = "KernelDied"
POLL_SECONDS = 0.1
MEGABYTE = 2**20


class ForkedProcess(psutil.Process):
    """A forked kernel, with what Jupyter wants of a process."""

    stdin = stdout = stderr = None

    def poll(self):
        """None while it runs."""
        return None if self.is_running() and self.status() != psutil.STATUS_ZOMBIE else 1


class ForkedKernel(LocalProvisioner):
    """Jupyter's way to start a kernel, by a fork."""

    modules = List()

    async def launch_kernel(self, cmd, cwd, env, **_options):
        """Called by Jupyter."""
        self.process = ForkedProcess(fork_kernel(cmd[cmd.index("-f") :], cwd, self.modules, env))
        self.pid = self.pgid = self.process.pid
        return self.connection_info


# Known to Jupyter in this process only: an entry point of the package would offer it to every notebook server.
KernelProvisionerFactory.instance().provisioners[ENGINE] = EntryPoint(ENGINE, f"{__name__}:ForkedKernel", "")


class LimitedClient(PapermillNotebookClient):
    """Runs the cells of one notebook; a broken limit ends the kernel and is reported as the cell's error."""

    def __init__(self, notebook_manager, limits, report, stopped, **options):
        super().__init__(notebook_manager, **options)
        self.limits = limits
        self.report = report
        self.stopped = stopped
        self.shutdown_kernel = "immediate"  # the kernel keeps nothing a polite shutdown would save: 0.3 s less
        self.timeout_func = lambda _cell: max(1, int(self.ends - time.monotonic()))
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
            self.ends = time.monotonic() + self.limits["seconds"]
            over = threading.Event()
            threading.Thread(target=self._watch, args=(over,), daemon=True).start()
            try:
                self.papermill_execute_cells()
            finally:
                over.set()
        return self.nb

    def papermill_execute_cells(self):
        """Run cell by cell, telling the progress."""
        code = [index for index, cell in enumerate(self.nb.cells) if cell.cell_type == "code"]
        for done, index in enumerate(code):
            self.report(done, len(code))
            if not self._execute_one(self.nb.cells[index], index, done + 1):
                return
        self.report(len(code), len(code))

    def _execute_one(self, cell, index, number):
        """Run one cell; False when it failed."""
        self.nb_man.cell_start(cell, index)
        try:
            self.execute_cell(cell, index)
            # A limit may break at the very end of a cell, when the kernel has answered already.
            fault = self.broken and DeadKernelError(self.broken[1])
        except (CellExecutionError, CellTimeoutError, DeadKernelError) as raised:
            fault = raised
        if self.broken or isinstance(fault, CellTimeoutError | DeadKernelError):
            self._explain(self.nb.cells[index], fault, number)
        if fault:
            self.nb_man.cell_exception(self.nb.cells[index], cell_index=index, exception=fault)
        self.nb_man.cell_complete(self.nb.cells[index], cell_index=index)
        return not fault

    def _explain(self, cell, fault, number):
        cell.execution_count = number  # a kernel that ended could not say it
        if isinstance(fault, CellTimeoutError):
            self.broken = ("TimedOut", f"the run took longer than its {self.limits['seconds']:g} seconds.")
        name, text = self.broken or (DIED, "the kernel ended without a word; often the memory was exhausted.")
        cell.outputs.append(nbformat.v4.new_output("error", ename=name, evalue=text, traceback=[f"{name}: {text}"]))

    def process_message(self, message, cell, cell_index):
        """Take in one message of the kernel, unless the run has said too much already."""
        if message["msg_type"] in _OUTPUTS:
            self.output_bytes += len(json.dumps(message["content"], ensure_ascii=False, default=str).encode())
            if self.output_bytes > self.limits["output_bytes"]:
                limit = self.limits["output_bytes"] / MEGABYTE
                self._stop("TooMuchOutput", f"the run wrote more than {limit:g} MB of output.")
                return None
        return super().process_message(message, cell, cell_index)

    def _watch(self, over):
        """End the kernel when it holds too much memory or the batch is stopped."""
        limit = self.limits["memory_bytes"]
        while not over.wait(POLL_SECONDS):
            if self.stopped.is_set():
                self._stop("Stopped", "the batch was stopped.")
            if memory_of(self.km.provisioner.pid) > limit:
                self._stop("TooMuchMemory", f"the run needed more than {limit / MEGABYTE:,.0f} MB of memory.")

    def _stop(self, name, text):
        # Ending the kernel works whatever the cell does; an interrupt could be ignored by compiled code.
        if self.broken is None:
            self.broken = (name, text)
            self.km.provisioner.process.kill()


_OUTPUTS = {"stream", "display_data", "execute_result", "update_display_data", "error"}


class LimitedEngine(Engine):
    """papermill's way to run notebooks with LimitedClient."""

    @classmethod
    def execute_managed_notebook(cls, nb_man, kernel_name, limits, report, stopped, folder, **_options):
        """Called by papermill."""
        place = {"metadata": {"path": folder}}
        client = LimitedClient(nb_man, limits, report, stopped, kernel_name=kernel_name, resources=place)
        client.record_timing = False
        client.store_widget_state = False
        return client.execute(env=kernel_environment())


papermill_engines.register(ENGINE, LimitedEngine)
