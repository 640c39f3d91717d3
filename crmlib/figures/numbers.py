"""Numbers and places as readers see them: in the unit of a column or of an axis's tick labels."""

import math
import re

import numpy as np
import pandas as pd

SPACE = "\u00a0"  # a number stays with its unit
DIGITLESS = re.compile(r"[^\W\d_]")
OWN_TICKS = "{x:,.10g}"  # ticks that show has set: values between them are rounded by the data's range


def number(value, decimals=0, separate=True):
    """Write a number: thousands apart, a true minus, no minus before zero.

    Parameters: decimals - digits after the point; separate - whether thousands stand apart.
    """
    value = float(
        f"{value:.12g}"
    )  # a sum in another order differs in the sixteenth digit, and halves would round apart
    text = f"{value:{',' if separate else ''}.{decimals}f}"
    return text.lstrip("-") if float(text.replace(",", "")) == 0 else text.replace("-", "\u2212")


def decimals_for(span, parts=100):
    """Digits after the point that show a range in so many parts, or more."""
    return max(0, math.ceil(round(math.log10(parts / span), 9))) if span > 0 else 0


def keep_units(text):
    """Bind %, 万 and CNY to the number before them."""
    return re.sub(r"(\d) ?(%|万|CNY\b)", rf"\1{SPACE}\2", text)


def is_category(axis):
    """Tell whether places on an axis are names: by its units, by its tick labels or by a formatter that spells."""
    from matplotlib.ticker import FixedFormatter, FixedLocator, FuncFormatter

    form = axis.get_major_formatter()
    if type(form).__name__ == "StrCategoryFormatter":
        return True
    if not isinstance(form, FixedFormatter | FuncFormatter):
        return False
    places, words = names_on(axis)
    if isinstance(axis.get_major_locator(), FixedLocator):
        return any(map(DIGITLESS.search, words)) or words != [f"{place:g}" for place in places]
    return bool(words) and not any(re.search(r"\d", word) for word in words)


def names_on(axis):
    """Places and names of an axis's tick labels, without empty ones; they are known before anything is drawn."""
    places = np.asarray(axis.get_ticklocs(), float)
    words = [str(word).replace("\n", " ") for word in axis.get_major_formatter().format_ticks(places)]
    named = [k for k, word in enumerate(words) if word]
    return places[named], [words[k] for k in named]


def say(axis, further=0):
    """Return the function that writes a value of an axis: a name, a day, the unit of its ticks, else a number.

    Numbers are rounded to about a hundredth of the range drawn. Parameters: further - more digits than that, for means.
    """
    from matplotlib import dates
    from matplotlib.ticker import FuncFormatter, PercentFormatter, StrMethodFormatter

    form, data = axis.get_major_formatter(), axis.get_data_interval()
    if is_category(axis):
        places, words = names_on(axis)
        return lambda value: words[int(np.abs(places - value).argmin())]
    if isinstance(form, dates.AutoDateFormatter | dates.DateFormatter | dates.ConciseDateFormatter):
        fine = f"%Y-%m-%d{' %H:%M' if further or np.ptp(data) < 3 else ''}"
        return lambda value: dates.num2date(value).strftime(fine)
    if hasattr(form, "freq") and not further:  # pandas' own time axis
        return lambda value: str(pd.Period(ordinal=int(value), freq=form.freq))
    own = isinstance(form, StrMethodFormatter) and form.fmt == OWN_TICKS
    if isinstance(form, FuncFormatter | StrMethodFormatter) and not own and not further:
        return lambda value: form(value)
    scale, unit = (100 / form.xmax, f"{SPACE}%") if isinstance(form, PercentFormatter) else (1, "")
    span = 2 * min(abs(data)) if axis.get_scale() == "log" else np.ptp(data) or max(abs(data))
    decimals, separate = decimals_for(span * scale, 20 if unit else 100) + further, not is_years(axis)

    def write(value):
        text = number(value * scale, decimals, separate)
        return (text.rstrip("0").rstrip(".") if decimals else text) + unit

    return write


def is_years(axis):
    """Tell whether an axis holds calendar years, which are written without a thousands separator."""
    low, high = axis.get_data_interval()
    return 1900 <= low <= high <= 2100 and float(low).is_integer() and float(high).is_integer()


def place_of(axis, words):
    """Read a place on an axis from words, such as 30% or 2024-03-31. Returns: a float, or None if they name none."""
    from matplotlib import dates
    from matplotlib.ticker import PercentFormatter

    form, plain = axis.get_major_formatter(), words.replace(SPACE, "").replace(",", "").replace("\u2212", "-").strip()
    try:
        if hasattr(form, "freq"):
            return float(pd.Period(plain, freq=form.freq).ordinal)
        if isinstance(form, dates.AutoDateFormatter | dates.DateFormatter | dates.ConciseDateFormatter):
            return float(dates.date2num(pd.Timestamp(plain)))
        value = float(plain.removesuffix("%"))
    except ValueError:
        return None
    return value / 100 * form.xmax if isinstance(form, PercentFormatter) else value
