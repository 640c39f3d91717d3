"""Accounts that make up their mind months before they go: until then they order less and pay later."""

import numpy as np

from crmbook.company import settings
from crmbook.company.days import MONTH_START, MONTHS
from crmbook.company.randomness import stream
from crmbook.company.sheets import NONE, Days, Integers, Numbers, Sheet


class Farewells:
    """Which accounts have decided to leave, at the end of which month, and how it shows: an array position a customer.

    ``since`` is the first month with signs, ``fall`` the share of the orders that goes, ``later`` days paid later.
    """

    def __init__(self, people, seed):
        self.generator = stream(seed, "account leaving")
        self.who = np.flatnonzero(people.enterprise)
        self.leaves = np.full(people.size, NONE)
        self.since = np.full(people.size, NONE)
        self.fall = np.zeros(people.size)
        self.later = np.zeros(people.size)

    def decide(self, state, month, chance):
        """Draw who decides now to leave at the end of ``month`` + FAREWELL_AHEAD, by the chance of leaving then."""
        draws = self.generator.random((4, len(self.who)))
        able = state.alive & ~state.scripted & (self.leaves <= NONE)
        decides = able[self.who] & (draws[0] < settings.FAREWELL_SHARE * chance[self.who])
        who, (lead, fall, later) = self.who[decides], draws[1:, decides]
        self.leaves[who] = month + settings.FAREWELL_AHEAD
        self.since[who] = self.leaves[who] + 1 - (3 + (lead * 3).astype(int))
        self.fall[who] = np.interp(fall, [0, 1], settings.FAREWELL_FALL)
        self.later[who] = np.round(np.interp(later, [0, 1], settings.FAREWELL_LATER))

    def hazard(self, month, chance):
        """Return the chance to leave this month: 1 for whom it is decided, the rest of ``chance`` for the others."""
        rest = np.where(self.leaves > NONE, 0.0, (1 - settings.FAREWELL_SHARE) * chance)
        return np.where(self.leaves == month, 1.0, rest)

    def volume(self, month):
        """Return the factor on the month's orders."""
        return 1 - np.where((self.since <= month) & (self.leaves >= month), self.fall, 0.0)

    def pays_later(self, who, months):
        """Return how many days later invoices are paid that fall due in these months."""
        return np.where((self.since[who] > NONE) & (months >= self.since[who]), self.later[who], 0.0)

    def sheet(self, books):
        """Return the truth about the accounts that decided; what lies behind the last day is empty."""
        who = np.flatnonzero(self.leaves > NONE)
        begins = np.minimum(self.since[who], MONTHS)
        ends = np.minimum(self.leaves[who] + 1, MONTHS + 1)
        first_days = np.append(MONTH_START[:MONTHS], [NONE, NONE])
        last_days = np.append(MONTH_START - 1, NONE)
        return Sheet(
            {
                "customer_id": books.customer(who),
                "decided_on": Days(MONTH_START[self.leaves[who] - settings.FAREWELL_AHEAD + 1] - 1),
                "signs_from": Days(first_days[begins]),
                "leaves_on": Days(last_days[ends]),
                "fall": Numbers(self.fall[who], 3),
                "paid_later": Integers(self.later[who].astype(int)),
            }
        )
