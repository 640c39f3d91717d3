"""Your turn: the exercises of chapter 6, in the notebook's order."""

from crmlib import facts
from crmlib.estimate import enough
from crmlib.exercises import Drawing, Share, exercise


@exercise(
    Share(),
    hints=["Who loses money? Their profit is below zero.", "Add up their revenue, and divide by all revenue."],
    right="Revenue alone does not show who earns.",
    mistakes={
        "That is their share of customers; the question asks for their share of revenue.": lambda db: (
            facts.customer_profit(db)["profit"] < 0
        ).mean(),
        "Those are the customers whose gross profit is negative; after the cost to serve there are more.": lambda db: (
            _share_of_revenue(facts.customer_profit(db), "gross_profit")
        ),
    },
)
def revenue_at_a_loss(db):
    """Which share of revenue comes from customers who cost more than they bring?"""
    profit = facts.customer_profit(db)
    losing = profit["profit"] < 0
    return profit.loc[losing, "revenue"].sum() / profit["revenue"].sum()


@exercise(
    Drawing(unit="thousand CNY"),
    hints=[
        "crmlib.purchase_days(db) has a row a customer and day; join the kind of customer to it.",
        "days['day'].dt.to_period('Q') names the quarter; sum the amounts of persons, divide by 1,000, draw bars.",
    ],
    right="A season of gifts repeats each year; a trend would not come back.",
    mistakes={
        "Enterprise accounts are still in it; the question asks for persons.": lambda db: _quarters(db, None),
        "Those are numbers of purchase days, not money.": lambda db: _quarters(db, "person", "size"),
    },
)
def revenue_by_quarter(db):
    """What did persons spend in each quarter of the last year, in thousand CNY?"""
    days = facts.purchase_days(db).merge(db.customers[["customer_id", "kind"]], on="customer_id")
    days = days[(days["kind"] == "person") & (days["day"].dt.year == db.as_of.year)]
    days = enough(days, 1, "purchase days of persons in the last year")
    quarter = days["day"].dt.to_period("Q").astype(str)
    axes = (days.groupby(quarter)["amount"].sum() / 1000).plot.bar()
    axes.set(xlabel="Quarter", ylabel="Revenue, thousand CNY")
    return axes


def _share_of_revenue(profit, measure):
    return profit.loc[profit[measure] < 0, "revenue"].sum() / profit["revenue"].sum()


def _quarters(db, kind, how="sum"):
    days = facts.purchase_days(db).merge(db.customers[["customer_id", "kind"]], on="customer_id")
    days = days[days["day"].dt.year == db.as_of.year]
    days = days if kind is None else days[days["kind"] == kind]
    axes = (days.groupby(days["day"].dt.quarter)["amount"].agg(how) / (1000 if how == "sum" else 1)).plot.bar()
    axes.set(ylabel="thousand CNY")
    return axes
