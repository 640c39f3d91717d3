"""What Qingshan Tea sells: teas, gift boxes and teaware, with prices, seasons and what goes with what."""

import numpy as np

from crmbook.company.days import MONTH_START, MONTHS, category_season, day
from crmbook.company.randomness import cumulative_rows
from crmbook.company.settings import PRICE_INDEX
from crmbook.company.sheets import NONE, Choices, Days, Integers, Labels, Numbers, Sheet

CATEGORIES = ["green", "black", "oolong", "white", "pu'er", "flower", "gift", "teaware"]

# category, English name, Chinese name, pack, list price (yuan), unit cost, popularity, refill days, launched
_GOODS = [
    ("green", "Longjing Before Rain", "雨前龙井", "100 g tin", 168, 78, 10, 35, "2021-01-01"),
    ("green", "Longjing First Pick", "明前龙井", "50 g tin", 268, 131, 4, 25, "2021-01-01"),
    ("green", "Biluochun", "碧螺春", "100 g tin", 158, 74, 6, 35, "2021-01-01"),
    ("green", "Huangshan Maofeng", "黄山毛峰", "100 g bag", 88, 40, 8, 35, "2021-01-01"),
    ("green", "Everyday Green", "口粮绿茶", "250 g bag", 58, 25, 12, 60, "2021-01-01"),
    ("green", "Lu'an Guapian", "六安瓜片", "100 g tin", 128, 60, 4, 35, "2021-01-01"),
    ("green", "Anji White Leaf Green", "安吉白茶", "100 g tin", 198, 96, 4, 35, "2022-03-20"),
    ("black", "Keemun Gongfu", "祁门工夫", "100 g tin", 138, 62, 7, 35, "2021-01-01"),
    ("black", "Dianhong Golden Tip", "滇红金针", "100 g tin", 118, 52, 7, 35, "2021-01-01"),
    ("black", "Lapsang Souchong", "正山小种", "100 g bag", 98, 44, 5, 35, "2021-01-01"),
    ("black", "Jin Jun Mei", "金骏眉", "50 g tin", 328, 158, 2, 25, "2021-01-01"),
    ("black", "Everyday Black", "口粮红茶", "250 g bag", 55, 24, 9, 60, "2021-01-01"),
    ("oolong", "Tieguanyin Light", "清香铁观音", "250 g box", 128, 57, 10, 45, "2021-01-01"),
    ("oolong", "Tieguanyin Roasted", "浓香铁观音", "250 g box", 138, 61, 6, 45, "2021-01-01"),
    ("oolong", "Da Hong Pao", "大红袍", "125 g tin", 218, 102, 5, 40, "2021-01-01"),
    ("oolong", "Phoenix Dancong", "凤凰单丛", "100 g tin", 188, 88, 4, 35, "2021-01-01"),
    ("oolong", "Dongfang Meiren", "东方美人", "75 g tin", 258, 124, 2, 30, "2023-09-01"),
    ("white", "White Peony", "白牡丹", "100 g tin", 118, 51, 5, 35, "2021-01-01"),
    ("white", "Silver Needle", "白毫银针", "50 g tin", 238, 112, 3, 25, "2021-01-01"),
    ("white", "Aged Shoumei Cake", "陈年寿眉饼", "350 g cake", 158, 66, 4, 90, "2021-01-01"),
    ("white", "Shoumei Mini Cakes", "小茶饼寿眉", "20 × 5 g box", 68, 29, 5, 30, "2022-10-08"),
    ("pu'er", "Ripe Pu'er Cake", "熟普饼茶", "357 g cake", 148, 61, 7, 90, "2021-01-01"),
    ("pu'er", "Raw Pu'er Old Tree", "古树生普", "357 g cake", 398, 186, 3, 100, "2021-01-01"),
    ("pu'er", "Tangerine Pu'er", "小青柑", "12 pieces tin", 88, 37, 8, 30, "2021-01-01"),
    ("pu'er", "Ripe Pu'er Bricklets", "熟普小方砖", "60 × 5 g box", 98, 41, 4, 60, "2022-10-08"),
    ("flower", "Jasmine Pearls", "茉莉龙珠", "100 g tin", 108, 47, 8, 35, "2021-01-01"),
    ("flower", "Jasmine Green", "茉莉花茶", "250 g bag", 48, 20, 9, 60, "2021-01-01"),
    ("flower", "Chrysanthemum", "胎菊", "60 g jar", 42, 17, 7, 40, "2021-01-01"),
    ("flower", "Rose Buds", "玫瑰花茶", "60 g jar", 45, 18, 5, 40, "2021-01-01"),
    ("flower", "Osmanthus Oolong", "桂花乌龙", "20 bags box", 52, 22, 5, 25, "2023-04-10"),
    ("gift", "Four Seasons Gift Box", "四季茶礼", "4 × 50 g box", 398, 178, 6, None, "2021-01-01"),
    ("gift", "Qingshan Gift Box", "青山礼盒", "2 × 100 g box", 268, 118, 9, None, "2021-01-01"),
    ("gift", "Master's Collection", "大师珍藏礼盒", "6 × 40 g box", 888, 410, 2, None, "2021-01-01"),
    ("gift", "Mooncake and Tea Box", "月饼茶礼", "8 pieces + 100 g", 328, 168, 4, None, "2021-08-10"),
    ("gift", "Little Red Gift Bag", "小红礼袋", "2 × 30 g bag", 98, 42, 8, None, "2021-01-01"),
    ("teaware", "Gaiwan, white porcelain", "白瓷盖碗", "150 ml", 68, 26, 6, None, "2021-01-01"),
    ("teaware", "Yixing Teapot", "宜兴紫砂壶", "220 ml", 458, 205, 2, None, "2021-01-01"),
    ("teaware", "Glass Teapot", "玻璃茶壶", "600 ml", 88, 35, 6, None, "2021-01-01"),
    ("teaware", "Fair Cup and Six Cups", "公道杯套装", "7 pieces", 128, 52, 4, None, "2021-01-01"),
    ("teaware", "Travel Tea Set", "旅行茶具", "4 pieces", 158, 66, 4, None, "2021-01-01"),
    ("teaware", "Insulated Tea Bottle", "保温泡茶杯", "500 ml", 118, 49, 5, None, "2022-05-06"),
]
# Monthly boxes of the subscriptions: sold by subscription only.
BOXES = [
    ("Daily Box", "日常茶盒", "200 g a month", 78, 36),
    ("Explorer Box", "寻味茶盒", "4 × 40 g a month", 128, 60),
    ("Connoisseur Box", "品鉴茶盒", "4 × 40 g a month", 258, 124),
]
GOODS = len(_GOODS)
FIRST_BOX = GOODS
CATEGORY = np.array([CATEGORIES.index(goods[0]) for goods in _GOODS])
PRICE = np.array([goods[4] for goods in _GOODS] + [box[3] for box in BOXES], dtype=float)
COST = np.round(1.09 * np.array([goods[5] for goods in _GOODS] + [box[4] for box in BOXES]))
REFILL = np.array([goods[7] or 0 for goods in _GOODS] + [30] * len(BOXES))
"""Days that a pack lasts; 0 for gifts and teaware."""
_POPULARITY = np.array([goods[6] for goods in _GOODS], dtype=float)
_LAUNCH = np.array([day(goods[8]) for goods in _GOODS] + [day("2021-01-01")] * len(BOXES))
GIFT, TEAWARE = CATEGORIES.index("gift"), CATEGORIES.index("teaware")
PRICE_TASTES = 3
# Pairs that are bought together: (first, what goes with it, how much likelier than otherwise).
_PAIRS = [
    ("Tieguanyin Light", "Gaiwan, white porcelain", 7),
    ("Phoenix Dancong", "Gaiwan, white porcelain", 6),
    ("Ripe Pu'er Cake", "Yixing Teapot", 9),
    ("Raw Pu'er Old Tree", "Yixing Teapot", 12),
    ("Jasmine Pearls", "Glass Teapot", 7),
    ("Chrysanthemum", "Rose Buds", 6),
    ("Tangerine Pu'er", "Aged Shoumei Cake", 4),
    ("Everyday Green", "Insulated Tea Bottle", 4),
    ("Longjing Before Rain", "Glass Teapot", 3),
    ("Longjing Before Rain", "Longjing First Pick", 3),
    ("Keemun Gongfu", "Dianhong Golden Tip", 3),
    ("Da Hong Pao", "Fair Cup and Six Cups", 5),
    ("Everyday Black", "Everyday Green", 3),
]


def product_sheet():
    """Return the products table."""
    english = [goods[1] for goods in _GOODS] + [box[0] for box in BOXES]
    chinese = [goods[2] for goods in _GOODS] + [box[1] for box in BOXES]
    packs = [goods[3] for goods in _GOODS] + [box[2] for box in BOXES]
    refill = np.array([goods[7] or NONE for goods in _GOODS] + [30] * len(BOXES))
    every = np.arange(len(english))
    # A box is what its subscriber chose it from; it stands with the teas of the category it mostly holds.
    category = np.concatenate([CATEGORY, [CATEGORIES.index("green"), CATEGORIES.index("oolong"), 4]])
    return Sheet(
        {
            "product_id": Labels("P", every + 1, 3),
            "name": Choices(every, english),
            "chinese_name": Choices(every, chinese),
            "category": Choices(category, CATEGORIES),
            "pack": Choices(every, packs),
            "list_price": Numbers(PRICE),
            "unit_cost": Numbers(COST),
            "launched_on": Days(_LAUNCH),
            "refill_days": Integers(refill),
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
    names = [goods[1] for goods in _GOODS]
    liking = np.where(CATEGORY[:, None] == CATEGORY[None, :], 3.0, 1.0) * _POPULARITY[None, :]
    liking = liking * np.where(CATEGORY == TEAWARE, 0.6, 1.0)[None, :]
    for first, second, factor in _PAIRS:
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
