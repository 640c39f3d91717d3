"""Contacts both ways: campaign messages, greetings, visits and calls at accounts, questions of customers."""

import numpy as np

from crmbook.company import campaigns, key_account, settings
from crmbook.company.campaigns import CHANNELS, EMAIL, PHONE, VISIT, WECHAT
from crmbook.company.days import LAST_DAY, MONTH_START, MONTHS, SPRING_FESTIVALS, YEARS, day, weekday
from crmbook.company.names import STAFF, take
from crmbook.company.population import CONSENTS
from crmbook.company.randomness import pick, stream
from crmbook.company.rows import chosen, sorted_by, stacked
from crmbook.company.sheets import NONE, Choices, Labels, Moments, Numbers, Sheet, Texts
from crmbook.company.surveys import WRITTEN
from crmbook.company.words import phrases

PURPOSES = ["information", "emotion", "ideas", "opinions", "policy"]
_PARTS = ("customer", "minute", "incoming", "channel", "purpose", "campaign", "staff", "answered", "note", "promised")
_NO_NOTE = 0
REMINDER_DAYS = np.arange(5, 75)
NOTES, _RANGE = [None], {}
for _kind, _notes in (
    ("visit", phrases("note", "visit")),
    ("phone", phrases("note", "phone")),
    ("apology", phrases("note", "apology")),
    ("question", phrases("question")),
    ("reminder", [phrases("note", "reminder")[0].format(days=days) for days in REMINDER_DAYS]),
):
    _RANGE[_kind] = len(NOTES), len(NOTES) + len(_notes)
    NOTES += _notes
_REMINDER_OF_DAY_0 = _RANGE["reminder"][0] - REMINDER_DAYS[0]
_NOT_REACHED = NOTES.index("Not reached, message left.")
_PURPOSE = np.zeros(len(NOTES), dtype=int)
for _code in (1, 2):
    _PURPOSE[[NOTES.index(text) for text in phrases("question", PURPOSES[_code])]] = _code
"""Of a customer's question: emotion, ideas, otherwise information."""


def all_contacts(books, members, bills):
    """Collect all contacts in order of time. ``members`` campaign lists, ``bills`` of the accounts.

    Returns: dict of arrays.
    """
    generator = stream(books.seed, "contacts")
    allowed = _allowed(books.people, members, books.lots["messages"])
    parts = [
        _messages(generator, books, members),
        _greetings(generator, books, allowed),
        _circulars(generator, books, allowed),
        _invitations(books),
        _offers(books),
        _accounts(generator, books),
        _reminders(books, bills.invoices),
        _questions(generator, books),
        _complaint_visits(books),
    ]
    rows = {name: values.astype(np.int64) for name, values in stacked(parts).items()}
    kept = rows["minute"] < (LAST_DAY + 1) * 1440
    kept &= rows["minute"] // 1440 >= books.people.registered[rows["customer"]]
    rows["answered"] = np.where(rows["answered"] < (LAST_DAY + 1) * 1440, rows["answered"], NONE)
    return sorted_by(chosen(rows, kept), "minute", "customer")


def _part(
    customer, minute, channel, purpose, incoming=0, campaign=-1, staff=-1, answered=NONE, note=_NO_NOTE, promised=NONE
):
    size = len(customer)
    values = (customer, minute, incoming, channel, purpose, campaign, staff, answered, note, promised)
    return {name: np.broadcast_to(value, size) for name, value in zip(_PARTS, values, strict=True)}


def _messages(generator, books, members):
    """Campaign messages; those sent near a customer's own hour are answered faster."""
    treated = members["treated"].astype(bool)
    campaign, who = members["campaign"][treated], members["customer"][treated]
    begin, channel = campaigns.BEGIN[campaign], campaigns.CHANNEL[campaign]
    hour = np.where(np.isin(channel, [PHONE]), generator.randint(9, 18, len(who)), generator.randint(8, 21, len(who)))
    sent = begin * 1440 + hour * 60 + generator.randint(0, 60, len(who))
    opened = members["opened"][treated]
    near = np.abs(hour - books.people.preferred_hour[who]) <= 2
    delay = np.maximum(opened - begin, 0) * 1440 + np.where(near, 1, 6) * generator.randint(2, 55, len(who))
    answered = np.where(opened > NONE, _waking(sent + delay), NONE)
    return _part(who, sent, channel, 0, campaign=campaign, answered=answered)


def _allowed(people, members, trial):
    """Customers × kinds of consent: the day on which it was withdrawn, far off if never, NONE if it was never given."""
    days = np.where(people.consent, -NONE, NONE)
    for number, channel in enumerate(campaigns.PLAN["channel"]):
        here = (members["campaign"] == number) & (members["unsubscribed"] > NONE)
        if channel in CONSENTS:
            cell = members["customer"][here], CONSENTS.index(channel)
            days[cell] = np.minimum(days[cell], members["unsubscribed"][here])
    here = trial["unsubscribed"] > NONE
    cell = trial["customer"][here], np.array([CONSENTS.index(name) for name in WRITTEN])[trial["way"][here]]
    days[cell] = np.minimum(days[cell], trial["unsubscribed"][here])
    return days


def _greetings(generator, books, allowed):
    """Good wishes to members of the silver and gold tiers at Spring Festival: no offer, only the wish."""
    parts = []
    for year, festival in enumerate(SPRING_FESTIVALS[1:4], start=1):
        ends = books.year_ends
        who = np.sort(ends["customer"][(ends["year"] == YEARS[year - 1]) & (ends["tier"] > 0)])
        who = who[allowed[who, CONSENTS.index("wechat")] > festival]
        minute = (festival - 1) * 1440 + generator.randint(9 * 60, 20 * 60, len(who))
        replies = generator.random(len(who)) < 0.22
        answered = np.where(replies, _waking(minute + generator.randint(3, 900, len(who))), NONE)
        parts.append(_part(who, minute, WECHAT, 1, answered=answered))
    return stacked(parts)


def _invitations(books):
    """Invitations to the satisfaction survey."""
    log = books.invitations
    generator, size = stream(books.seed, "hours of invitations"), len(log["customer"])
    minute = log["invited"] * 1440 + generator.randint(9 * 60, 11 * 60, size)
    answered = log["answered"] * 1440 + generator.randint(11 * 60, 22 * 60, size)
    channel = np.array([CHANNELS.index(name) for name in WRITTEN])[log["channel"]]
    return _part(log["customer"], minute, channel, 3, answered=np.where(log["answered"] > NONE, answered, NONE))


def _offers(books):
    """Offers of the retention and the win-back trial."""
    log, generator = books.offers, stream(books.seed, "hours of offers")
    minute = log["day"] * 1440 + generator.randint(9 * 60, 18 * 60, len(log["day"]))
    return _part(log["customer"], minute, log["channel"], 0)


def _waking(minutes):
    """Move a moment at night to the following day's waking hours."""
    early = minutes % 1440 < 420
    return np.where(early, minutes // 1440 * 1440 + 420 + minutes * 7919 % 600, minutes)


# Month and day, channel, purpose, share of the current customers that gets it, share that answers.
_CIRCULARS = [
    ("03-08", EMAIL, 2, 0.30, 0.05),
    ("05-20", WECHAT, 3, 0.14, 0.17),
    ("10-22", EMAIL, 2, 0.30, 0.05),
    ("12-12", WECHAT, 4, 0.22, 0.03),
]


def _circulars(generator, books, allowed):
    """Brewing letters (ideas), small polls (opinions) and the yearly price notice (policy), to part of the current
    customers. They change nothing in what customers do; they are sent because they always were."""
    parts, lines = [], books.lines
    for year in YEARS:
        for text, channel, purpose, share, answering in _CIRCULARS:
            begin = day(f"{year}-{text}")
            start, stop = np.searchsorted(lines["day"], [begin - 365, begin])
            current = np.unique(lines["customer"][start:stop]).astype(np.int64)
            consent = allowed[current, CONSENTS.index(CHANNELS[channel])] > begin
            who = current[consent & (generator.random(len(current)) < share)]
            minute = begin * 1440 + generator.randint(9 * 60, 19 * 60, len(who))
            replies = generator.random(len(who)) < answering
            answered = np.where(replies, _waking(minute + generator.randint(5, 2000, len(who))), NONE)
            parts.append(_part(who, minute, channel, purpose, answered=answered))
    return stacked(parts)


def _accounts(generator, books):
    """Visits and calls of account managers: monthly or rarer, by the account's volume; some accounts take far more."""
    people = books.people
    who = np.flatnonzero(people.enterprise)
    greedy = people.demanding[who]
    yearly = np.clip(3 + people.volume[who] / 1500, 3, 11) * np.where(greedy, 2.6, 1.0)
    customers, days = [], []
    for month in range(MONTHS):
        there = (people.registered[who] < MONTH_START[month]) & (books.state.last_order[who] >= MONTH_START[month] - 30)
        count = generator.poisson(np.where(there, yearly / 12, 0))
        customers.append(np.repeat(who, count))
        length = MONTH_START[month + 1] - MONTH_START[month]
        days.append(MONTH_START[month] + generator.randint(0, length, count.sum()))
    customer, days = np.concatenate(customers), np.concatenate(days)
    # What happened at the account of the story from its complaint on is told in `_complaint_visits`.
    told = books.state.scripted[customer] & (days >= key_account.COMPLAINT_DAY - 2)
    customer, days = customer[~told], days[~told]
    days = np.where(weekday(days) >= 5, days - 2, days)
    days = np.maximum(days, 0)
    size = len(customer)
    channel = np.where(generator.random(size) < 0.45, VISIT, np.where(generator.random(size) < 0.7, PHONE, EMAIL))
    minute = days * 1440 + generator.randint(9 * 12, 17 * 12 + 6, size) * 5
    incoming = (generator.random(size) < np.where(channel == VISIT, 0.0, 0.35)).astype(int)
    visits, calls = (generator.randint(*_RANGE[kind], size) for kind in ("visit", "phone"))
    note = np.where(channel == VISIT, visits, calls)
    note = np.where((channel == EMAIL) | (generator.random(size) < 0.35), _NO_NOTE, note)
    purpose = pick(generator, [0.5, 0.14, 0.12, 0.16, 0.08], size)
    staff = customer % 5
    replies = (channel != VISIT) & (generator.random(size) < 0.6)
    answered = np.where(replies, _waking(minute + generator.randint(4, 1500, size)), NONE)
    answered = np.where(channel == VISIT, minute, answered)
    return _part(customer, minute, channel, purpose, incoming, staff=staff, note=note, answered=answered)


def _reminders(books, invoices):
    """Payment reminders about invoices that are some days overdue; two to the account of the story, its first ever."""
    generator, size = stream(books.seed, "reminders"), len(invoices["due"])
    after = generator.randint(*settings.REMINDED_AFTER, size)
    when = invoices["due"] + after
    when = np.where(weekday(when) >= 5, when - 2, when)
    minute = when * 1440 + 600 + generator.randint(0, 300, size)
    late = (generator.random(size) < settings.REMINDED) & (when < invoices["paid"])
    late &= ~books.state.scripted[invoices["customer"]]
    who, overdue = invoices["customer"][late], (when - invoices["due"])[late]
    parts = [_part(who, minute[late], EMAIL, 4, staff=who % 5, note=_REMINDER_OF_DAY_0 + overdue)]
    key = np.flatnonzero(books.state.scripted)
    for text in key_account.REMINDERS:
        note = _REMINDER_OF_DAY_0 + day(text) - key_account.DUE
        parts.append(_part(key, np.array([day(text) * 1440 + 615]), EMAIL, 4, staff=key % 5, note=note))
    return stacked(parts)


def _questions(generator, books):
    """Questions, suggestions and thanks from customers, in step with their orders."""
    lines = books.lines
    asks = (lines["line"] == 1) & (generator.random(len(lines["day"])) < 0.10)
    who = lines["customer"][asks].astype(np.int64)
    size = len(who)
    days = lines["day"][asks] + generator.randint(-2, 6, size)
    channel = np.array([WECHAT, PHONE, EMAIL])[pick(generator, [0.5, 0.33, 0.17], size)]
    note = generator.randint(*_RANGE["question"], size)
    purpose = _PURPOSE[note]
    hour = np.clip(generator.normal(15.5, 3.6, size), 8.0, 22.9)
    minute = np.clip(days, 0, LAST_DAY) * 1440 + (hour * 60).astype(int)
    share, delay, promise = np.array([settings.EASE.get(name, (0.0, 0.0, 0)) for name in CHANNELS])[channel].T
    replies = generator.random(size) < share
    answered = np.where(replies, minute + (generator.gamma(1.0, 1.0, size) * delay + 2).astype(int), NONE)
    promised = minute + promise.astype(int)
    note = np.where(generator.random(size) < 0.5, note, _NO_NOTE)
    return _part(who, minute, channel, purpose, 1, staff=5 + who % 3, answered=answered, note=note, promised=promised)


def _complaint_visits(books):
    """What the account manager noted when the account of the story complained, and the last attempts to reach it."""
    key = np.flatnonzero(books.state.scripted)
    complaint = key_account.COMPLAINT_DAY * 1440 + 14 * 60
    parts = [
        _part(key, np.array([complaint]), VISIT, 3, 1, staff=key % 5, note=_RANGE["apology"][0], answered=complaint),
        _part(key, np.array([day("2024-05-08") * 1440 + 640]), PHONE, 0, staff=key % 5, note=_NOT_REACHED),
        _part(key, np.array([day("2024-05-21") * 1440 + 905]), PHONE, 0, staff=key % 5, note=_NOT_REACHED),
    ]
    return stacked(parts)


def contact_sheet(books, rows):
    """Return the contacts table."""
    size = len(rows["customer"])
    cost = np.array([settings.CONTACT_COST[name] for name in CHANNELS])[rows["channel"]]
    campaign = np.where(rows["campaign"] >= 0, rows["campaign"] + 1, NONE)
    return Sheet(
        {
            "contact_id": Labels("T", np.arange(1, size + 1), max(6, len(str(size)))),
            "customer_id": books.customer(rows["customer"]),
            "contacted_at": Moments(rows["minute"]),
            "direction": Choices(rows["incoming"], ["outgoing", "incoming"]),
            "channel": Choices(rows["channel"], CHANNELS),
            "purpose": Choices(rows["purpose"], PURPOSES),
            "campaign_id": Labels("K", campaign, 3),
            "staff": Choices(rows["staff"], STAFF),
            "note": Texts(take(NOTES, rows["note"])),
            "cost": Numbers(np.where(rows["incoming"] == 1, np.where(rows["channel"] == PHONE, 8.0, 2.0), cost)),
            "promised_by": Moments(rows["promised"]),
            "answered_at": Moments(rows["answered"]),
        }
    )
