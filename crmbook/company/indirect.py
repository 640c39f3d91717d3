"""Addresses from elsewhere: rented, passed on by a partner, exchanged – customers, later customers and strangers."""

import numpy as np

from crmbook.company import names, settings
from crmbook.company.days import LAST_DAY, day
from crmbook.company.randomness import stream
from crmbook.company.sheets import NONE, Choices, Days, Flags, Integers, Numbers, Sheet, Texts

KINDS = ["rented list", "partner", "exchange"]
LATER = 240
"""Days within which the later customers of a list register."""


def bought_sheet(books, details):
    """Return the rows of all lists as they were delivered, and the truth: who is a customer, or became one."""
    generator, people = stream(books.seed, "indirect channels"), books.people
    size = [max(2, round(row[3] * people.size / 4000)) for row in settings.INDIRECT]
    of_list = np.repeat(np.arange(len(size)), size)
    kind, supplier, begin, _, cost, consent, wrong, *_ = zip(*settings.INDIRECT, strict=True)
    begin = np.array([day(text) for text in begin])
    who = np.concatenate([_who(generator, people, row, n) for row, n in zip(settings.INDIRECT, size, strict=True)])
    contact = _contact(generator, people, details, who)
    faulty = generator.random_sample(len(who)) < np.array(wrong)[of_list]
    by_phone = generator.random_sample(len(who)) < 0.5
    phone, email = contact["phone"], contact["email"]
    phone[faulty & by_phone] = [text[:-1] for text in phone[faulty & by_phone]]
    email[faulty & ~by_phone] = [text.replace("@", "") for text in email[faulty & ~by_phone]]
    row = np.arange(1, len(who) + 1)
    sheet = Sheet(
        {
            "row": Integers(row),
            "kind": Choices(np.array([KINDS.index(text) for text in kind])[of_list], KINDS),
            "supplier": Choices(of_list, list(supplier)),
            "received_on": Days(begin[of_list]),
            "name": Texts(contact["name"]),
            "mobile": Texts(phone),
            "e_mail": Texts(np.where(email == "", None, email)),
            "city": Choices(contact["city"], names.CITY_NAMES),
            "consent": Flags((generator.random_sample(len(who)) < np.array(consent)[of_list]).astype(int)),
            "cost": Numbers(np.array(cost)[of_list]),
        }
    )
    return sheet, Sheet({"row": Integers(row), "customer_id": books.customer(who)})


def _who(generator, people, plan, size):
    """Customers of the day, customers of the months that follow, and strangers (NONE) on one list, in mixed order."""
    begin, known, converts = day(plan[2]), plan[7], plan[8]
    person = ~people.enterprise
    already = np.flatnonzero(person & (people.registered < begin))
    soon = (people.registered > begin) & (people.registered <= min(begin + LATER, LAST_DAY)) & ~people.referred
    soon = np.flatnonzero(person & soon)
    drawn = [
        generator.permutation(pool)[: int((generator.random_sample(size) < share).sum())]
        for pool, share in ((already, known), (soon, converts))
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
