"""Progress: what is said, to a terminal and elsewhere."""

import io
from types import SimpleNamespace

from rich.console import Console

from crmbook.batch.progress import Told, first_line, result_line

RUNS = [SimpleNamespace(name=name, cells=10) for name in "abcd"]


def memo(run, error=None):
    return {"run": run, "seconds": 5.0, "error": error}


def test_a_line_a_run_where_nobody_watches():
    stream = io.StringIO()
    with Told(RUNS, Console(file=stream, width=40)) as told:
        told.cell("a", 5)
        told.end(memo("a"))
        told.end(memo("b", {"cell": 4, "name": "CrmError", "text": "no table\nmore", "source": ""}))
    assert stream.getvalue().splitlines() == [
        "[1/4] ok      a (5.0 s)",
        "[2/4] FAILED  b (5.0 s) cell 4: CrmError: no table",
    ]


def test_bars_show_the_cell_of_each_run_and_the_time_left_is_counted_in_cells():
    console = Console(file=io.StringIO(), force_terminal=True, width=120)
    with Told(RUNS, console) as told:
        told.cell("a", 0)
        told.cell("a", 3)
        told.cell("b", 10)  # the cell of injected parameters may come on top
        said = {task.description: task.fields["said"] for task in told.tasks}
        assert (said["a"], said["b"]) == ("cell 4 of 10", "cell 10 of 10")
        assert (told.tasks[0].completed, told.tasks[0].total) == (13, 40)
        assert told.tasks[0].time_remaining is not None
        told.end(memo("a"))
        assert "a" not in {task.description for task in told.tasks}
        assert (told.tasks[0].completed, told.tasks[0].fields["said"]) == (20, "1 of 4")
    assert "ok      a" in console.file.getvalue()


def test_long_errors_are_cut():
    assert len(first_line("x" * 500)) == 160
    assert first_line("") == ""
    assert result_line(memo("a", {"cell": None, "name": "KernelDied", "text": "gone", "source": ""})) == (
        "FAILED  a (5.0 s) KernelDied: gone"
    )
