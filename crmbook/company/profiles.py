"""The customers and accounts tables, and the company's own row."""

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from crmbook.company import names, settings
from crmbook.company import population as pop
from crmbook.company.campaigns import CHANNELS
from crmbook.company.days import LAST_DAY
from crmbook.company.products import CATEGORIES
from crmbook.company.randomness import pick, stream
from crmbook.company.sheets import NONE, Choices, Days, Flags, Integers, Numbers, Sheet, Texts
from crmbook.company.words import table

OCCUPATIONS = table("occupations")["occupation"].to_list()
CIRCLES = ["WeChat tea group", "Saturday tasting", "alumni", "neighbours", "colleagues", "chess club", "dance group"]
ROLES = table("purchase_roles")["job"].to_list()
CREDIT = ["A", "B", "C", "D"]
OUTLOOK = ["shrinking", "steady", "growing"]


def company_sheet():
    """Return the company table: one row."""
    one = np.zeros(1, dtype=int)
    return Sheet(
        {
            "name": Choices(one, ["Qingshan Tea"]),
            "chinese_name": Choices(one, ["青山茶业"]),
            "sells": Choices(one, ["tea"]),
            "currency": Choices(one, ["CNY"]),
            "point_value": Numbers(one + settings.POINT_VALUE),
            "observed_from": Days(one),
            "observed_to": Days(one + LAST_DAY),
        }
    )


def contact_details(people, seed):
    """Draw names as written, phone numbers and e-mail addresses of all customers.

    Numbers start with 125, which no Chinese mobile number does; addresses use domains reserved for examples.
    Returns: dict of arrays and Arrow arrays, also used for the raw registration extracts.
    """
    generator = stream(seed, "contact details")
    size = people.size
    surname, given = names.take(names.SURNAMES, people.surname), names.take(names.GIVEN, people.given)
    chinese = names.joined(
        names.take(names.SURNAMES_CHINESE, people.surname), names.take(names.GIVEN_CHINESE, people.given)
    ).to_numpy(zero_copy_only=False)
    # As many numbers again are spare: for those who change theirs, and for strangers on bought lists.
    phone = names.joined("125", _eight_digits(generator, 2 * size)).to_numpy(zero_copy_only=False)
    plain = np.array([name.lower().replace("ü", "u").replace("'", "") for name in names.SURNAMES], dtype=object)
    plain_given = np.array([name.lower() for name in names.GIVEN], dtype=object)
    number = generator.randint(1, 999, size)
    shape = generator.randint(0, 3, size)
    domain = names.take(_DOMAINS, pick(generator, [0.5, 0.25, 0.15, 0.1], size))
    tail = names.take(np.array([str(i) for i in range(1000)], dtype=object), number)
    a, b = plain[people.surname], plain_given[people.given]
    first, second = np.where(shape == 0, b, a), np.where(shape == 0, a, b)
    middle = names.take(["", ".", "_"], shape)
    email = names.joined(first, middle, second, tail, "@", domain).to_numpy(zero_copy_only=False)
    return {
        "surname": surname,
        "given": given,
        "chinese": chinese,
        "phone": _shared(stream(seed, "shared phones"), people, phone[:size]),
        "spare_phones": phone[size:],
        "email": email,
        "has_email": generator.random(size) < np.array([0.97, 0.45, 0.40, 0.8, 1.0])[people.registration],
        "has_birth": generator.random(size) < np.array([0.62, 0.85, 0.30, 0.35, 0.0])[people.registration],
        "characters": generator.random(size) < 0.82,
    }


def _shared(generator, people, phone):
    """Give some persons the number of another person in their city: families share a telephone."""
    person = generator.permutation(np.flatnonzero(~people.enterprise))
    person = person[np.argsort(people.city[person], kind="stable")]
    first, second = person[:-1], person[1:]
    shares = (generator.random_sample(len(first)) < settings.SHARED_PHONES) & (np.arange(len(first)) % 2 == 0)
    shares &= people.city[first] == people.city[second]
    phone = phone.copy()
    phone[second[shares]] = phone[first[shares]]
    return phone


def _eight_digits(generator, size):
    """Return ``size`` different eight-digit numbers without visible order: two rounds of mixing two halves."""
    number = (int(generator.randint(0, 10**8)) + np.arange(size) * 61_803_399) % 10**8
    high, low = number // 10**4, number % 10**4
    for factor in (7, 31):
        high = (high + low * low * factor + low * 131 + 17) % 10**4
        low = (low + high * high * factor + high * 241 + 29) % 10**4
    digits = pc.cast(pa.array(high * 10**4 + low), pa.string())
    return pc.utf8_lpad(digits, width=8, padding="0")


_DOMAINS = ["mail.example", "example.com", "example.net", "example.org"]


def _unknown(generator, codes, share):
    """Leave a share of a coded column empty."""
    return np.where(generator.random(len(codes)) < share, -1, codes)


def customer_sheet(books, details, company_names):
    """Return the customers table as the company's database holds it after cleaning."""
    people, state = books.people, books.state
    generator = stream(books.seed, "profiles")
    size, person = people.size, ~people.enterprise
    both = names.in_both_scripts(people.surname, people.given)
    pinyin = names.joined(details["surname"], " ", details["given"]).to_numpy(False)
    full = np.where(details["characters"], both, pinyin)
    full[people.enterprise] = company_names
    consented = np.where(state.consent_changed > NONE, state.consent_changed, people.registered)
    updated = np.maximum(_updates(generator, people, state), people.registered)
    learnt = np.where(details["told_again"] > NONE, details["told_again"], updated)
    learnt = np.where((details["phone_changed"] > NONE) & (learnt >= details["phone_changed"]), learnt, NONE)
    details["phone_learnt"], updated = learnt, np.maximum(updated, learnt)
    email = np.where(details["has_email"], details["email"], None)
    email[people.enterprise] = [f"purchasing{i}@account.example" for i in np.flatnonzero(people.enterprise) + 1]
    return Sheet(
        {
            "customer_id": books.customer(np.arange(size)),
            "kind": Choices(people.enterprise.astype(int), ["person", "enterprise"]),
            "name": Texts(full),
            "gender": Choices(np.where(person, 1 - people.female, -1), ["female", "male"]),
            "birth_date": Days(np.where(person & details["has_birth"], people.birth, NONE)),
            "phone": Texts(np.where(learnt > NONE, details["new_phone"], details["phone"])),
            "email": Texts(email),
            "city": Choices(people.city, names.CITY_NAMES),
            "region": Choices(people.region, names.REGIONS),
            **_told(generator, people),
            "registered_on": Days(people.registered),
            "registration_channel": Choices(people.registration, pop.REGISTRATION_CHANNELS),
            "acquisition_cost": Numbers(_acquisition(generator, people)),
            "preferred_channel": Choices(_unknown(generator, people.preferred_channel, 0.2), CHANNELS),
            "preferred_hour": Integers(np.where(generator.random(size) < 0.35, people.preferred_hour, NONE)),
            **{f"consent_{name}": Flags(state.consent[:, code].astype(int)) for code, name in enumerate(pop.CONSENTS)},
            "consented_on": Days(consented),
            "profile_updated_on": Days(updated),
        }
    )


def _told(generator, people):
    """What persons told about themselves, with the gaps of every real customer database."""
    size, person = people.size, ~people.enterprise
    told = pick(generator, [0.3, 0.7], size) == 1
    age = (LAST_DAY - people.birth) / 365.25
    occupation = np.where(age > 61, 9, np.where(age < 22, 10, generator.randint(0, len(OCCUPATIONS), size)))
    occupation = np.where((occupation == 9) & (age < 52), 4, occupation)
    circle = np.where(generator.random(size) < np.where(people.referred, 0.6, 0.16), generator.randint(0, 7, size), -1)
    return {
        "favourite_category": Choices(np.where(person, _unknown(generator, people.favourite, 0.3), -1), CATEGORIES),
        "education": Choices(np.where(person & told, _unknown(generator, people.education, 0.2), -1), pop.EDUCATIONS),
        "occupation": Choices(np.where(person & told, _unknown(generator, occupation, 0.15), -1), OCCUPATIONS),
        "income_band": Choices(np.where(person, _unknown(generator, people.income, 0.38), -1), pop.INCOMES),
        "marital_status": Choices(
            np.where(person, _unknown(generator, people.married.astype(int), 0.35), -1), ["single", "married"]
        ),
        "children": Integers(np.where(person & (generator.random(size) < 0.6), people.children, NONE)),
        "lifestyle": Choices(np.where(person, _unknown(generator, people.lifestyle, 0.45), -1), pop.LIFESTYLES),
        "personality": Choices(np.where(person, _unknown(generator, people.personality, 0.25), -1), pop.PERSONALITIES),
        "club_or_circle": Choices(np.where(person, circle, -1), CIRCLES),
    }


def _updates(generator, people, state):
    """Profiles are confirmed when there is an occasion; most grow old."""
    last = np.maximum(np.where(state.last_order > NONE, state.last_order, 0), people.registered)
    share = generator.beta(0.6, 1.3, people.size)
    updated = people.registered + share * (last - people.registered)
    return np.where(generator.random(people.size) < 0.35, people.registered, updated).astype(np.int64)


def _acquisition(generator, people):
    """Cost of winning each customer; recommended ones cost little beside the reward."""
    mean = np.array([settings.ACQUISITION_COST[name] for name in pop.REGISTRATION_CHANNELS])[people.registration]
    mean = np.where(people.enterprise, settings.ACQUISITION_COST["sales"] * (0.5 + people.volume / 6000), mean)
    cost = mean * np.exp(generator.normal(-0.06, 0.35, people.size))
    return np.round(np.where(people.referred, 12 + 0.1 * cost, cost), 0)


def account_sheet(books, bills):
    """Return the accounts table. ``bills`` of `invoices.keep_bills`: terms and habits of paying."""
    people, generator = books.people, stream(books.seed, "account profiles")
    who = np.flatnonzero(people.enterprise)
    size, scale = len(who), (np.log(people.volume[who]) - settings.ENTERPRISE_VOLUME[0]) / settings.ENTERPRISE_VOLUME[1]
    employees = np.round(np.exp(3.4 + 0.8 * scale + generator.normal(0, 0.6, size)))
    turnover = np.round(employees * np.exp(generator.normal(12.2, 0.5, size)), -4)
    trend = people.trend[who]
    outlook = np.where(generator.random(size) < 0.65, np.array([2, 1, 0])[trend], generator.randint(0, 3, size))
    return Sheet(
        {
            "customer_id": books.customer(who),
            "industry": Choices(people.industry[who], names.INDUSTRIES),
            "founded_year": Integers(2021 - np.round(generator.gamma(2.0, 7.0, size)).astype(int) - 1),
            "employees": Integers(employees),
            "sites": Integers(1 + generator.poisson(np.exp(0.5 * scale) * 0.9)),
            "annual_turnover": Numbers(turnover),
            "growth_outlook": Choices(_unknown(generator, outlook, 0.12), OUTLOOK),
            "credit_rating": Choices(np.searchsorted([2, 7, 16], bills.habit), CREDIT),
            "payment_days": Integers(bills.days),
            "payment_delay": Numbers(bills.mean_delay, 1),
            "contact_person": Texts(names.in_both_scripts(people.surname[who], people.given[who])),
            "contact_role": Choices(generator.randint(0, len(ROLES), size), ROLES),
            "account_manager": Choices(pick(generator, [5, 4, 4, 3, 3], size), names.STAFF[:5]),
            "opened_on": Days(people.registered[who]),
        }
    )
