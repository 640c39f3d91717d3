"""How the code of a chapter notebook must read: each rule takes a chapter and says which cells break it."""

import ast
import builtins

from crmlib.boundary import names_made
from tests.notebooks.sizes import OPERATION

ENDINGS = {"show", "record", "claim", "source", "check", "head", "progress"}
# Names that may be bound again; each other one that a chapter needs is an exception to be listed here.
FREE_NAMES = {"axes", "answer", "_"}
NEEDED_IMPORTS = {"numpy", "pandas", "seaborn", "matplotlib.pyplot", "crmlib"}
IN_PLACE = {"append", "extend", "insert", "update", "pop", "setdefault", "clear"}
PACKAGE = {"crmlib", "information", "grading", "communication", "satisfaction", "loyalty", "churn"}
DEFINITION = ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef | ast.Lambda
LOOP = ast.For | ast.While


# --- Opening


def opening_cells(chapter):
    """Parameters, imports, database stand before the first section, a cell each."""
    cells = [cell for cell in chapter.code if cell.section.level < 2]
    if len(cells) != 3:
        return [f"{len(cells)} code cells before the first section, not three: parameters, imports, database"]
    _, imports, database = cells
    faults = [] if _imports(imports) == imports.tree.body else [f"{imports} does more than import"]
    missing = NEEDED_IMPORTS - {alias.name for line in _imports(imports) for alias in line.names}
    faults += [f"{imports} does not import {name}" for name in sorted(missing)]
    if "open_database(" not in database.source or ".begin(db)" not in database.source:
        faults.append(f"{database} does not open the database and begin the room")
    return faults


def parameters(chapter):
    tagged = [cell for cell in chapter.code if "parameters" in cell.tags]
    if len(tagged) != 1 or tagged[0] is not chapter.code[0]:
        return [f"{len(tagged)} cells are tagged 'parameters', not the first code cell alone"]
    names = []
    for line in tagged[0].tree.body:
        if not (isinstance(line, ast.Assign) and len(line.targets) == 1 and isinstance(line.targets[0], ast.Name)):
            return [f"`{ast.unparse(line)}` is not one plain assignment"]
        names.append(line.targets[0].id)
    return [] if names[:2] == ["data", "as_of"] else [f"the first parameters are {names[:2]}, not data and as_of"]


def late_imports(chapter):
    return [f"{cell} imports" for cell in chapter.code if cell.section.level > 1 and _imports(cell)]


def _imports(cell):
    return [node for node in ast.walk(cell.tree) if isinstance(node, ast.Import | ast.ImportFrom)]


# --- Names


def bound_once(chapter):
    """A name is bound once; axes, answer, loop variables and sums (in a loop, or ``+=``) apart."""
    first = dict.fromkeys(dir(builtins), "Python itself")
    faults = []
    for cell in chapter.code:
        for statement in cell.tree.body:
            names = set(_bound(statement)) - FREE_NAMES
            if isinstance(statement, LOOP):
                names -= set(first)
            if isinstance(statement, ast.AugAssign):
                continue
            faults += [f"{cell} binds {name!r} again after {first[name]}" for name in sorted(names & set(first))]
            first |= dict.fromkeys(names - set(first), str(cell))
    return faults


def _bound(node):
    """Names that a statement binds; not loop variables, nor what is local to a function or a comprehension."""
    if isinstance(node, ast.For | ast.AsyncFor):
        for line in [*node.body, *node.orelse]:
            yield from _bound(line)
    elif isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
        yield node.name
    elif isinstance(node, ast.Import | ast.ImportFrom):
        yield from (alias.asname or alias.name.partition(".")[0] for alias in node.names)
    elif isinstance(node, ast.NamedExpr):
        yield node.target.id
    elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
        yield node.id
    elif not isinstance(node, ast.Lambda | ast.comprehension | ast.AugAssign):
        for child in ast.iter_child_nodes(node):
            yield from _bound(child)


def foreign_changes(chapter):
    """No cell adds rows, columns or keys to an object of another cell."""
    faults = []
    for cell in chapter.code:
        own = {name for line in cell.tree.body for name in _own(line)}
        changed = {name for line in cell.tree.body for name in names_made(line)} | set(_changed_in_place(cell.tree))
        faults += [f"{cell} changes {name!r}, which another cell made" for name in sorted(changed - own)]
    return faults


def _own(line):
    """Names that a cell makes itself, its loop variables too."""
    changed = {id(node.target) for node in ast.walk(line) if isinstance(node, ast.AugAssign)}
    for node in ast.walk(line):
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store) and id(node) not in changed:
            yield node.id
    yield from _bound(line)


def _changed_in_place(node):
    """Names on which a method is called that changes the object itself."""
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and isinstance(node.func.value, ast.Name):
        in_place = any(keyword.arg == "inplace" for keyword in node.keywords)
        if in_place or node.func.attr in IN_PLACE:
            yield node.func.value.id
    for child in ast.iter_child_nodes(node):
        if not isinstance(child, DEFINITION):
            yield from _changed_in_place(child)


# --- What a cell shows


def endings(chapter):
    """A cell ends in show, record, claim, source, an explorer, a check or .head(); a lone def apart."""
    faults = []
    for cell in chapter.code:
        if cell.section.level < 2 or cell.is_one_function:
            continue
        # What only many lines can draw is drawn by a room's function, draw_…, which shows itself.
        pictures = [o.output_type for o in cell.outputs if "image/png" in o.get("data", {})]
        drawn = "execute_result" in pictures or (cell.ending.startswith("draw_") and pictures)
        if not (cell.ending in ENDINGS or cell.ending.startswith("explore") or (cell.ending and drawn)):
            last = ast.unparse(cell.tree.body[-1]) if cell.tree.body else "nothing"
            faults.append(f"{cell} ends in `{last.splitlines()[0][:60]}`")
    return faults


def visible_calculation(chapter):
    """In each core section an assignment made with pandas, numpy or a library feeds what is shown, or SQL is shown."""
    faults = []
    for section in chapter.questions():
        cells = [piece for piece in chapter.within(section) if hasattr(piece, "tree") and not piece.is_exercise]
        statements = [line for cell in cells for line in cell.tree.body]
        made = {name for line in statements if _calculates(line) for name in _bound(line)}
        used = {n.id for n in ast.walk(ast.Module(statements, [])) if isinstance(n, ast.Name) and _is_read(n)}
        if not made & used and not any(".sql(" in cell.source for cell in cells):
            faults.append(f"{section.title!r} shows nothing that its cells calculate")
    return faults


def _is_read(name):
    return isinstance(name.ctx, ast.Load)


def _calculates(line):
    """Whether a statement binds more than what one function of the package returns."""
    operations = [node for node in ast.walk(line) if isinstance(node, OPERATION | ast.BinOp)]
    return bool(set(_bound(line))) and not all(isinstance(node, ast.Call) and _of_package(node) for node in operations)


def _of_package(call):
    root = call.func
    while isinstance(root, ast.Attribute):
        root = root.value
    return isinstance(root, ast.Name) and root.id in PACKAGE


# --- What stands in no notebook


def silenced_warnings(chapter):
    words = ("filterwarnings", "simplefilter", "catch_warnings", "%%capture", "2>/dev/null")
    return [f"{cell} holds {word}" for cell in chapter.code for word in words if word in cell.source]


def instructors_only(chapter):
    """No notebook opens what only tests and instructors may see."""
    return [f"{cell} reads the truth" for cell in chapter.code if "truth/" in cell.source or '"truth"' in cell.source]
