"""Progress: what is said, and that the estimate claims no more than is known."""

import io
from types import SimpleNamespace

import pytest

from crmbook.batch.progress import Bars, Estimate, Lines, first_line, in_words, result_line

RUNS = [SimpleNamespace(name=name, cells=10) for name in "abcd"]


def memo(run, error=None):
    return {"run": run, "seconds": 5.0, "error": error}


def test_no_estimate_before_the_first_run_ends():
    assert Estimate({"a": 10}, 2).seconds({}) is None
    assert in_words(None, 0) == "time left unknown until a run ends"


def test_estimate_counts_cells_left_and_workers():
    estimate = Estimate({"a": 10, "b": 10, "c": 20}, 2)
    estimate.finish("a", 5.0)
    assert estimate.seconds({}) == pytest.approx(0.5 * 20)  # the longest run alone takes as long
    assert estimate.seconds({"b": 10, "c": 15}) == pytest.approx(0.5 * 5)


@pytest.mark.parametrize(
    ("seconds", "text"),
    [(0.2, "almost done"), (40, "about 40 s left"), (600, "about 10 min left"), (7200, "about 2.0 h left")],
)
def test_estimate_in_words(seconds, text):
    assert in_words(seconds, 2).startswith(text)


def test_lines():
    stream = io.StringIO()
    told = Lines(RUNS, 2, stream)
    told.skip(3)
    told.cell("a", 5, 10)
    told.end(memo("a"))
    told.end(memo("b", {"cell": 4, "name": "CrmError", "text": "no table\nmore", "source": ""}))
    lines = stream.getvalue().splitlines()
    assert lines[0] == "3 finished already and unchanged: not run again"
    assert lines[1].startswith("[1/4] ok      a (5.0 s); about 8 s left, judging by 1 finished run")
    assert "FAILED  b (5.0 s) cell 4: CrmError: no table;" in lines[2]


def test_bars_show_the_cell_of_each_run():
    from rich.console import Console

    console = Console(file=io.StringIO(), force_terminal=True, width=120)
    with Bars(RUNS, 2, console) as told:
        told.cell("a", 0, 0)
        told.cell("a", 3, 10)
        told.cell("b", 0, 10)
        fields = {task.description: task.fields["said"] for task in told.progress.tasks}
        assert fields["a"] == "cell 4 of 10"
        told.end(memo("a"))
        assert "a" not in {task.description for task in told.progress.tasks}
        whole = told.progress.tasks[0]
        assert whole.fields["said"].startswith("1 of 4, about")
    assert "ok      a" in console.file.getvalue()


def test_long_errors_are_cut():
    assert len(first_line("x" * 500)) == 160
    assert first_line("") == ""
    assert result_line(memo("a", {"cell": None, "name": "WorkerEnded", "text": "gone", "source": ""})) == (
        "FAILED  a (5.0 s) WorkerEnded: gone"
    )
