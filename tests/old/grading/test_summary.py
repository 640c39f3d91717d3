"""Customer summary: against lifetimes, by hand, from every kind of source, in any row order, with bad input."""

import importlib.util
import shutil
import subprocess

import ibis
import numpy as np
import pandas as pd
import pytest
from lifetimes.utils import summary_data_from_transaction_data

from crmlib.errors import CrmError
from crmlib.old.grading.profit import customer_profit
from crmlib.old.grading.summary import customer_summary, customer_summary_expression, order_table
from tests import cdnow
from tests.old.grading.small_company import SmallDatabase

AS_OF = "2023-01-01"


def random_orders(seed=0, size=3000, returns=0.1, **more):
    rng = np.random.default_rng(seed)
    amount = np.round(rng.gamma(2, 30, size), 2) * np.where(rng.random(size) < returns, -1, 1)
    table = {
        "customer_id": [f"C{number:04d}" for number in rng.integers(0, 400, size)],
        "order_date": pd.Timestamp("2021-01-01") + pd.to_timedelta(rng.integers(0, 900, size), unit="D"),
        "amount": amount,
        "order_id": [f"O{number}" for number in rng.integers(0, size, size)],
        "cost_of_goods": np.round(amount * 0.4, 2),
    }
    return pd.DataFrame(table | more)


def lifetimes_summary(orders, as_of):
    table = summary_data_from_transaction_data(
        orders, "customer_id", "order_date", "amount", observation_period_end=as_of
    )
    return table.sort_index()


def assert_same_as_lifetimes(ours, theirs):
    assert ours.index.tolist() == theirs.index.tolist()
    for name in ("frequency", "recency", "T"):
        assert np.array_equal(ours[name].to_numpy(), theirs[name].to_numpy())
    value = theirs["monetary_value"].where(theirs["frequency"] > 0)
    np.testing.assert_allclose(ours["monetary"], value, atol=1e-6)


def purchase_days_only(orders):
    """What is left when days without a positive net amount are taken out, with pandas."""
    return orders[orders.groupby(["customer_id", "order_date"])["amount"].transform("sum") > 1e-6]


def test_cdnow_equals_lifetimes_counting_every_day():
    orders = cdnow.orders()
    ours = customer_summary(orders, "1998-06-30", count_days="all")
    assert len(ours) == 23_570
    assert_same_as_lifetimes(ours, lifetimes_summary(orders, "1998-06-30"))
    assert ours["revenue"].sum() == pytest.approx(orders["amount"].sum())
    assert ours["orders"].sum() == (orders["amount"] > 0).sum()


@pytest.mark.parametrize("as_of", ["1997-03-31", "1997-09-30", "1998-06-30"])
def test_cdnow_equals_lifetimes_on_purchase_days(as_of):
    orders = cdnow.orders()
    assert_same_as_lifetimes(customer_summary(orders, as_of), lifetimes_summary(purchase_days_only(orders), as_of))


@pytest.mark.parametrize("seed", range(5))
def test_random_orders_equal_lifetimes(seed):
    orders = random_orders(seed)
    every = customer_summary(orders, AS_OF, count_days="all")
    assert_same_as_lifetimes(every, lifetimes_summary(orders, AS_OF))
    days = customer_summary(orders, AS_OF)
    assert_same_as_lifetimes(days, lifetimes_summary(purchase_days_only(orders), AS_OF))


def test_every_column_by_hand():
    orders = pd.DataFrame(
        [
            ("B", "2022-01-01", 100.0, "o1", 60.0),
            ("B", "2022-01-01", 20.0, "o1", 10.0),  # same order, second line
            ("B", "2022-01-15", 50.0, "o2", 20.0),
            ("B", "2022-01-15", 30.0, "o3", 10.0),  # second order of the day: one purchase day
            ("B", "2022-01-20", -50.0, "o2", -20.0),  # a return: no purchase, less revenue
            ("B", "2022-02-05", 40.0, "o4", 15.0),
            ("B", "2022-12-31", 99.0, "o5", 1.0),  # after as_of
            ("A", "2022-02-12", 10.0, "o6", 5.0),
            ("A", "2022-02-20", 15.0, "o7", 5.0),
            ("A", "2022-02-20", -15.0, "o7", -5.0),  # bought and given back on one day
            ("R", "2022-02-01", -5.0, "o8", -2.0),  # a return only
        ],
        columns=["customer_id", "order_date", "amount", "order_id", "cost_of_goods"],
    ).assign(order_date=lambda table: pd.to_datetime(table["order_date"]))
    found = customer_summary(orders, "2022-02-26")
    assert found.index.tolist() == ["A", "B"]
    assert found.index.name == "customer_id"
    b = found.loc["B"]
    assert (b["frequency"], b["recency"], b["T"], b["since_last"]) == (2, 35, 56, 21)
    assert (b["monetary"], b["revenue"], b["margin"], b["orders"]) == (60, 190, 95, 4)
    assert (b["first_order"], b["last_order"]) == (pd.Timestamp("2022-01-01"), pd.Timestamp("2022-02-05"))
    a = found.loc["A"]
    assert (a["frequency"], a["recency"], a["T"], a["revenue"], a["orders"]) == (0, 0, 14, 10, 2)
    assert np.isnan(a["monetary"])
    weeks = customer_summary(orders, "2022-02-26", unit="weeks").loc["B"]
    assert (weeks["recency"], weeks["T"], weeks["since_last"]) == (5, 8, 3)


def test_what_binary_fractions_leave_over_is_no_purchase():
    assert 0.1 + 0.2 - 0.3 > 0
    orders = pd.DataFrame({"customer_id": 1, "order_date": pd.Timestamp("2022-02-02"), "amount": [0.1, 0.2, -0.3]})
    before = orders.head(1).assign(order_date=pd.Timestamp("2022-01-01"))
    assert customer_summary(pd.concat([before, orders]), AS_OF).loc[1, "frequency"] == 0


def test_lines_without_an_order_number_count_one_each():
    orders = random_orders(8)
    numbered = customer_summary(orders.drop(columns="order_id"), AS_OF)["orders"]
    blank = customer_summary(orders.assign(order_id=pd.Series(pd.NA, index=orders.index, dtype="str")), AS_OF)["orders"]
    pd.testing.assert_series_equal(numbered, blank)


def test_types_units_and_order():
    found = customer_summary(random_orders(), AS_OF, unit="weeks")
    assert found.attrs["unit"] == "weeks"
    assert found.index.is_monotonic_increasing and found.index.is_unique
    assert found["frequency"].dtype == found["orders"].dtype == np.int64
    assert found["first_order"].dtype == "datetime64[us]"
    assert (found["recency"] + found["since_last"] - found["T"]).abs().max() < 1e-9


def test_every_source_gives_the_same(tmp_path):
    orders = random_orders(3)
    orders.to_parquet(tmp_path / "orders.parquet")
    orders.head(1000).to_parquet(tmp_path / "part-1.parquet")
    orders.tail(2000).to_parquet(tmp_path / "part-2.parquet")
    orders.to_csv(tmp_path / "orders.csv", index=False)
    connection = ibis.duckdb.connect()
    sources = {
        "shuffled": orders.sample(frac=1, random_state=2),
        "odd index": orders.set_index("customer_id", drop=False),
        "path": tmp_path / "orders.parquet",
        "text path": str(tmp_path / "orders.parquet"),
        "several files": str(tmp_path / "part-*.parquet"),
        "csv": tmp_path / "orders.csv",
        "table": connection.read_parquet(str(tmp_path / "orders.parquet")),
        "dates as text": orders.assign(order_date=orders["order_date"].dt.strftime("%Y-%m-%d")),
        "times of day": orders.assign(order_date=orders["order_date"] + pd.Timedelta(hours=23, minutes=59)),
    }
    expected = customer_summary(orders, AS_OF)
    for name, source in sources.items():
        found = customer_summary(source, AS_OF)
        pd.testing.assert_frame_equal(found, expected, obj=name, check_exact=True)


def test_the_expression_is_computed_only_when_asked(tmp_path):
    orders = random_orders(4)
    expression = customer_summary_expression(order_table(orders), AS_OF, "weeks")
    assert isinstance(expression, ibis.expr.types.Table)
    busy = expression.filter(expression.frequency > 9).count().execute()
    assert busy == (customer_summary(orders, AS_OF, "weeks")["frequency"] > 9).sum() > 0


def test_whole_number_and_decimal_amounts():
    orders = random_orders(5).assign(amount=lambda table: table["amount"].round().astype("int64"))
    as_decimals = ibis.memtable(orders).mutate(amount=ibis._.amount.cast("decimal(12, 2)"))
    pd.testing.assert_frame_equal(customer_summary(orders, AS_OF), customer_summary(as_decimals, AS_OF))


def test_lines_without_customer_day_or_amount_are_left_out():
    orders = random_orders(6)
    holes = orders.head(3).copy()
    holes["customer_id"] = [None, "C0001", "C0001"]
    holes["order_date"] = [pd.Timestamp("2021-05-05"), pd.NaT, pd.Timestamp("2021-05-06")]
    holes["amount"] = [5.0, 5.0, np.nan]
    found = customer_summary(pd.concat([orders, holes]), AS_OF)
    pd.testing.assert_frame_equal(found, customer_summary(orders, AS_OF))


def test_nan_in_a_file_is_a_missing_amount(tmp_path):
    orders = random_orders(6)
    orders.loc[0, "amount"] = np.nan
    ibis.duckdb.connect().con.sql(
        "select 'C0001' customer_id, date '2021-02-03' order_date, 'nan'::double amount"
    ).write_parquet(str(tmp_path / "nan.parquet"))
    with pytest.raises(CrmError, match="No customer bought"):
        customer_summary(tmp_path / "nan.parquet", AS_OF)


def test_the_day_itself_is_included_and_the_next_is_not():
    orders = pd.DataFrame(
        {"customer_id": [1, 1, 1], "order_date": pd.to_datetime(["2022-01-01", "2022-01-05", "2022-01-06"])}
    )
    found = customer_summary(orders.assign(amount=1.0), pd.Timestamp("2022-01-05 00:00"))
    assert found.loc[1, ["frequency", "T"]].tolist() == [1, 4]


@pytest.mark.parametrize("missing", ["customer_id", "order_date", "amount"])
def test_a_missing_column_is_named(missing):
    with pytest.raises(CrmError, match=f"no column {missing}"):
        customer_summary(random_orders().drop(columns=missing), AS_OF)


@pytest.mark.parametrize(
    ("orders", "options", "part"),
    [
        (random_orders(), {"unit": "months"}, '"months" is not known'),
        (random_orders(), {"count_days": "none"}, '"none" is not known'),
        (random_orders(), {"as_of": "1999-01-01"}, "on or before 1999-01-01"),
        (random_orders().iloc[:0], {}, "on or before"),
        (pd.DataFrame(), {}, "no column customer_id"),
        ([1, 2], {}, "not as list"),
        (random_orders().assign(amount=-1.0), {}, "bought anything"),
    ],
)
def test_what_cannot_be_summarised_is_said(orders, options, part):
    with pytest.raises(CrmError, match=part):
        customer_summary(orders, **({"as_of": AS_OF} | options))


def _java():
    """Is there a Java runtime for Spark?"""
    return (
        shutil.which("java") and subprocess.run(["java", "-version"], capture_output=True, check=False).returncode == 0
    )


@pytest.mark.skipif(
    importlib.util.find_spec("pyspark") is None, reason="pyspark (optional extra spark) is not installed"
)
@pytest.mark.skipif(not _java(), reason="Spark needs Java, which is not here")
def test_spark_gives_the_same(tmp_path):
    from pyspark.sql import SparkSession

    orders = random_orders(7)
    orders.to_parquet(tmp_path / "orders.parquet")
    options = {
        "spark.ui.enabled": "false",
        "spark.sql.shuffle.partitions": "2",
        "spark.sql.warehouse.dir": str(tmp_path),
    }
    session = SparkSession.builder.master("local[2]").config(map=options).getOrCreate()
    try:
        table = ibis.pyspark.connect(session).read_parquet(str(tmp_path / "orders.parquet"))
        for choice in ({"unit": "weeks"}, {"count_days": "all"}):
            pd.testing.assert_frame_equal(
                customer_summary(table, AS_OF, **choice), customer_summary(orders, AS_OF, **choice)
            )
    finally:
        session.stop()


def test_lines_without_a_cost_get_the_rate_of_the_others():
    orders = random_orders(returns=0)
    holes = orders.assign(cost_of_goods=orders["cost_of_goods"].where(np.arange(len(orders)) % 2 == 0))
    whole, found = customer_summary(orders, AS_OF), customer_summary(holes, AS_OF)
    assert found["margin"].sum() / found["revenue"].sum() == pytest.approx(0.6, abs=1e-3)
    assert found["margin"].to_numpy() == pytest.approx(whole["margin"].to_numpy(), rel=1e-2)
    later = holes["order_date"] > AS_OF
    dearer = holes.assign(cost_of_goods=holes["cost_of_goods"].where(~later, 1e6))
    pd.testing.assert_frame_equal(customer_summary(dearer, AS_OF), found)
    assert customer_summary(holes.assign(cost_of_goods=np.nan), AS_OF)["margin"].isna().all()


def test_an_imputed_margin_is_that_of_customer_profit():
    orders = random_orders(3, size=800)
    holes = orders.assign(cost_of_goods=orders["cost_of_goods"].where(np.arange(len(orders)) % 3 > 0))
    profit = customer_profit(SmallDatabase({"orders": holes}, "2023-12-31"))
    summary = customer_summary(holes, "2023-12-31")
    assert summary["margin"].to_numpy() == pytest.approx(profit.loc[summary.index, "margin"].to_numpy())
