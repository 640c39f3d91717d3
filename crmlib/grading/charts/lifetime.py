"""Figures of lifetime value: what cohorts have brought, whether the model keeps its word, and how wrong each way is."""

import numpy as np

from crmlib.figures import COLOURS, Notice, Picture, canvas, money, percent
from crmlib.grading.charts.axes import as_money, as_percent, label_bars
from crmlib.notices import hands_on_notices

METHOD_NAMES = {
    "simple": "simple formula",
    "cohort": "cohort average",
    "probabilistic": "probabilistic model",
}
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

    Parameters: table - result of `cohort_lifetime_value`; currency - for labels. Returns: Picture.
    """
    if table.empty:
        return Notice("No cohort has been watched for a whole quarter yet, so there is no value by age to show.")
    figure, (left, right) = canvas(columns=2)
    left.plot(table["years"], table["lifetime_value"], color=COLOURS["main"])
    left.set(
        xlabel="Years since the first purchase", ylabel=f"Discounted value so far ({currency or 'money'} per customer)"
    )
    left.axhline(0, color=COLOURS["muted"], linewidth=0.8)
    as_money(left.yaxis)
    right.plot(table["years"], table["active_share"], color=COLOURS["accent"])
    right.set(xlabel="Years since the first purchase", ylabel="Customers buying in the quarter of age")
    right.set_ylim(0, 1)
    as_percent(right, x=False)
    for axes in (left, right):
        axes.set_xlim(0)
    last, first = table.iloc[-1], table.iloc[0]
    early = first["lifetime_value"] / last["lifetime_value"] if last["lifetime_value"] > 0 else np.nan
    title = (
        f"After {last['years']:.1f} years a customer has brought {money(last['lifetime_value'], currency)}; "
        f"{percent(last['active_share'])} still buy in a quarter"
    )
    description = (
        f"{percent(early)} of it comes in the first quarter of age. The last point rests on the "
        f"{last['customers']:,.0f} oldest customers, the first on {first['customers']:,.0f}."
    )
    return Picture(figure, title, description)


@hands_on_notices
def plot_calibration(table, target="purchases"):
    """Draw expected against actual in the held-out time, by how often customers had bought again before.

    Parameters: table - result of `calibration_table`; target - what was counted, for labels. Returns: Picture.
    """
    figure, axes = canvas()
    places = np.arange(len(table))
    axes.vlines(places, table["lower"], table["upper"], color=COLOURS["accent"], linewidth=4, alpha=0.7)
    axes.plot(places, table["actual"], "o", color=COLOURS["accent"], label="actual, with 95 % interval")
    axes.plot(places, table["expected"], "_", color=COLOURS["main"], markersize=26, markeredgewidth=3, label="expected")
    axes.set_xticks(places, [f"{name}\n({row.customers:,.0f})" for name, row in table.iterrows()])
    axes.set(
        xlabel="Repeat purchases before the cut (customers)", ylabel=f"{target.capitalize()} held out, per customer"
    )
    axes.set_ylim(0)
    axes.legend(loc="upper left")
    axes.grid(axis="x", visible=False)
    inside = ((table["expected"] >= table["lower"]) & (table["expected"] <= table["upper"])).sum()
    total = (table["expected"] * table["customers"]).sum() / (table["actual"] * table["customers"]).sum() - 1
    title = f"The model expects {percent(abs(total))} {'more' if total > 0 else 'less'} than what came"
    if abs(total) < 0.05:
        title = f"Over all customers the model is within {percent(max(abs(total), 0.01))} of what came"
    parts = (f"{name}: expected {row.expected:.2f}, actual {row.actual:.2f}" for name, row in table.iterrows())
    description = (
        f"By repeat purchases before the cut, {', '.join(parts)}; in {inside} of {len(table)} classes the expectation "
        "lies in the interval."
    )
    return Picture(figure, title, description)


@hands_on_notices
def plot_holdout_errors(errors, target="value", currency=""):
    """Draw how wrong the three lifetime values were on the same held-out time: in all, and customer by customer.

    Parameters: errors - result of `holdout_errors`; target - "value" or "purchases"; currency - for labels.
    Returns: Picture.
    """
    table = errors.loc[target]
    figure, (left, right) = canvas(columns=2, size="flat", sharey=True)
    places = np.arange(len(table))[::-1]
    unit = currency or "money" if target == "value" else "purchases"
    pieces = ((left, "bias", "Sum predicted against sum actual"), (right, "error", f"Mean error per customer ({unit})"))
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
    best = METHOD_NAMES[table["error"].idxmin()]
    closest = METHOD_NAMES[table["bias"].abs().idxmin()]
    title = f"Customer by customer the {best} errs least"
    title += ", and in sum too" if best == closest else f"; in sum the {closest} is nearest"
    write = (lambda value: money(value, currency)) if target == "value" else (lambda value: f"{value:.2f}")
    parts = (
        f"{METHOD_NAMES[name]}: sum {percent(row.bias)} off, mean error {write(row.error)} "
        f"({write(row.error_lower)} to {write(row.error_upper)})"
        for name, row in table.iterrows()
    )
    return Picture(figure, title, f"{'; '.join(parts)}. Lines are 95 % intervals.")


@hands_on_notices
def plot_lifetime_value_levers(levers, currency=""):
    """Draw what 1 % better on each lever adds to the simple lifetime value.

    Parameters: levers - result of `lifetime_value_levers`; currency - for labels. Returns: Picture.
    """
    figure, axes = canvas(size="flat")
    places = np.arange(len(levers))[::-1]
    bars = axes.barh(places, levers["gain"], color=COLOURS["main"], height=0.65)
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
    parts = (f"{LEVER_NAMES[name]} {money(row.gain, currency)}" for name, row in levers.iterrows())
    return Picture(figure, title, f"Gain per customer from an improvement by 1 % of itself: {', '.join(parts)}.")


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
    return Picture(figure, title, description)
