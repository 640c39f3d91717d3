"""Moves between grades and the customer equity they lead to."""

import pandas as pd
import pytest
from scipy.stats import binom

from crmlib.old.grading.migration import customer_equity, grade_moves, migration_matrix, move_counts
from tests.old.grading.small_company import SmallDatabase

STATES = ["key", "small", "inactive"]


def moves(*counts, values=(100.0, 10.0, 0.0), years=1.0):
    rows = [(before, now) for before, now, number in counts for _ in range(number)]
    frame = pd.DataFrame(rows, columns=["before", "now"])
    for column in frame:
        frame[column] = pd.Categorical(frame[column], STATES, ordered=True)
    frame["value_now"] = frame["now"].map(dict(zip(STATES, values, strict=True))).astype(float)
    frame["value_before"] = 0.0
    frame.attrs = {"period_years": years}
    return frame


def test_moves_of_a_company(db):
    table = grade_moves(db)
    before = set(db.orders.query("order_date <= '2023-12-31'")["customer_id"])
    known = table["before"].notna()
    assert set(table.index[known]) == before  # the others are new in 2024
    bought_2023 = set(db.orders[db.orders["order_date"].dt.year == 2023]["customer_id"])
    assert set(table.index[known & (table["before"] != "inactive")]) == bought_2023
    bought_2024 = set(db.orders[db.orders["order_date"].dt.year == 2024]["customer_id"])
    assert set(table.index[table["now"] != "inactive"]) == bought_2024


def test_free_goods_make_nobody_inactive(db):
    gift = db.orders.head(1).assign(customer_id="GIFT", amount=0.0, order_date=pd.Timestamp("2022-03-01"))
    tables = {"orders": pd.concat([db.orders, gift]), "cost_to_serve": db.cost_to_serve}
    assert "GIFT" not in grade_moves(SmallDatabase(tables, db.as_of)).index


def test_limits_in_money_are_those_of_the_earlier_period(db):
    table = grade_moves(db)
    limit = table.loc[table["before"] == "key", "value_before"].min()
    assert (table.loc[table["now"] == "key", "value_now"] >= limit).all()
    assert (table.loc[~table["now"].isin(["key", "inactive"]), "value_now"] < limit).all()


def test_matrix_is_close_to_the_counts_and_rows_add_up():
    data = moves(("key", "key", 60), ("key", "small", 40), ("small", "small", 70), ("small", "inactive", 30))
    table = migration_matrix(data)
    assert table["share"].groupby("before", observed=True).sum()[["key", "small"]].tolist() == pytest.approx([1, 1])
    assert table.loc[("key", "key"), "share"] == pytest.approx(0.6)
    known = table.loc[["key", "small"]]
    assert (known["low"] <= known["share"]).all() and (known["share"] <= known["high"]).all()
    assert table.loc[("key", "key"), ["low", "high"]].tolist() == pytest.approx([0.497, 0.697], abs=0.001)
    assert table.loc["inactive", ["share", "low", "high"]].isna().all(axis=None)  # nobody there: nothing is known


def test_more_customers_narrow_the_interval():
    few = migration_matrix(moves(("key", "key", 6), ("key", "small", 4))).loc[("key", "key")]
    many = migration_matrix(moves(("key", "key", 600), ("key", "small", 400))).loc[("key", "key")]
    assert (few["high"] - few["low"]) > 5 * (many["high"] - many["low"])


@pytest.mark.parametrize("customers", [5, 12, 20, 329])
@pytest.mark.parametrize("chance", [0.01, 0.02, 0.05, 0.10, 0.70, 0.99])
def test_intervals_hold_what_they_promise(customers, chance):
    """Every outcome there can be, weighted with its probability: no luck of a seed is in this."""
    covered = 0.0
    for moved in range(customers + 1):
        weight = binom.pmf(moved, customers, chance)
        if weight < 1e-9:
            continue
        cell = migration_matrix(moves(("key", "small", moved), ("key", "key", customers - moved)))
        cell = cell.loc[("key", "small")]
        covered += weight * (cell["low"] <= chance <= cell["high"])
    assert covered >= 0.95 - 1e-6


def test_a_move_that_nobody_made_stays_possible():
    table = migration_matrix(moves(("small", "small", 329)))
    assert table.loc[("small", "key"), ["share", "low"]].tolist() == [0, 0]
    assert table.loc[("small", "key"), "high"] == pytest.approx(0.0111, abs=0.0001)
    assert table.loc[("small", "small"), "high"] == 1


def test_nobody_comes_back_where_nobody_was_seen_away():
    table = customer_equity(moves(("key", "key", 50), ("key", "inactive", 50)))
    assert table.loc["inactive", ["equity", "low", "high"]].tolist() == [0, 0, 0] and not table.attrs["return_known"]
    seen = customer_equity(moves(("key", "key", 50), ("key", "inactive", 50), ("inactive", "key", 5)))
    assert seen.loc["inactive", "equity"] > 0 and seen.attrs["return_known"]


def test_equity_by_hand():
    data = moves(("key", "key", 5000), ("key", "inactive", 5000), ("inactive", "inactive", 10000))
    table = customer_equity(data, discount=0.25, horizon=2)
    by_hand = 100 * (0.5 / 1.25 + 0.25 / 1.25**2)
    assert table.loc["key", "equity_each"] == pytest.approx(by_hand, rel=0.01)
    assert table.loc["key", "customers"] == 5000
    assert table.loc["all", "equity"] == pytest.approx(table["equity"].drop("all").sum())
    assert table.loc["all", "low"] < table.loc["all", "equity"] < table.loc["all", "high"]


def test_half_year_periods_are_discounted_by_half_a_year():
    counts = [("key", "key", 10_000), ("small", "small", 10_000), ("inactive", "inactive", 10_000)]
    table = customer_equity(moves(*counts, years=0.5), discount=0.21, horizon=1)
    assert table.loc["key", "equity_each"] == pytest.approx(100 * (1 / 1.1 + 1 / 1.21), rel=0.01)


def test_equity_can_be_repeated(db):
    pd.testing.assert_frame_equal(customer_equity(grade_moves(db)), customer_equity(grade_moves(db)))


def test_orders_alone_are_enough(orders_only):
    counts = move_counts(grade_moves(orders_only))
    assert counts.to_numpy().sum() > 0 and list(counts.index)[-1] == "inactive"
