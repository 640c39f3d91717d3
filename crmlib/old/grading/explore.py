"""What if: other grade cut-offs and another service budget; other levers of lifetime value."""

import numpy as np

from crmlib.old.explorers import Choice, Explorer, Slider
from crmlib.old.figures import COLOURS, Notice, Picture, canvas, money, percent
from crmlib.old.grading.charts.axes import as_money, as_percent, period_note
from crmlib.old.grading.charts.grades import grade_colour
from crmlib.old.grading.lifetime_value import TIMINGS, simple_lifetime_value
from crmlib.old.grading.measures import best_measure
from crmlib.old.grading.profit import customer_profit, latest_profit, retention_table, value_windows
from crmlib.old.grading.pyramid import grade_customers
from crmlib.old.grading.service_budget import allocate_service, allocation_table, value_at_stake, yearly_budget
from crmlib.old.grading.shares import whale_curve

POINTS = 300


def explore_grade_cut_offs(db, margin_rate=None):
    """Move the cut-offs of the pyramid and the service budget; see the whale curve and who gets which service.

    Parameters: db - customer database; margin_rate - assumed margin where the tables have none (as `value_at_stake`).
    Returns: Explorer with key, major, ordinary (shares of customers, 0–1; small is the rest) and budget (share of a
    year's revenue).
    """
    profit = customer_profit(db)
    curve, latest = whale_curve(profit), latest_profit(db)
    before, now = value_windows(db)
    earlier = customer_profit(db, before).query("purchases > 0")
    stayed = earlier.index.to_series().isin(customer_profit(db, now).query("purchases > 0").index)
    values = earlier[best_measure(earlier)]

    def draw(key, major, ordinary, budget):
        shares = _grade_shares(key, major, ordinary)
        if isinstance(shares, Notice):
            return shares
        grades = grade_customers(profit[best_measure(profit)], shares)
        retention = retention_table(values, stayed, before.years, shares)
        stakes = value_at_stake(latest, grades, retention, margin_rate)
        plan = allocate_service(stakes, yearly_budget(latest, budget))
        return _cut_off_picture(curve, grades, plan)

    return Explorer(
        draw,
        key=Slider("Key customers", 0.01, 0.005, 0.05, 0.005, ".1%"),
        major=Slider("Major customers", 0.04, 0.01, 0.15, 0.01, ".0%"),
        ordinary=Slider("Ordinary customers", 0.15, 0.05, 0.40, 0.05, ".0%"),
        budget=Slider("Service budget (share of revenue)", 0.01, 0.0, 0.05, 0.0025, ".2%"),
    )


def _grade_shares(key, major, ordinary):
    small = 1 - key - major - ordinary
    if small <= 0:
        return Notice("These shares leave no small customers; make one of them smaller.")
    return {"key": key, "major": major, "ordinary": ordinary, "small": small}


def _cut_off_picture(curve, grades, plan):
    figure, axes = canvas()
    counts = grades.value_counts(sort=False)
    service = _service_in_words(plan)
    _draw_cuts(axes, curve, {f"{grade} {count:,}: {service.get(grade, '')}": count for grade, count in counts.items()})
    currency, measure = plan.attrs.get("currency", ""), curve.attrs["measure"]
    top = grades.cat.codes.reindex(curve.index) < 2
    share = curve["value"][top].sum() / curve["value"].sum()
    title = (
        f"The two best grades bring {percent(share)} of {measure}; the service budget is expected to add "
        f"{money(plan.attrs['net'], currency)} a year"
    )
    customers = ", ".join(f"{grade} {count:,} ({service.get(grade, '')})" for grade, count in counts.items())
    spent = f"{money(plan.attrs['spent'], currency)} of {money(plan.attrs['budget'], currency)} are spent"
    description = f"Customers: {customers}; {spent}; one more unit of budget would add {plan.attrs['next_unit']:.2f}."
    return Picture(figure, title, description, period_note(curve))


def _service_in_words(plan):
    """Say for each grade how many of its customers get which package."""
    words = {}
    for grade, row in allocation_table(plan).iterrows():
        used = row[row > 0].sort_values(ascending=False, kind="stable")
        words[grade] = ", ".join(name if len(used) == 1 else f"{count:,} {name}" for name, count in used.items())
    return words


def _draw_cuts(axes, curve, bands):
    """Draw the whale curve over one coloured band a grade. Parameters: bands - label → number of customers."""
    places = np.unique(np.r_[np.linspace(0, len(curve) - 1, POINTS).astype(int), np.arange(min(len(curve), 40))])
    share, height = (np.r_[0, curve[name].to_numpy()[places]] for name in ("customer_share", "cumulative_share"))
    start = 0.0
    for place, (label, count) in enumerate(bands.items()):
        end = start + count / len(curve)
        axes.axvspan(start, end, color=grade_colour(label.split()[0], place), alpha=0.45, linewidth=0, label=label)
        start = end
    axes.plot(share, height, color=COLOURS["ink"])
    axes.axhline(1, color=COLOURS["ink"], linewidth=1, linestyle="--")
    axes.set(xlim=(0, 1), ylim=(0, max(1.05, height.max() * 1.05)))
    axes.set(xlabel="Customers, most valuable first", ylabel=f"Cumulative share of {curve.attrs['measure']}")
    axes.legend(loc="lower right", frameon=True, facecolor="white", edgecolor="white", framealpha=0.9)
    axes.locator_params(nbins=3)
    as_percent(axes)


def explore_lifetime_value(margin, retention, discount=0.10, acquisition_cost=0.0, currency="", years=10):
    """Move the levers of the simple lifetime value; see when a customer pays back and what the customer is worth.

    Parameters: margin - money a customer and year; retention - a year, 0–1; discount - a year; acquisition_cost - money
    per customer; currency - for labels; years - to draw. All are the sliders' first positions, as measured and not
    rounded to a step, so that the first picture repeats the figures of the formula.
    Returns: Explorer with margin, retention, discount, acquisition_cost, keeping_cost and timing.
    """
    top = _round_up(max(abs(margin), 1e-9) * 2)
    dearest = max(top, _round_up(max(acquisition_cost, 1e-9)))
    step, digits = (1.0, ",.0f") if top >= 200 else (0.01, ",.2f")

    def draw(margin, retention, discount, acquisition_cost, keeping_cost, timing):
        levers = {"margin": margin, "retention_rate": retention, "discount_rate": discount}
        levers |= {"acquisition_cost": acquisition_cost, "keeping_cost": keeping_cost, "timing": timing}
        return _lever_picture(levers, currency, years)

    return Explorer(
        draw,
        margin=Slider("Earned per active customer a year", max(float(margin), 0.0), 0.0, top, step, digits),
        retention=Slider("Retention rate a year", min(float(retention), 0.98), 0.0, 0.98, 0.001, ".1%"),
        discount=Slider("Discount rate a year", discount, 0.0, 0.30, 0.01, ".0%"),
        acquisition_cost=Slider("Acquisition cost", float(acquisition_cost), 0.0, dearest, step, digits),
        keeping_cost=Slider("Keeping cost a year", 0.0, 0.0, top / 2, step, digits),
        timing=Choice("First margin comes", "after_renewal", {words[0]: name for name, words in TIMINGS.items()}),
    )


def _lever_picture(levers, currency, years):
    each = [simple_lifetime_value(**levers, periods=count) for count in range(years + 1)]
    whole = simple_lifetime_value(**levers)
    better = simple_lifetime_value(**(levers | {"retention_rate": min(levers["retention_rate"] + 0.01, 1.0)}))
    figure, axes = canvas()
    colours = [COLOURS["bad"] if value < 0 else COLOURS["main"] for value in each]
    axes.bar(range(years + 1), each, color=colours, width=0.7)
    axes.axhline(whole, color=COLOURS["ink"], linewidth=1, linestyle="--")
    axes.axhline(0, color=COLOURS["muted"], linewidth=0.8)
    axes.annotate(f"all years: {money(whole, currency)}", (0, whole), xytext=(0, 5), textcoords="offset points")
    axes.set(xlabel="Payments counted", ylabel=f"Lifetime value so far ({currency or 'money'} per customer)")
    axes.margins(y=0.12)
    axes.grid(axis="x", visible=False)
    as_money(axes.yaxis)
    title = f"A customer is worth {money(whole, currency)}{_pays_back(each, whole)}"
    early = percent(each[-1] / whole) if whole > 0 else "nothing"
    description = (
        f"First margin {TIMINGS[levers['timing']][0]}. One point more retention adds "
        f"{money(better - whole, currency)}; {early} of the value comes with the first {years} payments."
    )
    return Picture(figure, title, description, "Simple formula: margin, retention and discount rate never change.")


def _pays_back(each, whole):
    """Say when the payments have earned what winning the customer cost, if that was anything."""
    if each[0] >= 0:
        return ""
    paid = next((count for count, value in enumerate(each) if value >= 0), None)
    if paid:
        return f" and pays back with payment {paid}"
    return f" but needs more than {len(each) - 1} payments to pay back" if whole > 0 else " and does not pay back"


def _round_up(number):
    """The next 1, 2 or 5 × a power of ten: a tidy end for a slider."""
    power = 10.0 ** np.floor(np.log10(number))
    return next(float(step * power) for step in (1, 2, 5, 10) if step * power >= number)
