"""Tiny chapters for a batch: they import nothing heavy, so that a run takes about a second."""

import json

import nbformat
import pytest

KINDS = {name: f"application/vnd.crmlib.{name}+json" for name in ("record", "claim", "left-out")}


def displayed(kind, *contents):
    """A cell that displays structured outputs as crmlib does; contents - Python expressions for dictionaries."""
    shown = "".join(f"\ndisplay({{{KINDS[kind]!r}: {c}, 'text/plain': '{kind}'}}, raw=True)" for c in contents)
    return "from IPython.display import display" + shown


def record(name, value, unit="", interval=None):
    """A key figure for `displayed`; value and interval - expressions."""
    return f"dict(name={name!r}, value={value}, unit={unit!r}, interval={interval})"


RECORD = displayed(
    "record", record("double_share", "share * 2", "", "[share, share * 3]"), record("customers", "count", "customers")
)
PARAMETERS = """share = 0.2
region = "North"
count = 3
fast = True
grades = ["key", "small"]
limit = None"""


def write_notebook(path, cells, parameters=PARAMETERS, metadata=None):
    new = nbformat.v4
    content = [
        new.new_markdown_cell("# 6 Grading · 客户分级\n\n$r/(1+i-r)$", id="m0"),
        new.new_code_cell(parameters, metadata={"tags": ["parameters"]}, id="c0"),
        *(new.new_code_cell(source, id=f"c{number}") for number, source in enumerate(cells, 1)),
    ]
    path.parent.mkdir(exist_ok=True, parents=True)
    nbformat.write(new.new_notebook(cells=content, metadata=metadata or {}), path)
    return path


@pytest.fixture
def notebooks(tmp_path):
    """A folder with the chapters grading and churn."""
    folder = tmp_path / "notebooks"
    write_notebook(folder / "06_grading.ipynb", [RECORD])
    write_notebook(folder / "10_churn.ipynb", [displayed("record", record("lost", 7, "customers"))], "region = 'North'")
    return folder


@pytest.fixture
def tables(tmp_path):
    """A data folder."""
    folder = tmp_path / "company"
    folder.mkdir()
    (folder / "orders.csv").write_text("order_id\n1\n")
    return folder


def memo(out, run):
    """What the batch knows of a run."""
    return json.loads((out / "runs" / run / "run.json").read_text(encoding="utf-8"))
