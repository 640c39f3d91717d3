"""How far a batch is: bars with the time left in a terminal, a plain line a finished run elsewhere."""

from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn


class Told(Progress):
    """Tells a console of a batch: a bar for the whole, one for each running notebook where a person watches.

    The whole is counted in cells, so that the time left is told from what has run so far, short runs or long.
    """

    def __init__(self, runs, console):
        columns = TextColumn("{task.description}", markup=False), BarColumn(), TextColumn("{task.fields[said]}")
        options = {"transient": True, "disable": not console.is_terminal, "speed_estimate_period": 900}
        super().__init__(*columns, TimeRemainingColumn(), console=console, **options)
        self.cells = {run.name: run.cells for run in runs}
        self.done = dict.fromkeys(self.cells, 0)
        self.ended = 0
        self.bars = {}
        self.whole = self.add_task("all runs", total=sum(self.cells.values()), said="")

    def cell(self, run, done):
        """Move a run's bar; done - its finished cells."""
        if run not in self.bars and len(self.bars) < 8:
            self.bars[run] = self.add_task(run, total=self.cells[run], said="")
        if run in self.bars:
            said = f"cell {min(done + 1, self.cells[run])} of {self.cells[run]}"
            self.update(self.bars[run], completed=done, said=said)
        self._move(run, done)

    def end(self, memo):
        """Remove a run's bar and say how it went."""
        self.ended += 1
        if memo["run"] in self.bars:
            self.remove_task(self.bars.pop(memo["run"]))
        self._move(memo["run"], self.cells[memo["run"]])
        line = f"[{self.ended}/{len(self.cells)}] {result_line(memo)}"
        self.console.print(line, markup=False, highlight=False, soft_wrap=True)

    def _move(self, run, done):
        self.done[run] = done
        self.update(self.whole, completed=sum(self.done.values()), said=f"{self.ended} of {len(self.cells)}")


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
