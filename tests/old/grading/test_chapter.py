"""The chapter's notebook, run cell by cell on other data: orders alone, other days, one kind of customer only."""

import ast
import contextlib
import io
from pathlib import Path

import nbformat
import pandas as pd
import pytest

from crmlib.old.figures import Notice
from crmlib.old.grading.readable import ReadableTable

NOTEBOOK = Path(__file__).parents[3] / "notebooks" / "06_grading.ipynb"


def run_chapter(**parameters):
    """Run all code cells with other parameters. Returns: (source, value of the last line) of each cell."""
    names, shown = {}, []
    for cell in nbformat.read(NOTEBOOK, 4).cells:
        if cell.cell_type != "code":
            continue
        tree = ast.parse(cell.source)
        last = tree.body.pop() if isinstance(tree.body[-1], ast.Expr) else None
        with contextlib.redirect_stdout(io.StringIO()):
            exec(compile(tree, "cell", "exec"), names)
            value = eval(compile(ast.Expression(last.value), "cell", "eval"), names) if last else None
        if "parameters" in cell.metadata.get("tags", []):
            names.update(parameters)
        shown.append((cell.source, value))
    return shown


def words(value):
    """Everything a reader would read of a cell's value."""
    if hasattr(value, "alt"):
        return value.alt
    if hasattr(value, "state") and callable(value):
        return f"{value().alt} {value.state}"
    if hasattr(value, "_repr_mimebundle_"):
        return value._repr_mimebundle_()["text/plain"]
    return repr(value)


@pytest.fixture(scope="module")
def orders_folder(orders_only, tmp_path_factory):
    """A folder with nothing but orders and a company, as a fetched public data set has."""
    folder = tmp_path_factory.mktemp("disc_shop")
    orders_only.orders.to_csv(folder / "orders.csv", index=False)
    company = {"name": "Disc Shop", "sells": "CDs", "currency": "USD"}
    company |= {"observed_from": "2021-01-01", "observed_to": "2022-06-30"}
    pd.DataFrame([company]).to_csv(folder / "company.csv", index=False)
    return folder


def test_orders_alone(orders_folder):
    shown = run_chapter(data=str(orders_folder))
    read = " ".join(words(value) for _, value in shown)
    assert "Disc Shop sells CDs" in read and "USD" in read
    assert not {"CNY", "tea", "nan"} & set(read.split())
    notices = {source.splitlines()[-1]: value for source, value in shown if isinstance(value, Notice)}
    assert len(notices) == 7, notices  # first sentence, statement, mistreated (twice), size (thrice)
    for _, value in shown:
        assert not (isinstance(value, ReadableTable) and value.frame.empty)


@pytest.mark.slow
@pytest.mark.parametrize(
    "parameters",
    [
        {"customers": "person"},
        {"customers": "enterprise"},
        {"as_of": "2023-06-30"},
        {"as_of": "2022-01-10"},
        {"as_of": "2021-02-15"},
        {"as_of": "2021-01-04"},
        {"grade_shares": {"gold": 0.05, "silver": 0.15, "rest": 0.80}},
    ],
    ids=str,
)
def test_other_parameters_on_the_teaching_company(parameters):
    for source, value in run_chapter(**parameters):
        assert "nan" not in words(value).split(), source
