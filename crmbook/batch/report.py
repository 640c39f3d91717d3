"""What a batch found: tables of key figures, claims and what was left out, and an overview that opens offline."""

import io
from base64 import b64encode
from functools import cache
from importlib.metadata import version

import pandas as pd
from jinja2 import Environment, PackageLoader

from crmbook.batch.execute import FAILED
from crmbook.batch.pages import marked
from crmbook.batch.progress import first_line

MOST_PANELS = 60
PREFIX = "parameter_"
COLUMNS = {
    "records": ["name", "value", "unit", "low", "high"],
    "claims": ["claim", "source", "verdict", "estimate", "low", "high"],
    "left_out": ["left_out"],
}


def save_report(store, memos, planned):
    """Write index.html, results.csv, results.parquet, claims.csv and left_out.csv; of the last two, one without rows is
    not kept.

    Parameters: store - of the batch; memos - what it knows of each run; planned - number of runs in the plan.
    """
    tables = {kind: table_of(memos, kind) for kind in COLUMNS}
    texts = {kind: table.to_csv(index=False, lineterminator="\n") for kind, table in tables.items()}
    # A setting may be a list in one chapter and text in another: read back, a column has one type.
    read_back = pd.read_csv(io.StringIO(texts["records"]), low_memory=False)
    store.write("results.parquet", read_back.to_parquet(index=False))
    store.write("results.csv", texts["records"])
    for kind in ("claims", "left_out"):
        store.write(f"{kind}.csv", texts[kind] if len(tables[kind]) else None)
    store.write("index.html", report_page(memos, planned, tables["records"]))


def table_of(memos, kind="records"):
    """Collect what runs found.

    Parameters: memos - what the store knows of each run; kind - records, claims or left_out. Returns: DataFrame with
    run, chapter, parameter_NAME for each setting, the kind's COLUMNS (low and high missing where there is no interval),
    version (of crmlib).
    """
    settings = dict.fromkeys(name for memo in memos for name in _settings(memo))
    rows = [memo | _settings(memo) | _row(found) for memo in memos for found in memo[kind]]
    table = pd.DataFrame(rows, columns=["run", "chapter", *settings, *COLUMNS[kind], "version"])
    return table.astype(dict.fromkeys(table.columns.intersection(["value", "low", "high"]), "float64"))


def _settings(memo):
    return {PREFIX + name: value for name, value in memo["settings"].items()}


def _row(found):
    if isinstance(found, str):
        return {"left_out": found}
    return found | dict(zip(("low", "high"), found.get("interval") or (), strict=False))


def report_page(memos, planned, table):
    """Write index.html: failures first, every run, the recorded figures.

    Parameters: memos - what the store knows of each run; planned - number of runs in the plan; table - of
    their key figures.
    Returns: HTML text.
    """
    groups = [group for _, group in table.dropna(subset=["value"]).groupby(["chapter", "name"], sort=False)]
    several = [group for group in groups if len(set(group["run"])) > 1]
    return _template().render(
        rows=sorted(memos, key=lambda memo: memo["status"] != FAILED),
        planned=planned,
        settings=[name.removeprefix(PREFIX) for name in table if name.startswith(PREFIX)],
        single=_single(table),
        panels=[_panel(group) for group in several[:MOST_PANELS]],
        hidden_panels=max(0, len(several) - MOST_PANELS),
        figures=len(table),
        version=version("crmlib"),
    )


@cache
def _template():
    loader = PackageLoader("crmbook.batch")
    environment = Environment(loader=loader, autoescape=True, trim_blocks=True, lstrip_blocks=True)
    environment.filters |= {"first_line": first_line, "marked": marked}
    return environment.get_template("index.html.j2")


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
    """One figure across the runs, along the only parameter that varies or in the order of the grid, with its words."""
    from matplotlib.figure import Figure

    from crmlib.figures.house import set_fonts, small_png

    varying = [name for name in group if name.startswith(PREFIX) and len(set(group[name].astype(str))) > 1]
    across = group[varying[0]] if len(varying) == 1 else pd.Series(range(1, len(group) + 1))
    axes = Figure(figsize=(3.6, 2), dpi=160, layout="constrained").subplots()
    axes.set_xlabel(varying[0].removeprefix(PREFIX) if len(varying) == 1 else "run, in the order of the grid", size=8)
    if not pd.api.types.is_numeric_dtype(across):
        axes.set_xticks([0, len(group) - 1], [str(across.iloc[end])[-20:] for end in (0, -1)])
        across = range(len(group))
    axes.plot(across, group["value"], "o", markersize=5 if len(group) < 60 else 2)
    axes.vlines(across, group["low"], group["high"], alpha=0.4)
    axes.tick_params(labelsize=8)
    axes.grid(axis="y", alpha=0.3)
    set_fonts(axes.figure)
    first, values = group.iloc[0], group["value"]
    name, ends = first["name"].replace("_", " "), f"{number(values.min())} to {number(values.max())} {first['unit']}"
    alt = f"{name} in {len(group)} runs: {ends.strip()}, half of the runs below {number(values.median())}."
    return {**first, "name": name, "alt": alt, "picture": b64encode(small_png(axes.figure)).decode()}
