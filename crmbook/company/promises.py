"""The promise trial: by lot a later day is promised, the parcel comes alike, and the customer is asked."""

import numpy as np

from crmbook.company.days import LAST_DAY, day
from crmbook.company.population import SALES_CHANNELS
from crmbook.company.randomness import stream
from crmbook.company.service import CAUSES
from crmbook.company.sheets import NONE, Choices, Days, Integers, Sheet

BEGIN, END = day("2024-03-01"), day("2024-08-31")
ARMS = ["soon", "later"]
PROMISED_DAYS = np.array([3, 5])
LOSS_A_DAY, GAIN_A_DAY = 0.45, 0.15
"""Points of the rating that a day late takes and a day early gives; from the fourth day on nobody notices more."""
ANSWERING = 0.5


def promise_sheets(books):
    """Return promise_trial and, for the truth, each order's rating under either promise.

    In the trial: the first order of each person through web or app in the half-year.
    """
    generator, lines = stream(books.seed, "promises"), books.lines
    online = np.isin(lines["channel"], [SALES_CHANNELS.index(name) for name in ("web", "app")])
    rows = np.flatnonzero(
        online
        & (lines["day"] >= BEGIN)
        & (lines["day"] <= END)
        & (lines["line"] == 1)
        & (lines["quantity"] > 0)
        & ~books.people.enterprise[lines["customer"]]
    )
    rows = np.sort(rows[np.unique(lines["customer"][rows], return_index=True)[1]])
    who, ordered, number, size = lines["customer"][rows], lines["day"][rows], lines["number"][rows], len(rows)
    arm = (generator.random(size) < 0.5).astype(int)
    took = _days_to_deliver(generator, books, number)
    opinion = 8.0 + 0.9 * books.state.satisfaction()[who] + generator.normal(0, 1.0, size)
    early = np.clip(PROMISED_DAYS[:, None] - took, -3, 3)
    change = np.where(early < 0, LOSS_A_DAY, GAIN_A_DAY) * early
    ratings = np.clip(np.round(opinion + change), 1, 10)
    answers = generator.random(size) < ANSWERING
    answered = np.minimum(ordered + took + 1 + generator.randint(0, 5, size), LAST_DAY)
    trial = Sheet(
        {
            "order_id": books.order(number),
            "customer_id": books.customer(who),
            "assigned_on": Days(ordered),
            "arm": Choices(arm, ARMS),
            "promised_on": Days(ordered + PROMISED_DAYS[arm]),
            "delivered_on": Days(ordered + took),
            "answered_on": Days(np.where(answers, answered, NONE)),
            "satisfaction": Integers(np.where(answers, ratings[arm, np.arange(size)], NONE)),
        }
    )
    return trial, Sheet({"order_id": books.order(number)} | dict(zip(ARMS, map(Integers, ratings), strict=True)))


def _days_to_deliver(generator, books, number):
    """Two to five days; six to nine where the customer was unhappy about a late delivery."""
    late = books.incidents["number"][books.incidents["cause"] == CAUSES.index("late delivery")]
    usual, slow = 2 + generator.randint(0, 4, len(number)), 6 + generator.randint(0, 4, len(number))
    return np.where(np.isin(number, late), slow, usual)
