"""Figures of survey practice: indicators, non-response, net promoter score, sample size, later purchases."""

import numpy as np

from crmlib.old.figures import COLOURS, SERIES, Picture, canvas, money, percent
from crmlib.old.notices import hands_on_notices
from crmlib.old.satisfaction.charts.labels import interval_bars, listing, name_rows, per_cent, words
from crmlib.old.satisfaction.predictive_power import NPS_QUESTION
from crmlib.old.satisfaction.sample_size import margin_of_error

CLEAR_Z = 2.0
NO_MOVEMENT, UNCHANGED = "No indicator has clearly changed", "not clearly changed"
ARROWS = {"high": "higher is better", "low": "lower is better"}


@hands_on_notices
def plot_indicators(indicators, currency=""):
    """The six indicators by group, one panel each, with intervals.

    Parameters: ``indicators`` from ``indicators.satisfaction_indicators``; ``currency`` for amounts.
    """
    names = list(dict.fromkeys(indicators["indicator"]))
    rows = int(np.ceil(len(names) / 3))
    figure, panels = canvas(rows, 3, size=(9.2, 2.2 + 2.1 * rows), squeeze=False)
    for axes, name in zip(panels.flat, names, strict=False):
        part = indicators[indicators["indicator"] == name].set_index("group")
        places = interval_bars(axes, part, "value")
        name_rows(axes, [f"{name}\nn = {row.base:,.0f}" for name, row in part.iterrows()], places)
        if part["unit"].iloc[0] == "share":
            axes.xaxis.set_major_formatter(per_cent)
        else:
            axes.xaxis.set_major_formatter(lambda value, _: f"{value:,.0f}")
        axes.locator_params(axis="x", nbins=3)
        axes.set_title(f"{words(name)} {part['chinese'].iloc[0]}\n{ARROWS[part['good'].iloc[0]]}", size=11)
    for axes in list(panels.flat)[len(names) :]:
        axes.set_axis_off()
    best = {name: _best(indicators[indicators["indicator"] == name]) for name in names}
    leaders = set(best.values())
    title = (
        f"All indicators put {words(next(iter(leaders)))} first"
        if len(leaders) == 1 and indicators["group"].nunique() > 1
        else "The indicators do not agree on which group is best"
    )
    if indicators["group"].nunique() == 1:
        title = "Six indicators of satisfaction: three that customers say, three that they do"
    listed = "; ".join(_indicator_words(indicators, name, currency) for name in names)
    return Picture(figure, title, f"{listed}.", "Bars: 95 % intervals (Wilson for shares, bootstrap for money).")


@hands_on_notices
def plot_indicator_history(history, currency=""):
    """The six indicators period by period, with their intervals as bands.

    Parameters: ``history`` from ``indicators.indicator_history``.
    """
    names = list(dict.fromkeys(history["indicator"]))
    rows = int(np.ceil(len(names) / 3))
    figure, panels = canvas(rows, 3, size=(9.2, 2.0 + 2.1 * rows), squeeze=False)
    moved = []
    for axes, name in zip(panels.flat, names, strict=False):
        part = history[history["indicator"] == name].sort_values("period_end")
        axes.fill_between(part["period_end"], part["low"], part["high"], color=COLOURS["main"], alpha=0.2, linewidth=0)
        axes.plot(part["period_end"], part["value"], "o-", color=COLOURS["main"])
        if part["unit"].iloc[0] == "share":
            axes.yaxis.set_major_formatter(per_cent)
        shown = part["period_end"].iloc[:: -max(1, len(part) // 2)]
        axes.set_xticks(shown, [f"{day:%Y-%m}" for day in shown])
        axes.set_title(f"{words(name)} {part['chinese'].iloc[0]}", size=11)
        moved.append(
            (name, _movement(part.iloc[0], part.iloc[-1]), _movement(part.iloc[-min(2, len(part))], part.iloc[-1]))
        )
    for axes in list(panels.flat)[len(names) :]:
        axes.set_axis_off()
    title = _movement_title([(name, way) for name, way, _ in moved], "the start")
    lately = [(name, way) for name, _, way in moved if way != UNCHANGED]
    if lately and title == NO_MOVEMENT:
        title = _movement_title(lately, "the period before")
    elif lately:
        title += f"; lately {listing([f'{name} {way}' for name, way in lately])}"
    listed = "; ".join(f"{words(name)} {way}" for name, way, _ in moved)
    steps = "; ".join(f"{words(name)} {way}" for name, way in lately) or "nothing clearly changed"
    description = f"From the first to the last period: {listed}. From the last but one to the last: {steps}."
    return Picture(figure, title, description, "Bands: 95 % intervals.")


@hands_on_notices
def plot_nonresponse(comparison, truth=None, what="satisfaction index"):
    """The same mean as answered and with weights for non-response, and the truth where it is known.

    Parameters: ``comparison`` from ``nonresponse.weighted_against_plain``; ``truth`` one number or None.
    """
    truth = comparison.attrs.get("truth") if truth is None else truth
    figure, axes = canvas(size="flat")
    colours = [COLOURS["bad"]] + [COLOURS["main"]] * (len(comparison) - 1)
    places = interval_bars(axes, comparison, "estimate", colours=colours)
    name_rows(axes, comparison.index, places)
    axes.set_xlabel(what)
    plain, corrected = comparison["estimate"].iloc[0], comparison["estimate"].iloc[1:]
    title = f"Weighting moves the {what} from {plain:.1f} to {corrected.iloc[-1]:.1f}"
    if truth is not None:
        axes.axvline(truth, color=COLOURS["good"], linewidth=2)
        axes.annotate("truth", (truth, len(comparison) - 0.45), (4, -2), textcoords="offset points", va="top",
                      color=COLOURS["good"])  # fmt: skip
        removed = 1 - abs(corrected.iloc[-1] - truth) / abs(plain - truth) if plain != truth else 0.0
        title = f"Weighting removes {percent(max(removed, 0))} of the error of non-response"
    listed = "; ".join(
        f"{name} {row.estimate:.1f} ({row.low:.1f} to {row.high:.1f})" for name, row in comparison.iterrows()
    )
    known = "" if truth is None else f" The truth is {truth:.1f}."
    return Picture(figure, title, f"{what.capitalize()}: {listed}.{known}", "Bars: 95 % intervals.")


@hands_on_notices
def plot_response_rates(rates, what="class"):
    """Response rate by class. Parameters: ``rates`` from ``nonresponse.response_rates``; ``what`` the class means."""
    figure, axes = canvas(size="flat" if len(rates) < 5 else "wide")
    places = interval_bars(axes, rates, "rate")
    name_rows(axes, [str(name) for name in rates.index], places)
    axes.xaxis.set_major_formatter(per_cent)
    axes.set_xlabel("invitations answered")
    axes.set_ylabel(what)
    high, low = rates["rate"].idxmax(), rates["rate"].idxmin()
    title = (
        f"Response runs from {percent(rates['rate'].min())} to {percent(rates['rate'].max())}: silence is not random"
    )
    if rates.loc[high, "low"] <= rates.loc[low, "high"]:
        title = "Response does not clearly differ between the classes"
    listed = "; ".join(f"{name} {percent(row.rate)}" for name, row in rates.iterrows())
    return Picture(figure, title, f"Response rate by {what}: {listed}.", "Bars: 95 % Wilson intervals.")


@hands_on_notices
def plot_nps(by_group):
    """Net promoter score by group with interval. Parameters: ``by_group`` from ``nps.nps_by_group``."""
    figure, axes = canvas(size="flat" if len(by_group) < 5 else "wide")
    places = interval_bars(axes, by_group, "nps")
    name_rows(axes, [f"{words(name)} (n = {row.respondents:.0f})" for name, row in by_group.iterrows()], places)
    axes.axvline(0, color=COLOURS["muted"], linewidth=1)
    axes.set_xlabel("net promoter score (−100 to 100)")
    widest = (by_group["high"] - by_group["low"]).max()
    apart = by_group["low"].max() > by_group["high"].min()
    best, worst = by_group["nps"].idxmax(), by_group["nps"].idxmin()
    title = (
        f"{words(best).capitalize()} would recommend us more than {words(worst)}"
        if apart
        else f"Up to {widest:.0f} points wide: no two intervals lie clear of each other"
    )
    listed = "; ".join(f"{words(n)} {r.nps:.0f} ({r.low:.0f} to {r.high:.0f})" for n, r in by_group.iterrows())
    return Picture(
        figure, title, f"Net promoter score: {listed}.".replace("-", "\u2212"), "Bars: 95 % score intervals."
    )


@hands_on_notices
def plot_sample_size(deviation, population=None, margins=(1, 2, 3, 5), confidence=0.95):
    """Margin of error of the index against the number of answers.

    Parameters: ``deviation`` of the index between respondents, in points; ``population`` customers, None for many.
    """
    largest = min(population or 3000, 3000)
    answers = np.unique(np.geomspace(20, largest, 200).astype(int))
    margin = [margin_of_error(n, deviation=deviation, population=population, confidence=confidence) for n in answers]
    figure, axes = canvas(size="wide")
    axes.plot(answers, margin, color=COLOURS["main"], linewidth=2.5)
    needed = {}
    for wanted in margins:
        enough = answers[np.asarray(margin) <= wanted]
        if len(enough):
            needed[wanted] = int(enough[0])
            axes.plot([0, enough[0], enough[0]], [wanted, wanted, 0], color=COLOURS["muted"], linewidth=0.8)
            axes.annotate(f"± {wanted}: {enough[0]:,} answers", (enough[0], wanted), (6, 5), textcoords="offset points")
    axes.set_ylim(0, max(margin))
    axes.set_xlim(0, largest * 1.15)
    axes.set_xlabel("answers")
    axes.set_ylabel("margin of the index, ± points")
    listed = ", ".join(f"± {wanted} points takes {count:,} answers" for wanted, count in needed.items())
    title = "Half the margin costs four times the answers"
    return Picture(figure, title, f"With a deviation of {deviation:.1f} points between customers: {listed}.")


@hands_on_notices
def plot_repurchase(by_class, months=6):
    """Share that bought again, by satisfaction class. Parameters: ``by_class`` from ``repurchase_by_class``."""
    table = by_class[by_class["answers"] > 0]
    figure, axes = canvas(size="wide")
    places = np.arange(len(table))
    colours = [COLOURS["light"]] * (len(table) - 1) + [COLOURS["main"]]
    axes.bar(places, table["share"], 0.65, color=colours)
    error = np.clip([table["share"] - table["low"], table["high"] - table["share"]], 0, None)
    axes.errorbar(places, table["share"], yerr=error, fmt="none", ecolor=COLOURS["ink"], capsize=4)
    axes.set_xticks(places, [f"{name}\n{row.chinese}\nn = {row.answers:,}" for name, row in table.iterrows()])
    axes.yaxis.set_major_formatter(per_cent)
    axes.set_ylabel(f"bought within {months} months")
    axes.grid(axis="x", visible=False)
    title = "Later purchases do not rise clearly with satisfaction"
    top = table.iloc[-1]
    if len(table) > 1 and top["low"] > table["high"].iloc[-2]:
        times = top["share"] / table["share"].iloc[-2]
        title = f"The {table.index[-1]} buy again {times:.1f} times as often as the next class"
    listed = "; ".join(f"{n} {percent(r.share)} ({percent(r.low)} to {percent(r.high)})" for n, r in table.iterrows())
    return Picture(
        figure, title, f"Share that bought again within {months} months: {listed}.", "95 % Wilson intervals."
    )


@hands_on_notices
def plot_predictive_power(power):
    """How well each answer tells later buyers from others, on answers not used before.

    Parameters: ``power`` from ``predictive_power.predictive_power``.
    """
    figure, axes = canvas(size="wide")
    colours = [COLOURS["accent"] if name == NPS_QUESTION else COLOURS["main"] for name in power.index]
    places = interval_bars(axes, power, "power", colours=colours)
    name_rows(axes, power.index, places)
    axes.axvline(0.5, color=COLOURS["muted"], linewidth=1, linestyle="--")
    axes.set_xlabel("pairs of a later buyer and a non-buyer ranked rightly")
    axes.xaxis.set_major_formatter(per_cent)
    better = power[(power["difference_low"] > 0)]
    title = (
        f"{words(power.index[0]).capitalize()} predicts purchases better than the net promoter question"
        if len(better)
        else "No predictor is clearly better than the net promoter question"
    )
    listed = "; ".join(f"{n} {percent(r.power)} ({percent(r.low)} to {percent(r.high)})" for n, r in power.iterrows())
    return Picture(
        figure, title, f"Pairs ranked rightly: {listed}.", "Bars: 95 % intervals over customers. Dashed: guessing."
    )


@hands_on_notices
def plot_words(telling, language):
    """Words that tell the unhappy from the satisfied, most telling first; those that may be chance are left out.

    Parameters: ``telling`` from ``comments.telling_words``. The caption repeats the words under the numbers of the
    bars, for computers without Chinese characters.
    """
    telling = telling[telling["z"].abs() >= CLEAR_Z]
    unhappy = telling[telling["said_by"] == "unhappy"].sort_values("z", ascending=False)
    content = telling[telling["said_by"] == "content"].sort_values("z")
    figure, axes = canvas(size="tall")
    for place, side, colour in ((len(content), unhappy, SERIES[5]), (0, content, SERIES[0])):
        for rank, row in enumerate(side.itertuples(), start=1):
            height = place + len(side) - rank
            axes.barh(height, row.z, 0.7, color=colour)
            offset, align = ((4, 0), "left") if row.z > 0 else ((-4, 0), "right")
            label = f"{rank} {row.word}"
            axes.annotate(label, (row.z, height), offset, textcoords="offset points", va="center", ha=align)
    axes.set_yticks([])
    axes.spines["left"].set_visible(False)
    axes.margins(x=0.35)
    axes.axvline(0, color=COLOURS["ink"], linewidth=1)
    for limit in (-CLEAR_Z, CLEAR_Z):
        axes.axvline(limit, color=COLOURS["muted"], linewidth=1, linestyle="--")
    axes.set_xlabel("← said by the satisfied · said by the unhappy →  (z of the log-odds)")
    tongue = {"zh": "Chinese", "en": "English"}.get(language, language)
    sides = [
        ", ".join(f"{rank} {word}" for rank, word in enumerate(side["word"], start=1)) for side in (unhappy, content)
    ]
    verb = "phrase tells" if len(unhappy) == 1 else "phrases tell"
    title = f"{len(unhappy)} {verb} the unhappy, {len(content)} the satisfied, in {tongue}"
    nothing = "nothing that is clearly theirs"
    description = f"The unhappy: {sides[0] or nothing}. The satisfied: {sides[1] or nothing}."
    return Picture(figure, title, description, f"Only what lies beyond ± {CLEAR_Z:g} (dashed): less may be chance.")


def _best(part):
    row = part["value"].idxmax() if part["good"].iloc[0] == "high" else part["value"].idxmin()
    return part.loc[row, "group"]


def _indicator_words(indicators, name, currency):
    part = indicators[indicators["indicator"] == name]
    write = percent if part["unit"].iloc[0] == "share" else lambda value: money(value, currency)
    values = ", ".join(f"{words(row.group)} {write(row.value)} (n = {row.base:,.0f})" for row in part.itertuples())
    return f"{words(name)}: {values}"


def _movement(first, last):
    if last["low"] > first["high"]:
        return "better" if first["good"] == "high" else "worse"
    if last["high"] < first["low"]:
        return "worse" if first["good"] == "high" else "better"
    return UNCHANGED


def _movement_title(moved, since):
    parts = []
    for way in ("better", "worse"):
        names = [words(name) for name, found in moved if found == way]
        if names:
            parts.append(f"{listing(names)} clearly {way}")
    return (
        f"{', '.join(parts).capitalize()} than {'at ' if since == 'the start' else 'in '}{since}"
        if parts
        else NO_MOVEMENT
    )
