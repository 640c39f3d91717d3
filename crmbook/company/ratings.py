"""Three smaller surveys: Kano questions, expectation and perception by dimension, and comparison with rivals."""

import numpy as np
import pandas as pd

from crmbook.company.days import LAST_DAY, day
from crmbook.company.randomness import cumulative_rows, pick_by_row, stream
from crmbook.company.sheets import Choices, Days, Integers, Sheet
from crmbook.company.words import numbers, table

GRADES = ["key", "major", "ordinary", "small"]
GRADE_SHARES = [0.05, 0.20, 0.55]
"""Revenue to date: the first 5 %, the next 15 %, the next 35 %, and the rest."""
KANO_CATEGORIES = ["must-be", "one-dimensional", "attractive", "indifferent", "reverse"]
ANSWERS = ["like", "expect", "neutral", "tolerate", "dislike"]
FEATURES = table("kano_features", importance=float)
"""True category for key, major, ordinary and small customers; stated importance."""
_TYPICAL = table("kano_answers", weight=float)
"""Weights of (functional, dysfunctional) answers, by category: most are the typical pair, some are beside it."""
SERVICE_ITEMS = table("service_items", expected=float, gap=float, pull=float)
"""Items by side and dimension: mean expectation, true gap, pull of overall satisfaction on the perception (what a good
analysis of drivers finds again: it differs from the stated importance, which follows the expectation)."""
_SUPPLIERS = numbers("suppliers")
SUPPLIERS, ATTRIBUTES, LEVELS = _SUPPLIERS.index.to_list(), _SUPPLIERS.columns.to_list(), _SUPPLIERS.to_numpy()
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


def true_categories():
    """Return features × grades: position of the true category in KANO_CATEGORIES."""
    return FEATURES[GRADES].map(KANO_CATEGORIES.index).to_numpy()


def kano_sheet(books):
    """Return the kano_survey table: key customers were asked more often, so that grades can be compared."""
    generator, begin = stream(books.seed, "kano"), day("2024-05-13")
    who, days = _respondents(generator, books, begin, 0.17, from_each_grade=True)
    grade = grades(books, begin)[who]
    category = true_categories()[:, grade].T.ravel()
    pairs = np.full((len(KANO_CATEGORIES), 25), 0.06)
    for kind, functional, dysfunctional, weight in _TYPICAL.itertuples(index=False):
        pairs[KANO_CATEGORIES.index(kind), ANSWERS.index(functional) * 5 + ANSWERS.index(dysfunctional)] += weight
    pair = pick_by_row(generator, cumulative_rows(pairs), category)
    feature = np.tile(np.arange(len(FEATURES)), len(who))
    importance = FEATURES["importance"].to_numpy()[feature] + generator.normal(0, 1.3, len(feature))
    return Sheet(
        {
            "customer_id": books.customer(np.repeat(who, len(FEATURES))),
            "answered_on": Days(np.repeat(days, len(FEATURES))),
            "feature": Choices(feature, FEATURES["feature"].to_list()),
            "chinese_feature": Choices(feature, FEATURES["chinese"].to_list()),
            "functional": Choices(pair // 5, ANSWERS),
            "dysfunctional": Choices(pair % 5, ANSWERS),
            "importance": Integers(np.clip(np.round(importance), 1, 9)),
        }
    )


def service_sheet(books):
    """Return the service_ratings table: expectation, perception and importance on each item."""
    generator = stream(books.seed, "service ratings")
    who, days = _respondents(generator, books, day("2024-06-03"), SERVICE_RESPONDENTS)
    rows, size = SERVICE_ITEMS, len(who)
    satisfaction = books.state.satisfaction()[who]
    expectation = books.people.image[who] * 0.8 + books.people.own_expectation[who] * 0.6
    item = np.tile(np.arange(len(rows)), size)
    person = np.repeat(np.arange(size), len(rows))
    level, gap, pull = (rows[column].to_numpy()[item] for column in ("expected", "gap", "pull"))
    (side, sides), (dimension, dimensions) = (pd.factorize(rows[column]) for column in ("side", "dimension"))
    side, dimension = side[item], dimension[item]
    view = generator.normal(0, 0.55, (size, len(sides), len(dimensions)))[person, side, dimension]
    expected = level + 0.35 * expectation[person] + generator.normal(0, 0.55, len(item))
    perceived = level + gap + 0.25 * expectation[person] + pull * satisfaction[person] + view
    perceived += generator.normal(0, 0.55, len(item))
    importance = 5.2 + 1.1 * (level - 5.0) * 1.6 + generator.normal(0, 1.3, len(item))
    return Sheet(
        {
            "customer_id": books.customer(who[person]),
            "answered_on": Days(days[person]),
            "side": Choices(side, sides.to_list()),
            "dimension": Choices(dimension, dimensions.to_list()),
            "item": Choices(item, rows["item"].to_list()),
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
