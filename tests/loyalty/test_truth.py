"""What silver and a recommendation add, as the chapter estimates them, against what the companies were made of."""

import multiprocessing
import os
from concurrent.futures import ProcessPoolExecutor

import pandas as pd
import pytest

import crmlib
from crmlib.loyalty import chosen, jump, tier_years
from tests.crmbook.company.lessons import Company

COMPANIES, HELD = range(101, 201), range(88, 101)
"""Of 100 intervals of 95 %, 88 to 100 hold the truth in 99.8 % of cases."""


def silver(db):
    """The jump at silver, as in section 9.4.2."""
    members = tier_years(db)
    members = members.assign(over=members["year_spend"] - 1000)
    return jump(members, "over", "orders", 600, cluster="customer_id").iloc[0]


def referral(db):
    """The relative gain in value of recommended newcomers, as in the deeper section on word of mouth."""
    newcomers = db.customers.query("kind == 'person' and registration_channel in ['web', 'store']")
    registered = newcomers["registered_on"]
    early = registered > db.customers["registered_on"].min() + pd.Timedelta(days=14)
    newcomers = newcomers[early & (registered.dt.year < db.as_of.year)]
    rows = newcomers.assign(
        channel=newcomers["registration_channel"],
        joined=newcomers["registered_on"].dt.year,
        referred=newcomers["customer_id"].isin(db.referrals["customer_id"]).astype(int),
        margin=newcomers["customer_id"].map(crmlib.customer_margin(db)["gross_profit"]).fillna(0),
    )
    rows = rows.assign(times=rows["margin"] / rows.loc[rows["referred"] == 0, "margin"].mean())
    terms = crmlib.regression(
        "times ~ referred + C(channel) + C(joined)", rows[["times", "referred", "channel", "joined"]]
    )
    return terms.set_index("term").loc["referred"]


def held(seed):
    """Whether the intervals of one company hold what is true of it."""
    company = Company(seed)
    tiers = company.tables["truth/tiers"].set_index("tier")
    orders = company.tables["truth/referrals"][["orders", "orders_added"]].sum()
    added = orders["orders_added"] / (orders["orders"] - orders["orders_added"])
    found = {"silver": silver(company.db), "referral": referral(company.db)}
    true = {"silver": tiers.loc["silver", "orders_added"], "referral": added}
    return {name: bool(one["low"] <= true[name] <= one["high"]) for name, one in found.items()}


def test_the_default_company_is_estimated_right(teaching):
    truth = pd.read_csv(crmlib.default_data() / "truth" / "tiers.csv").set_index("tier")["orders_added"]
    found = silver(teaching)
    assert 0 < found["low"] <= truth["silver"] <= found["high"]
    assert chosen(teaching)["order_id"].is_unique


@pytest.mark.slow
def test_intervals_hold_the_truth_in_a_hundred_companies():
    spawn = multiprocessing.get_context("spawn")  # a fork would copy the threads that other tests' databases run
    with ProcessPoolExecutor(os.cpu_count(), mp_context=spawn) as pool:
        found = list(pool.map(held, COMPANIES))
    counts = {name: sum(one[name] for one in found) for name in found[0]}
    assert all(count in HELD for count in counts.values()), counts
