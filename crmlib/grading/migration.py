"""Customers move between grades: the migration matrix with intervals, and the customer equity it leads to."""

import numpy as np
import pandas as pd
from scipy.stats import beta

from crmlib.errors import CrmError
from crmlib.grading.measures import best_measure
from crmlib.grading.profit import customer_profit, value_windows
from crmlib.grading.pyramid import SHARES, grade_customers

INACTIVE = "inactive"
PRIOR = 1.0  # weight, in customers, of the moves of all as a prior for each row


def grade_moves(db, shares=None):
    """Follow each customer's grade from one period to the next.

    The periods are `value_windows`. Grades before are the pyramid among the buyers of that period; its limits in money
    then grade the later period too, so that a move is a change of the customer and not of the others. Who bought
    nothing in a period is inactive; who was not yet a customer before is new and has no grade before.
    Parameters: db - customer database; shares - as for `grade_customers`.
    Returns: DataFrame, index customer_id: before, now (ordered grades with "inactive" last; before is missing for new
    customers), value_before, value_now (best measure, money a period). attrs: period_years.
    """
    shares = shares or SHARES
    first, second = value_windows(db)
    early, late = customer_profit(db, first), customer_profit(db, second)
    measure = best_measure(late)
    buyers, still = (table.loc[table["purchases"] > 0, measure] for table in (early, late))
    if buyers.empty:
        raise CrmError(f"Nobody bought from {first}: there is nothing to compare with.")
    graded = grade_customers(buyers, shares)
    limits = buyers.groupby(graded, observed=True).min()
    known = db.orders.loc[db.orders["order_date"] <= first.end, "customer_id"].unique()
    everyone = pd.Index(sorted(set(known) | set(still.index)), name="customer_id")
    before = graded.astype(str).reindex(everyone)
    before[before.isna() & everyone.isin(known)] = INACTIVE
    states = pd.CategoricalDtype([*shares, INACTIVE], ordered=True)
    table = pd.DataFrame(
        {
            "before": before.astype(states),
            "now": _by_limits(still.reindex(everyone), limits, list(shares)).astype(states),
            "value_before": buyers.reindex(everyone).fillna(0.0),
            "value_now": still.reindex(everyone).fillna(0.0),
        },
        index=everyone,
    )
    table.attrs = late.attrs | {
        "measure": measure,
        "period_years": second.years,
        "before": str(first),
        "now": str(second),
    }
    return table


def _by_limits(values, limits, grades):
    found = pd.Series(grades[-1], index=values.index, dtype=object)
    for grade in reversed(grades[:-1]):
        if grade in limits.index:
            found[values >= limits[grade]] = grade
    found[values.isna()] = INACTIVE
    return found


def migration_matrix(moves):
    """Estimate the probability of moving from each grade to each other, with 95 % intervals.

    Row i: Dirichlet posterior; as prior, one customer more who moved as all together did. Estimate
    (n_ij + q_j) / (n_i + 1), q_j the share of all who ended in j; interval from the marginal, a Beta distribution. Rows
    with few customers so get wide intervals instead of certainties.
    Parameters: moves - result of `grade_moves`.
    Returns: DataFrame, index (before, now): customers, share, low, high.
    """
    counts = move_counts(moves)
    alpha = _posterior(counts)
    total = alpha.sum(axis=1, keepdims=True)
    low, high = (beta.ppf(level, alpha, total - alpha) for level in (0.025, 0.975))
    cells = pd.MultiIndex.from_product([counts.index, counts.columns], names=["before", "now"])
    table = pd.DataFrame(
        {
            "customers": counts.to_numpy().ravel(),
            "share": (alpha / total).ravel(),
            "low": low.ravel(),
            "high": high.ravel(),
        },
        index=cells,
    )
    table.attrs = moves.attrs
    return table


def move_counts(moves):
    """Count moves: grades before × grades now, all states. Returns: DataFrame of integers."""
    states = list(moves["before"].cat.categories)
    counts = pd.crosstab(moves["before"].astype(object), moves["now"].astype(object))
    return counts.reindex(index=states, columns=states, fill_value=0).rename_axis(index="before", columns="now")


def customer_equity(moves, discount=0.10, horizon=10, draws=400, seed=2026):
    """Compute the expected value of today's customers, given how they move between grades.

    equity = Σ_{t=1…T} π·Pᵗ·v / (1 + i)^(t·years of a period): π customers by grade now, P the migration matrix, v the
    mean value a customer and period by grade now (inactive: 0). Customers won later are not counted. Interval: 95 % of
    the equities under matrices drawn from the Dirichlet posterior; the uncertainty of v is not in it.
    Parameters: moves - result of `grade_moves`; discount - a year; horizon - years; draws, seed - for the interval.
    Returns: DataFrame, index grade now plus "all": customers, value_per_period, equity_each, equity, low, high (money).
    Source: Pfeifer & Carraway (2000), Markov chain models of customer relationships.
    """
    counts = _posterior(move_counts(moves))
    years = moves.attrs.get("period_years", 1.0)
    now = moves["now"].value_counts().reindex(moves["now"].cat.categories).to_numpy(float)
    value = moves.groupby("now", observed=False)["value_now"].mean().fillna(0.0).to_numpy(copy=True)
    value[-1] = 0.0
    periods = max(1, round(horizon / years))
    factor = (1 + discount) ** -years
    each = _discounted(counts / counts.sum(axis=1, keepdims=True), value, factor, periods)
    drawn = np.random.default_rng(seed).standard_gamma(counts, size=(draws, *counts.shape))
    many = _discounted(drawn / drawn.sum(axis=2, keepdims=True), value, factor, periods) * now
    many = np.column_stack([many, many.sum(axis=1)])
    low, high = np.quantile(many, [0.025, 0.975], axis=0)
    table = pd.DataFrame(
        {
            "customers": np.append(now, now.sum()).astype(int),
            "value_per_period": np.append(value, (now @ value) / now.sum()),
            "equity_each": np.append(each, (now @ each) / now.sum()),
            "equity": np.append(now * each, now @ each),
            "low": low,
            "high": high,
        },
        index=pd.Index([*moves["now"].cat.categories, "all"], name="grade now"),
    )
    table.attrs = moves.attrs | {"discount": discount, "horizon": horizon}
    return table


def _posterior(counts):
    ended = counts.to_numpy(float).sum(axis=0) + 0.5
    return counts.to_numpy(float) + PRIOR * ended / ended.sum()


def _discounted(matrix, value, factor, periods):
    """Σ_{t=1…periods} (factor·P)ᵗ·v, for one matrix or a stack of them."""
    ahead = np.broadcast_to(value, matrix.shape[:-1])
    total = np.zeros(matrix.shape[:-1])
    for _ in range(periods):
        ahead = factor * np.einsum("...ij,...j->...i", matrix, ahead)
        total = total + ahead
    return total
