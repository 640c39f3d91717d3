import datetime

import numpy as np
import pandas as pd
import pytest

import crmlib
from crmlib.dictionary import PANDAS_TYPES, SCHEMAS
from crmlib.errors import CrmError, DataFault, MissingTable
from tests.database import small_company


def test_tables_have_the_types_of_the_data_dictionary(database):
    for name in database.tables:
        for column, dtype in database.frame(name).dtypes.items():
            assert str(dtype) == PANDAS_TYPES[SCHEMAS[name].columns[column].metadata["kind"]], (name, column)


def test_cells_arrive_as_written(database):
    hotel = database.customers.set_index("customer_id").loc["c3"]
    assert hotel["name"] == "Lake Hotel, West Wing"
    assert hotel["children"] is pd.NA
    assert bool(hotel["consent_email"]) is True
    assert database.orders["amount"].sum() == 1480.0
    assert database.complaints["recorded_at"].iloc[0] == pd.Timestamp("2023-06-03 09:30")


def test_company_speaks_for_itself(database):
    company = database.company
    assert (company.name, company.chinese_name, company.sells, company.currency) == ("Hill Tea", "山茶", "tea", "CNY")
    assert database.as_of == company.observed_to == pd.Timestamp("2024-12-31")


def test_company_is_neutral_without_its_table(tmp_path):
    folder = small_company.write(tmp_path, {"company.csv": None})
    database = crmlib.open_database(folder)
    assert database.as_of == pd.Timestamp("2024-07-15"), "the last order"
    company = database.company
    assert (company.name, company.sells, company.currency) == ("this company", "goods", "")
    assert (company.observed_from, company.observed_to) == (pd.Timestamp("2023-01-05"), pd.Timestamp("2024-07-15"))


def test_orders_alone_are_enough(tmp_path):
    (tmp_path / "orders.csv").write_text("customer_id,order_date,amount\n0012,2024-03-07,9.5\n")
    database = crmlib.open_database(tmp_path)
    assert database.tables == ("orders",)
    assert database.orders["customer_id"].tolist() == ["0012"]
    assert database.as_of == pd.Timestamp("2024-03-07")


def test_missing_table_is_one_sentence(database):
    assert not database.has("survey")
    with pytest.raises(MissingTable, match=r"has no table 'survey'\.$") as caught:
        _ = database.survey
    assert caught.value._render_traceback_() == [f"MissingTable: {caught.value}"]
    with pytest.raises(MissingTable, match="did you mean 'orders'"):
        database.table("order")
    with pytest.raises(AttributeError):
        _ = database.no_such_thing


def test_changing_a_frame_leaves_the_database_as_it_is(database):
    mine = database.orders
    mine["amount"] = 0.0
    mine.loc[0, "customer_id"] = "someone else"
    assert database.orders["amount"].sum() == 1480.0
    assert database.orders["customer_id"].iloc[0] == "c1"


def test_a_changed_folder_is_read_again(folder):
    before = len(crmlib.open_database(folder).orders)
    with (folder / "orders.csv").open("a") as file:
        file.write("c2,2024-08-01,10.00,o6,1,p1,1,shop\n")
    assert len(crmlib.open_database(folder).orders) == before + 1


def test_an_unchanged_folder_is_not_read_again(folder, monkeypatch):
    crmlib.open_database(folder)
    monkeypatch.setattr("crmlib.database.loading._read_folder", lambda folder: pytest.fail("read twice"))
    crmlib.open_database(folder)


@pytest.mark.parametrize(
    "day",
    ["2024-02-29", datetime.date(2024, 2, 29), pd.Timestamp("2024-02-29 13:00"), np.datetime64("2024-02-29")],
)
def test_as_of_takes_any_way_to_say_a_day(folder, day):
    assert crmlib.open_database(folder, as_of=day).as_of == pd.Timestamp("2024-02-29")


@pytest.mark.parametrize("day", ["yesterday", "2024-02-30", "29.02.2024", "2024", "", 20240229, None, pd.NaT, True])
def test_as_of_refuses_what_is_no_day(folder, day):
    with pytest.raises(CrmError, match="as_of must be a day written as YYYY-MM-DD"):
        crmlib.open_database(folder, as_of=day)


def test_as_of_keeps_within_the_data(folder):
    with pytest.raises(CrmError, match=r"2022-12-31 is before the first order \(2023-01-05\)"):
        crmlib.open_database(folder, as_of="2022-12-31")
    with pytest.raises(CrmError, match=r"2025-01-01 is after the last day of these data \(2024-12-31\)"):
        crmlib.open_database(folder, as_of="2025-01-01")


def test_open_refuses_a_folder_with_faults_and_names_all(tmp_path):
    changes = small_company.replaced("orders", "160.00", "¥160") | small_company.replaced(
        "customers", "person", "alien"
    )
    with pytest.raises(DataFault) as caught:
        crmlib.open_database(small_company.write(tmp_path, changes))
    assert "orders.csv, line 4, column amount" in str(caught.value)
    assert "customers.csv, line 2, column kind" in str(caught.value)
    assert len(caught.value.report.faults) == 2


def test_open_says_what_it_takes(tmp_path):
    with pytest.raises(CrmError, match="no folder"):
        crmlib.open_database(tmp_path / "nowhere")
    file = tmp_path / "orders.csv"
    file.write_text("customer_id\n")
    with pytest.raises(CrmError, match="There is no folder"):
        crmlib.open_database(file)
    with pytest.raises(CrmError, match="a folder or an Ibis connection, not int"):
        crmlib.open_database(7)


def test_repr_is_one_line(database):
    tables = "company, customers, products, orders, subscriptions, complaints"
    assert repr(database) == f"Customer database of Hill Tea, as of 2024-12-31: {tables}"
