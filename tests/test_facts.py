"""Facts: by hand, against SQL and pandas written apart, against published CDNOW figures, in any order of rows."""

from importlib.metadata import files

import ibis
import numpy as np
import pandas as pd
import pyarrow as pa
import pytest

from crmlib import facts, open_database
from crmlib.errors import CrmError, DataFault, MissingTable, TooFew
from tests import cdnow

ROUNDED = 1e-5  # money is rounded to six decimals a day, and a customer has fewer than twenty days here

LINES = [
    ("A", "2021-03-01", 100.0, 60.0),
    ("A", "2021-03-01", 50.0, 30.0),  # second order of the day: one purchase
    ("A", "2022-05-01", 100.0, 60.0),
    ("A", "2022-05-09", -40.0, -24.0),  # a return on a day of its own: no purchase, less revenue
    ("B", "2021-07-01", 20.0, 12.0),
    ("B", "2022-02-02", 30.0, 18.0),
    ("B", "2022-02-02", -30.0, -18.0),  # bought and given back on one day
    ("C", "2022-12-31", 10.0, None),  # cost unknown; the company's mean rate is 0.65
    ("F", "2021-05-05", 0.0, 2.5),  # free goods only
    ("G", "2021-03-03", 60.0, 36.0),
    ("G", "2022-03-03", 25.0, 15.0),
    ("G", "2022-03-03", -60.0, -36.0),  # more given back than bought
    ("R", "2021-01-05", -5.0, -3.0),  # a return only
    ("Z", "2021-09-09", 0.3, 0.0),
    ("Z", "2021-09-09", -0.1, 0.0),
    ("Z", "2021-09-09", -0.2, 0.0),  # what binary fractions leave over is nothing, and no −0
    ("A", "2023-02-01", 70.0, 55.5),  # in a year whose costs are not booked yet
]
COSTS = [
    ("A", 2021, "sales", 5.0),
    ("A", 2022, "delivery", 7.0),
    ("B", 2021, "service", 30.0),
    ("D", 2022, "sales", 9.0),  # cost without an order
    ("A", 2023, "sales", 99.0),
]


def orders_of(lines):
    table = pd.DataFrame(lines, columns=["customer_id", "order_date", "amount", "cost_of_goods"])
    return table.assign(order_date=pd.to_datetime(table["order_date"]))


def costs_of(rows):
    costs = pd.DataFrame(rows, columns=["customer_id", "year", "activity", "cost"])
    return costs.assign(booked_on=costs["year"].astype(str) + "-12-31")


@pytest.fixture
def company(tmp_path):
    """Write tables into a folder of their own and open it."""

    def opened(orders=None, costs=COSTS, as_of="2023-06-30"):
        folder = tmp_path / f"company{len(list(tmp_path.iterdir()))}"
        folder.mkdir()
        (orders_of(LINES) if orders is None else orders).to_csv(folder / "orders.csv", index=False)
        if costs is not None:
            (costs_of(costs) if isinstance(costs, list) else costs).to_csv(folder / "cost_to_serve.csv", index=False)
        last = {"name": ["Small"], "observed_from": ["2019-01-01"], "observed_to": ["2024-12-31"]}
        pd.DataFrame(last | {"sells": ["goods"], "currency": ["CNY"]}).to_csv(folder / "company.csv", index=False)
        return open_database(folder, as_of)

    return opened


def random_lines(size=4000, customers=300, seed=1):
    """Several lines a day, returns, free goods, missing costs, amounts that are no round cents."""
    random = np.random.RandomState(seed)
    day = pd.Timestamp("2021-01-01") + pd.to_timedelta(random.randint(0, 1000, size), unit="D")
    amount = random.lognormal(3, 1, size) * random.choice([-1, 0, 1], size, p=[0.15, 0.05, 0.8])
    cost = np.where(random.rand(size) < 0.2, np.nan, amount * random.uniform(0.4, 0.7, size))
    who = [f"C{number:03d}" for number in random.randint(0, customers, size)]
    return pd.DataFrame({"customer_id": who, "order_date": day, "amount": amount, "cost_of_goods": cost})


def random_costs(lines, seed=2):
    random = np.random.RandomState(seed)
    index = [sorted(set(lines["customer_id"])), [2021, 2022, 2023], facts.ACTIVITIES]
    rows = pd.MultiIndex.from_product(index, names=["customer_id", "year", "activity"]).to_frame(index=False)
    rows = rows.assign(cost=random.lognormal(2, 1, len(rows)), booked_on=rows["year"].astype(str) + "-12-31")
    return rows.sample(frac=0.7, random_state=random)


def everything(db):
    yield from (facts.purchase_days(db), facts.margin_days(db), facts.customer_summary(db))
    yield from (facts.customer_revenue(db), facts.customer_margin(db, 2022), facts.customer_profit(db))


# --------------------------------------------------------------------------------------------------------- by hand
def test_days_by_hand(company):
    days = facts.margin_days(company())
    assert days.columns.tolist() == ["customer_id", "day", "amount", "cost_of_goods", "gross_profit"]
    found = [(who, f"{day:%y-%m-%d}", *money) for who, day, *money in days.itertuples(index=False)]
    assert found == [
        ("A", "21-03-01", 150.0, 90.0, 60.0),
        ("A", "22-05-01", 100.0, 60.0, 40.0),
        ("A", "22-05-09", -40.0, -24.0, -16.0),
        ("A", "23-02-01", 70.0, 55.5, 14.5),
        ("B", "21-07-01", 20.0, 12.0, 8.0),
        ("B", "22-02-02", 0.0, 0.0, 0.0),
        ("C", "22-12-31", 10.0, 6.5, 3.5),  # mean rate of the other lines: 208 / 320
        ("F", "21-05-05", 0.0, 2.5, -2.5),
        ("G", "21-03-03", 60.0, 36.0, 24.0),
        ("G", "22-03-03", -35.0, -21.0, -14.0),
        ("R", "21-01-05", -5.0, -3.0, -2.0),
        ("Z", "21-09-09", 0.0, 0.0, 0.0),
    ]
    pd.testing.assert_frame_equal(facts.purchase_days(company()), days[["customer_id", "day", "amount"]])


def test_summary_by_hand(company):
    table = facts.customer_summary(company())
    assert table.index.tolist() == ["A", "B", "C", "G"]  # nobody for free goods, returns or rounding alone
    times = table[["frequency", "recency", "T"]]
    assert times.loc["A"].tolist() == [2, 702, 851] and times.loc["B"].tolist() == [0, 0, 729]
    assert times.loc["G"].tolist() == [0, 0, 849] and times.dtypes.eq("int64").all()
    assert table.loc["A", "monetary"] == 85 and table["monetary"].isna().tolist() == [False, True, True, True]
    assert table["revenue"].tolist() == [280, 20, 10, 25]
    assert table.loc["A", ["first_day", "last_day"]].tolist() == [
        pd.Timestamp("2021-03-01"),
        pd.Timestamp("2023-02-01"),
    ]


def test_profit_by_hand(company):
    table = facts.customer_profit(company())  # 2021 and 2022
    columns = ["purchases", "revenue", "cost_of_goods", "gross_profit", *facts.ACTIVITIES, "cost_to_serve", "profit"]
    assert table.columns.tolist() == columns and table.index.name == "customer_id"
    assert table.loc["A"].tolist() == [2, 210, 126, 84, 5, 7, 0, 0, 12, 72]
    assert table.loc["B"].tolist() == [1, 20, 12, 8, 0, 0, 30, 0, 30, -22]
    assert table.loc["C"].tolist() == [1, 10, 6.5, 3.5, 0, 0, 0, 0, 0, 3.5]
    assert table.loc["D"].tolist() == [0, 0, 0, 0, 9, 0, 0, 0, 9, -9]
    assert table.loc[["F", "G", "R", "Z"], "profit"].tolist() == [-2.5, 10, -2, 0]
    assert table.loc[table["purchases"] > 0].index.tolist() == ["A", "B", "C", "G"]  # the active ones
    assert table["purchases"].dtype == "int64"


def test_years_choose_what_is_added_up(company):
    db = company()
    assert facts.customer_revenue(db)["revenue"].to_dict() == {
        "A": 280,
        "B": 20,
        "C": 10,
        "F": 0,
        "G": 25,
        "R": -5,
        "Z": 0,
    }
    assert facts.customer_revenue(db, 2022)["revenue"].to_dict() == {"A": 60, "B": 0, "C": 10, "G": -35}
    assert facts.customer_revenue(db, 2022)["purchases"].to_dict() == {"A": 1, "B": 0, "C": 1, "G": 0}
    assert facts.customer_margin(db, np.int64(2023)).loc["A", "gross_profit"] == 14.5
    assert facts.customer_profit(db, 2022).loc["A", "profit"] == 24 - 7
    pd.testing.assert_frame_equal(facts.customer_profit(db, range(2021, 2023)), facts.customer_profit(db))
    pd.testing.assert_frame_equal(facts.customer_profit(db.at("2022-06-30")), facts.customer_profit(db, 2021))


def test_tables_without_a_day_have_no_booked_years():
    snapshot = pd.DataFrame({"customer_id": ["A"], "months": [3], "left": [False]})
    with pytest.raises(MissingTable, match="No costs to serve are booked on that day"):
        facts.booked_years(open_database({"contract_snapshot": snapshot}))


def test_booked_years_end_with_a_full_one_and_have_no_gap(company):
    assert facts.booked_years(company()) == [2021, 2022]
    early = costs_of(COSTS).assign(booked_on="2021-06-30")  # booked before the year is over
    assert facts.booked_years(company(costs=early, as_of="2022-12-30")) == [2021]
    before_the_first_order = [("A", 2020, "sales", 1.0), ("A", 2019, "sales", 1.0)]
    assert facts.booked_years(company(costs=COSTS + before_the_first_order)) == [2021, 2022]
    gap = [("A", 2021, "sales", 1.0), ("A", 2023, "sales", 1.0), ("A", 2024, "sales", 1.0)]
    assert facts.booked_years(company(costs=gap, as_of="2024-12-31")) == [2023, 2024]


def test_nothing_is_never_written_as_minus_nothing(company):
    back = [("Y", "2021-09-01", 0.3, 0.0), ("Y", "2021-09-02", -0.1, 0.0), ("Y", "2021-09-03", -0.2, 0.0)]
    for table in everything(company(orders_of(LINES + back))):
        numbers = table.select_dtypes("number").to_numpy(float)
        assert not (np.signbit(numbers) & (numbers == 0)).any()


# ------------------------------------------------------------------------------------------ SQL and pandas, apart
PROFIT_SQL = """
with lines as (
    select customer_id, order_date, amount, coalesce(cost_of_goods, amount * (
        select sum(cost_of_goods) / sum(amount) from orders where cost_of_goods is not null)) as cost
    from orders where year(order_date) in (2021, 2022)),
days as (
    select customer_id, order_date, sum(amount) as amount, sum(cost) as cost
    from lines group by customer_id, order_date),
bought as (
    select customer_id, count(*) filter (amount > 1e-6) as purchases, sum(amount) as revenue,
        sum(cost) as cost_of_goods
    from days group by customer_id),
served as (
    select customer_id, sum(cost) as cost_to_serve from cost_to_serve where year in (2021, 2022) group by customer_id)
select customer_id, coalesce(purchases, 0) as purchases, coalesce(revenue, 0) as revenue,
    coalesce(revenue - cost_of_goods, 0) - coalesce(cost_to_serve, 0) as profit
from bought full join served using (customer_id)
"""
SUMMARY_SQL = """
with days as (
    select customer_id, order_date as day, sum(amount) as amount from orders group by all having sum(amount) > 1e-6),
numbered as (select *, row_number() over (partition by customer_id order by day) as place from days)
select customer_id, count(*) - 1 as frequency, max(day) - min(day) as recency, date '2023-06-30' - min(day) as "T",
    avg(amount) filter (place > 1) as monetary
from numbered group by customer_id
"""


def test_the_same_in_sql(company):
    lines = random_lines(2000, 700)
    db = company(lines, random_costs(lines))
    expected = db.sql(PROFIT_SQL).set_index("customer_id").sort_index()
    found = facts.customer_profit(db)
    assert len(found) > 500 and (found["profit"] < 0).any() and (found["purchases"] == 0).any()
    pd.testing.assert_frame_equal(found[list(expected)], expected, check_dtype=False, rtol=0, atol=ROUNDED)
    expected = db.sql(SUMMARY_SQL).set_index("customer_id").sort_index()
    found = facts.customer_summary(db)[list(expected)]
    pd.testing.assert_frame_equal(found, expected, check_dtype=False, rtol=0, atol=ROUNDED)


def test_the_same_in_pandas(company):
    lines = random_lines(seed=3)
    db = company(lines, random_costs(lines))
    known = lines[lines["order_date"] <= "2023-06-30"]
    priced = known.dropna()
    rate = priced["cost_of_goods"].sum() / priced["amount"].sum()
    filled = known.assign(cost_of_goods=known["cost_of_goods"].fillna(known["amount"] * rate))
    days = filled.groupby(["customer_id", "order_date"])[["amount", "cost_of_goods"]].sum()
    days["gross_profit"] = days["amount"] - days["cost_of_goods"]
    expected = days.reset_index().rename(columns={"order_date": "day"})
    pd.testing.assert_frame_equal(facts.margin_days(db), expected, check_dtype=False, rtol=0, atol=ROUNDED)
    year = expected[expected["day"].dt.year == 2022]
    sums = year.groupby("customer_id")[["amount", "cost_of_goods", "gross_profit"]].sum()
    found = facts.customer_margin(db, 2022)
    assert (found.drop(columns="purchases").set_axis(sums.columns, axis=1) - sums).abs().to_numpy().max() < ROUNDED
    assert found["purchases"].sum() == (year["amount"] > 1e-6).sum()


def test_the_order_of_the_rows_does_not_matter(company):
    lines = random_lines(seed=4)
    costs = random_costs(lines)
    shuffled = company(lines.sample(frac=1, random_state=5), costs.sample(frac=1, random_state=6))
    for one, other in zip(everything(company(lines, costs)), everything(shuffled), strict=True):
        pd.testing.assert_frame_equal(one, other, check_exact=True)


def test_a_connection_and_its_threads_give_the_same(company):
    lines = random_lines(200_000, 20_000, seed=7)
    sources = [company(lines, None)]
    for threads in (1, 4):
        connection = ibis.duckdb.connect(threads=threads)
        connection.con.register("orders", pa.Table.from_pandas(lines, preserve_index=False))
        sources.append(open_database(connection, "2023-06-30"))
    for function in (facts.margin_days, facts.customer_summary, facts.customer_margin):
        first, *others = map(function, sources)
        for other in others:
            pd.testing.assert_frame_equal(first, other, check_exact=True)


def test_cdnow_as_published(tmp_path):
    """The one-in-ten sample after 39 weeks: Fader and Hardie's 2,357 customers, of whom eight only had free goods."""
    path = next(entry for entry in files("lifetimes") if entry.name == "CDNOW_sample.txt").locate()
    names = ["master_id", "customer_id", "order_date", "discs", "amount"]
    orders = pd.read_csv(path, sep=r"\s+", header=None, names=names)
    orders["order_date"] = pd.to_datetime(orders["order_date"].astype(str), format="%Y%m%d")
    orders[["customer_id", "order_date", "amount"]].to_csv(tmp_path / "orders.csv", index=False)
    db = open_database(tmp_path, "1997-09-30")
    found = facts.customer_summary(db)
    found.index = found.index.astype(int)
    published = cdnow.calibration_summary()
    free = published.index.difference(found.index)
    assert len(published) == 2357 and len(facts.customer_revenue(db)) == 2357 and len(free) == 8
    assert orders[orders["customer_id"].isin(free) & (orders["order_date"] <= db.as_of)]["amount"].eq(0).all()
    found, published = found.sort_index(), published.drop(free)
    weeks = found[["recency", "T"]] / 7
    assert (found["frequency"] == published["frequency"]).all()
    assert (weeks - published[["recency", "T"]]).abs().to_numpy().max() < 0.00501  # published with two decimals
    assert (found["monetary"] - published["monetary"]).abs().max() < 0.00501
    assert not found["opening_stock"].any()  # one group of new customers


def test_the_teaching_company_adds_up():
    db = open_database("datasets")
    profit = facts.customer_profit(db)
    assert facts.booked_years(db) == [2021, 2022, 2023, 2024]
    assert profit["revenue"].sum() == pytest.approx(db.orders["amount"].sum())
    assert profit["gross_profit"].sum() == pytest.approx((db.orders["amount"] - db.orders["cost_of_goods"]).sum())
    assert profit["cost_to_serve"].sum() == pytest.approx(db.cost_to_serve["cost"].sum())  # no activity is left out
    assert profit["purchases"].sum() == (facts.purchase_days(db)["amount"] > 0).sum()
    assert not profit.isna().any(axis=None)


# ---------------------------------------------------------------------------------------------------- opening stock
def first_orders(numbers):
    """One order each of so many customers in each window of 90 days."""
    days = np.repeat(np.arange(len(numbers)) * 90, numbers)
    days[-1] += 89
    day = pd.Timestamp("2021-01-01") + pd.to_timedelta(days, unit="D")
    return pd.DataFrame({"customer_id": np.arange(len(day)) + 1000, "order_date": day, "amount": 1.0})


@pytest.mark.parametrize(
    ("numbers", "stock"),
    [
        ([27, 10, 10, 12, 12], 27),  # more than 1.5 · 11 + 3 √11 = 26.4
        ([26, 10, 10, 12, 12], 0),
        ([200, 10], 0),  # one later window says nothing about what is usual
        ([200, 4, 4, 4], 0),  # hardly anybody comes later
    ],
)
def test_a_rush_at_the_start_is_an_opening_stock(company, numbers, stock):
    orders = first_orders(numbers)
    found = facts.customer_summary(company(orders, None, orders["order_date"].max()))["opening_stock"]
    assert found.dtype == bool and found.sum() == stock and found.iloc[:stock].all()


# ----------------------------------------------------------------------------------------------------------- grades
def money(values):
    return pd.Series(values, [f"C{place:04d}" for place in range(len(values))], dtype=float)


def test_the_textbooks_pyramid():
    found = facts.grades(money(range(1000)))
    assert found.value_counts().reindex(list(facts.PYRAMID)).tolist() == [10, 40, 150, 800]
    assert found["C0999"] == "key" and found["C0000"] == "small" and found.name == "grade"
    assert found.cat.ordered and found.cat.categories.tolist() == ["key", "major", "ordinary", "small"]


def test_equal_values_get_the_same_and_the_better_grade():
    found = facts.grades(money([9] * 5 + [1] * 95))
    assert set(found.iloc[:5]) == {"key"} and set(found.iloc[5:]) == {"ordinary"}
    assert set(facts.grades(money([4] * 10))) == {"key"}
    assert facts.grades(money([-3])).tolist() == ["key"]


def test_shares_are_exact_in_any_order_and_currency():
    shares = {"a": 0.1, "b": 0.2, "c": 0.7}  # 0.1 + 0.2 is a little more than 0.3
    assert facts.grades(money(range(10)), shares).value_counts().to_dict() == {"a": 1, "b": 2, "c": 7}
    values = money(np.random.RandomState(1).lognormal(0, 1, 300).round(1))
    found = facts.grades(values)
    pd.testing.assert_series_equal(found, facts.grades(values.sample(frac=1, random_state=1)).sort_index())
    pd.testing.assert_series_equal(found, facts.grades(values * 8))


def test_wrong_shares_are_a_mistake_and_no_gap_in_the_data():
    for shares in ({"a": 0.5, "b": 0.6}, {"a": 1.0}, {"a": 1.2, "b": -0.2}, {"a": np.nan, "b": 1}):
        with pytest.raises(CrmError, match="add up to 1") as caught:
            facts.grades(money(range(10)), shares)
        assert type(caught.value) is CrmError


# --------------------------------------------------------------------------------------------- what cannot be told
def test_a_value_that_is_no_number_is_refused():
    for nothing in (np.nan, np.inf):
        with pytest.raises(DataFault, match="1 customers have no value"):
            facts.grades(money([1, nothing, 2]))
    with pytest.raises(DataFault, match="1 customers"):
        facts.grades(money([1, 2]).astype("Float64").mask([True, False]))
    with pytest.raises(TooFew, match="no customer to grade"):
        facts.grades(money([]))


def test_without_costs_only_the_weaker_measure_is_made(company):
    bare = company(orders_of(LINES).drop(columns="cost_of_goods"))
    empty = company(orders_of(LINES).assign(cost_of_goods=np.nan))
    for db in (bare, empty):
        assert facts.customer_revenue(db).columns.tolist() == ["purchases", "revenue"]
        for function in (facts.margin_days, facts.customer_margin, facts.customer_profit):
            with pytest.raises(MissingTable, match="customer_revenue does without"):
                function(db)
    for db in (company(costs=None), company(as_of="2021-10-01")):
        assert "profit" not in facts.customer_margin(db)
        with pytest.raises(MissingTable, match="customer_margin does without"):
            facts.customer_profit(db)


def test_costs_that_give_no_rate_are_a_fault(company):
    lines = [("A", "2021-03-01", 0.0, 5.0), ("B", "2021-04-01", 10.0, None)]
    with pytest.raises(DataFault, match="empty in 1 lines"):
        facts.margin_days(company(orders_of(lines)))
    complete = company(orders_of([lines[0], ("C", "2021-05-01", 0.3, 0.1)]))  # no cost is missing, no rate is needed
    assert facts.customer_margin(complete)["gross_profit"].to_dict() == {"A": -5, "C": 0.2}


def test_years_and_days_with_too_little_are_said(company):
    db = company()
    with pytest.raises(TooFew, match="no orders in 2019, 2030"):
        facts.customer_revenue(db, [2019, 2030])
    with pytest.raises(TooFew, match="of 2023 are not booked; those of 2021, 2022 are"):
        facts.customer_profit(db, [2022, 2023])
    with pytest.raises(TooFew, match="No year with orders and booked costs"):
        facts.booked_years(company(costs=[("A", 2020, "sales", 1.0)]))
    with pytest.raises(TooFew, match="Nobody has bought anything by 2021-02-01"):
        facts.customer_summary(db.at("2021-02-01"))


def test_shares_of_a_total():
    value = pd.Series([6.0, 3.0, -1.0], index=list("abc"))
    assert facts.share_of_total(value).tolist() == [0.75, 0.375, -0.125]
    for nothing in ([1.0, -1.0], [0.1, 0.2, -0.3], [-5.0], []):
        with pytest.raises(TooFew, match="nothing that could be shared out"):
            facts.share_of_total(pd.Series(nothing, dtype=float))
