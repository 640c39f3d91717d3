"""Your turn: the exercises of chapter 9, in the notebook's order."""

import numpy as np
import pandas as pd

import crmlib
from crmlib import loyalty
from crmlib.exercises import Drawing, Ids, Money, Number, Share, Table, exercise

INTENTION = ["continued_business_1", "continued_business_2", "continued_business_3"]


@exercise(
    Number(what="a difference of two shares", precision=0.01),
    hints=["Spurious: mean intention below 8.5, two purchase days or more. Take its mean by kind, and subtract."],
    right="A contract brings purchases without asking for an attitude.",
    mistakes={
        "That is the share among accounts; subtract that among persons.": lambda db: _spurious(db)["enterprise"],
        "Those are the loyal: their attitude is high.": lambda db: -_spurious(db, loyal=True).diff().iloc[-1],
    },
)
def spurious_accounts(db):
    """By how much is the share of spurious answers larger among enterprise accounts than among persons?"""
    answers = loyalty.answers(db)
    spurious = (answers["attitude"] < 8.5) & (answers["purchases"] >= 2)
    share = crmlib.enough(spurious.groupby(answers["kind"]).mean(), 2, "kinds of customers who answered")
    return share["enterprise"] - share["person"]


@exercise(
    Table(what="a table of counts with the columns stayed and lost", by="industry"),
    hints=[
        "Whose purchase days lie in the year that ended a year ago? Whose in the year since?",
        "Keep the accounts that bought in the first year; pd.crosstab counts industry against stayed or lost.",
    ],
    right="Read the counts before the shares: a small industry moves by one account.",
    mistakes={
        "Accounts are in it that had not bought in the earlier year; they can be neither kept nor lost.": (
            lambda db: _industries(db, everybody=True)
        ),
    },
)
def accounts_by_industry(db):
    """How many accounts that bought in the year that ended a year ago stayed and were lost, by industry?"""
    days = crmlib.purchase_days(db).query("amount > 0")
    cut = db.as_of - pd.DateOffset(years=1)
    earlier = days.loc[days["day"].between(cut - pd.DateOffset(years=1) + pd.Timedelta(days=1), cut), "customer_id"]
    accounts = db.accounts[db.accounts["customer_id"].isin(earlier)]
    stayed = accounts["customer_id"].isin(days.loc[days["day"] > cut, "customer_id"])
    return pd.crosstab(accounts["industry"], stayed.map({True: "stayed", False: "lost"}))


@exercise(
    Money(),
    hints=[
        "Profits by age, and the mean of again, from years with a purchase of accounts whose age is known.",
        "profile @ (r / 1.1) ** np.arange(30), once with r and once with r + 0.05; the cost of winning drops out.",
    ],
    right="What is dear to win and seldom leaves gains most by staying.",
    mistakes={
        "That is the gain per person; asked are enterprise accounts.": lambda db: _gain(db, "person"),
        "Without discount; money of later years counts less.": lambda db: _gain(db, discount=0.0),
        "That is five per cent of today's retention; asked are five points.": lambda db: _gain(db, points=None),
    },
)
def five_points_for_accounts(db):
    """By how much does the expected lifetime profit of an enterprise account rise with five points more retention?"""
    years = loyalty.relationship_years(db).query("kind == 'enterprise' and age >= 0 and purchases > 0")
    crmlib.enough(years.dropna(subset="again"), 10, "years of accounts won since the data begin")
    stay = years["again"].mean()
    profile = years.groupby("age")["profit"].mean().to_numpy()
    profile = np.append(profile, np.full(30 - len(profile), profile[-1]))
    now, more = (profile @ (r / 1.10) ** np.arange(30) for r in (stay, stay + 0.05))
    return more - now


@exercise(
    Drawing(unit="share", what="a drawing of five bars"),
    hints=[
        "Boxes are the subscriptions of persons; keep those begun at least a year ago.",
        "Months: days from begin to end, or to today where it still runs, over 30.44.",
        "(months > m).mean() for m in 0, 3, 6, 9, 12; draw bars and say 'share' on the axis.",
    ],
    right="The first months cost most; that is where an offer can still reach somebody.",
    mistakes={
        "Contracts of accounts are in it; asked are boxes of persons.": lambda db: _running(
            db, kinds=["person", "enterprise"]
        ),
        "Younger boxes are in it: they cannot have run for twelve months yet.": lambda db: _running(db, years=0),
        "Those are the shares that had ended.": lambda db: _running(db, ended=True),
    },
)
def boxes_running(db):
    """Which share of persons' boxes begun at least a year ago still ran after 0, 3, 6, 9 and 12 months?"""
    persons = db.customers.query("kind == 'person'")["customer_id"]
    boxes = db.subscriptions[db.subscriptions["customer_id"].isin(persons)]
    boxes = crmlib.enough(boxes[boxes["started_on"] <= db.as_of - pd.DateOffset(years=1)], 20, "boxes of a year")
    until = boxes["ended_on"].fillna(db.as_of + pd.Timedelta(days=1))
    months = (until - boxes["started_on"]).dt.days / 30.44
    running = pd.Series({month: (months > month).mean() for month in (0, 3, 6, 9, 12)})
    axes = running.plot.bar()
    axes.set(xlabel="Months", ylabel="Share of boxes still running")
    return axes


@exercise(
    Share(precision=0.001),
    hints=["Months as in the drawing before; the mean of 'longer than 18' by plan; its .max()."],
    right="All plans together hide the one that people keep.",
    mistakes={
        "That is for all plans together.": lambda db: _lasting(db, together=True),
        "That is the plan where the fewest stay.": lambda db: _lasting(db, pick=min),
        "Younger boxes are in it: they cannot all have run for 18 months yet.": lambda db: _lasting(db, years=0),
    },
)
def longest_plan(db):
    """Of boxes begun at least two years ago, which share ran longer than 18 months, on the plan where it is largest?"""
    persons = db.customers.query("kind == 'person'")["customer_id"]
    boxes = db.subscriptions[db.subscriptions["customer_id"].isin(persons)]
    boxes = crmlib.enough(boxes[boxes["started_on"] <= db.as_of - pd.DateOffset(years=2)], 20, "boxes of two years")
    months = (boxes["ended_on"].fillna(db.as_of + pd.Timedelta(days=1)) - boxes["started_on"]).dt.days / 30.44
    return (months > 18).groupby(boxes["plan"]).mean().max()


@exercise(
    Share(),
    hints=["One column a supplier (unstack): ours against the largest of the rivals, where both are there."],
    right="A draw is no preference: those are the customers whom a rival's offer can move.",
    mistakes={
        "Draws are in it; asked is lower.": lambda db: _prefers(db, np.greater_equal),
        "We beat the rivals' mean there; asked is every rival.": lambda db: _prefers(db, how="mean"),
    },
)
def prefer_us(db):
    """Which share of the persons who rated us and a rival on satisfaction rates every rival lower?"""
    persons = db.customers.query("kind == 'person'")["customer_id"]
    ratings = db.competitor_ratings.query("attribute == 'satisfaction'")
    ratings = crmlib.enough(ratings[ratings["customer_id"].isin(persons)], 1, "ratings by persons")
    table = ratings.pivot_table(index="customer_id", columns="supplier", values="rating").astype(float)
    best_rival = table.drop(columns="ours").max(axis=1)
    both = table["ours"].notna() & best_rival.notna()
    return (table["ours"] > best_rival)[both].mean()


@exercise(
    Ids(what="persons"),
    hints=["Sort by answered_on, keep each person's last row, and leave out who bought in the 183 days."],
    right="They like us and do not buy: a call that asks why costs little.",
    mistakes={
        "Any answer was enough for you; the latest counts.": lambda db: _latent(db, last=99),
        "Accounts are in it.": (lambda db: _latent(db, ["person", "enterprise"])),
    },
)
def latent_today(db):
    """Which persons have a latest answer with mean intention 9 or more, and bought nothing in the last 183 days?"""
    persons = db.customers.query("kind == 'person'")["customer_id"]
    survey = db.survey[db.survey["customer_id"].isin(persons)]
    latest = survey.sort_values("answered_on").groupby("customer_id").tail(1).set_index("customer_id")
    intention = latest[["continued_business_1", "continued_business_2", "continued_business_3"]].mean(axis=1)
    days = crmlib.purchase_days(db).query("amount > 0")
    lately = days.loc[days["day"] > db.as_of - pd.Timedelta(days=183), "customer_id"]
    return intention[(intention >= 9) & ~intention.index.isin(lately)].index


@exercise(
    Drawing(unit="share", what="a drawing of five bars"),
    hints=[
        "The answers of persons with switching_cost 7 or more.",
        "Mean of again by satisfaction_class, put into the order of the scale by reindex.",
    ],
    right="Whoever cannot leave may buy and yet dislike us: do not take purchases for consent.",
    mistakes={
        "Those are all persons, free and bound.": lambda db: _by_class(db, 1, 10),
        "Those are the persons who can leave easily.": lambda db: _by_class(db, 1, 4),
    },
)
def bound_by_class(db):
    """Which share of the persons who would find it hard to leave came back, by class of satisfaction?"""
    bound = loyalty.answers(db).query("kind == 'person' and switching_cost >= 7")
    order = ["very dissatisfied", "dissatisfied", "neutral", "satisfied", "very satisfied"]
    share = bound.groupby("satisfaction_class")["again"].mean().reindex(order).dropna()
    axes = crmlib.enough(share, 1, "classes of satisfaction of such persons").plot.bar()
    axes.set(xlabel="", ylabel="Share who came back")
    return axes


@exercise(
    Money(what="the jump, an amount of money"),
    hints=["Sum the amount by customer and year − 1, join it, fill 0, and let loyalty.jump do the two lines."],
    right="Orders are not money: an order more need not be as large as the others.",
    mistakes={
        "That is the plain difference of means: heavy buyers stand on the right.": lambda db: _difference(db),
    },
)
def silver_in_money(db):
    """What does just reaching silver change in the amount of chosen orders of the year after, in CNY?"""
    chosen = loyalty.chosen(db)
    later = chosen.groupby(["customer_id", chosen["day"].dt.year.rename("year") - 1])["amount"].sum()
    members = loyalty.tier_years(db).join(later, on=["customer_id", "year"]).fillna({"amount": 0})
    members = members.assign(over=members["year_spend"] - 1000)
    return loyalty.jump(members, "over", "amount", 600, cluster="customer_id")["value"].item()


@exercise(
    Money(),
    hints=["All points of the ledger, times the worth of one, times what the last closed year says is used."],
    right="A promise is a debt, also when it is written in points.",
    mistakes={
        "Without breakage: a part is never used.": lambda db: _liability(db, breakage=False),
        "Points that have expired are still in it.": lambda db: _liability(db, "expired"),
    },
)
def points_liability(db):
    """What is the liability for all points that stand on members' accounts today, less the breakage to expect?"""
    ledger = db.loyalty_ledger
    used = ledger[ledger["kind"] == "redeemed"]
    paid = db.orders[db.orders["order_id"].isin(used["order_id"]) & (db.orders["quantity"] == 0)]
    worth = paid["amount"].sum() / crmlib.enough(used, 1, "points redeemed")["points"].sum()
    year = ledger["entered_on"].dt.year
    points = ledger.pivot_table(index=year, columns="kind", values="points", aggfunc="sum", fill_value=0).astype(float)
    points = crmlib.enough(points, 2, "years of points").reindex(columns=["earned", "gift", "expired"], fill_value=0)
    expired = points["expired"].shift(-1)
    breakage = (-expired / (points["earned"] + points["gift"].shift(-1))).dropna().iloc[-1]
    return ledger["points"].sum() * worth * (1 - breakage)


@exercise(
    Share(),
    hints=["Add up the friends' gross profit by referrer, take rewards off, compare with the referrer's own."],
    right="Their own purchases would never have shown what they are worth.",
    mistakes={
        "You compared friend by friend; asked are all friends together.": lambda db: _more_than_own(db, together=False),
        "You took the referrer's revenue; asked is gross profit.": lambda db: _more_than_own(db, own="revenue"),
    },
)
def friends_bring_more(db):
    """Which share of the referrers brought more gross profit by friends, after rewards, than by themselves?"""
    gross = crmlib.customer_margin(db)["gross_profit"]
    friends = db.referrals.assign(brought=db.referrals["customer_id"].map(gross).fillna(0))
    friends = friends.assign(brought=friends["brought"] - friends["reward"].fillna(0))
    brought = crmlib.enough(friends, 1, "recommended customers").groupby("referrer_id")["brought"].sum()
    return (brought > gross.reindex(brought.index).fillna(0)).mean()


# What students get wrong


def _spurious(db, loyal=False):
    rows = loyalty.answers(db)
    return (((rows["attitude"] < 8.5) ^ loyal) & (rows["purchases"] >= 2)).groupby(rows["kind"]).mean()


def _industries(db, everybody):
    days = crmlib.purchase_days(db).query("amount > 0")
    stayed = db.accounts["customer_id"].isin(days.loc[days["day"] > db.as_of - pd.DateOffset(years=1), "customer_id"])
    return pd.crosstab(db.accounts["industry"], stayed.map({True: "stayed", False: "lost"}))


def _gain(db, kind="enterprise", discount=0.10, points=0.05):
    years = loyalty.relationship_years(db).query("kind == @kind and age >= 0 and purchases > 0")
    stay, profile = crmlib.enough(years, 1, "years")["again"].mean(), years.groupby("age")["profit"].mean().to_numpy()
    profile = np.append(profile, np.full(30 - len(profile), profile[-1]))
    more = stay * 1.05 if points is None else stay + points
    return np.subtract(*(profile @ (r / (1 + discount)) ** np.arange(30) for r in (more, stay)))


def _of(db, kinds):
    return db.customers.loc[db.customers["kind"].isin(kinds), "customer_id"]


def _boxes(db, years, kinds=("person",)):
    boxes = db.subscriptions[db.subscriptions["customer_id"].isin(_of(db, kinds))]
    boxes = boxes[boxes["started_on"] <= db.as_of - pd.DateOffset(years=years)]
    until = boxes["ended_on"].fillna(db.as_of + pd.Timedelta(days=1))
    return boxes.assign(lasted=(until - boxes["started_on"]).dt.days / 30.44)


def _running(db, years=1, ended=False, kinds=("person",)):
    lasted = _boxes(db, years, kinds)["lasted"]
    axes = pd.Series([(lasted > month).mean() for month in (0, 3, 6, 9, 12)]).rsub(int(ended)).abs().plot.bar()
    axes.set(ylabel="share")
    return axes


def _lasting(db, pick=max, together=False, years=2):
    boxes = _boxes(db, years)
    longer = boxes["lasted"] > 18
    return longer.mean() if together else pick(longer.groupby(boxes["plan"]).mean())


def _prefers(db, better=np.greater, how="max"):
    ratings = db.competitor_ratings.query("attribute == 'satisfaction'")
    ratings = ratings[ratings["customer_id"].isin(_of(db, ["person"]))]
    table = ratings.pivot_table(index="customer_id", columns="supplier", values="rating").astype(float)
    rivals = table.drop(columns="ours").agg(how, axis=1)
    both = table["ours"].notna() & rivals.notna()
    return better(table["ours"], rivals)[both].mean()


def _latent(db, kinds=("person",), last=1):
    survey = db.survey[db.survey["customer_id"].isin(_of(db, kinds))].sort_values("answered_on")
    answers = survey.groupby("customer_id").tail(last)
    keen = answers.loc[answers[INTENTION].mean(axis=1) >= 9, "customer_id"]
    days = crmlib.purchase_days(db).query("amount > 0")
    return set(keen) - set(days.loc[days["day"] > db.as_of - pd.Timedelta(days=183), "customer_id"])


def _by_class(db, low, high):
    rows = loyalty.answers(db).query("kind == 'person' and @low <= switching_cost <= @high")
    order = ["very dissatisfied", "dissatisfied", "neutral", "satisfied", "very satisfied"]
    share = rows.groupby("satisfaction_class")["again"].mean().reindex(order).dropna()
    return crmlib.enough(share, 1, "classes of satisfaction of such persons").plot.bar()


def _difference(db):
    orders = loyalty.chosen(db)
    sums = orders.groupby(["customer_id", orders["day"].dt.year.rename("year") - 1])["amount"].sum()
    members = loyalty.tier_years(db).join(sums, on=["customer_id", "year"]).fillna({"amount": 0})
    near = members[(members["year_spend"] - 1000).abs() < 600]
    return near.groupby(near["year_spend"] >= 1000)["amount"].mean().diff().iloc[-1]


def _liability(db, leave_out="", breakage=True):
    ledger, right = db.loyalty_ledger, points_liability.worked(db)
    if breakage:
        return right * ledger.loc[ledger["kind"] != leave_out, "points"].sum() / ledger["points"].sum()
    used = ledger[ledger["kind"] == "redeemed"]
    paid = db.orders[db.orders["order_id"].isin(used["order_id"]) & (db.orders["quantity"] == 0)]
    return ledger["points"].sum() * paid["amount"].sum() / used["points"].sum()


def _more_than_own(db, own="gross_profit", together=True):
    margin = crmlib.customer_margin(db)
    net = db.referrals["customer_id"].map(margin["gross_profit"]).fillna(0) - db.referrals["reward"].fillna(0)
    brought = net.groupby(db.referrals["referrer_id"]).sum() if together else net.set_axis(db.referrals["referrer_id"])
    return (brought > margin[own].reindex(brought.index).fillna(0)).mean()
