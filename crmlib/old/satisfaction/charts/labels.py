"""What the figures of the chapter share: names, intervals as bars, and labels that do not lie on each other."""

import numpy as np

from crmlib.old.figures import COLOURS

DIRECTIONS = [(1, 0), (-1, 0), (0, 1), (0, -1), (1, 1), (-1, 1), (1, -1), (-1, -1)]
DISTANCES = (9, 16, 24, 34, 46)


def words(name):
    """A name as readers see it: perceived_quality → perceived quality."""
    return str(name).replace("_", " ")


def per_cent(share, _=None):
    """A share as the label of a tick: 0.125 → 12.5 %, without digits that say nothing."""
    return f"{round(100 * share, 2) + 0.0:g} %".replace("-", "\u2212")


def interval_bars(axes, table, value, low="low", high="high", colours=None):
    """Horizontal points with their intervals, the first row on top; returns the places on the vertical axis."""
    places = np.arange(len(table))[::-1]
    colours = [COLOURS["main"]] * len(table) if colours is None else list(colours)
    for place, colour, (_, row) in zip(places, colours, table.iterrows(), strict=True):
        if np.isfinite([row[low], row[high]]).all():
            axes.plot([row[low], row[high]], [place, place], color=colour, linewidth=2.5, solid_capstyle="butt")
        axes.plot(row[value], place, "o", color=colour, markersize=8)
    axes.set_ylim(-0.6, len(table) - 0.4)
    return places


def name_rows(axes, names, places):
    """Write the names of horizontal rows on the vertical axis."""
    axes.set_yticks(places, [words(name) for name in names])
    axes.grid(axis="y", visible=False)
    axes.tick_params(axis="y", length=0)


def place_labels(axes, x, y, texts, colours=None, size=10.5):
    """Write a label beside every point so that no two lie on each other or on a point.

    Places around the point are tried from near to far, the most crowded points first; the first free one is taken (the
    one with the least overlap where none is). A thin line leads from a label that had to move away. To be called after
    the Picture is made, because its title takes room from the axes.
    """
    figure = axes.figure
    if figure.get_layout_engine() is not None:
        # Lay the axes out once and keep that: the labels below have no part in it.
        figure.get_layout_engine().execute(figure)
        figure.set_layout_engine("none")
    renderer = figure.canvas.get_renderer()
    spots = axes.transData.transform(np.column_stack([x, y]))
    taken = [_box(spot[0], spot[1], 12, 12) for spot in spots]
    frame = axes.get_window_extent(renderer)
    crowd = [(np.hypot(*(spots - spot).T) < 120).sum() for spot in spots]
    scale = figure.dpi / 72
    for i in np.argsort(crowd, kind="stable")[::-1]:
        label = axes.text(0, 0, texts[i], size=size)
        extent = label.get_window_extent(renderer)
        label.remove()
        centre = _free_place(spots[i], extent.width, extent.height, taken, frame, scale)
        taken.append(_box(*centre, extent.width + 4, extent.height + 4))
        offset = (centre - spots[i]) / scale
        far = np.hypot(*offset) > extent.width / scale / 2 + 20
        colour = COLOURS["ink"] if colours is None else colours[i]
        line = {"arrowstyle": "-", "color": COLOURS["muted"], "linewidth": 0.7} if far else None
        text = axes.annotate(
            texts[i], (x[i], y[i]), offset, textcoords="offset points", ha="center", va="center",
            size=size, color=colour, arrowprops=line,
            bbox={"facecolor": "white", "edgecolor": "none", "alpha": 0.75, "pad": 0.6},
        )  # fmt: skip
        text.set_in_layout(False)


def _free_place(spot, width, height, taken, frame, scale):
    best, least = spot, np.inf
    for distance in DISTANCES:
        for right, up in DIRECTIONS:
            gap = distance * scale
            centre = spot + np.array([right * (gap + width / 2), up * (gap + height / 2)])
            if right and up:
                centre = spot + np.array([right * (gap * 0.7 + width / 2), up * (gap * 0.7 + height / 2)])
            box = _box(*centre, width, height)
            overlap = sum(_overlap(box, other) for other in taken) + _outside(box, frame)
            if overlap == 0:
                return centre
            if overlap < least:
                best, least = centre, overlap
    return best


def _box(x, y, width, height):
    return x - width / 2, y - height / 2, x + width / 2, y + height / 2


def _overlap(one, other):
    wide = min(one[2], other[2]) - max(one[0], other[0])
    tall = min(one[3], other[3]) - max(one[1], other[1])
    return max(wide, 0) * max(tall, 0)


def _outside(box, frame):
    over = max(frame.x0 - box[0], 0) + max(box[2] - frame.x1, 0) + max(frame.y0 - box[1], 0) + max(box[3] - frame.y1, 0)
    return over * 100


def listing(names):
    """Names as an English enumeration: a, b and c."""
    names = [words(name) for name in names]
    return names[0] if len(names) == 1 else ", ".join(names[:-1]) + " and " + names[-1]
