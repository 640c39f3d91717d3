"""Advertising by region and week, cards in parcels (both by lot), and what the press wrote."""

import numpy as np

from crmbook.company import names, settings
from crmbook.company.days import LAST_DAY, day, month_of, overall_season
from crmbook.company.orders import certain, head_orders, orders_on
from crmbook.company.population import RUNNING, SALES_CHANNELS
from crmbook.company.randomness import pick, stream
from crmbook.company.rows import chosen
from crmbook.company.sheets import NONE, Choices, Days, Flags, Integers, Labels, Numbers, Sheet, Texts
from crmbook.company.words import table

START, WEEKS = day("2024-01-01"), 52
"""A Monday; the weeks of one year."""
PARCELS_UNTIL, WAIT = day("2024-10-31"), 60
"""The last parcels of the trial, so that the days after them are over before the year is."""
SENT_BY = [SALES_CHANNELS.index(name) for name in ("web", "app", "call centre")]
MEDIA = ["newspaper", "television", "blog", "social media"]
TONES = ["praise", "neutral", "criticism"]


def draw_advertising(generator, state, lines, fixed):
    """Draw in which two regions the posters hang each week; where they are taken down, some orders are not placed.

    Parameters: ``fixed`` numbers of orders that other records mention. Returns: the lots (regions × weeks) and numbers
    of the orders that were not placed.
    """
    shown = np.argsort(generator.random_sample((len(names.REGIONS), WEEKS)), axis=0) < len(names.REGIONS) // 2
    heads = head_orders(state, lines)
    region, week = state.people.region[heads["customer"]], (heads["day"] - START) // 7
    hidden = (week >= 0) & (week < WEEKS)
    hidden[hidden] = ~shown[region[hidden], week[hidden]]
    missing = hidden & ~certain(state, heads, fixed) & (generator.random_sample(len(week)) < settings.POSTERS_MISSED)
    lots = {"shown": shown, "cost": np.exp(generator.normal(0, 0.12, shown.shape)), "missing": int(missing.sum())}
    return lots, heads["number"][missing]


def draw_inserts(generator, state, lines):
    """Draw which parcels carry a card with a code for a free sample, and the orders the cards bring.

    Returns: rows, one a parcel; lines of further orders.
    """
    heads = head_orders(state, lines)
    sent = np.isin(heads["channel"], SENT_BY) & (heads["day"] >= START) & (heads["day"] <= PARCELS_UNTIL)
    rows = chosen(heads, sent)
    size = len(rows["day"])
    inserted = generator.random_sample(size) < 0.5
    following = _next_day(heads, rows)
    on = rows["day"] + generator.randint(5, WAIT + 1, size)
    left = state.left[rows["customer"]]
    chance = settings.INSERT_GAIN * ((following > rows["day"] + WAIT) & ((left <= NONE) | (left > on)))
    brings = inserted & (generator.random_sample(size) < chance)
    following = np.where(brings, on, following)
    uses = generator.random_sample(size) < np.where(brings, *settings.INSERT_USES)
    uses &= inserted & (following <= rows["day"] + WAIT)
    rows |= {"inserted": inserted, "used": np.where(uses, following, NONE), "uplift": chance}
    return rows, orders_on(generator, state, rows["customer"][brings], on[brings])


def _next_day(heads, rows):
    """Day of each customer's next order after the row's day; far away where there is none."""
    far = 10 * LAST_DAY
    keys = np.sort(heads["customer"].astype(np.int64) * far + heads["day"])
    wanted = rows["customer"].astype(np.int64) * far + rows["day"]
    found = np.append(keys, -1)[np.searchsorted(keys, wanted, side="right")]
    return np.where(found // far == rows["customer"], found % far, far)


def advertising_sheet(books):
    """Return the advertising table."""
    lots = books.lots["advertising"]
    week, region = np.divmod(np.arange(lots["shown"].size), len(names.REGIONS))
    shown = lots["shown"][region, week]
    begin = START + 7 * week
    people = books.people.size / 4000
    cost = np.round(settings.ADVERTISING_COST[region] * people * lots["cost"][region, week], -1)
    return Sheet(
        {
            "region": Choices(region, names.REGIONS),
            "week_from": Days(begin),
            "week_to": Days(begin + 6),
            "shown": Flags(shown.astype(int)),
            "cost": Numbers(np.where(shown, cost, 0.0)),
        }
    )


def insert_sheet(books):
    """Return the package_inserts table; ordered again: any order but a box within the days after the parcel."""
    rows = books.lots["inserts"]
    again = _next_day(head_orders(books.state, books.lines), rows) <= rows["day"] + WAIT
    return Sheet(
        {
            "order_id": books.order(rows["number"]),
            "customer_id": books.customer(rows["customer"]),
            "sent_on": Days(rows["day"]),
            "arm": Choices(rows["inserted"].astype(int), ["none", "insert"]),
            "cost": Numbers(np.where(rows["inserted"], settings.INSERT_COST, 0.0)),
            "code_used_on": Days(rows["used"]),
            "observed_on": Days(rows["day"] + WAIT),
            "ordered_again": Flags(again.astype(int)),
        }
    )


def publicity_sheet(books):
    """Return the publicity table: the press writes when tea is bought anyway, and changes nothing."""
    generator = stream(books.seed, "publicity")
    days, weeks = np.arange(LAST_DAY + 1), np.arange(0, LAST_DAY + 1, 7)
    sales = overall_season()[month_of(days)] * np.diff(RUNNING[: len(SALES_CHANNELS) - 1], axis=1).mean(axis=0)
    season = np.add.reduceat(sales, weeks)
    count = generator.poisson(settings.PUBLICITY_A_WEEK * (season / season.mean()) ** settings.PUBLICITY_SEASON)
    begin = np.repeat(weeks, count)
    on = np.sort(np.minimum(begin + generator.randint(0, 7, len(begin)), LAST_DAY))
    size = len(on)
    medium, tone = pick(generator, [0.3, 0.1, 0.28, 0.32], size), pick(generator, [0.5, 0.36, 0.14], size)
    words = table("suggestions")
    headlines = [words.loc[(words["kind"] == "headline") & (words["about"] == name), "text"].array for name in TONES]
    lot = generator.random_sample(size)
    text = [headlines[code][int(place * len(headlines[code]))] for code, place in zip(tone, lot, strict=True)]
    reach = np.array([9.6, 12.0, 7.8, 8.9])[medium] + generator.normal(0, 0.8, size)
    region = np.where(medium == 1, -1, pick(generator, np.ones(len(names.REGIONS) + 2), size))
    return Sheet(
        {
            "publicity_id": Labels("U", np.arange(1, size + 1), 4),
            "appeared_on": Days(on),
            "medium": Choices(medium, MEDIA),
            "region": Choices(np.where(region < len(names.REGIONS), region, -1), names.REGIONS),
            "tone": Choices(tone, TONES),
            "headline": Texts(np.array(text, dtype=object)),
            "reach": Integers(np.round(np.exp(reach), -2).astype(np.int64)),
        }
    )


def truth_sheet(books):
    """Return what each way of talking truly changes."""
    lots, heads = books.lots, head_orders(books.state, books.lines)
    region, week = books.people.region[heads["customer"]], (heads["day"] - START) // 7
    year = (week >= 0) & (week < WEEKS)
    without = (~lots["advertising"]["shown"])[region[year], week[year]].sum()
    card = lots["inserts"]["uplift"].mean() if len(lots["inserts"]["uplift"]) else 0.0
    rows = [
        ("advertising", "orders of the region and week, relative", lots["advertising"]["missing"] / max(without, 1)),
        ("publicity", "orders of the region and week, relative", 0.0),
        ("package insert", f"share that orders again within {WAIT} days", card),
    ]
    every = np.arange(len(rows))
    return Sheet(
        {
            "way": Choices(every, [row[0] for row in rows]),
            "measure": Choices(every, [row[1] for row in rows]),
            "effect": Numbers(np.array([row[2] for row in rows]), 4),
        }
    )
