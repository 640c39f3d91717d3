"""One way to show a drawing or a table: its message, the house style, and what it says in words."""

import html
import re
from typing import NamedTuple

import numpy as np
import pandas as pd
from matplotlib.figure import Figure
from matplotlib.ticker import AutoLocator, MaxNLocator, PercentFormatter, ScalarFormatter, StrMethodFormatter

from crmlib.errors import CrmError
from crmlib.figures import house, labels, reading
from crmlib.figures.intervals import draw_intervals
from crmlib.figures.numbers import OWN_TICKS, SPACE, is_category, is_years, keep_units, place_of, say
from crmlib.figures.saying import describe
from crmlib.figures.tables import Table

SHARE = re.compile(r"\b(share|chance|probability|rate|survival)\b", re.IGNORECASE)
NO_SHARE = re.compile(r"%|per cent|CNY|EUR|USD|yuan|[¥€$£元]", re.IGNORECASE)


def show(shown, message, intervals=None):
    """Show a drawing or a table under one message, with the text that it says.

    Parameters: shown - axes, an array or grid of them, a figure, or a frame or Series; message - one sentence; on
    drawings {name}, {name, series}, {series at 30%}, {min}, {max}, {argmin}, {argmax} are filled from the axes, in
    their units; intervals - table with low, high and the names (or x) of what is drawn as columns or index.
    Returns: what a notebook displays, with .text and .message, for drawings .png too.
    Raises: Unreadable for what cannot be said in words; CrmError for a name that the axes do not know.
    """
    if isinstance(shown, pd.DataFrame | pd.Series):
        return Table(shown, keep_units(message))
    figure = shown if isinstance(shown, Figure) else _figure_of(shown)
    for axes in figure.axes:
        if axes.get_label() != "<colorbar>":
            _set_units(axes)
    drawings = reading.panels(figure)
    if intervals is not None:
        draw_intervals(drawings, intervals)
        drawings = reading.panels(figure)
    message = fill(message, drawings)
    return Picture(figure, message, drawings)


def _figure_of(shown):
    one = np.ravel(shown)[0] if isinstance(shown, np.ndarray | list) else shown
    if not hasattr(one, "figure"):
        raise CrmError(f"show takes axes or a table, not {type(one).__name__}: end the cell in record or claim.")
    return one.get_figure(root=True) if hasattr(one, "get_figure") else one.figure


def _set_units(axes):
    """Write ticks in per cent where the axis's words name a share, else with thousands apart."""
    for axis in (axes.xaxis, axes.yaxis):
        words, data = axis.get_label().get_text(), axis.get_data_interval()
        if is_category(axis) or not isinstance(axis.get_major_formatter(), ScalarFormatter):
            continue
        if SHARE.search(words) and not NO_SHARE.search(words) and max(abs(data)) <= 5:
            wide = np.ptp(data) > 0.08
            axis.set_major_formatter(PercentFormatter(1, decimals=0 if wide else None, symbol=f"{SPACE}%"))
            if wide and isinstance(axis.get_major_locator(), AutoLocator):
                axis.set_major_locator(MaxNLocator("auto", steps=[1, 2, 5, 10]))  # no tick at 2.5 % that says "2 %"
        elif not is_years(axis) and axis.get_scale() == "linear":
            axis.set_major_formatter(StrMethodFormatter(OWN_TICKS))
    if is_category(axes.yaxis) and not axes.yaxis_inverted():
        axes.invert_yaxis()  # pandas draws the first row at the bottom


class Picture:
    """A drawing as a notebook displays it: a picture, its text as text output, as alt text, and folded below."""

    def __init__(self, figure, message, drawings):
        end = "" if message.endswith((".", "?", "!")) else "."
        self.message, self.figure = message, figure
        self.text = f"{message}{end} {describe(drawings)}"
        labels.decorate(figure, message, drawings)
        self.png = house.small_png(figure)
        _forget(figure)

    def __repr__(self):
        return self.text

    def _repr_mimebundle_(self, include=None, exclude=None):
        return {"image/png": self.png, "text/plain": self.text}, {"image/png": {"alt": self.text}}

    def _ipython_display_(self):
        # Two outputs: front ends show only the richest form of one, and none of them shows a picture's alt text.
        from IPython.display import display

        data, metadata = self._repr_mimebundle_()
        display(data, metadata=metadata, raw=True)
        folded = f"<details><summary>What the figure says</summary><p>{html.escape(self.text)}</p></details>"
        display({"text/html": folded}, raw=True)


def _forget(figure):
    """Close a figure that pyplot made, so that the notebook does not show it again."""
    import matplotlib.pyplot as plt

    plt.close(figure)


def fill(message, drawings):
    """Put what the axes say into the {names} of a message.

    {argmax} and {argmin} are the place of a line's peak and lowest point; among marks they are filled only where each
    has an interval and the winner's is clear of all others; else the whole message gives way to the range of values.
    """
    found = [value for drawing in drawings for value in _values(drawing, len(drawings) > 1)]
    known = pd.Series([v.text for v in found for _ in v.names], [name for v in found for name in v.names], dtype=object)
    known = known[~known.index.duplicated(keep=False)].to_dict()  # a name of two values is no name
    ends = [v for v in found if v.limits] if any(v.limits for v in found) else found
    if ends:
        low, high = min(ends, key=lambda v: v.value), max(ends, key=lambda v: v.value)
        known |= {"min": low.text, "argmin": low.names[0], "max": high.text, "argmax": high.names[0]}
        for end, winner, sign in (("highest", high, 1), ("lowest", low, -1)):
            if f"{{arg{'max' if sign > 0 else 'min'}}}" in message and not _is_clear(winner, found, sign):
                message = f"{reading.value_words(drawings)}: {{min}} to {{max}}; which is {end} is not certain"

    def find(match):
        name = match[1].replace(SPACE, " ")
        text = known.get(name) or next(filter(None, (_at(drawing, name) for drawing in drawings)), None)
        if text is None:
            lines = [f"{line.series} at …".strip() for drawing in drawings for line in drawing.lines]
            raise CrmError(f"The axes know no {{{name}}}; they know {', '.join([*known, *lines])}.")
        return text

    return keep_units(re.sub(r"\{([^{}]+)\}", find, message))


class Value(NamedTuple):
    """One value drawn: the names it goes by, its text, its interval; for a point of a line only its place."""

    names: list
    value: float
    text: str
    limits: tuple | None = None
    on_line: bool = False


def _values(drawing, many):
    axes, panel = drawing.axes, reading.panel_of(drawing.axes) if many else ""
    for mark in drawing.marks:
        name, write = reading.name_of(drawing, mark), say(axes.xaxis if mark.lying else axes.yaxis)
        more = [
            ", ".join(part) for part in ((name, mark.series), (name, panel), (name, mark.series, panel)) if all(part)
        ]
        limits = reading.range_of(drawing, mark.place, mark.lying)
        yield Value([name, *more], mark.value, write(mark.value), limits)
    for row, column, value, text in drawing.cells:
        if value is not None:
            yield Value([f"{row}, {column}"], value, text)
    x, y = say(axes.xaxis), say(axes.yaxis)
    for cloud in drawing.clouds:
        for point in cloud.points:
            name = cloud.names.get(tuple(np.round(point, 9)), f"at {x(point[0])}")
            yield Value([name], point[1], y(point[1]), reading.range_of(drawing, point[0]))
    for line in drawing.lines if not drawing.marks else ():
        for k in (line.y.argmin(), line.y.argmax()):
            yield Value([x(line.x[k])], line.y[k], y(line.y[k]), None, True)


def _is_clear(winner, values, sign):
    """Tell whether a winner may be named: a line's peak, or a mark whose interval lies beyond all others."""
    others = [v for v in values if v is not winner]
    if winner.on_line or winner.limits is None or any(v.limits is None for v in others):
        return winner.on_line
    return all(winner.limits[0] > v.limits[1] if sign > 0 else winner.limits[1] < v.limits[0] for v in others)


def _at(drawing, name):
    """The text of a line's height at a place, named as {series at place}, or {at place} where there is one line."""
    series, _, place = f" {name}".rpartition(" at ")
    x, series = place_of(drawing.axes.xaxis, place), series.strip()
    for line in drawing.lines:
        alone = len(drawing.lines) == 1 and not series
        if x is not None and line.x[0] <= x <= line.x[-1] and (alone or line.series == series):
            before = line.y[np.searchsorted(line.x, x, "right") - 1]
            return say(drawing.axes.yaxis)(before if line.stepped else np.interp(x, line.x, line.y))
    return None
