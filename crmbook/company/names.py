"""Invented people, companies and places, in pinyin and in characters."""

import numpy as np
import pyarrow as pa

from crmbook.company.randomness import pick
from crmbook.company.words import table

_SURNAMES, _GIVEN, _CITIES, _BRANDS, _TRADES = map(table, ("surnames", "given_names", "cities", "brands", "trades"))
SURNAMES, SURNAMES_CHINESE = _SURNAMES["pinyin"].to_list(), _SURNAMES["chinese"].to_list()
GIVEN, GIVEN_CHINESE = _GIVEN["pinyin"].to_list(), _GIVEN["chinese"].to_list()
FEMALE_NAMES = int((_GIVEN["gender"] == "female").sum())  # they stand first
CITY_NAMES, CITY_CHINESE = _CITIES["city"].to_list(), _CITIES["chinese"].to_list()
REGIONS = _CITIES["region"].unique().tolist()
CITY_REGION = _CITIES["region"].map(REGIONS.index).to_numpy()
_CITY_WEIGHT = 1.0 / (1 + 0.45 * _CITIES.groupby("region").cumcount().to_numpy())
BRANDS, BRANDS_CHINESE = _BRANDS["english"].to_list(), _BRANDS["chinese"].to_list()
INDUSTRIES = _TRADES["industry"].unique().tolist()
_TYPES = [list(zip(t["english"], t["chinese"], strict=True)) for _, t in _TRADES.groupby("industry", sort=False)]
STAFF = table("staff")["name"].to_list()


def draw_names(generator, female):
    """Draw surname and given name of people.

    Parameters: ``female`` True where a woman. Returns: two arrays of positions in SURNAMES and GIVEN.
    """
    size = len(female)
    surname = pick(generator, 1.0 / (np.arange(len(SURNAMES)) + 4.0), size)
    of_women = generator.randint(0, FEMALE_NAMES, size)
    of_men = generator.randint(FEMALE_NAMES, len(GIVEN), size)
    return surname, np.where(female, of_women, of_men)


def draw_cities(generator, size):
    """Draw cities; bigger ones come first in each region. Returns: positions in CITY_NAMES."""
    return pick(generator, _CITY_WEIGHT * np.array([1.35, 1.0, 0.95, 0.75])[CITY_REGION], size)


def take(texts, codes):
    """Return the texts at the given positions as an array of objects (fast for millions)."""
    return np.asarray(texts, dtype=object)[codes]


def joined(*parts):
    """Join arrays of texts and single texts, element by element, into one Arrow array."""
    import pyarrow.compute as pc

    arrays = [pa.scalar(part) if isinstance(part, str) else pa.array(part, type=pa.string()) for part in parts]
    return pc.binary_join_element_wise(*arrays, "")


def in_both_scripts(surname, given):
    """Write names in pinyin and in characters. Parameters: positions in SURNAMES and GIVEN. Returns: array of texts."""
    pinyin = joined(take(SURNAMES, surname), " ", take(GIVEN, given), " ")
    chinese = joined(take(SURNAMES_CHINESE, surname), take(GIVEN_CHINESE, given))
    return joined(pinyin, chinese).to_numpy(zero_copy_only=False)


def enterprise_names(generator, industry, city):
    """Name companies after a brand, their trade and, now and then, their city. Returns: list of texts."""
    brand = generator.randint(0, len(BRANDS), len(industry))
    kind = generator.randint(0, 60, len(industry))
    names = []
    for i, (trade, place) in enumerate(zip(industry, city, strict=True)):
        english, chinese = _TYPES[trade][kind[i] % len(_TYPES[trade])]
        names.append(
            f"{CITY_NAMES[place]} {BRANDS[brand[i]]} {english} {CITY_CHINESE[place]}{BRANDS_CHINESE[brand[i]]}{chinese}"
        )
    return names
