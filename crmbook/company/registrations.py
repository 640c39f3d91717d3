"""Four raw registration extracts with their own layouts, typing errors, hearing errors and duplicates."""

import numpy as np

from crmbook.company import names
from crmbook.company.days import LAST_DAY, weekday
from crmbook.company.randomness import pick, stream
from crmbook.company.sheets import DAY_ZERO, NONE, Choices, Integers, Sheet, Texts
from crmbook.company.texts import slip
from crmbook.company.words import phrases

SOURCES = ["web", "store", "callcentre", "fair"]
DUPLICATE_SHARE = 0.05
SECOND_SOURCE = 0.16
JUNK_SHARE = 0.008
SHOPS = [
    "Hangzhou West Lake",
    "Shanghai Jing'an",
    "Beijing Dongsi",
    "Guangzhou Tianhe",
    "Chengdu Kuanzhai",
    "Xiamen Gulangyu",
]
EVENTS = ["Hangzhou Tea Fair", "Guangzhou Tea Expo", "Beijing Gift Fair", "Shanghai Hotel Supply", "Chengdu Food Fair"]
_HEARD = {"n": "m", "m": "n", "l": "r", "b": "p", "d": "t", "z": "c", "s": "sh", "ng": "n", "g": "k"}


def registration_sheets(books, details, company_names):
    """Return the four extracts and the truth: which row is which customer (none for junk)."""
    generator = stream(books.seed, "registrations")
    sheets, truth = {}, {"source": [], "row": [], "customer": []}
    chosen = _who_where(generator, books.people)
    for source, (name, writer) in enumerate(zip(SOURCES, (_web, _store, _callcentre, _fair), strict=True)):
        who, day, junk = chosen[source]
        columns = writer(generator, books.people, details, company_names, who, day, junk)
        sheets[f"registrations_{name}"] = Sheet({"row": Integers(np.arange(1, len(who) + 1))} | columns)
        truth["source"].append(np.full(len(who), source))
        truth["row"].append(np.arange(1, len(who) + 1))
        truth["customer"].append(np.where(junk, NONE, who))
    truth = {key: np.concatenate(parts) for key, parts in truth.items()}
    known = Sheet(
        {
            "source": Choices(truth["source"], SOURCES),
            "row": Integers(truth["row"]),
            "customer_id": books.customer(truth["customer"]),
        }
    )
    return sheets, known


def _who_where(generator, people):
    """Rows of each extract: everyone registered there, repeats, and people known from another channel, by day."""
    chosen = []
    for source in range(4):
        own = np.flatnonzero(people.registration == source)
        again = own[generator.random(len(own)) < DUPLICATE_SHARE]
        others = np.flatnonzero(~people.enterprise & (people.registration != source) & (people.registration < 4))
        others = others[generator.random(len(others)) < SECOND_SOURCE / 3]
        later = np.concatenate([again, others])
        gap = np.round(generator.exponential(130, len(later))).astype(np.int64)
        # Tests and unreadable cards, on days on which others registered too.
        false = own[generator.random(len(own)) < JUNK_SHARE]
        who = np.concatenate([own, later, false])
        # Customers of the old card index filled in their cards in the years before.
        first = people.registered - np.where(people.present, generator.randint(20, 1000, people.size), 0)
        day = np.concatenate([first[own], people.registered[later] + gap, first[false]])
        junk = np.arange(len(who)) >= len(own) + len(later)
        kept = day <= LAST_DAY
        who, day, junk = who[kept], day[kept], junk[kept]
        if source in (1, 2):
            day = np.where((weekday(day) == 6) & (source == 2) & (day < LAST_DAY), day + 1, day)
        order = np.lexsort((junk, who, day))
        chosen.append((who[order], day[order], junk[order]))
    return chosen


def _slips(generator, texts, share):
    """Give a share of names or addresses one slip of the keyboard."""
    texts = np.array(texts, dtype=object)
    for i in np.flatnonzero(generator.random(len(texts)) < share):
        if texts[i]:
            texts[i] = slip(texts[i], generator.randint(0, 3), generator.random())
    return texts


def _address_slips(generator, addresses, share):
    """Give a share of e-mail addresses one slip before the @: the reserved domain stays, so nobody's address arises."""
    addresses = np.array(addresses, dtype=object)
    for i in np.flatnonzero(generator.random(len(addresses)) < share):
        name, at, domain = addresses[i].partition("@")
        addresses[i] = slip(name, generator.randint(0, 3), generator.random()) + at + domain
    return addresses


def _phones(generator, phones, share):
    """Give a share of phone numbers one wrong digit, or two swapped."""
    phones = np.array(phones, dtype=object)
    for i in np.flatnonzero(generator.random(len(phones)) < share):
        at, text = generator.randint(4, 10), phones[i]
        if generator.random() < 0.5:
            phones[i] = text[:at] + str((int(text[at]) + generator.randint(1, 9)) % 10) + text[at + 1 :]
        else:
            phones[i] = text[:at] + text[at + 1] + text[at] + text[at + 2 :]
    return phones


def _dates(days, form):
    """Write day numbers in a format of datetime.strftime; missing ones stay empty."""
    stamps = (DAY_ZERO + np.where(days > NONE, days, 0)).astype("datetime64[D]").astype(object)
    return np.array([s.strftime(form) if d > NONE else None for s, d in zip(stamps, days, strict=True)], dtype=object)


def _missing(generator, values, share):
    values = np.array(values, dtype=object)
    values[generator.random(len(values)) < share] = None
    return values


def _births(generator, people, details, who, form, share):
    texts = _dates(
        np.where(details["has_birth"][who] | (generator.random(len(who)) < 0.1), people.birth[who], NONE), form
    )
    return _missing(generator, texts, share)


def _web(generator, people, details, _, who, day, junk):
    """Typed by the customer: mostly pinyin, sometimes characters, sometimes all lower case or run together."""
    pinyin = [f"{s} {g}" for s, g in zip(details["surname"][who], details["given"][who], strict=True)]
    turned = [f"{g} {s}" for s, g in zip(details["surname"][who], details["given"][who], strict=True)]
    lower = [text.lower() for text in pinyin]
    run = [text.replace(" ", "") for text in pinyin]
    style = pick(generator, [0.52, 0.10, 0.10, 0.08, 0.20], len(who))
    name = np.choose(style, [pinyin, turned, lower, run, details["chinese"][who]]).astype(object)
    name = _slips(generator, name, 0.05)
    email = _address_slips(generator, np.where(details["has_email"][who], details["email"][who], ""), 0.035)
    email = np.array(
        [text.upper() if k < 0.03 else text for text, k in zip(email, generator.random(len(who)), strict=True)]
    )
    email = _missing(generator, np.where(email == "", None, email), 0.02)
    phone = _phones(generator, details["phone"][who], 0.025)
    name[junk], phone[junk] = "test test", "12500000000"
    email[junk] = "asdf@example.com"
    city = np.where(
        generator.random(len(who)) < 0.3,
        names.take(names.CITY_CHINESE, people.city[who]),
        names.take(names.CITY_NAMES, people.city[who]),
    )
    minute = np.clip(generator.normal(19, 4, len(who)) % 24 * 60, 0, 1439).astype(int)
    signed = [f"{d} {m // 60:02d}:{m % 60:02d}" for d, m in zip(_dates(day, "%Y-%m-%d"), minute, strict=True)]
    return {
        "full_name": Texts(name),
        "email": Texts(email),
        "mobile": Texts(_missing(generator, phone, 0.12)),
        "city": Texts(_missing(generator, _slips(generator, city, 0.02), 0.1)),
        "birthday": Texts(np.where(junk, None, _births(generator, people, details, who, "%Y-%m-%d", 0.25))),
        "signed_up": Texts(np.array(signed, dtype=object)),
        "newsletter": Choices((people.consent[who, 0]).astype(int), ["N", "Y"]),
    }


def _store(generator, people, details, _, who, day, junk):
    """Keyed from paper cards: spaces in numbers, day before month, the odd surname in characters."""
    surname, given = details["surname"][who].astype(object), details["given"][who].astype(object)
    chars = generator.random(len(who)) < 0.12
    surname = np.where(chars, names.take(names.SURNAMES_CHINESE, people.surname[who]), surname)
    given = np.where(chars, names.take(names.GIVEN_CHINESE, people.given[who]), given)
    swapped = generator.random(len(who)) < 0.03
    surname, given = np.where(swapped, given, surname), np.where(swapped, surname, given)
    phone = _phones(generator, details["phone"][who], 0.05)
    style = generator.randint(0, 3, len(who))
    phone = np.array([_spaced(text, s) for text, s in zip(phone, style, strict=True)], dtype=object)
    surname, given = _slips(generator, surname, 0.05), _slips(generator, given, 0.06)
    surname[junk], given[junk], phone[junk] = "X", "X", "-"
    mail = np.where(generator.random(len(who)) < 0.25, details["email"][who], None)
    return {
        "surname": Texts(surname),
        "given_name": Texts(given),
        "tel": Texts(_missing(generator, phone, 0.06)),
        "birth": Texts(np.where(junk, None, _births(generator, people, details, who, "%d/%m/%Y", 0.12))),
        "shop": Choices(
            np.where(generator.random(len(who)) < 0.7, people.region[who] % 6, generator.randint(0, 6, len(who))),
            SHOPS,
        ),
        "card_date": Texts(_dates(day, "%d/%m/%Y")),
        "mail": Texts(np.where(details["has_email"][who], mail, None)),
    }


def _spaced(text, style):
    return (text, f"{text[:3]} {text[3:7]} {text[7:]}", f"{text[:3]}-{text[3:7]}-{text[7:]}")[style]


def _callcentre(generator, people, details, _, who, day, junk):
    """Typed by agents in capitals as heard; the number comes from the telephone system and is nearly always right."""
    surname = [_heard(generator, text) for text in details["surname"][who]]
    given = [_heard(generator, text) for text in details["given"][who]]
    caller = np.array([f"{s.upper()}, {g.upper()}" for s, g in zip(surname, given, strict=True)], dtype=object)
    phone = np.array([f"+86{text}" for text in _phones(generator, details["phone"][who], 0.01)], dtype=object)
    caller[junk], phone[junk] = "UNKNOWN", None
    notes = phrases("agent note")
    note = names.take(notes, generator.randint(0, len(notes), len(who)))
    town = np.array([text.upper() for text in names.take(names.CITY_NAMES, people.city[who])], dtype=object)
    return {
        "caller": Texts(caller),
        "phone": Texts(phone),
        "town": Texts(_missing(generator, _slips(generator, town, 0.04), 0.08)),
        "first_call": Texts(_dates(day, "%Y%m%d")),
        "agent_note": Texts(_missing(generator, note, 0.55)),
    }


def _heard(generator, text):
    """Mishear one sound of a name, one time in nine."""
    if generator.random() > 0.11:
        return text
    for sound, other in _HEARD.items():
        if sound in text.lower()[1:]:
            return text[0] + text[1:].replace(sound, other, 1)
    return text


def _fair(generator, people, details, company_names, who, day, junk):
    """Copied from business cards and forms: titles, companies, American dates."""
    titles = np.array(["", "", "", "Mr ", "Ms ", "Dr "], dtype=object)
    title = np.where(
        people.female[who],
        titles[[0, 0, 4]][generator.randint(0, 3, len(who))],
        titles[[0, 0, 3]][generator.randint(0, 3, len(who))],
    )
    contact = np.array(
        [f"{t}{g} {s}" for t, g, s in zip(title, details["given"][who], details["surname"][who], strict=True)],
        dtype=object,
    )
    contact = _slips(generator, contact, 0.04)
    place = np.cumsum(people.enterprise) - 1
    organisation = np.array([company_names[place[i]] if people.enterprise[i] else None for i in who], dtype=object)
    private = ~people.enterprise[who] & (generator.random(len(who)) < 0.15)
    organisation[private] = "self-employed"
    email = np.where(details["has_email"][who], details["email"][who], None)
    email = np.where(people.enterprise[who], [f"purchasing{i + 1}@account.example" for i in who], email)
    cell = np.array(
        [
            _spaced(text, 2 * (k < 0.4))
            for text, k in zip(_phones(generator, details["phone"][who], 0.04), generator.random(len(who)), strict=True)
        ],
        dtype=object,
    )
    contact[junk], email[junk] = "n/a", "none"
    return {
        "contact": Texts(contact),
        "organisation": Texts(organisation),
        "e_mail": Texts(_missing(generator, email, 0.05)),
        "cell": Texts(_missing(generator, cell, 0.18)),
        "event": Choices(generator.randint(0, len(EVENTS), len(who)), EVENTS),
        "date": Texts(_dates(day, "%B %d, %Y")),
    }
