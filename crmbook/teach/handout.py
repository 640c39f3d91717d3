"""A class in one step: a company of its own, the chapters for its students, and all that its instructor needs."""

import csv
import re
import shutil
import tempfile
from pathlib import Path

import nbformat

from crmbook.batch.chapters import find_chapters
from crmbook.company import write_company
from crmbook.lab import as_given
from crmbook.teach import editions
from crmbook.teach.outline import outline
from crmbook.teach.slides import write_decks
from crmlib.errors import CrmError

TABLES = "datasets"  # what the chapters' parameter names, beside them


def make_class(seed, out, name=None, each=None, customers=4000, chapters=()):
    """Make a class's folders `students` and `instructor`, each also as one zip.

    Parameters: seed - of the company, another one a class; out - new folder; name - of the class, on its pages; each -
    roster (CSV, names in its first column): every student gets a company of their own, the chapters then come without
    outputs; customers, chapters - as in the teaching company, all if none. Returns: the folder.
    Errors: CrmError where the folder is there already, the roster is odd, or a chapter does not run on this company.
    """
    out = Path(out)
    if out.exists():
        raise CrmError(f"'{out}' is there already: choose another folder for the class.")
    seeds = {student: seed + number for number, student in enumerate(_roster(each), 1)} if each else {}
    given = {chapter.name: as_given(chapter) for chapter in find_chapters(chapters)}
    out.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=f".{out.name}-", dir=out.parent) as passing:
        part = Path(passing) / out.name
        students, instructor = part / "students", part / "instructor"
        write_company(instructor / TABLES, customers=customers, seed=seed)
        for student, own in seeds.items():
            write_company(students / student / TABLES, customers=customers, seed=own)
            shutil.rmtree(students / student / TABLES / "truth")
            for chapter, notebook in given.items():
                nbformat.write(_without_outputs(notebook), students / student / f"{chapter}.ipynb")
        if not seeds:
            shutil.copytree(instructor / TABLES, students / TABLES, ignore=shutil.ignore_patterns("truth"))
            editions.executed(given, students)
        _for_the_instructor(instructor, name or out.name, seed, seeds, given)
        for folder in (students, instructor):
            shutil.make_archive(str(folder), "zip", part, folder.name)
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


def _without_outputs(notebook):
    for cell in notebook.cells:
        if cell.cell_type == "code":
            cell.outputs, cell.execution_count = [], None
    return notebook


def _for_the_instructor(folder, name, seed, seeds, given):
    """The worked edition, slides, rubrics, time plan, and who has which company."""
    for notebook in given.values():
        editions.answered(notebook)
        editions.for_a_projector(notebook)
    worked = editions.executed(given, folder)
    write_decks(worked, folder / "slides")
    for chapter, notebook in worked.items():
        editions.all_right(notebook, chapter)
        notebook.cells = [cell for cell in notebook.cells if cell.metadata.get("tags") != editions.INJECTED["tags"]]
        nbformat.write(notebook, folder / f"{chapter}.ipynb")
    rubrics = "\n\n".join(f"## Chapter {c} · Discuss {n}\n\n{text}" for (c, n), text in editions.rubrics().items())
    (folder / "rubrics.md").write_text(f"# {name}: discussions\n\n{rubrics}\n", encoding="utf-8")
    plans = "\n\n".join(map(time_plan, worked.values()))
    (folder / "time_plan.md").write_text(f"# {name}: time plan\n\n{plans}\n", encoding="utf-8")
    with (folder / "companies.csv").open("w", encoding="utf-8-sig", newline="") as file:
        csv.writer(file).writerows([("student", "seed"), *(seeds or {"all": seed}).items()])


def time_plan(notebook):
    """Minutes of each section of the core lane, as a markdown table."""
    title, *sections = (section for section in outline(notebook) if not section.deeper)
    rows, so_far = [], title.minutes
    for section in sections:
        turns = ", ".join(p.number for p in section.pieces if p.kind == "turn" and not p.at_home)
        so_far += section.minutes
        rows.append(f"| {section.title} | {section.minutes:.0f} | {so_far:.0f} | {turns} |")
    head = "| section | minutes | so far | your turn, in class |\n|---|---|---|---|"
    return f"## {title.title}\n\n" + "\n".join([head, *rows])
