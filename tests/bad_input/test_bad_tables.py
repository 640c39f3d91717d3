import hashlib
import os

import pandas as pd
import pytest

import crmlib
from crmlib.database import check_folder
from crmlib.errors import CrmError, DataFault
from tests.bad_input.cases import CASES, HEADER, ORDERS, encoded, order, orders
from tests.database import small_company
from tests.database.small_company import TABLES, replaced


def state(folder):
    return {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in folder.iterdir() if path.is_file()}


@pytest.mark.parametrize("case", CASES)
def test_every_fault_is_named_and_no_other(tmp_path, case):
    changes, expected = CASES[case]
    folder = small_company.write(tmp_path / "shop", changes)
    before = state(folder)
    report = check_folder(folder)
    found = report.faults[["file", "line", "column", "rule"]].to_dict("records")
    assert len(found) == len(expected), f"{report}"
    for fault, (file, line, column, rule) in zip(found, expected, strict=True):
        assert fault["file"] == (file or str(folder)) and fault["column"] == (column or ""), str(report)
        assert pd.isna(fault["line"]) if line is None else fault["line"] == line, str(report)
        assert rule in fault["rule"], str(report)
    with pytest.raises(DataFault) as caught:
        crmlib.open_database(folder)
    assert str(caught.value) == str(report)
    assert len(caught.value._render_traceback_()) == 1
    assert state(folder) == before


def test_there_are_enough_cases():
    assert len(CASES) >= 60


GOOD = {
    "byte order mark": encoded("orders", "utf-8-sig"),
    "two byte order marks": {"orders.csv": b"\xef\xbb\xbf" * 2 + ORDERS.encode()},
    "Windows line ends": orders(ORDERS.replace("\n", "\r\n")),
    "no last line end": orders(ORDERS.rstrip("\n")),
    "quotes around everything": orders(
        "\n".join(",".join(f'"{cell}"' for cell in line.split(",")) for line in ORDERS.splitlines()) + "\n"
    ),
    "other order of columns": orders(
        "\n".join(",".join(reversed(line.split(","))) for line in ORDERS.splitlines()) + "\n"
    ),
    "blank lines": orders(ORDERS.replace("\n", "\n\n")),
    "exponent": order(amount="1.2e3"),
    "whole number with a point": order(line="1.0"),
    "yes and no": {"customers.csv": TABLES["customers"].replace("True", "yes").replace("False", "0")},
}


@pytest.mark.parametrize("case", GOOD)
def test_harmless_oddities_are_read(tmp_path, case):
    folder = small_company.write(tmp_path, GOOD[case])
    assert check_folder(folder).ok, str(check_folder(folder))
    database = crmlib.open_database(folder)
    assert database.orders["amount"].iloc[:5].tolist() == [120.0, 80.0, 160.0, -80.0, 1200.0]
    assert database.customers["consent_email"].tolist() == [True, False, True]


ASIDE = {
    "Orders.CSV": "table names are in lower case: rename to orders.csv",
    "survey.csv.gz": ".csv.gz files are not read: save it as 'survey.csv'",
    "survey.csv.txt": ".csv.txt files are not read: save it as 'survey.csv'",
    "survey.sav": ".sav files are not read: save it as 'survey.csv'",
    "survey.xlsm": ".xlsm files are not read",
}


def test_no_file_is_passed_over_in_silence(tmp_path):
    others = {"orders (1).csv": "", "README.md": "", "old/orders.csv": None, **dict.fromkeys(ASIDE, "x")}
    folder = small_company.write(tmp_path, others)
    (folder / "old").mkdir()
    report = check_folder(folder)
    found = dict(zip(report.faults["file"], report.faults["rule"], strict=True))
    assert set(found) == set(ASIDE) and all(ASIDE[name] in found[name] for name in ASIDE), str(report)
    assert "README.md, old, orders (1).csv (if it is 'orders', save it as orders.csv)." in str(report)


@pytest.mark.parametrize("spoilt", ["1.38001E+11", "138001248887.0"])
def test_identifiers_that_a_spreadsheet_spoilt_are_refused(tmp_path, spoilt):
    (tmp_path / "orders.csv").write_text(f"customer_id,order_date,amount\n{spoilt},2024-03-07,9.5\n")
    assert f"orders.csv, line 2, column customer_id: '{spoilt}' – a spreadsheet made a number" in str(
        check_folder(tmp_path)
    )


@pytest.mark.parametrize("nobody", ["0", "Guest", "散客", "NULL"])
def test_a_customer_who_is_nobody_is_noted(tmp_path, nobody):
    lines = f"customer_id,order_date,amount\n{nobody},2024-03-07,9.5\nc1,2024-03-07,9.5\n{nobody},2024-03-08,1\n"
    (tmp_path / "orders.csv").write_text(lines, encoding="utf-8")
    note = f"orders.csv, column customer_id: '{nobody}' counts as one customer; if it stands for unknown ones"
    assert note in str(check_folder(tmp_path)) and "(2 of 3 rows)" in str(check_folder(tmp_path))
    (tmp_path / "orders.csv").write_text("customer_id,order_date,amount\n,2024-03-07,9.5\n")
    assert "must not be empty: leave out the rows of unknown customers" in str(check_folder(tmp_path))


def test_another_company_has_its_own_regions_and_channels(tmp_path):
    report = check_folder(small_company.write(tmp_path, replaced("customers", "East", "Mars")))
    assert report.ok and "column region: 'Mars' is none of the usual East, North, South, West; it is kept" in str(
        report
    )
    assert crmlib.open_database(tmp_path).customers["region"].iloc[0] == "Mars"


def test_one_customer_with_one_order(tmp_path):
    (tmp_path / "orders.csv").write_text("customer_id,order_date,amount\nc1,2024-03-07,9.5\n")
    database = crmlib.open_database(tmp_path)
    assert (len(database.orders), database.at("2024-03-07").as_of) == (1, database.as_of)
    with pytest.raises(CrmError, match="before the first order"):
        database.at("2024-03-06")


def test_formulas_in_texts_are_kept_as_text_and_noted(tmp_path):
    folder = small_company.write(tmp_path, replaced("complaints", "Wrong tea", "=HYPERLINK(0)"))
    report = check_folder(folder)
    assert report.ok
    assert "Note: complaints.csv, line 3, column text: text that a spreadsheet would run as a formula" in str(report)
    assert crmlib.open_database(folder).complaints["text"].iloc[1] == "=HYPERLINK(0)"


def test_ordinary_signs_are_no_formulas(tmp_path):
    texts = small_company.write(tmp_path, replaced("complaints", "Wrong tea", "-20 % is not what I was told"))
    assert check_folder(texts).notes == ()


def test_a_file_that_may_be_cut_off_is_noted(tmp_path):
    folder = small_company.write(tmp_path, orders(ORDERS[:-5]))
    assert "Note: orders.csv does not end with a line break; if it was cut off" in str(check_folder(folder))


def test_a_table_without_rows_counts_as_missing(tmp_path):
    folder = small_company.write(tmp_path, {"complaints.csv": TABLES["complaints"].split("\n", 1)[0] + "\n"})
    assert "Note: complaints.csv has no rows and counts as missing." in str(check_folder(folder))
    assert not crmlib.open_database(folder).has("complaints")


def test_unknown_columns_and_files_are_noted(tmp_path):
    changes = replaced("orders", "quantity", "quantty") | {"order_line.csv": "a\n1\n", "notes.md": "hello"}
    folder = small_company.write(tmp_path, changes)
    text = str(check_folder(folder))
    assert (
        "orders.csv: column 'quantty' is not in the data dictionary; it is kept, unchecked; if it is 'quantity'" in text
    )
    assert "left aside, because not named like a table of the data dictionary: notes.md, order_line.csv" in text
    assert crmlib.open_database(folder).orders["quantty"].tolist() == ["1", "1", "2", "-1", "10"]


@pytest.mark.parametrize("name", ["../orders", "/etc/passwd", "orders.csv", "orders; drop table orders", "", ".", None])
def test_table_names_are_no_paths(tmp_path, name):
    database = crmlib.open_database(small_company.write(tmp_path / "shop"))
    small_company.write(tmp_path)
    assert not database.has(name)
    with pytest.raises(CrmError, match="The data dictionary has no table"):
        database.table(name)


def test_thousands_of_faults_are_summed_up(tmp_path):
    lines = "".join(f"c1,{'2024-08-01' if n % 2 else '1.8.24'},¥{n},o{n},1,p1,1,shop\n" for n in range(20_000))
    folder = small_company.write(tmp_path, orders(HEADER + "\n" + lines))
    report = check_folder(folder)
    assert len(report.faults) == 30_000
    text = str(report)
    assert "30,000 faults in 1 file" in text
    assert "… and 19,995 more of this kind in orders.csv, column amount" in text
    assert "… and 9,995 more of this kind in orders.csv, column order_date" in text
    assert text.count("\n") < 20


def test_ragged_rows_by_the_hundred_thousand_are_one_report(tmp_path):
    report = check_folder(
        small_company.write(tmp_path, orders(HEADER + "\n" + "".join(f"c{n},2024-08-01\n" for n in range(100_000))))
    )
    assert len(report.faults) == 100_000 and "and 99,995 more of this kind in orders.csv" in str(report)


def test_unreadable_files_and_folders(tmp_path, monkeypatch):
    folder = small_company.write(tmp_path / "shop")
    (folder / "orders.csv").unlink()
    (folder / "orders.csv").symlink_to(folder / "gone.csv")
    assert "orders.csv: cannot be read (No such file or directory)" in str(check_folder(folder))
    (folder / "orders.csv").unlink()
    if hasattr(os, "mkfifo"):
        os.mkfifo(folder / "orders.csv")
        assert "orders.csv: is a pipe or a device" in str(check_folder(folder))
        (folder / "orders.csv").unlink()
    (folder / "orders.csv").mkdir()
    assert "orders.csv: is a folder; a table is one CSV file" in str(check_folder(folder))

    def refuse(self):
        raise PermissionError(13, "Permission denied")

    (folder / "orders.csv").rmdir()
    small_company.write(folder)
    monkeypatch.setattr("pathlib.Path.read_bytes", refuse)
    assert "orders.csv: cannot be read (Permission denied); check its permissions" in str(check_folder(folder))


def test_folders_that_are_none(tmp_path):
    with pytest.raises(CrmError, match="There is no folder"):
        check_folder(tmp_path / "nowhere")
    small_company.write(tmp_path)
    with pytest.raises(CrmError, match=r"There is no folder '.*orders.csv'"):
        check_folder(tmp_path / "orders.csv")
