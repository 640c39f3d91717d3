"""The kind of answer that is a drawing: read by what was drawn, not by how."""

import math
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from crmlib.answers import SAME, NotAnAnswer, distances, kind_of, usual_slip


class Drawn(NamedTuple):
    """What a drawing says: heights from left to right or from top to bottom, and the words on its axes."""

    heights: np.ndarray
    words: str


@dataclass(frozen=True)
class Drawing:
    """A drawing of bars, lines or points, by pandas, seaborn or matplotlib: what was drawn counts, not how.

    Parameters: unit - must stand on an axis; what - what is asked, in words. Heights may be 0.5 % of the largest off.
    """

    unit: str
    what: str = "a drawing"

    def read(self, answer):
        """Read the Axes that pandas and seaborn return, a figure of one panel, or artists. Returns: Drawn."""
        axes = _axes(answer)
        if len(axes) != 1:
            yours = f"has {len(axes)} panels" if axes else f"is {kind_of(answer)}"
            raise NotAnAnswer(f"The answer is {self.what}, the Axes that pandas and seaborn return; yours {yours}.")
        heights = _heights(axes[0])
        if not heights.size:
            raise NotAnAnswer("Nothing is drawn on these axes yet: bars, a line or points are asked for.")
        return Drawn(heights, _plain(f"{axes[0].get_xlabel()} {axes[0].get_ylabel()}"))

    def distance(self, answer, right):
        """The largest difference of a height, in units of 0.5 % of the largest; infinite for another number of them."""
        same_number = answer.heights.size == right.heights.size
        return self._off(answer.heights, right.heights).max() if same_number else math.inf

    def slip(self, answer, right):
        """Number, unit, order and scale."""
        mine, theirs = answer.heights, right.heights
        if mine.size != theirs.size:
            return f"{theirs.size} bars or points are asked for; yours has {mine.size}."
        off = self._off(mine, theirs) > SAME
        if not off.any():
            unit_is_there = _plain(self.unit) in answer.words
            return "" if unit_is_there else f"The heights are right; no axis says in what: {self.unit}."
        if (self._off(np.sort(mine), np.sort(theirs)) <= SAME).all():
            return "The heights are right; they stand in another order."
        return usual_slip(mine, theirs, None, self.unit) or f"{off.sum()} of {off.size} heights differ."

    def _off(self, mine, theirs):
        return distances(mine, theirs, 0.01 * np.abs(theirs).max())


def _axes(answer):
    """The Axes that belong to an answer: itself, those of a figure, of a seaborn grid, of bars or lines."""
    from matplotlib.axes import Axes

    owners = (getattr(part, "axes", None) for part in np.ravel(np.asarray(answer, dtype=object)))
    found = [axes for owned in owners for axes in np.ravel(np.asarray(owned, dtype=object))]
    return list(dict.fromkeys(axes for axes in found if isinstance(axes, Axes)))


def _heights(axes):
    """The heights of bars, else of the lines with most points, else of clouds of points, in reading order."""
    from matplotlib.collections import PathCollection
    from matplotlib.container import BarContainer, ErrorbarContainer

    placed = []
    for bars in (drawn for drawn in axes.containers if isinstance(drawn, BarContainer)):
        if bars.orientation == "horizontal":
            downwards = 1 if axes.yaxis_inverted() else -1
            placed += [(downwards * bar.get_y(), bar.get_width()) for bar in bars]
        else:
            placed += [(bar.get_x(), bar.get_height()) for bar in bars]
    groups = [placed]
    if not placed:
        # Rules across the axes (axhline) and the caps of matplotlib's error bars are not data.
        caps = [cap for drawn in axes.containers if isinstance(drawn, ErrorbarContainer) for cap in drawn[1]]
        data = [line for line in axes.get_lines() if line.get_transform() == axes.transData and line not in caps]
        lines = [line.get_xydata() for line in data]
        # An error bar of seaborn goes up and down at one place: a line of the data, if there is any, does not.
        lines = [line for line in lines if len({x for x, _ in line}) == len(line)] or lines
        groups = [line for line in lines if len(line) == max(map(len, lines))]
        groups = groups or [
            np.asarray(dots.get_offsets()) for dots in axes.collections if isinstance(dots, PathCollection)
        ]
    heights = [height for group in groups for _, height in sorted(group, key=lambda point: point[0])]
    return np.array([height for height in heights if math.isfinite(height)], dtype=float)


def _plain(words):
    return " ".join(words.casefold().split())
