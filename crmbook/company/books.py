"""The finished four years: everything the tables are written from, and the plainest of the tables."""

from dataclasses import dataclass

import numpy as np

from crmbook.company import advertising, campaigns, club, messages, settings, trials
from crmbook.company.contracts import CONTRACT, PLANS
from crmbook.company.days import LAST_DAY, MONTH_START, month_of
from crmbook.company.leaving import LEAVING_REASONS
from crmbook.company.months import live_through
from crmbook.company.orders import SALES_CHANNELS
from crmbook.company.products import FIRST_BOX
from crmbook.company.randomness import stream
from crmbook.company.rows import chosen, sorted_by
from crmbook.company.sheets import NONE, Cents, Choices, Days, Flags, Integers, Labels, Numbers, Sheet


@dataclass
class Books:
    """State after the last month, the order lines in order of time, and how identifiers are written."""

    seed: int
    state: object
    lines: dict
    incidents: dict
    complaints: dict
    cases: dict
    points: dict
    year_ends: dict
    departures: dict
    invitations: dict
    offers: dict
    lots: dict
    numbering: np.ndarray

    @property
    def people(self):
        return self.state.people

    def customer(self, codes):
        """Return a column of customer numbers."""
        codes = np.asarray(codes, dtype=np.int64)
        return Labels("C", np.where(codes >= 0, codes + 1, NONE), max(5, len(str(self.people.size))))

    def order(self, numbers):
        """Return a column of order numbers."""
        numbers = np.asarray(numbers, dtype=np.int64)
        codes = np.where(numbers > NONE, self.numbering[np.maximum(numbers, 0)], NONE)
        return Labels("O", codes, max(6, len(str(self.state.order_number))))

    def complaint(self, numbers):
        """Return a column of complaint numbers."""
        return Labels("X", np.asarray(numbers, dtype=np.int64), max(5, len(str(self.state.complaints_so_far))))


def keep_books(customers, seed):
    """Simulate the company and put its records in order of time. Returns: Books."""
    state = live_through(customers, seed)
    complaints = sorted_by(state.log.take("complaints"), "recorded", "number")
    # Complaints are numbered in the order in which they were recorded.
    renumbered = np.full(state.complaints_so_far + 1, NONE, dtype=np.int64)
    renumbered[complaints["number"]] = np.arange(1, len(complaints["number"]) + 1)
    complaints["number"] = renumbered[complaints["number"]]
    incidents = sorted_by(state.log.take("incidents"), "day", "customer")
    known = incidents["complaint"] > NONE
    incidents["complaint"] = np.where(known, renumbered[np.where(known, incidents["complaint"], 0)], NONE)
    cases = sorted_by(state.log.take("cases"), "opened", "number")
    lines, lots = _draw_lots(seed, state, np.concatenate([incidents["number"], complaints["order"], cases["number"]]))
    year_ends = state.log.take("year_ends")
    points = club.movements(state, lines, year_ends, seed)
    lines, numbering = _in_order(state, _joined(lines, club.discount_lines(points, lines)))
    taken = [state.log.take(name) for name in ("departures", "invitations", "offers")]
    return Books(seed, state, lines, incidents, complaints, cases, points, year_ends, *taken, lots, numbering)


def _draw_lots(seed, state, fixed):
    """Draw what falls by lot in the last year and changes orders; nobody else's orders move.

    Parameters: ``fixed`` numbers of orders that other records mention. Returns: all order lines, the lots by name.
    """
    lines, lots = _in_order(state, state.log.take("orders"))[0], {}
    lots["advertising"], dropped = advertising.draw_advertising(stream(seed, "advertising"), state, lines, fixed)
    lines = _without(lines, dropped)
    lots["messages"], more, dropped = messages.draw_trial(stream(seed, "message trial"), state, lines, fixed)
    lines = _in_order(state, _joined(_without(lines, dropped), more))[0]
    lots["inserts"], more = advertising.draw_inserts(stream(seed, "package inserts"), state, lines)
    lines = _joined(lines, more)
    bought = lines["quantity"] > 0
    state.last_order[lines["customer"][bought]] = NONE
    np.maximum.at(state.last_order, lines["customer"][bought], lines["day"][bought].astype(np.int32))
    return lines, lots


def _without(lines, numbers):
    return chosen(lines, ~np.isin(lines["number"], numbers))


def _joined(lines, more):
    return {name: np.concatenate([values, more.get(name, values[:0])]) for name, values in lines.items()}


def _in_order(state, lines):
    """Sort order lines by time and number the orders in that order. Returns: lines, new number of each number."""
    head = np.flatnonzero(lines["line"] == 1)
    head = head[np.lexsort((lines["number"][head], lines["customer"][head], lines["day"][head]))]
    numbering = np.full(state.order_number + 1, NONE, dtype=np.int64)
    numbering[lines["number"][head]] = np.arange(1, len(head) + 1)
    order = np.lexsort((lines["line"], numbering[lines["number"]], lines["day"]))
    return chosen(lines, order), numbering


def order_sheet(books):
    """Return the orders table."""
    lines = books.lines
    return Sheet(
        {
            "customer_id": books.customer(lines["customer"]),
            "order_date": Days(lines["day"]),
            "amount": Cents(lines["cents"]),
            "order_id": books.order(lines["number"]),
            "line": Integers(lines["line"]),
            "product_id": Labels("P", np.where(lines["product"] >= 0, lines["product"].astype(np.int64) + 1, NONE), 3),
            "quantity": Numbers(lines["quantity"], 0),
            "discount": Cents(lines["discount"]),
            "cost_of_goods": Cents(lines["cost"]),
            "channel": Choices(lines["channel"], SALES_CHANNELS),
            "campaign_id": Labels("K", np.where(lines["code"] >= 0, lines["code"].astype(np.int64) + 1, NONE), 3),
        }
    )


def subscription_sheet(books):
    """Return the subscriptions table: boxes of persons and yearly contracts of accounts."""
    log = sorted_by(books.state.log.take("subscriptions"), "start", "customer")
    size, contract = len(log["customer"]), log["plan"] == CONTRACT
    last = np.where(log["end"] > NONE, log["end"], LAST_DAY)
    months = month_of(last) - month_of(log["start"])
    # The renewal that was ahead at the start of the term in which the contract stands (or ended).
    within = log["start"] - MONTH_START[month_of(log["start"])]
    ahead = np.where(contract, (months // 12 + 1) * 12, months + (np.minimum(within, 27) <= _day_of_month(last)))
    calendar = np.concatenate(
        [MONTH_START, MONTH_START[-1] + np.cumsum([31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31])]
    )
    renews = calendar[np.minimum(month_of(log["start"]) + ahead, len(calendar) - 1)] + np.minimum(within, 27)
    return Sheet(
        {
            "subscription_id": Labels("S", np.arange(1, size + 1), max(4, len(str(size)))),
            "customer_id": books.customer(log["customer"]),
            "plan": Choices(log["plan"], PLANS),
            "monthly_price": Numbers(log["price"].astype(float)),
            "term_months": Integers(np.where(contract, 12, 1)),
            "started_on": Days(log["start"]),
            "renews_on": Days(renews),
            "auto_renew": Flags(np.where(contract, log["customer"] % 3 > 0, True).astype(int)),
            "ended_on": Days(log["end"]),
            "end_reason": Choices(log["reason"], LEAVING_REASONS),
        }
    )


def _day_of_month(days):
    return days - MONTH_START[month_of(days)]


def member_sheet(books, members):
    """Return the campaign_members table; the response is the first order within the campaign (deliveries of boxes
    apart), in either arm."""
    responded = np.full(len(members["customer"]), NONE)
    lines = books.lines
    for number, (begin, end) in enumerate(zip(campaigns.BEGIN, campaigns.END, strict=True)):
        rows = members["campaign"] == number
        start, stop = np.searchsorted(lines["day"], [begin, end + 1])
        bought = (lines["quantity"][start:stop] > 0) & (lines["product"][start:stop] < FIRST_BOX)
        first = np.full(books.people.size, -NONE)
        np.minimum.at(first, lines["customer"][start:stop][bought], lines["day"][start:stop][bought])
        answer = first[members["customer"][rows]]
        responded[rows] = np.where(answer < -NONE, answer, NONE)
    return Sheet(
        {
            "campaign_id": Labels("K", members["campaign"].astype(np.int64) + 1, 3),
            "customer_id": books.customer(members["customer"]),
            "assigned_on": Days(campaigns.BEGIN[members["campaign"]] - 2),
            "arm": Choices(1 - members["treated"].astype(int), ["treatment", "control"]),
            "opened_on": Days(members["opened"]),
            "responded_on": Days(responded),
            "unsubscribed_on": Days(members["unsubscribed"]),
        }
    )


def retention_sheet(books):
    """Return the retention_trial table."""
    log = books.state.log.take("retention")
    bought, margin = trials.outcomes(log, books.lines)
    picked = books.lines["product"] < FIRST_BOX  # the voucher is for an order, not for a box that comes by itself
    ordered, _ = trials.outcomes(log, chosen(books.lines, picked))
    voucher = np.where(log["offered"] & (ordered == 1), settings.VOUCHER, 0.0)
    return Sheet(
        {
            "customer_id": books.customer(log["customer"]),
            "assigned_on": Days(MONTH_START[log["month"]]),
            "risk_score": Numbers(log["score"], 4),
            "arm": Choices(log["offered"].astype(int), ["control", "offer"]),
            "offer_cost": Numbers(voucher),
            "observed_on": Days(MONTH_START[log["month"] + trials.LENGTH] - 1),
            "stayed": Flags(bought),
            "margin_after": Cents(margin),
        }
    )


def winback_sheet(books):
    """Return the winback_trial table."""
    log = books.state.log.take("winback")
    bought, margin = trials.outcomes(log, books.lines)
    fixed = np.array([0.0, 9.0, 0.5, 26.0])[log["arm"]]
    used = np.where((log["arm"] == 2) & (bought == 1), 30.0, 0.0)
    return Sheet(
        {
            "customer_id": books.customer(log["customer"]),
            "assigned_on": Days(MONTH_START[log["month"]]),
            "lost_on": Days(log["lost"]),
            "attempted_on": Days(log["attempted"]),
            "reached": Flags(log["reached"]),
            "lost_reason": Choices(log["reason"], LEAVING_REASONS),
            "arm": Choices(log["arm"], trials.WINBACK_ARMS),
            "offer_cost": Numbers(fixed + used),
            "observed_on": Days(MONTH_START[log["month"] + trials.LENGTH] - 1),
            "returned": Flags(bought),
            "margin_after": Cents(margin),
        }
    )


def referral_sheet(books):
    """Return the referrals table."""
    log = books.state.log.take("referrals")
    first = books.state.first_order[log["customer"]]
    ordered = first > NONE
    return Sheet(
        {
            "referrer_id": books.customer(log["referrer"]),
            "customer_id": books.customer(log["customer"]),
            "referred_on": Days(log["day"]),
            "first_order_on": Days(first),
            "reward": Numbers(np.where(ordered, float(settings.REFERRAL_REWARD), np.nan)),
        }
    )
