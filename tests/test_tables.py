"""The data dictionary holds together, and its page is current."""

from pathlib import Path

import pytest

from crmlib import dictionary
from crmlib.tables import SCHEMAS
from crmlib.tables.columns import PANDAS_TYPES

README = Path(__file__).parents[1] / "datasets" / "README.md"
COLUMNS = [(table, column) for table, schema in SCHEMAS.items() for column in schema.columns]
NAMED_IN_THE_DESIGN = {
    *("customers", "accounts", "registrations_web", "registrations_store", "registrations_callcentre"),
    *("registrations_fair", "products", "orders", "cost_to_serve", "contacts", "campaigns", "campaign_members"),
    *("complaints", "call_log", "survey_invitations", "survey", "kano_survey", "service_ratings"),
    *("competitor_ratings", "subscriptions", "loyalty_ledger", "referrals", "exit_interviews"),
    *("retention_trial", "winback_trial"),
}


def test_every_table_of_the_design_is_there():
    assert set(SCHEMAS) >= NAMED_IN_THE_DESIGN


@pytest.mark.parametrize("name", SCHEMAS)
def test_every_table_is_described_and_its_rules_name_its_own_columns(name):
    schema = SCHEMAS[name]
    columns, metadata = schema.columns, schema.metadata
    assert schema.name == name and schema.description.endswith(".")
    assert any("\u4e00" <= letter <= "\u9fff" for letter in metadata["chinese"])
    assert set(metadata["key"]) <= set(columns)
    assert all(columns[key].required for key in metadata["key"])
    if metadata["dated"]:
        assert columns[metadata["dated"]].metadata["kind"] in ("date", "time")
    for date, known_then in metadata["later"].items():
        assert columns[date].metadata["kind"] in ("date", "time")
        assert date in known_then and set(known_then) <= set(columns)
        assert all(columns[hidden].nullable or hidden == date for hidden in known_then)
    for column, target in metadata["references"].items():
        table, key = target.split(".")
        assert column in columns and SCHEMAS[table].metadata["key"] == [key]


@pytest.mark.parametrize(("table", "name"), COLUMNS)
def test_every_column_has_type_unit_range_meaning_and_chinese_term(table, name):
    column = SCHEMAS[table].columns[name]
    metadata = column.metadata
    assert metadata["kind"] in PANDAS_TYPES
    assert len(column.description) > 2 and column.description[-1] in ".?…)"
    assert any("\u4e00" <= letter <= "\u9fff" for letter in metadata["chinese"])
    assert metadata["kind"] != "choice" or len(set(metadata["choices"])) == len(metadata["choices"]) > 1
    if metadata["kind"] == "number":
        assert metadata["unit"], "a number needs a unit"
    if metadata["low"] is not None and metadata["high"] is not None:
        assert metadata["low"] <= metadata["high"]


def test_the_page_is_current():
    assert README.read_text("utf-8") == dictionary.page(), "run `make dictionary`"


@pytest.mark.parametrize(("table", "name"), COLUMNS)
def test_the_page_explains_every_column(table, name):
    part = dictionary.page().split(f"\n## {table}\n")[1].split("\n## ")[0]
    column = SCHEMAS[table].columns[name]
    row = next(line for line in part.splitlines() if line.startswith((f"| {name} |", f"| **{name}** |")))
    assert column.metadata["chinese"] in row and column.metadata["unit"] in row
    assert ("**" in row.split("|")[1]) == column.required
    for choice in column.metadata["choices"] or []:
        assert choice in row


def test_the_page_is_written_by_the_command(tmp_path, monkeypatch):
    monkeypatch.setattr("sys.argv", ["dictionary", str(tmp_path / "page.md")])
    dictionary.main()
    assert (tmp_path / "page.md").read_text("utf-8") == dictionary.page()
