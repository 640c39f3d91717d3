"""Who the customers are: their circumstances, tastes and hidden traits, drawn before the first month begins."""

import numpy as np

from crmbook.company import names, settings
from crmbook.company.days import LAST_DAY, MONTH_START, MONTHS, day_weights, overall_season
from crmbook.company.products import CATEGORIES
from crmbook.company.randomness import pick, pick_each, stream

REGISTRATION_CHANNELS = ["web", "store", "callcentre", "fair", "sales"]
SALES_CHANNELS = ["shop", "web", "app", "call centre", "account manager"]
RUNNING = np.array([np.concatenate([[0.0], np.cumsum(day_weights(name))]) for name in SALES_CHANNELS])
"""Sales channels × days: weight of all days before."""
TRENDS = list(settings.TREND_SHARES)
CAMPAIGN_TYPES = list(settings.CAMPAIGN_TYPES)
INCOMES = ["low", "middle", "upper middle", "high"]
EDUCATIONS = ["school", "college", "bachelor", "postgraduate"]
LIFESTYLES = ["health", "tradition", "convenience", "gift giving", "connoisseur"]
PERSONALITIES = ["curious", "cautious", "loyal", "bargaining"]
CONSENTS = ["email", "sms", "phone", "wechat"]


class People:
    """One position a customer in every array; codes point into the lists of this module and of ``names``.

    The arrays have the names under which ``draw_people`` and what it calls draw them.
    """

    def __init__(self, drawn):
        vars(self).update(drawn)
        self.size = len(drawn["enterprise"])


def draw_people(customers, seed):
    """Draw all customers who register in the four years, in the order of their registration.

    Parameters: ``customers`` how many; ``seed`` of the company. Returns: People.
    """
    generator = stream(seed, "people")
    enterprise = np.zeros(customers, dtype=bool)
    enterprise[: max(4, round(customers * settings.ENTERPRISE_SHARE))] = True
    drawn = {"enterprise": enterprise}
    drawn |= _registration(generator, enterprise)
    drawn["tries_once"] = stream(seed, "one-time buyers").random_sample(customers) < one_time_chance(drawn)
    drawn |= _circumstances(generator, enterprise)
    drawn |= _tastes(generator, drawn)
    drawn |= _buying(generator, drawn)
    drawn |= _collectors(stream(seed, "collectors"), drawn)
    drawn |= _attitudes(generator, customers)
    drawn |= _accounts(stream(seed, "accounts"), enterprise)
    order = np.argsort(drawn["registered"], kind="stable")
    return People({name: values[order] for name, values in drawn.items()})


def _registration(generator, enterprise):
    """Day and channel of registration; new customers come in the same seasons as sales do."""
    size = len(enterprise)
    month = pick(generator, overall_season() * np.linspace(1.2, 0.75, MONTHS), size)
    present = generator.random(size) < np.where(enterprise, 0.30, settings.PRESENT_AT_START)
    month = np.where(present, 0, month)
    channel = pick(generator, [0.46, 0.32, 0.11, 0.11], size)
    channel = np.where(enterprise, np.where(generator.random(size) < 0.7, 4, 3), channel)
    of_day = [day_weights(name) for name in ("web", "shop", "call centre", "shop", "account manager")]
    registered = np.zeros(size, dtype=np.int32)
    for code, weights in enumerate(of_day):
        here = channel == code
        running = np.concatenate([[0.0], np.cumsum(weights)])
        low, high = running[MONTH_START[month[here]]], running[MONTH_START[month[here] + 1]]
        place = low + generator.random(here.sum()) * (high - low)
        registered[here] = np.minimum(np.searchsorted(running, place, side="right") - 1, LAST_DAY)
    # The old card index was taken over in the first days of January 2021; accounts on its first working day.
    registered = np.where(present, np.where(enterprise, 3, generator.randint(0, 8, size)), registered).astype(np.int32)
    referred = (~enterprise) & (~present) & (channel < 2) & (generator.random(size) < settings.REFERRED_SHARE)
    return {"registered": registered, "present": present, "registration": channel, "referred": referred}


def one_time_chance(drawn, referred=None):
    """Return each customer's chance to try the tea once and never again: it depends on how the customer was won.

    Parameters: ``drawn`` dict with enterprise, present, registration, referred; ``referred`` to replace the last.
    """
    chance = np.array([settings.ONE_TIME_SHARE[name] for name in REGISTRATION_CHANNELS])[drawn["registration"]]
    exempt = drawn["enterprise"] | drawn["present"] | (drawn["referred"] if referred is None else referred)
    return np.where(exempt, 0.0, chance)


def _circumstances(generator, enterprise):
    size = len(enterprise)
    female = generator.random(size) < 0.56
    surname, given = names.draw_names(generator, female)
    age = np.clip(generator.gamma(9.0, 4.6, size) + 2, 18, 86)
    city = names.draw_cities(generator, size)
    income_score = generator.normal(0, 1, size) + np.where(np.isin(city, [0, 7, 13, 14]), 0.4, 0.0)
    income = np.searchsorted([-0.75, 0.45, 1.35], income_score)
    education = np.searchsorted([-1.0, -0.2, 1.1], 0.6 * income_score + generator.normal(0, 0.8, size))
    married = generator.random(size) < np.clip((age - 20) / 16, 0.02, 0.85)
    children = np.where(married & (age > 25), pick(generator, [0.25, 0.5, 0.22, 0.03], size), 0)
    return {
        "female": female,
        "surname": surname,
        "given": given,
        # Age is counted at the middle of the story; birthdays fall on any day of the year.
        "birth": (700 - age * 365.25 - generator.randint(0, 365, size)).astype(np.int32),
        "city": city,
        "region": names.CITY_REGION[city],
        "income": income,
        "education": education,
        "married": married,
        "children": children,
    }


def _tastes(generator, drawn):
    size = len(drawn["enterprise"])
    west, south = drawn["region"] == 3, drawn["region"] == 2
    base = np.array([2.4, 1.4, 1.6, 0.9, 1.2, 1.3, 0.7, 0.5])
    favourite = pick(generator, base, size)
    favourite = np.where(west & (generator.random(size) < 0.25), CATEGORIES.index("pu'er"), favourite)
    favourite = np.where(south & (generator.random(size) < 0.3), CATEGORIES.index("oolong"), favourite)
    lifestyle = pick(generator, [0.25, 0.27, 0.23, 0.13, 0.12], size)
    gifts = (favourite == CATEGORIES.index("gift")) & (generator.random(size) < 0.7)
    lifestyle = np.where(gifts, LIFESTYLES.index("gift giving"), lifestyle)
    price_sensitivity = generator.normal(0, 1, size) * 0.85 - 0.35 * (drawn["income"] - 1)
    personality = pick(generator, [0.28, 0.32, 0.40, 0.0], size)
    bargaining = generator.random(size) < 0.9 / (1 + np.exp(-3.0 * (price_sensitivity - 0.6)))
    connoisseur = 0.5 * (lifestyle == LIFESTYLES.index("connoisseur"))
    taste = np.searchsorted([-0.55, 0.85], generator.normal(0, 0.8, size) + 0.45 * (drawn["income"] - 1) + connoisseur)
    return {
        "favourite": favourite,
        "lifestyle": lifestyle,
        "personality": np.where(bargaining, PERSONALITIES.index("bargaining"), personality),
        "price_sensitivity": price_sensitivity,
        "taste": taste,
    }


def _buying(generator, drawn):
    """Hidden buying behaviour: kind of buyer, rate, trend, readiness to leave, response to messages."""
    enterprise, sensitive = drawn["enterprise"], drawn["price_sensitivity"]
    size = len(enterprise)
    relationship = generator.random(size) < np.clip(settings.RELATIONSHIP_SHARE - 0.13 * sensitive, 0.1, 0.95)
    relationship |= enterprise
    shape = np.where(relationship, settings.RELATIONSHIP_RATE[0], settings.TRANSACTION_RATE[0])
    mean = np.where(relationship, settings.RELATIONSHIP_RATE[1], settings.TRANSACTION_RATE[1])
    campaign_type = _response_kinds(generator, drawn, relationship)
    through = pick(generator, [0.30, 0.34, 0.26, 0.10], size)
    young = drawn["birth"] > -12_000
    through = np.where(young & (through == 3), 2, through)
    store = (drawn["registration"] == 1) & (generator.random(size) < 0.6)
    through = np.where(store, 0, through)
    through = np.where((drawn["registration"] == 2) & (generator.random(size) < 0.5), 3, through)
    consent = generator.random((size, 4)) < np.array([0.58, 0.66, 0.40, 0.62])
    return {
        "relationship": relationship,
        "rate": np.maximum(generator.gamma(shape) * mean / shape, 0.01),
        "trend": np.where(
            enterprise,
            pick(generator, [0.4, 0.4, 0.2], size),
            pick(generator, list(settings.TREND_SHARES.values()), size),
        ),
        "campaign_type": campaign_type,
        "abuser": (~enterprise) & (generator.random(size) < settings.ABUSER_SHARE),
        "switching_cost": generator.normal(0, 0.9, size) + np.where(relationship, 0.25, -0.4),
        "wallet_need": generator.beta(3.2, 2.0, size),
        "leaving_factor": np.maximum(generator.gamma(0.9, 1 / 0.9, size), 0.03),
        "prospect": (generator.random(size) < 0.11) & ~enterprise,
        "buys_through": np.where(enterprise, 4, through),
        "club": (generator.random(size) < settings.CLUB_SHARE + 0.12 * relationship) & ~enterprise,
        "consent": consent | (enterprise[:, None] & np.array([True, False, True, False])),
        "preferred_channel": np.where(enterprise, 1, pick(generator, [0.0, 0.1, 0.23, 0.2, 0.44, 0.02, 0.01], size)),
        "preferred_hour": np.where(enterprise, pick(generator, _OFFICE_HOURS, size), pick(generator, _HOURS, size)),
    }


def _collectors(generator, drawn):
    """A few persons buy as much as a hotel: collectors of old teas, hosts, givers of many gifts."""
    collector = drawn["relationship"] & ~drawn["enterprise"] & ~drawn["tries_once"]
    collector &= generator.random_sample(len(collector)) < settings.COLLECTOR_SHARE
    return {"collector": collector, "rate": np.where(collector, settings.COLLECTOR_RATE, drawn["rate"])}


def _response_kinds(generator, drawn, relationship):
    """How each customer takes messages and offers."""
    sensitive, size = drawn["price_sensitivity"], len(relationship)
    kinds = np.array(list(settings.CAMPAIGN_TYPES.values()))[None, :] * np.ones((size, 1))
    kinds[:, 0] *= np.exp(1.5 * sensitive)  # bargains persuade the price-sensitive
    kinds[:, 1] *= np.where(relationship, 1.5, 0.5)
    kinds[:, 3] *= np.where(drawn["birth"] > -12_500, 2.6, 0.5)  # the young are put off sooner
    return pick_each(generator, kinds)


_HOURS = [0, 0, 0, 0, 0, 0, 1, 3, 5, 5, 5, 5, 7, 5, 3, 3, 3, 4, 6, 8, 11, 10, 5, 1]
_OFFICE_HOURS = [0] * 9 + [5, 7, 4, 0, 1, 5, 6, 4, 2] + [0] * 6


def _attitudes(generator, size):
    """Independent standard-normal parts of the six attitudes of the structural model."""
    parts = ("image", "own_expectation", "own_quality", "own_value", "own_satisfaction", "own_intention")
    return {part: generator.normal(0, 1, size).astype(np.float32) for part in parts}


def _accounts(generator, enterprise):
    """Volume and discount of accounts; big buyers press for discounts, and some get far too much."""
    size = len(enterprise)
    scale = generator.normal(0, 1, size)
    mean, deviation = settings.ENTERPRISE_VOLUME
    discount = np.clip(0.10 + 0.055 * scale + generator.normal(0, 0.05, size), 0.02, 0.30)
    demanding = enterprise & (generator.random(size) < np.where(scale > 0.4, 0.38, 0.10))
    discount = np.where(demanding, discount + 0.18, discount)
    return {
        "industry": pick(generator, [0.32, 0.20, 0.28, 0.12, 0.08], size),
        "volume": np.where(enterprise, np.exp(mean + deviation * scale), 0.0),
        "demanding": demanding,
        "contract_discount": np.where(enterprise, np.round(discount, 2), 0.0),
    }
