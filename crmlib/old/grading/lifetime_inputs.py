"""What the simple lifetime formula needs from a company: margin, retention, acquisition cost."""

import numpy as np
import pandas as pd

from crmlib.estimate import random_state
from crmlib.old.figures import money, percent
from crmlib.old.grading.measures import best_measure
from crmlib.old.grading.profit import customer_profit, retention_by_grade, value_windows

EARNED = {
    "profit": "profit after cost to serve per active customer and year",
    "margin": "margin (cost to serve unknown) per active customer and year",
    "revenue": "assumed margin per active customer and year",
}
TAIL = (0.025, 0.975)


def lifetime_inputs(db, assumed_margin=0.4):
    """Measure the levers of the simple lifetime value.

    margin = value of the later window (`value_windows`) per customer who bought in it and year: profit after cost to
    serve, else margin, else assumed margin × revenue. Retention as in `retention_by_grade` for all customers.
    Acquisition cost: mean of `customers.acquisition_cost`, 0 where it is unknown.
    Parameters: db - customer database; assumed_margin - per unit of revenue, used only without costs.
    Returns: Series: margin (money a customer and year), retention_rate (a year), acquisition_cost (money a customer).
    attrs: measure (what the margin is), margin_assumed, acquisition_known, currency.
    """
    _, now = value_windows(db)
    earned, measure = _earned(db, now, assumed_margin)
    cost = mean_acquisition_cost(db)
    inputs = pd.Series(
        {
            "margin": float(earned.mean()),
            "retention_rate": float(retention_by_grade(db).loc["all", "retention"]),
            "acquisition_cost": cost or 0.0,
        }
    )
    inputs.attrs = {"measure": measure, "margin_assumed": measure == "revenue", "acquisition_known": cost is not None}
    inputs.attrs["currency"] = db.company.currency
    return inputs


def _earned(db, window, assumed_margin):
    """What each buyer of a window earned the company a year, and by which measure."""
    buyers = customer_profit(db, window).query("purchases > 0")
    measure = best_measure(buyers)
    return buyers[measure] / window.years * (assumed_margin if measure == "revenue" else 1.0), measure


def mean_acquisition_cost(db):
    """Average what winning a customer cost. Returns: float, or None where it is unknown."""
    known = _acquisition_costs(db)
    return float(known.mean()) if len(known) else None


def _acquisition_costs(db):
    """The known acquisition costs, one a customer."""
    if not db.has("customers") or "acquisition_cost" not in db.customers:
        return pd.Series(dtype=float)
    table = db.customers
    table = table.set_index("customer_id") if "customer_id" in table else table
    return table["acquisition_cost"].dropna().astype(float)


def lifetime_input_draws(db, assumed_margin=0.4, draws=500, seed=0):
    """Draw customers with replacement and measure the levers anew, so that what is computed from them has an interval.

    One draw serves all levers, because they come from the same customers.
    Parameters: db, assumed_margin - as in `lifetime_inputs`; draws - how many; seed - of the drawing.
    Returns: DataFrame, one row a draw, columns margin, retention_rate, acquisition_cost. Any formula may be applied to
    its columns; the 2.5 % and 97.5 % quantiles of the result are its 95 % interval.
    """
    before, now = value_windows(db)
    earned, _ = _earned(db, now, assumed_margin)
    earlier = customer_profit(db, before).query("purchases > 0").index
    costs = _acquisition_costs(db)
    everybody = earned.index.union(earlier).union(costs.index)
    table = pd.DataFrame(index=everybody)
    table["earned"], table["bought"] = earned.reindex(everybody).fillna(0.0), everybody.isin(earned.index)
    table["earlier"] = everybody.isin(earlier)
    table["stayed"] = table["earlier"] & table["bought"]
    table["cost"], table["cost_known"] = costs.reindex(everybody).fillna(0.0), everybody.isin(costs.index)
    values, random = table.to_numpy(dtype=float), random_state(seed)
    sums = [
        np.bincount(random.randint(0, len(values), len(values)), minlength=len(values)) @ values for _ in range(draws)
    ]
    total = pd.DataFrame(sums, columns=table.columns)
    stayed = (total["stayed"] + 0.5) / (total["earlier"] + 1)  # as in retention_table
    return pd.DataFrame(
        {
            "margin": total["earned"] / total["bought"].clip(lower=1),
            "retention_rate": stayed ** (1 / before.years),
            "acquisition_cost": total["cost"] / total["cost_known"].clip(lower=1),
        }
    )


def lifetime_input_table(inputs, draws=None):
    """Write the measured levers for readers: what each is, with unit and interval.

    Parameters: inputs - result of `lifetime_inputs`; draws - of `lifetime_input_draws`.
    Returns: DataFrame of texts, index lever in words: measured here, per, and with draws 95 % interval.
    """
    currency = inputs.attrs.get("currency", "")
    won = "cost of winning a customer" if inputs.attrs["acquisition_known"] else "cost of winning a customer (unknown)"
    names = {
        "margin": EARNED[inputs.attrs["measure"]] + ", m",
        "retention_rate": "retention: buyers of a year who buy again in the next, r",
        "acquisition_cost": won,
    }

    def write(lever, value):
        return percent(value, 1) if lever == "retention_rate" else money(value, currency)

    table = pd.DataFrame({"measured here": {names[lever]: write(lever, inputs[lever]) for lever in names}})
    table["per"] = ["customer and year", "year", "customer, once"]
    if draws is not None:
        ends = draws.quantile(TAIL)
        texts = [" to ".join(write(lever, end) for end in ends[lever]) for lever in names]
        table["95 % interval"] = texts
        if not inputs.attrs["acquisition_known"]:
            table.iloc[-1, -1] = "–"
    return table.rename_axis("lever")
