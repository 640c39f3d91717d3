"""When orders were promised and when they came, in step with what customers were unhappy about."""

import numpy as np

from crmbook.company import settings
from crmbook.company.days import LAST_DAY, day
from crmbook.company.orders import SALES_CHANNELS
from crmbook.company.randomness import stream
from crmbook.company.service import DAMAGED, LATE, TASTE, WRONG
from crmbook.company.sheets import NONE, Days, Sheet

PERSONS_FROM = day("2023-07-01")
"""Carriers' records of parcels to persons are kept for a year and a half; those of accounts from the beginning."""


def delivery_sheet(books):
    """Return the deliveries table: orders sent to accounts, and to persons from July 2023 on; no shop sales."""
    generator, lines = stream(books.seed, "deliveries"), books.lines
    first = (lines["line"] == 1) & (lines["channel"] != SALES_CHANNELS.index("shop"))
    first &= books.people.enterprise[lines["customer"]] | (lines["day"] >= PERSONS_FROM)
    number, ordered = lines["number"][first].astype(np.int64), lines["day"][first].astype(np.int64)
    size = len(number)
    promised = ordered + generator.randint(2, 4, size)
    slow = generator.random(size) < settings.UNNOTICED_LATE
    usual = np.where(slow, promised + generator.randint(1, 3, size), promised - generator.randint(0, 3, size))
    # What came back or was complained of for another reason than lateness had come before.
    delivered = np.maximum(np.minimum(usual, _there_by(books, number)), ordered + 1)
    delivered = np.where(np.isin(number, _on_time(books)), np.minimum(delivered, promised), delivered)
    unhappy = books.incidents["cause"] == LATE
    late = np.full(books.state.order_number + 1, NONE)
    late[books.incidents["number"][unhappy]] = books.incidents["day"][unhappy]
    severity = np.zeros(len(late), dtype=int)
    severity[books.incidents["number"][unhappy]] = books.incidents["severity"][unhappy]
    waits = (generator.random(size) * (severity[number] + 1)).astype(int)
    delivered = np.where(late[number] > NONE, np.maximum(late[number], promised + 1) + waits, delivered)
    return Sheet(
        {
            "order_id": books.order(number),
            "ordered_on": Days(ordered),
            "promised_on": Days(promised),
            "delivered_on": Days(np.where(delivered <= LAST_DAY, delivered, NONE)),
        }
    )


def _there_by(books, number):
    """Return the day by which each order must have come: its first return, or trouble with what was in the parcel."""
    there = np.full(books.state.order_number + 1, 2 * LAST_DAY)
    back = books.lines["quantity"] < 0
    np.minimum.at(there, books.lines["number"][back], books.lines["day"][back])
    trouble = np.isin(books.incidents["cause"], [DAMAGED, WRONG, TASTE])
    np.minimum.at(there, books.incidents["number"][trouble], books.incidents["day"][trouble])
    false = books.complaints["abuse"] & (books.complaints["cause"] != LATE)
    np.minimum.at(there, books.complaints["order"][false], books.complaints["recorded"][false] // 1440)
    return there[number]


def _on_time(books):
    """Return the orders that abusers called late: they were not."""
    return books.complaints["order"][books.complaints["abuse"] & (books.complaints["cause"] == LATE)]
