"""What Qingshan Tea sells: teas, gift boxes and teaware, with prices, seasons and what goes with what."""

import numpy as np

from crmbook.company.days import MONTH_START, MONTHS, category_season, day
from crmbook.company.randomness import cumulative_rows
from crmbook.company.settings import PRICE_INDEX
from crmbook.company.sheets import NONE, Choices, Days, Integers, Labels, Numbers, Sheet
from crmbook.company.words import table

CATEGORIES = ["green", "black", "oolong", "white", "pu'er", "flower", "gift", "teaware"]

_GOODS = table("products", price=float, cost=float, popularity=float, refill=int)
FIRST_BOX = GOODS = int((_GOODS["popularity"] > 0).sum())
"""Monthly boxes of the subscriptions stand last: sold by subscription only, nobody picks them off the list. They stand
with the teas of the category they mostly hold."""
_CATEGORY = _GOODS["category"].map(CATEGORIES.index).to_numpy()
CATEGORY = _CATEGORY[:GOODS]
PRICE = _GOODS["price"].to_numpy()
COST = np.round(1.09 * _GOODS["cost"].to_numpy())
REFILL = _GOODS["refill"].to_numpy()
"""Days that a pack lasts; 0 for gifts and teaware."""
_POPULARITY = _GOODS["popularity"].to_numpy()[:GOODS]
_LAUNCH = _GOODS["launched"].map(day).to_numpy()
GIFT, TEAWARE = CATEGORIES.index("gift"), CATEGORIES.index("teaware")
PRICE_TASTES = 3


def product_sheet():
    """Return the products table."""
    every = np.arange(len(_GOODS))
    return Sheet(
        {
            "product_id": Labels("P", every + 1, 3),
            "name": Choices(every, _GOODS["name"].to_list()),
            "chinese_name": Choices(every, _GOODS["chinese"].to_list()),
            "category": Choices(_CATEGORY, CATEGORIES),
            "pack": Choices(every, _GOODS["pack"].to_list()),
            "list_price": Numbers(PRICE),
            "unit_cost": Numbers(COST),
            "launched_on": Days(_LAUNCH),
            "refill_days": Integers(np.where(REFILL > 0, REFILL, NONE)),
        }
    )


def price_now(product, month):
    """Return list price and unit cost of products in a month, raised by the yearly price index."""
    index = PRICE_INDEX[month // 12]
    # Costs follow prices at some distance: the company keeps about a third of each rise.
    return np.round(PRICE[product] * index), COST[product] * (1 + 0.7 * (index - 1))


def first_choice():
    """Return months × (favourite category × price taste) × goods: cumulative probabilities of the first line."""
    season = category_season(CATEGORIES)
    log_price = np.log(PRICE[:GOODS])
    tables = []
    for month in range(MONTHS):
        on_sale = (MONTH_START[month] >= _LAUNCH[:GOODS]).astype(float)
        base = _POPULARITY * season[month][CATEGORY] * on_sale
        base = base * np.where(CATEGORY == TEAWARE, 0.45, 1.0)
        rows = []
        for favourite in range(len(CATEGORIES)):
            for taste in range(PRICE_TASTES):
                fitting = np.exp(-(((log_price - np.log([75, 120, 200])[taste]) / 0.75) ** 2) / 2)
                rows.append(base * fitting * np.where(favourite == CATEGORY, 7.0, 1.0))
        tables.append(cumulative_rows(np.array(rows)))
    return tables


def further_choice():
    """Return months × first product × goods: cumulative probabilities of a further line on the same order."""
    names = _GOODS["name"].to_list()
    liking = np.where(CATEGORY[:, None] == CATEGORY[None, :], 3.0, 1.0) * _POPULARITY[None, :]
    liking = liking * np.where(CATEGORY == TEAWARE, 0.6, 1.0)[None, :]
    for first, second, factor in table("pairs", factor=int).itertuples(index=False):
        a, b = names.index(first), names.index(second)
        liking[a, b] *= factor * 2.2
        liking[b, a] *= factor
    np.fill_diagonal(liking, 0.0)
    season = category_season(CATEGORIES)
    tables = []
    for month in range(MONTHS):
        on_sale = (MONTH_START[month] >= _LAUNCH[:GOODS]).astype(float)
        tables.append(cumulative_rows(liking * season[month][CATEGORY][None, :] ** 0.6 * on_sale))
    return tables
