"""A class in one step: a company of its own, the chapters for its students, and all that its instructor needs."""

import csv
import re
import shutil
import tempfile
from pathlib import Path

import nbformat
import pandas as pd

from crmbook.batch.chapters import find_chapters
from crmbook.batch.execute import records_of
from crmbook.company import write_company
from crmbook.lab import as_given, without_outputs
from crmbook.teach import PAGES, editions
from crmbook.teach.outline import outline
from crmbook.teach.slides import write_decks
from crmlib.errors import CrmError
from crmlib.exercises import MIME as EXERCISE

TABLES = "datasets"  # what the chapters' parameter names, beside them


def make_class(seed, out, name=None, each=None, customers=4000, chapters=()):
    """Make a class's folders `students` and `instructor`, each also as one zip.

    Parameters: seed - of the company, another one a class; out - new folder; name - of the class, on its pages; each -
    roster (CSV, names in its first column below a header line): every student gets a company of their own, the
    chapters then come without outputs; customers, chapters - as in the teaching company, all if none. Returns: the
    folder.
    Errors: CrmError where the folder is there already, the roster is odd, or a chapter does not run on this company.
    """
    out = Path(out)
    if out.exists():
        raise CrmError(f"'{out}' is there already: choose another folder for the class.")
    seeds = {student: seed + number for number, student in enumerate(_roster(each), 1)} if each else {}
    given = {chapter.name: without_outputs(as_given(chapter)) for chapter in find_chapters(chapters)}
    out.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=f".{out.name}-", dir=out.parent) as passing:
        part = Path(passing) / out.name
        write_company(part / "instructor" / TABLES, customers=customers, seed=seed)
        for student, own in (seeds or {"": seed}).items():
            folder = part / "students" / student
            write_company(folder / TABLES, customers=customers, seed=own)
            shutil.rmtree(folder / TABLES / "truth")
            _write(given if seeds else editions.executed(given, folder / TABLES), folder)
        _for_the_instructor(part / "instructor", name or out.name, seeds or {"all": seed}, given)
        for folder in ("students", "instructor"):
            shutil.make_archive(str(part / folder), "zip", part, folder)
        part.rename(out)
    return out


def _roster(place):
    """Names of a class as names of folders. Errors: CrmError for none, or two alike."""
    try:
        with Path(place).open(encoding="utf-8-sig", newline="") as file:
            names = [re.sub(r"[^\w-]+", "_", row[0].strip()) for row in list(csv.reader(file))[1:] if row]
    except (OSError, UnicodeDecodeError) as fault:
        raise CrmError(f"'{place}' cannot be read as a roster ({fault}): a CSV in UTF-8, names first.") from None
    twice = sorted({name for name in names if not name.strip("_") or names.count(name) > 1})
    if twice or not names:
        raise CrmError(f"'{place}' needs a name of its own in each row's first column ({twice or 'there is no row'}).")
    return names


def _write(notebooks, folder):
    for name, notebook in notebooks.items():
        nbformat.write(notebook, folder / f"{name}.ipynb")


def _for_the_instructor(folder, name, seeds, given):
    """The worked edition, slides, the guide with its rubrics, time plan, and who has which company."""
    for notebook in given.values():
        editions.answered(notebook)
    worked = editions.executed(given, folder / TABLES, editions.FOR_A_PROJECTOR)
    for chapter, notebook in worked.items():
        wrong = [result["name"] for result in records_of(notebook, EXERCISE) if result["state"] != "right"]
        if wrong:
            raise CrmError(f"On this company {wrong} of {chapter} have no right answer: choose another seed.")
    _write(worked, folder)
    write_decks(worked, folder / "slides")
    shutil.copy(editions.GUIDE, folder)
    plan = PAGES.get_template("time_plan.md").render(name=name, chapters=map(outline, worked.values()))
    (folder / "time_plan.md").write_text(plan, encoding="utf-8")
    pd.Series(seeds, name="seed").to_csv(folder / "companies.csv", index_label="student", encoding="utf-8-sig")
