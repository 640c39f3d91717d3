"""Intervals and bands drawn from a table, matched by name: category, series, panel; for lines by x and series."""

import numpy as np
import pandas as pd

from crmlib.errors import CrmError, Unreadable
from crmlib.figures import house, reading


def draw_intervals(drawings, table):
    """Draw low and high of each bar, point and line.

    Parameters: drawings - what reading.panels() read; table - columns low, high and, as columns or index, the names of
    the categories, series and panels, or the x of lines.
    Raises: CrmError where a name is not in the table or in two rows; Unreadable where a limit is missing or infinite.
    """
    if not {"low", "high"} <= set(table.columns):
        raise CrmError(f"A table of intervals has columns low and high; this one has {', '.join(map(str, table))}.")
    rows = table.reset_index().rename(columns=str)
    if not np.isfinite(rows[["low", "high"]].to_numpy(float)).all():
        raise Unreadable("The table of intervals holds a missing or infinite limit: leave out groups that have none.")
    marks = [(drawing, mark) for drawing in drawings for mark in drawing.marks]
    if marks:
        names = pd.DataFrame([_names(drawing, mark, len(drawings) > 1) for drawing, mark in marks])
        for (drawing, mark), (low, high) in zip(marks, _matched(rows, names), strict=True):
            draw = drawing.axes.hlines if mark.lying else drawing.axes.vlines
            draw(mark.place, low, high, color=house.INK if mark.edges else mark.colour, linewidth=1.8, zorder=3)
        return
    bands = [_draw_band(drawing, line, rows) for drawing in drawings for line in drawing.lines]
    if not any(bands):
        raise CrmError("No line is found in the table of intervals: it needs the line's x, and its series by name.")


def _names(drawing, mark, many):
    panel = reading.panel_of(drawing.axes) if many else ""
    return [reading.name_of(drawing, mark), mark.series, panel]


def _matched(rows, names):
    """Low and high of each row of names. A column serves the categories, series or panels if it holds all."""
    words = rows.drop(columns=["low", "high"]).astype(str).replace("\n", " ", regex=True)
    used = {}
    for which in names:
        wanted = set(names[which])
        column = next((c for c in words if c not in used and wanted <= set(words[c])), None)
        if column is not None:
            used[column] = which
        elif which == 0 or len(names.drop(columns=which).drop_duplicates()) < len(names):
            missing = sorted(wanted - set().union(*(set(words[c]) for c in words))) or sorted(wanted)
            raise CrmError(f"The table of intervals knows no {', '.join(missing)}: it needs each name in one column.")
    for _, name in names.iterrows():
        at = np.logical_and.reduce([words[column] == name[which] for column, which in used.items()])
        if at.sum() != 1:
            raise CrmError(f"The table of intervals has {at.sum()} rows for {', '.join(filter(None, name))}, not one.")
        yield rows.loc[at, ["low", "high"]].to_numpy(float)[0]


def _draw_band(drawing, line, rows):
    """Draw a line's band if the table holds its series and each of its x. Returns: whether it does."""
    axes, named = drawing.axes, [c for c in rows if line.series and (rows[c].astype(str) == line.series).any()]
    if not named and len(drawing.lines) > 1:
        return False  # a line of reference, such as "by lot"
    own = rows[rows[named[0]].astype(str) == line.series] if named else rows
    for column in own.drop(columns=["low", "high"]).select_dtypes(["number", "datetime"]):
        at = pd.Index(np.round(np.asarray(axes.xaxis.convert_units(own[column].to_numpy()), float), 9))
        if at.is_unique and np.isin(np.round(line.x, 9), at).all():
            ends = own[["low", "high"]].set_axis(at).loc[np.round(line.x, 9)].to_numpy(float)
            step = "post" if line.stepped else None
            axes.fill_between(line.x, *ends.T, step=step, color=line.colour, alpha=0.18, linewidth=0)
            return True
    raise CrmError(f"The table of intervals lacks a row for each x of the line {line.series}, or has two for one.")
