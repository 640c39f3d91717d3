"""Monthly invoices of accounts: what they ordered, net of returns, when it was due, and when they paid."""

from dataclasses import dataclass

import numpy as np

from crmbook.company import key_account, settings
from crmbook.company.days import LAST_DAY, MONTH_START, MONTHS, month_of
from crmbook.company.randomness import pick, stream
from crmbook.company.sheets import NONE, Cents, Days, Labels, Sheet

TERMS = np.array([0, 30, 45, 60, 90])
TERM_WEIGHTS = [0.1, 0.42, 0.2, 0.2, 0.08]
KEY_TERM = 30


@dataclass
class Bills:
    """Terms and habit of each account (positions as in the accounts table), and all invoices in order of issue.

    ``days`` agreed to pay; ``habit`` mean days late by habit; ``mean_delay`` days late on the invoices paid so far, NaN
    where there are none. ``invoices`` holds customer, issued, due, cents and paid; paid may lie after the last day.
    """

    days: np.ndarray
    habit: np.ndarray
    mean_delay: np.ndarray
    invoices: dict


def keep_bills(books):
    """Draw each account's terms and habit of paying, and bill its months. Returns: Bills."""
    generator, people = stream(books.seed, "payments"), books.people
    accounts = np.flatnonzero(people.enterprise)
    key = books.state.scripted[accounts]
    habit = np.where(key, 1.2, np.round(generator.gamma(1.1, 6.5, len(accounts)) - 1.5, 1))
    days = np.where(key, KEY_TERM, TERMS[pick(generator, TERM_WEIGHTS, len(accounts))])
    account, month, cents = _monthly_sums(books, accounts)
    issued = (MONTH_START[month + 1] - 1).astype(np.int64)
    due = issued + days[account]
    late = _days_late(generator, books, accounts, habit, account, due)
    paid = np.where(cents > 0, np.maximum(due + late, issued + 1), due)
    seen = (cents > 0) & (paid <= LAST_DAY)
    with np.errstate(invalid="ignore"):
        mean_delay = np.bincount(account[seen], (paid - due)[seen], len(accounts)) / np.bincount(
            account[seen], minlength=len(accounts)
        )
    invoices = {"customer": accounts[account], "issued": issued, "due": due, "cents": cents, "paid": paid}
    return Bills(days, habit, mean_delay, invoices)


def _monthly_sums(books, accounts):
    """Return account (position), month and fen of each month with something to pay or, after returns, to give back."""
    own = books.people.enterprise[books.lines["customer"]]
    account = np.searchsorted(accounts, books.lines["customer"][own])
    place = month_of(books.lines["day"][own]) * len(accounts) + account
    sums = np.bincount(place, books.lines["cents"][own], MONTHS * len(accounts)).astype(np.int64)
    place = np.flatnonzero(sums)
    return place % len(accounts), place // len(accounts), sums[place]


def _days_late(generator, books, accounts, habit, account, due):
    """Habit, a few days up and down, now and then a slip; longer before an account leaves."""
    size = len(account)
    late = habit[account] + generator.normal(0, 1, size) * (2 + 0.25 * np.abs(habit[account]))
    slips = generator.random(size) < settings.PAYMENT_SLIPS
    late = late + np.where(slips, generator.gamma(2.0, 9.0, size), 0.0)
    key = books.state.scripted[accounts][account]
    # The account of the story is never four days late before its complaint, and weeks late after it.
    late = np.where(key, np.clip(late, -1, 3) + 35 * (due >= key_account.DUE), late)
    return np.round(late + books.state.farewells.pays_later(accounts[account], month_of(due))).astype(np.int64)


def invoice_sheet(books, bills):
    """Return the invoices table."""
    rows = bills.invoices
    size = len(rows["due"])
    return Sheet(
        {
            "invoice_id": Labels("V", np.arange(1, size + 1), max(5, len(str(size)))),
            "customer_id": books.customer(rows["customer"]),
            "issued_on": Days(rows["issued"]),
            "due_on": Days(rows["due"]),
            "amount": Cents(rows["cents"]),
            "paid_on": Days(np.where(rows["paid"] <= LAST_DAY, rows["paid"], NONE)),
        }
    )
