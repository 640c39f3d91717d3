"""What was known when: profiles, consents, contract terms, and who is who at the accounts."""

from dataclasses import replace

import numpy as np

from crmbook.company import names, settings
from crmbook.company import population as pop
from crmbook.company.contracts import CONTRACT
from crmbook.company.days import LAST_DAY, day, month_of
from crmbook.company.randomness import cumulative_rows, pick, pick_by_row, stream
from crmbook.company.sheets import NONE, Choices, Days, Flags, Integers, Numbers, Sheet, Texts
from crmbook.company.words import numbers

_FITS = numbers("purchase_roles")
"""How often people in each job play each role in the purchase."""
MANAGER_LEAVES = day("2023-03-15")
"""An account manager left the company on this day; colleagues took over."""


def profile_sheet(books, details, customers, managers):
    """Return the history of profiles: one row a field each time that it was told or confirmed.

    Values told earlier differ from those told later by the yearly rates of AGEING. Parameters: ``details`` with the
    days of changed numbers; ``customers`` Sheet, whose values are the last ones; ``managers`` rows to add.
    """
    generator, people = stream(books.seed, "profile history"), books.people
    updated = customers.columns["profile_updated_on"].days
    rows = [*managers, *_phones(people, details, updated)]
    for field, rate in settings.AGEING.items():
        column = customers.columns[field]
        codes, texts = (column.codes, column.texts) if isinstance(column, Choices) else (column.values, _NUMBERS)
        told = np.flatnonzero(codes > -1)
        again = told[(updated > people.registered)[told] & (generator.random_sample(len(told)) < settings.CONFIRMED)]
        gap = (updated - people.registered)[again] / 365.25
        before = codes.copy()
        changed = again[generator.random_sample(len(again)) < 1 - np.exp(-rate * gap)]
        step = generator.randint(1, len(texts) if field in _FREE else 2, len(changed))
        before[changed] = (codes[changed] + step) % len(texts) if field in _FREE else _beside(codes[changed], texts)
        options = np.array(texts, dtype=object)
        rows += [(told, people.registered[told], field, options[before[told]])]
        rows += [(again, updated[again], field, options[codes[again]])]
    return _history(books, rows)


_NUMBERS = [str(number) for number in range(13)]
_FREE = {"occupation", "lifestyle", "preferred_channel"}


def _beside(codes, texts):
    """The value beside: one less, or one more where there is none."""
    return np.where(codes > 0, codes - 1, 1)


def _phones(people, details, updated):
    """Phone numbers as told on registration, on the last confirmation, and when a new one became known."""
    every, learnt = np.arange(people.size), details["phone_learnt"]
    yield every, people.registered, "phone", details["phone"]
    new = np.flatnonzero(learnt > NONE)
    yield new, learnt[new], "phone", details["new_phone"][new]
    confirmed = np.flatnonzero((updated > people.registered) & (updated != learnt))
    number = np.where((learnt > NONE) & (learnt < updated), details["new_phone"], details["phone"])
    yield confirmed, updated[confirmed], "phone", number[confirmed]


def _history(books, rows):
    fields = list(dict.fromkeys(row[2] for row in rows))
    who = np.concatenate([row[0] for row in rows])
    when = np.concatenate([row[1] for row in rows])
    field = np.concatenate([np.full(len(row[0]), fields.index(row[2])) for row in rows])
    value = np.concatenate([row[3] for row in rows])
    order = np.lexsort((field, when, who))
    return Sheet(
        {
            "customer_id": books.customer(who[order]),
            "recorded_on": Days(when[order]),
            "field": Choices(field[order], fields),
            "value": Texts(value[order]),
        }
    )


def ageing_sheet():
    """Return the truth: changes a year of each field of the profile."""
    fields = list(settings.AGEING)
    return Sheet(
        {
            "field": Choices(np.arange(len(fields)), fields),
            "changes_a_year": Numbers(np.array(list(settings.AGEING.values()))),
        }
    )


def manager_changes(books, accounts):
    """Account managers and persons in charge, then and now.

    Returns: rows for profile_sheet, and the day from which each account's person in charge is known.
    """
    generator, people = stream(books.seed, "account managers"), books.people
    who = np.flatnonzero(people.enterprise)
    opened, size = people.registered[who], len(who)
    manager = names.take(names.STAFF, accounts.columns["account_manager"].codes)
    inherited = (opened < MANAGER_LEAVES) & (generator.random_sample(size) < 0.25)
    other = names.take(names.STAFF[:5], (accounts.columns["account_manager"].codes + generator.randint(1, 5, size)) % 5)
    changed = opened + 1 + (generator.random_sample(size) * (LAST_DAY - opened)).astype(int)
    own = ~inherited & (generator.random_sample(size) < 0.15) & (changed <= LAST_DAY)
    since = np.where(inherited, MANAGER_LEAVES, np.where(own, changed, opened))
    rows = _then_and_now(who, opened, since, "account_manager", np.where(inherited, names.STAFF[5], other), manager)
    successor = opened + 1 + (generator.random_sample(size) * (LAST_DAY - opened)).astype(int)
    successor = np.where((generator.random_sample(size) < 0.25) & (successor <= LAST_DAY), successor, opened)
    now, before = accounts.columns["contact_person"].texts, _people(generator, size)
    return rows + _then_and_now(who, opened, successor, "contact_person", before, now), (before, successor)


def _then_and_now(who, opened, since, field, before, now):
    later = since > opened
    return [
        (who, opened, field, np.where(later, before, now).astype(object)),
        (who[later], since[later], field, now[later]),
    ]


def _people(generator, size):
    """Names of invented people, in pinyin and characters."""
    return names.in_both_scripts(*names.draw_names(generator, generator.random_sample(size) < 0.5))


def people_sheet(books, accounts, change):
    """Return the people at the accounts and their role in the purchase; small accounts are known by one person.

    Parameters: ``change`` the predecessor of each person in charge, and the day from which the present one is known.
    """
    generator, people = stream(books.seed, "account people"), books.people
    who = np.flatnonzero(people.enterprise)
    opened, (before, since) = people.registered[who], change
    job = accounts.columns["contact_role"].codes
    # The bigger the account, the more of its people have been met, some of them years after the beginning.
    more = np.minimum(generator.poisson(0.35 * people.volume[who] ** 0.2), 5)
    further = np.repeat(np.arange(len(who)), more)
    met = opened[further] + (generator.beta(0.6, 2.0, len(further)) * (LAST_DAY - opened[further])).astype(int)
    replaced = np.flatnonzero(since > opened)
    account = np.concatenate([np.arange(len(who)), replaced, further])
    jobs = np.concatenate([job, job[replaced], generator.randint(0, len(_FITS), len(further))])
    name = np.concatenate(
        [accounts.columns["contact_person"].texts, before[replaced], _people(generator, len(further))]
    )
    known = np.concatenate([since, opened[replaced], met])
    left = np.concatenate([np.full(len(who), NONE), since[replaced], np.full(len(further), NONE)])
    role = pick_by_row(generator, cumulative_rows(_FITS.to_numpy()), jobs)
    role[len(who) : len(who) + len(replaced)] = role[replaced]
    order = np.lexsort((known, account))
    return Sheet(
        {
            "person": Integers(np.arange(1, len(order) + 1)),
            "customer_id": books.customer(who[account[order]]),
            "name": Texts(name[order]),
            "job": Choices(jobs[order], accounts.columns["contact_role"].texts),
            "purchase_role": Choices(role[order], _FITS.columns.to_list()),
            "known_since": Days(known[order]),
            "left_on": Days(left[order]),
        }
    )


def consent_sheet(books):
    """Return the history of consents: given on registration, withdrawn when a message was answered by a refusal."""
    people, log = books.people, books.state.log.take("withdrawals")
    given, channel = np.nonzero(people.consent)
    who = np.concatenate([given, log["customer"]])
    when = np.concatenate([people.registered[given], log["day"]])
    channel = np.concatenate([channel, log["channel"]])
    yes = np.arange(len(who)) < len(given)
    order = np.lexsort((yes, channel, when, who))
    return Sheet(
        {
            "customer_id": books.customer(who[order]),
            "changed_on": Days(when[order]),
            "channel": Choices(channel[order], pop.CONSENTS),
            "consent": Flags(yes[order].astype(int)),
        }
    )


def contract_sheet(books, contracts):
    """Return the terms of the accounts' yearly contracts, one row a term: the last one's price is the present one.

    Earlier prices follow the list prices and what was negotiated at each renewal.
    """
    generator, columns = stream(books.seed, "contract terms"), contracts.columns
    mine = np.flatnonzero(columns["plan"].codes == CONTRACT)
    start, end = columns["started_on"].days[mine], columns["ended_on"].days[mine]
    terms = (month_of(np.where(end > NONE, end, LAST_DAY)) - month_of(start)) // 12 + 1
    row = np.repeat(mine, terms)
    term = np.arange(len(row)) - np.repeat(np.cumsum(terms) - terms, terms) + 1
    left = np.repeat(terms, terms) - term  # renewals still to come
    begun = np.repeat(start, terms)
    first = np.datetime64("2021-01-01") + begun
    month = first.astype("datetime64[M]")
    starts = (month + 12 * (term - 1)).astype("datetime64[D]") + (first - month.astype("datetime64[D]"))
    drift = np.where(left > 0, generator.normal(0, settings.CONTRACT_DRIFT, len(row)), 0.0)
    steps = np.cumsum(drift[::-1])[::-1]
    steps = steps - np.repeat(steps[np.cumsum(terms) - 1], terms)
    price = settings.PRICE_INDEX[np.minimum(month_of(begun) // 12 + term - 1, 3)]
    price = price / np.repeat(price[np.cumsum(terms) - 1], terms) * np.exp(steps)
    price = np.round(price * columns["monthly_price"].values[row] / 50) * 50
    who = columns["customer_id"].codes[row] - 1
    renews = columns["auto_renew"].values[row]
    asked = (left > 0) & (pick(generator, [0.85, 0.15], len(row)) == 1)
    return Sheet(
        {
            "subscription_id": replace(columns["subscription_id"], codes=columns["subscription_id"].codes[row]),
            "term": Integers(term),
            "customer_id": books.customer(who),
            "starts_on": Days((starts - np.datetime64("2021-01-01")).astype(int)),
            "monthly_price": Numbers(np.where(left > 0, np.maximum(price, 50), columns["monthly_price"].values[row])),
            "discount_rate": Numbers(books.people.contract_discount[who]),
            "auto_renew": Flags(np.where(asked, 1 - renews, renews)),
        }
    )
