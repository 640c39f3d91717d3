"""The page of the data dictionary is current and explains every column."""

from pathlib import Path

import pytest

from crmbook import dictionary_page
from crmlib.dictionary import SCHEMAS

README = Path(__file__).parents[2] / "datasets" / "README.md"
COLUMNS = [(table, column) for table, schema in SCHEMAS.items() for column in schema.columns]


def test_the_page_is_current():
    assert README.read_text("utf-8") == dictionary_page.page(), "run `make dictionary`"


@pytest.mark.parametrize(("table", "name"), COLUMNS)
def test_the_page_explains_every_column(table, name):
    part = dictionary_page.page().split(f"\n## {table}\n")[1].split("\n## ")[0]
    column = SCHEMAS[table].columns[name]
    row = next(line for line in part.splitlines() if line.startswith((f"| {name} |", f"| **{name}** |")))
    assert column.metadata["chinese"] in row and column.metadata["unit"] in row
    assert ("**" in row.split("|")[1]) == column.required
    for choice in column.metadata["choices"] or []:
        assert choice in row


def test_the_page_is_written_by_the_command(tmp_path, monkeypatch):
    monkeypatch.setattr("sys.argv", ["dictionary_page", str(tmp_path / "page.md")])
    dictionary_page.main()
    assert (tmp_path / "page.md").read_text("utf-8") == dictionary_page.page()
