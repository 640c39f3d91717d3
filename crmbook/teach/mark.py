"""Marks: each submission runs again on a company that nobody has seen, and is judged outside of its own kernel.

What a mark says is that code like the solution stands in the notebook, not who wrote it.
"""

import re
import shutil
import tempfile
from concurrent.futures import ProcessPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from statistics import mode

import nbformat
import pandas as pd

import crmlib
from crmbook.batch.chapters import find_chapters
from crmbook.batch.expected import write_whole
from crmbook.company import write_company
from crmbook.lab import CHECK, exercise_name
from crmbook.teach import PAGES, box, editions
from crmbook.teach.handed_in import judged
from crmlib.errors import CANNOT_CARRY, CrmError
from crmlib.own_figure import own_figure

SIGNS = re.compile(
    r"right_answer|\.worked\b|_expected\b|\.judge\b|\.solution\(|\bExercise\b|\.check\s*=|\bsetattr\(|\bexec\(|\beval\("
    r"|__import__|importlib|marshal|pickle|base64|getsource|sys\.modules|get_ipython|os\._exit|subprocess|truth"
)
TYPED = re.compile(r"^answer = (?!\.\.\.)[-+.\d'\"]", re.MULTILINE)  # a figure or a text that was computed elsewhere
MISSING = ("missing", "The cell of this exercise is not in the notebook.")
GUESSES = (0, 1, 100, [])


@dataclass
class Submission:
    """One notebook handed in: whose, of which chapter, and what came of it."""

    student: str
    file: str
    notebook: object = None
    chapter: object = None
    asked: list = field(default_factory=list)  # the chapter's exercises
    sources: dict = field(default_factory=dict)  # the student's cells, by exercise
    signs: list = field(default_factory=list)
    faults: list = field(default_factory=list)
    results: dict = field(default_factory=dict)  # exercise → (state, message)
    seconds: float = 0.0

    @property
    def right(self):
        """How many exercises are right."""
        return sum(state == "right" for state, _ in self.results.values())


def mark(submissions, seed, out="marks", unprotected=False, customers=4000, workers=None, tell=print):
    """Mark a folder of notebooks, one file a student or one folder a student.

    Parameters: submissions - folder; seed - of the hidden company; out - folder; unprotected - run without bubblewrap,
    where notebooks can do what you can; customers - of the hidden company; workers - notebooks at a time, one a core if
    not given; tell - called with a line a notebook. Returns: list of Submission, as in `marks.csv` and a page each.
    Errors: CrmError for no notebooks, no box, or a seed on which a known mistake would pass.
    """
    files = [file for file in sorted(Path(submissions).rglob("*.ipynb")) if ".ipynb_checkpoints" not in file.parts]
    if not files:
        raise CrmError(f"There is no notebook in '{submissions}'.")
    if not (unprotected or box.usable()):
        raise CrmError("Students' code needs a box: install bubblewrap; if you trust all of it, say --unprotected.")
    handed = [read(file, Path(submissions)) for file in files]
    ready = [one for one in handed if one.chapter]
    with tempfile.TemporaryDirectory(prefix="mark-") as folder:
        room = Path(folder)
        box.library_without_answers(room / "library")
        write_company(room / "datasets", customers=customers, seed=seed)
        shutil.rmtree(room / "datasets" / "truth")
        db = crmlib.open_database(str(room / "datasets"))
        check_seed(seed, {exercise.name: exercise for one in ready for exercise in one.asked}.values(), db)
        pool = ProcessPoolExecutor(workers)
        jobs = [pool.submit(box.run, one.notebook, one.chapter.defaults, room, not unprotected) for one in ready]
        try:
            for one, job in zip(ready, jobs, strict=True):
                try:
                    answers, faults, one.seconds = job.result()
                except Exception as fault:  # whatever one does to its folder, the others are marked
                    answers, faults = {}, [f"could not be run ({type(fault).__name__})"]
                one.faults += faults
                for asked in one.asked:
                    there = asked.name in one.sources
                    one.results[asked.name] = judged(asked, answers.get(asked.name), db) if there else MISSING
                tell(f"{one.student}: {one.right} of {len(one.asked)} right ({one.seconds:.0f} s)")
        finally:  # whoever stops it has the marks so far
            pool.shutdown(cancel_futures=True)
            _write(handed, Path(out))
    return handed


def read(file, folder):
    """Read a submission: its chapter is the one most of its exercises belong to."""
    inside = Path(str(file.relative_to(folder)).encode(errors="replace").decode())  # names need not be UTF-8
    one = Submission(inside.parts[0].removesuffix(".ipynb"), str(inside))
    known = editions.exercises()
    try:
        one.notebook = nbformat.reads(file.read_text(encoding="utf-8-sig"), as_version=4)
        nbformat.validate(one.notebook)
        named = [(str(exercise_name(cell)), cell.source) for cell in one.notebook.cells]
        one.sources = {name: source for name, source in named if name in known}
        room = mode(known[name].room for name in one.sources)
    except Exception as fault:  # whatever is handed in, the others are marked
        one.faults.append(f"is none, or has no exercise of any chapter ({type(fault).__name__})")
        return one
    (one.chapter,) = find_chapters([room.split(".")[1]])
    one.asked = [exercise for exercise in known.values() if exercise.room == room]
    # What a person should look at; none of it costs a point.
    given = {"".join(cell["source"]) for cell in one.chapter.content["cells"]}
    written = [c.source for c in one.notebook.cells if c.cell_type == "code" and c.source not in given]
    one.signs += sorted(set(SIGNS.findall("\n".join(written))))
    one.signs += [f"no check: {name}" for name, source in one.sources.items() if not CHECK.search(source)]
    one.signs += [f"typed: {name}" for name, source in one.sources.items() if TYPED.search(source)]
    return one


def check_seed(seed, exercises, db):
    """Make sure that a company is fit for marking. Errors: CrmError that lists the wrong answers that would pass."""
    faults = []
    for exercise in exercises:
        guesses = {f"the guess {guess}": lambda db, guess=guess: guess for guess in GUESSES}
        for says, function in {"the worked answer": exercise.worked, **exercise.mistakes, **guesses}.items():
            right = False
            with own_figure(), suppress(*CANNOT_CARRY):  # nobody can make this mistake here
                right = bool(exercise.judge(function(db), db))
            if right != (function is exercise.worked):
                faults.append(f"{exercise.name}: {says} would {'be' if right else 'not be'} right")
    if faults:
        raise CrmError(f"Seed {seed} is not fit for marking, take another:\n" + "\n".join(faults))


def _write(handed, out):
    """`marks.csv` in a form that spreadsheets read, and a page a submission."""
    page = PAGES.get_template("feedback.html")
    (out / "feedback").mkdir(parents=True, exist_ok=True)
    rows = []
    for number, one in enumerate(handed, 1):
        write_whole(out / "feedback" / f"{number:03}_{one.student}.html", page.render(one=one))
        who = {"student": one.student, "file": one.file, "chapter": one.chapter.name if one.chapter else ""}
        points = {name: int(state == "right") for name, (state, _) in one.results.items()}
        notes = {"look at": "; ".join(one.signs), "faults": "; ".join(one.faults), "seconds": round(one.seconds, 1)}
        rows.append(who | {"right": one.right, "of": len(one.asked)} | notes | points)
    # A spreadsheet would take a text that begins with one of these for a formula.
    marks = pd.DataFrame(rows, dtype=object).replace(r"^(?=[=+@-])", "'", regex=True)
    marks.to_csv(out / "marks.csv", index=False, encoding="utf-8-sig", errors="replace")
