import pandas as pd
import pytest

from crmlib.errors import CrmError, MissingTable


def test_tables_join(database):
    result = database.sql("""
        select region, sum(amount) as revenue, max(order_date) as last
        from orders join customers using (customer_id) group by all order by revenue desc
    """)
    assert result["region"].tolist() == ["West", "North", "East"]
    assert result["revenue"].tolist() == [1200.0, 160.0, 120.0]
    assert result["last"].iloc[0] == pd.Timestamp("2024-07-15")


def test_days_are_dates(database):
    gap = database.sql("select max(order_date) - min(order_date) as days from orders where customer_id = 'c1'")
    assert gap["days"].iloc[0] == 420


def test_sums_of_whole_numbers_are_whole(database):
    total = database.sql("select sum(line) as lines, sum(amount) as amount from orders")
    assert (str(total["lines"].dtype), str(total["amount"].dtype)) == ("Int64", "float64")
    assert total["lines"].iloc[0] == 5


def test_with_clauses_explain_and_listing_work(database):
    assert database.sql("with o as (from orders) select count(*) as n from o")["n"].iloc[0] == 5
    assert set(database.sql("show tables")["name"]) == set(database.tables)
    assert len(database.sql("explain select 1")) > 0


@pytest.mark.parametrize(
    "query",
    [
        "drop view orders",
        "create table mine as select * from orders",
        "insert into orders select * from orders",
        "update orders set amount = 0",
        "delete from orders",
        "set enable_external_access = true",
        "attach 'other.db'",
        "copy orders to 'orders_copy.csv'",
        "install httpfs",
        "select 1; select 2",
        "",
    ],
)
def test_only_one_select_is_answered(database, query, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    before = sorted(tmp_path.rglob("*"))
    with pytest.raises(CrmError, match="one SELECT"):
        database.sql(query)
    assert sorted(tmp_path.rglob("*")) == before


@pytest.mark.parametrize(
    "query",
    [
        "select * from read_csv('{folder}/orders.csv')",
        "select * from '{folder}/orders.csv'",
        "select * from read_text('/etc/hostname')",
        "select * from glob('{folder}/*')",
        "select * from database_in_python",
    ],
)
def test_files_and_python_variables_are_out_of_reach(database, folder, query):
    database_in_python = pd.DataFrame({"secret": [1]})
    with pytest.raises(CrmError, match="The query failed"):
        database.sql(query.format(folder=folder))
    assert len(database_in_python) == 1


def test_a_mistake_is_explained_in_one_line(database):
    with pytest.raises(CrmError, match=r"order_day.*not found") as caught:
        database.sql("select order_day from orders")
    assert "\n" not in str(caught.value)
    with pytest.raises(CrmError, match="The tables here are: company, customers, products, orders"):
        database.sql("select * from order_lines")


def test_a_query_of_a_missing_table_says_so_like_the_attribute(database):
    for query in ("select * from survey", "select count(*) from orders join Survey using (customer_id)"):
        with pytest.raises(MissingTable, match="has no table 'survey'"):
            database.sql(query)
    with pytest.raises(MissingTable, match="'subscriptions' has no rows yet on 2023-02-28"):
        database.at("2023-02-28").sql("select * from subscriptions")
