"""Three smaller surveys: Kano questions, expectation and perception by dimension, and comparison with rivals."""

import numpy as np

from crmbook.company.days import LAST_DAY, day
from crmbook.company.randomness import pick_by_row, stream
from crmbook.company.sheets import Choices, Days, Integers, Sheet

GRADES = ["key", "major", "ordinary", "small"]
GRADE_SHARES = [0.05, 0.20, 0.55]
"""Revenue to date: the first 5 %, the next 15 %, the next 35 %, and the rest."""
KANO_CATEGORIES = ["must-be", "one-dimensional", "attractive", "indifferent", "reverse"]
ANSWERS = ["like", "expect", "neutral", "tolerate", "dislike"]
M, O, A, I, R = range(5)  # noqa: E741
# feature, Chinese, true category for key, major, ordinary and small customers, stated importance
FEATURES = [
    ("Delivery on the promised day", "按时送达", (M, M, M, M), 8.2),
    ("Tamper-proof fresh seal", "密封保鲜", (M, M, M, M), 8.4),
    ("Free delivery from 99 yuan", "满99元包邮", (I, O, O, O), 7.4),
    ("Reply within two hours", "两小时内回复", (O, O, O, I), 7.2),
    ("Free tasting samples", "免费试饮装", (A, A, A, A), 5.8),
    ("Personal tea adviser", "专属茶顾问", (O, A, I, I), 5.0),
    ("Recyclable packaging", "环保包装", (A, A, I, I), 4.6),
    ("Return without questions", "无理由退货", (M, O, O, O), 7.0),
    ("Brewing video by QR code", "冲泡视频二维码", (I, I, A, A), 4.0),
    ("Daily promotion message", "每日促销短信", (R, R, R, I), 2.4),
    ("Gift wrapping with a card", "礼品包装和贺卡", (A, O, A, I), 5.4),
    ("Batch and harvest date on the tin", "标注批次和采摘日期", (M, O, A, I), 6.2),
]
# Chances of (functional, dysfunctional) answers, by category: most answers are the typical pair, some are beside it.
_TYPICAL = {
    M: [("expect", "dislike", 5), ("neutral", "dislike", 3), ("like", "dislike", 1.6), ("neutral", "neutral", 1.2)],
    O: [("like", "dislike", 6), ("expect", "dislike", 1.3), ("like", "tolerate", 1.5), ("neutral", "neutral", 0.9)],
    A: [
        ("like", "neutral", 4),
        ("like", "tolerate", 2),
        ("like", "dislike", 1.2),
        ("neutral", "neutral", 1.8),
        ("like", "expect", 1),
    ],
    I: [("neutral", "neutral", 5), ("expect", "neutral", 1.5), ("neutral", "tolerate", 1.5), ("like", "neutral", 1.6)],
    R: [
        ("dislike", "like", 2),
        ("dislike", "neutral", 3),
        ("tolerate", "like", 1.5),
        ("neutral", "like", 1.5),
        ("neutral", "neutral", 1.5),
    ],
}
# dimension: mean expectation, true gap, pull of overall satisfaction on the perception (what a good analysis of drivers
# finds again: it differs from the stated importance, which follows the expectation), items
SERVICE = {
    "reliability": (
        6.5,
        -0.75,
        0.60,
        ["Keeps its promises", "Delivers the right goods", "Delivers on time", "Keeps correct accounts"],
    ),
    "assurance": (
        6.2,
        -0.25,
        0.30,
        ["Staff know tea", "Staff are polite", "Payment feels safe", "Staff inspire trust"],
    ),
    "tangibles": (
        5.4,
        0.20,
        0.12,
        ["Attractive shops", "Neat packaging", "Clear web shop", "Well-kept tasting corner"],
    ),
    "empathy": (
        5.8,
        -0.45,
        0.42,
        ["Knows my taste", "Convenient opening hours", "Has my interest at heart", "Gives personal attention"],
    ),
    "responsiveness": (
        6.3,
        -1.10,
        0.75,
        ["Answers quickly", "Says when things will be done", "Is always willing to help", "Solves problems at once"],
    ),
}
PRODUCT = {
    "performance": (6.6, -0.30, 0.45, ["Taste", "Aroma"]),
    "features": (5.2, 0.10, 0.12, ["Variety of grades and packs", "Limited editions"]),
    "reliability": (6.3, -0.60, 0.60, ["Same taste every time"]),
    "conformance": (6.1, -0.20, 0.30, ["As described", "Correct weight"]),
    "durability": (5.7, -0.15, 0.18, ["Keeps its freshness"]),
    "serviceability": (5.6, -0.50, 0.25, ["Easy to exchange"]),
    "aesthetics": (5.5, 0.25, 0.10, ["Beautiful tins and boxes"]),
}
SUPPLIERS = ["ours", "rival A", "rival B"]
ATTRIBUTES = ["product", "freshness", "price", "delivery", "staff", "range", "satisfaction"]
LEVELS = np.array(
    [
        [8.3, 8.2, 6.6, 7.2, 8.0, 7.6, 8.1],
        [7.1, 7.0, 8.1, 8.4, 6.8, 7.9, 7.5],
        [8.6, 8.0, 5.4, 7.4, 7.8, 6.4, 7.8],
    ]
)
"""True means: ours is good tea with slow delivery; rival A cheap and quick; rival B dear and fine."""
RIVAL_VIEW = 0.9
"""Deviation between customers of the liking for a rival, in points; who likes one buys more there."""
SERVICE_RESPONDENTS, COMPARED_FROM, COMPARING = 0.22, 4, 0.85
"""Share of current customers who answer the long list of items; the comparison with rivals closes the survey from its
fifth wave on, once a customer, and most stay for it."""


def grades(books, until):
    """Return the grade of every customer by revenue up to a day: 0 key … 3 small."""
    lines = books.lines
    stop = np.searchsorted(lines["day"], until, side="right")
    revenue = np.bincount(lines["customer"][:stop], weights=lines["cents"][:stop], minlength=books.people.size)
    buyers = np.flatnonzero(revenue > 0)
    grade = np.full(books.people.size, 3)
    ranked = buyers[np.argsort(-revenue[buyers], kind="stable")]
    grade[ranked] = np.searchsorted(GRADE_SHARES, (np.arange(len(ranked)) + 0.5) / max(len(ranked), 1))
    return grade


def _respondents(generator, books, begin, share, from_each_grade=False):
    """Current customers who answered in the weeks after ``begin``; returns customers (sorted by day) and days."""
    lines = books.lines
    start, stop = np.searchsorted(lines["day"], [begin - 182, begin])
    current = np.unique(lines["customer"][start:stop])
    chance = np.full(len(current), share)
    if from_each_grade:
        chance = chance * np.array([4.0, 1.6, 0.8, 0.8])[grades(books, begin)[current]]
    who = current[generator.random(len(current)) < chance]
    days = begin + np.minimum(generator.geometric(0.15, len(who)) - 1, 25)
    order = np.lexsort((who, days))
    return who[order], np.minimum(days[order], LAST_DAY)


def kano_sheet(books):
    """Return the kano_survey table: key customers were asked more often, so that grades can be compared."""
    generator, begin = stream(books.seed, "kano"), day("2024-05-13")
    who, days = _respondents(generator, books, begin, 0.17, from_each_grade=True)
    grade = grades(books, begin)[who]
    category = np.array([feature[2] for feature in FEATURES])[:, grade].T.ravel()
    pairs = np.full((len(KANO_CATEGORIES), 25), 0.06)
    for code, typical in _TYPICAL.items():
        for functional, dysfunctional, weight in typical:
            pairs[code, ANSWERS.index(functional) * 5 + ANSWERS.index(dysfunctional)] += weight
    cumulative = np.cumsum(pairs, axis=1) / pairs.sum(axis=1, keepdims=True)
    cumulative[:, -1] = 1.0
    pair = pick_by_row(generator, cumulative, category)
    feature = np.tile(np.arange(len(FEATURES)), len(who))
    importance = np.array([f[3] for f in FEATURES])[feature] + generator.normal(0, 1.3, len(feature))
    return Sheet(
        {
            "customer_id": books.customer(np.repeat(who, len(FEATURES))),
            "answered_on": Days(np.repeat(days, len(FEATURES))),
            "feature": Choices(feature, [f[0] for f in FEATURES]),
            "chinese_feature": Choices(feature, [f[1] for f in FEATURES]),
            "functional": Choices(pair // 5, ANSWERS),
            "dysfunctional": Choices(pair % 5, ANSWERS),
            "importance": Integers(np.clip(np.round(importance), 1, 9)),
        }
    )


def service_items():
    """Return one row an item: side, dimension, item, true expectation, true gap and pull of satisfaction."""
    rows = []
    for side, table in (("service", SERVICE), ("product", PRODUCT)):
        for dimension, (expected, gap, pull, items) in table.items():
            rows += [(side, dimension, item, expected, gap, pull) for item in items]
    return rows


def service_sheet(books):
    """Return the service_ratings table: expectation, perception and importance on each item."""
    generator = stream(books.seed, "service ratings")
    who, days = _respondents(generator, books, day("2024-06-03"), SERVICE_RESPONDENTS)
    rows, size = service_items(), len(who)
    satisfaction = books.state.satisfaction()[who]
    expectation = books.people.image[who] * 0.8 + books.people.own_expectation[who] * 0.6
    item = np.tile(np.arange(len(rows)), size)
    person = np.repeat(np.arange(size), len(rows))
    level, gap, pull = (np.array([row[column] for row in rows])[item] for column in (3, 4, 5))
    sides = ["service", "product"]
    dimensions = list(dict.fromkeys(row[1] for row in rows))
    side = np.array([sides.index(row[0]) for row in rows])[item]
    dimension = np.array([dimensions.index(row[1]) for row in rows])[item]
    view = generator.normal(0, 0.55, (size, len(sides), len(dimensions)))[person, side, dimension]
    expected = level + 0.35 * expectation[person] + generator.normal(0, 0.55, len(item))
    perceived = level + gap + 0.25 * expectation[person] + pull * satisfaction[person] + view
    perceived += generator.normal(0, 0.55, len(item))
    importance = 5.2 + 1.1 * (level - 5.0) * 1.6 + generator.normal(0, 1.3, len(item))
    return Sheet(
        {
            "customer_id": books.customer(who[person]),
            "answered_on": Days(days[person]),
            "side": Choices(side, sides),
            "dimension": Choices(dimension, dimensions),
            "item": Choices(item, [row[2] for row in rows]),
            "expected": Integers(np.clip(np.round(expected), 1, 7)),
            "perceived": Integers(np.clip(np.round(perceived), 1, 7)),
            "importance": Integers(np.clip(np.round(importance), 1, 10)),
        }
    )


def rival_views(books):
    """Return customers × two rivals: how much more than usual each is liked, in points."""
    return stream(books.seed, "rival views").normal(0, RIVAL_VIEW, (books.people.size, len(SUPPLIERS) - 1))


def best_rival(books):
    """Return by how many points each customer likes the better of the rivals more than customers do on average."""
    best = (LEVELS[1:, ATTRIBUTES.index("satisfaction")] + rival_views(books)).max(axis=1)
    return best - best.mean()


def competitor_sheet(books, answers):
    """Return the competitor_ratings table; few know rival B well. ``answers`` log of the survey in order of time."""
    generator = stream(books.seed, "competitors")
    late = np.flatnonzero(answers["wave"] >= COMPARED_FROM)
    first = np.sort(late[np.unique(answers["customer"][late], return_index=True)[1]])
    first = first[generator.random(len(first)) < COMPARING]
    who, satisfaction = answers["customer"][first], answers["satisfaction"][first]
    size, per = len(who), LEVELS.size
    cell, person = np.tile(np.arange(per), size), np.repeat(np.arange(size), per)
    supplier, attribute = cell // len(ATTRIBUTES), cell % len(ATTRIBUTES)
    leaning = np.array([0.8, -0.25, -0.1])[supplier] * satisfaction[person]
    taste = np.column_stack([generator.normal(0, 0.6, size), rival_views(books)[who]])[person, supplier]
    rating = LEVELS[supplier, attribute] + leaning + taste + generator.normal(0, 0.9, len(cell))
    knows = np.column_stack([np.ones(size, dtype=bool), generator.random(size) < 0.8, generator.random(size) < 0.55])
    kept = knows[person, supplier]
    return Sheet(
        {
            "customer_id": books.customer(who[person][kept]),
            "answered_on": Days(answers["day"][first][person][kept]),
            "supplier": Choices(supplier[kept], SUPPLIERS),
            "attribute": Choices(attribute[kept], ATTRIBUTES),
            "rating": Integers(np.clip(np.round(rating), 1, 10)[kept]),
        }
    )
