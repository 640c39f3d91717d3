"""Five raw registration extracts with their own layouts, typing errors, hearing errors and duplicates."""

import numpy as np
import pandas as pd

from crmbook.company import names, settings
from crmbook.company.linkage import SOURCES, checked_pairs
from crmbook.company.randomness import pick, stream
from crmbook.company.sheets import DAY_ZERO, NONE, Choices, Integers, Sheet, Texts
from crmbook.company.texts import slip
from crmbook.company.words import phrases, table

KEYS = [("mobile", "email"), ("tel", "mail"), ("phone", None), ("cell", "e_mail"), ("telephone", "mail")]
"""Columns of each extract that hold phone number and e-mail address."""
JUNK_SHARE = 0.008
_PLACES = table("places")
SHOPS, EVENTS = (_PLACES.loc[_PLACES["kind"] == kind, "name"].to_list() for kind in ("shop", "fair"))
_HEARD = {"n": "m", "m": "n", "l": "r", "b": "p", "d": "t", "z": "c", "s": "sh", "ng": "n", "g": "k"}


def registration_sheets(books, details, company_names, plan):
    """Return the five extracts, the pairs a clerk settled, and the truth: which row is which customer."""
    generator = stream(books.seed, "registrations")
    sheets, rows = {}, []
    writers = (_web, _store, _callcentre, _fair, _sales)
    for source, (name, writer) in enumerate(zip(SOURCES, writers, strict=True)):
        who, day, first = plan[source]
        # Tests and unreadable cards, on days on which others registered too; account managers make none.
        false = np.flatnonzero(first & (generator.random_sample(len(who)) < JUNK_SHARE * (source < 4)))
        junk = np.arange(len(who) + len(false)) >= len(who)
        who, day = np.append(who, who[false]), np.append(day, day[false])
        order = np.lexsort((junk, who, day))
        who, day, junk = who[order], day[order], junk[order]
        columns = writer(generator, books.people, _then(details, who, day), company_names, who, day, junk)
        row = np.arange(1, len(who) + 1)
        sheets[f"registrations_{name}"] = Sheet({"row": Integers(row)} | columns)
        phone, email = (columns[key].texts if key else np.full(len(who), None) for key in KEYS[source])
        known = {"source": np.full(len(who), source), "row": row, "customer": np.where(junk, NONE, who)}
        rows.append(pd.DataFrame(known | {"phone": phone, "email": email}))
    rows = pd.concat(rows, ignore_index=True)
    sheets["checked_pairs"] = checked_pairs(books, rows)
    known = Sheet(
        {
            "source": Choices(rows["source"].to_numpy(), SOURCES),
            "row": Integers(rows["row"].to_numpy()),
            "customer_id": books.customer(rows["customer"].to_numpy()),
        }
    )
    return sheets, known


def _then(details, who, day):
    """The contact details with the number that each customer had on the day of a row, one entry a row."""
    new = (details["phone_changed"][who] > NONE) & (day >= details["phone_changed"][who])
    return details | {"number": np.where(new, details["new_phone"][who], details["phone"][who])}


def _slips(generator, texts, share):
    """Give a share of names or addresses one slip of the keyboard."""
    texts = np.array(texts, dtype=object)
    for i in np.flatnonzero(generator.random(len(texts)) < share):
        if texts[i]:
            texts[i] = slip(texts[i], generator.randint(0, 3), generator.random())
    return texts


def _address_slips(generator, addresses, share):
    """Give a share of e-mail addresses one slip before the @: the reserved domain stays, so nobody's address arises.

    A few lack the @.
    """
    addresses = np.array(addresses, dtype=object)
    for i in np.flatnonzero(generator.random(len(addresses)) < share):
        name, at, domain = addresses[i].partition("@")
        addresses[i] = slip(name, generator.randint(0, 3), generator.random()) + at + domain
    bare = generator.random_sample(len(addresses)) < settings.FORMAL_ERROR
    addresses[bare] = [text.replace("@", "") for text in addresses[bare]]
    return addresses


def _phones(generator, phones, share):
    """Give a share of phone numbers one wrong digit, or two swapped; a few lack the last digit."""
    phones = np.array(phones, dtype=object)
    for i in np.flatnonzero(generator.random(len(phones)) < share):
        at, text = generator.randint(4, 10), phones[i]
        if generator.random() < 0.5:
            phones[i] = text[:at] + str((int(text[at]) + generator.randint(1, 9)) % 10) + text[at + 1 :]
        else:
            phones[i] = text[:at] + text[at + 1] + text[at] + text[at + 2 :]
    short = generator.random_sample(len(phones)) < settings.FORMAL_ERROR
    phones[short] = [text[:-1] for text in phones[short]]
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
    placeholder = (texts != None) & (generator.random_sample(len(who)) < settings.FORMAL_ERROR)  # noqa: E711, cell by cell
    texts[placeholder] = np.datetime64("1900-01-01").astype(object).strftime(form)
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
    phone = _phones(generator, details["number"], 0.025)
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
        "mobile": Texts(_missing(generator, phone, 0.06)),
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
    phone = _phones(generator, details["number"], 0.05)
    style = generator.randint(0, 3, len(who))
    phone = np.array([_spaced(text, s) for text, s in zip(phone, style, strict=True)], dtype=object)
    surname, given = _slips(generator, surname, 0.05), _slips(generator, given, 0.06)
    surname[junk], given[junk], phone[junk] = "X", "X", "-"
    mail = np.where(generator.random(len(who)) < 0.25, details["email"][who], None)
    return {
        "surname": Texts(surname),
        "given_name": Texts(given),
        "tel": Texts(_missing(generator, phone, 0.04)),
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
    phone = np.array([f"+86{text}" for text in _phones(generator, details["number"], 0.01)], dtype=object)
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
    ms, mr = (names.take(["", "", title], generator.randint(0, 3, len(who))) for title in ("Ms ", "Mr "))
    title = np.where(people.female[who], ms, mr)
    contact = [f"{t}{g} {s}" for t, g, s in zip(title, details["given"][who], details["surname"][who], strict=True)]
    contact = _slips(generator, contact, 0.04)
    organisation = _firms(generator, people, company_names, who)
    private = ~people.enterprise[who] & (generator.random(len(who)) < 0.15)
    organisation[private] = "self-employed"
    email = np.where(details["has_email"][who], details["email"][who], "")
    email = np.where(people.enterprise[who], [f"purchasing{i + 1}@account.example" for i in who], email)
    email = _address_slips(generator, email, 0.02)
    email = np.where(email == "", None, email)
    cell, dashed = _phones(generator, details["number"], 0.04), generator.random(len(who)) < 0.4
    cell = np.array([_spaced(text, 2 * dash) for text, dash in zip(cell, dashed, strict=True)], dtype=object)
    contact[junk], email[junk] = "n/a", "none"
    return {
        "contact": Texts(contact),
        "organisation": Texts(organisation),
        "e_mail": Texts(_missing(generator, email, 0.05)),
        "cell": Texts(_missing(generator, cell, 0.10)),
        "event": Choices(generator.randint(0, len(EVENTS), len(who)), EVENTS),
        "date": Texts(_dates(day, "%B %d, %Y")),
    }


def _firms(generator, people, company_names, who):
    """The names of firms as people write them: in one language, with the legal form, without the city, in capitals."""
    place = np.cumsum(people.enterprise) - 1
    style = pick(generator, [0.2, 0.2, 0.14, 0.14, 0.14, 0.1, 0.08], len(who))
    written = np.full(len(who), None, dtype=object)
    for row in np.flatnonzero(people.enterprise[who]):
        whole = company_names[place[who[row]]]
        english, _, chinese = whole.rpartition(" ")
        city = people.city[who[row]]
        short = english.removeprefix(f"{names.CITY_NAMES[city]} ")
        local = chinese.removeprefix(names.CITY_CHINESE[city])
        written[row] = (whole, english, chinese, f"{english} Co., Ltd.", f"{chinese}有限公司", short.upper(), local)[
            style[row]
        ]
    return written


def _sales(generator, people, details, company_names, who, day, _):
    """The account managers' own list: firm names as they know them, the switchboard, who is in charge."""
    contact = names.joined(details["surname"][who], " ", details["given"][who]).to_numpy(zero_copy_only=False)
    mail = np.array([f"purchasing{i + 1}@account.example" for i in who], dtype=object)
    return {
        "company": Texts(_firms(generator, people, company_names, who)),
        "contact": Texts(_slips(generator, contact, 0.03)),
        "telephone": Texts(_missing(generator, _phones(generator, details["number"], 0.04), 0.08)),
        "mail": Texts(_missing(generator, _address_slips(generator, mail, 0.02), 0.15)),
        "town": Texts(names.take(names.CITY_NAMES, people.city[who])),
        "opened": Texts(_dates(day, "%Y/%m/%d")),
    }
