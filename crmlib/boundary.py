"""The one place where "these data cannot carry that" becomes a sentence: the notebook's cell.

Functions and cells raise. A cell that meets one of ``CANNOT_CARRY`` shows "Left out: …", and the names it should have
made are taken away; a later cell that needs one of them meets Python's own NameError, and shows the sentence again.
"""

import ast
import re
import sys
from contextlib import contextmanager
from types import ModuleType

from crmlib.errors import CANNOT_CARRY

LEFT_OUT = "application/vnd.crmlib.left-out+json"


def begin(shell=None):
    """Let each later cell say in one sentence what the data cannot carry, and the notebook go on.

    ``shell``: IPython's InteractiveShell, by default the running one. Calling it again changes nothing; outside a
    notebook it does nothing, and faults are raised as they are.
    """
    if shell is None and "IPython" in sys.modules:
        shell = sys.modules["IPython"].get_ipython()
    if shell is not None and not any(isinstance(known, Boundary) for known in shell.ast_transformers):
        shell.ast_transformers.append(Boundary(shell))


class Boundary(ast.NodeTransformer):
    """Guards the cells of one notebook: IPython passes it the syntax tree of each cell before the cell runs."""

    def __init__(self, shell):
        self.shell = shell
        self.left_out = {}

    def visit_Module(self, module):
        """Put a cell's statements into ``with __boundary__.cell(names):``; its last expression is still its output."""
        # Set anew for each cell, because %reset empties the notebook's names.
        self.shell.user_ns.update(__boundary__=self, __value__=None)
        future = [line for line in module.body if isinstance(line, ast.ImportFrom) and line.module == "__future__"]
        body = module.body[len(future) :]
        if not body:
            return module
        guarded = ast.parse(f"with __boundary__.cell({sorted(set(names_made(module)))}): pass\n__value__").body
        last = body[-1]
        if isinstance(last, ast.Expr):
            body[-1] = ast.copy_location(ast.Assign([ast.Name("__value__", ast.Store())], last.value), last)
        guarded[0].body = body
        module.body = future + guarded
        return ast.fix_missing_locations(module)

    @contextmanager
    def cell(self, names):
        """Run a cell's statements; where they meet a fault, show its sentence instead and take away ``names``."""
        try:
            yield
        except CANNOT_CARRY as fault:
            self._leave_out(fault, names)
        except NameError as error:
            missing = re.fullmatch(r".*'(\w+)' is not defined", str(error))
            if missing is None or missing[1] not in self.left_out:
                raise
            self._leave_out(self.left_out[missing[1]], names)
        else:
            self.left_out = {name: fault for name, fault in self.left_out.items() if name not in names}

    def _leave_out(self, fault, names):
        if "matplotlib.pyplot" in sys.modules:
            sys.modules["matplotlib.pyplot"].close("all")
        for name in names:
            # A module does not depend on the data: `import numpy as np` or `plt.rcParams[…] = …` may stand in any cell.
            if not isinstance(self.shell.user_ns.get(name), ModuleType):
                self.shell.user_ns.pop(name, None)
                self.left_out[name] = fault
        show_left_out(fault)


def show_left_out(fault):
    """Display "Left out: …" for the reader, and the sentence as data for whoever collects a batch's results."""
    from IPython.display import display

    text = f"Left out: {fault}"
    markdown = re.sub(r"([!-/:-@\[-`{-~])", r"\\\1", text)
    display({"text/plain": text, "text/markdown": markdown, LEFT_OUT: {"sentence": str(fault)}}, raw=True)


def names_made(node, in_comprehension=False):
    """Names of the notebook that a cell binds, deletes or changes; not those of its functions and comprehensions."""
    match node:
        case ast.FunctionDef() | ast.AsyncFunctionDef() | ast.ClassDef():
            yield node.name
            return
        case ast.Lambda():
            return
        case ast.Import() | ast.ImportFrom():
            yield from (alias.asname or alias.name.partition(".")[0] for alias in node.names)
        case ast.NamedExpr():
            yield node.target.id
        case ast.Name(ctx=ast.Store() | ast.Del()) if not in_comprehension:
            yield node.id
        case ast.Subscript(ctx=ast.Store() | ast.Del()) | ast.Attribute(ctx=ast.Store() | ast.Del()):
            changed = node
            while isinstance(changed, ast.Subscript | ast.Attribute):
                changed = changed.value
            if isinstance(changed, ast.Name):
                yield changed.id
        case ast.MatchAs(name=str(name)) | ast.MatchStar(name=str(name)) | ast.MatchMapping(rest=str(name)):
            yield name
    inner = in_comprehension or isinstance(node, ast.ListComp | ast.SetComp | ast.DictComp | ast.GeneratorExp)
    for child in ast.iter_child_nodes(node):
        yield from names_made(child, inner)
