"""What a chapter notebook may show: each rule takes a chapter and says which outputs break it."""

import re

HEAVIEST_PICTURE = 60_000


def one_output(chapter):
    """One picture or one table a cell."""
    visible = {"figure", "explorer", "table", "small table"}
    return [f"{cell} shows {cell.shown}" for cell in chapter.cells() if sum(k in visible for k in cell.shown) > 1]


def warnings_and_errors(chapter):
    faults = []
    for cell in chapter.code:
        for output in cell.outputs:
            if output.output_type == "error" or output.get("name") == "stderr":
                faults.append(f"{cell} says {output.get('ename') or output.get('text', '')[:60]!r}")
    return faults


def counts_in_order(chapter):
    counts = [cell.execution_count for cell in chapter.notebook.cells if cell.cell_type == "code"]
    return [] if counts == list(range(1, len(counts) + 1)) else [f"execution counts {counts}"]


def stable_outputs(chapter):
    """No output holds an address or an object that is not said in words."""
    unstable = re.compile(r"\bat 0x[0-9a-f]{6,}|<Figure size|<Axes|Axes\(|\bnp\.float64\(")
    faults = []
    for cell in chapter.code:
        for output in cell.outputs:
            text = str(output.get("data", {}).get("text/plain", output.get("text", "")))
            if unstable.search(text) or ("image/png" in output.get("data", {}) and not text):
                faults.append(f"{cell} says {text[:60]!r}")
    return faults


def light_pictures(chapter):
    sizes = [
        (cell, len(o.get("data", {}).get("image/png", "")) * 3 // 4) for cell in chapter.code for o in cell.outputs
    ]
    return [f"{cell} draws {size} bytes" for cell, size in sizes if size > HEAVIEST_PICTURE]


def unbroken_figures(chapter):
    """A figure in a table and its unit do not come apart at the end of a line."""
    loose = re.compile(r"\d (%|万|CNY)")
    html = [(cell, o.get("data", {}).get("text/html", "")) for cell in chapter.code for o in cell.outputs]
    return [f"{cell}: {loose.search(text)[0]!r} may break" for cell, text in html if loose.search(text)]


def key_figures_in_words(chapter):
    """A key figure is shown in words, never by the name under which it is stored."""
    faults = []
    for cell in chapter.code:
        for output in cell.outputs:
            data = output.get("data", {})
            name = data.get("application/vnd.crmlib.record+json", {}).get("name", "")
            if name and any(name in str(text) for mime, text in data.items() if mime.startswith("text/")):
                faults.append(f"{cell} shows the storage name {name!r}")
    return faults
