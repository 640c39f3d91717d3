"""A class's folders: who gets what, and nothing of the instructor's in the students' hands."""

import csv
import json
import zipfile

import nbformat
import pytest

from crmbook import lab
from crmbook.teach import handout
from crmlib.errors import CrmError

SECRETS = ("def worked(db)", "What a good answer contains", "truth/")


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """One chapter of a class of seed 7."""
    return handout.make_class(7, tmp_path_factory.mktemp("course") / "class_7", "CRM, spring", chapters=["6"])


def names_in(place):
    return {name.rstrip("/") for name in zipfile.ZipFile(place).namelist()}


def states(notebook):
    results = [output["data"] for cell in notebook.cells for output in cell.get("outputs", []) if "data" in output]
    return [data[handout.EXERCISE]["state"] for data in results if handout.EXERCISE in data]


@pytest.mark.slow
def test_students_get_the_chapter_on_their_company_and_nothing_more(made):
    folder = made / "students"
    files = {str(file.relative_to(folder)) for file in folder.rglob("*") if file.is_file()}
    assert "06_grading.ipynb" in files and "datasets/orders.csv" in files
    assert not [name for name in files if "truth" in name or not name.endswith((".ipynb", ".csv"))]
    text = (folder / "06_grading.ipynb").read_text(encoding="utf-8")
    assert not [secret for secret in SECRETS if secret in text]
    notebook = nbformat.reads(text, 4)
    assert set(states(notebook)) == {"not answered"}
    assert next(c.source for c in notebook.cells if "parameters" in c.metadata.get("tags", [])).startswith(
        'data = "datasets"'
    )
    figures = [o for c in notebook.cells for o in c.get("outputs", []) if "image/png" in o.get("data", {})]
    assert len(figures) >= 10
    other = json.dumps(nbformat.reads(handout.find_chapters(["6"])[0].text, 4).cells[10].outputs)
    assert json.dumps(notebook.cells[10].outputs) != other, "the same figures as the teaching company's"


@pytest.mark.slow
def test_a_copy_from_the_class_can_be_brought_up_to_date(made, tmp_path):
    (tmp_path / "06_grading.ipynb").write_bytes((made / "students" / "06_grading.ipynb").read_bytes())
    assert "06_grading: nothing new." in lab.update(tmp_path)


@pytest.mark.slow
def test_the_instructor_gets_all(made):
    folder = made / "instructor"
    assert (folder / "datasets" / "truth" / "customers.csv").is_file()
    notebook = nbformat.read(folder / "06_grading.ipynb", 4)
    assert states(notebook) == ["right"] * 9
    assert not any("injected-parameters" in cell.metadata.get("tags", []) for cell in notebook.cells)
    assert "What could be lost, what won?" in (folder / "instructor.md").read_text(encoding="utf-8")
    assert "<section" in (folder / "slides" / "06_grading.html").read_text(encoding="utf-8")
    plan = (folder / "time_plan.md").read_text(encoding="utf-8")
    assert plan.startswith("# CRM, spring") and "| 6.1.1 Customers differ in value · 不同的客户带来的价值不同 |" in plan
    assert 100 < int(plan.splitlines()[-1].split("|")[3]) < 165
    assert names_in(made / "students.zip") >= {"students/06_grading.ipynb", "students/datasets/orders.csv"}
    assert not any("truth" in name for name in names_in(made / "students.zip"))
    assert "instructor/datasets/truth/customers.csv" in names_in(made / "instructor.zip")


@pytest.mark.parametrize(
    ("text", "said"),
    [("name\n", "no row"), ("name\nLi\nLi\n", "Li"), ("name\n\n ,x\n", "name of its own"), (b"\xff\xfe", "UTF-8")],
)
def test_an_odd_roster_is_refused(tmp_path, text, said):
    place = tmp_path / "roster.csv"
    place.write_bytes(text if isinstance(text, bytes) else text.encode())
    with pytest.raises(CrmError, match=said):
        handout._roster(place)


def test_a_company_a_student(tmp_path, monkeypatch):
    monkeypatch.setattr(handout, "_for_the_instructor", lambda folder, name, seeds, given: seeds_of.update(seeds))
    seeds_of = {}
    (tmp_path / "roster.csv").write_text("\ufeffname,number\nLi Mei 李梅,1\nWang/../Bo,2\n", encoding="utf-8")
    out = handout.make_class(7, tmp_path / "out", each=tmp_path / "roster.csv", customers=300, chapters=["9"])
    assert seeds_of == {"Li_Mei_李梅": 8, "Wang_Bo": 9}
    folders = [out / "students" / name for name in seeds_of]
    orders = [list(csv.reader((folder / "datasets" / "orders.csv").open(encoding="utf-8"))) for folder in folders]
    assert orders[0] != orders[1]
    assert not list(out.glob("students/*/datasets/truth"))
    notebook = nbformat.read(folders[0] / "09_loyalty.ipynb", 4)
    assert lab.NOTE in notebook.metadata and not any(cell.get("outputs") for cell in notebook.cells)
    with pytest.raises(CrmError, match="already"):
        handout.make_class(7, out)
