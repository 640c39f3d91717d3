"""Strict validation of the notebooks: settings that pytest's options cannot express."""

import os
import tempfile
from pathlib import Path

CELL_SECONDS = 120

# Where no reader sits, explorers show their default state only; a kernel chooses its own drawing backend.
os.environ["CRMBOOK_STATIC"] = "1"
os.environ["JUPYTER_PREFER_ENV_PATH"] = "1"
os.environ.pop("MPLBACKEND", None)
if not os.access(Path.home(), os.W_OK):  # matplotlib would complain in the cell that imports it
    FOR_MATPLOTLIB = tempfile.TemporaryDirectory(prefix="matplotlib-")
    os.environ.setdefault("MPLCONFIGDIR", FOR_MATPLOTLIB.name)


def pytest_configure(config):
    if getattr(config.option, "nbval", False):
        config.option.nbval_cell_timeout = min(config.option.nbval_cell_timeout, CELL_SECONDS)
        _run_cells_as_a_reader_does()


def _run_cells_as_a_reader_does():
    """nbval leaves out the history, and IPython then ignores a trailing semicolon: outputs would differ."""
    from nbval.kernel import RunningKernel

    def execute_cell_input(self, cell_input, allow_stdin=None):
        return self.kc.execute(cell_input, store_history=True, allow_stdin=allow_stdin, stop_on_error=False)

    RunningKernel.execute_cell_input = execute_cell_input
