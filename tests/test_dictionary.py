"""The data dictionary holds together."""

import csv
from pathlib import Path

import pytest

from crmlib import dictionary
from crmlib.dictionary import PANDAS_TYPES, SCHEMAS, choices

FILE = Path(dictionary.__file__).with_name("dictionary.csv")
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
    assert not metadata["choices"] or metadata["kind"] == "choice"


def rows():
    with FILE.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_the_file_stays_as_a_spreadsheet_and_a_diff_need_it():
    columns = [row for row in rows() if row["kind"] != "table"]
    assert len(columns) == len({(row["table"], row["column"]) for row in columns}) == len(COLUMNS)
    assert [(row["table"], row["column"]) for row in columns] == COLUMNS, "the rows of a table stand together"
    for row in rows():
        assert {row["required"], row["key"], row["personal"]} <= {"yes", ""}, row
        assert not any(cell != cell.strip() or cell[:1] in tuple("=+@") or "\n" in cell for cell in row.values()), row


def test_a_table_is_read_from_its_rows(tmp_path):
    header = list(rows()[0])
    written = [
        {"kind": "table", "known_from": "day", "meaning": "One row a visit.", "chinese": "拜访"},
        {"column": "day", "kind": "date", "required": "yes", "key": "yes"},
        {"column": "grade", "kind": "choice", "choices": "A|B", "known_from": "judged_on"},
        {"column": "judged_on", "kind": "date", "known_from": "judged_on"},
        {"column": "minutes", "kind": "number", "low": "0", "high": "0.5", "personal": "yes"},
        {"column": "cost", "kind": "number", "unit": "money", "low": "0"},
        {"column": "customer_id", "kind": "identifier", "refers_to": "customers.customer_id"},
    ]
    path = tmp_path / "dictionary.csv"
    with path.open("w", encoding="utf-8-sig", newline="") as file:  # as a spreadsheet saves it
        writer = csv.DictWriter(file, header)
        writer.writeheader()
        writer.writerows({"table": "visits"} | row for row in written)
    schema = dictionary.read(path)["visits"]
    assert schema.metadata == {
        "chinese": "拜访",
        "key": ["day"],
        "dated": "day",
        "later": {"judged_on": ["grade", "judged_on"]},
        "references": {"customer_id": "customers.customer_id"},
    }
    columns = schema.columns
    assert not columns["day"].nullable and columns["grade"].nullable and not columns["grade"].required
    assert columns["grade"].metadata["choices"] == ["A", "B"]
    assert [check.error for check in columns["minutes"].checks] == ["at least 0", "at most 0.5"]
    assert columns["cost"].metadata["high"] == dictionary.LARGEST_AMOUNT
    assert columns["minutes"].metadata["personal"] and not columns["cost"].metadata["personal"]
    assert schema.unique == ["day"] and dictionary.read(path).keys() == {"visits"}


def test_whoever_can_be_reached_or_recognised_is_marked_as_personal():
    for table, schema in SCHEMAS.items():
        for name, column in schema.columns.items():
            if any(word in column.description for word in ("E-mail", "Phone", "Surname", "Mobile")):
                assert column.metadata["personal"], (table, name)
    assert choices("complaints", "cause") and SCHEMAS["complaints"].columns["text"].metadata["personal"]
    assert not SCHEMAS["orders"].columns["amount"].metadata["personal"]
