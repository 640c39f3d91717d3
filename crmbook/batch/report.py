"""The overview of a batch, one page that opens offline on a phone and a projector."""

from functools import cache
from importlib.metadata import version
from urllib.parse import quote

from crmbook.batch.execute import FAILED
from crmbook.batch.multiples import panels
from crmbook.batch.progress import first_line
from crmbook.batch.results import PREFIX

MOST_PANELS = 60
MOST_FAILURES = 40  # shown at length; a broken data set fails every run alike


def report_page(memos, planned, table):
    """Write index.html: failures first, every run, the recorded figures.

    Parameters: memos - what the store knows of each run; planned - number of runs in the plan; table - results_table.
    Returns: HTML text.
    """
    failed = [_row(memo) for memo in memos if memo["status"] == FAILED]
    settings = [name.removeprefix(PREFIX) for name in table if name.startswith(PREFIX)]
    shown, hidden = panels(table, MOST_PANELS)
    return _template().render(
        failed=failed,
        most_failures=MOST_FAILURES,
        rows=failed + [_row(memo) for memo in memos if memo["status"] != FAILED],
        settings=settings,
        finished=len(memos) - len(failed),
        waiting=planned - len(memos),
        planned=planned,
        seconds=_duration(sum(memo["seconds"] for memo in memos)),
        single=_single(table),
        panels=shown,
        hidden_panels=hidden,
        when=max((memo["finished"] for memo in memos), default=""),
        figures=len(table),
        claims=sum(len(memo["claims"]) for memo in memos),
        left_out=sum(len(memo["left_out"]) for memo in memos),
        version=version("crmlib"),
    )


@cache
def _template():
    from jinja2 import Environment, PackageLoader

    environment = Environment(
        loader=PackageLoader("crmbook.batch"), autoescape=True, trim_blocks=True, lstrip_blocks=True
    )
    return environment.get_template("index.html.j2")


def _row(memo):
    place = quote(f"runs/{memo['run']}")
    return {
        **memo,
        "failed": memo["status"] == FAILED,
        "time": _duration(memo["seconds"]),
        "page": f"{place}/page.html" if memo["files"]["page"] else None,
        "file": f"{place}/notebook.ipynb" if memo["files"]["notebook"] else None,
        "reason": first_line(memo["error"]["text"], 300) if memo["error"] else "",
    }


def _duration(seconds):
    if seconds < 90:
        return f"{seconds:.1f} s"
    return f"{seconds / 60:.1f} min" if seconds < 5400 else f"{seconds / 3600:.1f} h"


def _single(table):
    """Figures of chapters that ran once: a plain table says more than a one-point plot."""
    runs = table.groupby("chapter")["run"].transform("nunique")
    return [
        {
            "chapter": row.chapter,
            "name": words(row.name_),
            "value": number(row.value),
            "unit": row.unit,
            "interval": _interval(row),
        }
        for row in table[runs == 1].rename(columns={"name": "name_"}).itertuples()
    ]


def words(name):
    """A figure's name as words."""
    return name.replace("_", " ")


def number(value):
    """A figure as text: four digits are enough."""
    if value != value:
        return "not available"
    return f"{value:,.0f}" if abs(value) >= 1000 or value == int(value) else f"{value:.4g}"


def _interval(row):
    return "" if row.low != row.low else f"{number(row.low)} to {number(row.high)}"
