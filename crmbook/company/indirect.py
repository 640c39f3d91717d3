"""Addresses from elsewhere: rented, passed on by a partner, exchanged – customers, later customers and strangers."""

import numpy as np

from crmbook.company import names
from crmbook.company.days import LAST_DAY, day
from crmbook.company.randomness import stream
from crmbook.company.sheets import NONE, Choices, Days, Flags, Integers, Numbers, Sheet, Texts
from crmbook.company.words import table

LISTS = table("indirect_lists", **dict.fromkeys(["cost", "consent", "faulty", "known", "registering"], float), rows=int)
"""Lists from elsewhere: kind, supplier, day, rows (for 4,000 customers), cost a row; shares of rows with consent to our
messages, with formal errors, of people who are customers already, and of people who register within eight months."""
KINDS = LISTS["kind"].unique().tolist()
LATER = 240
"""Days within which the later customers of a list register."""


def bought_sheet(books, details):
    """Return the rows of all lists as they were delivered, and the truth: who is a customer, or became one."""
    generator, people = stream(books.seed, "indirect channels"), books.people
    size = [max(2, round(rows * people.size / 4000)) for rows in LISTS["rows"]]
    bought = LISTS.loc[np.repeat(LISTS.index, size)].reset_index()
    who = [_who(generator, people, row, n) for row, n in zip(LISTS.itertuples(), size, strict=True)]
    who = np.concatenate(who)
    contact = _contact(generator, people, details, who)
    faulty = generator.random_sample(len(who)) < bought["faulty"].to_numpy()
    by_phone = generator.random_sample(len(who)) < 0.5
    phone, email = contact["phone"], contact["email"]
    phone[faulty & by_phone] = [text[:-1] for text in phone[faulty & by_phone]]
    email[faulty & ~by_phone] = [text.replace("@", "") for text in email[faulty & ~by_phone]]
    row = np.arange(1, len(who) + 1)
    sheet = Sheet(
        {
            "row": Integers(row),
            "kind": Choices(bought["kind"].map(KINDS.index).to_numpy(), KINDS),
            "supplier": Texts(bought["supplier"].array),
            "received_on": Days(bought["received"].map(day).to_numpy()),
            "name": Texts(contact["name"]),
            "mobile": Texts(phone),
            "e_mail": Texts(np.where(email == "", None, email)),
            "city": Choices(contact["city"], names.CITY_NAMES),
            "consent": Flags((generator.random_sample(len(who)) < bought["consent"].to_numpy()).astype(int)),
            "cost": Numbers(bought["cost"].to_numpy()),
        }
    )
    return sheet, Sheet({"row": Integers(row), "customer_id": books.customer(who)})


def _who(generator, people, plan, size):
    """Customers of the day, customers of the months that follow, and strangers (NONE) on one list, in mixed order."""
    begin = day(plan.received)
    person = ~people.enterprise
    already = np.flatnonzero(person & (people.registered < begin))
    soon = (people.registered > begin) & (people.registered <= min(begin + LATER, LAST_DAY)) & ~people.referred
    soon = np.flatnonzero(person & soon)
    drawn = [
        generator.permutation(pool)[: int((generator.random_sample(size) < share).sum())]
        for pool, share in ((already, plan.known), (soon, plan.registering))
    ]
    found = np.concatenate(drawn)[:size]
    return generator.permutation(np.append(found, np.full(size - len(found), NONE)))


def _contact(generator, people, details, who):
    """Names, numbers and addresses: the customers' own, invented ones for strangers."""
    size, stranger = len(who), who <= NONE
    surname, given = names.draw_names(generator, generator.random_sample(size) < 0.56)
    invented = names.joined(names.take(names.SURNAMES, surname), " ", names.take(names.GIVEN, given))
    tail = generator.randint(1000, 9999, size).astype(str).astype(object)
    address = names.joined(names.take([text.lower() for text in names.GIVEN], given), tail, "@example.net")
    # The spare numbers' second half: the first serves customers who change theirs.
    spare = details["spare_phones"][-np.arange(1, size + 1)]
    own = np.where(stranger, 0, who)
    name = names.joined(details["surname"][own], " ", details["given"][own])
    city = np.where(stranger, names.draw_cities(generator, size), people.city[own])
    email = np.where(stranger, address.to_numpy(False), details["email"][own])
    return {
        "name": np.where(stranger, invented.to_numpy(False), name.to_numpy(False)),
        "phone": np.where(stranger, spare, details["phone"][own]),
        "email": np.where(generator.random_sample(size) < 0.8, email, ""),
        "city": city,
    }
