"""Tiny chapters for a batch: they import nothing heavy, so that a run takes about a second."""

import json

import nbformat
import pytest

RECORD = """from crmlib.old import records
records.record("double_share", share * 2, interval=(share, share * 3))
records.record("customers", count, "customers")"""
PARAMETERS = """share = 0.2
region = "North"
count = 3
fast = True
grades = ["key", "small"]
limit = None"""


def write_notebook(path, cells, parameters=PARAMETERS):
    new = nbformat.v4
    content = [
        new.new_markdown_cell("# 6 Grading · 客户分级\n\n$r/(1+i-r)$", id="m0"),
        new.new_code_cell(parameters, metadata={"tags": ["parameters"]}, id="c0"),
        *(new.new_code_cell(source, id=f"c{number}") for number, source in enumerate(cells, 1)),
    ]
    path.parent.mkdir(exist_ok=True, parents=True)
    nbformat.write(new.new_notebook(cells=content), path)
    return path


@pytest.fixture
def notebooks(tmp_path):
    """A folder with the chapters grading and churn."""
    folder = tmp_path / "notebooks"
    write_notebook(folder / "06_grading.ipynb", [RECORD])
    write_notebook(
        folder / "10_churn.ipynb",
        ['from crmlib.old import records\nrecords.record("lost", 7, "customers")'],
        "region = 'North'",
    )
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
