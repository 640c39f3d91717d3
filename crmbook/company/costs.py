"""What serving each customer cost beyond the goods: customer × year × activity."""

import numpy as np

from crmbook.company import settings
from crmbook.company.campaigns import CHANNELS
from crmbook.company.days import LAST_DAY, MONTH_START, YEARS
from crmbook.company.orders import SALES_CHANNELS
from crmbook.company.randomness import stream
from crmbook.company.sheets import Choices, Days, Integers, Numbers, Sheet
from crmlib.dictionary import choices

ACTIVITIES = choices("cost_to_serve", "activity")
_DELIVERY = np.array([settings.DELIVERY_COST[name] for name in SALES_CHANNELS])
_CONTACT = np.array([settings.CONTACT_COST[name] for name in CHANNELS])


def cost_sheet(books, contacts):
    """Return the cost_to_serve table, booked on the last day of each year.

    Parameters: ``contacts`` dict of arrays: customer, day and channel of each outgoing contact.
    """
    size, years = books.people.size, len(YEARS)
    events = np.zeros((len(ACTIVITIES), size * years))
    cost = np.zeros_like(events)
    generator = stream(books.seed, "costs")

    def book(activity, customer, day, amount):
        cell = customer.astype(np.int64) * years + _year(day)
        amount = np.broadcast_to(amount, len(cell))
        events[activity] += np.bincount(cell, minlength=size * years)
        cost[activity] += np.bincount(cell, weights=amount, minlength=size * years)

    book(0, contacts["customer"], contacts["day"], _CONTACT[contacts["channel"]])
    _book_lines(generator, books, book)
    book(2, books.incidents["customer"], books.incidents["day"], settings.INCIDENT_COST)
    complaints = books.complaints
    paid = np.maximum(complaints["paid"], 0) / 100
    book(2, complaints["customer"], complaints["recorded"] // 1440, settings.COMPLAINT_COST + paid)
    solved = books.cases["solved"] // 1440 <= LAST_DAY
    who, when, cents = (books.cases[name][solved] for name in ("customer", "solved", "paid"))
    book(2, who, when // 1440, cents / 100)
    _book_accounts(books, events, cost)
    wobble = np.exp(generator.normal(0, 0.12, cost.shape))
    cost = np.round(cost * wobble, 1)
    return _as_sheet(books, events, cost)


def _as_sheet(books, events, cost):
    """One row a customer, year and activity that took place."""
    years = len(YEARS)
    activity, cell = np.nonzero((events > 0) & (cost > 0))
    order = np.lexsort((activity, cell // years, cell % years))
    activity, cell = activity[order], cell[order]
    return Sheet(
        {
            "customer_id": books.customer(cell // years),
            "year": Integers(YEARS[cell % years]),
            "activity": Choices(activity, ACTIVITIES),
            "events": Integers(events[activity, cell]),
            "cost": Numbers(cost[activity, cell]),
            "booked_on": Days(MONTH_START[(cell % years + 1) * 12] - 1),
        }
    )


def _year(day):
    return np.searchsorted(MONTH_START[12::12], np.minimum(day, LAST_DAY), side="right")


def _book_lines(generator, books, book):
    """Deliveries and invoices of orders; handling of returns; large orders cost more to deliver."""
    lines = books.lines
    head = lines["line"] == 1
    customer, day, channel = (lines[name][head] for name in ("customer", "day", "channel"))
    years_with_us = (day - books.people.registered[customer]) / 365.25
    # Old customers know their way: they cost less to deliver to and to invoice.
    learned = np.exp(-0.08 * years_with_us)
    book(1, customer, day, _DELIVERY[channel] * learned)
    book(3, customer, day, settings.ORDER_ADMINISTRATION * learned * np.where(books.people.enterprise[customer], 8, 1))
    _book_attention(generator, books, book, customer, day, channel)
    back = lines["quantity"] < 0
    customer = lines["customer"][back]
    book(2, customer, lines["day"][back], settings.RETURN_COST * np.where(books.people.enterprise[customer], 5, 1))


def _book_attention(generator, books, book, customer, day, channel):
    """Advice in the shop, questions on the phone: a few customers take a great deal of it."""
    person = ~books.people.enterprise[customer]
    # The first order comes with a welcome box of samples.
    new = person & (day == books.state.first_order[customer]) & ~books.people.present[customer]
    book(0, customer[new], day[new], settings.WELCOME_COST)
    advised = person & (channel == 0)
    book(0, customer[advised], day[advised], settings.SHOP_ADVICE)
    need = np.exp(generator.normal(-0.5, 1.0, books.people.size))
    calls = generator.poisson(np.where(person, 0.35 * need[customer], 0))
    who = np.repeat(customer, calls)
    book(2, who, np.repeat(day, calls), settings.CALL_COST)


def _book_accounts(books, events, cost):
    """Accounts cost a fixed sum a year for contracts, credit and reporting.

    Demanding accounts want small lots brought to every site, special blends, staff for their events and reports of
    their own: a good fifth of their volume at list prices.
    """
    people, years = books.people, len(YEARS)
    who = np.flatnonzero(people.enterprise)
    for year in range(years):
        begin, end = MONTH_START[year * 12], MONTH_START[year * 12 + 12]
        there = who[(people.registered[who] < end) & (books.state.last_order[who] >= begin)]
        cell = there * years + year
        span = np.minimum(books.state.last_order[there], end) - np.maximum(people.registered[there], begin)
        share = people.demanding[there] * people.volume[there] / (1 - people.contract_discount[there])
        extra = share * np.maximum(span, 30) / 30.4
        events[3, cell] += 12
        cost[3, cell] += settings.ACCOUNT_ADMINISTRATION + 0.05 * extra
        events[1, cell] += np.round(people.demanding[there] * span / 10)
        cost[1, cell] += 0.12 * extra
        events[2, cell] += np.round(people.demanding[there] * span / 30)
        cost[2, cell] += 0.07 * extra
