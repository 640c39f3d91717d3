"""Intervals and resampling: one way each.

Whatever comes out is finite, possible (a share lies between 0 and 1) and the same for the same rows in any order.
What these rows cannot carry is ``TooFew``, a gap or an impossible number in them ``DataFault``, a wrong argument a
plain ``CrmError``.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from crmlib.errors import CrmError, DataFault, TooFew

# Fewer units (rows, or customers who count as one) and neither a percentile interval nor a cluster-robust error is
# worth its name: at 30 the percentile interval of a normal mean covers 93.6 instead of 95 % (1.96 √(29/30) as a t of
# 29 degrees), below it falls off quickly. Cameron & Miller (2015) call 20 to 50 clusters few.
FEWEST_UNITS = 30

WHOLE = "all rows"  # stands where a group's name would, and is taken out of the result


def random_state(seed):
    """Where every random draw comes from: NumPy's RandomState, whose stream is frozen.

    NumPy guarantees the numbers of ``RandomState`` for all versions to come; ``default_rng`` may change them with any
    release, and with them every stored result.

    Parameters: ``seed`` whole number from 0 to 2³² − 1. Errors: CrmError for anything else.
    """
    if isinstance(seed, bool) or not isinstance(seed, int | np.integer) or not 0 <= seed < 2**32:
        raise CrmError(f"A seed is a whole number from 0 to 4,294,967,295; this is not one: {seed!r}.")
    return np.random.RandomState(int(seed))


def enough(rows, n, what):
    """Return ``rows`` if there are at least ``n`` of them.

    Parameters: ``rows`` DataFrame, Series, array or list; ``n`` count; ``what`` the rows in words, as in "customers
    who bought last year". Errors: TooFew with both counts.
    """
    if len(rows) < n:
        raise TooFew(f"Too few {what}: {len(rows):,}, where it takes at least {n:,}; a later day may have them.")
    return rows


def observed(trial, on="observed_on"):
    """Return the rows of a trial whose outcome is known by the database's as-of date.

    A database cut at a day hides when an outcome was read, and the outcome, until it was read; so the rows wanted are
    those that have that day. Their yes/no columns have no gaps any more and come as plain booleans.

    Parameters: ``trial`` one row a customer and draw; ``on`` column with the day on which the outcome was read.
    Errors: DataFault without such a column, TooFew where no outcome is known yet (with the number of rows drawn).
    """
    if on not in trial:
        raise DataFault(f"A trial needs a column {on!r}, the day its outcome was read; it has {_listed(trial)}.")
    known = trial[trial[on].notna()]
    if known.empty:
        raise TooFew(f"No outcome is known yet of the {len(trial):,} rows drawn: choose a later as-of date.")
    full = [name for name in known if known[name].dtype == "boolean" and known[name].notna().all()]
    return known.astype(dict.fromkeys(full, bool))


def within(events, anchors, days=(-730, 0), on=None, since=None, key="customer_id"):
    """Return what happened in a window around each row's own date, one row a pair of anchor and event.

    An event belongs to an anchor if first ≤ event's day − anchor's day < last, counted in calendar days. The window is
    half open, so (−730, 0) ends the day before and windows laid end to end share no event. A window that reaches past
    the database's as-of date is only partly seen: leave such anchors out first.

    Parameters: ``events`` and ``anchors`` tables with the column ``key``; ``days`` (first, last), whole numbers;
    ``on`` and ``since`` the date columns of events and anchors, found where there is only one.
    Returns: the events' columns, the anchors' other columns (``_anchor`` appended to names that both have), ``days``
    between the two and ``anchor``, the anchor's index label: anchors alike stay apart, and
    ``.groupby("anchor").size().reindex(anchors.index, fill_value=0)`` counts also those to whom nothing happened. An
    event without a date has not happened (yet) and is left out.
    Errors: CrmError for unclear dates, windows or labels, DataFault for anchors without date or key.
    """
    whole = [day for day in np.ravel(days) if isinstance(day, int | np.integer)]
    if len(whole) != 2 or whole[0] >= whole[1]:
        raise CrmError(f"days are two whole numbers, the first below the last; these are not: {days!r}.")
    if not anchors.index.is_unique:
        raise CrmError("Several anchors have the same index label: give them their own with .reset_index(drop=True).")
    on, since = _date_column(events, on, "on"), _date_column(anchors, since, "since")
    for table, words in ((events, "events"), (anchors, "anchors")):
        if key not in table:
            raise CrmError(f"The {words} have no column {key!r}; they have {_listed(table)}.")
    refuse_gaps(anchors[[key, since]])
    if {"anchor", "days"} & {*events, *anchors}:
        raise CrmError("The result's columns anchor and days stand in a table already: rename them first.")
    pairs = events[events[on].notna()].merge(anchors.assign(anchor=anchors.index), on=key, suffixes=("", "_anchor"))
    since = f"{since}_anchor" if since in events else since
    pairs["days"] = (pairs[on].dt.normalize() - pairs[since].dt.normalize()).dt.days
    return pairs[pairs["days"].between(*whole, inclusive="left")].reset_index(drop=True)


def interval(data, statistic, cluster=None, resamples=1000, confidence=0.95, seed=2026):
    """Percentile bootstrap interval of any statistic: draw as many units again, with replacement, and look what comes.

    Units are rows, or all rows of one customer where ``cluster`` names the customer. Rows are put into one order
    before the first draw (by cluster, then by all columns, then by index), so the same rows give the same interval in
    whatever order they come. In what the statistic gets, the cluster's column holds the number of the draw: a customer
    drawn twice counts as two. An index without a name is numbered anew, a named one is kept.
    Where a few rows decide, low and high lie too low and too close together: with 1,000 lognormal values (σ = 1.5) they
    hold the mean and the share of the best 20 % in 9 of 10 samples, that of the best 1 % in 8. Nor can redrawing show
    what never happened: a group whose values are all alike keeps no width (for shares ``share_interval`` is right).

    Parameters: ``data`` DataFrame or Series without gaps; ``statistic`` function of such data that returns a number or
    a Series (one value a group); ``cluster`` a column's name for a frame, a Series or array for a Series.
    Returns: DataFrame, one row a group: the names of the Series' index as columns (``group`` if it has none), value,
    low, high. Errors: TooFew below 30 units, for a group that some resamples lack, and where nothing varies;
    DataFault for gaps. Source: Efron & Tibshirani (1993); clusters: Davison & Hinkley (1997), 3.8.
    """
    limits = tails(confidence)
    if isinstance(resamples, bool) or not isinstance(resamples, int | np.integer) or resamples < 100:
        raise CrmError(f"resamples is a whole number from 100; this is not one: {resamples!r}.")
    rows, name, size = _units(data, cluster)
    found, everyone, chance = _as_series(statistic(rows.copy())), np.arange(len(size)), random_state(seed)
    # Not bit by bit: sums of the same rows may differ in their last bits where the rows lie otherwise in memory.
    if name and not np.allclose(_drawn_value(statistic, rows, name, size, everyone, found), found, equal_nan=True):
        raise CrmError(f"The statistic looks {name!r} up elsewhere, but resampled rows carry new ones: join first.")
    draws = np.empty((resamples, len(found)))
    try:
        for draw in draws:
            chosen = chance.randint(0, len(size), len(size), dtype=np.int64)
            draw[:] = _drawn_value(statistic, rows, name, size, chosen, found)
    except (LookupError, ZeroDivisionError) as fault:  # all rows have what the statistic looks for, a resample has not
        raise TooFew(f"A group is so small that a resample can lack it, which stops the statistic: {fault}.") from fault
    missing = (~(np.isfinite(draws) & np.isfinite(found.to_numpy()))).sum(axis=0)
    _refuse_groups(pd.Series(missing > 0, found.index), f"{missing.max():,} of {resamples:,} resamples give no value")
    low, high = np.quantile(draws, limits, axis=0)
    if np.allclose(low, high, rtol=1e-12, atol=0):
        raise TooFew("Every resample gives the same value: rows that are all alike do not show what chance does.")
    return tidy(found.rename("value"), low, high)


def share_interval(yes, by=None, cluster=None, confidence=0.95):
    """Share of yes with Wilson's interval, one row a group; right also where nobody or everybody says yes.

    (p + z²/2n ± z √(p(1 − p)/n + z²/4n²)) / (1 + z²/n). With ``cluster`` n is the effective number of answers
    n / d · (z/t)²: d ≥ 1 is the design effect (the variance between customers over that of as many single answers), t
    has customers − 1 degrees of freedom. Where all of them agree d cannot be seen, and each customer counts once.

    Parameters: ``yes`` Series of yes/no (or 0 and 1) without gaps; ``by`` group of each row, a Series or a list of
    them; ``cluster`` Series, who answered. All are matched by index.
    Returns: DataFrame: the groups' names, share, low, high. Errors: DataFault for gaps and for what is not yes/no.
    Source: Wilson (1927); effective n: Korn & Graubard (1998).
    """
    from scipy import stats
    from statsmodels.stats.proportion import proportion_confint

    upper = tails(confidence)[1]
    counted = _by_cluster(yes_or_no(yes), by, cluster)
    n, share, customers = counted["n"], counted["value"], counted["clusters"]
    _refuse_groups(customers.eq(1) & n.gt(1), "all its answers come from one customer")
    effect = (counted["variance"] / (share * (1 - share) / (n - 1))).clip(lower=1)
    effective = (n / effect).mask(share.isin([0, 1]), customers)
    effective *= (stats.norm.ppf(upper) / stats.t.ppf(upper, (customers - 1).clip(lower=1))) ** 2
    effective = effective.where(customers < n, n)
    low, high = proportion_confint(share * effective, effective, alpha=2 * (1 - upper), method="wilson")
    return tidy(share.rename("share"), np.clip(low, 0, 1), np.clip(high, 0, 1))


def by_group(value, group, cluster=None, confidence=0.95):
    """Mean of each group with Student's interval; all values of one customer count together where ``cluster`` is given.

    x̄ ± t √(c/(c − 1) Σ (Σ (x − x̄))²) / n: the inner sum runs over one customer's values, the outer over the group's
    c customers, t has c − 1 degrees of freedom. Without clusters this is x̄ ± t s/√n. Below some 30 values the interval
    is good only for values without a long tail.

    Parameters: ``value`` Series of numbers without gaps; ``group`` Series or a list of them; ``cluster`` Series. All
    are matched by index. Returns: DataFrame: the groups' names, value, low, high.
    Errors: DataFault for gaps, TooFew for a group of one value or one customer, or whose values are all alike.
    Source: Student (1908); clusters: Liang & Zeger (1986).
    """
    from scipy import stats

    upper = tails(confidence)[1]
    counted = _by_cluster(_numbers(value), group, cluster)
    _refuse_groups(counted["clusters"].eq(1), "it has one value or one customer")
    error = np.sqrt(counted["variance"])
    _refuse_groups(error.le(1e-12 * (counted["low"].abs() + counted["high"].abs())), "nothing in it varies")
    spread = stats.t.ppf(upper, counted["clusters"] - 1) * error
    return tidy(counted["value"], counted["value"] - spread, counted["value"] + spread)


# What the functions above share: reading what comes in, one order of rows, one form of result.


def _listed(table):
    return ", ".join(map(str, table.columns)) or "no column"


def tails(confidence):
    """Refuse a confidence outside (0, 1); return the probabilities of its two limits."""
    if not isinstance(confidence, float) or not 0 < confidence < 1:
        raise CrmError(f"confidence is a share between 0 and 1, as 0.95; this is not one: {confidence!r}.")
    return np.array([(1 - confidence) / 2, (1 + confidence) / 2])


def refuse_gaps(table):
    """Say which column has how many gaps: a missing answer is neither a no nor a zero."""
    for name, gaps in table.isna().sum().items():
        if gaps:
            raise DataFault(
                f"{gaps:,} of {len(table):,} rows have no {name!r}: leave them out first, and say how many."
            )


def _numbers(values):
    """Return a Series of finite floats."""
    values = pd.Series(values)
    refuse_gaps(values.to_frame(values.name or "value"))
    if values.dtype.kind == "b":
        raise CrmError("Means of yes/no are shares: share_interval gives them limits between 0 and 1.")
    try:
        values = values.astype(float)
    except (TypeError, ValueError) as fault:
        raise DataFault(f"{values.name or 'value'!r} holds something that is no number: {fault}.") from fault
    if not np.isfinite(values).all():
        raise DataFault(f"{values.name or 'value'!r} holds an infinite number: mend or leave out that row.")
    return enough(values, 1, "values")


def yes_or_no(values):
    """Return a Series of 0 and 1."""
    values = pd.Series(values)
    values = _numbers(values.astype(float) if values.dtype.kind == "b" and values.notna().all() else values)
    if not values.isin([0, 1]).all():
        raise DataFault(f"{values.name or 'yes'!r} is not yes/no: it holds {values[~values.isin([0, 1])].iloc[0]:g}.")
    return values


def _matched(other, index, name):
    """Return the values of ``other`` for the rows of ``index``: by label, or by place where it has no labels."""
    if isinstance(other, str):
        raise CrmError(f"{name} is a Series, one value a row, or a list of them; not the name {other!r}.")
    if isinstance(other, pd.Series) and not other.index.equals(index):
        if not other.index.is_unique:
            raise CrmError(f"{other.name or name!r} has several values for one index label, so rows cannot be matched.")
        other = other.reindex(index)
    elif len(other) != len(index):
        raise CrmError(f"{name!r} has {len(other):,} values for {len(index):,} rows.")
    other = pd.Series(other, index=index, name=getattr(other, "name", None) or name)
    refuse_gaps(other.to_frame())
    return other


def one_order(columns, *then):
    """Return the places that sort rows by these columns, `then` by others: one order, however they came.

    Sums of the same amounts may differ in their last bits, so floats are compared by six decimals first.
    """
    near = [column.round(6) if pd.api.types.is_float_dtype(column) else column for column in columns]
    return np.lexsort([pd.factorize(key, sort=True)[0] for key in reversed([*near, *columns, *then])])


def _units(data, cluster):
    """Return the rows in one order, the cluster's column in them (or None), and the number of rows of each unit."""
    if not isinstance(data, pd.DataFrame | pd.Series):
        raise CrmError(f"interval draws rows of a DataFrame or a Series again; this is a {type(data).__name__}.")
    frame = isinstance(data, pd.DataFrame)
    if frame and cluster is not None and (not isinstance(cluster, str) or cluster not in data):
        raise CrmError(f"cluster names a column of the frame; it has {_listed(data)}.")
    data = data if frame else _numbers(data)
    who = range(len(data)) if cluster is None else _matched(data[cluster] if frame else cluster, data.index, "cluster")
    columns = [data.iloc[:, place] for place in range(data.shape[1])] if frame else [data]
    order = one_order([*([] if cluster is None else [who]), *columns], data.index)
    size = np.ones(len(data), int) if cluster is None else np.bincount(pd.factorize(who, sort=True)[0])
    enough(size, FEWEST_UNITS, "rows to draw from" if cluster is None else "customers (clusters) to draw from")
    rows = data.iloc[order]
    return rows if any(rows.index.names) else rows.reset_index(drop=True), cluster if frame else None, size


def _drawn_value(statistic, rows, name, size, chosen, found):
    """Return the statistic of the chosen units, one value a group of ``found``."""
    sizes = size[chosen]
    ends = sizes.cumsum()
    first = (size.cumsum() - size)[chosen]
    drawn = rows.take(np.arange(ends[-1]) + np.repeat(first - ends + sizes, sizes))
    if not any(drawn.index.names):
        drawn.index = pd.RangeIndex(len(drawn))
    if name is not None:
        drawn[name] = np.repeat(np.arange(len(chosen)), sizes)
    return _as_series(statistic(drawn)).reindex(found.index)


def _as_series(value):
    """Return what a statistic gave as floats, one a group."""
    if not isinstance(value, pd.Series):
        if not pd.api.types.is_scalar(value):
            raise CrmError(f"A statistic returns a number or a Series, a value a group; not a {type(value).__name__}.")
        value = pd.Series([np.nan if pd.isna(value) else value], index=pd.Index(["This value"], name=WHOLE))
    if not value.index.is_unique:
        raise CrmError("The statistic returns several values under one name.")
    if not pd.api.types.is_numeric_dtype(value.dtype):
        raise CrmError(f"A statistic returns numbers, not values of the type {value.dtype}.")
    numbers = value.to_numpy(dtype=float, na_value=np.nan)
    return enough(pd.Series(numbers, index=value.index), 1, "groups in what the statistic returns")


def _by_cluster(values, by, cluster):
    """Count one group a row: n, clusters, value (mean), its cluster-robust variance, low and high (extremes)."""
    by = by if isinstance(by, list) else [] if by is None else [by]
    keys = [_matched(one, values.index, "group") for one in by or [pd.Series("This value", values.index, name=WHOLE)]]
    who = pd.Series(range(len(values)), values.index) if cluster is None else _matched(cluster, values.index, "cluster")
    order = one_order([*keys, who, values])
    keys, who, values = [key.iloc[order] for key in keys], who.iloc[order], values.iloc[order]
    groups = values.groupby(keys, observed=True)
    counted = groups.agg(n="size", value="mean", low="min", high="max")
    off = (values - groups.transform("mean")).groupby([*keys, who], observed=True).sum()
    off = (off**2).groupby(level=list(range(len(keys))), observed=True).agg(clusters="size", squares="sum")
    clusters = off["clusters"]
    return counted.assign(clusters=clusters, variance=off["squares"] * clusters / (clusters - 1) / counted["n"] ** 2)


def _refuse_groups(bad, why):
    """Raise TooFew for the first group that is bad."""
    for label in bad.index[bad]:
        names = [str(name) for name in bad.index.names if name not in (None, WHOLE)]
        raise TooFew(
            f"{' '.join([', '.join(names), str(label)]).strip()} has no interval, as {why}: add rows, or join groups."
        )


def tidy(value, low, high):
    """Return one row a group: its names as columns, the value, low, high; whatever is not finite is refused."""
    index = value.index
    names = [name or ("group" if index.nlevels == 1 else f"group_{n}") for n, name in enumerate(index.names, 1)]
    if len({*names, value.name, "low", "high"}) < len(names) + 3:
        raise CrmError(f"Groups need names of their own, other than {value.name}, low and high; these are {names}.")
    table = value.to_frame().assign(low=np.asarray(low), high=np.asarray(high))
    if not np.isfinite(table.to_numpy()).all():
        raise DataFault("The numbers are too large, too small or too much alike to compute an interval.")
    return table.rename_axis(names).reset_index().drop(columns=WHOLE, errors="ignore")


def _date_column(table, name, argument):
    """Return the date column named, or the only one there is."""
    dates = list(table.select_dtypes("datetime"))
    if name is None and len(dates) == 1:
        return dates[0]
    if name not in dates:
        raise CrmError(f"Say with {argument}= which date is meant; the table has {', '.join(dates) or 'none'}.")
    return name
