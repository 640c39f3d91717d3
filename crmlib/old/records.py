"""Key figures: shown to the reader, kept in the notebook for the batch table."""

import math
import numbers

MIME = "application/vnd.crmlib.record+json"
SIGNIFICANT_DIGITS = 4


def record(name, value, unit="", interval=None):
    """Show one key figure and keep it in the cell's output, where a batch collects it.

    Parameters: name - a Python name such as "top_10_percent_share", one figure each; value - a number; unit - text such
    as "CNY" or "customers", empty for a share; interval - (low, high) in the same unit, or None.
    Returns: None. Values keep four significant digits (whole numbers all of theirs): more would be noise, and would
    differ between machines.
    Errors: TypeError or ValueError when name, value or interval is not of that kind.
    """
    content = {
        "name": _checked_name(name),
        "value": rounded(value, name),
        "unit": str(unit),
        "interval": _checked_interval(interval, name),
    }
    from IPython import get_ipython

    if get_ipython() is None:
        print(describe(content))
        return
    from IPython.display import display

    display({MIME: content, "text/plain": describe(content)}, raw=True)


def rounded(value, name="value"):
    """Round to the digits that are kept; what is not a finite number becomes None (JSON knows no NaN)."""
    if isinstance(value, bool) or not isinstance(value, numbers.Real):
        if not hasattr(value, "item") or getattr(value, "size", 0) != 1:
            raise TypeError(f"record({name!r}, ...) takes one number, not {type(value).__name__}.")
        value = value.item()
    if isinstance(value, numbers.Integral):
        return int(value)
    if not math.isfinite(value):
        return None
    return float(f"{float(value):.{SIGNIFICANT_DIGITS}g}")


def describe(content):
    """Write a recorded figure as one line of text."""
    value, interval = content["value"], content["interval"]
    text = f"{content['name']} = {_number(value)}"
    if content["unit"] and value is not None:
        text += f" {content['unit']}"
    if interval:
        text += f" ({_number(interval[0])} to {_number(interval[1])})"
    return text


def _number(value):
    if value is None:
        return "not available"
    if isinstance(value, int) or abs(value) >= 10**SIGNIFICANT_DIGITS:
        return f"{value:,.0f}"
    return f"{value:.{SIGNIFICANT_DIGITS}g}"


def _checked_name(name):
    if not isinstance(name, str) or not name.isidentifier():
        raise ValueError(f"A key figure's name is a Python name such as 'repeat_rate', not {name!r}.")
    return name


def _checked_interval(interval, name):
    if interval is None:
        return None
    low, high = interval
    return [rounded(low, name), rounded(high, name)]
