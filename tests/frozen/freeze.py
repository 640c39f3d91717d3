"""Run chapters 6 and 8 on four cases and write what they say: one line an output, key figures included.

`python -m tests.frozen.freeze FOLDER` writes a text file a case; the test compares them with the files here.
"""

import json
import os
import sys
from pathlib import Path

import nbformat
import papermill

from crmbook.company import write_company
from crmlib.places import default_notebooks
from tests import cdnow

RECORD = "application/vnd.crmlib.record+json"


def cases(folder):
    """Yield (name, notebook, parameters); companies that are not in git are written into the folder."""
    write_company(folder / "seed_7", 4000, 7)
    (folder / "cdnow").mkdir()
    cdnow.orders().drop(columns="discs").to_csv(folder / "cdnow" / "orders.csv", index=False)
    for chapter in ("06_grading", "08_satisfaction"):
        yield f"{chapter}_default", chapter, {}
        yield f"{chapter}_early", chapter, {"as_of": "2022-12-31"}
        yield f"{chapter}_seed_7", chapter, {"data": str(folder / "seed_7")}
    yield "06_grading_cdnow", "06_grading", {"data": str(folder / "cdnow")}


def said(notebook):
    """List every text output and key figure of an executed notebook, one a line."""
    for cell in notebook.cells:
        for output in cell.get("outputs", []):
            data = output.get("data", {})
            if RECORD in data:
                yield json.dumps(data[RECORD], sort_keys=True)
            text = data.get("text/plain", output.get("text", ""))
            if not text.startswith(("VBox(", "HBox(")):
                yield from str(text).splitlines()


def freeze(name, chapter, parameters, folder):
    """Execute one case and return what it says, as one text."""
    done = folder / f"{name}.ipynb"
    os.environ["CRMBOOK_STATIC"] = "1"
    papermill.execute_notebook(default_notebooks() / f"{chapter}.ipynb", done, parameters, progress_bar=False)
    return "\n".join(said(nbformat.read(done, 4))) + "\n"


def main(target):
    """Write every case as NAME.txt."""
    target.mkdir(parents=True, exist_ok=True)
    work = target / "work"
    work.mkdir()
    for name, chapter, parameters in cases(work):
        (target / f"{name}.txt").write_text(freeze(name, chapter, parameters, work), encoding="utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
