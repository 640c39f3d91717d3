"""Figures of needs and quality: gaps, expectation, competitors, the house of quality, Kano."""

import numpy as np

from crmlib.old.figures import COLOURS, SERIES, Picture, canvas, percent
from crmlib.old.notices import hands_on_notices
from crmlib.old.satisfaction.charts.labels import interval_bars, listing, name_rows, place_labels, words
from crmlib.old.satisfaction.kano import CATEGORIES

KANO_COLOURS = dict(zip("MOAIRQ", [SERIES[5], SERIES[0], SERIES[2], SERIES[6], SERIES[3], SERIES[1]], strict=True))
KANO_FIELDS = {"A": (0.02, 0.98), "O": (0.98, 0.98), "I": (0.02, 0.02), "M": (0.98, 0.02)}


@hands_on_notices
def plot_gaps(gaps):
    """Perception minus expectation by dimension, with intervals. Parameters: ``gaps`` from ``quality_gaps``."""
    figure, axes = canvas(size="wide")
    short = gaps["high"] < 0
    colours = np.select([short, gaps["low"] > 0], [COLOURS["bad"], COLOURS["good"]], COLOURS["muted"])
    places = interval_bars(axes, gaps, "gap", colours=colours)
    name_rows(axes, [f"{words(name)} {row.chinese}".strip() for name, row in gaps.iterrows()], places)
    axes.axvline(0, color=COLOURS["ink"], linewidth=1)
    axes.set_xlabel("perceived − expected, points of a 7-point scale")
    worst = gaps["gap"].idxmin()
    title = f"{words(worst).capitalize()} falls furthest short of what customers expect"
    if not short.any():
        title = "No dimension falls clearly short of what customers expect"
    listed = "; ".join(f"{words(n)} {r.gap:+.2f} ({r.low:+.2f} to {r.high:+.2f})" for n, r in gaps.iterrows())
    return Picture(figure, title, f"Gaps: {listed}.".replace("-", "\u2212"), "Bars: 95 % intervals.")


@hands_on_notices
def plot_expectation(by_class):
    """Same perception, other expectation: satisfaction of those who had expected less and more.

    Parameters: ``by_class`` from ``service_quality.same_perception_other_expectation``.
    """
    figure, axes = canvas(size="wide")
    for half, colour in (("expected less", COLOURS["main"]), ("expected more", COLOURS["accent"])):
        part = by_class[by_class["half"] == half]
        error = [part["satisfaction"] - part["low"], part["high"] - part["satisfaction"]]
        axes.errorbar(
            part["perceived_quality"], part["satisfaction"], yerr=error, fmt="o-", color=colour, capsize=3, label=half
        )
    axes.legend(loc="upper left")
    axes.set_xlabel("perceived quality, index 0–100")
    axes.set_ylabel("satisfaction, index 0–100")
    wide = by_class.pivot_table(index="class", columns="half", values="satisfaction")
    difference = (wide["expected more"] - wide["expected less"]).mean()
    less = "more" if difference > 0 else "less"
    title = f"At equal perception, those who expected more are {abs(difference):.1f} points {less} satisfied"
    if abs(difference) < 1:
        title = "At equal perception, expectation makes little difference to satisfaction"
    listed = "; ".join(f"class {n}: {r['expected less']:.0f} and {r['expected more']:.0f}" for n, r in wide.iterrows())
    description = f"Satisfaction of those who expected less and more, by class of perceived quality: {listed}."
    return Picture(figure, title, description, "Bars: 95 % intervals.")


@hands_on_notices
def plot_disconfirmation(classes):
    """Satisfaction of those who got less than, as much as, or more than they expected.

    Parameters: ``classes`` from ``service_quality.disconfirmation``.
    """
    figure, axes = canvas(size="flat")
    colours = [COLOURS["bad"], COLOURS["muted"], COLOURS["good"]]
    places = interval_bars(axes, classes, "satisfaction", colours=colours)
    name_rows(axes, [f"{name} ({percent(row.share)})" for name, row in classes.iterrows()], places)
    axes.set_xlabel("satisfaction, index 0–100")
    below, above = classes.iloc[0], classes.iloc[-1]
    difference = above["satisfaction"] - below["satisfaction"]
    title = f"Those who got more than expected are {difference:.0f} points more satisfied than those who got less"
    if not below["high"] < above["low"]:
        title = "Getting more than expected does not clearly go with more satisfaction"
    listed = "; ".join(
        f"{name} {percent(row.share)} of answers, satisfaction {row.satisfaction:.1f} ({row.low:.1f} to {row.high:.1f})"
        for name, row in classes.iterrows()
    )
    return Picture(figure, title, f"{listed[0].upper()}{listed[1:]}.", "In brackets: share of answers. 95 % intervals.")


@hands_on_notices
def plot_competitors(gaps):
    """Our rating minus the best rival's by attribute. Parameters: ``gaps`` from ``competitor_gaps``."""
    figure, axes = canvas(size="wide")
    colours = np.select([gaps["high"] < 0, gaps["low"] > 0], [COLOURS["bad"], COLOURS["good"]], COLOURS["muted"])
    places = interval_bars(axes, gaps, "difference", colours=colours)
    name_rows(
        axes, [f"{words(n)} (ours {r.ours:.1f}, {r.best_rival} {r.rival:.1f})" for n, r in gaps.iterrows()], places
    )
    axes.axvline(0, color=COLOURS["ink"], linewidth=1)
    axes.set_xlabel("ours − best rival, points of a 10-point scale")
    behind, ahead = list(gaps.index[gaps["high"] < 0]), list(gaps.index[gaps["low"] > 0])
    title = f"Behind the best rival on {listing(behind)}" if behind else "Nowhere clearly behind the best rival"
    if ahead:
        title += f"; ahead on {listing(ahead[::-1][:2])}"
    listed = "; ".join(f"{words(n)} {r.difference:+.1f} ({r.low:+.1f} to {r.high:+.1f})" for n, r in gaps.iterrows())
    return Picture(figure, title, f"Difference to the best rival: {listed}.".replace("-", "\u2212"), "95 % intervals.")


@hands_on_notices
def plot_house_of_quality(house):
    """The house of quality: needs, relations 9-3-1, and the priorities that follow.

    Parameters: ``house`` a HouseOfQuality. Returns a Picture.
    """
    measures, relations = house.measures, house.relations[house.measures.index]
    figure, (body, ground) = canvas(2, 1, size=(9.2, 7.4), height_ratios=[3, 1.2], sharex=True)
    share = house.contributions[measures.index] / house.contributions.to_numpy().sum()
    body.imshow(share, cmap="Blues", vmin=0, vmax=share.to_numpy().max() * 1.6, aspect="auto")
    for i, need in enumerate(relations.index):
        for j, measure in enumerate(relations.columns):
            if relations.loc[need, measure]:
                body.text(j, i, f"{relations.loc[need, measure]:.0f}", ha="center", va="center")
    labels = [f"{words(need)} ({percent(row.weight)})" for need, row in house.needs.iterrows()]
    body.set_yticks(range(len(labels)), labels)
    body.grid(visible=False)
    body.set_ylabel("needs (weight)")
    places = np.arange(len(measures))
    error = np.clip([measures["priority"] - measures["low"], measures["high"] - measures["priority"]], 0, None)
    ground.bar(places, measures["priority"], 0.7, color=COLOURS["main"], yerr=error, ecolor=COLOURS["ink"], capsize=3)
    ground.set_xticks(places, list(measures.index), rotation=40, ha="right", rotation_mode="anchor", size=10)
    ground.yaxis.set_major_formatter(lambda value, _: percent(value))
    ground.set_ylabel("priority")
    ground.grid(axis="x", visible=False)
    first = measures.index[0]
    title = f"First: {first}, mainly for {words(measures.loc[first, 'mainly_for'])}"
    if measures["first"].iloc[0] < 0.95:
        title += f" (first in {percent(measures['first'].iloc[0])} of resampled surveys)"
    listed = "; ".join(f"{name} {percent(row.priority)}" for name, row in measures.head(5).iterrows())
    note = "Numbers: relation 9 strong, 3 some, 1 little. Shade: contribution to the priority. Bars: 95 % intervals."
    return Picture(figure, title, f"Priorities: {listed}.", note)


@hands_on_notices
def plot_kano(kano):
    """Kano's map: what a feature gives when there against what it takes when missing, with intervals.

    Parameters: ``kano`` from ``kano.kano_table``. Hollow points: the category is not certain. Returns a Picture.
    """
    figure, axes = canvas(size=(8.5, 6.4))
    x, y = -kano["worse"].to_numpy(dtype=float), kano["better"].to_numpy(dtype=float)
    axes.set_xlim(min(0, x.min() - 0.08), 1)
    axes.set_ylim(min(0, y.min() - 0.08), 1)
    axes.axhline(0.5, color=COLOURS["muted"], linewidth=0.8)
    axes.axvline(0.5, color=COLOURS["muted"], linewidth=0.8)
    for letter, (left, top) in KANO_FIELDS.items():
        axes.text(left, top, f"{CATEGORIES[letter][0]} {CATEGORIES[letter][1]}", transform=axes.transAxes, size=11,
                  ha="left" if left < 0.5 else "right", va="bottom" if top < 0.5 else "top",
                  color=KANO_COLOURS[letter], alpha=0.9, style="italic")  # fmt: skip
    colours = [KANO_COLOURS[letter] for letter in kano["category"]]
    for i, row in enumerate(kano.itertuples()):
        axes.plot([-row.worse_high, -row.worse_low], [y[i]] * 2, color=colours[i], linewidth=0.8, alpha=0.6)
        axes.plot([x[i]] * 2, [row.better_low, row.better_high], color=colours[i], linewidth=0.8, alpha=0.6)
        face = colours[i] if row.clear else "white"
        axes.plot(x[i], y[i], "o", markersize=9, markeredgecolor=colours[i], markerfacecolor=face, markeredgewidth=1.8)
    axes.set_xlabel("dissatisfaction when missing: (O + M) / (A + O + M + I)")
    axes.set_ylabel("satisfaction when there: (A + O) / (A + O + M + I)")
    title, description = _kano_words(kano)
    note = "Lines: 95 % intervals. Hollow: category not certain. Colour: most frequent category."
    picture = Picture(figure, title, description, note)
    place_labels(axes, x, y, [words(name) for name in kano.index], colours)
    return picture


@hands_on_notices
def plot_kano_groups(by_group):
    """Category of each feature in each group. Parameters: ``by_group`` from ``kano.kano_by_group``."""
    wide = by_group.pivot(index="feature", columns="group", values="category")
    sure = by_group.pivot(index="feature", columns="group", values="clear").astype(bool)
    figure, axes = canvas(size=(8.5, 2.2 + 0.42 * len(wide)))
    for i, feature in enumerate(wide.index):
        for j, group in enumerate(wide.columns):
            letter = wide.loc[feature, group]
            face = KANO_COLOURS[letter] if sure.loc[feature, group] else "white"
            ink = "white" if sure.loc[feature, group] else KANO_COLOURS[letter]
            axes.plot(j, i, "s", markersize=22, markerfacecolor=face, markeredgecolor=KANO_COLOURS[letter])
            axes.text(j, i, letter, ha="center", va="center", color=ink, weight="bold")
    axes.set_yticks(range(len(wide)), [words(name) for name in wide.index])
    axes.set_xticks(range(len(wide.columns)), [words(name) for name in wide.columns])
    axes.set_xlim(-0.6, len(wide.columns) - 0.4)
    axes.set_ylim(len(wide) - 0.4, -0.6)
    axes.grid(visible=False)
    differing = [name for name in wide.index if wide.loc[name][sure.loc[name]].nunique() > 1]
    title = (
        f"Groups see {len(differing)} of {len(wide)} features differently" if differing else "All groups want the same"
    )
    listed = "; ".join(f"{words(n)}: " + ", ".join(f"{g} {wide.loc[n, g]}" for g in wide.columns) for n in differing)
    description = f"Clearly different: {listed}." if differing else "No feature is clearly in different categories."
    letters = ", ".join(f"{letter} {name}" for letter, (name, _) in list(CATEGORIES.items())[:5])
    return Picture(figure, title, description, f"{letters}. Hollow: not certain.")


def _kano_words(kano):
    parts = []
    for letter, (name, _) in CATEGORIES.items():
        features = list(kano.index[(kano["category"] == letter) & kano["clear"].astype(bool)])
        if features:
            parts.append(f"{name}: {listing(features)}")
    unsure = list(kano.index[~kano["clear"].astype(bool)])
    if unsure:
        parts.append(f"not certain: {listing(unsure)}")
    sure = kano[kano["clear"].astype(bool)]
    must, delight = (list(sure.index[sure["category"] == letter]) for letter in "MA")
    title = f"{len(must)} features must be there, {len(delight)} delight, {len(unsure)} cannot be told"
    return title, f"{'. '.join(part[0].upper() + part[1:] for part in parts)}."
