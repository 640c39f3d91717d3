"""How far a batch is: bars in a terminal, plain lines elsewhere, and an estimate of the time left."""

import sys
import time
from statistics import mean

SHOWN_RUNS = 8


class Estimate:
    """The time left, from the runs finished so far; nothing is claimed before the first one ends."""

    def __init__(self, cells, workers):
        self.cells = dict(cells)  # cells in each waiting run
        self.workers = workers
        self.rates = []  # seconds a cell, in finished runs

    def finish(self, run, seconds):
        """Learn from a finished run."""
        self.rates.append(seconds / max(1, self.cells.pop(run, 1)))

    def seconds(self, done):
        """Expected seconds left, or None; done - cells finished in each running run."""
        if not self.rates:
            return None
        longest = max(self.cells.values(), default=0)
        left = sum(self.cells.values()) - sum(done.values())
        return mean(self.rates) * max(left / self.workers, min(longest, left))


def in_words(seconds, runs):
    """The estimate as a reader takes it."""
    if seconds is None:
        return "time left unknown until a run ends"
    if seconds < 1:
        return "almost done"
    if seconds < 90:
        size = f"{seconds:.0f} s"
    elif seconds < 5400:
        size = f"{seconds / 60:.0f} min"
    else:
        size = f"{seconds / 3600:.1f} h"
    return f"about {size} left, judging by {runs} finished {'run' if runs == 1 else 'runs'}"


class Quiet:
    """No progress at all, for calls from Python."""

    def __enter__(self):
        return self

    def __exit__(self, *_fault):
        pass

    def skip(self, count):
        """Tell of runs that need not run."""

    def cell(self, run, done, total):
        """Tell of a finished cell."""

    def end(self, memo):
        """Tell of a finished run."""


class Lines(Quiet):
    """One plain line a finished run."""

    def __init__(self, runs, workers, stream=None):
        self.estimate = Estimate({run.name: run.cells for run in runs}, workers)
        self.total = len(runs)
        self.ended = 0
        self.done = {}
        self.stream = stream or sys.stdout

    def skip(self, count):
        """Tell of runs that need not run."""
        if count:
            self._say(f"{count} finished already and unchanged: not run again")

    def cell(self, run, done, total):
        """Remember how far a run is."""
        self.done[run] = done

    def end(self, memo):
        """Tell of a finished run."""
        self._count(memo)
        left = self.estimate.seconds(self.done)
        tail = "" if self.ended == self.total else f"; {in_words(left, self.ended)}"
        self._say(f"[{self.ended}/{self.total}] {result_line(memo)}{tail}")

    def _count(self, memo):
        self.ended += 1
        self.done.pop(memo["run"], None)
        self.estimate.finish(memo["run"], memo["seconds"])

    def _say(self, text):
        print(text, file=self.stream, flush=True)


class Bars(Lines):
    """A bar for the batch and one for each running notebook."""

    def __init__(self, runs, workers, console):
        super().__init__(runs, workers)
        from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

        columns = [TextColumn("{task.description}", markup=False), BarColumn(), TextColumn("{task.fields[said]}")]
        self.progress = Progress(*columns, TimeElapsedColumn(), console=console, transient=True)
        self.whole = self.progress.add_task("all runs", total=self.total, said=in_words(None, 0))
        self.bars = {}

    def __enter__(self):
        self.progress.start()
        return self

    def __exit__(self, *_fault):
        self.progress.stop()

    def cell(self, run, done, total):
        """Move a run's bar."""
        super().cell(run, done, total)
        if run not in self.bars and len(self.bars) < SHOWN_RUNS:
            self.bars[run] = self.progress.add_task(run, total=total or None, said="")
        if run in self.bars:
            said = f"cell {min(done + 1, total)} of {total}" if total else "starting"
            self.progress.update(self.bars[run], completed=done, total=total or None, said=said)
        self._whole()

    def end(self, memo):
        """Remove a run's bar and say how it went."""
        if memo["run"] in self.bars:
            self.progress.remove_task(self.bars.pop(memo["run"]))
        super().end(memo)
        self._whole()

    def _whole(self):
        words = in_words(self.estimate.seconds(self.done), self.ended)
        self.progress.update(self.whole, completed=self.ended, said=f"{self.ended} of {self.total}, {words}")

    def _say(self, text):
        self.progress.console.print(text.partition(", judging")[0], markup=False, highlight=False)


def result_line(memo):
    """One finished run in words."""
    if not memo["error"]:
        return f"ok      {memo['run']} ({memo['seconds']:.1f} s)"
    error = memo["error"]
    where = f"cell {error['cell']}: " if error["cell"] else ""
    return f"FAILED  {memo['run']} ({memo['seconds']:.1f} s) {where}{error['name']}: {first_line(error['text'])}"


def first_line(text, longest=160):
    """The first line of an error text, not endless."""
    line = (text.strip().splitlines() or [""])[0]
    return line if len(line) <= longest else line[: longest - 1] + "…"


def suitable(runs, workers):
    """Bars when a person watches a terminal, lines otherwise."""
    if sys.stdout.isatty():
        from rich.console import Console

        return Bars(runs, workers, Console())
    return Lines(runs, workers)


def clock():
    """Seconds on a clock that only goes forward."""
    return time.monotonic()
