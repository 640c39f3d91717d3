"""What a drawing says, read off its axes: bars, points, intervals, lines, cells, in the units of the tick labels.

Nothing is drawn for it. What cannot be read is refused by name, so that no drawing is said by halves.
"""

import itertools
from typing import NamedTuple

import numpy as np
from matplotlib.collections import LineCollection, PathCollection, PolyCollection, QuadMesh
from matplotlib.colors import to_hex
from matplotlib.container import BarContainer, ErrorbarContainer
from matplotlib.lines import AxLine
from matplotlib.patches import Rectangle
from matplotlib.text import Annotation

from crmlib.errors import Unreadable
from crmlib.figures.numbers import is_category, names_on, say

FEW = 12  # marks of one kind that are said one by one
TOUCH = 0.02  # of the distance between two names: an interval belongs to the mark that it runs through
NAMES = {
    "Wedge": "a pie",
    "PathPatch": "a box plot",
    "Polygon": "a step histogram or polygon",
    "StepPatch": "a step histogram",
    "PolyCollection": "an area or a violin",
    "FillBetweenPolyCollection": "an area or a violin",
    "AxesImage": "an image",
    "AxLine": "an endless slanted line",
}


class Mark(NamedTuple):
    """A bar, or a point over a name: where it stands, how high, whose it is, whether it lies on its side."""

    place: float
    value: float
    series: str
    lying: bool
    colour: str
    edges: tuple = ()
    base: float = 0.0


class Line(NamedTuple):
    """A line over numbers or days: x and y of its points in data units, whose it is, whether it goes in steps."""

    x: np.ndarray
    y: np.ndarray
    series: str
    colour: str
    stepped: bool


class Range(NamedTuple):
    """An interval at one place; the corners of a band are one each, in the colour of their line."""

    place: float
    low: float
    high: float
    lying: bool = False
    colour: str = ""


class Cloud(NamedTuple):
    """Points between two axes: an array of x and y, one row a point, whose they are, and the names of those named."""

    points: np.ndarray
    series: str
    names: dict


class Drawing(NamedTuple):
    """All that one axes shows; rules are reference lines and shades, cells the rows of a heat map, both in words."""

    axes: object
    marks: list
    lines: list
    ranges: list
    clouds: list
    cells: list
    rules: list


def panels(figure):
    """Read each axes of a figure that is seen. Raises: Unreadable, by name, where one cannot be read or is empty."""
    shown = [axes for axes in figure.axes if axes.get_visible() and axes.axison and axes.get_label() != "<colorbar>"]
    if not shown:
        raise Unreadable("This figure has no axes to read: draw on axes first.")
    return [read(axes) for axes in shown]


def read(axes):
    """Read bars, points, intervals, lines, bands, cells and reference lines off one axes, in data units.

    Returns: a Drawing. Raises: Unreadable where something on the axes cannot be said in words, or nothing is on it.
    """
    found = Drawing(axes, [], [], [], [], [], [])
    name, bars = _series(axes), set()
    for group in axes.containers:
        if isinstance(group, BarContainer):
            bars.update(map(id, group.patches))
            found.marks.extend(_bars(group, name))
        elif not isinstance(group, ErrorbarContainer):
            raise _refused(group)
    for patch in axes.patches:
        if id(patch) not in bars:
            _patch(found, patch)
    errors = [group for group in axes.containers if isinstance(group, ErrorbarContainer)]
    caps = {id(cap) for group in errors for cap in group.lines[1]}
    labels = {id(group.lines[0]): group.get_label() for group in errors}
    for line in axes.lines:
        if id(line) not in caps and line.get_visible() and len(line.get_xydata()):
            _line(found, line, name(line.get_color(), labels.get(id(line), line.get_label())))
    for shape in axes.collections:
        _shape(found, shape, name)
    for image in axes.images:
        raise _refused(image)
    _check(found)
    return found


def _refused(artist):
    kind = type(artist).__name__
    return Unreadable(
        f"The drawing holds {NAMES.get(kind, kind)}, which cannot be said in words: "
        "draw bars, points, lines with bands or a heat map of the results."
    )


def _finite(values, what):
    if not np.isfinite(values).all():
        raise Unreadable(f"{what} holds a missing or infinite value: leave it out, or show why it is missing.")
    return values


def _bars(group, name):
    flat = group.orientation == "horizontal"
    for bar in group.patches:
        box = _finite([bar.get_x(), bar.get_y(), bar.get_width(), bar.get_height()], "A bar")
        (base, start), (value, width) = (box[:2], box[2:]) if flat else (box[1::-1], box[:1:-1])
        colour = to_hex(bar.get_facecolor())
        series = name(colour, group.get_label())
        yield Mark(start + width / 2, value, series, flat, colour, (start, start + width), base)


def _patch(found, patch):
    x, y = patch.get_transform().contains_branch_seperately(found.axes.transData)
    if isinstance(patch, Rectangle) and x and y and patch.get_width() == patch.get_height() == 0:
        return  # what seaborn leaves for its legend
    if not isinstance(patch, Rectangle) or x == y:
        raise _refused(patch)
    write, ends = (
        (say(found.axes.xaxis), (patch.get_x(), patch.get_x() + patch.get_width()))
        if x
        else (say(found.axes.yaxis), (patch.get_y(), patch.get_y() + patch.get_height()))
    )
    found.rules.append(f"shaded from {write(ends[0])} to {write(ends[1])}")


def _line(found, line, series):
    axes, data = found.axes, np.asarray(line.get_xydata(), float)
    if isinstance(line, AxLine):
        raise _refused(line)
    x, y = line.get_transform().contains_branch_seperately(axes.transData)
    if not (x and y):
        at = say(axes.yaxis)(data[0, 1]) if y else say(axes.xaxis)(data[0, 0])
        found.rules.append(f"{series or 'a line'} at {at}")
        return
    lying, named = is_category(axes.yaxis), is_category(axes.xaxis) or is_category(axes.yaxis)
    bare, plain = line.get_marker() in ("None", "", None), line.get_linestyle() in ("None", "", " ")
    if named and bare and (limits := _error_bar(data, lying)) is not None:
        found.ranges.extend([] if np.isnan(limits[1]) else [Range(*limits, lying)])
        return
    _finite(data, f"The line {series}".strip())
    colour = to_hex(line.get_color())
    if named:
        found.marks.extend(Mark(*(point[::-1] if lying else point), series, lying, colour) for point in data)
    elif plain:
        found.clouds.append(Cloud(data, series, {}))
    elif (np.diff(data[:, 0]) < 0).any() or line.get_drawstyle() not in ("default", "steps-post"):
        raise Unreadable(
            "A line that turns back, or steps before its point, cannot be said: sort it, or step after it."
        )
    else:
        left, right = sorted(axes.get_xlim())
        data = data[(left <= data[:, 0]) & (data[:, 0] <= right)]
        if len(data):
            found.lines.append(Line(*data.T, series, colour, line.get_drawstyle() != "default"))


def _error_bar(data, lying):
    """Place, low and high of a line that stays with one name and knows two values, caps included; NaN where unknown."""
    places, values = data.T[::-1] if lying else data.T
    known = values[np.isfinite(values)]
    drawn = places[np.isfinite(places)]
    if len(data) < 2 or not len(drawn) or np.ptp(drawn) >= 0.5 or len(np.unique(known)) > 2:
        return None
    if len(data) > 2 and (data[0] == data[-1]).all():
        raise Unreadable("The drawing holds a box plot, which cannot be said in words: draw its results instead.")
    ends = (known.min(), known.max()) if len(known) else (np.nan, np.nan)
    return (drawn.min() + drawn.max()) / 2, *ends


def _shape(found, shape, name):
    if not shape.get_visible() or not any(len(path.vertices) for path in shape.get_paths()):
        return  # seaborn leaves shapes without a path
    if isinstance(shape, QuadMesh):
        found.cells.extend(_cells(found.axes, shape))
    elif isinstance(shape, PathCollection):
        found.clouds.extend(_clouds(found.axes, shape, name))
    elif isinstance(shape, LineCollection):
        for segment in shape.get_segments():
            ends = np.asarray(segment, float)
            if len(ends) != 2 or 0 not in np.ptp(_finite(ends, "An interval"), axis=0):
                raise _refused(shape)
            lying = bool(np.ptp(ends[:, 1]) == 0)
            places, values = ends.T[::-1] if lying else ends.T
            found.ranges.append(Range(places[0], values.min(), values.max(), lying))
    elif isinstance(shape, PolyCollection):
        found.ranges.extend(_band(found, shape))
    else:
        raise _refused(shape)


def _band(found, shape):
    """The corners of fill_between: one, n along the first edge, one, n back along the second, the first again."""
    corners, colour = shape.get_paths()[0].vertices, to_hex(shape.get_facecolor()[0])
    n = (len(corners) - 3) // 2
    first, second = corners[1 : n + 1], corners[n + 2 : 2 * n + 2][::-1]
    last = np.append(first[1:, 0] != first[:-1, 0], True)  # at a step, what holds from there on
    owners = [line for line in found.lines if line.colour == colour]
    if len(shape.get_paths()) > 1 or len(owners) != 1 or first.shape != second.shape or (first != second)[:, 0].any():
        raise _refused(shape)
    edges = np.sort(_finite(np.column_stack([first[:, 1], second[:, 1]]), "A band")[last], axis=1)
    if any(np.array_equal(owners[0].y, edge) for edge in edges.T):
        raise _refused(shape)  # filled down to the axis
    return [Range(place, *ends, colour=colour) for place, ends in zip(first[last, 0], edges, strict=True)]


def _cells(axes, mesh):
    """Rows of (row, column, text): as written into the cells, else three digits; empty cells a dash."""
    values = np.ma.masked_invalid(mesh.get_array())
    grid = values.reshape(np.shape(mesh.get_coordinates())[0] - 1, -1)
    written = {tuple(np.floor(text.get_position())): text.get_text() for text in axes.texts}
    (_, across), (_, down) = names_on(axes.xaxis), names_on(axes.yaxis)
    if grid.shape != (len(down), len(across)):
        raise Unreadable("A heat map needs one tick label a row and a column: set xticklabels and yticklabels to True.")
    for i, row in enumerate(down):
        for j, column in enumerate(across):
            value = grid[i, j]
            text = "–" if value is np.ma.masked else written.get((j, i)) or f"{value:.3g}".replace("-", "\u2212")
            yield row, column, None if value is np.ma.masked else float(value), text


def _clouds(axes, shape, name):
    data = _finite(np.ma.filled(np.ma.asarray(shape.get_offsets(), float), np.nan), "A cloud of points")
    names = {tuple(np.round(text.xy, 9)): text.get_text() for text in axes.texts if isinstance(text, Annotation)}
    faces = shape.get_facecolor()
    colours = [to_hex(face) for face in (faces if len(faces) == len(data) else np.resize(faces, (len(data), 4)))]
    series = np.array([name(colour, shape.get_label()) for colour in colours])
    for one in dict.fromkeys(series.tolist()):
        yield Cloud(data[series == one], one, names)


def _series(axes):
    """Return the function that finds a series' name: its own label, else its colour's in the legend."""
    legend, names = axes.get_legend() or next(iter(axes.get_figure(root=True).legends), None), {}
    for handle, text in zip(legend.legend_handles, legend.get_texts(), strict=True) if legend else ():
        colour = handle.get_color() if hasattr(handle, "get_color") else handle.get_facecolor()
        colour = to_hex(colour if isinstance(colour, str) else np.atleast_2d(colour)[0])
        names[colour] = "" if colour in names else text.get_text()  # a colour of two names is no name

    def name(colour, label):
        label = "" if str(label).startswith("_") else str(label)
        return label or names.get(to_hex(colour), "")

    return name


def _check(found):
    """Refuse what would be said ambiguously: two marks or lines of one name, a band of no line, nothing at all."""
    for mark in found.marks:
        axis = found.axes.yaxis if mark.lying else found.axes.xaxis
        if is_category(axis) and min(abs(names_on(axis)[0] - mark.place), default=1) > 0.5:
            raise Unreadable("A mark stands where the axis has no name: give each its tick label.")
    marks = [(name_of(found, mark), mark.series, mark.base) for mark in found.marks]
    lines = [line.series for line in found.lines]
    for names in (marks, lines):
        if len(set(names)) < len(names):
            raise Unreadable("Two marks or lines have the same name: keep the legend, or give each a label of its own.")
    if not any(found[1:-1]):
        raise Unreadable("There is nothing on these axes: draw the results, or leave the panel out.")


def name_of(drawing, mark):
    """A mark's name: of its place, or from edge to edge where bars touch."""
    axis = drawing.axes.yaxis if mark.lying else drawing.axes.xaxis
    bars = [other for other in drawing.marks if other.edges]
    touching = len(bars) > 2 and all(abs(a.edges[1] - b.edges[0]) < 1e-9 for a, b in itertools.pairwise(bars))
    write = say(axis)
    if mark.edges and touching and not is_category(axis):
        return f"{write(mark.edges[0])} to {write(mark.edges[1])}"
    return write(mark.place)


def range_of(drawing, place, lying=False, colour=""):
    """Low and high of the interval at a place, or None. Raises: Unreadable where there are two different ones."""
    axis = drawing.axes.yaxis if lying else drawing.axes.xaxis
    reach = TOUCH if is_category(axis) else 1e-9 * max(1, abs(place))
    found = {
        r[1:3] for r in drawing.ranges if abs(r.place - place) < reach and r.lying == lying and r.colour in ("", colour)
    }
    if len(found) > 1:
        raise Unreadable("Two intervals stand at one place: give seaborn errorbar=None, or show no intervals.")
    return next(iter(found), None)


def panel_of(axes):
    """The title of one panel, without the name of seaborn's column."""
    titles = (axes.get_title(loc=where) for where in ("left", "center", "right"))
    return next(filter(None, titles), "").split(" = ")[-1]


def value_words(drawings):
    """The words of the axis that the first panel's values stand on."""
    first = drawings[0]
    lying = bool(first.marks) and first.marks[0].lying
    return label_of(drawings, first.axes, "x" if lying else "y") or "Values"


def label_of(drawings, axes, which):
    """An axis's words, or those of the panel that it shares them with."""
    own = getattr(axes, f"get_{which}label")()
    shared = getattr(axes, f"get_shared_{which}_axes")()
    others = [d.axes for d in drawings if shared.joined(axes, d.axes)]
    return own or next(filter(None, (getattr(other, f"get_{which}label")() for other in others)), "")
