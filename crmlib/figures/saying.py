"""What axes show, in words: the description under every figure."""

import math

import numpy as np

from crmlib.figures.numbers import is_category, keep_units, say
from crmlib.figures.reading import FEW, TOUCH, label_of, name_of, panel_of, panels, range_of


def describe(drawings):
    """Say what all panels show. Parameters: drawings - a figure, or what panels() read off it. Returns: text."""
    drawings = drawings if isinstance(drawings, list) else panels(drawings)
    places = {id(drawing.axes.get_subplotspec()) for drawing in drawings}
    said = []
    for drawing in drawings:
        axes = drawing.axes
        over = f"{panel_of(axes)}: " if len(places) > 1 and panel_of(axes) else ""
        words = filter(None, (label_of(drawings, axes, "y"), label_of(drawings, axes, "x")))
        parts = [
            *_marks(drawing),
            *_lines(drawing),
            *_points(drawing),
            *_alone(drawing),
            *_rows(drawing),
            *drawing.rules,
        ]
        said.append(f"{over}{' by '.join(words) or 'Drawn'}: {'; '.join(parts)}.")
    return keep_units(" ".join(said))


def _limits(limits, write):
    return f" ({write(limits[0])} to {write(limits[1])})" if limits is not None else ""


def _marks(drawing):
    axes, many = drawing.axes, len({mark.series for mark in drawing.marks}) > 1
    for mark in drawing.marks:
        write = say(axes.xaxis if mark.lying else axes.yaxis)
        whose = f", {mark.series}" if many and mark.series else ""
        base = f", from {write(mark.base)} to {write(mark.base + mark.value)}" if mark.base else ""
        limits = _limits(range_of(drawing, mark.place, mark.lying), write)
        yield f"{name_of(drawing, mark)}{whose} {write(mark.value)}{base}{limits}"


def _alone(drawing):
    """Intervals that belong to no mark, line or point."""
    places = [[mark.place for mark in drawing.marks], *(line.x for line in drawing.lines)]
    places = np.concatenate([*places, *(cloud.points[:, 0] for cloud in drawing.clouds)])
    for r in drawing.ranges:
        if not np.isclose(places, r.place, rtol=1e-9, atol=TOUCH if drawing.marks else 0).any():
            along, write = say(drawing.axes.yaxis), say(drawing.axes.xaxis)
            along, write = (along, write) if r.lying else (write, along)
            yield f"{write(r.low)} to {write(r.high)} at {along(r.place)}"


def _lines(drawing):
    """Each line: all points where few; else ends, the points next to the ticks, the peak, and the mean of all.

    The mean has as many further digits as the number of points has, so that no point can change without changing it.
    """
    axes = drawing.axes
    x, y = say(axes.xaxis), say(axes.yaxis)
    for line in drawing.lines:
        n, fine = len(line.x), say(axes.yaxis, len(str(len(line.x))))
        near = {int(np.abs(line.x - tick).argmin()) for tick in axes.get_xticks()}
        parts = []
        for k in range(n) if n <= FEW else sorted({0, *near, n - 1}):
            limits = range_of(drawing, line.x[k], colour=line.colour)
            parts.append(f"{y(line.y[k])} at {x(line.x[k])}{_limits(limits, y)}")
        if n > FEW:
            peak, own = int(line.y.argmax()), [r for r in drawing.ranges if r.colour == line.colour]
            limits = [_mean([r[edge] for r in own]) for edge in (1, 2)] if own else None
            parts.append(f"highest {y(line.y[peak])} at {x(line.x[peak])}")
            parts.append(f"mean of all {n:,} points {fine(_mean(line.y))}{_limits(limits, fine)}")
        yield (f"{line.series}: " if line.series else "") + ", ".join(parts)


def _mean(values):
    return math.fsum(values) / len(values)


def _points(drawing):
    """Each cloud: few or named points one by one, else how many, from where to where, and their mean."""
    axes = drawing.axes
    names = is_category(axes.xaxis), is_category(axes.yaxis)
    for cloud in drawing.clouds:
        whose = f"{cloud.series}: " if cloud.series else ""
        for group in _by_name(cloud.points, names):
            x, y = (say(axes.xaxis), say(axes.yaxis))
            labels = [cloud.names.get(tuple(np.round(point, 9))) for point in group]
            if len(group) <= FEW or all(labels):
                yield whose + ", ".join(
                    f"{label + ' ' if label else ''}{y(b)} at {x(a)}{_limits(range_of(drawing, a), y)}"
                    for label, (a, b) in zip(labels, group, strict=True)
                )
                continue
            said = []
            for axis, values, is_name in zip((axes.xaxis, axes.yaxis), group.T, names, strict=True):
                write = say(axis)
                if is_name:
                    said.append(write(values[0]))
                else:
                    fine = say(axis, len(str(len(group))))
                    said.append(f"{write(values.min())} to {write(values.max())}, mean {fine(_mean(values))}")
            yield f"{whose}{len(group):,} points, {said[0]} across; {said[1]} up"


def _by_name(points, names):
    if not any(names):
        return [points]
    along = np.round(points[:, 1 if names[1] else 0])
    return [points[along == place] for place in dict.fromkeys(along.tolist())]


def _rows(drawing):
    rows = {}
    for row, column, _, text in drawing.cells:
        rows.setdefault(row, []).append(f"{column} {text}")
    return (f"{row}: {', '.join(cells)}" for row, cells in rows.items())
