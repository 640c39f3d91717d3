"""Figures of section 6.1: how unequal customers are, who takes profit away, and which kinds there are."""

import numpy as np

from crmlib.old.figures import COLOURS, Picture, canvas, money, percent
from crmlib.old.grading.charts.axes import as_money, as_percent, label_bars, legend_above, period_note
from crmlib.old.grading.measures import MEASURES
from crmlib.old.grading.relationship import CHINESE
from crmlib.old.grading.shares import lorenz_curve, top_share, whale_curve, whale_peak
from crmlib.old.notices import hands_on_notices

POINTS = 600
LOWEST_RATE = -1.0
QUADRANT_COLOURS = {
    "big and good": COLOURS["main"],
    "big but poor": COLOURS["bad"],
    "small but good": COLOURS["good"],
    "small and poor": COLOURS["muted"],
}
LINE_COLOURS = {"revenue": COLOURS["muted"], "margin": COLOURS["accent"], "profit": COLOURS["main"]}


@hands_on_notices
def plot_whale_curve(table, measure=None):
    """Draw the whale curve: cumulative share of profit over customers, best first.

    Parameters: table - result of `customer_profit`; measure - a column, default the best one. Returns: Picture.
    """
    curve, peak = whale_curve(table, measure), whale_peak(table, measure, repeats=1)
    measure, fifth = curve.attrs["measure"], top_share(curve["value"], 0.20)
    figure, axes = canvas()
    _draw_whale(axes, curve, measure)
    loses = peak["peak"] > 1.005
    if loses:
        title = (
            f"{percent(peak['customer_share'])} of customers earn {percent(peak['peak'])} of the {measure}; "
            f"the others give {percent(peak['given_back'])} of it back"
        )
        axes.annotate(
            f"peak {percent(peak['peak'])}",
            (peak["customer_share"], peak["peak"]),
            xytext=(0, 8),
            textcoords="offset points",
            ha="center",
            color=COLOURS["main"],
        )
    else:
        title = f"The best fifth of customers bring {percent(fifth)} of {measure}"
    description = (
        f"Customers from the most to the least valuable: the best 20 % bring {percent(fifth)} of {measure}, the curve "
        f"peaks at {percent(peak['peak'])} after {percent(peak['customer_share'])} of {len(curve):,} customers and "
        "ends at 100 %."
    )
    return Picture(figure, title, description, period_note(curve))


def _draw_whale(axes, curve, measure):
    places = np.unique(np.linspace(0, len(curve) - 1, POINTS).astype(int))
    share = np.r_[0, curve["customer_share"].to_numpy()[places]]
    height = np.r_[0, curve["cumulative_share"].to_numpy()[places]]
    axes.axhline(1, color=COLOURS["muted"], linewidth=1, linestyle="--")
    axes.plot(share, height, color=COLOURS["main"])
    above = (height > 1) & (share >= share[height.argmax()])
    axes.fill_between(share, 1, height, where=above, color=COLOURS["bad"], alpha=0.35, linewidth=0)
    axes.plot([0, 1], [0, 1], color=COLOURS["muted"], linewidth=1, linestyle=":")
    axes.text(0.62, 0.55, "if all were equal", color=COLOURS["muted"], ha="left")
    axes.set(xlim=(0, 1), ylim=(0, max(1.08, height.max() * 1.12)))
    axes.set(xlabel="Customers, most valuable first", ylabel=f"Cumulative share of {measure}")
    as_percent(axes)


@hands_on_notices
def plot_lorenz_curve(table):
    """Draw the Lorenz curve of each measure with its Gini coefficient.

    Parameters: table - result of `customer_profit`. Returns: Picture.
    """
    curve = lorenz_curve(table)
    ginis = curve.attrs["gini"]
    figure, axes = canvas(size="square")
    axes.plot([0, 1], [0, 1], color=COLOURS["muted"], linewidth=1, linestyle=":")
    for measure in curve:
        colour = LINE_COLOURS[measure]
        axes.plot(curve.index, curve[measure], color=colour, label=f"{measure}: Gini {ginis[measure]:.2f}")
    axes.legend(loc="upper left")
    axes.set(xlim=(0, 1), ylim=(min(0, curve.min().min() * 1.1), 1))
    axes.set(xlabel="Customers, least valuable first", ylabel="Cumulative share")
    as_percent(axes)
    last = curve.columns[-1]
    half = curve.loc[0.5, last] if 0.5 in curve.index else float(np.interp(0.5, curve.index, curve[last]))
    if half < 0:
        worst = -table[last].nsmallest(max(1, round(0.01 * len(table)))).sum() / table[last].sum()
        title = (
            f"{percent((table[last] < 0).mean())} of customers cost more than they bring; the worst 1 % alone lose "
            f"{percent(worst)} of {last}"
        )
    else:
        title = f"The less valuable half of customers bring {percent(half)} of {last}"
    said = ", ".join(f"{measure} {ginis[measure]:.2f}" for measure in curve)
    description = f"Lorenz curves with Gini coefficients (0 = all equal): {said}."
    return Picture(figure, title, description, period_note(curve))


@hands_on_notices
def plot_pareto_shares(shares):
    """Draw what the best customers bring, with 95 % intervals.

    Parameters: shares - result of `pareto_shares`. Returns: Picture.
    """
    measure = shares.attrs["measure"]
    figure, axes = canvas(size="flat")
    place = np.arange(len(shares))[::-1]
    axes.hlines(place, shares["low"], shares["high"], color=COLOURS["main"], linewidth=3)
    axes.plot(shares["share"], place, "o", color=COLOURS["main"])
    for height, (_, row) in zip(place, shares.iterrows(), strict=True):
        axes.annotate(
            percent(row["share"]), (row["high"], height), xytext=(8, 0), textcoords="offset points", va="center"
        )
    axes.set_yticks(place, [f"best {percent(top)} ({row.customers:,.0f})" for top, row in shares.iterrows()])
    axes.set(xlim=(0, max(1.02, shares["high"].max() * 1.15)), ylim=(-0.6, len(shares) - 0.4))
    axes.set_xlabel(f"Share of {measure}")
    axes.grid(axis="y", visible=False)
    as_percent(axes, x=True, y=False)
    tenth = shares.loc[0.10] if 0.10 in shares.index else shares.iloc[0]
    title = f"The best {percent(tenth.name)} of customers bring {percent(tenth['share'])} of {measure}"
    parts = (
        f"best {percent(top)} {percent(r.share)} ({percent(r.low)} to {percent(r.high)})"
        for top, r in shares.iterrows()
    )
    return Picture(figure, title, f"Share of {measure} with 95 % intervals: {', '.join(parts)}.", period_note(shares))


@hands_on_notices
def plot_relationship_kinds(table):
    """Draw the kinds of buyers: their share of customers beside their share of revenue and of profit.

    Parameters: table - result of `relationship_table`. Returns: Picture.
    """
    measures = [measure for measure in MEASURES[::-1] if f"{measure}_share" in table]
    shown = ["customer", measures[0], *measures[1:][-1:]]
    figure, axes = canvas()
    colours = [COLOURS["muted"], COLOURS["accent"], COLOURS["main"]]
    width = 0.8 / len(shown)
    for number, (what, colour) in enumerate(zip(shown, colours, strict=False)):
        place = np.arange(len(table)) + (number - (len(shown) - 1) / 2) * width
        name = "customers" if what == "customer" else what
        bars = axes.bar(place, table[f"{what}_share"], width * 0.92, color=colour, label=f"share of {name}")
        label_bars(axes, bars, table[f"{what}_share"], fontsize=8)
    axes.margins(y=0.1)
    axes.set_xticks(np.arange(len(table)), ["\n".join([*_two_lines(kind), CHINESE[kind]]) for kind in table.index])
    axes.axhline(0, color=COLOURS["muted"], linewidth=0.8)
    legend_above(axes, len(shown))
    axes.set_ylabel("Share")
    axes.grid(axis="x", visible=False)
    as_percent(axes, x=False)
    best, falling = table.loc["top profit"], table.loc["declining value"]
    limits = f"{percent(falling['low'])} to {percent(falling['high'])}" if falling.notna()["low"] else "none to tell"
    last = shown[-1]
    title = (
        f"Top-profit customers are {percent(best['customer_share'])} of buyers and bring "
        f"{percent(best[f'{last}_share'])} of {last}; "
        f"{percent(falling['share_of_relationship'])} of relationship customers are declining"
    )
    parts = (
        f"{kind} {percent(row['customer_share'])} of customers, {percent(row[f'{last}_share'])} of {last}"
        for kind, row in table.iterrows()
    )
    description = f"{'; '.join(parts)}. Declining: 95 % interval {limits} of relationship customers."
    return Picture(figure, title, description, period_note(table))


def _two_lines(kind):
    """Break a name of several words before its last words, so that neighbours on an axis stay apart."""
    first, *rest = kind.split()
    return first + (" " + rest.pop(0) if len(rest) > 1 else ""), " ".join(rest)


@hands_on_notices
def plot_size_and_profit(placed):
    """Draw each customer by size (revenue) and profitability (profit rate), the four quadrants coloured.

    Parameters: placed - result of `size_and_profitability`. Returns: Picture.
    """
    measure, currency = placed.attrs["measure"], placed.attrs.get("currency", "")
    figure, axes = canvas()
    _draw_quadrants(axes, placed)
    axes.set(
        xlabel=f"Revenue per customer ({currency or 'money'}, log scale)", ylabel=f"{measure.capitalize()} / revenue"
    )
    big = placed[placed["quadrant"].isin(["big and good", "big but poor"])]
    small = placed.drop(big.index)
    good, fine = (big["quadrant"] == "big and good").mean(), (small["quadrant"] == "small but good").mean()
    unit = currency or "unit of revenue"
    title = (
        f"{percent(good)} of big and {percent(fine)} of small customers leave at least the company's {measure} "
        f"per {unit}"
    )
    clipped = int((placed["profit_rate"] < LOWEST_RATE).sum())
    description = (
        f"{len(placed):,} customers; big = largest {percent(placed.attrs['big'])} by revenue (from "
        f"{money(big['revenue'].min(), currency)}), good = at least the company's {measure} per "
        f"{unit}, {percent(placed[measure].sum() / placed['revenue'].sum())}; "
        f"{_losses(big[measure], currency)} of the big ones, {_losses(small[measure], currency)} of the small; "
        f"{clipped:,} with a rate below −100 % are drawn at the edge."
    )
    return Picture(figure, title, description, period_note(placed))


def _losses(values, currency):
    """Say how many lose money and how much together."""
    return f"{percent((values < 0).mean(), 1)} with a loss (together {money(-values.clip(upper=0).sum(), currency)})"


def _draw_quadrants(axes, placed):
    rate = placed["profit_rate"].clip(LOWEST_RATE, 1)
    for quadrant, colour in QUADRANT_COLOURS.items():
        chosen = (placed["quadrant"] == quadrant).to_numpy()
        label = f"{quadrant} ({chosen.sum():,})"
        axes.plot(placed["revenue"][chosen], rate[chosen], ".", color=colour, markersize=4, alpha=0.6, label=label)
    axes.axhline(0, color=COLOURS["ink"], linewidth=1)
    axes.set_xscale("log")
    as_money(axes.xaxis)
    axes.set_ylim(LOWEST_RATE * 1.05, 1.02)
    as_percent(axes, x=False)
    legend_above(axes, 2, markerscale=3, handletextpad=0.1, fontsize=10)
