"""Yearly checks of who complains and returns again and again."""

import numpy as np

from crmbook.company import settings
from crmbook.company.days import LAST_DAY, day
from crmbook.company.randomness import stream
from crmbook.company.sheets import Days, Flags, Integers, Sheet

ROUNDS = [day("2021-12-06"), day("2022-12-05"), day("2023-12-04"), day("2024-12-02")]
YEAR, WEEKS = 365, 21


def check_sheet(books):
    """Return the abuse_checks table: everybody with ABUSE_CASES complaints and lines sent back in a year is looked at.

    A check finds most abusers and now and then takes an honest customer for one.
    """
    generator, people = stream(books.seed, "abuse checks"), books.people
    back = books.lines["quantity"] < 0
    customer = np.concatenate([books.lines["customer"][back], books.complaints["customer"]])
    when = np.concatenate([books.lines["day"][back], books.complaints["recorded"] // 1440])
    parts = []
    for begin in ROUNDS:
        within = (when >= begin - YEAR) & (when < begin)
        cases = np.bincount(customer[within], minlength=people.size)
        who = np.flatnonzero((cases >= settings.ABUSE_CASES) & ~people.enterprise)
        found = np.where(people.abuser[who], settings.ABUSE_FOUND, settings.ABUSE_WRONGLY_FOUND)
        on = begin + generator.randint(0, WEEKS, len(who))
        parts.append((who, on, generator.random(len(who)) < found, cases[who]))
    who, checked, confirmed, cases = (np.concatenate(part) for part in zip(*parts, strict=True))
    order = np.lexsort((who, checked))
    order = order[checked[order] <= LAST_DAY]
    return Sheet(
        {
            "customer_id": books.customer(who[order]),
            "checked_on": Days(checked[order]),
            "cases": Integers(cases[order]),
            "confirmed": Flags(confirmed[order].astype(int)),
        }
    )
