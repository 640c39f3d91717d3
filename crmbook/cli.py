"""The command `crmbook`: run, check, fetch, import, data, lab; for instructors slides, class, mark, site."""

import sys
from pathlib import Path
from typing import Annotated

import typer

from crmlib.errors import CrmError

app = typer.Typer(add_completion=False, no_args_is_help=True, pretty_exceptions_enable=False)


@app.command()
def run(
    chapters: Annotated[
        list[str] | None,
        typer.Argument(help="Chapters such as grading, 6 or 06_grading, or notebook files; all if none."),
    ] = None,
    data: Annotated[Path | None, typer.Option(help="Folder of tables for every run.")] = None,
    set_: Annotated[
        list[str] | None, typer.Option("--set", metavar="NAME=VALUE", help="A parameter of every run.")
    ] = None,
    grid: Annotated[Path | None, typer.Option(help="CSV or YAML file: one row, one parameter set.")] = None,
    out: Annotated[Path, typer.Option(help="Output folder; run again to do only what is missing or changed.")] = Path(
        "build/report"
    ),
    workers: Annotated[int | None, typer.Option(help="Processes; one a core if not given.")] = None,
    cluster: Annotated[str | None, typer.Option(metavar="ADDRESS", help="Dask scheduler to send the runs to.")] = None,
    retry_failed: Annotated[
        bool, typer.Option("--retry-failed", help="Run failed runs again, though unchanged.")
    ] = False,
    timeout: Annotated[float, typer.Option(help="Seconds a run may take.")] = 1800,
    memory: Annotated[
        int | None, typer.Option(metavar="MB", help="Memory a run may hold; an equal share if not given.")
    ] = None,
):
    """Run chapters over parameter sets and collect their key figures."""
    from rich.console import Console

    from crmbook.batch import session

    summary = session.run_batch(
        chapters or (),
        data=data,
        settings=_settings(set_ or []),
        grid=grid,
        out=out,
        workers=workers,
        cluster=cluster,
        retry_failed=retry_failed,
        timeout=timeout,
        memory_limit=memory and memory * 2**20,
        console=Console(),
    )
    typer.echo(_closing(summary))
    raise typer.Exit(summary.exit_code)


def _settings(texts):
    """Read NAME=VALUE texts. Raises: CrmError that shows the faulty one."""
    settings = {}
    for text in texts:
        name, equals, value = text.partition("=")
        if not equals or not name.strip().isidentifier():
            raise CrmError(f"'{text}' is not of the form NAME=VALUE.")
        settings[name.strip()] = value
    return settings


def _closing(summary):
    text = f"{len(summary.memos) - len(summary.failed)} of {summary.planned} runs are right"
    if summary.failed:
        text += f", {len(summary.failed)} failed (run them again with --retry-failed)"
    if summary.interrupted:
        text += "; stopped, the same command goes on from here"
    return f"{text}: {summary.folder / 'index.html'}"


@app.command()
def check(folder: Annotated[Path, typer.Argument(help="Folder of CSV or Parquet tables.")]):
    """Check your own tables against the data dictionary: all faults at once."""
    from crmlib.database import check_folder

    report = check_folder(folder)
    typer.echo(str(report))
    raise typer.Exit(0 if report.ok else 1)


@app.command()
def fetch(
    name: Annotated[str, typer.Argument(help="Name of a public data set.")],
    to: Annotated[Path, typer.Option(help="Folder to write the tables to.")],
    file: Annotated[Path | None, typer.Option(help="A copy you have already.")] = None,
):
    """Bring a public data set into the form of the customer database."""
    from crmbook.sources import fetch as fetch_source

    typer.echo(str(fetch_source(name, to, file=file)))


@app.command("import")
def import_(
    files: Annotated[list[Path], typer.Argument(help="Exports: CSV of any kind, .xlsx, .xls, .ods, or .gz of them.")],
    to: Annotated[Path, typer.Option(help="Folder to write the tables to.")],
    map_: Annotated[
        Path | None, typer.Option("--map", metavar="FILE", help="A mapping that decides what the proposal asked.")
    ] = None,
):
    """Bring your own exports into the form of the customer database."""
    from crmbook.sources import import_files

    typer.echo(str(import_files(files, to, mapping=map_)))


@app.command()
def data(
    out: Annotated[Path, typer.Option(help="Folder to write the tables to.")],
    seed: Annotated[int, typer.Option(min=0, help="Another seed, another class's company.")] = 2026,
    customers: Annotated[int, typer.Option(min=1, help="Number of customers.")] = 4000,
    replace: Annotated[bool, typer.Option("--replace", help="Overwrite the tables that are there.")] = False,
):
    """Write the tables of a teaching company."""
    from crmbook.company import write_company

    write_company(out, customers=customers, seed=seed, replace=replace)
    typer.echo(f"A company with {customers:,} customers (seed {seed}) is in {out}.")


@app.command()
def lab(
    folder: Annotated[Path, typer.Argument(help="Your own folder; made if it is not there.")] = Path("my_workbook"),
    reset: Annotated[
        str | None, typer.Option(metavar="CHAPTER", help="Give one chapter anew; the old copy stays beside it.")
    ] = None,
    update: Annotated[bool, typer.Option("--update", help="Bring new text into your copies; answers stay.")] = False,
    copies_only: Annotated[
        bool, typer.Option("--copies-only", help="Do not open JupyterLab: for VS Code and others.")
    ] = False,
):
    """Open JupyterLab on your own copies of the chapters; none is ever overwritten unasked."""
    from crmbook import lab as copies

    said = copies.reset(folder, reset) if reset else []
    said += copies.update(folder) if update else []
    typer.echo("\n".join(said or copies.make_copies(folder)))
    if not (said or copies_only):
        copies.open_lab(folder)


Chapters = Annotated[list[str] | None, typer.Argument(help="Chapters such as grading, 6 or 06_grading; all if none.")]


@app.command()
def slides(
    chapters: Chapters = None,
    data: Annotated[Path | None, typer.Option(help="Folder of tables; the teaching company if not given.")] = None,
    students: Annotated[bool, typer.Option("--students", help="Without rubrics and worked answers.")] = False,
    out: Annotated[Path, typer.Option(help="Output folder.")] = Path("build/slides"),
):
    """Write chapters as slides: one HTML file each, for a projector without network."""
    from crmbook.teach.slides import write_slides

    for place in write_slides(chapters or (), data, out, students):
        typer.echo(place)


@app.command("class")
def class_(
    seed: Annotated[int, typer.Option(min=0, help="Of the class's company; another one each time.")],
    out: Annotated[Path, typer.Option(help="New folder.")],
    name: Annotated[str | None, typer.Option(help="The class's name, on its pages.")] = None,
    each: Annotated[Path | None, typer.Option(metavar="ROSTER.csv", help="One company a student.")] = None,
):
    """Make a class's folders, for students and for the instructor."""
    from crmbook.teach.handout import make_class

    typer.echo(f"The class is in {make_class(seed, out, name, each)}: students, instructor, and each as a zip.")


@app.command()
def mark(
    submissions: Annotated[Path, typer.Argument(help="Folder of notebooks: a file, or a folder, a student.")],
    seed: Annotated[int, typer.Option(min=0, help="Of the hidden company: one that no class has.")],
    out: Annotated[Path, typer.Option(help="Output folder.")] = Path("marks"),
    workers: Annotated[int | None, typer.Option(help="Notebooks at a time; one a core if not given.")] = None,
    unprotected: Annotated[
        bool, typer.Option("--unprotected", help="Run without bubblewrap: students' code can do what you can.")
    ] = False,
):
    """Mark notebooks on a hidden company, outside of the students' reach."""
    from crmbook.teach.mark import mark as mark_all

    if unprotected:
        typer.echo("Unprotected: the students' code runs as you, with your files and your network.", err=True)
    handed = mark_all(submissions, seed, out, unprotected, workers=workers, tell=typer.echo)
    typer.echo(f"{len(handed)} notebooks: {out / 'marks.csv'}, a page each in {out / 'feedback'}.")


@app.command()
def site(out: Annotated[Path, typer.Option(help="Output folder.")] = Path("build/site")):
    """Write all chapters as a static site: read offline, or served from any folder."""
    from crmbook.teach.site import write_site

    typer.echo(f"The site is in {write_site(out)}: open index.html.")


def main():
    """Entry point: a fault the reader can mend is one sentence and exit code 1."""
    try:
        app()
    except CrmError as fault:
        print(f"crmbook: {fault}", file=sys.stderr)
        sys.exit(1)


if __name__ == "__main__":
    main()
