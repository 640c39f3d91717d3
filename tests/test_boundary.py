"""A cell that the data cannot carry shows one sentence, and so does each later cell that needs what it left out."""

import ast
import re

import nbformat
import pytest
from IPython.core.interactiveshell import InteractiveShell
from IPython.utils.capture import capture_output

from crmlib.boundary import LEFT_OUT, Boundary, begin, names_made

START = """
import numpy as np
import pandas as pd
from crmlib.errors import CrmError, DataFault, MissingTable, NotConverged, TooFew, Unreadable

def enough(rows):
    raise TooFew("only 3 customers, 30 are needed.")
"""
SENTENCE = "Left out: only 3 customers, 30 are needed."
FAIL = "raise TooFew('only 3 customers, 30 are needed.')"


class Notebook:
    """Runs cells as a notebook does and returns what a reader sees: texts, or the error itself."""

    def __init__(self):
        InteractiveShell.clear_instance()
        self.shell = InteractiveShell.instance(colors="nocolor")
        self.run(START)
        begin(self.shell)

    def run(self, source):
        with capture_output() as shown:
            ran = self.shell.run_cell(source, store_history=True)
        self.printed = shown.stdout
        if not ran.success:
            return ran.error_in_exec or ran.error_before_exec
        texts = [output.data["text/plain"] for output in shown.outputs]
        return texts or re.findall(r"^Out\[\d+\]: (.*)", shown.stdout, re.MULTILINE)


@pytest.fixture
def notebook():
    book = Notebook()
    yield book
    InteractiveShell.clear_instance()


@pytest.mark.parametrize("kind", ["MissingTable", "DataFault", "TooFew", "NotConverged"])
def test_four_kinds_are_one_sentence(notebook, kind):
    assert notebook.run(f"raise {kind}('no.')") == ["Left out: no."]


@pytest.mark.parametrize("kind", ["CrmError", "Unreadable", "KeyError", "ValueError", "ZeroDivisionError"])
def test_every_other_error_is_an_error(notebook, kind):
    assert type(notebook.run(f"raise {kind}('no.')")).__name__ == kind


def test_a_typing_mistake_is_still_a_name_error(notebook):
    notebook.run(f"profit = 1\n{FAIL}")
    assert str(notebook.run("profits")) == "name 'profits' is not defined"


USES = [
    "gone",
    "gone()",
    "gone[0]",
    "for row in gone: pass",
    "gone + 1",
    "1 - gone",
    "gone > 1",
    "gone == 1",
    "f'{gone:.2f}'",
    "len(gone)",
    "bool(gone)",
    "if gone: pass",
    "np.array(gone)",
    "pd.DataFrame({'x': gone})",
    "gone.mean()",
    "gone.x = 1",
    "gone['x'] = 1",
    "gone += 1",
    "del gone",
    "(lambda: gone)()",
    "[row for row in [1] if gone]",
    "print(gone)",
    "pd.DataFrame({'x': [1]}).query('x == @gone')",
]


@pytest.mark.parametrize("use", USES)
def test_whatever_is_done_with_what_was_left_out_says_so_again(notebook, use):
    assert notebook.run(f"gone = 1\n{FAIL}") == [SENTENCE]
    assert notebook.run(use) == [SENTENCE]
    assert notebook.run("1 + 1") == ["2"]


MADE = {
    "assigned before the fault": ("gone = 1", ""),
    "assigned after an unconditional raise": ("", "gone = 1"),
    "made of the fault": ("gone = enough([])", ""),
    "def": ("", "def gone(): return 1"),
    "class": ("", "class gone: pass"),
    "import": ("", "import wave as gone"),
    "from import": ("from math import pi as gone", ""),
    "dotted import": ("", "import gone.parts"),
    "tuple target": ("(first, *gone), second = (1, 2), 3", ""),
    "walrus": ("if (gone := 1): pass", ""),
    "walrus in a comprehension": ("[gone := x for x in [1]]", ""),
    "with as": ("", "with open('x') as gone: pass"),
    "for": ("for gone in [1]: pass", ""),
    "annotated": ("", "gone: int = 1"),
    "augmented": ("gone = 1\ngone += 1", ""),
    "match": ("match [1, 2]:\n    case [gone, 2]: pass", ""),
    "match star": ("match [1, 2]:\n    case [1, *gone]: pass", ""),
    "match rest": ("match {1: 2, 3: 4}:\n    case {1: 2, **gone}: pass", ""),
    "under a condition": ("", "if True:\n    gone = 1"),
    "async for": ("", "async for gone in x: pass"),
}


@pytest.mark.parametrize("case", MADE)
def test_each_way_to_make_a_name(notebook, case):
    before, after = MADE[case]
    assert notebook.run(f"{before}\n{FAIL}\n{after}") == [SENTENCE]
    assert notebook.run("gone") == [SENTENCE]


NOT_MADE = {
    "local in a function": "def f():\n    kept = 2\n    return kept",
    "argument": "def f(kept): return kept",
    "lambda": "f = lambda kept: kept",
    "list comprehension": "f = [kept for kept in [1]]",
    "generator, nested": "f = sum(kept * k for kept in [1] for k in [kept for kept in [1]])",
    "dict comprehension": "f = {kept: value for kept, value in []}",
    "class body": "class F:\n    kept = 2",
    "only read": "f = kept + 1",
    "keyword": "f = dict(kept=2)",
    "attribute of that name": "f = type('F', (), {})()\nf.kept = 2",
}


@pytest.mark.parametrize("case", NOT_MADE)
def test_a_local_name_is_not_made(notebook, case):
    notebook.run("kept = 1")
    assert notebook.run(f"{NOT_MADE[case]}\n{FAIL}") == [SENTENCE]
    assert notebook.run("kept") == ["1"]


def test_names_of_a_cell_are_the_same_on_every_python():
    source = "a = [b for b in c if (d := b)]\ne.f[g].h = (lambda i: i)(1)\nk(l).m = n[o](p)\ndel q['r'], s"
    assert sorted(names_made(ast.parse(source))) == ["a", "d", "e", "q", "s"]


def test_a_loop_variable_of_a_failed_cell_does_not_blank_later_cells(notebook):
    notebook.run(f"for row in [1, 2]:\n    {FAIL}")
    assert notebook.run("for row in [7]:\n    total = row\ntotal") == ["7"]
    assert notebook.run("row") == ["7"]


def test_a_name_that_existed_before_does_not_keep_its_old_value(notebook):
    notebook.run("rate = 0.5")
    assert notebook.run("rate = enough([])") == [SENTENCE]
    assert notebook.run("rate") == [SENTENCE]
    assert notebook.run("rate = 0.7\nrate") == ["0.7"]


@pytest.mark.parametrize(
    "change", ['frame["x"] = 1', 'frame.loc[0, "x"] = 1', "frame.index = [1]", 'frame["k"] += 1', 'del frame["k"]']
)
def test_a_frame_that_should_have_been_changed_stands_for_the_sentence(notebook, change):
    notebook.run("frame = pd.DataFrame({'k': [1]})")
    assert notebook.run(f"enough(frame)\n{change}") == [SENTENCE]
    assert notebook.run("frame.head()") == [SENTENCE]


def test_modules_do_not_depend_on_the_data(notebook):
    assert notebook.run(f"import numpy as np\nnp.random.mtrand.note = 1\n{FAIL}") == [SENTENCE]
    assert notebook.run("np.arange(2).sum() == 1") == ["np.True_"]


def test_what_was_mended_by_running_the_cell_again_is_there(notebook):
    notebook.run("rows = 3")
    cell = "if rows < 30: enough(rows)\nshare = rows / 100"
    assert notebook.run(cell) == [SENTENCE]
    assert notebook.run("twice = 2 * share") == [SENTENCE]
    assert notebook.run("twice") == [SENTENCE]
    notebook.run("rows = 50")
    assert notebook.run(cell + "\nshare") == ["0.5"]
    assert notebook.run("del share") == []
    assert isinstance(notebook.run("share"), NameError)


def test_a_cell_that_handles_the_fault_itself_is_whole(notebook):
    notebook.run("try:\n    share = enough([])\nexcept TooFew as few:\n    share = str(few)[:6]")
    assert notebook.run("share") == ["'only 3'"]


def test_a_function_defined_earlier_says_what_it_lacks(notebook):
    notebook.run("def twice():\n    return 2 * share")
    notebook.run("share = enough([])")
    assert notebook.run("twice()") == [SENTENCE]


def test_a_half_drawn_figure_is_closed(notebook):
    assert notebook.run(f"import matplotlib.pyplot as plt\nplt.plot([1, 2])\n{FAIL}") == [SENTENCE]
    assert notebook.run("plt.get_fignums()") == ["[]"]


@pytest.mark.parametrize("call", ["wrong()", "first = wrong()", "if True:\n    wrong()"])
def test_tracebacks_keep_their_line_numbers(notebook, call):
    source = f"def wrong():\n\n    return 1 / 0\n\n# a remark\n{call}\nafter = 1"
    error = notebook.run(source)
    lines = []
    trace = error.__traceback__
    while trace:
        lines.append((trace.tb_frame.f_code.co_name, trace.tb_lineno))
        trace = trace.tb_next
    at = source[: source.rindex("wrong()")].count("\n") + 1
    assert lines[-2:] == [("<module>", at), ("wrong", 3)]
    assert "boundary.py" not in notebook.printed


@pytest.mark.parametrize(
    ("source", "shown"),
    [
        ("1 + 1", ["2"]),
        ("1 + 1;", []),
        ("None", []),
        ("x = 3", []),
        ("for i in [1]: i", []),
        ("", []),
        ("# only a remark", []),
        ("%%capture kept\n5", []),
        ("from __future__ import annotations\n4", ["4"]),
        ("import asyncio\nawait asyncio.sleep(0, 6)", ["6"]),
        ("%reset -f\n8", ["8"]),
        ("'''text'''\n9", ["9"]),
    ],
)
def test_a_cell_without_fault_shows_what_it_always_showed(notebook, source, shown):
    assert notebook.run(source) == shown
    assert notebook.run("2 + 2") == ["4"]


@pytest.mark.parametrize(
    "source",
    [
        "gone = enough([]);",
        "enough([]);",
        "%%time\ngone = enough([])",
        "%%time\nenough([])\ngone = 1\ngone",
        "import asyncio\nawait asyncio.sleep(0)\ngone = enough([])\nawait asyncio.sleep(0)",
        "from __future__ import annotations\ngone = enough([])",
    ],
)
def test_magics_await_and_semicolon(notebook, source):
    assert notebook.run(source) == [SENTENCE]
    if "gone" in source:
        assert notebook.run("gone") == [SENTENCE]


def test_time_keeps_value_and_names(notebook):
    assert notebook.run("%%time\nx = 2\nx + 1") == ["3"]
    assert notebook.run("x") == ["2"]


def test_begin_twice_is_begin_once(notebook):
    begin(notebook.shell)
    begin()
    assert sum(isinstance(known, Boundary) for known in notebook.shell.ast_transformers) == 1


def test_outside_a_notebook_nothing_happens():
    InteractiveShell.clear_instance()
    assert begin() is None


def test_sentence_for_readers_and_for_the_batch(notebook):
    with capture_output() as shown:
        notebook.shell.run_cell("raise MissingTable('no table `a_b` <b>*x*</b> $1$ [y](z)')")
    (output,) = shown.outputs
    assert output.data["text/plain"] == "Left out: no table `a_b` <b>*x*</b> $1$ [y](z)"
    assert output.data[LEFT_OUT] == {"sentence": "no table `a_b` <b>*x*</b> $1$ [y](z)"}
    from nbconvert.filters import markdown2html

    page = markdown2html(output.data["text/markdown"])
    assert "no table `a_b` &lt;b&gt;*x*&lt;/b&gt; " in page
    assert "<b>" not in page
    assert "<a" not in page


def test_a_notebook_run_to_its_end(tmp_path):
    """In a kernel of its own, as papermill, nbval and Voilà run it."""
    from nbclient import NotebookClient

    cells = [
        START + "\nimport matplotlib.pyplot as plt\nfrom crmlib.boundary import begin",
        "begin()",
        "share = enough([])\nplt.plot([1])",
        "share + 1",
        "plt.plot([1, 2]);",
        "1 + 1",
    ]
    book = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(source) for source in cells])
    NotebookClient(book, timeout=120, kernel_name="python3").execute()
    outputs = [cell.outputs for cell in book.cells]
    for left_out in outputs[2:4]:
        assert [output.data["text/plain"] for output in left_out] == [SENTENCE]
        assert LEFT_OUT in left_out[0].data
    assert ["image/png" in output.data for output in outputs[4]] == [True]
    assert outputs[5][0].data["text/plain"] == "2"
    nbformat.validate(book)
