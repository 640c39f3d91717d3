"""Your turn: the exercises of chapter 5, in the notebook's order."""

import pandas as pd

import crmlib
from crmlib.exercises import Drawing, Ids, Money, Number, Share, exercise


@exercise(
    Share(),
    hints=[
        "Who bought? crmlib.customer_revenue(persons, last) has a row for each, with the number of purchases.",
        "Of their rows in db.customers take the mean of consent_sms & ~consent_email.",
    ],
    right="Whoever writes by e-mail alone never reaches them.",
    mistakes={
        "Among them are those who may be sent e-mail, too.": lambda db: _consents(db, "sms").mean(),
        "That is the other way round.": lambda db: (_consents(db, "email") & ~_consents(db, "sms")).mean(),
    },
)
def sms_but_no_email(db):
    """Which share of the persons who bought in the last year may be reached by text message, but not by e-mail?"""
    persons = db.only(customers="person")
    bought = crmlib.customer_revenue(persons, db.as_of.year).query("purchases > 0")
    consents = persons.customers.set_index("customer_id")[["consent_sms", "consent_email"]].reindex(bought.index)
    consents = consents.fillna(False).astype(bool)
    return (consents["consent_sms"] & ~consents["consent_email"]).mean()


def _consents(db, channel):
    persons = db.only(customers="person")
    bought = crmlib.customer_revenue(persons, db.as_of.year).query("purchases > 0").index
    return persons.customers.set_index("customer_id").reindex(bought)[f"consent_{channel}"].fillna(False).astype(bool)


@exercise(
    Drawing(unit="share"),
    hints=[
        "notna() says whether something was told; registered_on.dt.year is the year.",
        "The mean of yes/no by year is a share; draw it with .plot.bar() and name the axis 'Share'.",
    ],
    right="Young profiles are emptier or fuller than old ones: which, says something about the form of that year.",
    mistakes={
        "Those are numbers of persons; the question asks for a share.": lambda db: _income(db, "sum"),
        "Accounts are still in it: they have no income; the question asks for persons.": lambda db: _income(
            db, kind=None
        ),
    },
)
def income_known(db):
    """Which share of persons has told an income band, by the year in which they were registered?"""
    persons = db.only(customers="person").customers
    told = persons["income_band"].notna()
    axes = told.groupby(persons["registered_on"].dt.year).mean().plot.bar()
    axes.set(xlabel="Registered in", ylabel="Share who told an income band")
    return axes


def _income(db, how="mean", kind="person"):
    rows = db.customers if kind is None else db.customers[db.customers["kind"] == kind]
    axes = rows["income_band"].notna().groupby(rows["registered_on"].dt.year).agg(how).plot.bar()
    axes.set(ylabel="Share")
    return axes


@exercise(
    Money(),
    hints=[
        "Which channel has the highest mean acquisition_cost among these persons?",
        "crmlib.within(days, joined[['customer_id', 'registered_on']], days=(0, 365)) finds their purchase days.",
        "All that was paid for the channel's persons, over the number of those with two purchase days or more.",
    ],
    right="Who buys once has to be paid for by those who come again.",
    mistakes={
        "That is the cost per person won.": lambda db: _dearest(db)["acquisition_cost"].mean(),
        "Who bought once is among them; two purchase days or more are asked for.": lambda db: _per_buyer(db, 1),
        "You counted later purchases, too; the first 365 days are asked for.": lambda db: _per_buyer(db, 2, 9999),
    },
)
def cost_of_a_repeater(db):
    """What did the dearest direct channel cost, per person won who bought at least twice in the first 365 days?"""
    persons = db.customers[db.customers["kind"] == "person"]
    begun, full = db.company.observed_from + pd.Timedelta(days=90), db.as_of - pd.Timedelta(days=365)
    joined = persons[persons["registered_on"].between(begun, full)].reset_index(drop=True)
    costs = (
        crmlib.enough(joined, 1, "persons of a full year").groupby("registration_channel")["acquisition_cost"].mean()
    )
    won = joined[joined["registration_channel"] == costs.idxmax()]
    days = crmlib.purchase_days(db).query("amount > 0")
    bought = crmlib.within(days, won[["customer_id", "registered_on"]], days=(0, 365), on="day", since="registered_on")
    repeaters = (bought.groupby("anchor").size() >= 2).sum()
    return won["acquisition_cost"].sum() / len(crmlib.enough(range(repeaters), 1, "persons who bought twice"))


def _dearest(db):
    persons = db.only(customers="person").customers
    begun, full = db.company.observed_from + pd.Timedelta(days=90), db.as_of - pd.Timedelta(days=365)
    joined = persons[persons["registered_on"].between(begun, full)].reset_index(drop=True)
    return joined[
        joined["registration_channel"] == joined.groupby("registration_channel")["acquisition_cost"].mean().idxmax()
    ]


def _per_buyer(db, least, days=365):
    won, bought = _dearest(db), crmlib.purchase_days(db).query("amount > 0")
    bought = crmlib.within(bought, won[["customer_id", "registered_on"]], days=(0, days), on="day")
    return won["acquisition_cost"].sum() / max((bought.groupby("anchor").size() >= least).sum(), 1)


@exercise(
    Money(precision=0.01),
    hints=[
        "Which mobile numbers and e-mail addresses had a customer registered on or before the day of delivery?",
        "Take the earliest registered_on of each phone, map it to mobile; where that is empty, do it by e_mail.",
        "All that was paid for the kind of list, over its rows that are new and have a consent.",
    ],
    right="The price on the offer is per row; what one can use costs more.",
    mistakes={
        "That is the cost of a row; not every row is new and may be used.": lambda db: _per_address(db, False, False),
        "Customers already on file are still among them.": lambda db: _per_address(db, False, True),
        "Addresses without a consent are still among them.": lambda db: _per_address(db, True, False),
    },
)
def cost_of_a_usable_address(db):
    """What did an address cost that was new and came with a consent, for the kind of list with the most rows?"""
    rows = db.registrations_indirect
    kinds = rows["kind"].value_counts().sort_index()
    rows = rows[rows["kind"] == kinds.idxmax()]
    customers = db.customers
    by_phone = rows["mobile"].map(customers.dropna(subset=["phone"]).groupby("phone")["registered_on"].min())
    by_mail = rows["e_mail"].map(customers.dropna(subset=["email"]).groupby("email")["registered_on"].min())
    new = ~(by_phone.fillna(by_mail) <= rows["received_on"])
    usable = new & rows["consent"].fillna(False).astype(bool)
    return rows["cost"].sum() / len(crmlib.enough(rows[usable], 1, "usable addresses"))


def _per_address(db, only_new, only_allowed):
    rows, customers = db.registrations_indirect, db.customers
    rows = rows[rows["kind"] == rows["kind"].value_counts().sort_index().idxmax()]
    known = rows["mobile"].map(customers.dropna(subset=["phone"]).groupby("phone")["registered_on"].min())
    known = known.fillna(rows["e_mail"].map(customers.dropna(subset=["email"]).groupby("email")["registered_on"].min()))
    usable = pd.Series(True, rows.index)
    usable &= ~(known <= rows["received_on"]) | (not only_new)
    usable &= rows["consent"].fillna(False).astype(bool) | (not only_allowed)
    return rows["cost"].sum() / usable.sum()


def _bits(db, *different):
    rows = crmlib.information.registrations(db)
    rows = crmlib.information.clean(rows, crmlib.information.pinyin_of(db.customers["name"])).dropna(subset="name")
    weights = crmlib.information.agreement_weights(rows.reset_index(drop=True))
    return weights["agrees"][["email", "city"]].sum() + weights["differs"].reindex(list(different)).sum()


@exercise(
    Number(unit="bits", precision=0.1),
    hints=[
        "information.agreement_weights(named) has a row a field: agrees, differs.",
        "What agrees counts with 'agrees', what differs with 'differs', what is missing not at all.",
    ],
    right="What is missing is no evidence, neither for nor against.",
    mistakes={
        "You left out the phone: a difference speaks against, and counts.": lambda db: _bits(db),
        "You counted what is missing as different.": lambda db: _bits(db, "phone", "name", "birth"),
    },
)
def bits_of_a_pair(db):
    """How many bits speak for a pair that agrees in e-mail and city, differs in phone, the rest being unknown?"""
    typed = crmlib.information.registrations(db)
    cleaned = crmlib.information.clean(typed, crmlib.information.pinyin_of(db.customers["name"])).dropna(subset="name")
    weights = crmlib.information.agreement_weights(cleaned.reset_index(drop=True))
    weights = crmlib.enough(weights.reindex(["email", "city", "phone"]).dropna(), 3, "of the three fields")
    return weights["agrees"]["email"] + weights["agrees"]["city"] + weights["differs"]["phone"]


@exercise(
    Share(),
    hints=[
        "Days of the week: order_date.dt.day_of_week is 5 on a Saturday and 6 on a Sunday.",
        "Lines of persons with quantity > 0 in the last year; amount at weekends over amount.",
    ],
    right="Seven equal days would give two sevenths: compare before you call it much.",
    mistakes={
        "Saturday is missing: pandas counts days from 0, so that 6 is Sunday.": lambda db: _weekend(db, "person", [6]),
        "Enterprise accounts are still in it.": lambda db: _weekend(db, None, [5, 6]),
    },
)
def weekend_revenue(db):
    """Which share of the revenue of persons in the last year was ordered on a Saturday or Sunday?"""
    lines = db.only(customers="person").orders
    lines = lines[(lines["quantity"] > 0) & (lines["order_date"].dt.year == db.as_of.year)]
    lines = crmlib.enough(lines[lines["amount"] > 0], 1, "lines of persons in the last year")
    weekend = lines["order_date"].dt.day_of_week >= 5
    return lines.loc[weekend, "amount"].sum() / lines["amount"].sum()


def _weekend(db, kind, days):
    lines = (db.only(customers=kind) if kind else db).orders.query("quantity > 0")
    lines = lines[lines["order_date"].dt.year == db.as_of.year]
    return lines.loc[lines["order_date"].dt.day_of_week.isin(days), "amount"].sum() / lines["amount"].sum()


@exercise(
    Number(precision=0.02),
    hints=[
        "Which persons ever bought which category? pd.crosstab(customer_id, category) > 0, lines with quantity > 0.",
        "Lift: share of both over (share of the first × share of the second).",
    ],
    right="Near 1 the two have nothing to do with each other, however many bought both.",
    mistakes={
        "That is the confidence; divide by the share of all who bought the second.": lambda db: _both(db)[1],
        "That is the support, the share who bought both.": lambda db: _both(db)[0],
    },
)
def lift_of_two_categories(db):
    """What is the lift of the two categories that most persons have bought?"""
    lines = db.only(customers="person").orders.query("quantity > 0").merge(db.products[["product_id", "category"]])
    had = pd.crosstab(lines["customer_id"], lines["category"]) > 0
    shares = crmlib.enough(had.mean().sort_values(ascending=False, kind="stable"), 2, "categories that persons bought")
    first, second = shares.index[:2]
    together = (had[first] & had[second]).mean()
    return together / (shares[first] * shares[second])


def _both(db):
    lines = db.only(customers="person").orders.query("quantity > 0").merge(db.products[["product_id", "category"]])
    had = pd.crosstab(lines["customer_id"], lines["category"]) > 0
    first, second = had.mean().sort_values(ascending=False, kind="stable").index[:2]
    return (had[first] & had[second]).mean(), had.loc[had[first], second].mean()


@exercise(
    Ids(what="persons to write to"),
    hints=[
        "List the next 30 days as pd.date_range(db.as_of, periods=31)[1:], and write each as month and day: '%m-%d'.",
        "birth_date.dt.strftime('%m-%d') is among them, and consent_email is true.",
    ],
    right="Over New Year a comparison of month and day by size would find nobody: a list of days finds all.",
    mistakes={
        "Persons without a consent for e-mail are among them.": lambda db: _birthdays(db, range(1, 31), False),
        "Today counts, too: the first day is tomorrow, the last 30 days ahead.": lambda db: _birthdays(
            db, range(0, 30)
        ),
    },
)
def birthday_letters(db):
    """Which persons have their birthday in the next 30 days and may be sent an e-mail?"""
    persons = db.only(customers="person").customers.dropna(subset=["birth_date"])
    days = pd.date_range(db.as_of.normalize(), periods=31)[1:].strftime("%m-%d")
    soon = persons["birth_date"].dt.strftime("%m-%d").isin(days)
    return persons.loc[soon & persons["consent_email"].fillna(False).astype(bool), "customer_id"]


def _birthdays(db, ahead, allowed=True):
    persons = db.only(customers="person").customers.dropna(subset=["birth_date"])
    days = [(db.as_of + pd.Timedelta(days=n)).strftime("%m-%d") for n in ahead]
    soon = persons["birth_date"].dt.strftime("%m-%d").isin(days)
    return persons.loc[soon & (persons["consent_email"].fillna(False).astype(bool) | (not allowed)), "customer_id"]


@exercise(
    Number(unit="persons", precision=1),
    hints=[
        "The decade: birth_date.dt.year // 10 * 10.",
        "groupby([...])['customer_id'].transform('size') says for each person how large the group is.",
    ],
    right="These are the rows to coarsen or to leave out before the table is passed on.",
    mistakes={
        "Those are groups; the question asks for the persons in them.": lambda db: _groups(db),
        "Groups of exactly five are among them.": lambda db: (_small(db)["size"] <= 5).sum(),
    },
)
def in_small_groups(db):
    """How many persons stand in groups of fewer than five by sex, decade of birth and city?"""
    persons = db.only(customers="person").customers.dropna(subset=["birth_date", "gender", "city"])
    decade = persons["birth_date"].dt.year // 10 * 10
    size = persons.groupby([persons["gender"], decade, persons["city"]])["customer_id"].transform("size")
    return (size < 5).sum()


def _small(db):
    persons = db.only(customers="person").customers.dropna(subset=["birth_date", "gender", "city"])
    groups = persons.groupby([persons["gender"], persons["birth_date"].dt.year // 10, persons["city"]])["customer_id"]
    return pd.DataFrame({"size": groups.transform("size").to_numpy()}, index=groups.ngroup())


def _groups(db):
    small = _small(db)
    return (small[~small.index.duplicated()]["size"] < 5).sum()
