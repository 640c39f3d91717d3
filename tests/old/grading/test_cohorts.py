"""Cohorts: by hand, against pandas, without those who were customers before the data begin, with an interval."""

import numpy as np
import pandas as pd
import pytest

from crmlib.errors import CrmError
from crmlib.old.grading.cohorts import cohort_ages, cohort_lifetime_value, is_opening_stock, opening_stock_days
from tests import cdnow
from tests.old.grading.test_summary import random_orders


def orders_of(*rows):
    table = pd.DataFrame(rows, columns=["customer_id", "order_date", "amount"])
    return table.assign(order_date=pd.to_datetime(table["order_date"]))


def test_cohorts_by_hand():
    orders = orders_of(
        ("A", "2021-01-10", 100.0),
        ("A", "2021-01-19", 10.0),  # day 9: period 0
        ("A", "2021-01-20", 20.0),  # day 10: period 1
        ("B", "2021-03-01", 50.0),
        ("B", "2021-03-15", -30.0),  # a return in period 1
        ("C", "2021-04-02", 70.0),
        ("D", "2021-04-12", -5.0),  # never bought
    )
    ages = cohort_ages(orders, "2021-04-20", period_days=10)
    first, second = pd.Timestamp("2021-01-01"), pd.Timestamp("2021-04-01")
    assert ages.index.tolist() == [(first, period) for period in range(5)] + [(second, 0)]
    assert ages.loc[(first, 0)].tolist() == [2, 2, 3, 160.0, 80.0]
    assert ages.loc[(first, 1)].tolist() == [2, 1, 1, -10.0, -5.0]
    assert ages.loc[(first, 4)].tolist() == [2, 0, 0, 0.0, 0.0]
    assert ages.loc[(second, 0)].tolist() == [1, 1, 1, 70.0, 70.0]
    value = cohort_lifetime_value(ages, 0.1, margin_rate=0.5, acquisition_cost=20)
    assert value["customers"].tolist() == [3, 2, 2, 2, 2]
    year = 10 / 365.25
    by_hand = 0.5 * 230 / 3 * 1.1 ** (-0.5 * year) - 0.5 * 5 * 1.1 ** (-1.5 * year) - 20
    assert value["lifetime_value"].iloc[-1] == pytest.approx(by_hand)
    assert value["active_share"].tolist() == pytest.approx([1, 0.5, 0, 0, 0])


def test_cohorts_against_pandas():
    orders = random_orders(1, returns=0)
    as_of = pd.Timestamp("2023-01-01")
    found = cohort_ages(orders, as_of, period_days=30, cohort="month", opening_days=0)
    known = orders[orders["order_date"] <= as_of]
    first = known.groupby("customer_id")["order_date"].min()
    known = known.assign(first=known["customer_id"].map(first))
    known["period"] = (known["order_date"] - known["first"]).dt.days // 30
    known["cohort"] = known["first"].dt.to_period("M").dt.start_time
    table = known.groupby(["cohort", "period"]).agg(active=("customer_id", "nunique"), value=("amount", "sum"))
    complete = ((as_of - first.groupby(first.dt.to_period("M").dt.start_time).max()).dt.days + 1) // 30
    assert found.groupby(level="cohort").size().to_dict() == complete[complete > 0].to_dict()
    expected = table.reindex(found.index).fillna(0)
    assert found["active"].tolist() == expected["active"].tolist()
    assert found["value"].to_numpy() == pytest.approx(expected["value"].to_numpy())


def test_cohorts_do_not_depend_on_row_order_nor_on_the_future():
    orders = random_orders(2)
    known = orders[orders["order_date"] <= "2022-06-30"]
    found = cohort_ages(orders.sample(frac=1, random_state=3), "2022-06-30")
    pd.testing.assert_frame_equal(found, cohort_ages(known, "2022-06-30"))


@pytest.mark.parametrize(
    ("options", "part"),
    [({"cohort": "week"}, '"week"'), ({"period_days": 0}, "one day"), ({"as_of": "1999-01-01"}, "by 1999-01-01")],
)
def test_cohorts_refuse_what_makes_no_sense(options, part):
    with pytest.raises(CrmError, match=part):
        cohort_ages(random_orders(), **({"as_of": "2023-01-01"} | options))


def company(seed=0, stock=600, won=1500, days=1200):
    """Customers won evenly over time, and an old stock who are there from the start and spend twice as much."""
    rng = np.random.default_rng(seed)
    gaps = rng.exponential(40, (stock + won, 90))
    joined = rng.uniform(0, days, won)
    gaps[stock:, 0] = joined  # the stock's first gap runs from the day the data begin
    when = gaps.cumsum(axis=1)
    who, place = np.nonzero(when < days)
    size = np.where(np.arange(stock + won) < stock, 20.0, 10.0) * rng.lognormal(-0.5, 1, stock + won)
    date = pd.Timestamp("2020-01-01") + pd.to_timedelta(when[who, place].astype(int), unit="D")
    return pd.DataFrame({"customer_id": who, "order_date": date, "amount": size[who]})


AS_OF = pd.Timestamp("2020-01-01") + pd.Timedelta(days=1199)


def test_a_rush_at_the_start_is_an_opening_stock():
    orders = company()
    first = orders.groupby("customer_id")["order_date"].min()
    assert opening_stock_days(first, AS_OF) == 90
    found = is_opening_stock(first, AS_OF)
    stock = first.index < 600
    assert found[stock].mean() > 0.85 and found[~stock].mean() < 0.1
    assert not is_opening_stock(first, AS_OF, 0).any()


def test_even_arrivals_and_one_group_of_new_customers_are_none():
    orders = company(stock=0)
    assert opening_stock_days(orders.groupby("customer_id")["order_date"].min(), AS_OF) == 0
    first = cdnow.orders().groupby("customer_id")["order_date"].min()
    assert opening_stock_days(first, "1998-06-30") == opening_stock_days(first, "1997-09-30") == 0
    assert (
        len(cohort_ages(cdnow.orders(), "1998-06-30"))
        and cohort_ages(cdnow.orders(), "1998-06-30").attrs["left_out"] == 0
    )
    assert opening_stock_days(first[:0], "1998-06-30") == 0


def test_the_opening_stock_does_not_raise_the_value_of_new_customers():
    """A new customer brings 10 a time every 40 days; the stock twice that."""
    orders = company()
    apart, taken = cohort_ages(orders, AS_OF), cohort_ages(orders, AS_OF, opening_days=0)
    assert apart.attrs["left_out"] > 500 and taken.attrs["left_out"] == 0
    year = [cohort_lifetime_value(ages, 0.0).loc[7, "lifetime_value"] for ages in (apart, taken)]
    truth = 10 * (1 + 8 * 91 / 40)
    assert year[0] == pytest.approx(truth, rel=0.12)
    assert year[1] > 1.25 * truth


def test_days_that_leave_nobody_are_said():
    with pytest.raises(CrmError, match="opening_days=0 keeps them"):
        cohort_ages(cdnow.orders(), "1998-06-30", opening_days=600)
    with pytest.raises(CrmError, match="negative"):
        cohort_ages(cdnow.orders(), "1998-06-30", opening_days=-1)


@pytest.mark.slow
def test_the_interval_covers_the_truth_as_often_as_it_says():
    truth = 10 * (1 + 8 * 91 / 40)
    inside = 0
    for seed in range(40):
        orders = company(seed, stock=0, won=300)
        ages = cohort_ages(orders, AS_OF, opening_days=0)
        row = cohort_lifetime_value(ages, 0.0, orders=orders, draws=120, seed=seed).loc[7]
        assert row["lower"] < row["lifetime_value"] < row["upper"]
        inside += row["lower"] <= truth <= row["upper"]
    assert 33 <= inside <= 40


def test_one_drawing_is_the_value_of_the_drawn_customers():
    orders = company(3, stock=0, won=200)
    ages = cohort_ages(orders, AS_OF, opening_days=0)
    found = cohort_lifetime_value(ages, 0.1, 0.4, 5.0, orders=orders, draws=400)
    wide = cohort_lifetime_value(ages, 0.1, 0.8, 5.0, orders=orders.sample(frac=1, random_state=1), draws=400)
    assert ((wide["upper"] + 5) / (found["upper"] + 5)).to_numpy() == pytest.approx(2.0)
    first = orders.groupby("customer_id")["order_date"].transform("min")
    early = orders[(orders["order_date"] - first).dt.days < 91].groupby("customer_id")["amount"].sum()
    complete = ages.index.get_level_values("cohort").unique()
    quarter = first.groupby(orders["customer_id"]).first().dt.to_period("Q").dt.start_time
    early = early[quarter.isin(complete)] * 0.4 * 1.1 ** (-0.5 * 91 / 365.25)
    width = found.loc[0, "upper"] - found.loc[0, "lower"]
    assert width == pytest.approx(2 * 1.96 * early.std() / np.sqrt(len(early)), rel=0.2)
