"""Figures of section 6.2: the pyramid, RFM segments, where gradings disagree, and how stable clusters are."""

import numpy as np
from matplotlib.patches import Polygon

from crmlib.old.figures import COLOURS, Picture, canvas, money, percent
from crmlib.old.grading.charts.axes import as_percent, label_bars, period_note
from crmlib.old.grading.pyramid import CHINESE
from crmlib.old.notices import hands_on_notices

GRADE_COLOURS = {
    "key": COLOURS["main"],
    "major": COLOURS["good"],
    "ordinary": COLOURS["accent"],
    "small": COLOURS["muted"],
    "inactive": COLOURS["light"],
}
VALID, STABLE = 0.75, 0.85


def grade_colour(grade, place=0):
    """Choose the colour of a grade; grades with names of the reader's own go by their place."""
    known = list(GRADE_COLOURS.values())
    return GRADE_COLOURS.get(str(grade), known[place % len(known)])


@hands_on_notices
def plot_pyramid(table):
    """Draw the customer pyramid: how many customers a grade has, beside what they bring.

    Parameters: table - result of `grade_table`. Returns: Picture.
    """
    measure = table.attrs["measure"]
    figure, (left, right) = canvas(columns=2, width_ratios=[1, 1.2])
    _draw_pyramid(left, table)
    places = np.arange(len(table))[::-1]
    colours = [grade_colour(grade, place) for place, grade in enumerate(table.index)]
    bars = right.barh(places, table[f"{measure}_share"], color=colours, height=0.7)
    label_bars(right, bars, table[f"{measure}_share"])
    right.set_yticks(places, [""] * len(table))
    right.axvline(0, color=COLOURS["muted"], linewidth=0.8)
    right.set(xlabel=f"Share of {measure}", ylim=(-0.5, len(table) - 0.5))
    right.margins(x=0.18)
    right.locator_params(axis="x", nbins=4)
    right.grid(axis="y", visible=False)
    as_percent(right, y=False)
    top = table.iloc[:2]
    title = (
        f"The {top.index[0]} and {top.index[1]} grades are {percent(top['customer_share'].sum())} of customers "
        f"and bring {percent(top[f'{measure}_share'].sum())} of {measure}"
    )
    currency = table.attrs.get("currency", "")
    parts = (
        f"{grade}: {row.customers:,.0f} customers, {percent(row[f'{measure}_share'])} of {measure}, "
        f"{money(row.value_per_customer, currency)} each"
        for grade, row in table.iterrows()
    )
    return Picture(figure, title, f"{'; '.join(parts)}.", period_note(table))


def _draw_pyramid(axes, table):
    number = len(table)
    for place, (grade, row) in enumerate(table.iterrows()):
        top, bottom = number - place, number - place - 1
        left, right = place / number / 2, (place + 1) / number / 2
        corners = [(0.5 - left, top), (0.5 + left, top), (0.5 + right, bottom), (0.5 - right, bottom)]
        axes.add_patch(Polygon(corners, color=grade_colour(grade, place), linewidth=0))
        name = f"{grade} {CHINESE.get(str(grade), '')}".strip()
        axes.text(1.02, (top + bottom) / 2, f"{name}\n{row['customers']:,.0f}", va="center", fontsize=11)
    axes.set(xlim=(0, 1.5), ylim=(0, number))
    axes.set_axis_off()


@hands_on_notices
def plot_rfm_segments(table):
    """Draw each RFM segment's share of customers beside its share of money spent.

    Parameters: table - result of `segment_table`. Returns: Picture.
    """
    table = table[table["customers"] > 0]
    figure, axes = canvas(size="tall")
    places = np.arange(len(table))[::-1]
    thin = axes.barh(places + 0.2, table["customer_share"], 0.38, color=COLOURS["muted"], label="share of customers")
    thick = axes.barh(places - 0.2, table["revenue_share"], 0.38, color=COLOURS["main"], label="share of money spent")
    label_bars(axes, thin, table["customer_share"])
    label_bars(axes, thick, table["revenue_share"])
    axes.set_yticks(places, table.index)
    axes.set_xlabel("Share")
    axes.legend(loc="lower right")
    axes.margins(x=0.12)
    axes.grid(axis="y", visible=False)
    as_percent(axes, y=False)
    best = table["revenue_share"].idxmax()
    title = (
        f"“{best}” are {percent(table.loc[best, 'customer_share'])} of customers "
        f"and have spent {percent(table.loc[best, 'revenue_share'])} of the money"
    )
    parts = (
        f"{segment} {row.customers:,.0f} customers, {percent(row.revenue_share)} of money"
        for segment, row in table.iterrows()
    )
    return Picture(figure, title, f"{'; '.join(parts)}.")


@hands_on_notices
def plot_cross_table(table):
    """Draw where two gradings put the same customers.

    Parameters: table - result of `cross_table`: counts, rows one grading, columns the other. Returns: Picture.
    """
    first, second = table.index.name, table.columns.name
    counts = table.to_numpy(float)
    shares = counts / np.where(counts.sum(axis=1, keepdims=True) > 0, counts.sum(axis=1, keepdims=True), 1)
    figure, axes = canvas(size="square")
    axes.imshow(shares, cmap="Blues", vmin=0, vmax=1.2, aspect="auto")
    for row in range(len(table)):
        for column in range(table.shape[1]):
            dark = shares[row, column] > 0.85
            weight = "bold" if row == column else "normal"
            text = f"{counts[row, column]:,.0f}"
            axes.text(
                column, row, text, ha="center", va="center", color="white" if dark else COLOURS["ink"], weight=weight
            )
    axes.set_xticks(range(table.shape[1]), table.columns)
    axes.set_yticks(range(len(table)), table.index)
    axes.set(xlabel=f"Grade by {second}", ylabel=f"Grade by {first}")
    axes.grid(visible=False)
    moved = 1 - np.trace(counts) / counts.sum()
    top = counts[:2].sum()
    lost = counts[:2, 2:].sum()
    title = f"{percent(lost / top if top else 0)} of the customers at the top by {first} are not at the top by {second}"
    description = (
        f"{percent(moved, 1)} of {counts.sum():,.0f} customers change grade; of the {top:,.0f} in the two best grades "
        f"by {first}, {lost:,.0f} are not there by {second}."
    )
    return Picture(figure, title, description)


@hands_on_notices
def plot_cluster_stability(stability):
    """Draw how well clusters come back when customers are drawn again.

    Parameters: stability - result of `cluster_stability`. Returns: Picture.
    """
    figure, axes = canvas(size="flat")
    axes.plot(stability["clusters"], stability["mean"], "o-", color=COLOURS["main"])
    axes.plot(stability["clusters"], stability["worst"], "o-", color=COLOURS["bad"])
    last = stability.iloc[-1]
    # Above and below the last point: the two lines may end close together.
    for column, colour, name, up in (
        ("mean", COLOURS["main"], "mean", 9),
        ("worst", COLOURS["bad"], "worst cluster", -9),
    ):
        place = (last["clusters"], last[column])
        axes.annotate(name, place, xytext=(8, up), textcoords="offset points", color=colour, va="center")
    axes.axhline(VALID, color=COLOURS["muted"], linewidth=1, linestyle="--")
    axes.text(stability["clusters"].iloc[0], VALID - 0.015, "valid from 0.75", color=COLOURS["muted"], va="top")
    axes.set_xticks(stability["clusters"])
    axes.set(
        xlabel="Number of clusters", ylabel="Jaccard similarity", ylim=(min(0.4, stability["worst"].min() - 0.05), 1.02)
    )
    axes.margins(x=0.12)
    valid = stability[stability["worst"] >= VALID]["clusters"].tolist()
    said = ", ".join(str(number) for number in valid) or "no number"
    if len(valid) == len(stability):
        title = f"Every number from {valid[0]} to {valid[-1]} comes back, so stability alone does not choose one"
    elif valid:
        title = f"Only with {said} clusters does every cluster come back when customers are drawn again"
    else:
        title = "With no number of clusters does every cluster come back when customers are drawn again"
    parts = (
        f"{row.clusters:.0f} clusters {row['mean']:.2f} (worst {row.worst:.2f})" for _, row in stability.iterrows()
    )
    description = f"Mean Jaccard similarity by number of clusters: {', '.join(parts)}. All clusters valid for: {said}."
    return Picture(figure, title, description)
