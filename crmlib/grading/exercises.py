"""Your turn: the exercises of chapter 6, in the notebook's order."""

import numpy as np
import pandas as pd

import crmlib
from crmlib import grading
from crmlib.exercises import Column, Drawing, Ids, Money, Share, exercise


@exercise(
    Share(),
    hints=["Who loses money? Their profit is below zero.", "Add up their cost to serve, and divide by all of it."],
    right="What serving costs is spent on customers, whether they earn it or not.",
    mistakes={
        "That is their share of customers; the question asks for their share of the cost.": lambda db: (
            crmlib.customer_profit(db)["profit"] < 0
        ).mean(),
        "That is their share of revenue; the question asks for their share of the cost.": lambda db: (
            crmlib.customer_profit(db).pipe(lambda p: crmlib.share_of_total(p["revenue"])[p["profit"] < 0].sum())
        ),
    },
)
def served_at_a_loss(db):
    """Which share of the cost to serve goes to customers who cost more than they bring?"""
    profit = crmlib.customer_profit(db)
    losing = profit["profit"] < 0
    return crmlib.share_of_total(profit["cost_to_serve"])[losing].sum()


@exercise(
    Share(),
    hints=[
        "Two years: one to choose the customers, the next to count. Take the persons of each first.",
        "before.nlargest(n).index, n a tenth of them rounded up; then now[now.index.isin(best)].",
    ],
    right="The best of a year are not the best of the next: part of their lead was chance.",
    mistakes={
        "Those are the last year's own best tenth, whom nobody knows beforehand.": lambda db: _top_tenth(db, 0, 0),
        "That is their share in the year in which you chose them; look a year later.": lambda db: _top_tenth(db, 1, 1),
        "Enterprise accounts are still in it; the question asks for persons.": lambda db: _top_tenth(db, 1, 0, False),
    },
)
def top_tenth_next_year(db):
    """Take the tenth of persons (rounded up) who paid most in the year before the last: which share of all that persons
    paid in the last year came from them?
    """
    last = (db.as_of + pd.Timedelta(days=1)).year - 1
    persons = db.customers.loc[db.customers["kind"] == "person", "customer_id"]
    before, now = (crmlib.customer_revenue(db, year)["revenue"] for year in (last - 1, last))
    before, now = (paid[paid.index.isin(persons)] for paid in (before, now))
    best = crmlib.enough(before, 1, "persons in the year before").nlargest(int(np.ceil(len(before) / 10))).index
    return crmlib.share_of_total(now)[now.index.isin(best)].sum()


def _top_tenth(db, chosen, counted, persons_only=True):
    people = _persons(db) if persons_only else db.customers["customer_id"]
    before, now = (crmlib.customer_revenue(db, _last(db) - ago)["revenue"] for ago in (chosen, counted))
    before, now = before[before.index.isin(people)], now[now.index.isin(people)]
    best = before.nlargest(int(np.ceil(len(before) / 10))).index
    return crmlib.share_of_total(now)[now.index.isin(best)].sum()


@exercise(
    Drawing(unit="per 100 CNY"),
    hints=[
        "100 · sum of each activity / sum of revenue, in the rows of accounts; sort_values, plot.bar; name the y axis."
    ],
    right="The longest bar is where a talk about how you serve them begins.",
    mistakes={
        "Those are persons; the question asks for enterprise accounts.": lambda db: _activities(db, "person"),
        "Persons are still in it; the question asks for enterprise accounts.": lambda db: _activities(db, None),
    },
)
def accounts_cost_by_activity(db):
    """What did each activity cost the company to serve enterprise accounts in the last booked year, per 100 CNY of
    their revenue, the dearest activity first?
    """
    accounts = db.customers.loc[db.customers["kind"] == "enterprise", "customer_id"]
    profit = crmlib.customer_profit(db, crmlib.booked_years(db)[-1])
    profit = profit[profit.index.isin(accounts)]
    crmlib.enough(profit[profit["revenue"] > 0], 1, "accounts that paid")
    cost = profit[["sales", "delivery", "service", "administration"]].sum() / profit["revenue"].sum()
    axes = (100 * cost.sort_values(ascending=False)).plot.bar()
    axes.set(xlabel="Activity", ylabel="Cost to serve per 100 CNY of revenue")
    return axes


def _activities(db, kind):
    profit = crmlib.customer_profit(db, crmlib.booked_years(db)[-1])
    profit = profit[profit.index.isin(_persons(db))] if kind else profit
    crmlib.enough(profit[profit["revenue"] > 0], 1, "customers that paid")
    cost = profit[["sales", "delivery", "service", "administration"]].sum() / profit["revenue"].sum()
    return (100 * cost.sort_values(ascending=False)).plot.bar()


@exercise(
    Column("a number of persons for each year", unit="persons", precision=1),
    hints=[
        "customer_summary has first_day and opening_stock; purchase_days says who bought in which year.",
        "Make pairs of customer and year of all purchases: of whom is (customer, first year + 1) not among them?",
    ],
    right="Beside how many were won it becomes a rate; customers of the same age can be compared, others cannot.",
    mistakes={
        "The opening stock is still in it: those were customers before the data begin.": lambda db: _lost(
            db, stock=True
        ),
        "Those never came back at all; some skipped the year after and came later.": lambda db: _lost(db, ever=True),
        "Those are all who were won; the question asks for those who bought nothing in the year after.": lambda db: (
            _lost(db, all_of_them=True)
        ),
    },
)
def lost_after_a_year(db):
    """Of the persons won in each year before the last (year of the first purchase; opening stock apart), how many
    bought nothing in the year after?
    """
    last = (db.as_of + pd.Timedelta(days=1)).year - 1
    persons = db.customers.loc[db.customers["kind"] == "person", "customer_id"]
    summary = crmlib.customer_summary(db).loc[lambda rows: rows.index.isin(persons) & ~rows["opening_stock"]]
    won = summary["first_day"].dt.year.loc[lambda year: year < last]
    bought = crmlib.purchase_days(db).query("amount > 0")
    pairs = pd.MultiIndex.from_arrays([bought["customer_id"], bought["day"].dt.year])
    again = pd.MultiIndex.from_arrays([won.index, won + 1]).isin(pairs)
    return pd.Series(~again, index=won.index).groupby(won).sum()


def _lost(db, stock=False, ever=False, all_of_them=False):
    summary = crmlib.customer_summary(db)
    summary = summary[summary.index.isin(_persons(db)) & (stock | ~summary["opening_stock"])]
    won = summary["first_day"].dt.year.loc[lambda year: year < _last(db)]
    bought = crmlib.purchase_days(db).query("amount > 0")
    pairs = set(zip(bought["customer_id"], bought["day"].dt.year, strict=True))
    again = [(who, year + 1) in pairs for who, year in won.items()]
    again = summary["last_day"].dt.year.loc[won.index] > won if ever else pd.Series(again, index=won.index)
    return (~again | all_of_them).groupby(won).sum()


@exercise(
    Money(),
    hints=[
        "m is the mean value of persons who bought in the year before the last, r the share of them who bought again.",
        "m · r / (1 + i − r), once with r + 0.05, once with r; subtract.",
    ],
    right="Compare it with what five points cost before you promise anything.",
    mistakes={
        "Five points are 0.05; you raised retention by five per cent of itself.": lambda db: _five_points(
            db, lambda m, r: m * (1.05 * r / (1.10 - 1.05 * r) - r / (1.10 - r))
        ),
        "Money of later years counts less: with i = 10 % the formula has 1 + i − r below the line.": lambda db: (
            _five_points(db, lambda m, r: m * ((r + 0.05) / (0.95 - r) - r / (1 - r)))
        ),
        "That is the value itself after the rise; the question asks by how much it grows.": lambda db: _five_points(
            db, lambda m, r: m * (r + 0.05) / (1.05 - r)
        ),
    },
)
def value_of_five_points(db):
    """By how much does the lifetime value of the mean person (m and r as above, i = 10 %) grow if retention rises by
    five points?
    """
    last = (db.as_of + pd.Timedelta(days=1)).year - 1
    persons = db.customers.loc[db.customers["kind"] == "person", "customer_id"]
    before, again = (crmlib.customer_revenue(db, year).query("purchases > 0").index for year in (last - 1, last))
    before = crmlib.enough(before.intersection(persons), 1, "persons who bought")
    m, r = grading.customer_value(db, last - 1)[before].mean(), before.isin(again).mean()
    return m * (r + 0.05) / (1.10 - (r + 0.05)) - m * r / (1.10 - r)


def _purchases(db, ago):
    counted = crmlib.customer_revenue(db, _last(db) - ago)["purchases"]
    return counted[(counted > 0) & counted.index.isin(_persons(db))]


def _five_points(db, formula):
    before, again = (_purchases(db, ago).index for ago in (1, 0))
    return formula(grading.customer_value(db, _last(db) - 1)[before].mean(), before.isin(again).mean())


@exercise(
    Ids(),
    hints=[
        "Fit on persons who are no opening stock, then ask for P(alive) of all persons; who bought once has 1.",
        "Two conditions, joined by &: alive < 0.5, and revenue above persons' mean revenue. Take the index.",
    ],
    right="A short list, worth a call each before anybody else is written to.",
    mistakes={
        "Those are all who have probably left; keep those with more revenue than the average person.": lambda db: _gone(
            db, lambda alive, persons: alive < 0.5
        ),
        "You asked who was silent for a year; who always bought seldom may still be a customer.": lambda db: _gone(
            db,
            lambda _, persons: (
                (persons["last_day"] < db.as_of - pd.Timedelta(days=365))
                & (persons["revenue"] > persons["revenue"].mean())
            ),
        ),
        "You measured persons against the mean of all customers, accounts included.": lambda db: _gone(
            db,
            lambda alive, persons: (alive < 0.5) & (persons["revenue"] > crmlib.customer_summary(db)["revenue"].mean()),
        ),
    },
)
def probably_gone(db):
    """Which persons have a probability below 0.5 of being customers still, and more revenue than the average person?"""
    ids = db.customers.loc[db.customers["kind"] == "person", "customer_id"]
    persons = crmlib.customer_summary(db).loc[lambda rows: rows.index.isin(ids)]
    alive = grading.probability_alive(grading.fit_bgnbd(persons[~persons["opening_stock"]]), persons)
    return persons.index[(alive < 0.5) & (persons["revenue"] > persons["revenue"].mean())]


def _gone(db, rule):
    summary = crmlib.customer_summary(db)
    persons = summary[summary.index.isin(_persons(db))]
    alive = grading.probability_alive(grading.fit_bgnbd(persons[~persons["opening_stock"]]), persons)
    return persons.index[rule(alive, persons)]


@exercise(
    Share(),
    hints=[
        "Grade all twice with crmlib.grades, by revenue and by profit.",
        "Which of the first top are not in the other?",
    ],
    right="Whoever hands out privileges by revenue gives that share of them to the wrong ones.",
    mistakes={
        "That is their share of all persons.": lambda db: _at_the_top(db)["down"].mean(),
        "You graded persons and accounts together; grade persons among themselves.": lambda db: (
            _at_the_top(db, persons_only=False).query("top")["down"].mean()
        ),
    },
)
def grade_gap(db):
    """Grade persons among themselves: of those who are key or major by revenue, which share is ordinary or small by
    profit?
    """
    profit = crmlib.customer_profit(db)
    profit = profit[profit.index.isin(db.customers.loc[db.customers["kind"] == "person", "customer_id"])]
    by_revenue, by_profit = crmlib.grades(profit["revenue"]), crmlib.grades(profit["profit"])
    return by_profit[by_revenue.isin(["key", "major"])].isin(["ordinary", "small"]).mean()


def _at_the_top(db, persons_only=True):
    profit = crmlib.customer_profit(db)
    profit = profit[profit.index.isin(_persons(db))] if persons_only else profit
    top = crmlib.grades(profit["revenue"]) <= "major"
    return pd.DataFrame({"top": top, "down": top & (crmlib.grades(profit["profit"]) > "major")})


@exercise(
    Ids(),
    hints=[
        "A table of persons alone, with recency in days as of today, goes into grading.rfm_scores.",
        "Recency 1 and monetary 5, joined by &; take the index.",
    ],
    right="They paid most and have not been seen for longest: ask why, before you send a voucher.",
    mistakes={
        "You took recency the wrong way round: few days are good.": lambda db: _asleep(db, 5, "monetary"),
        "You took how often they bought for how much they paid.": lambda db: _asleep(db, 1, "frequency"),
    },
)
def sleeping_giants(db):
    """Which persons, scored among persons as of today, have recency score 1 and monetary score 5?"""
    ids = db.customers.loc[db.customers["kind"] == "person", "customer_id"]
    persons = crmlib.customer_summary(db).loc[lambda rows: rows.index.isin(ids)]
    rfm = persons.assign(recency=(db.as_of - persons["last_day"]).dt.days, monetary=persons["revenue"])
    scores = grading.rfm_scores(crmlib.enough(rfm, 30, "persons"))
    return scores.index[(scores["recency"] == 1) & (scores["monetary"] == 5)]


def _asleep(db, recency, much):
    table = crmlib.customer_summary(db)
    rfm = table.assign(recency=(db.as_of - table["last_day"]).dt.days, monetary=table["revenue"])
    scores = grading.rfm_scores(rfm[rfm.index.isin(_persons(db))])
    return scores.index[(scores["recency"] == recency) & (scores[much] == 5)]


@exercise(
    Share(),
    hints=[
        "Profit of each of the last two booked years; persons with a purchase in both; grade each year among them.",
        "Keep those who were key or major before; which of them are ordinary or small now?",
    ],
    right="A grade of one good year is no promise: look at two before you grant what lasts.",
    mistakes={
        "Accounts are still in it; among persons alone others are at the top.": lambda db: _moved(db, people=None),
        "Only those who were key or major are asked for.": lambda db: _moved(db, grades="ordinary"),
    },
)
def moved_down(db):
    """Grade persons who bought in both of the last two booked years by each year's profit, among themselves: of those
    who were key or major in the earlier year, which share is ordinary or small in the later?
    """
    ids = db.customers.loc[db.customers["kind"] == "person", "customer_id"]
    years = crmlib.enough(crmlib.booked_years(db), 2, "booked years")[-2:]
    before, now = (crmlib.customer_profit(db, year).query("purchases > 0") for year in years)
    both = before.index.intersection(now.index).intersection(ids)
    earlier, later = (crmlib.grades(year.loc[both, "profit"]) for year in (before, now))
    return later[earlier.isin(["key", "major"])].isin(["ordinary", "small"]).mean()


def _moved(db, people="person", grades="major"):
    before, now = (crmlib.customer_profit(db, year).query("purchases > 0") for year in crmlib.booked_years(db)[-2:])
    both = before.index.intersection(now.index)
    both = both[both.isin(_persons(db))] if people else both
    earlier, later = (crmlib.grades(year.loc[both, "profit"]) for year in (before, now))
    return (later > "major")[earlier <= grades].mean()


def _last(db):
    """What the mistakes above share: the last complete year, and who is a person."""
    return (db.as_of + pd.Timedelta(days=1)).year - 1


def _persons(db):
    return db.customers.loc[db.customers["kind"] == "person", "customer_id"]
