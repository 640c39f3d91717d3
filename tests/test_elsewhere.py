"""A cell on an odd company gives a result or one sentence; everything else is named as a fault."""

import nbformat
import pandas as pd
import pytest

from crmlib.database import check_folder
from tests.elsewhere import everywhere
from tests.notebooks.test_anatomy import NOTEBOOKS
from tests.odd_companies import COMPANIES, ODD, OF_NOBODY, PEOPLE, TEACHING, folder_of, of_kind, only, some

START = """
import warnings
from types import SimpleNamespace

import matplotlib.pyplot as plt
import pandas as pd

import crmlib
from crmlib import opening
from crmlib.exercises import Number, exercise
"""
EXERCISES = """
def customers(db):
    \"\"\"How many customers bought?\"\"\"
    return db.orders["customer_id"].nunique()


def customers_by_lot(db, drawn=iter(range(10, 99))):
    \"\"\"How many, by a function that never returns the same?\"\"\"
    return next(drawn)


make = exercise(Number(), hints=["Count."], right="Each once.")
exercises = SimpleNamespace(sound=make(customers), unsound=make(customers_by_lot))
"""
SOUND = {
    "start": START,
    "database": "db = crmlib.open_database(data, as_of)\nopening.begin(db)",
    "exercises": EXERCISES,
    "enough": 'buyers = crmlib.enough(db.orders["customer_id"].drop_duplicates(), 30, "customers who bought")',
    "uses what was left out": 'crmlib.record("retention_rate", (buyers > "C").mean())',
    "a raw table has gaps": "pd.DataFrame({'x': [None, 1.0]}).head()",
    "None is a word": 'crmlib.show(pd.DataFrame({"n": [1, 2]}), "None of them")',
    "source": "crmlib.source(crmlib.interval)",
    "exercise": "answer = ...\nexercises.sound.check(answer)",
}
UNSOUND = {
    "ZeroDivisionError: division by zero": "1 / 0",
    "SystemExit: 3": "raise SystemExit(3)",
    "CrmError: no": "from crmlib.errors import CrmError\nraise CrmError('no')",
    "it warns: mean of empty slice (RuntimeWarning)": 'warnings.warn("mean of empty slice", RuntimeWarning)',
    "it says 'NaN'": 'crmlib.show(pd.DataFrame({"x": ["a NaN b"]}), "Gaps")',
    "it says 'inf'": 'crmlib.show(pd.DataFrame({"x": ["-inf"]}), "No end")',
    "it prints: a line": 'print("a line")',
    "it leaves a figure open": "plt.plot([1, 2]);",
    "it shows something beside its sentence": 'display("x")\nraise crmlib.errors.TooFew("few.")',
    "it is told: ◐ Not yet.": "answer = ...\nexercises.unsound.check(answer)",
}


@pytest.fixture
def notebook(tmp_path):
    def write(cells):
        made = [nbformat.v4.new_code_cell('data = "datasets"\nas_of = "2024-12-31"', metadata={"tags": ["parameters"]})]
        book = nbformat.v4.new_notebook(cells=made + [nbformat.v4.new_code_cell(cell.strip()) for cell in cells])
        nbformat.write(book, tmp_path / "tiny.ipynb")
        return tmp_path / "tiny.ipynb"

    return write


def test_results_and_sentences_are_right_and_nothing_else_is(notebook, tmp_path):
    path = notebook([*SOUND.values(), *UNSOUND.values()])
    runs = list(everywhere([path], ["1 customer", "30 customers", "orders alone"], tmp_path / "build"))
    # The first cells set the parameters, twice; then come the sound ones.
    expected = [(f"cell {number}", fault) for number, fault in enumerate(UNSOUND, len(SOUND) + 3)]
    for run, too_few in zip(runs, (2, 0, 0), strict=True):
        assert run.notebook == "tiny" and run.cells == len(SOUND) + len(UNSOUND) + 2
        found = {fault.partition(" (")[0]: fault for fault in reversed(run.faults)}
        assert [(cell, fault) for cell, fault in expected if f": {fault}" in found[cell]] == expected
        assert len(found) == len(expected)
        assert sum("Too few customers who bought" in sentence for sentence in run.left_out) == too_few


def test_nothing_is_left_out_where_nothing_is_odd(notebook):
    (run,) = everywhere([notebook([*SOUND.values(), 'raise crmlib.errors.TooFew("few.")'])], [TEACHING.name])
    assert len(run.left_out) == len(run.faults) == 1
    assert "left out where nothing is odd: few." in run.faults[0]


def test_there_are_twelve_odd_companies_and_ten_seeds():
    assert len(ODD) == 12 and len(COMPANIES) == 1 + 12 + 10


def test_a_company_keeps_its_own_rows_alone():
    """Nothing is kept of who is gone, everything of who stays, and a table that nobody thought of is an error."""
    people = ["A", "B", "C"]
    tables = {
        "customers": pd.DataFrame({"customer_id": people, "kind": ["person", "person", "enterprise"]}),
        "referrals": pd.DataFrame({"customer_id": ["A", "B"], "referrer_id": ["B", "C"]}),
        "call_log": pd.DataFrame({"customer_id": ["A", "", "C"]}),
        "products": pd.DataFrame({"product_id": ["P"]}),
        "orders": pd.DataFrame({"customer_id": people}),
    }
    kept = of_kind("person")(tables)
    assert {name: len(table) for name, table in kept.items()} == {
        "customers": 2,
        "referrals": 1,
        "call_log": 1,
        "products": 1,
        "orders": 2,
    }
    assert len(some(2)(tables)["customers"]) == 2
    with pytest.raises(ValueError, match="machines names no customer"):
        only(tables | {"machines": pd.DataFrame({"x": ["1"]})}, people)


@pytest.mark.slow
@pytest.mark.parametrize("company", ODD, ids=lambda company: company.name)
def test_odd_companies_pass_the_check_and_are_odd(company):
    folder = folder_of(company.name)
    report = check_folder(folder)
    assert report.ok and not report.notes, str(report)
    tables = {path.stem: pd.read_csv(path, low_memory=False) for path in folder.glob("*.csv")}
    orders = tables["orders"]
    customers = set(tables["customers"]["customer_id"]) if "customers" in tables else set(orders["customer_id"])
    for name, table in tables.items():
        assert name in OF_NOBODY or name.startswith("registrations") or PEOPLE & set(table)
        for column in PEOPLE & set(table):
            assert set(table[column].dropna()) <= customers
    odd = {
        "1 customer": lambda: len(customers) == 1,
        "6 customers": lambda: len(customers) == 6,
        "30 customers": lambda: len(customers) == 30 and orders["customer_id"].nunique() == 30,
        "persons only": lambda: set(tables["customers"]["kind"]) == {"person"} and "accounts" not in tables,
        "enterprises only": lambda: set(tables["customers"]["kind"]) == {"enterprise"},
        "early day": lambda: orders["order_date"].min() <= company.as_of < "2021-03",
        "one day": lambda: set(orders["order_date"]) == {"2024-12-31"},
        "one amount": lambda: set(orders["amount"]) == {100},
        "only returns": lambda: orders["amount"].max() < 0,
        "no profit": lambda: orders["amount"].sum() < orders["cost_of_goods"].sum(),
        "one has all revenue": lambda: orders.groupby("customer_id")["amount"].sum().gt(0).sum() == 1,
        "orders alone": lambda: set(tables) == {"orders"},
    }
    assert odd[company.name]()


@pytest.mark.slow
@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_a_chapter_gives_results_or_sentences_everywhere(path):
    runs = everywhere([path], list(COMPANIES))
    assert {run.company: run.faults for run in runs if run.faults} == {}
