"""Figures of drivers and priorities: stated and derived importance, maps, opportunity, what-if, return."""

import numpy as np

from crmlib.old.figures import COLOURS, Picture, canvas, money, percent
from crmlib.old.notices import hands_on_notices
from crmlib.old.satisfaction.charts.labels import interval_bars, listing, name_rows, per_cent, place_labels, words

KIND_COLOURS = {
    "said and done": COLOURS["main"],
    "hidden": COLOURS["good"],
    "said only": COLOURS["accent"],
    "neither": COLOURS["muted"],
}
WORTH_A_LOOK = 10
FIELD_PLACES = {
    "concentrate here": (0.02, 0.98),
    "keep up the good work": (0.98, 0.98),
    "low priority": (0.02, 0.02),
    "possibly too much": (0.98, 0.02),
}


@hands_on_notices
def plot_relative_importance(derived):
    """Share of the differences in satisfaction that each driver explains, with intervals.

    Parameters: ``derived`` from ``drivers.relative_importance``.
    """
    figure, axes = canvas(size="wide")
    places = interval_bars(axes, derived, "importance")
    name_rows(axes, derived.index, places)
    axes.set_xlim(left=0)
    axes.xaxis.set_major_formatter(per_cent)
    axes.set_xlabel("share of the differences in satisfaction explained (LMG)")
    first = derived.index[0]
    title = f"{words(first).capitalize()} moves satisfaction most"
    if derived["first"].iloc[0] < 0.95:
        title += f", in {percent(derived['first'].iloc[0])} of resampled surveys"
    listed = "; ".join(f"{words(n)} {percent(r.importance, 1)} ({percent(r.low, 1)} to {percent(r.high, 1)})"
                       for n, r in derived.iterrows())  # fmt: skip
    total = derived["importance"].sum()
    return Picture(figure, title, f"Together {percent(total)}: {listed}.", "Bars: 95 % bootstrap intervals.")


@hands_on_notices
def plot_stated_derived(comparison):
    """Stated against derived importance. Parameters: ``comparison`` from ``drivers.stated_against_derived``."""
    figure, axes = canvas(size=(8.5, 5.8))
    x, y = comparison["stated"].to_numpy(), comparison["derived"].to_numpy()
    axes.set_xlim(*_around(x))
    axes.set_ylim(*_around(y))
    axes.axvline(np.median(x), color=COLOURS["muted"], linewidth=0.8)
    axes.axhline(np.median(y), color=COLOURS["muted"], linewidth=0.8)
    clear = comparison["clear"].astype(bool)
    colours = [KIND_COLOURS[kind if sure else "neither"] for kind, sure in zip(comparison["kind"], clear, strict=True)]
    axes.scatter(x, y, s=70, c=colours, zorder=3)
    axes.yaxis.set_major_formatter(per_cent)
    axes.set_xlabel("stated importance, 1–10")
    axes.set_ylabel("derived importance (share of satisfaction explained)")
    correlation, low, high = (comparison.attrs.get(f"rank_correlation{end}", np.nan) for end in ("", "_low", "_high"))
    hidden = list(comparison.index[(comparison["kind"] == "hidden") & clear])
    said = list(comparison.index[(comparison["kind"] == "said only") & clear])
    title = "No dimension clearly moves satisfaction more than customers say"
    if hidden:
        title = f"Moves satisfaction more than customers say: {listing(hidden)}"
    span = f" (95 % interval {low:.2f} to {high:.2f}, {len(comparison)} drivers)" if np.isfinite(low) else ""
    description = f"Rank correlation of stated and derived importance {correlation:.2f}{span}.".replace("-", "\u2212")
    if said:
        description += f" Called important while moving satisfaction little: {listing(said)}."
    note = "Lines: the median of each axis. Grey: not clearly off the lines."
    picture = Picture(figure, title, description, note)
    place_labels(axes, x, y, [words(name) for name in comparison.index], colours)
    return picture


@hands_on_notices
def plot_importance_performance(table, importance="importance", performance="performance"):
    """The importance–performance map with its four fields.

    Parameters: ``table`` from ``priorities.importance_performance`` or ``path_importance``; the two names for the axes.
    """
    figure, axes = canvas(size=(8.5, 5.8))
    x, y = table["performance"].to_numpy(), table["importance"].to_numpy()
    axes.set_xlim(*_around(x))
    axes.set_ylim(*_around(y))
    axes.axvline(table.attrs.get("mean_performance", x.mean()), color=COLOURS["muted"], linewidth=1)
    axes.axhline(table.attrs.get("mean_importance", y.mean()), color=COLOURS["muted"], linewidth=1)
    for field, (left, top) in FIELD_PLACES.items():
        colour = COLOURS["bad"] if field == "concentrate here" else COLOURS["muted"]
        axes.text(left, top, field, transform=axes.transAxes, size=11, style="italic", color=colour,
                  ha="left" if left < 0.5 else "right", va="bottom" if top < 0.5 else "top")  # fmt: skip
    here = (table["field"] == "concentrate here").to_numpy()
    colours = np.where(here, COLOURS["bad"], COLOURS["main"])
    axes.scatter(x, y, s=70, c=colours, zorder=3)
    axes.locator_params(nbins=5)
    axes.set_xlabel(performance)
    axes.set_ylabel(importance)
    fix = list(table.index[here])
    title = f"Concentrate on {listing(fix)}" if fix else "Nothing important is done badly"
    share = "share" in importance
    if share:
        axes.yaxis.set_major_formatter(per_cent)
    weights = table["importance"].map(percent if share else "{:.2f}".format)
    listed = "; ".join(
        f"{words(n)} importance {weights[n]}, performance {r.performance:.1f}" for n, r in table.iterrows()
    )
    picture = Picture(
        figure, title, f"{listed[0].upper()}{listed[1:]}.", f"Lines: {table.attrs.get('lines', 'the two means')}."
    )
    place_labels(axes, x, y, [words(name) for name in table.index], list(colours))
    return picture


@hands_on_notices
def plot_opportunity(table):
    """Opportunity of each dimension with interval. Parameters: ``table`` from ``priorities.opportunity_table``."""
    figure, axes = canvas(size="wide")
    places = interval_bars(axes, table, "opportunity")
    name_rows(axes, table.index, places)
    axes.axvline(WORTH_A_LOOK, color=COLOURS["muted"], linewidth=1, linestyle="--")
    axes.set_xlabel("importance + max(importance − satisfaction, 0), from 0 to 20")
    first = table.index[0]
    clear = len(table) > 1 and table["low"].iloc[0] > table["high"].iloc[1]
    title = f"The largest opportunity: {words(first)}" + ("" if clear else ", though not clearly the largest")
    if table["opportunity"].max() < WORTH_A_LOOK:
        title = f"No dimension is an opportunity: none reaches {WORTH_A_LOOK}"
    listed = "; ".join(f"{words(n)} {r.opportunity:.1f} ({r.low:.1f} to {r.high:.1f})" for n, r in table.iterrows())
    warning = table.attrs.get("warning", "")
    description = f"Opportunity scores: {listed}. {warning}".strip()
    return Picture(figure, title, description, "Bars: 95 % bootstrap intervals. Dashed: 10, worth a look.")


@hands_on_notices
def plot_what_if(table, target="satisfaction"):
    """Index scores before and after a change. Parameters: ``table`` from ``priorities.what_if``."""
    figure, axes = canvas(size="wide")
    places = np.arange(len(table))[::-1]
    axes.hlines(places, table["index"], table["new_index"], color=COLOURS["accent"], linewidth=4)
    axes.plot(table["index"], places, "o", color=COLOURS["muted"], markersize=9, label="now")
    axes.plot(table["new_index"], places, "o", color=COLOURS["main"], markersize=9, label="then")
    if table["low"].notna().all():
        axes.hlines(places - 0.22, table["index"] + table["low"], table["index"] + table["high"], color=COLOURS["main"])
    for place, row in zip(places, table.itertuples(), strict=True):
        if abs(row.change) >= 0.05:
            text = f"{row.change:+.1f}".replace("-", "\u2212")
            axes.annotate(
                text, (max(row.index, row.new_index), place), (10, 0), textcoords="offset points", va="center"
            )
    name_rows(axes, table.index, places)
    axes.set_ylim(-0.6, len(table) - 0.4)
    axes.margins(x=0.12)
    axes.locator_params(axis="x", nbins=5)
    axes.set_xlabel("index, 0–100")
    axes.legend(loc="best")
    row = table.loc[target]
    span = f" ({row.low:+.1f} to {row.high:+.1f})" if np.isfinite(row.low) else ""
    title = f"{words(target).capitalize()} moves by {row.change:+.1f} points".replace("-", "\u2212")
    listed = "; ".join(f"{words(n)} {r.change:+.1f}" for n, r in table.iterrows())
    description = (
        f"{words(target).capitalize()} from {row['index']:.1f} to {row.new_index:.1f}{span}. Changes: {listed}."
    )
    return Picture(figure, title, description.replace("-", "\u2212"), "Thin lines: 95 % intervals of the new index.")


@hands_on_notices
def plot_return_on_quality(table, currency=""):
    """Yearly profit of each project with its range; the chosen ones are coloured.

    Parameters: ``table`` from ``priorities.return_on_quality`` or ``choose_projects``; ``currency`` of the money.
    """
    figure, axes = canvas(size="wide")
    chosen = table["chosen"] if "chosen" in table else table["profit"] > 0
    colours = np.where(chosen, COLOURS["good"], COLOURS["muted"])
    places = interval_bars(axes, table, "profit", colours=colours)
    name_rows(axes, [f"{words(name)} (cost {money(row.cost, currency)})" for name, row in table.iterrows()], places)
    axes.axvline(0, color=COLOURS["ink"], linewidth=1)
    axes.xaxis.set_major_formatter(lambda value, _: money(value) if value else "0")
    axes.locator_params(axis="x", nbins=5)
    axes.set_xlabel(f"gain − cost in a year {f'({currency})' if currency else ''}".strip())
    names = list(table.index[chosen.to_numpy(dtype=bool)])
    sure = list(table.index[chosen.to_numpy(dtype=bool) & (table["low"] > 0).to_numpy()])
    what = "fit the budget" if "chosen" in table else "earn their cost"
    if len(names) == 1:
        what = what.replace("fit", "fits").replace("earn their", "earns its")
    title = f"{len(names)} project{'s' * (len(names) != 1)} {what}, {listing(sure) if sure else 'none'} clear of zero"
    if not names:
        title = "Within the budget no project pays" if "chosen" in table else "No project earns its cost"
    fit = f"{what.capitalize()}: {listing(names)}. " if names else ""
    listed = "; ".join(f"{words(n)} {money(r.profit, currency)}" for n, r in table.iterrows())
    return Picture(
        figure, title, f"{fit}Gain less cost: {listed}.", "Bars: from the least to the most favourable ends."
    )


def _around(values, share=0.14):
    """Limits of an axis with room for labels on both sides."""
    room = share * (values.max() - values.min()) or 1.0
    return values.min() - room, values.max() + room
