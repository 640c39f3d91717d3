"""The kind of answer that is a drawing: read by what was drawn, not by how."""

import math
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from crmlib.answers import SAME, NotAnAnswer, distances, kind_of, usual_slip
from crmlib.errors import Unreadable


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
    """The heights of bars and of points over names, else of the lines with most points, else of clouds of points."""
    from crmlib.figures.reading import read

    if not axes.has_data():
        return np.array([])
    try:
        drawn = read(axes)
    except Unreadable as fault:
        raise NotAnAnswer(str(fault)) from None
    if drawn.marks:
        downwards = drawn.marks[0].lying and not axes.yaxis_inverted()
        placed = sorted(drawn.marks, key=lambda mark: -mark.place if downwards else mark.place)
        return np.array([mark.value for mark in placed])
    longest = max((len(line.x) for line in drawn.lines), default=0)
    heights = [line.y for line in drawn.lines if len(line.x) == longest]
    heights += [cloud.points[np.argsort(cloud.points[:, 0]), 1] for cloud in drawn.clouds if not longest]
    return np.concatenate([np.array([]), *heights])


def _plain(words):
    return " ".join(words.casefold().split())
