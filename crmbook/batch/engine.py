"""A papermill engine with limits: time for the whole run, output, memory. What breaks one ends that run only."""

import json
import threading
import time

import nbformat
from nbclient.exceptions import CellExecutionError, CellTimeoutError, DeadKernelError
from papermill.clientwrap import PapermillNotebookClient
from papermill.engines import Engine, papermill_engines

from crmbook.batch.kernels import memory_of

ENGINE = "crmbook"
MEMORY_POLL_SECONDS = 0.1
MEGABYTE = 2**20


class LimitedClient(PapermillNotebookClient):
    """Runs the cells of one notebook; a broken limit ends the kernel and is reported as the cell's error."""

    def __init__(self, notebook_manager, limits, report, **options):
        super().__init__(notebook_manager, **options)
        self.limits = limits
        self.report = report
        self.shutdown_kernel = "immediate"  # the kernel keeps nothing a polite shutdown would save: 0.3 s less
        self.timeout_func = lambda _cell: max(1, int(self.ends - time.monotonic()))
        self.ends = time.monotonic() + limits["seconds"]
        self.output_bytes = 0
        self.broken = None

    def execute(self, **options):
        """Run all cells, up to the first that fails."""
        self.reset_execution_trackers()
        with self.setup_kernel(**options):
            over = threading.Event()
            threading.Thread(target=self._watch_memory, args=(over,), daemon=True).start()
            try:
                self.papermill_execute_cells()
            finally:
                over.set()
        return self.nb

    def papermill_execute_cells(self):
        """Run cell by cell, telling the progress."""
        total = sum(cell.cell_type == "code" for cell in self.nb.cells)
        done = 0
        for index, cell in enumerate(self.nb.cells):
            if cell.cell_type != "code":
                continue
            self.report(done, total)
            if not self._execute_one(cell, index, done + 1):
                return
            done += 1
        self.report(done, total)

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
        name, text = self.broken or ("KernelDied", "the kernel ended without a word; often the memory was exhausted.")
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

    def _watch_memory(self, over):
        pid = self.km.provisioner.pid
        while not over.wait(MEMORY_POLL_SECONDS):
            if memory_of(pid) > self.limits["memory_bytes"]:
                limit = self.limits["memory_bytes"] / MEGABYTE
                self._stop("TooMuchMemory", f"the run needed more than {limit:,.0f} MB of memory.")
                return

    def _stop(self, name, text):
        # Ending the kernel works whatever the cell does; an interrupt could be ignored by compiled code.
        if self.broken is None:
            self.broken = (name, text)
            self.km.provisioner.process.kill()


_OUTPUTS = {"stream", "display_data", "execute_result", "update_display_data", "error"}


class LimitedEngine(Engine):
    """papermill's way to run notebooks with LimitedClient."""

    @classmethod
    def execute_managed_notebook(cls, nb_man, kernel_name, limits=None, report=None, start_timeout=60, **_options):
        """Called by papermill."""
        client = LimitedClient(nb_man, limits, report, kernel_name=kernel_name, startup_timeout=start_timeout)
        client.record_timing = False
        client.store_widget_state = False
        return client.execute()


papermill_engines.register(ENGINE, LimitedEngine)
