"""How far a batch is: bars with the time left in a terminal, a plain line a finished run elsewhere."""

SHOWN_RUNS = 8


class Told:
    """Tells a console of a batch: a bar for the whole, one for each running notebook where a person watches.

    The whole is counted in cells, so that the time left is told from what has run so far, short runs or long.
    """

    def __init__(self, runs, console):
        from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

        words = TextColumn("{task.description}", markup=False), BarColumn(), TextColumn("{task.fields[said]}")
        options = {"transient": True, "disable": not console.is_terminal, "speed_estimate_period": 900}
        self.progress = Progress(*words, TimeRemainingColumn(), console=console, **options)
        self.cells = {run.name: run.cells for run in runs}
        self.whole = self.progress.add_task("all runs", total=sum(self.cells.values()) or None, said="")
        self.ended = 0
        self.done = {}
        self.bars = {}

    def __enter__(self):
        self.progress.start()
        return self

    def __exit__(self, *_fault):
        self.progress.stop()

    def skip(self, count):
        """Tell of runs that need not run."""
        if count:
            self._say(f"{count} finished already and unchanged: not run again")

    def cell(self, run, done, total):
        """Move a run's bar; done - finished cells, total - its cells, 0 before it has started."""
        if run not in self.bars and len(self.bars) < SHOWN_RUNS:
            self.bars[run] = self.progress.add_task(run, said="")
        if run in self.bars:
            said = f"cell {min(done + 1, total)} of {total}" if total else "starting"
            self.progress.update(self.bars[run], completed=done, total=total or None, said=said)
        self._move(run, done)

    def end(self, memo):
        """Remove a run's bar and say how it went."""
        self.ended += 1
        if memo["run"] in self.bars:
            self.progress.remove_task(self.bars.pop(memo["run"]))
        self._move(memo["run"], self.cells[memo["run"]])
        self._say(f"[{self.ended}/{len(self.cells)}] {result_line(memo)}")

    def _move(self, run, done):
        self.done[run] = done
        said = f"{self.ended} of {len(self.cells)}"
        self.progress.update(self.whole, completed=sum(self.done.values()), said=said)

    def _say(self, text):
        self.progress.console.print(text, markup=False, highlight=False, soft_wrap=True)


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
