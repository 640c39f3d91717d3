"""Your turn: the exercises of chapter 7, in the notebook's order."""

import numpy as np
import pandas as pd

import crmlib
from crmlib import communication
from crmlib.exercises import Column, Drawing, Money, Number, Share, exercise

DIFFERENCE = Number("a difference of two shares", precision=0.001)


@exercise(
    DIFFERENCE,
    hints=[
        "db.campaigns knows which campaigns are randomised and what discount_rate each has, if any.",
        "Who has a responded_on has ordered: take the mean of that by arm, and subtract.",
    ],
    right="What a message sells without a price cut costs no margin; few campaigns tell it.",
    mistakes={
        "Those are all campaigns by lot, also those with a discount.": lambda db: _arms(db, "lot").diff().iloc[-1],
        "Those are the campaigns with a discount.": lambda db: _arms(db, "lot and reduced").diff().iloc[-1],
        "That is the share among the treated; the control orders too.": lambda db: _arms(db, "lot and ~reduced").iloc[
            -1
        ],
    },
)
def without_discount(db):
    """By how much do more of the treated than of the controls order in campaigns by lot without a discount?"""
    chosen = db.campaigns[db.campaigns["randomised"] & ~(db.campaigns["discount_rate"] > 0)]
    listed = db.campaign_members[db.campaign_members["campaign_id"].isin(chosen["campaign_id"])]
    share = listed["responded_on"].notna().groupby(listed["arm"]).mean()
    share = crmlib.enough(share, 2, "arms of campaigns by lot without a discount")
    return share["treatment"] - share["control"]


def _arms(db, which):
    rows = db.campaign_members.merge(db.campaigns, on="campaign_id")
    rows = rows.assign(lot=rows["randomised"].astype(bool), reduced=rows["discount_rate"] > 0).query(which)
    return rows["responded_on"].notna().groupby(rows["arm"]).mean()


@exercise(
    DIFFERENCE,
    hints=[
        "For each customer the first purchase day is the smallest day with an amount above 0.",
        "A parcel is of a new customer when no purchase day lies before sent_on: compare the two dates, then the arms.",
    ],
    right="A first parcel speaks to somebody who does not know us yet.",
    mistakes={
        "Those are all parcels; the question asks for parcels of new customers.": lambda db: _more(db, "ordered_again"),
        "Codes used are no difference: some come back without a card.": lambda db: _more(db, "code_used_on"),
    },
)
def cards_for_new(db):
    """By how much does a card raise the share who order again, among parcels to those who had bought nothing before?"""
    parcels = crmlib.observed(db.package_inserts)
    bought = crmlib.enough(crmlib.purchase_days(db).query("amount > 0"), 1, "purchases")
    first = parcels["customer_id"].map(bought.groupby("customer_id")["day"].min())
    new = parcels[~(first < parcels["sent_on"])]
    share = crmlib.enough(new["ordered_again"].astype(float).groupby(new["arm"]).mean(), 2, "arms")
    return share["insert"] - share["none"]


def _more(db, outcome):
    parcels = crmlib.observed(db.package_inserts)
    yes = parcels[outcome].notna() if outcome == "code_used_on" else parcels[outcome].astype(float)
    share = yes.groupby(parcels["arm"]).mean()
    return share["insert"] - share["none"]


@exercise(
    Number("persons per 1,000", unit="per 1,000 persons and weeks", precision=0.1),
    hints=[
        "A row of the message trial is a person and a week; who left has an unsubscribed_on.",
        "The mean of that by messages, times 1,000; then that of 4 less that of 1.",
    ],
    right="A few in 1,000 a week are many a year: an address is lost for good.",
    mistakes={
        "Those are the weeks with four messages; some leave after one, too.": lambda db: _leave(db)[4],
        "That is per message sent; the question asks for persons.": lambda db: _leave(db)[4] / 4 - _leave(db)[1],
    },
)
def more_unsubscribed(db):
    """How many more persons in 1,000 unsubscribe in a week with four messages than in a week with one?"""
    gone = db.message_trial["unsubscribed_on"].notna()
    per_thousand = 1000 * gone.groupby(db.message_trial["messages"]).mean()
    per_thousand = crmlib.enough(per_thousand, 4, "numbers of messages")
    return per_thousand[4] - per_thousand[1]


def _leave(db):
    return 1000 * db.message_trial["unsubscribed_on"].notna().groupby(db.message_trial["messages"]).mean()


@exercise(
    Money(precision=0.01),
    hints=["margin_after is before the cost of messages.", "Its mean by messages: that of 1 less that of 0."],
    right="Set it beside what a message costs.",
    mistakes={
        "That is after the cost of the message; the question asks for the margin before it.": lambda db: (
            _margin(db, "margin_after - cost")[1] - _margin(db, "margin_after - cost")[0]
        ),
        "That is the whole margin with one message; without any there is a margin too.": lambda db: _margin(
            db, "margin_after"
        )[1],
    },
)
def worth_of_first_message(db):
    """By how much is the margin of a person and week larger with one message than with none, before its cost?"""
    trial = crmlib.observed(db.message_trial)
    margin = crmlib.enough(trial.groupby("messages")["margin_after"].mean(), 4, "numbers of messages")
    return margin[1] - margin[0]


def _margin(db, formula):
    trial = crmlib.observed(db.message_trial)
    return trial.eval(formula).groupby(trial["messages"]).mean()


@exercise(
    Drawing(unit="share"),
    hints=[
        "Contacts with a promised_by that is over by db.as_of; whose kind is enterprise.",
        "In time: answered_at <= promised_by, and no answer is not in time. Mean by channel, then .plot.bar().",
    ],
    right="One slow channel can hide behind a good average.",
    mistakes={
        "Those are persons; the question asks for accounts.": lambda db: _in_time(db, "person"),
        "Persons and accounts are mixed; the question asks for accounts.": lambda db: _in_time(db, "person enterprise"),
        "Contacts without an answer are left out: a promise that was never kept is broken too.": lambda db: _in_time(
            db, "enterprise", answered=True
        ),
    },
)
def answers_to_accounts(db):
    """Which share of promised answers to accounts came in time, by channel (from A to Z)?"""
    due = db.contacts[db.contacts["promised_by"] <= db.as_of].merge(db.customers[["customer_id", "kind"]])
    due = due[due["kind"] == "enterprise"]
    due = crmlib.enough(due, 20, "promised answers to accounts")
    in_time = due["answered_at"] <= due["promised_by"]
    axes = in_time.groupby(due["channel"]).mean().plot.bar()
    axes.set(xlabel="Channel", ylabel="Share answered in time")
    return axes


def _in_time(db, kinds, answered=False):
    due = db.contacts[db.contacts["promised_by"] <= db.as_of].merge(db.customers[["customer_id", "kind"]])
    due = due[due["kind"].isin(kinds.split()) & (due["answered_at"].notna() | (not answered))]
    due = crmlib.enough(due, 1, "promised answers")
    axes = (due["answered_at"] <= due["promised_by"]).groupby(due["channel"]).mean().plot.bar()
    axes.set(ylabel="Share")
    return axes


@exercise(
    Share(precision=0.001),
    hints=[
        "Calls and agents by half-hour of the average weekday; .idxmax() of the calls names the busiest.",
        "communication.erlang_a(calls / 1800, service, patience, agents - 1): seconds everywhere.",
    ],
    right="One agent more or less is felt most where all are busy.",
    mistakes={
        "With all agents there: one of them is ill.": lambda db: _busiest(db, 0),
        "Patience is all time waited divided by the callers who hung up, not the mean wait of all.": lambda db: (
            _busiest(db, 1, patience=db.call_log["waited"].mean())
        ),
        "Saturdays are in it too; the question asks for weekdays.": lambda db: _busiest(db, 1, weekdays=7),
    },
)
def one_agent_ill(db):
    """What share hangs up, by Erlang A, in the busiest half-hour of the average weekday with one agent less?"""
    calls = db.call_log.assign(starts_at=db.call_log["called_at"].dt.floor("30min"))
    counted = calls.groupby("starts_at").size().rename("calls")
    roster = db.roster.join(counted, on="starts_at").fillna({"calls": 0})
    roster = roster[roster["starts_at"].dt.day_of_week < 5]
    day = roster.groupby(roster["starts_at"].dt.time)[["calls", "agents"]].mean()
    busiest = day.loc[day["calls"].idxmax()]
    gave_up = crmlib.enough(calls[calls["abandoned"]], 30, "callers who hung up")
    patience = calls["waited"].sum() / len(gave_up)
    queue = communication.erlang_a(
        busiest["calls"] / 1800, calls["handled"].mean(), patience, round(busiest["agents"]) - 1
    )
    return queue["abandoned_share"]


def _busiest(db, ill, patience=None, weekdays=5):
    calls = db.call_log
    counted = calls.groupby(calls["called_at"].dt.floor("30min")).size().rename("calls")
    roster = db.roster.join(counted, on="starts_at").fillna({"calls": 0})
    roster = roster[roster["starts_at"].dt.day_of_week < weekdays]
    day = roster.groupby(roster["starts_at"].dt.time)[["calls", "agents"]].mean().astype(float)
    busiest = day.loc[day["calls"].idxmax()]
    patience = patience or calls["waited"].sum() / calls["abandoned"].sum()
    agents = round(busiest["agents"]) - ill
    return communication.erlang_a(busiest["calls"] / 1800, calls["handled"].mean(), patience, agents)["abandoned_share"]


@exercise(
    Column("a Series, topic → share", precision=0.01),
    hints=["Decided: those with a decided_on.", "adopted is yes/no: its mean by topic."],
    right="Cheap wishes are granted first.",
    mistakes={
        "You divided by all received; those not decided yet are not refused.": lambda db: (
            db.suggestions["adopted"].fillna(False).astype(float).groupby(db.suggestions["topic"]).mean()
        ),
        "Those are the shares that were decided, not adopted.": lambda db: (
            db.suggestions["decided_on"].notna().groupby(db.suggestions["topic"]).mean()
        ),
    },
)
def adopted_by_topic(db):
    """Which share of the decided suggestions was adopted, by topic?"""
    decided = db.suggestions.dropna(subset=["decided_on"])
    decided = crmlib.enough(decided, 20, "decided suggestions")
    return decided["adopted"].astype(float).groupby(decided["topic"]).mean()


@exercise(
    Share(precision=0.0001),
    hints=[
        "deliveries has no customer: db.orders knows whose order_id it is, db.customers the kind.",
        "p: on the day, of all parcels whose day is over; then p - 3 * sqrt(p * (1 - p) / 50).",
    ],
    right="A small week may miss the standard by luck alone.",
    mistakes={
        "Those are parcels to persons.": lambda db: _limit(db, "person"),
        "That is two standard errors below; a control chart takes three.": lambda db: _limit(db, "enterprise", reach=2),
    },
)
def lower_limit(db):
    """Where is the lower limit of a control chart of parcels to accounts on the promised day, in a week with 50?"""
    buyer = db.orders.drop_duplicates("order_id").set_index("order_id")["customer_id"]
    parcels = db.deliveries[db.deliveries["promised_on"] <= db.as_of]
    kind = parcels["order_id"].map(buyer).map(db.customers.set_index("customer_id")["kind"])
    parcels = crmlib.enough(parcels[kind == "enterprise"], 50, "parcels to accounts")
    p = (parcels["delivered_on"] <= parcels["promised_on"]).mean()
    return max(0, p - 3 * np.sqrt(p * (1 - p) / 50))


def _limit(db, kind, reach=3):
    buyer = db.orders.drop_duplicates("order_id").set_index("order_id")["customer_id"]
    parcels = db.deliveries[db.deliveries["promised_on"] <= db.as_of]
    whose = parcels["order_id"].map(buyer).map(db.customers.set_index("customer_id")["kind"])
    p = (parcels["delivered_on"] <= parcels["promised_on"])[whose == kind].mean()
    return p - reach * np.sqrt(p * (1 - p) / 50)


@exercise(
    Share(precision=0.01),
    hints=[
        "Days from opened_at to solved_at, or to the end of db.as_of where it is open; done: solved_at.notna().",
        "crmlib.survival gives a curve of steps: the last share at 7 days or before.",
    ],
    right="Open cases are the ones that a mean of closed cases forgets.",
    mistakes={
        "Open cases are left out; those are the slow ones.": lambda db: _waiting(db, [4, 5], still_open=False),
        "Those are cases of any severity.": lambda db: _waiting(db, [1, 2, 3, 4, 5]),
    },
)
def grave_after_a_week(db):
    """Which share of informal cases of severity 4 or 5 is still unsolved after seven days, open cases counted?"""
    grave = db.service_cases[db.service_cases["severity"] >= 4]
    end = db.as_of + pd.Timedelta(days=1)
    days = (grave["solved_at"].fillna(end) - grave["opened_at"]) / pd.Timedelta(days=1)
    curve = crmlib.survival(days, grave["solved_at"].notna())
    return curve.loc[curve["time"] <= 7, "survival"].iloc[-1]


def _waiting(db, severities, still_open=True):
    cases = db.service_cases[db.service_cases["severity"].isin(severities)]
    cases = cases if still_open else cases.dropna(subset=["solved_at"])
    days = (cases["solved_at"].fillna(db.as_of + pd.Timedelta(days=1)) - cases["opened_at"]) / pd.Timedelta(days=1)
    curve = crmlib.survival(days, cases["solved_at"].notna())
    return curve.loc[curve["time"] <= 7, "survival"].iloc[-1]


@exercise(
    Share(precision=0.001),
    hints=[
        "Put complaints (recorded_at) and service_cases (opened_at) into one table of customer, day, cause.",
        "Sort by customer, cause and day: the next row of the same customer and cause is .shift(-1) of a groupby.",
    ],
    right="What comes back was answered, not repaired.",
    mistakes={
        "Any cause counts there; the question asks for the same cause.": lambda db: _recurs(db, ["customer_id"]),
        "Cases of the last year are in it: their year is not over.": lambda db: _recurs(
            db, ["customer_id", "cause"], 0
        ),
        "Informal cases alone: formal complaints count too.": lambda db: _recurs(
            db, ["customer_id", "cause"], formal=False
        ),
    },
)
def same_cause_again(db):
    """Of cases a year old or older, which share was followed within 365 days by one of the same customer and cause?"""
    formal = db.complaints.rename(columns={"recorded_at": "opened_at"})
    cases = pd.concat([formal, db.service_cases], ignore_index=True).sort_values(["opened_at", "cause"])
    following = cases.groupby(["customer_id", "cause"])["opened_at"].shift(-1)
    again = following - cases["opened_at"] <= pd.Timedelta(days=365)
    old = cases["opened_at"] <= db.as_of - pd.Timedelta(days=365)
    return crmlib.enough(again[old], 20, "cases opened at least a year ago").mean()


def _recurs(db, keys, age=365, formal=True):
    rows = [db.complaints.rename(columns={"recorded_at": "opened_at"})] if formal else []
    cases = pd.concat([*rows, db.service_cases], ignore_index=True).sort_values(["opened_at", "cause"])
    again = cases.groupby(keys)["opened_at"].shift(-1) - cases["opened_at"] <= pd.Timedelta(days=365)
    return again[cases["opened_at"] <= db.as_of - pd.Timedelta(days=age)].mean()
