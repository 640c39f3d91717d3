"""Key figures, claim checks and sources: shown in words, and kept in the cell's output where a batch collects them.

Words and units of key figures stand in key_figures.csv, one a row: ``name`` what a cell calls it, ``words`` and
``chinese`` what a reader sees, ``unit``, and ``low``, ``high`` the limits of what is possible, empty where there is
none. Units:

- "share" a part of a whole, 0 to 1, shown in per cent; "percent" shown likewise, but free to leave 0 to 1: changes,
  shares of a net sum; "percentage points" the difference of two shares;
- "money" in the company's currency; "number" shown without a unit; any other word (days, times, points) stands behind
  the number as it is.
"""

import csv
import difflib
import html
import inspect
import math
import numbers
import re
import textwrap
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from pathlib import Path

from crmlib.claims import LARGER, SMALLER, judge
from crmlib.errors import CrmError, DataFault
from crmlib.figures.numbers import keep_units
from crmlib.figures.numbers import number as written

MIME = "application/vnd.crmlib.record+json"
CLAIM_MIME = "application/vnd.crmlib.claim+json"
KEY_FIGURES, CLAIMS = "key_figures.csv", "claims.csv"
SIGNIFICANT_DIGITS = 4
COMPUTED, COMPUTED_EITHER_SIDE = "computed", "computed, either side"
HUNDREDFOLD = {"share": "%", "percent": "%", "percentage points": "percentage points"}
# Sums taken in another order may end this far (relatively) beyond a limit that they should meet.
ROUNDING = 1e-9


@dataclass(frozen=True)
class Shown:
    """What a cell ends in: ``text`` for readers, ``content`` as it is stored, ``bundle`` of all MIME types."""

    text: str
    content: dict
    bundle: dict

    def __repr__(self):
        return self.text

    def _repr_mimebundle_(self, include=None, exclude=None):
        return {"text/plain": self.text, **self.bundle}


def record(name, value, interval=None, currency=None):
    """A key figure, shown in words and kept for the batch's table; a cell ends in it.

    Parameters: ``name`` a row of key_figures.csv, such as "retention_rate"; ``value`` one number in that row's unit
    (shares as 0.738); ``interval`` a pair (low, high), or a row or one-row table with those columns; ``currency`` of
    money, such as ``db.company.currency``. Returns what is displayed; it keeps four significant digits (whole numbers
    all of theirs): more would be noise, and would differ between machines.
    Errors: CrmError for an unknown name, for what is no finite number or is not possible, for an interval that is the
    wrong way round or does not hold the value, and for money without a currency.
    """
    row = _row(KEY_FIGURES, name)
    if (row["unit"] == "money") != bool(currency):
        way_out = "add currency=db.company.currency" if row["unit"] == "money" else "leave out currency="
        raise CrmError(f"{name} is counted in the unit {row['unit']!r}: {way_out}.")
    value, interval = _checked(value, interval, name, _limits(row))
    unit = currency or row["unit"]
    content = {
        "name": name,
        "value": _kept(value),
        "unit": "" if unit in ("share", "percent", "number") else unit,
        "interval": interval and [_kept(end) for end in interval],
    }
    words, figure = keep_units(row["words"]), _figure(value, unit, interval)
    page = f"<p><strong>{html.escape(words)}</strong> · {html.escape(row['chinese'])} {html.escape(figure)}</p>"
    return Shown(f"{words} {figure}", content, {"text/html": page, MIME: content})


def claim(name, estimate, interval, neutral=None):
    """What everybody repeats, judged by these data (rule: `crmlib.claims.judge`); a cell ends in it.

    Parameters: ``name`` a row of claims.csv, such as "20 % bring 80 %"; ``estimate`` and ``interval`` as for `record`,
    in that row's unit; ``neutral`` what these data would show if there were nothing in the claim, where claims.csv says
    "computed". Returns what is displayed.
    Errors: CrmError as for `record`, and for a neutral value that is missing or not wanted; DataFault where it lies in
    the claimed range, or on its wrong side: then these data cannot test the claim.
    """
    row = _row(CLAIMS, name)
    possible = (0, 1) if row["unit"] == "share" else (-math.inf, math.inf)
    if interval is None:
        raise CrmError(f"A claim is judged by its interval: give one for {name!r}.")
    estimate, (low, high) = _checked(estimate, interval, f"the estimate for {name!r}", possible)
    neutral, claimed = _neutral(row, neutral, possible), _limits(row)
    meant, nothing = _span(*claimed, row["unit"]), _span(neutral, neutral, row["unit"])
    if claimed[0] <= neutral <= claimed[1] or (row["neutral"] == COMPUTED and neutral > claimed[1]):
        fault = f"{name!r} cannot be tested here: with nothing in it one would find {nothing}, and it claims {meant}."
        raise DataFault(fault)
    verdict = judge(estimate, low, high, claimed, neutral)
    # Where less is claimed than nothing would bring, a larger figure is a smaller effect.
    effect = " effect" if neutral > claimed[1] and verdict in (SMALLER, LARGER) else ""
    often = row["standing"] == "often said"
    said = keep_units(f"{'It is often said: ' if often else ''}“{row['text']}” – {row['source']}.")
    found = f"{verdict[0].upper()}{verdict[1:]}{effect}: {_figure(estimate, row['unit'], (low, high))}."
    rest = keep_units(
        f"The claim means {meant}; with nothing in it one would find {nothing}: {row['nothing']}. "
        f"Counted: {row['denominator']}. Caution: {row['caution']}."
    )
    content = {
        "claim": row["text"],
        "source": f"it is often said; {row['source']}" if often else row["source"],
        "verdict": verdict,
        **{key: _kept(figure) for key, figure in (("estimate", estimate), ("low", low), ("high", high))},
    }
    page = f"<p>{html.escape(said)} <strong>{html.escape(found)}</strong> {html.escape(rest)}</p>"
    return Shown(f"{said} {found} {rest}", content, {"text/html": page, CLAIM_MIME: content})


def source(function):
    """A function's source, docstring included, as highlighted text; a cell ends in it.

    Parameters: ``function`` a function, method or class written in Python; of a decorated one what was decorated is
    shown. Returns what is displayed. Errors: CrmError for anything that has no Python source.
    """
    inner = inspect.unwrap(function) if callable(function) else function
    try:
        if inspect.ismodule(inner):
            raise TypeError
        code = textwrap.dedent(inspect.getsource(inner)).rstrip()
    except (TypeError, OSError):
        label = getattr(function, "__name__", None) or f"a value of type {type(function).__name__}"
        raise CrmError(f"{label} has no Python source to show: give a function written in Python, uncalled.") from None
    fence = "`" * max(3, 1 + max(map(len, re.findall("`+", code)), default=0))
    return Shown(code, {}, {"text/markdown": f"{fence}python\n{code}\n{fence}"})


@cache
def _rows(file):
    text = Path(__file__).with_name(file).read_text("utf-8")
    return {row["name"]: row for row in csv.DictReader(text.splitlines())}


def _row(file, name):
    rows = _rows(file)
    if name in rows:
        return rows[name]
    near = difflib.get_close_matches(str(name), rows, cutoff=0.4)
    perhaps = f" (near: {'; '.join(near)})" if near else ""
    raise CrmError(f"crmlib/{file} has no row {name!r}{perhaps}: take a name that stands there, or add a row.")


def _limits(row):
    return float(row["low"] or -math.inf), float(row["high"] or math.inf)


def _neutral(row, given, possible):
    if (row["neutral"] in (COMPUTED, COMPUTED_EITHER_SIDE)) != (given is not None):
        wanted = f"add neutral= ({row['nothing']})" if given is None else f"leave out neutral=, it is {row['neutral']}"
        raise CrmError(f"Claim {row['name']!r}: {wanted}.")
    return float(row["neutral"]) if given is None else _checked(given, None, "neutral", possible)[0]


def _checked(value, interval, what, possible):
    """The value and its interval as plain numbers, neither impossible nor at odds with each other."""
    value = _number(value, what)
    low, high = (value, value) if interval is None else (_number(end, what) for end in _ends(interval, what))
    slack = ROUNDING * max(1, abs(value))
    if low > high:
        raise CrmError(f"The interval of {what} is the wrong way round: {low:g} to {high:g}; give (low, high).")
    if not low - slack <= value <= high + slack:
        raise CrmError(f"The interval of {what}, {low:g} to {high:g}, does not hold its value {value:g}.")
    for number in (value, low, high):
        if not possible[0] - slack <= number <= possible[1] + slack:
            fault = f"{what} cannot be {number:g}: possible is {_span(*possible, 'number')}"
            raise CrmError(f"{fault} (shares are written 0.8, not 80)." if possible == (0, 1) else f"{fault}.")
    value, low, high = (min(max(number, possible[0]), possible[1]) for number in (value, low, high))
    return value, None if interval is None else (low, high)


def _number(value, what):
    if getattr(value, "size", None) == 1 and hasattr(value, "item"):
        value = value.item()
    if isinstance(value, bool) or not isinstance(value, numbers.Real | Decimal):
        raise CrmError(f"{what} takes one number, not {type(value).__name__}.")
    value = int(value) if isinstance(value, numbers.Integral) else float(value)
    if not abs(value) < 1e300:
        raise CrmError(f"{what} is not a finite number: find out where it stopped being one.")
    return value


def _ends(interval, what):
    if len(getattr(interval, "columns", ())) and len(interval) == 1:
        interval = interval.iloc[0]
    try:
        low, high = (interval["low"], interval["high"]) if hasattr(interval, "keys") else interval
    except (KeyError, TypeError, ValueError):
        raise CrmError(f"The interval of {what} is a pair (low, high), or one row with these columns.") from None
    return low, high


def _kept(number):
    return number if isinstance(number, int) else float(f"{number:.{SIGNIFICANT_DIGITS}g}")


def _figure(value, unit, interval):
    """Value and interval in words, with two digits of what the interval leaves open, or three digits without one."""
    scale = 100 if unit in HUNDREDFOLD else 1
    value, ends = value * scale, [end * scale for end in interval or ()]
    width = ends[1] - ends[0] if ends else 0
    if width:
        largest = max(map(abs, ends))
        places = min(1 - _exponent(width), max(0, SIGNIFICANT_DIGITS - 1 - _exponent(largest)))
    else:
        places = 0 if isinstance(value, int) else max(0, 2 - _exponent(value))
    value, *ends = (written(round(one, places), max(0, places)) for one in (value, *ends))
    return f"{value}{_behind(unit)}" + (f" ({' to '.join(ends)}{_behind(unit)})" if ends else "")


def _exponent(number):
    return math.floor(math.log10(abs(number))) if number else 2


def _span(low, high, unit):
    """A range in words, open where an end is infinite."""
    scale = 100 if unit in HUNDREDFOLD else 1
    ends = list(dict.fromkeys(f"{float(f'{end * scale:.3g}'):,g}" for end in (low, high) if math.isfinite(end)))
    opening = "at least " if math.isinf(high) else "at most " if math.isinf(low) else ""
    unit = "percentage point" if ends == ["1"] and unit == "percentage points" else unit
    return (opening + " to ".join(ends)).replace("-", "\u2212") + _behind(unit)


def _behind(unit):
    return "" if unit == "number" else f"\u00a0{HUNDREDFOLD.get(unit, unit)}"
