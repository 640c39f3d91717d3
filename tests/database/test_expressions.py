import ibis
import pandas as pd
import pytest

import crmlib
from crmlib.database import check_folder, loading
from crmlib.errors import DataFault
from tests.database import small_company
from tests.database.small_company import same_rows

DAYS = ["2024-12-31", "2024-01-20", "2023-06-09"]


@pytest.fixture
def parquet(database, tmp_path):
    return small_company.as_parquet(database, tmp_path / "parquet")


@pytest.fixture
def on_disk(parquet, monkeypatch):
    monkeypatch.setattr(loading, "LARGE_ROWS", 0)
    loading._recent.clear()
    yield crmlib.open_database(parquet)
    loading._recent.clear()


@pytest.fixture
def connected(database):
    connection = ibis.duckdb.connect()
    for name in database.tables:
        connection.con.register(name, database.frame(name))
    return crmlib.open_database(connection)


def test_small_parquet_files_read_like_csv(database, parquet):
    other = crmlib.open_database(parquet)
    for name in database.tables:
        pd.testing.assert_frame_equal(other.frame(name), database.frame(name))


@pytest.mark.parametrize("kind", ["on_disk", "connected"])
@pytest.mark.parametrize("day", DAYS)
def test_expressions_are_cut_like_frames(database, request, kind, day):
    other, past = request.getfixturevalue(kind).at(day), database.at(day)
    assert other.tables == past.tables
    assert other.company == past.company
    for name in past.tables:
        same_rows(past.frame(name), other.frame(name))
        assert other.table(name).count().to_pyarrow().as_py() == len(past.frame(name))
        assert other.sql(f"select count(*) as n from {name}")["n"].iloc[0] == len(past.frame(name))


def test_large_tables_stay_on_disk(on_disk):
    assert "read_parquet" in ibis.to_sql(on_disk.table("orders")).lower()


def test_memory_and_disk_join(parquet, monkeypatch):
    monkeypatch.setattr(loading, "LARGE_ROWS", 4)
    loading._recent.clear()
    database = crmlib.open_database(parquet)
    joined = database.table("orders").join(database.table("customers"), "customer_id")
    assert joined.count().to_pyarrow().as_py() == 5
    past = database.at("2024-02-29")
    assert past.table("orders").join(past.table("customers"), "customer_id").count().to_pyarrow().as_py() == 4
    assert database.table("customers").count().to_pyarrow().as_py() == 3, "another day must not disturb this one"
    loading._recent.clear()


def test_parts_of_a_table_in_a_folder(database, parquet):
    orders = database.orders
    (parquet / "orders.parquet").unlink()
    (parquet / "orders").mkdir()
    orders.iloc[:2].to_parquet(parquet / "orders" / "part-1.parquet")
    orders.iloc[2:].to_parquet(parquet / "orders" / "part-2.parquet")
    pd.testing.assert_frame_equal(crmlib.open_database(parquet).orders, orders)


def test_numbers_as_identifiers_become_text(tmp_path):
    frame = pd.DataFrame({"customer_id": [7, 12], "order_date": pd.to_datetime(["2024-01-01"] * 2), "amount": [1, 2]})
    frame.to_parquet(tmp_path / "orders.parquet")
    database = crmlib.open_database(tmp_path)
    assert database.orders["customer_id"].tolist() == ["7", "12"]
    assert database.orders["amount"].dtype == "float64"


BROKEN = {
    "negative price": ("products", lambda f: f.assign(list_price=-1.0), "list_price", "at least 0"),
    "unknown choice": ("customers", lambda f: f.assign(kind="alien"), "kind", "one of: person, enterprise"),
    "empty amount": ("orders", lambda f: f.assign(amount=float("nan")), "amount", "must not be empty"),
    "infinite amount": ("orders", lambda f: f.assign(amount=float("inf")), "amount", "infinite"),
    "dangling customer": ("orders", lambda f: f.assign(customer_id="c9"), "customer_id", "not found in customers"),
    "repeated key": ("products", lambda f: f.assign(product_id="p1"), "product_id", "keep one"),
    "future order": (
        "orders",
        lambda f: f.assign(order_date=pd.Timestamp("2025-01-01")),
        "order_date",
        "after the last day of the data, 2024-12-31",
    ),
    "solved before recorded": (
        "complaints",
        lambda f: f.assign(solved_at=pd.Timestamp("2023-01-01")),
        "solved_at",
        "must not be before recorded_at",
    ),
    "wrong type": ("orders", lambda f: f.assign(order_date=1.5), "order_date", "stored as .* must be a date"),
    "column missing": ("orders", lambda f: f.drop(columns="amount"), "amount", "the column is missing"),
}


@pytest.mark.parametrize("large", [False, True], ids=["in memory", "on disk"])
@pytest.mark.parametrize("case", BROKEN)
def test_parquet_breaks_the_same_rules(parquet, monkeypatch, case, large):
    table, spoil, column, rule = BROKEN[case]
    for path in parquet.iterdir():
        if path.stem not in (table, "company", "customers"):
            path.unlink()
    spoil(pd.read_parquet(parquet / f"{table}.parquet")).to_parquet(parquet / f"{table}.parquet")
    if large:
        monkeypatch.setattr(loading, "LARGE_ROWS", 0)
    loading._recent.clear()
    faults = check_folder(parquet).faults
    mine = faults[(faults["file"] == f"{table}.parquet") & (faults["column"] == column)]
    assert mine["rule"].str.contains(rule).any(), str(check_folder(parquet))
    assert large or mine["line"].notna().all() or case in ("wrong type", "column missing")
    loading._recent.clear()


def test_a_connection_with_faults_is_refused(database):
    connection = ibis.duckdb.connect()
    connection.con.register("orders", database.orders.assign(amount=float("inf")))
    with pytest.raises(DataFault, match="orders, column amount: 'inf' – infinite"):
        crmlib.open_database(connection)
    with pytest.raises(DataFault, match="no table of the data dictionary"):
        crmlib.open_database(ibis.duckdb.connect())


def test_a_damaged_parquet_file_is_a_fault(parquet):
    path = parquet / "orders.parquet"
    path.write_bytes(path.read_bytes()[:200])
    report = check_folder(parquet)
    assert "orders.parquet: cannot be read as Parquet" in str(report)
