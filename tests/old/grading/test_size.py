"""Size against profitability and growth."""

import pytest

from crmlib.old.figures import Notice
from crmlib.old.grading.size import QUADRANTS, quadrant_table, size_and_profitability, small_and_growing


def test_quadrants_follow_size_and_the_companys_rate(db):
    placed = size_and_profitability(db, big=0.2)
    rate = placed["profit"].sum() / placed["revenue"].sum()
    big = placed["quadrant"].isin(["big and good", "big but poor"])
    good = placed["quadrant"].isin(["big and good", "small but good"])
    assert big.mean() == pytest.approx(0.2, abs=0.01)
    assert placed.loc[big, "revenue"].min() >= placed.loc[~big, "revenue"].max()
    assert placed.loc[good, "profit_rate"].min() >= rate - 1e-9 > placed.loc[~good, "profit_rate"].max() - 1e-6


def test_table_adds_up(db):
    table = quadrant_table(size_and_profitability(db))
    assert list(table.index) == list(QUADRANTS)
    assert table["revenue_share"].sum() == pytest.approx(1) and table["profit_share"].sum() == pytest.approx(1)
    assert table.loc["big and good", "losing"] == 0


def test_small_and_growing_are_that(db):
    placed = size_and_profitability(db)
    found = small_and_growing(placed, 5)
    assert 0 < len(found) <= 5
    assert (placed.loc[found.index, "quadrant"] == "small but good").all() and placed.loc[found.index, "growing"].all()
    nobody = placed.assign(growing=False)
    nobody.attrs = placed.attrs
    assert isinstance(small_and_growing(nobody), Notice)


def test_without_costs_there_is_one_sentence(orders_only):
    notice = size_and_profitability(orders_only)
    assert isinstance(notice, Notice) and quadrant_table(notice) is notice and small_and_growing(notice) is notice
