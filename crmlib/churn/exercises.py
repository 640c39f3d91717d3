"""Your turn: the exercises of chapter 10, in the notebook's order."""

from functools import partial

import pandas as pd

import crmlib
from crmlib.exercises import Column, Drawing, Money, Number, Share, exercise


def _bought(db):
    """The purchase days of persons."""
    days = crmlib.purchase_days(db.only(customers="person"))
    return days[days["amount"] > 0]


def _silent(years, limit, within_days, at_most, db):
    """Who was silent for more than a limit on a day years ago, and whether they bought within so many days after."""
    bought, then = _bought(db), db.as_of - pd.DateOffset(years=years)
    silent = (then - bought[bought["day"] <= then].groupby("customer_id")["day"].max()).dt.days
    quiet = silent[(silent > limit) & (silent < at_most)].index
    after = (bought["day"] - then).dt.days
    return quiet.isin(bought.loc[after.between(1, within_days), "customer_id"]).mean()


@exercise(
    Share(),
    hints=[
        "The last purchase day of each person up to the day one year ago; how long ago was it?",
        "Keep silences over 90 and under 730 days; who of them has a purchase day 1 to 90 days after that day?",
    ],
    right="A short limit cries wolf, and soon knows it.",
    mistakes={
        "That is the share who bought in the year after; the question gives them 90 days.": partial(
            _silent, 1, 90, 366, 730
        ),
        "Those are the persons silent for at most 90 days; the others are asked for.": partial(_silent, 1, -1, 90, 91),
        "Persons silent for two years and more are still in it.": partial(_silent, 1, 90, 90, 99_999),
    },
)
def back_within_a_quarter(db):
    """Of the persons silent for 91 to 729 days one year ago, which share bought within 90 days of that day?"""
    bought = crmlib.purchase_days(db.only(customers="person")).query("amount > 0")
    then = db.as_of - pd.DateOffset(years=1)
    silent = (then - bought[bought["day"] <= then].groupby("customer_id")["day"].max()).dt.days
    quiet = crmlib.enough(silent[(silent > 90) & (silent < 730)], 1, "persons silent for more than 90 days")
    soon = bought[(bought["day"] > then) & (bought["day"] <= then + pd.Timedelta(days=90))]
    return quiet.index.isin(soon["customer_id"]).mean()


def _before_interviews(people, days):
    """Order lines of persons in so many days before their interview, with what the interview said."""
    asked = people.exit_interviews.reset_index(drop=True)
    return crmlib.within(people.orders, asked, (-days, 0), on="order_date", since="interviewed_on")


def _reasons(db, kind="person", days=365, how="sum", thousand=1000):
    lines = _before_interviews(db if kind is None else db.only(customers=kind), days)
    money = lines.groupby("reason")["amount"].agg(how).sort_values(ascending=False)
    return (money / thousand).plot.bar(ylabel="thousand CNY")


@exercise(
    Drawing(unit="thousand CNY"),
    hints=[
        "crmlib.within(people.orders, interviews, (-365, 0), on='order_date', since='interviewed_on') has the lines.",
        "Sum the amounts by reason, divide by 1,000, sort, draw bars; say on an axis that it is thousand CNY.",
    ],
    right="Heads and money may put the reasons in another order: decide which of the two you repair.",
    mistakes={
        "Enterprise accounts are still in it; the question asks for persons.": partial(_reasons, kind=None),
        "Those are numbers of order lines, not money.": partial(_reasons, how="size"),
    },
)
def revenue_by_reason(db):
    """What did persons spend in the 365 days before their interview, by the reason they told, in thousand CNY?"""
    people = db.only(customers="person")
    interviews = people.exit_interviews.reset_index(drop=True)
    lines = crmlib.within(people.orders, interviews, (-365, 0), on="order_date", since="interviewed_on")
    spent = crmlib.enough(lines, 1, "order lines before an interview").groupby("reason")["amount"].sum() / 1000
    axes = spent.sort_values(ascending=False).plot.bar()
    axes.set(xlabel="Reason told", ylabel="Revenue of the year before, thousand CNY")
    return axes


def _discount(db, days=730, kind="person", others=True):
    lines = _before_interviews(db if kind is None else db.only(customers=kind), days)
    sums = lines.groupby(lines["reason"] == "price")[["discount", "amount"]].sum()
    rate = sums["discount"] / sums.sum(axis=1)
    return rate[True] - rate[False] if others else rate[True]


@exercise(
    Number("a difference of two shares", precision=0.001),
    hints=[
        "crmlib.within gives the order lines of the 730 days before each interview.",
        "Discount over discount plus amount, for those who say 'price' and for all others; subtract.",
    ],
    right="Where it is near zero, those who name the price did not hunt for discounts more than others did.",
    mistakes={
        "That is the rate of those who say 'price'; take off that of the others.": partial(_discount, others=False),
        "Enterprise accounts are still in it; the question asks for persons.": partial(_discount, kind=None),
    },
)
def discount_of_price_tellers(db):
    """By how much is the discount rate in the 730 days before higher for persons who tell 'price' than for others?"""
    people = db.only(customers="person")
    asked = people.exit_interviews.reset_index(drop=True)
    lines = crmlib.within(people.orders, asked, (-730, 0), on="order_date", since="interviewed_on")
    sums = lines.groupby(lines["reason"] == "price")[["discount", "amount"]].sum()
    rate = crmlib.enough(sums["discount"] / sums.sum(axis=1), 2, "groups of reasons, 'price' and others")
    return rate[True] - rate[False]


def _watched(db):
    terms = db.only(customers="person").subscriptions
    months = (terms["ended_on"].fillna(db.as_of) - terms["started_on"]).dt.days / 30.5
    return months, terms["ended_on"].notna()


def _ended_only(db):
    months, left = _watched(db)
    return (months[left] > 24).mean()


def _young_as_kept(db):
    months, left = _watched(db)
    return 1 - (left & (months <= 24)).mean()


@exercise(
    Share(),
    hints=[
        "For each age up to 24 months at which a box ended: how many were watched so long or longer, how many ended?",
        "The product of 1 − ended / at risk over these ages, days divided by 30.5.",
    ],
    right="Boxes that still run carry their months, and then step aside.",
    mistakes={
        "You left out the boxes that still run; they were at risk until today.": _ended_only,
        "You counted boxes that still run as ended.": lambda db: (_watched(db)[0] > 24).mean(),
        "You counted boxes younger than 24 months as kept; nobody knows yet.": _young_as_kept,
    },
)
def box_survival_24_months(db):
    """Which share of the persons' subscriptions survives 24 months (Kaplan–Meier, by your own product)?"""
    boxes = crmlib.enough(db.only(customers="person").subscriptions, 1, "subscriptions of persons")
    left = boxes["ended_on"].notna()
    months = (boxes["ended_on"].fillna(db.as_of) - boxes["started_on"]).dt.days / 30.5
    kept = 1.0
    for age in sorted(months[left & (months <= 24)].unique()):
        kept *= 1 - (left & (months == age)).sum() / (months >= age).sum()
    return kept


def _gone(db):
    """The persons who bought in the last booked year but one, with kind, channel and whether they left."""
    year = crmlib.enough(crmlib.booked_years(db), 2, "booked years")[-2]
    people = db.only(customers="person")
    now, later = (crmlib.customer_revenue(people, y).query("purchases > 0") for y in (year, year + 1))
    known = people.customers.set_index("customer_id")["registration_channel"]
    return now.assign(channel=known.reindex(now.index), gone=~now.index.isin(later.index))


def _spread(db):
    return _gone(db).query("gone")["channel"].value_counts(normalize=True)


@exercise(
    Column(precision=0.01),
    hints=[
        "Persons with a purchase day in the last booked year but one; who of them has none in the year after?",
        "Join registration_channel; the mean of 'gone' by channel.",
    ],
    right="Some channels bring customers who were never going to stay: count that when you pay for them.",
    mistakes={
        "That is how the lost are spread over channels; take each channel's own rate.": _spread,
        "That is the share of those who stayed.": lambda db: 1 - _gone(db).groupby("channel")["gone"].mean(),
    },
)
def lost_by_channel(db):
    """Of the persons who bought in the last booked year but one, which share left, by registration channel?"""
    people, year = db.only(customers="person"), crmlib.enough(crmlib.booked_years(db), 2, "booked years")[-2]
    before = crmlib.customer_revenue(people, year).query("purchases > 0")
    after = crmlib.customer_revenue(people, year + 1).query("purchases > 0")
    channel = people.customers.set_index("customer_id")["registration_channel"].reindex(before.index)
    gone = pd.Series(~before.index.isin(after.index), before.index)
    return gone.groupby(channel).mean()


def _sent(db, stayed=False, all_referrers=False):
    days = crmlib.purchase_days(db)
    late = days[(db.as_of - days["day"]).dt.days < 365]
    sent = db.referrals
    here = sent["referrer_id"].isin(late.loc[late["amount"] > 0, "customer_id"])
    sent = sent if all_referrers else sent[here == stayed]
    return late.loc[late["customer_id"].isin(sent["customer_id"]), "amount"].sum()


@exercise(
    Money("the revenue of those whom former customers recommended"),
    hints=[
        "Who has no purchase day in the last 365 days? Keep the referrals whose referrer_id is one of them.",
        "Add up what the customer_id of these referrals spent in the last 365 days.",
    ],
    right="Whom a customer brought often stays longer than the customer: a departure does not take all along.",
    mistakes={
        "Those are customers whose referrer still buys; take referrers who left.": partial(_sent, stayed=True),
        "Those are all recommended customers; take referrers who left.": partial(_sent, all_referrers=True),
    },
)
def left_but_sent(db):
    """What did customers spend in the last 365 days who came recommended by somebody who bought nothing in them?"""
    days = crmlib.purchase_days(db)
    late = days[(db.as_of - days["day"]).dt.days < 365]
    buyers = late.loc[late["amount"] > 0, "customer_id"]
    sent = db.referrals[~db.referrals["referrer_id"].isin(buyers)]
    return late.loc[late["customer_id"].isin(sent["customer_id"]), "amount"].sum()


@exercise(
    Share(),
    hints=[
        "Two years ago: the days since each person's last purchase.",
        "Of those silent for more than 365 days, who has a purchase day in the two years since?",
    ],
    right="Long lost is not the same as lost: but who waits for it waits long.",
    mistakes={
        "That is one year after; the question asks for the two years since.": partial(_silent, 2, 365, 365, 99_999),
        "Those are all persons of that day; take the silent ones.": partial(_silent, 2, -1, 99_999, 99_999),
    },
)
def back_after_two_years(db):
    """Of the persons silent for more than 365 days two years ago, which share bought in the two years since?"""
    bought = crmlib.purchase_days(db.only(customers="person")).query("amount > 0")
    then = db.as_of - pd.DateOffset(years=2)
    silent = (then - bought[bought["day"] <= then].groupby("customer_id")["day"].max()).dt.days
    long_gone = crmlib.enough(silent[silent > 365], 1, "persons silent for more than a year two years ago")
    return long_gone.index.isin(bought.loc[bought["day"] > then, "customer_id"]).mean()


def _score(db, arm="control", of="left"):
    trial = crmlib.observed(db.retention_trial)
    trial = trial if arm is None else trial[trial["arm"] == arm]
    risky = trial["risk_score"] > trial["risk_score"].quantile(0.8)
    return risky[~trial["stayed"]].mean() if of == "left" else (~trial["stayed"])[risky].mean()


@exercise(
    Share(),
    hints=[
        "Only the control arm: an offer would hide what the score foresaw.",
        "Of those who did not stay, who lies above the 80 % quantile of the control arm's risk_score?",
    ],
    right="By lot it would be a fifth: the score foresees – and says nothing yet about whom an offer keeps.",
    mistakes={
        "That is the share of the riskiest fifth who left; start from those who left.": partial(_score, of="risky"),
        "The offer arm is still in it.": partial(_score, arm=None),
    },
)
def caught_by_score(db):
    """In the retention trial's control arm, which share of those who did not stay has a risk score in its top fifth?"""
    trial = crmlib.observed(db.retention_trial)
    control = trial[trial["arm"] == "control"]
    limit = control["risk_score"].quantile(0.8)
    left = crmlib.enough(control[~control["stayed"]], 1, "customers without an offer who left")
    return (left["risk_score"] > limit).mean()


def _call(db, days=90, less_control=True):
    trial = crmlib.observed(db.winback_trial)
    early = trial[(trial["assigned_on"] - trial["lost_on"]).dt.days <= days]
    back = early.groupby("arm")["returned"].mean()
    return back["call"] - (back["control"] if less_control else 0)


@exercise(
    Number("a difference of two shares", precision=0.01),
    hints=[
        "Keep the rows in which assigned_on is at most 90 days after lost_on.",
        "The share who returned after a call less the share who returned without an offer.",
    ],
    right="The control arm takes off what would have come anyway; how sure this is only its interval can say.",
    mistakes={
        "That counts also who comes without a call: take off the control arm.": partial(_call, less_control=False),
        "Those are all rows; the question asks about the recently lost.": partial(_call, days=99_999),
    },
)
def call_soon_after(db):
    """Lost for at most 90 days at the draw: how many more return after a call than without an offer (difference)?"""
    trial = crmlib.observed(db.winback_trial)
    early = trial[(trial["assigned_on"] - trial["lost_on"]).dt.days <= 90]
    back = early.groupby("arm")["returned"].mean()
    back = crmlib.enough(back[back.index.isin(["call", "control"])], 2, "arms among the recently lost")
    return back["call"] - back["control"]


def _one_more(db, per="more"):
    arms = crmlib.observed(db.winback_trial).groupby("arm")[["returned", "offer_cost"]].mean()
    cost, back = arms.loc["discount", "offer_cost"], arms["returned"]
    return {"more": cost / (back["discount"] - back["control"]), "back": cost / back["discount"], "asked": cost}[per]


@exercise(
    Money("the cost of one customer more", precision=0.1),
    hints=[
        "The mean cost of a discount for each customer drawn for it.",
        "Divide by how much larger the share who return is than in the control arm.",
    ],
    right="Who divides by all who came pays, in his books, for those who would have come anyway.",
    mistakes={
        "That is the cost for each one who came back; some would have come anyway.": partial(_one_more, per="back"),
        "That is the cost for each one asked; how many more came back for it?": partial(_one_more, per="asked"),
    },
)
def cost_of_one_more(db):
    """What does the discount of the win-back trial cost for each customer who returns because of it?"""
    trial = crmlib.enough(crmlib.observed(db.winback_trial), 100, "lost customers in the trial")
    arms = trial[trial["arm"].isin(["control", "discount"])].groupby("arm")[["returned", "offer_cost"]].mean()
    more = arms.loc["discount", "returned"] - arms.loc["control", "returned"]
    return arms.loc["discount", "offer_cost"] / more
