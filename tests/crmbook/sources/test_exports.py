"""Exports of forty invented systems, made without knowledge of the importer: none may be read wrongly."""

import json
from pathlib import Path

import pandas as pd
import pytest
import yaml

from crmbook.sources import import_files
from crmlib.database import check_folder
from crmlib.errors import CrmError

EXPORTS = Path(__file__).with_name("exports")
EXPECTED = json.loads((EXPORTS / "expected.json").read_text("utf-8"))
# What an owner answers: part of the mapping → what is put into it; and the orders, customers and revenue that follow.
ANSWERED = {
    "02_jd.csv": ({"columns": {"amount": "应付金额"}, "amount_of": "order"}, 22, 12, 12494.36),
    "14_magento.csv": ({"columns": {"amount": "Grand Total (Base)"}, "drop": {}}, 32, 15, 38031.92),
    "16_square_us.csv": ({"columns": {"amount": "Total Collected"}}, 24, 14, 19830.5),
    "17_sap.txt": ({"columns": {"order_date": "Belegdatum"}}, 28, 16, 98465.0),
    "18_german_invoices.csv": ({"columns": {"amount": "Bruttobetrag"}}, 31, 10, 76456.03),
    "22_sage_uk.csv": ({"dates": "day first"}, 32, 6, 34640.23),
    "38_dot_three_digits.csv": ({"decimals": "comma"}, 32, 13, 191672.0),
}


def outcome(file, to):
    """What an import comes to, as expected.json has it."""
    try:
        made = next(iter(import_files([file], to).made.values()))
    except CrmError as fault:
        if not str(fault).startswith("look at"):
            return {"outcome": "refused", "because": str(fault)[-80:]}
        assert [path.name for path in to.iterdir()] == ["mapping.yaml"]
        assert not isinstance(yaml.safe_load((to / "mapping.yaml").read_text("utf-8")), str)
        return {"outcome": "asked", "parts": sorted({line.split(" – ")[0].split(": ")[-1] for line in lines_of(fault)})}
    table = made.tables[made.main]
    found = {"outcome": "imported", "table": made.main, "rows_in": made.rows_in, "kept": len(table)}
    found |= {"dropped": made.dropped, "amount": round(pd.to_numeric(table["amount"]).sum(), 2)}
    days = {"first": table["order_date"].min(), "last": table["order_date"].max()}
    return found | {"customers": table["customer_id"].nunique()} | days


def lines_of(fault):
    return [line.strip() for line in str(fault).splitlines()[1:]]


@pytest.mark.parametrize("name", EXPECTED)
def test_an_export_is_imported_asked_about_or_refused(tmp_path, name):
    assert outcome(EXPORTS / name, tmp_path / "out") == EXPECTED[name]
    if EXPECTED[name]["outcome"] == "imported":
        assert check_folder(tmp_path / "out").ok


@pytest.mark.parametrize("name", ANSWERED)
def test_an_answered_question_gives_the_right_table(tmp_path, name):
    answers, orders, customers, revenue = ANSWERED[name]
    with pytest.raises(CrmError, match="look at"):
        import_files([EXPORTS / name], tmp_path / "out")
    mapping = tmp_path / "out" / "mapping.yaml"
    (held,) = told = [*yaml.safe_load(mapping.read_text("utf-8")).values()]
    with pytest.raises(CrmError, match="still holds a question mark"):
        import_files([EXPORTS / name], tmp_path / "out", mapping)
    for part, answer in answers.items():
        held[part] = held[part] | answer if part == "columns" else answer
    mapping.write_text(yaml.safe_dump({name: told[0]}, allow_unicode=True), "utf-8")
    import_files([EXPORTS / name], tmp_path / "out", mapping)
    table = pd.read_csv(tmp_path / "out" / "orders.csv", dtype={"customer_id": str})
    assert (len(table), table["customer_id"].nunique()) == (orders, customers)
    assert table["amount"].sum() == pytest.approx(revenue, abs=0.005)
