"""Figures of the satisfaction index: the path diagram, the index scores, reliability, groups."""

import numpy as np
from matplotlib.patches import Circle, FancyArrowPatch

from crmlib.old.figures import COLOURS, Picture, canvas
from crmlib.old.notices import hands_on_notices
from crmlib.old.satisfaction.charts.labels import interval_bars, name_rows, words
from crmlib.old.satisfaction.measurement import SOUND_RELIABILITY, SOUND_VARIANCE_EXTRACTED
from crmlib.old.satisfaction.path_model import CHINESE, effects_table

RADIUS = 0.92
PLACES = {
    # Causes on the left, consequences on the right, as in the published figures of such models.
    "perceived_quality": (1.2, 6.0),
    "expected_quality": (1.2, 3.4),
    "image": (1.2, 0.8),
    "perceived_value": (5.2, 4.9),
    "satisfaction": (8.6, 3.4),
    "continued_business": (12.2, 3.4),
}
CURVES = {
    ("perceived_quality", "satisfaction"): -0.30,
    ("image", "continued_business"): 0.16,
    ("image", "satisfaction"): 0.03,
}


@hands_on_notices
def plot_path_diagram(model, intervals=None, target="satisfaction"):
    """The path model as a diagram: index scores in the circles, path coefficients on the arrows.

    Thick arrows are strong; with ``intervals`` (PathIntervals) an arrow whose interval holds 0 is grey and dashed.
    Parameters: ``model`` a PathModel; ``target`` the construct that the title speaks of. Returns a Picture.
    """
    places = _places(model)
    figure, axes = canvas(size=(8.8, 5.4))
    axes.set_axis_off()
    axes.set_aspect("equal")
    unclear = set()
    if intervals is not None:
        grey = intervals.paths[~intervals.paths["clear"]]
        unclear = set(zip(grey["source"], grey["target"], strict=True))
    written = []
    for row in model.paths.itertuples():
        _arrow(axes, places, (row.source, row.target), row.coefficient, (row.source, row.target) in unclear, written)
    for name, row in model.constructs.iterrows():
        _circle(axes, places[name], name, row)
    x, y = np.array(list(places.values())).T
    axes.set_xlim(x.min() - 1.2, x.max() + 1.2)
    axes.set_ylim(y.min() - 1.2, y.max() + 1.2)
    title, description = _path_words(model, unclear, intervals, target)
    note = "Circles: index 0–100 and R². Arrows: path coefficients (standardised)."
    if intervals is not None:
        note += " Grey, dashed: the 95 % interval holds 0."
    return Picture(figure, title, description, note)


@hands_on_notices
def plot_index_scores(index):
    """Index of each construct with its interval.

    Parameters: ``index`` the table of PathIntervals. Returns a Picture.
    """
    ordered = index.sort_values("estimate", ascending=False)
    figure, axes = canvas(size="wide")
    places = interval_bars(axes, ordered, "estimate")
    name_rows(axes, [f"{words(name)} {CHINESE.get(name, '')}".strip() for name in ordered.index], places)
    for place, value in zip(places, ordered["estimate"], strict=True):
        axes.annotate(f"{value:.1f}", (value, place), (0, 9), textcoords="offset points", ha="center", size=11)
    axes.set_xlabel("index, 0–100")
    top, bottom = ordered.index[0], ordered.index[-1]
    listed = "; ".join(
        f"{words(name)} {row.estimate:.1f} ({row.low:.1f} to {row.high:.1f})" for name, row in ordered.iterrows()
    )
    apart = ordered.loc[top, "low"] > ordered.loc[bottom, "high"]
    title = f"{words(top).capitalize()} scores highest, {words(bottom)} lowest"
    if not apart:
        title = (
            f"All indices lie between {ordered['low'].min():.0f} and {ordered['high'].max():.0f}, none clearly apart"
        )
    return Picture(figure, title, f"Index scores with 95 % intervals: {listed}.", "Bars: 95 % bootstrap intervals.")


@hands_on_notices
def plot_reliability(reliability):
    """Composite reliability, α and average variance extracted of each construct against the usual threshold.

    Parameters: ``reliability`` from ``measurement.reliability_table``. Returns a Picture.
    """
    table = reliability[reliability["items"] > 1]
    figure, axes = canvas(size="wide")
    kinds = {
        "composite_reliability": ("o", COLOURS["main"], "composite reliability"),
        "alpha": ("s", COLOURS["accent"], "Cronbach's α"),
        "average_variance_extracted": ("D", COLOURS["good"], "average variance extracted"),
    }
    places = np.arange(len(table))[::-1]
    for shift, (column, (marker, colour, label)) in zip((0.2, 0, -0.2), kinds.items(), strict=True):
        axes.plot(table[column], places + shift, marker, color=colour, markersize=8, label=label)
    axes.axvline(SOUND_RELIABILITY, color=COLOURS["muted"], linewidth=1, linestyle="--")
    axes.axvline(SOUND_VARIANCE_EXTRACTED, color=COLOURS["good"], linewidth=1, linestyle=":")
    axes.set_xlim(0, 1)
    axes.set_ylim(-0.6, len(table) - 0.4)
    name_rows(axes, table.index, places)
    axes.set_xlabel(
        f"0–1 (usual least: dashed {SOUND_RELIABILITY:g} for reliability and α, "
        f"dotted {SOUND_VARIANCE_EXTRACTED:g} for variance extracted)"
    )
    axes.legend(loc="lower left")
    weak = list(table.index[~table["sound"]])
    title = "The items of every construct hang together" if not weak else f"Look again at {', '.join(map(words, weak))}"
    listed = "; ".join(
        f"{words(name)} {row.composite_reliability:.2f} and {row.alpha:.2f}" for name, row in table.iterrows()
    )
    return Picture(figure, title, f"Composite reliability and α: {listed}.")


@hands_on_notices
def plot_index_by_group(by_group, overall=None, what="satisfaction index"):
    """Index of each group with its interval.

    Parameters: ``by_group`` from ``groups.index_by_group``; ``overall`` the mean of all, drawn as a line.
    """
    figure, axes = canvas(size="flat" if len(by_group) < 5 else "wide")
    places = interval_bars(axes, by_group, "mean")
    name_rows(axes, [f"{words(name)} (n = {row.respondents:.0f})" for name, row in by_group.iterrows()], places)
    if overall is not None:
        axes.axvline(overall, color=COLOURS["muted"], linewidth=1, linestyle="--")
    axes.set_xlabel(f"{what}, 0–100" + ("" if overall is None else " (dashed: all)"))
    best, worst = by_group["mean"].idxmax(), by_group["mean"].idxmin()
    apart = by_group.loc[best, "low"] > by_group.loc[worst, "high"]
    title = (
        f"{words(best).capitalize()} above {words(worst)}" if apart else f"The {what} does not clearly differ by group"
    )
    if apart:
        title += f" by {by_group.loc[best, 'mean'] - by_group.loc[worst, 'mean']:.0f} points"
    listed = "; ".join(f"{words(n)} {r['mean']:.1f} ({r.low:.1f} to {r.high:.1f})" for n, r in by_group.iterrows())
    return Picture(figure, title, f"{what.capitalize()} by group: {listed}.", "Bars: 95 % intervals.")


def _places(model):
    """Given places for the satisfaction model; otherwise one column a step from the first cause."""
    names = list(model.design.constructs)
    if set(names) <= set(PLACES) and len(names) > 3:
        return {name: PLACES[name] for name in names}
    depth = {}
    for j, name in enumerate(names):
        causes = [depth[names[i]] for i in np.flatnonzero(model.design.arrows[:, j])]
        depth[name] = max(causes, default=-1) + 1
    places = {}
    for step in range(max(depth.values()) + 1):
        column = [name for name in names if depth[name] == step]
        for place, name in enumerate(column):
            places[name] = (1.2 + 3.4 * step, 3.4 + 2.6 * (place - (len(column) - 1) / 2) + 0.5 * (step % 2))
    return places


def _circle(axes, place, name, row):
    axes.add_patch(Circle(place, RADIUS, facecolor="white", edgecolor=COLOURS["main"], linewidth=2, zorder=3))
    x, y = place
    lines = words(name).replace(" ", "\n")
    axes.text(x, y + 0.34, lines, ha="center", va="center", size=10, zorder=4, linespacing=0.95)
    axes.text(x, y - 0.30, f"{row['index']:.1f}", ha="center", va="center", size=14, weight="bold", zorder=4)
    if np.isfinite(row["r_squared"]):
        text = f"R² {row['r_squared']:.2f}"
        axes.text(x, y - 0.66, text, ha="center", va="center", size=8, color=COLOURS["muted"], zorder=4)


def _arrow(axes, places, pair, value, unclear, written):
    start, end = np.array(places[pair[0]]), np.array(places[pair[1]])
    bend = CURVES.get(pair, 0.0)
    colour = COLOURS["muted"] if unclear else COLOURS["bad"] if value < 0 else COLOURS["ink"]
    middle, along = (start + end) / 2, end - start
    control = middle + bend * np.array([along[1], -along[0]])
    start, end = start + _towards(start, control), end + _towards(end, control)
    along = end - start
    arrow = FancyArrowPatch(
        start, end, connectionstyle=f"arc3,rad={bend}", arrowstyle="-|>,head_length=7,head_width=3.5",
        linewidth=0.8 + 3.2 * min(abs(value), 1), color=colour, linestyle="--" if unclear else "-", zorder=2,
        shrinkA=0, shrinkB=0, mutation_scale=1,
    )  # fmt: skip
    axes.add_patch(arrow)
    control = (start + end) / 2 + bend * np.array([along[1], -along[0]])
    spot = _label_spot(start, control, end, written, list(places.values()))
    if abs(along[0]) < 0.1 and not bend:
        spot = spot + np.array([0.5, 0.0])  # beside a short upright arrow, not on it
    written.append(spot)
    shown = f"{round(value, 2) + 0.0:.2f}".replace("-", "\u2212")
    axes.text(
        *spot, shown, ha="center", va="center", size=11, color=colour, zorder=5,
        bbox={"facecolor": "white", "edgecolor": "none", "pad": 1.2},
    )  # fmt: skip


def _towards(point, other):
    away = other - point
    return away / np.hypot(*away) * (RADIUS + 0.05)


def _label_spot(start, control, end, written, circles):
    """The place along the curve that is farthest from labels already written; the middle when all is free."""
    best, widest = None, -1.0
    for t in (0.5, 0.42, 0.58, 0.34, 0.66, 0.26, 0.74):
        spot = (1 - t) ** 2 * start + 2 * t * (1 - t) * control + t**2 * end
        distance = min([np.hypot(*(spot - other)) for other in written], default=9.0)
        distance = min(distance, min(np.hypot(*(spot - circle)) for circle in circles) - RADIUS + 0.4)
        if distance > 0.9:
            return spot
        if distance > widest:
            best, widest = spot, distance
    return best


def _path_words(model, unclear, intervals, target):
    if target not in model.constructs.index:
        target = model.constructs.index[-1]
    effects = effects_table(model, "points")
    effects = effects[effects["target"] == target].set_index("source")
    strongest = effects["total"].abs().idxmax()
    score, routes = model.constructs.loc[target, "index"], effects.loc[strongest]
    title = f"{words(target).capitalize()} stands at {score:.1f}; over all routes it moves most with {words(strongest)}"
    indices = ", ".join(f"{words(name)} {value:.1f}" for name, value in model.constructs["index"].items())
    strong = model.paths.assign(size=model.paths["coefficient"].abs()).nlargest(3, "size")
    arrows = ", ".join(f"{words(r.source)} to {words(r.target)} {r.coefficient:.2f}" for r in strong.itertuples())
    description = (
        f"Index scores: {indices}. Strongest paths: {arrows}. One point of {words(strongest)} goes with "
        f"{routes['total']:.2f} points of {words(target)} over all routes, {routes['direct']:.2f} straight."
    ).replace("-", "\u2212")
    if intervals is not None:
        description += f" {len(unclear)} of {len(model.paths)} paths cannot be told from 0."
    return title, description
