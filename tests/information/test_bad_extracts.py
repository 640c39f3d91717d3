"""The cells of 5.4 on extracts that nobody can match: each gives a result or one sentence, nothing else."""

from itertools import dropwhile, takewhile
from pathlib import Path

import nbformat
import numpy as np
import pytest
from IPython.core.interactiveshell import InteractiveShell

import crmlib
from crmlib.information.extracts import LAYOUTS
from tests.elsewhere import said_by

NOTEBOOK = Path(__file__).parents[2] / "notebooks" / "05_information.ipynb"


def no_names(raw, source):
    return raw.assign(**dict.fromkeys(np.atleast_1d(LAYOUTS[source]["name"]), ""))


def one_row_over_and_over(raw, source):
    return raw.iloc[[0] * 200].assign(row=range(1, 201)).reset_index(drop=True)


def one_row(raw, source):
    return raw.head(int(source == "web"))


def cells():
    """The opening's imports, the cleaning of 5.2.1, and all of 5.4 up to the golden record."""
    found = nbformat.read(NOTEBOOK, 4).cells
    section = dropwhile(lambda cell: not cell.source.startswith("## 5.4 "), found)
    section = takewhile(lambda cell: not cell.source.startswith("### 5.4.1"), section)
    code = [cell.source for cell in found if cell.cell_type == "code"]
    yield code[1]
    yield "information.begin(db)"
    yield from (source for source in code if source.startswith(("typed =", "fields =")))
    yield from (cell.source for cell in section if cell.cell_type == "code")


@pytest.mark.parametrize(
    ("change", "says"),
    [(no_names, "name somebody: 0"), (one_row_over_and_over, "no more often than strangers"), (one_row, "somebody: 1")],
)
def test_what_cannot_be_matched_is_one_sentence(change, says, monkeypatch):
    monkeypatch.setenv("MPLBACKEND", "agg")
    db = crmlib.open_database(crmlib.default_data())
    for source in LAYOUTS:
        db = db.with_table(f"registrations_{source}", change(db.frame(f"registrations_{source}"), source))
    InteractiveShell.clear_instance()
    shell = InteractiveShell.instance(colors="nocolor")
    shell.push({"db": db})
    said = [said_by(shell, source) for source in cells()]
    InteractiveShell.clear_instance()
    assert [fault for one in said for fault in one.faults] == []
    left_out = [one.sentences for one in said if one.sentences]
    assert len(left_out) >= 5 and all(len(one) == 1 and says in one[0] for one in left_out)
