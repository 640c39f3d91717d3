"""What a chapter notebook must look like: each rule gives the list of places that break it."""

import ast
import re
import statistics

CHINESE = re.compile(r"[\u4e00-\u9fff]")
LONGEST_CELL = 15
LONGEST_DEF = 5
PLOTTING = {"plot", "bar", "barh", "scatter", "hist", "subplots", "figure", "boxplot", "imshow"}


def code_cells(notebook):
    return [cell for cell in notebook.cells if cell.cell_type == "code"]


def lines(cell):
    return [line for line in cell.source.splitlines() if line.strip() and not line.strip().startswith("#")]


def tree(cell):
    """Parse a cell; IPython magics and shell lines count as comments."""
    return ast.parse("\n".join("" if line.lstrip()[:1] in "%!" else line for line in cell.source.splitlines()))


def long_cells(notebook):
    sizes = [len(lines(cell)) for cell in code_cells(notebook)]
    faults = [f"cell of {size} lines" for size in sizes if size > LONGEST_CELL]
    if statistics.median(sizes) > 3:
        faults.append(f"median length is {statistics.median(sizes)} lines, not at most 3")
    if sum(size < 8 for size in sizes) < 0.9 * len(sizes):
        faults.append(f"only {sum(size < 8 for size in sizes)} of {len(sizes)} cells have under 8 lines")
    return faults


def parameters_faults(notebook):
    tagged = [cell for cell in code_cells(notebook) if "parameters" in cell.metadata.get("tags", [])]
    if len(tagged) != 1:
        return [f"{len(tagged)} cells are tagged 'parameters', not one"]
    body = tree(tagged[0]).body
    faults = [ast.unparse(node) for node in body if not _is_plain_assignment(node)]
    names = [node.targets[0].id for node in body if _is_plain_assignment(node)]
    if names[:2] != ["data", "as_of"]:
        faults.append(f"the first parameters are {names[:2]}, not data and as_of")
    return faults


def _is_plain_assignment(node):
    return isinstance(node, ast.Assign) and len(node.targets) == 1 and isinstance(node.targets[0], ast.Name)


def late_imports(notebook):
    importing = [
        cell
        for cell in code_cells(notebook)
        if any(isinstance(n, ast.Import | ast.ImportFrom) for n in ast.walk(tree(cell)))
    ]
    first = next((c for c in code_cells(notebook) if "parameters" not in c.metadata.get("tags", [])), None)
    return [cell.source for cell in importing if cell is not first and cell is not code_cells(notebook)[0]]


def long_functions(notebook):
    found = [n for c in code_cells(notebook) for n in ast.walk(tree(c)) if isinstance(n, ast.FunctionDef)]
    return [n.name for n in found if n.end_lineno - n.lineno + 1 > LONGEST_DEF]


def plotting_calls(notebook):
    calls = [n for c in code_cells(notebook) for n in ast.walk(tree(c)) if isinstance(n, ast.Call)]
    return [ast.unparse(n) for n in calls if isinstance(n.func, ast.Attribute) and n.func.attr in PLOTTING]


def silenced_warnings(notebook):
    words = ("filterwarnings", "simplefilter", "catch_warnings", "%%capture", "2>/dev/null")
    return [cell.source for cell in code_cells(notebook) if any(word in cell.source for word in words)]


def outputs(notebook):
    return [output for cell in code_cells(notebook) for output in cell.outputs]


def warnings_and_errors(notebook):
    stderr = [o.text for o in outputs(notebook) if o.output_type == "stream" and o.name == "stderr"]
    return stderr + [o.ename for o in outputs(notebook) if o.output_type == "error"]


def counts_out_of_order(notebook):
    counts = [cell.execution_count for cell in code_cells(notebook)]
    return [] if counts == list(range(1, len(counts) + 1)) else [str(counts)]


def pictures_without_alt(notebook):
    """Every picture: alt text in its metadata, the same as its text output."""
    pictures = [o for o in outputs(notebook) if "image/png" in o.get("data", {})]
    return [
        str(o.data.get("text/plain"))[:80]
        for o in pictures
        if not o.metadata.get("image/png", {}).get("alt") or o.metadata["image/png"]["alt"] != o.data["text/plain"]
    ]


def heavy_pictures(notebook, limit=60_000):
    sizes = [len(o.data["image/png"]) * 3 // 4 for o in outputs(notebook) if "image/png" in o.get("data", {})]
    return [f"{size} bytes" for size in sizes if size > limit]


def headings_without_chinese(notebook):
    """Numbered textbook headings carry the Chinese term."""
    found = [
        line
        for cell in notebook.cells
        if cell.cell_type == "markdown"
        for line in re.sub(r"```.*?```", "", cell.source, flags=re.DOTALL).splitlines()
        if re.match(r"#{1,3} ", line)
    ]
    return [line for line in found if not CHINESE.search(line)]


def unstable_outputs(notebook):
    text = [str(o.get("data", {}).get("text/plain", o.get("text", ""))) for o in outputs(notebook)]
    return [t[:100] for t in text if re.search(r"\bat 0x[0-9a-f]{6,}|<Figure size|<Axes", t)]


RULES = [
    long_cells,
    parameters_faults,
    late_imports,
    long_functions,
    plotting_calls,
    silenced_warnings,
    warnings_and_errors,
    counts_out_of_order,
    pictures_without_alt,
    heavy_pictures,
    headings_without_chinese,
    unstable_outputs,
]
