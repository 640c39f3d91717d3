"""The calendar of the story: months, weekdays, festivals and what they do to sales."""

import numpy as np

from crmbook.company.sheets import DAY_ZERO
from crmbook.company.words import numbers

MONTHS = 48
_FIRSTS = np.arange(np.datetime64("2021-01"), np.datetime64("2025-02")).astype("datetime64[D]")
MONTH_START = (_FIRSTS - DAY_ZERO).astype(int)
"""First day of each month, and of the month after the last, counted from day zero."""
LAST_DAY = int(MONTH_START[MONTHS]) - 1
MONTH_OF_YEAR = np.arange(MONTHS) % 12
YEAR_INDEX = np.arange(MONTHS) // 12
YEARS = np.array([2021, 2022, 2023, 2024])


def day(text):
    """Return the day number of a date written YYYY-MM-DD."""
    return int((np.datetime64(text) - DAY_ZERO).astype(int))


SPRING_FESTIVALS = [day(d) for d in ("2021-02-12", "2022-02-01", "2023-01-22", "2024-02-10", "2025-01-29")]
MID_AUTUMNS = [day(d) for d in ("2021-09-21", "2022-09-10", "2023-09-29", "2024-09-17")]
SALES_DAYS = [day(f"{year}-{d}") for year in YEARS for d in ("06-18", "11-11")]


def weekday(days):
    """Return 0 (Monday) … 6 (Sunday) of day numbers."""
    return (np.asarray(days) + 4) % 7


def month_of(days):
    """Return the month number 0 … 47 of day numbers."""
    return np.searchsorted(MONTH_START, days, side="right") - 1


# Monday … Sunday. Shops live from the week-end, the call centre and account managers rest on it.
_WEEKDAYS = numbers("weekdays")


def day_weights(channel):
    """Return the weight of each day of the four years for sales through a channel."""
    days = np.arange(LAST_DAY + 1)
    weights = _WEEKDAYS.loc[channel].to_numpy()[weekday(days)]
    for festival in SPRING_FESTIVALS:
        weights[(days >= festival - 24) & (days < festival - 2)] *= 1.8
        weights[(days >= festival - 1) & (days < festival + 6)] *= 0.15
    for festival in MID_AUTUMNS:
        weights[(days >= festival - 16) & (days < festival)] *= 1.7
    if channel in ("web", "app"):
        for sales_day in SALES_DAYS:
            weights[(days >= sales_day - 2) & (days <= sales_day)] *= 2.0
            weights[days == sales_day] *= 3.0
    return weights


def gift_season():
    """Return, a month, how strongly it is a time of gifts: 0 none, 1 full (before Spring Festival and Mid-Autumn)."""
    days = np.arange(LAST_DAY + 1)
    near = np.zeros(LAST_DAY + 1)
    for festival in SPRING_FESTIVALS:
        near[(days >= festival - 26) & (days < festival)] = 1.0
    for festival in MID_AUTUMNS:
        near[(days >= festival - 18) & (days < festival)] = 0.8
    return np.add.reduceat(near, MONTH_START[:MONTHS]) / np.diff(MONTH_START) * 1.3


def overall_season():
    """Return the factor on all purchase rates, a month: gifts, new tea in April, the two sales days, a quiet summer."""
    base = np.array([1.0, 0.92, 0.98, 1.18, 1.05, 1.1, 0.84, 0.82, 0.98, 0.95, 1.22, 1.0])[MONTH_OF_YEAR]
    return base * (1 + 0.35 * gift_season())


def category_season(categories):
    """Return months × categories factors: green tea in spring, black and pu'er in winter, gifts before festivals."""
    yearly = numbers("seasons")
    table = np.ones((MONTHS, len(categories)))
    for position, category in enumerate(categories):
        if category in yearly.index:
            table[:, position] = yearly.loc[category].to_numpy()[MONTH_OF_YEAR]
        if category == "gift":
            table[:, position] = 0.35 + 4.5 * gift_season()
    return table
