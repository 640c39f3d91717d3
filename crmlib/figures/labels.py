"""What is written on a drawing: title, values on bars and points, names at the ends of lines; and named points."""

import os

import numpy as np
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.patheffects import withStroke
from matplotlib.transforms import Bbox

from crmlib.errors import CrmError
from crmlib.figures import house, reading
from crmlib.figures.numbers import is_category, say

BESIDE = [(7, 0, "left", "center"), (-7, 0, "right", "center"), (0, 7, "center", "bottom"), (0, -7, "center", "top")]
CORNERS = [(x, y, h, v) for x, h in ((5, "left"), (-5, "right")) for y, v in ((5, "bottom"), (-5, "top"))]


def decorate(figure, message, drawings):
    """Write the message above, label bars, points and lines directly, and lay everything out.

    CRMLIB_LARGEST_FIGURE in the environment, such as "8.8 4.7 220", says how wide and high a figure may be (in inches)
    and its dots an inch: on a slide, one that is larger would have smaller words.
    """
    if largest := os.environ.get("CRMLIB_LARGEST_FIGURE"):
        width, height, dots = map(float, largest.split())
        figure.set(figwidth=min(figure.get_figwidth(), width), figheight=min(figure.get_figheight(), height), dpi=dots)
    FigureCanvasAgg(figure)  # whatever the front end draws with: texts are measured
    figure.set_layout_engine("constrained", w_pad=0.1, h_pad=0.08)
    for drawing in drawings:
        _clear_legend(drawing)
        across = drawing.marks and (drawing.marks[0].lying or is_category(drawing.axes.yaxis))
        drawing.axes.grid(visible=False, axis="y" if across else "x")
        if drawing.cells:
            drawing.axes.grid(visible=False)
            drawing.axes.tick_params(axis="y", rotation=0)
        if len(drawings) > 1:
            drawing.axes.set_title(reading.panel_of(drawing.axes), loc="left")
        if drawing.marks:
            dots = 0.08 if not drawing.marks[0].edges else None  # values of points stand beside them
            drawing.axes.margins(**({"x": 0.14} if across else {"y": 0.14, "x": dots}))
    figure.suptitle(message, x=0.012, ha="left", fontsize=15, weight="bold", color=house.INK, wrap=True)
    house.set_fonts(figure)
    figure.get_layout_engine().execute(figure)
    for drawing in drawings:
        _label_marks(drawing)
        _label_lines(drawing)
        _label_points(drawing)


def _clear_legend(drawing):
    """Put a legend above the axes, where it covers nothing; where lines are named at their ends, take it away."""
    axes, legend = drawing.axes, drawing.axes.get_legend()
    named = [line for line in drawing.lines if line.series]
    if legend and ((len(named) == len(legend.get_texts()) <= 6 and not drawing.marks) or not legend.get_texts()):
        legend.remove()
    elif legend:
        handles, words = legend.legend_handles, [text.get_text() for text in legend.get_texts()]
        axes.legend(
            handles, words, loc="lower left", bbox_to_anchor=(0, 1), ncols=min(4, len(words)), borderaxespad=0.2
        )


def _label_marks(drawing):
    axes, marks = drawing.axes, drawing.marks
    if not marks or len(marks) > reading.FEW:
        return
    place = {mark: (mark.base + mark.value, mark.place)[:: 1 if mark.lying else -1] for mark in marks}
    taken = [_box(axes.transData.transform(place[mark]), 6) for mark in marks if not mark.edges]
    for mark in marks:
        text = say(axes.xaxis if mark.lying else axes.yaxis)(mark.value)
        limits = reading.range_of(drawing, mark.place, mark.lying) or (mark.value, mark.value)
        if mark.base:
            middle = (mark.base + mark.value / 2, mark.place)[:: 1 if mark.lying else -1]
            _write(axes, middle, text, [(0, 0, "center", "center")], taken)
        elif mark.edges:
            end = max(limits[1], mark.value) if mark.value >= 0 else min(limits[0], mark.value)
            spots = (BESIDE[:2] if mark.lying else BESIDE[2:])[:: 1 if mark.value >= 0 else -1]
            _write(axes, (end, mark.place)[:: 1 if mark.lying else -1], text, spots, taken)
        else:
            beside = (max(limits[1], mark.value), mark.place) if mark.lying else place[mark]
            _write(axes, beside, text, BESIDE[:1] if mark.lying else [BESIDE[1], *BESIDE], taken)


def _label_lines(drawing):
    axes, ends = drawing.axes, []
    if axes.get_legend() or len(drawing.lines) > 6:
        return
    lowest, highest = sorted(axes.get_ylim())
    for line in sorted(drawing.lines, key=lambda line: line.y[-1]):
        x, y = axes.transData.transform((line.x[-1], np.clip(line.y[-1], lowest, highest)))
        y = max([y, *(up + 1.5 * 11 * axes.figure.dpi / 72 / 1.1 for end, up in ends if abs(end - x) < 90)])
        ends.append((x, y))
        at = axes.transData.inverted().transform((x, y))
        _note(axes, at, line.series, (6, 0), fontsize=11, color=line.colour, va="center")


def _label_points(drawing):
    """Move the names of points to where they cover neither each other nor a point."""
    axes, taken = drawing.axes, []
    for cloud in drawing.clouds:
        taken += [_box(axes.transData.transform(point), 4) for point in cloud.points]
    for note in [text for text in axes.texts if text.get_gid() == "name"]:
        _move(note, BESIDE + CORNERS, taken)


def _write(axes, place, text, spots, taken):
    note = _note(axes, place, text, spots[0][:2], fontsize=10.5, color=house.INK)
    note.set_path_effects([withStroke(linewidth=3, foreground="white")])
    if not _move(note, spots, taken):
        note.remove()  # the text says the value; on the picture it would cover another


def _note(axes, place, text, beside, **style):
    words = text if house.chinese_font() else house.without_chinese(text)
    style |= {"textcoords": "offset points", "annotation_clip": False, "fontfamily": house.fonts()}
    return axes.annotate(words, place, beside, **style)


def _move(note, spots, taken):
    renderer = note.figure.canvas.get_renderer()
    for x, y, across, up in spots:
        note.set(position=(x, y), ha=across, va=up)
        box = note.get_window_extent(renderer)
        if not any(box.overlaps(other) for other in taken):
            taken.append(box)
            return True
    return False


def _box(centre, reach):
    return Bbox([np.subtract(centre, reach), np.add(centre, reach)])


def points(frame, x, y=None, hue=None):
    """Draw values with their intervals, one row a name, the first on top, on a figure of their own.

    Parameters: frame - columns low, high and: x - the values' column; y - the names' column, by default the index;
    hue - the column of series that stand beside each other. Returns: Axes. Raises: Unreadable for missing values.
    """
    rows = frame.reset_index() if y is None else frame
    y = y or rows.columns[0]
    lacking = [c for c in (x, y, "low", "high", *([hue] if hue else [])) if c not in rows]
    if lacking:
        raise CrmError(f"points needs {', '.join(map(str, lacking))}; the table has {', '.join(map(str, rows))}.")
    names, series = rows[y].drop_duplicates().tolist(), rows[hue].drop_duplicates().tolist() if hue else [None]
    axes = _axes_for(len(names) * len(series))
    for k, one in enumerate(series):
        part = rows[rows[hue] == one] if hue else rows
        places = part[y].astype(object).map(names.index) + 0.5 * ((k + 0.5) / len(series) - 0.5)
        spread = np.abs([part[x] - part["low"], part["high"] - part[x]])
        axes.errorbar(part[x], places, xerr=spread, fmt="os^Dv"[k % 5], label=one if hue else None, elinewidth=2.4)
    axes.set(yticks=range(len(names)), yticklabels=[str(name) for name in names], xlabel=x)
    axes.set_ylim(len(names) - 0.5, -0.5)
    if hue:
        axes.legend()
    return axes


def scatter(frame, x, y, name=None):
    """Draw named points on a figure of their own; show moves the names apart.

    Parameters: frame - one row a point; x, y - columns; name - the names' column, by default the index. Returns: Axes.
    """
    axes = _axes_for(10)
    axes.scatter(frame[x], frame[y], s=50)
    for a, b, words in zip(frame[x], frame[y], frame[name] if name else frame.index, strict=True):
        axes.annotate(str(words), (a, b), (6, 0), textcoords="offset points", fontsize=10.5, va="center", gid="name")
    axes.set(xlabel=x, ylabel=y)
    axes.margins(0.12)
    return axes


def _axes_for(rows):
    import matplotlib.pyplot as plt

    house.use_house_style()
    return plt.figure(figsize=(8, min(8, 1.4 + 0.34 * max(rows, 5)))).gca()
