"""Moves between grades and the customer equity they lead to."""

import numpy as np
import pandas as pd
import pytest

from crmlib.grading.migration import customer_equity, grade_moves, migration_matrix, move_counts

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


def test_limits_in_money_are_those_of_the_earlier_period(db):
    table = grade_moves(db)
    limit = table.loc[table["before"] == "key", "value_before"].min()
    assert (table.loc[table["now"] == "key", "value_now"] >= limit).all()
    assert (table.loc[~table["now"].isin(["key", "inactive"]), "value_now"] < limit).all()


def test_matrix_is_close_to_the_counts_and_rows_add_up():
    data = moves(("key", "key", 60), ("key", "small", 40), ("small", "small", 70), ("small", "inactive", 30))
    table = migration_matrix(data)
    assert table["share"].groupby("before").sum().tolist() == pytest.approx([1, 1, 1])
    assert table.loc[("key", "key"), "share"] == pytest.approx(0.6, abs=0.01)
    assert (table["low"] <= table["share"]).all() and (table["share"] <= table["high"]).all()
    assert table.loc[("key", "key"), ["low", "high"]].tolist() == pytest.approx([0.503, 0.692], abs=0.01)
    unseen = table.loc["inactive"]
    assert (unseen["high"] - unseen["low"]).max() > 0.9  # nothing is known of a row without customers


def test_more_customers_narrow_the_interval():
    few = migration_matrix(moves(("key", "key", 6), ("key", "small", 4))).loc[("key", "key")]
    many = migration_matrix(moves(("key", "key", 600), ("key", "small", 400))).loc[("key", "key")]
    assert (few["high"] - few["low"]) > 5 * (many["high"] - many["low"])


def test_intervals_hold_what_they_promise():
    random = np.random.default_rng(3)
    hits = 0
    for _ in range(80):
        stay = random.binomial(30, 0.7)
        found = migration_matrix(moves(("key", "key", stay), ("key", "small", 30 - stay), ("small", "small", 30)))
        hits += found.loc[("key", "key"), "low"] <= 0.7 <= found.loc[("key", "key"), "high"]
    assert hits >= 70


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
