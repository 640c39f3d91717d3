"""Who registers more than once, under which phone number, and which pairs of registrations a clerk has settled."""

import numpy as np
import pandas as pd

from crmbook.company import names, settings
from crmbook.company.days import LAST_DAY, weekday
from crmbook.company.randomness import stream
from crmbook.company.sheets import NONE, Choices, Flags, Integers, Sheet

SOURCES = ["web", "store", "callcentre", "fair", "sales"]
DUPLICATE_SHARE, SECOND_SOURCE, ACCOUNTS_TWICE = 0.05, 0.21, 0.5


def register_again(people, seed):
    """Rows of each extract: everyone registered there, repeats, and people known from another channel.

    Returns: for each source, arrays of customers, days, and whether it is the customer's first registration.
    """
    generator = stream(seed, "registered again")
    # Customers of the old card index filled in their cards in the years before.
    begun = people.registered - np.where(people.present, generator.randint(20, 1000, people.size), 0)
    plan = []
    for source in range(5):
        own = np.flatnonzero(people.registration == source)
        again = own[generator.random_sample(len(own)) < DUPLICATE_SHARE]
        if source < 3:
            others = ~people.enterprise & (people.registration != source)
            chance = SECOND_SOURCE / 3
        else:  # enterprises found at a fair come into the account managers' list, and the other way round
            others = people.enterprise & (people.registration != source)
            others |= ~people.enterprise & (people.registration != source) & (source == 3)
            chance = np.where(people.enterprise, ACCOUNTS_TWICE, SECOND_SOURCE / 3)
        others = np.flatnonzero(others & (generator.random_sample(people.size) < chance))
        later = np.concatenate([again, others])
        gap = 1 + np.round(generator.exponential(130, len(later))).astype(np.int64)
        who = np.concatenate([own, later])
        day = np.concatenate([begun[own], people.registered[later] + gap])
        first = np.arange(len(who)) < len(own)
        if source == 2:
            day = np.where((weekday(day) == 6) & (day < LAST_DAY), day + 1, day)
        kept = day <= LAST_DAY
        plan.append((who[kept], day[kept], first[kept]))
    return plan


def new_phones(people, details, plan, seed):
    """Say who changes the phone number, and when; who registers again changed it before, and tells the new one.

    Parameters: ``plan`` of register_again. Returns: dict with new_phone, phone_changed and told_again (day or NONE).
    """
    generator = stream(seed, "changed phones")
    later = np.full(people.size, LAST_DAY + 1)
    for who, day, first in plan:
        np.minimum.at(later, who[~first], day[~first])
    begin = np.maximum(people.registered, 0)
    changed = ~people.enterprise & (generator.random_sample(people.size) < settings.CHANGED_PHONE)
    when = begin + 1 + (generator.random_sample(people.size) * (later - begin)).astype(int)
    changed &= when <= np.minimum(later, LAST_DAY)
    number = details["phone"].copy()
    number[changed] = details["spare_phones"][: changed.sum()]
    return {
        "new_phone": number,
        "phone_changed": np.where(changed, when, NONE),
        "told_again": np.where(later <= LAST_DAY, later, NONE),
    }


def checked_pairs(books, rows):
    """Pairs of registrations that a clerk has settled by asking: every pair that agrees on phone, e-mail or name.

    Some registrations are drawn by lot; the clerk finds all others that could be the same customer. Parameters:
    ``rows`` one a registration: source, row, customer, phone, email. Returns: Sheet.
    """
    generator, people = stream(books.seed, "checked pairs"), books.people
    rows = rows[rows["customer"] > NONE].reset_index(drop=True)
    who = rows["customer"].to_numpy()
    person = people.surname[who].astype(np.int64) * len(names.GIVEN) + people.given[who]
    digits = rows["phone"].str.replace(r"\D", "", regex=True).str.removeprefix("86")
    keys = pd.DataFrame({"phone": digits, "email": rows["email"].str.lower()})
    keys["name"] = np.where(people.enterprise[who], -who - 1, person)
    keys["at"] = np.arange(len(keys))
    drawn = generator.permutation(len(keys))[: settings.SETTLED_ROWS]
    expected = keys.groupby("name")["name"].transform("size").to_numpy()[drawn]
    drawn = drawn[np.cumsum(expected) <= settings.SETTLED_PAIRS]
    found = [
        keys.loc[drawn, [key, "at"]].dropna().merge(keys[[key, "at"]], on=key)[["at_x", "at_y"]].to_numpy()
        for key in ("phone", "email", "name")
    ]
    pairs = np.sort(np.concatenate(found), axis=1)
    pairs = np.unique(pairs[pairs[:, 0] < pairs[:, 1]], axis=0)
    first, second = rows.iloc[pairs[:, 0]], rows.iloc[pairs[:, 1]]
    return Sheet(
        {
            "source_a": Choices(first["source"].to_numpy(), SOURCES),
            "row_a": Integers(first["row"].to_numpy()),
            "source_b": Choices(second["source"].to_numpy(), SOURCES),
            "row_b": Integers(second["row"].to_numpy()),
            "same": Flags((first["customer"].to_numpy() == second["customer"].to_numpy()).astype(int)),
        }
    )
