"""Customers move between grades: the migration matrix with intervals, and the customer equity it leads to."""

import numpy as np
import pandas as pd
from scipy.stats import beta

from crmlib.errors import CrmError
from crmlib.estimate import random_state
from crmlib.old.grading.measures import best_measure
from crmlib.old.grading.profit import customer_profit, value_windows
from crmlib.old.grading.pyramid import SHARES, grade_customers

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
    # Who only ever took something free, or brought something back, was never a buyer who could be inactive.
    bought = db.orders[(db.orders["order_date"] <= first.end) & (db.orders["amount"] > 0)]
    known = bought["customer_id"].unique()
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

    share = n_ij / n_i, with the Clopper–Pearson interval of each cell: it holds what it promises for rare moves too,
    and a move that nobody made among few customers stays possible. A row without customers has no shares (NaN).
    Parameters: moves - result of `grade_moves`.
    Returns: DataFrame, index (before, now): customers, share, low, high.
    Source: Clopper & Pearson (1934).
    """
    counts = move_counts(moves)
    number = counts.to_numpy(float)
    total = number.sum(axis=1, keepdims=True) * np.ones_like(number)
    known = total > 0
    share = np.divide(number, total, out=np.full_like(number, np.nan), where=known)
    # The Beta distribution has no limit at the ends: nobody moved, or everybody did.
    low = np.where(number > 0, beta.ppf(0.025, np.maximum(number, 1), total - number + 1), 0.0)
    high = np.where(number < total, beta.ppf(0.975, number + 1, np.maximum(total - number, 1)), 1.0)
    low, high = (np.where(known, limit, np.nan) for limit in (low, high))
    cells = pd.MultiIndex.from_product([counts.index, counts.columns], names=["before", "now"])
    table = pd.DataFrame(
        {
            "customers": counts.to_numpy().ravel(),
            "share": share.ravel(),
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
    mean value a customer and period by grade now (inactive: 0). Customers won later are not counted. Row i of P is the
    mean of its Dirichlet posterior, (n_ij + q_j) / (n_i + 1): one customer more who moved as all together did, q_j the
    share of all who ended in j, each column counted half a customer fuller. Where nobody was inactive before, nothing
    is known of their return: inactive customers are then taken to stay so. Interval: 95 % of the equities under
    matrices drawn from that posterior; the uncertainty of v is not in it.
    Parameters: moves - result of `grade_moves`; discount - a year; horizon - years; draws, seed - for the interval.
    Returns: DataFrame, index grade now plus "all": customers, value_per_period, equity_each, equity, low, high (money).
    attrs: return_known - whether anybody was inactive before.
    Source: Pfeifer & Carraway (2000), Markov chain models of customer relationships.
    """
    seen = move_counts(moves)
    counts, return_known = _posterior(seen), bool(seen.loc[INACTIVE].sum() > 0)
    years = moves.attrs.get("period_years", 1.0)
    now = moves["now"].value_counts().reindex(moves["now"].cat.categories).to_numpy(float)
    value = moves.groupby("now", observed=False)["value_now"].mean().fillna(0.0).to_numpy(copy=True)
    value[-1] = 0.0
    periods = max(1, round(horizon / years))
    factor = (1 + discount) ** -years
    each = _discounted(counts / counts.sum(axis=1, keepdims=True), value, factor, periods)
    drawn = random_state(seed).standard_gamma(counts, size=(draws, *counts.shape))
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
    table.attrs = moves.attrs | {"discount": discount, "horizon": horizon, "return_known": return_known}
    return table


def _posterior(counts):
    ended = counts.to_numpy(float).sum(axis=0) + 0.5
    prior = np.tile(PRIOR * ended / ended.sum(), (len(ended), 1))
    if counts.loc[INACTIVE].sum() == 0:
        prior[-1] = PRIOR * np.eye(len(ended))[-1]
    return counts.to_numpy(float) + prior


def _discounted(matrix, value, factor, periods):
    """Σ_{t=1…periods} (factor·P)ᵗ·v, for one matrix or a stack of them."""
    ahead = np.broadcast_to(value, matrix.shape[:-1])
    total = np.zeros(matrix.shape[:-1])
    for _ in range(periods):
        ahead = factor * np.einsum("...ij,...j->...i", matrix, ahead)
        total = total + ahead
    return total
