"""The overview of a batch, one page that opens offline on a phone and a projector."""

from base64 import b64encode
from functools import cache
from importlib.metadata import version
from urllib.parse import quote

from crmbook.batch.execute import FAILED
from crmbook.batch.pages import marked
from crmbook.batch.progress import first_line
from crmbook.batch.results import PREFIX, results_table, save_results

MOST_PANELS = 60
MOST_FAILURES = 40  # shown at length; a broken data set fails every run alike
COLUMNS = {"chapter": "Chapter", "name": "Figure", "value": "Value", "unit": "Unit", "interval": "Interval"}


def save_report(store, memos, planned):
    """Write the tables of results and index.html; memos - what the store knows of each run; planned - runs in all."""
    table = results_table(memos)
    save_results(store, memos, table)
    store.write("index.html", report_page(memos, planned, table))


def report_page(memos, planned, table):
    """Write index.html: failures first, every run, the recorded figures, drawn when all runs are there.

    Parameters: memos - what the store knows of each run; planned - number of runs in the plan; table - results_table.
    Returns: HTML text.
    """
    rows = sorted(map(_row, memos), key=lambda row: row["status"] != FAILED)
    failed = [row for row in rows if row["status"] == FAILED]
    groups = [group for _, group in table.dropna(subset=["value"]).groupby(["chapter", "name"], sort=False)]
    several = [group for group in groups if group["run"].nunique() > 1] if len(memos) == planned else []
    page = _template().render(
        failed=failed,
        most_failures=MOST_FAILURES,
        rows=rows,
        settings=[name.removeprefix(PREFIX) for name in table if name.startswith(PREFIX)],
        finished=len(memos) - len(failed),
        waiting=planned - len(memos),
        planned=planned,
        seconds=_duration(sum(memo["seconds"] for memo in memos)),
        columns=COLUMNS,
        single=_single(table),
        panels=[_panel(group) for group in several[:MOST_PANELS]],
        hidden_panels=max(0, len(several) - MOST_PANELS),
        when=max((memo["finished"] for memo in memos), default=""),
        figures=len(table),
        claims=sum(len(memo["claims"]) for memo in memos),
        left_out=sum(len(memo["left_out"]) for memo in memos),
        version=version("crmlib"),
    )
    return marked(page)


@cache
def _template():
    from jinja2 import Environment, PackageLoader

    loader = PackageLoader("crmbook.batch")
    environment = Environment(loader=loader, autoescape=True, trim_blocks=True, lstrip_blocks=True)
    return environment.get_template("index.html.j2")


def _row(memo):
    place = quote(f"runs/{memo['run']}")
    return {
        **memo,
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
    once = table[table.groupby("chapter")["run"].transform("nunique") == 1]
    ends = once[["low", "high"]].map(number).agg(" to ".join, axis=1) if len(once) else ""
    shown = once.assign(interval=ends, value=once["value"].map(number), name=once["name"].str.replace("_", " "))
    return shown.assign(interval=shown["interval"].where(once["low"].notna(), "")).to_dict("records")


def number(value):
    """A figure as text: four digits are enough."""
    if value != value:
        return "not available"
    return f"{value:,.0f}" if abs(value) >= 1000 or value == int(value) else f"{value:.4g}"


def _panel(group):
    """One figure across the runs, with its words."""
    from matplotlib.figure import Figure

    from crmlib.figures.house import set_fonts, small_png

    figure = Figure(figsize=(3.6, 2), dpi=160, layout="constrained")
    axes = figure.subplots()
    axes.set_xlabel(_across(group, axes), fontsize=8)
    places = axes.lines[0].get_xdata(orig=False)
    axes.vlines(places, group["low"], group["high"], alpha=0.4)
    axes.tick_params(labelsize=8)
    axes.spines[["top", "right"]].set_visible(False)
    axes.grid(axis="y", alpha=0.3)
    set_fonts(figure)
    first, values = group.iloc[0], group["value"]
    name, ends = first["name"].replace("_", " "), f"from {number(values.min())} to {number(values.max())}"
    alt = f"{name} in {len(group)} runs: {ends} {first['unit']}, half of the runs below {number(values.median())}."
    picture = b64encode(small_png(figure)).decode()
    return {"name": name, "chapter": first["chapter"], "unit": first["unit"], "alt": alt, "picture": picture}


def _across(group, axes):
    """Draw the values along the only parameter that varies, else in the order of the runs. Returns: its name."""
    varying = [name for name in group if name.startswith(PREFIX) and group[name].astype(str).nunique() > 1]
    look = {"marker": "o", "linestyle": "", "markersize": 5 if len(group) < 60 else 2}
    if len(varying) == 1 and group[varying[0]].map(lambda value: type(value) in (int, float)).all():
        axes.plot(group[varying[0]].astype(float), group["value"], **look)
        return varying[0].removeprefix(PREFIX)
    axes.plot(range(len(group)), group["value"], **look)
    names = group[varying[0]].astype(str).tolist() if len(varying) == 1 else ["first", "last"]
    axes.set_xticks([0, len(group) - 1], [names[0][-20:], names[-1][-20:]])
    return varying[0].removeprefix(PREFIX) if len(varying) == 1 else f"{len(group)} runs in the order of the grid"
