"""Figures of lifetime value: what cohorts have brought, whether the model keeps its word, and how wrong each way is."""

import numpy as np

from crmlib.old.figures import COLOURS, Notice, Picture, canvas, money, percent
from crmlib.old.grading.charts.axes import as_money, as_percent, label_bars
from crmlib.old.grading.holdout import METHOD_NAMES, clear_best
from crmlib.old.notices import hands_on_notices

LEVER_NAMES = {
    "margin": "margin",
    "retention_rate": "retention rate",
    "discount_rate": "discount rate",
    "acquisition_cost": "acquisition cost",
    "keeping_cost": "keeping cost",
}


@hands_on_notices
def plot_cohort_value(table, currency=""):
    """Draw what a customer has brought by age, beside the share still buying.

    In the first quarter of age everybody buys, because age is counted from a purchase: the share starts after it.
    Parameters: table - result of `cohort_lifetime_value`; currency - for labels. Returns: Picture.
    """
    if table.empty:
        return Notice("No cohort has been watched for a whole quarter yet, so there is no value by age to show.")
    figure, (left, right) = canvas(columns=2)
    if "lower" in table:
        left.fill_between(table["years"], table["lower"], table["upper"], color=COLOURS["main"], alpha=0.2, linewidth=0)
    left.plot(table["years"], table["lifetime_value"], color=COLOURS["main"])
    left.set(
        xlabel="Years since the first purchase", ylabel=f"Discounted value so far ({currency or 'money'} per customer)"
    )
    left.axhline(0, color=COLOURS["muted"], linewidth=0.8)
    as_money(left.yaxis)
    later = table.iloc[1:]
    right.plot(later["years"], later["active_share"], color=COLOURS["accent"])
    right.set(xlabel="Years since the first purchase", ylabel="Customers buying in the quarter of age")
    right.set_ylim(0, 1)
    as_percent(right, x=False)
    for axes in (left, right):
        axes.set_xlim(0)
    last, first = table.iloc[-1], table.iloc[0]
    early = first["lifetime_value"] / last["lifetime_value"] if last["lifetime_value"] > 0 else np.nan
    title = f"After {last['years']:.1f} years a customer has brought {money(last['lifetime_value'], currency)}"
    if len(table) > 1:
        title += f"; {percent(last['active_share'])} still buy in a quarter"
    parts = [f"{percent(early)} of it comes in the first quarter of age, in which everybody buys by definition"]
    parts[0] += " (so the share of buyers starts with the second)."
    parts.append(
        f"The last point rests on the {last['customers']:,.0f} oldest customers, "
        f"the first on {first['customers']:,.0f}."
    )
    if "lower" in table:
        ends = f"{money(last['lower'], currency)} to {money(last['upper'], currency)}"
        parts.append(f"95 % interval of the last point: {ends}.")
    if table.attrs.get("left_out"):
        parts.append(
            f"{table.attrs['left_out']:,} customers first seen in the first {table.attrs['opening_days']} days of the "
            "data are left out: most of them were customers before."
        )
    return Picture(figure, title, " ".join(parts))


@hands_on_notices
def plot_calibration(table, currency=""):
    """Draw expected against actual in the held-out time, by how often customers had bought again before.

    Parameters: table - result of `calibration_table` (purchases or value); currency - for labels. Returns: Picture.
    """
    of_money = table.attrs.get("target") == "value"
    what, are = ("revenue", "is") if of_money else ("purchases", "are")
    counted = (
        f"Revenue held out ({currency or 'money'} per customer)" if of_money else "Purchases held out, per customer"
    )
    write = (lambda value: money(value, currency)) if of_money else (lambda value: f"{value:.2f}")
    figure, axes = canvas()
    places = np.arange(len(table))
    axes.vlines(places, table["lower"], table["upper"], color=COLOURS["accent"], linewidth=4, alpha=0.7)
    axes.plot(places, table["actual"], "o", color=COLOURS["accent"], label="actual, with 95 % interval")
    axes.plot(places, table["expected"], "_", color=COLOURS["main"], markersize=26, markeredgewidth=3, label="expected")
    axes.set_xticks(places, [f"{name}\n({row.customers:,.0f})" for name, row in table.iterrows()])
    axes.set(xlabel="Repeat purchases before the cut (customers)", ylabel=counted)
    axes.set_ylim(min(0.0, table["lower"].min()))
    if of_money:
        as_money(axes.yaxis)
    axes.legend(loc="upper left")
    axes.grid(axis="x", visible=False)
    inside = ((table["expected"] >= table["lower"]) & (table["expected"] <= table["upper"])).sum()
    total = (table["expected"] * table["customers"]).sum() / (table["actual"] * table["customers"]).sum() - 1
    title = f"The model expects {percent(abs(total))} {'more' if total > 0 else 'less'} {what} than came"
    if abs(total) < 0.05:
        title = f"Over all customers the model's {what} {are} within {percent(max(abs(total), 0.01))} of what came"
    parts = (f"{name}: {write(row.expected)} expected, {write(row.actual)} came" for name, row in table.iterrows())
    description = (
        f"{what.capitalize()} by repeat purchases before the cut, {'; '.join(parts)}. In {inside} of {len(table)} "
        f"classes the expectation lies in the interval; {_heaviest(table.iloc[-1], table.index[-1])}."
    )
    return Picture(figure, title, description)


def _heaviest(row, name):
    """Say how the model does where it matters most and where its assumption is most likely to fail."""
    if not row["actual"] > 0:
        return f"the heaviest buyers ({name}) bought nothing"
    off = row["expected"] / row["actual"] - 1
    place = "inside" if row["lower"] <= row["expected"] <= row["upper"] else "outside"
    return f"for the heaviest buyers ({name}) it is {_signed(off)} off, {place} the interval"


def _signed(share):
    """A share with its sign: +3 %."""
    return f"{'+' if round(100 * share) > 0 else ''}{percent(share)}"


@hands_on_notices
def plot_holdout_errors(errors, target="value", currency=""):
    """Draw how wrong the three lifetime values were on the same held-out time: in all, and customer by customer.

    A method is called best only where its paired differences to both others are clear of 0.
    Parameters: errors - result of `holdout_errors`; target - "value" or "purchases"; currency - for labels.
    Returns: Picture.
    """
    table = errors.loc[target]
    figure, (left, right) = canvas(columns=2, size="flat", sharey=True)
    places = np.arange(len(table))[::-1]
    unit = (currency or "money") if target == "value" else "purchases"
    pieces = (
        (left, "bias", f"Sum of {'revenue' if target == 'value' else 'purchases'}, error"),
        (right, "error", f"Mean error a customer ({unit})"),
    )
    for axes, measure, label in pieces:
        axes.hlines(places, table[f"{measure}_lower"], table[f"{measure}_upper"], color=COLOURS["main"], linewidth=3)
        axes.plot(table[measure], places, "o", color=COLOURS["main"])
        axes.set_xlabel(label)
        axes.grid(axis="y", visible=False)
        axes.margins(x=0.15)
    left.axvline(0, color=COLOURS["ink"], linewidth=1)
    as_percent(left, y=False)
    left.locator_params(axis="x", nbins=4)
    right.set_xlim(0)
    left.set_yticks(places, [METHOD_NAMES[name] for name in table.index])
    left.set_ylim(-0.6, len(table) - 0.4)
    write = (lambda value: money(value, currency)) if target == "value" else (lambda value: f"{value:.2f}")
    parts = [
        f"{METHOD_NAMES[name]}: sum {_signed(row.bias)} off, mean error {write(row.error)}"
        for name, row in table.iterrows()
    ]
    days = errors.attrs.get("holdout_days")
    predicted = "revenue net of returns" if target == "value" else "purchases"
    note = f"Predicted is {predicted} per customer in the {days} days held out: " if days else ""
    description = f"{note}{'; '.join(parts)}. {_paired(errors, target, write)} Lines are 95 % intervals."
    return Picture(figure, _holdout_title(errors, target), description)


def _holdout_title(errors, target):
    """Name a winner only where the paired differences allow it."""
    best, closest = clear_best(errors, target, "error"), clear_best(errors, target, "bias")
    if best and best == closest:
        return f"Customer by customer {_named(best)} errs least, and in sum too"
    if best or closest:
        each = f"{_named(best)} errs least" if best else "no method is clearly best"
        whole = f"{_named(closest)} is nearest" if closest else "no method is clearly nearest"
        return f"Customer by customer {each}; in sum {whole}"
    worst = errors.loc[target]["error"].idxmax()
    if errors.loc[target].loc[worst, "error_behind_lower"] > 0:
        return f"No method is clearly best; customer by customer {_named(worst)} is clearly behind"
    return "No method is clearly best, neither customer by customer nor in sum"


def _paired(errors, target, write):
    """The paired differences of the mean error to the best method."""
    table = errors.loc[target]
    best = table["error_behind"].idxmin()
    others = table.drop(index=best)
    parts = [
        f"{_named(name)} errs by {write(row.error_behind)} more "
        f"({write(row.error_behind_lower)} to {write(row.error_behind_upper)})"
        for name, row in others.iterrows()
    ]
    return f"Against {_named(best)}, on the same customers, {', '.join(parts)}."


def _named(method):
    """A method's name inside a sentence."""
    return METHOD_NAMES[method] if method == "simple" else f"the {METHOD_NAMES[method]}"


@hands_on_notices
def plot_lifetime_value_levers(levers, currency=""):
    """Draw what 1 % better on each lever adds to the simple lifetime value.

    Parameters: levers - result of `lifetime_value_levers`; currency - for labels. Returns: Picture.
    """
    figure, axes = canvas(size="flat")
    places = np.arange(len(levers))[::-1]
    bars = axes.barh(places, levers["gain"], color=COLOURS["main"], height=0.65)
    if "lower" in levers:
        axes.hlines(places, levers["lower"], levers["upper"], color=COLOURS["ink"], linewidth=1.5)
        for place, gain, upper in zip(places, levers["gain"], levers["upper"], strict=True):
            axes.annotate(
                money(gain, currency), (max(gain, upper), place), xytext=(3, 0), textcoords="offset points", va="center"
            )
    else:
        label_bars(axes, bars, levers["gain"], lambda value: money(value, currency))
    axes.set_yticks(places, [LEVER_NAMES[name] for name in levers.index])
    axes.set_xlabel(f"Gain in lifetime value from 1 % better ({currency or 'money'} per customer)")
    axes.margins(x=0.2)
    axes.grid(axis="y", visible=False)
    as_money(axes.xaxis)
    best, gain = LEVER_NAMES[levers.index[0]], levers["gain_percent"].iloc[0]
    title = f"The strongest lever is the {best}: 1 % better adds {percent(gain / 100, 1)} to lifetime value"
    if not np.isfinite(gain):
        title = f"The strongest lever is the {best}, but a customer is worth less than nothing"
    parts = (f"{LEVER_NAMES[name]} {money(row.gain, currency)}{_ends(row)}" for name, row in levers.iterrows())
    return Picture(figure, title, f"Gain per customer from an improvement by 1 % of itself: {', '.join(parts)}.")


def _ends(row):
    """The interval of a gain, where it is known and not just a point."""
    if "lower" not in row or row["lower"] == row["upper"]:
        return ""
    return f" ({money(row['lower'])} to {money(row['upper'])})"


@hands_on_notices
def plot_probability_alive(lifetime):
    """Draw how many customers are probably still customers, by the model's P(alive).

    Parameters: lifetime - result of `customer_lifetime_value`. Returns: Picture.
    """
    alive = lifetime["probability_alive"].to_numpy()
    edges = np.linspace(0, 1, 21)
    counts, _ = np.histogram(alive, edges)
    figure, axes = canvas(size="flat")
    colours = [COLOURS["bad"] if left < 0.5 else COLOURS["main"] for left in edges[:-1]]
    axes.bar(edges[:-1], counts, width=0.046, align="edge", color=colours)
    axes.axvline(0.5, color=COLOURS["ink"], linewidth=1, linestyle="--")
    axes.set(xlabel="Probability of still being a customer", ylabel="Customers", xlim=(0, 1))
    axes.grid(axis="x", visible=False)
    as_percent(axes, y=False)
    gone, unseen = (alive < 0.5).mean(), (lifetime["expected_purchases"] < 1).mean()
    title = f"{percent(gone)} of customers have probably left without saying so"
    description = (
        f"{(alive < 0.5).sum():,} of {len(alive):,} customers have a probability below 50 %; {percent(unseen)} are "
        f"expected to buy less than once in the next {lifetime.attrs.get('years', 3)} years."
    )
    if "idle_share" in lifetime.attrs:
        description += (
            f" {percent(lifetime.attrs['idle_share'])} have not bought for a year: a yearly retention rate counts such "
            "customers as lost, this model counts most of them as slow buyers who pause."
        )
    return Picture(figure, title, description)
