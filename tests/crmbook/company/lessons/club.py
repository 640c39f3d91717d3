"""The loyalty club: points that are never used, and what reaching a tier does."""

import numpy as np
import pandas as pd
import statsmodels.formula.api as smf

from tests.crmbook.company.lessons import lesson
from tests.crmbook.company.lessons.buying import goods

THRESHOLD, WIDTH = 1000, 600
"""Silver: purchases of a year (yuan), and how far from them members still count (triangular kernel)."""


@lesson("3 points", "breakage: of points issued by the end of 2023, .24–.36 have expired")
def points_never_used(company):
    ledger = company.tables["loyalty_ledger"]
    issued = ledger[ledger["kind"].isin(["earned", "gift"]) & (ledger["entered_on"] < "2024-01-01")]["points"].sum()
    value = -ledger.loc[ledger["kind"] == "expired", "points"].sum() / issued
    return value, 0.24 <= value <= 0.36


def around_silver(tables):
    """One row a member and year of purchases 2021–2023: spend above the threshold, goods orders of the next year."""
    ledger = tables["loyalty_ledger"]
    year = ledger["entered_on"].dt.year
    spend = ledger.groupby(["customer_id", year.rename("year")])["year_spend"].max().reset_index()
    orders = goods(tables).drop_duplicates("order_id")
    orders = orders.groupby(["customer_id", orders["order_date"].dt.year - 1])["order_id"].size()
    rows = spend.query("year < 2024").assign(over=lambda table: table["year_spend"] - THRESHOLD)
    rows["orders"] = orders.reindex(pd.MultiIndex.from_frame(rows[["customer_id", "year"]]), fill_value=0).to_numpy()
    rows["silver"] = (rows["over"] >= 0).astype(int)
    return rows[rows["over"].abs() < WIDTH].assign(weight=lambda table: 1 - table["over"].abs() / WIDTH)


def jump(tables):
    """Orders of the next year that silver adds at the threshold (local linear, triangular kernel): value, low, high."""
    rows = around_silver(tables)
    groups = rows["customer_id"].astype("category").cat.codes
    fit = smf.wls("orders ~ silver * over", rows, weights=rows["weight"])
    fit = fit.fit(cov_type="cluster", cov_kwds={"groups": groups})
    return fit.params["silver"], *fit.conf_int().loc["silver"]


@lesson("11 tiers", "silver adds orders in the year after: local linear jump, interval above 0")
def silver_jump(company):
    value, low, _ = jump(company.tables)
    return value, low > 0


@lesson("11 tiers", "the interval of the jump holds the truth")
def silver_jump_covers_truth(company):
    value, low, high = jump(company.tables)
    truth = company.tables["truth/tiers"].set_index("tier").loc["silver", "orders_added"]
    return value - truth, low <= truth <= high


@lesson("11 tiers", "no jump of the year before itself: number of members just above against just below, .6–1.67")
def members_do_not_crowd_at_the_threshold(company):
    rows = around_silver(company.tables)
    near = rows[rows["over"].abs() < 150]
    value = near["silver"].sum() / max((1 - near["silver"]).sum(), 1)
    return value, 0.6 <= value <= 1.67 and np.isfinite(value)
