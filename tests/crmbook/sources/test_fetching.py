import http.server
import io
import threading
import zipfile
from importlib.metadata import files

import pandas as pd
import pytest

import crmlib
from crmbook.sources import catalogue, fetch
from crmbook.sources.account import Conversion
from crmbook.sources.fetching import fetch_source
from crmlib.database import check_folder
from crmlib.errors import CrmError, DataFault
from tests.crmbook.sources import copies


def made_by(account):
    """The one Conversion of a fetch."""
    return next(iter(account.made.values()))


@pytest.mark.parametrize("name", copies.FILES)
def test_tables_are_clean_and_every_row_accounted_for(tmp_path, name):
    account = fetch_source(copies.unverified(name), tmp_path / "out", copies.write(tmp_path, name))
    made = made_by(account)
    report = check_folder(tmp_path / "out")
    assert report.ok, str(report)
    assert [note.rpartition(": ")[2] for note in report.notes] == ["SOURCE.md."], "all else in the folder is used"
    assert made.rows_in == len(made.tables[made.main]) + sum(made.dropped.values())
    assert {name: len(table) for name, table in made.tables.items()} == report.rows
    assert f"{made.rows_in:,} rows in" in str(account)
    about = (tmp_path / "out" / "SOURCE.md").read_text("utf-8")
    source = catalogue()[name]
    for part in (source.licence, source.citation, "sha256", *made.changes):
        assert part in about


def test_cdnow_keeps_every_purchase(tmp_path):
    account = fetch_source(copies.unverified("cdnow"), tmp_path / "out", copies.write(tmp_path, "cdnow"))
    made = made_by(account)
    database = crmlib.open_database(tmp_path / "out")
    assert database.orders["customer_id"].tolist() == ["00001", "00002", "00002", "00003"]
    assert database.orders["amount"].tolist() == [11.77, 12.0, 12.0, 0.0]
    assert database.orders["quantity"].tolist() == [1, 1, 1, 2]
    assert (database.company.sells, database.company.currency) == ("CDs", "USD")
    assert database.as_of == pd.Timestamp("1998-06-30")
    assert made.dropped == {"blank": 1}
    assert list(made.remarks.values()) == [1, 1], made.remarks


def test_telco_invents_no_dates(tmp_path):
    account = fetch_source(copies.unverified("telco"), tmp_path / "out", copies.write(tmp_path, "telco"))
    made = made_by(account)
    database = crmlib.open_database(tmp_path / "out")
    assert database.tables == ("contract_snapshot",)
    assert database.as_of is pd.NaT
    first, second = database.contract_snapshot.itertuples()
    assert (first.months, first.left, first.telephone, first.several_lines) == (0, False, False, False)
    assert pd.isna(first.total_paid) and second.total_paid == 1889.5
    assert (second.senior, second.internet, second.online_security, second.left) == (True, "none", False, True)
    assert made.remarks == {}


def test_online_retail_drops_only_lines_without_customer(tmp_path):
    account = fetch_source(
        copies.unverified("online_retail"), tmp_path / "out", copies.write(tmp_path, "online_retail")
    )
    made = made_by(account)
    database = crmlib.open_database(tmp_path / "out")
    assert made.dropped == {"no customer_id: CustomerID is empty": 1}
    assert made.rows_in == 7 and len(database.orders) == 6
    assert list(made.remarks.values()) == [1, 1, 1], made.remarks
    assert database.orders["amount"].tolist() == [15.3, 20.34, 20.34, 0.0, 54.0, -5.1]
    assert database.orders["line"].tolist() == [1, 2, 3, 1, 2, 1]
    assert "Left out: Description, Country." in made.changes


def test_online_retail_reads_the_workbook(tmp_path):
    pytest.importorskip("openpyxl", reason="openpyxl is not installed")
    raw = pd.read_csv(io.StringIO(copies.RETAIL), parse_dates=["InvoiceDate"])
    raw.to_excel(tmp_path / "copy.xlsx", index=False)
    fetch_source(copies.unverified("online_retail"), tmp_path / "out", tmp_path / "copy.xlsx")
    fetch_source(copies.unverified("online_retail"), tmp_path / "csv", copies.write(tmp_path, "online_retail"))
    workbook, text = crmlib.open_database(tmp_path / "out"), crmlib.open_database(tmp_path / "csv")
    pd.testing.assert_frame_equal(workbook.orders, text.orders)


def test_the_email_test_becomes_two_campaigns_by_lot(tmp_path):
    account = fetch_source(copies.unverified("minethatdata"), tmp_path / "out", copies.write(tmp_path, "minethatdata"))
    made = made_by(account)
    database = crmlib.open_database(tmp_path / "out")
    assert (made.rows_in, len(made.tables["customers"]), len(made.tables["campaign_members"])) == (5, 5, 7)
    assert list(made.remarks.values()) == [2, 3]
    members = database.campaign_members.merge(database.campaigns, on="campaign_id")
    assert members["randomised"].all() and set(members["channel"]) == {"email"}
    arms = members.groupby(["campaign_id", "arm"])["customer_id"].agg(list).to_dict()
    assert arms[("mens", "treatment")] == ["M00003", "M00004"] and arms[("womens", "treatment")] == ["M00001"]
    assert arms[("mens", "control")] == arms[("womens", "control")] == ["M00002", "M00005"], "one control for both"
    test = database.orders[database.orders["order_date"] >= "2008-03-20"]
    assert test[["customer_id", "amount"]].to_numpy().tolist() == [["M00002", 29.99], ["M00003", 115.5]]
    before = database.at("2008-03-19").orders
    assert before["amount"].tolist() == [142.44, 329.08, 675.83, 828.42, 45.34], (
        "what they had spent in the year before"
    )
    assert before["order_date"].iloc[1] == pd.Timestamp("2007-09-22"), "six months of 30 days before"
    assert database.company.currency == "USD" and "no dates" in " ".join(made.changes)


def test_an_unknown_copy_is_refused_and_nothing_written(tmp_path):
    with pytest.raises(
        CrmError, match=r"is not the known copy of cdnow: its sha256 is [0-9a-f]{64}, expected eff6889e"
    ):
        fetch("cdnow", tmp_path / "out", copies.write(tmp_path, "cdnow"))
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize("name", copies.FILES)
def test_another_file_is_refused_and_nothing_written(tmp_path, name):
    path = tmp_path / copies.FILES[name][0]
    path.write_text("quite,another\nfile,altogether\n")
    with pytest.raises(DataFault, match="this is another file"):
        fetch_source(copies.unverified(name), tmp_path / "out", path)
    assert sorted(tmp_path.iterdir()) == [path]


def test_a_workbook_that_is_none_is_refused(tmp_path):
    pytest.importorskip("openpyxl", reason="openpyxl is not installed")
    (tmp_path / "copy.xlsx").write_text("not a workbook")
    with pytest.raises(DataFault, match="another file"):
        fetch_source(copies.unverified("online_retail"), tmp_path / "out", tmp_path / "copy.xlsx")


@pytest.mark.parametrize(
    ("name", "old", "new", "place"),
    [
        ("cdnow", "19970102", "19971302", "line 6"),
        ("telco", "1889.5", "18 89", "line 3, column TotalCharges"),
        ("telco", "1889.5,Yes", "1889.5,Maybe", "line 3, column left"),
        ("online_retail", "2.55,17850", "cheap,17850", "line 2, column UnitPrice"),
        ("minethatdata", "Womens E-Mail,0,0,0", "Childrens E-Mail,0,0,0", "line 2, column segment"),
        ("minethatdata", "1,1,29.99", "1,2,29.99", "line 3, column conversion"),
        ("minethatdata", "1,1,29.99", "1,1,-29.99", "line 3, column spend"),
    ],
)
def test_a_spoilt_cell_is_named(tmp_path, name, old, new, place):
    path = copies.write(tmp_path, name)
    text = path.read_bytes().decode()
    assert old in text
    path.write_bytes(text.replace(old, new, 1).encode())
    with pytest.raises(DataFault, match=place):
        fetch_source(copies.unverified(name), tmp_path / "out", path)
    assert not (tmp_path / "out").exists()


def test_names_files_and_folders_are_checked_first(tmp_path):
    with pytest.raises(CrmError, match="choose one of: cdnow, online_retail, telco"):
        fetch("titanic", tmp_path / "out")
    with pytest.raises(CrmError, match=r"cannot be read .* give the path of your CDNOW_master\.txt"):
        fetch("cdnow", tmp_path / "out", tmp_path / "nowhere.txt")
    path = copies.write(tmp_path, "cdnow")
    with pytest.raises(CrmError, match="already holds other files; choose a new or empty folder"):
        fetch_source(copies.unverified("cdnow"), tmp_path, path)
    with pytest.raises(CrmError, match="is a file; choose a folder"):
        fetch_source(copies.unverified("cdnow"), path, path)


def test_a_second_fetch_replaces_only_its_own_files(tmp_path):
    source, path = copies.unverified("cdnow"), copies.write(tmp_path, "cdnow")
    fetch_source(source, tmp_path / "out", path)
    (tmp_path / "out" / "notes.txt").write_text("mine")
    (tmp_path / "out" / "orders.csv").write_text("spoilt")
    fetch_source(source, tmp_path / "out", path)
    assert check_folder(tmp_path / "out").ok
    assert (tmp_path / "out" / "notes.txt").read_text() == "mine"
    with pytest.raises(CrmError, match="already holds other files"):
        fetch_source(copies.unverified("telco"), tmp_path / "out", copies.write(tmp_path, "telco"))


def test_a_full_disk_leaves_nothing_behind(tmp_path, monkeypatch):
    def fail(self, *args, **options):
        raise OSError(28, "No space left on device")

    path = copies.write(tmp_path, "cdnow")
    monkeypatch.setattr(pd.DataFrame, "to_csv", fail)
    with pytest.raises(CrmError, match="cannot be written \\(No space left on device\\)"):
        fetch_source(copies.unverified("cdnow"), tmp_path / "out", path)
    assert sorted(tmp_path.iterdir()) == [path]


def test_an_account_that_does_not_add_up_is_refused():
    with pytest.raises(DataFault, match="5 rows in, but 3 kept and 1 dropped"):
        Conversion({"orders": pd.DataFrame({"line": [1, 2, 3]})}, 5, {7: "blank"})


@pytest.fixture
def server(tmp_path, monkeypatch):
    """A web server on this machine that gives out the files of a folder; downloads are kept in another."""
    monkeypatch.setattr("pooch.os_cache", lambda name: tmp_path / "cache" / name)
    folder = tmp_path / "served"
    folder.mkdir()

    class Quiet(http.server.SimpleHTTPRequestHandler):
        def __init__(self, *args):
            super().__init__(*args, directory=str(folder))

        def log_message(self, *args):
            pass

    serving = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Quiet)
    threading.Thread(target=serving.serve_forever, daemon=True).start()
    yield folder, f"http://127.0.0.1:{serving.server_port}"
    serving.shutdown()
    serving.server_close()


def test_a_download_is_unpacked_and_kept(server, tmp_path):
    folder, address = server
    with zipfile.ZipFile(folder / "CDNOW_master.zip", "w") as archive:
        archive.writestr("CDNOW_master.txt", copies.CDNOW)
        archive.writestr("other.txt", "not needed")
    source = copies.changed("cdnow", url=f"{address}/CDNOW_master.zip")
    account = fetch_source(source, tmp_path / "out")
    assert len(crmlib.open_database(tmp_path / "out").orders) == 4
    assert "the known copy is eff6889e" in str(account)
    (folder / "CDNOW_master.zip").unlink()
    fetch_source(source, tmp_path / "again")


def test_a_download_with_another_sum_is_refused(server, tmp_path):
    folder, address = server
    (folder / "telco.csv").write_text(copies.TELCO)
    with pytest.raises(CrmError, match=r"gave no known file .*does not match the known hash"):
        fetch_source(copies.changed("telco", url=f"{address}/telco.csv"), tmp_path / "out")
    assert not (tmp_path / "out").exists()


def test_an_unreachable_address_says_the_way_out(server, tmp_path):
    _, address = server
    for source in (
        copies.changed("cdnow", url=f"{address}/gone.zip"),
        copies.changed("telco", url="http://127.0.0.1:9/telco.csv"),
    ):
        with pytest.raises(
            CrmError, match=rf"gave no known file .* crmbook fetch {source.name} --to FOLDER --file"
        ) as caught:
            fetch_source(source, tmp_path / "out")
        assert "\n" not in str(caught.value)
    assert not (tmp_path / "out").exists()


def test_the_whole_of_cdnow(tmp_path):
    path = next(entry for entry in files("lifetimes") if entry.name == "CDNOW_master.txt").locate()
    account = fetch("cdnow", tmp_path / "out", path)
    made = made_by(account)
    assert "(the known copy)" in str(account) and made.rows_in == len(made.tables["orders"]) == 69_659
    assert made.dropped == {} and list(made.remarks.values()) == [80, 255]
    assert check_folder(tmp_path / "out").ok
    orders = crmlib.open_database(tmp_path / "out").orders
    assert orders["customer_id"].nunique() == 23_570
    assert (orders["order_date"].min(), orders["order_date"].max()) == (
        pd.Timestamp("1997-01-01"),
        pd.Timestamp("1998-06-30"),
    )
    raw = pd.read_csv(path, sep=r"\s+", skiprows=1, header=None)
    assert orders["amount"].sum() == pytest.approx(raw[3].sum(), abs=0.005)


def test_the_whole_of_telco(tmp_path):
    account = fetch("telco", tmp_path / "out", copies.real("Telco-Customer-Churn.csv"))
    made = made_by(account)
    assert "(the known copy)" in str(account) and made.rows_in == len(made.tables["contract_snapshot"]) == 7_043
    assert check_folder(tmp_path / "out").ok
    assert crmlib.open_database(tmp_path / "out").contract_snapshot["left"].sum() == 1_869


def test_the_whole_of_the_email_test(tmp_path):
    """Arms, orders and visits as others count them in the public file."""
    account = fetch("minethatdata", tmp_path / "out", copies.real(catalogue()["minethatdata"].file))
    made = made_by(account)
    assert "(the known copy)" in str(account) and made.rows_in == len(made.tables["customers"]) == 64_000
    assert list(made.remarks.values()) == [578, 9_394], "each order has an amount, no amount is without an order"
    arms = crmlib.open_database(tmp_path / "out").campaign_members.groupby(["campaign_id", "arm"]).size()
    assert arms.to_dict() == {
        ("mens", "control"): 21_306,
        ("mens", "treatment"): 21_307,
        ("womens", "control"): 21_306,
        ("womens", "treatment"): 21_387,
    }
    assert check_folder(tmp_path / "out").ok
