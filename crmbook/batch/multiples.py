"""Small multiples: each recorded figure across the runs, one panel a figure, as inline drawings."""

import math

from crmbook.batch.results import PREFIX

WIDTH, HEIGHT = 320, 150
MANY = 400  # runs: more are drawn as one path, without a label each
LEFT, RIGHT, TOP, BOTTOM = 58, 14, 10, 26


def panels(table, most):
    """Draw every figure that has at least two runs.

    Parameters: table - results_table; most - panels at most. Returns: list of panels for the page, number left out.
    """
    groups = [group for _, group in table.dropna(subset=["value"]).groupby(["chapter", "name"], sort=False)]
    several = [group for group in groups if group["run"].nunique() > 1]
    return [_panel(group) for group in several[:most]], max(0, len(several) - most)


def _panel(group):
    across, places = _across(group)
    lows = group["low"].fillna(group["value"])
    highs = group["high"].fillna(group["value"])
    ticks = _ticks(lows.min(), highs.max())
    bottom, top = ticks[0], ticks[-1]
    first = group.iloc[0]
    points = [
        {
            "x": round(LEFT + place * (WIDTH - LEFT - RIGHT), 1),
            "y": _height(value, bottom, top),
            "low": _height(low, bottom, top),
            "high": _height(high, bottom, top),
            "title": f"{run}: {_number(value)} {first['unit']}".strip(),
        }
        for place, value, low, high, run in zip(places, group["value"], lows, highs, group["run"], strict=True)
    ]
    return {
        "chapter": first["chapter"],
        "name": first["name"].replace("_", " "),
        "unit": first["unit"],
        "points": points,
        "many": len(points) > MANY,
        "ticks": [{"y": _height(value, bottom, top), "text": _number(value)} for value in ticks],
        "across": across,
        "alt": _alt(group, first),
        "size": {"width": WIDTH, "height": HEIGHT, "left": LEFT, "right": WIDTH - RIGHT, "base": HEIGHT - BOTTOM},
    }


def _across(group):
    """What runs along the bottom (the only parameter that varies, or the order of the runs) and each run's place."""
    varying = [name for name in group if name.startswith(PREFIX) and group[name].astype(str).nunique() > 1]
    count = len(group)
    evenly = [0.5 if count == 1 else 0.04 + 0.92 * number / (count - 1) for number in range(count)]
    if len(varying) != 1:
        return {"label": f"{count} runs in the order of the grid", "first": "", "last": ""}, evenly
    values = group[varying[0]]
    ends = {"label": varying[0].removeprefix(PREFIX), "first": str(values.iloc[0]), "last": str(values.iloc[-1])}
    if not all(isinstance(value, int | float) and not isinstance(value, bool) for value in values):
        return ends, evenly
    low, high = min(values), max(values)
    ends |= {"first": f"{low:g}", "last": f"{high:g}"}
    return ends, [0.04 + 0.92 * (value - low) / (high - low) for value in values]


def _ticks(low, high):
    """Round numbers around the values, three or four; points need no zero line, their differences are what matters."""
    spread = (high - low) or abs(high) or 1.0
    rough = spread / 2
    power = 10 ** math.floor(math.log10(rough))
    step = next(size * power for size in (1, 2, 2.5, 5, 10) if size * power >= rough * 0.999)
    first, last = math.floor(low / step), math.ceil(high / step)
    return [number * step for number in range(first, max(last, first + 1) + 1)]


def _height(value, bottom, top):
    return round(TOP + (top - value) / (top - bottom) * (HEIGHT - TOP - BOTTOM), 1)


def _number(value):
    if abs(value) >= 1e6:
        return f"{value / 1e6:.3g} M"
    return f"{value:,.0f}" if abs(value) >= 1000 else f"{value:.3g}"


def _alt(group, first):
    values = group["value"]
    unit = f" {first['unit']}" if first["unit"] else ""
    return (
        f"{first['name'].replace('_', ' ')} in {len(group)} runs: from {_number(values.min())} to "
        f"{_number(values.max())}{unit}, half of the runs below {_number(values.median())}."
    )
