"""Figures of section 6.3: the service budget, key-account risk, moves between grades, equity, treatment, claims."""

import numpy as np

from crmlib.old.figures import COLOURS, SERIES, Picture, canvas, money, percent
from crmlib.old.grading.charts.axes import as_money, as_percent, label_bars, legend_above, period_note
from crmlib.old.grading.charts.grades import grade_colour
from crmlib.old.grading.service_budget import allocation_table
from crmlib.old.grading.treatment import CHINESE as TREATMENT_CHINESE
from crmlib.old.notices import hands_on_notices


@hands_on_notices
def plot_allocation(plan):
    """Draw which share of each grade gets which service package.

    Parameters: plan - result of `allocate_service`. Returns: Picture.
    """
    table = allocation_table(plan)
    shares = table.div(table.sum(axis=1).replace(0, 1), axis=0)
    figure, axes = canvas(size="flat")
    _draw_allocation(axes, shares)
    currency = plan.attrs.get("currency", "")
    spent, budget, net = plan.attrs["spent"], plan.attrs["budget"], plan.attrs["net"]
    title = (
        f"Service for {money(spent, currency)} a year is expected to bring {money(net, currency)} more than it costs"
    )
    parts = (
        f"{grade}: " + ", ".join(f"{count:,} {package}" for package, count in row.items() if count)
        for grade, row in table.iterrows()
    )
    description = (
        f"Customers by grade and package: {'; '.join(parts)}. Budget {money(budget, currency)}; the next "
        f"{currency or 'unit of money'} would add {plan.attrs['next_unit']:.2f}."
    )
    return Picture(figure, title, description, "Costs and effects of the packages are assumptions.")


def _draw_allocation(axes, shares):
    """Draw stacked bars of packages by grade, the packages named above."""
    places = np.arange(len(shares))[::-1]
    left = np.zeros(len(shares))
    colours = [COLOURS["light"], SERIES[4], COLOURS["accent"], COLOURS["main"], COLOURS["good"]]
    for package, colour in zip(shares, colours, strict=False):
        bars = axes.barh(places, shares[package], left=left, color=colour, height=0.7, label=package)
        texts = [percent(share) if share >= 0.05 else "" for share in shares[package]]
        dark = colour in (COLOURS["main"], COLOURS["good"])
        axes.bar_label(bars, texts, label_type="center", fontsize=10, color="white" if dark else COLOURS["ink"])
        left += shares[package].to_numpy()
    axes.set_yticks(places, shares.index)
    axes.set(xlim=(0, 1), xlabel="Share of the grade's customers")
    legend_above(axes, min(4, shares.shape[1]), fontsize=10)
    axes.grid(axis="y", visible=False)
    as_percent(axes, y=False)


@hands_on_notices
def plot_account_losses(accounts, scenarios):
    """Draw what the loss of the largest accounts would cost and how likely that is in a year.

    Parameters: accounts - result of `largest_accounts`; scenarios - of `loss_scenarios`. Returns: Picture.
    """
    currency = accounts.attrs.get("currency", "")
    figure, axes = canvas(size="flat")
    measures = [name.removesuffix("_share") for name in accounts if name.endswith("_share")]
    width = 0.8 / len(measures)
    for number, measure in enumerate(measures):
        place = np.arange(len(accounts)) + (number - (len(measures) - 1) / 2) * width
        bars = axes.bar(
            place, accounts[f"{measure}_share"], width * 0.92, color=SERIES[number], label=f"share of {measure}"
        )
        label_bars(axes, bars, accounts[f"{measure}_share"], lambda share: percent(share, 1))
    axes.set_xticks(np.arange(len(accounts)), [str(name) for name in accounts.index])
    axes.axhline(0, color=COLOURS["muted"], linewidth=0.8)
    axes.set(xlabel="Customer", ylabel="Share of the whole")
    legend_above(axes, len(measures))
    axes.margins(y=0.2)
    axes.grid(axis="x", visible=False)
    as_percent(axes, x=False, decimals=None)
    by = accounts.attrs["by"]
    together, any_loss = accounts.loc["together"], 1 - scenarios["probability"].iloc[0]
    title = (
        f"The {len(accounts) - 1} largest customers by {by} bring {percent(together[f'{by}_share'], 1)} of it; "
        f"at least one leaves within a year with {percent(any_loss)} probability"
    )
    shares = ", ".join(f"{percent(together[f'{measure}_share'], 1)} of {measure}" for measure in measures)
    expected = float((scenarios["probability"] * scenarios[f"lost_{by}"]).sum())
    description = (
        f"Together: {money(together[by], currency)} of {by}; {shares}. Expected loss of {by} "
        f"{money(expected, currency)}, all of it with probability {percent(scenarios['probability'].iloc[-1], 2)}."
    )
    return Picture(figure, title, description, period_note(accounts))


@hands_on_notices
def plot_migration(matrix):
    """Draw the probabilities of moving between grades, with intervals in small print.

    Parameters: matrix - result of `migration_matrix`. Returns: Picture.
    """
    shares, low, high = (matrix[name].unstack("now") for name in ("share", "low", "high"))
    order = list(dict.fromkeys(matrix.index.get_level_values("before")))
    shares, low, high = (table.loc[order, order] for table in (shares, low, high))
    customers = matrix["customers"].groupby("before", sort=False).sum()
    figure, axes = canvas(size="tall")
    axes.imshow(shares.fillna(0), cmap="Blues", vmin=0, vmax=1.2, aspect="auto")
    for row, before in enumerate(order):
        for column, now in enumerate(order):
            if np.isnan(shares.loc[before, now]):
                axes.text(column, row, "–", ha="center", va="center", color=COLOURS["ink"])
                continue
            colour = "white" if shares.loc[before, now] > 0.85 else COLOURS["ink"]
            axes.text(column, row - 0.1, percent(shares.loc[before, now]), ha="center", va="center", color=colour)
            span = f"{low.loc[before, now] * 100:.0f}–{high.loc[before, now] * 100:.0f}"
            axes.text(column, row + 0.24, span, ha="center", va="center", color=colour, fontsize=9)
    axes.set_xticks(range(len(order)), order)
    axes.set_yticks(range(len(order)), [f"{state} ({customers[state]:,})" for state in order])
    axes.set(xlabel=f"Grade {matrix.attrs.get('now', 'now')}", ylabel=f"Grade {matrix.attrs.get('before', 'before')}")
    axes.grid(visible=False)
    best = next(state for state in order if customers[state])
    worse, stay = order[-1], shares.loc[best, best]
    title = f"{percent(stay)} of {best} customers keep their grade from one period to the next"
    parts = [
        f"{state} {percent(shares.loc[state, state])} stay, {percent(shares.loc[state, worse])} inactive"
        for state in order[:-1]
        if customers[state]
    ]
    empty = [state for state in order if not customers[state]]
    if worse not in empty:
        parts.append(f"{worse} {percent(shares.loc[worse, worse])} remain so")
    if empty:
        parts.append(f"nobody was {' or '.join(empty)} before, so nothing is known of such moves")
    description = f"Probabilities with 95 % intervals below them; customers counted in brackets. {'; '.join(parts)}."
    return Picture(figure, title, description)


@hands_on_notices
def plot_customer_equity(equity):
    """Draw what today's customers are expected to bring, by their grade now, with intervals.

    Parameters: equity - result of `customer_equity`. Returns: Picture.
    """
    currency, each = equity.attrs.get("currency", ""), equity.drop(index="all")
    figure, axes = canvas(size="flat")
    places = np.arange(len(each))[::-1]
    colours = [grade_colour(grade, place) for place, grade in enumerate(each.index)]
    axes.barh(places, each["equity"], color=colours, height=0.65)
    axes.hlines(places, each["low"], each["high"], color=COLOURS["ink"], linewidth=1.5)
    for place, (_, row) in zip(places, each.iterrows(), strict=True):
        text = f"{money(row['equity'], currency)}  ({money(row['equity_each'], currency)} each)"
        end = max(row["equity"], row["high"], 0)
        axes.annotate(text, (end, place), xytext=(6, 0), textcoords="offset points", va="center", fontsize=10)
    axes.set_yticks(places, [f"{grade} ({row.customers:,.0f})" for grade, row in each.iterrows()])
    as_money(axes.xaxis)
    axes.locator_params(axis="x", nbins=4)
    axes.set_xlabel(
        f"Expected {equity.attrs['measure']} over {equity.attrs['horizon']} years, discounted ({currency or 'money'})"
    )
    axes.margins(x=0.35)
    axes.grid(axis="y", visible=False)
    largest, total = each["equity"].idxmax(), equity.loc["all"]
    title = (
        f"Today's customers are expected to bring {money(total['equity'], currency)} of {equity.attrs['measure']}; "
        f"{percent(each.loc[largest, 'equity'] / total['equity'])} of it lies with the {largest} ones"
    )
    description = (
        f"Customer equity {money(total['equity'], currency)} (95 % interval {money(total['low'], currency)} to "
        f"{money(total['high'], currency)}) at {percent(equity.attrs['discount'])} a year; customers won later are not "
        f"counted. {_equity_per_head(equity, currency)}"
    )
    return Picture(figure, title, description)


def _equity_per_head(equity, currency):
    """Say what the many with little value are worth together, and what was assumed where nothing is known."""
    last = equity.drop(index="all").iloc[-1]
    if not equity.attrs.get("return_known", True):
        return "Nobody was inactive before, so nobody is known to come back: the inactive are worth nothing here."
    small = equity.drop(index="all").iloc[-2]
    return (
        f"The {small.name} ones bring {money(small['value_per_period'], currency)} a period now and, with their "
        f"chances of rising and of leaving, are worth {money(small['equity_each'], currency)} each; the "
        f"{last['customers']:,.0f} {last.name} ones, of whom some come back, {money(last['equity_each'], currency)}."
    )


@hands_on_notices
def plot_treatment(table):
    """Draw how many customers get which treatment, and what they bring.

    Parameters: table - result of `treatment_table`. Returns: Picture.
    """
    currency, measure = table.attrs.get("currency", ""), table.attrs["measure"]
    figure, (left, right) = canvas(columns=2, sharey=True)
    places = np.arange(len(table))[::-1]
    bars = left.barh(places, table["customers"], color=COLOURS["muted"], height=0.65)
    label_bars(left, bars, table["customers"], lambda value: f"{value:,.0f}")
    colours = [COLOURS["bad"] if value < 0 else COLOURS["main"] for value in table["value"]]
    bars = right.barh(places, table["value"], color=colours, height=0.65)
    label_bars(right, bars, table["value"], lambda value: money(value))
    left.set_yticks(places, [f"{name} {TREATMENT_CHINESE[name]}" for name in table.index])
    left.set_xlabel("Customers")
    right.set_xlabel(f"{measure.capitalize()} in the later period ({currency or 'money'})")
    right.axvline(0, color=COLOURS["muted"], linewidth=0.8)
    as_money(right.xaxis)
    right.locator_params(axis="x", nbins=4)
    left.margins(x=0.3)
    low, high = min(table["value"].min(), 0), max(table["value"].max(), 0)
    room = 0.4 * (high - low) or 1.0
    right.set_xlim(low - (1.3 * room if low < 0 else 0), high + room)
    for axes in (left, right):
        axes.grid(axis="y", visible=False)
    losing = table.loc[["let go", "serve more cheaply"]]
    if table.attrs.get("costs_known"):
        title = (
            f"{percent(losing['customer_share'].sum())} of customers lost {money(-losing['value'].sum(), currency)} in "
            "the later period: serve them more cheaply or let them go"
        )
        unknown = ""
    else:
        title = f"{table.loc['upgrade', 'customers']:,} customers are worth an upgrade"
        unknown = " Whom to serve more cheaply or let go cannot be told without the cost to serve."
    parts = (f"{name} {row.customers:,.0f} customers, {money(row.value, currency)}" for name, row in table.iterrows())
    if table.attrs.get("without"):
        unknown += f" Not shown: {table.attrs['without']:,} former customers who bought in neither period."
    return Picture(figure, title, f"{'; '.join(parts)} of {measure}.{unknown}", period_note(table))


def plot_claims(claims):
    """Draw claims against what the data say: the range claimed, the estimate and its interval.

    Parameters: claims - list of ClaimCheck. Returns: Picture.
    """
    figure, axes = canvas(size="flat")
    places = np.arange(len(claims))[::-1]
    for place, claim in zip(places, claims, strict=True):
        low, high = claim.claimed
        axes.barh(place, high - low, left=low, height=0.5, color=COLOURS["accent"], alpha=0.45)
        if claim.estimate is None:
            axes.text(0.02, place, "no data", va="center", color=COLOURS["muted"])
            continue
        axes.hlines(place, claim.low, claim.high, color=COLOURS["ink"], linewidth=2.5)
        axes.plot([claim.estimate], [place], "o", color=COLOURS["ink"])
    axes.set_yticks(places, [_two_lines(claim.text) + f"\n→ {claim.verdict}" for claim in claims], fontsize=10)
    axes.set(ylim=(-0.6, len(claims) - 0.4), xlabel="Share (orange: what the claim means)")
    axes.set_xlim(0, max([1.0, *(claim.high + 0.05 for claim in claims if claim.high is not None)]))
    axes.grid(axis="y", visible=False)
    as_percent(axes, y=False)
    hold = sum(claim.verdict == "holds here" for claim in claims)
    title = f"{hold} of {len(claims)} claims hold here as they are told"
    return Picture(figure, title, " ".join(f"“{claim.text}” {claim.verdict}." for claim in claims))


def _two_lines(text):
    words = text.split()
    half = (len(words) + 1) // 2
    return " ".join(words[:half]) + "\n" + " ".join(words[half:])
