"""The path diagram: what only many lines can draw, and what it says in words."""

import numpy as np

from crmlib.errors import CrmError
from crmlib.figures.show import Picture

PLACES = {
    "image": (0, 2),
    "expected_quality": (0, 0),
    "perceived_quality": (2.2, 0),
    "perceived_value": (2.2, 2),
    "satisfaction": (4.4, 1),
    "continued_business": (6.6, 1),
}
CURVES = {("image", "continued_business"): -0.3}  # over the top; all other arrows are straight
BOX = (0.44, 0.33)  # half a box, with a little air


def draw_paths(paths, index, message, beside=None):
    """Draw a path model: an index in each box, a coefficient on each arrow, grey where its interval holds 0.

    Parameters: paths - DataFrame with cause, effect, value, low, high, as `crmlib.interval` gives it; index - Series,
    construct → 0 to 100; message - one sentence, in which {satisfaction} is an index and {image → satisfaction} a
    coefficient; beside - Series by (cause, effect) of coefficients that stand in brackets behind ours.
    Returns: what a notebook displays, with .text. Errors: CrmError for a construct without a place.
    """
    import matplotlib.pyplot as plt

    known, said = {_words(name): f"{value:.1f}" for name, value in index.items()}, []
    names = dict.fromkeys([*paths["cause"], *paths["effect"]])
    if strange := [name for name in names if name not in PLACES]:
        raise CrmError(f"The diagram has no place for {strange[0]!r}; it has {', '.join(PLACES)}.")
    known |= {_arrow(row): _number(row.value) for row in paths.itertuples()}
    try:
        message = message.format_map(known)
    except KeyError as unknown:
        raise CrmError(f"The diagram knows no {unknown}; it knows {', '.join(known)}.") from None
    axes = plt.subplots(figsize=(11, 5))[1]
    box = {"boxstyle": "round,pad=0.5", "facecolor": "white", "edgecolor": "C0", "linewidth": 1.6}
    for name in names:
        text = f"{_words(name).replace(' ', chr(10))}\n{known[_words(name)]}"
        axes.text(*PLACES[name], text, ha="center", va="center", bbox=box, zorder=4)
        said.append(f"{_words(name)} {known[_words(name)]}")
    for row in paths.itertuples():
        other = None if beside is None else beside.get((row.cause, row.effect))
        number = _number(row.value) + (f" ({_number(other)})" if other is not None else "")
        clear = row.low > 0 or row.high < 0
        _draw_arrow(axes, row, number, "C0" if clear else "#9aa5b1")
        said.append(f"{_arrow(row)} {number}, {_number(row.low)} to {_number(row.high)}{' (grey)' * (not clear)}")
    axes.set(xlim=(-0.7, 7.4), ylim=(-0.5, 2.8), aspect="equal")
    axes.axis("off")
    picture = Picture(axes.figure, message, [])
    picture.text += f"Boxes and arrows: {'; '.join(said)}."
    return picture


def _draw_arrow(axes, row, number, colour):
    """An arrow from box to box: a straight line, or a curve by way of a third point."""
    start, end = np.array(PLACES[row.cause], float), np.array(PLACES[row.effect], float)
    bend = CURVES.get((row.cause, row.effect), 0.0)
    way = (start + end) / 2 + bend * np.array([(end - start)[1], -(end - start)[0]])
    style = {"arrowstyle": "-|>", "color": colour, "linewidth": 1 + 4 * min(abs(row.value), 1), "mutation_scale": 18}
    style |= {"connectionstyle": f"arc3,rad={bend}", "shrinkA": 0, "shrinkB": 0}
    t = 0.3 if start[0] == 0 and 0 not in end - start else 0.55  # off the middle, where slanted arrows cross
    end = end - _to_edge(end - way)
    way = (start + end) / 2 + bend * np.array([(end - start)[1], -(end - start)[0]])
    axes.annotate("", end, start, arrowprops=style)
    at = (1 - t) ** 2 * start + 2 * t * (1 - t) * way + t**2 * end
    axes.text(*at, number, ha="center", va="center", bbox={"color": "white", "pad": 1.5}, zorder=3)


def _to_edge(direction):
    """The part of an arrow that a box would cover."""
    return direction * min(half / abs(length) for half, length in zip(BOX, direction, strict=True) if length)


def _words(name):
    return name.replace("_", " ")


def _arrow(row):
    return f"{_words(row.cause)} → {_words(row.effect)}"


def _number(value):
    return f"{round(value, 2) + 0.0:.2f}".replace("-", "\u2212")
