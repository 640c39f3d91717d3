"""Regression by formula with errors that respect customers who come more than once, told as a table of terms."""

from __future__ import annotations

import re
import warnings

import numpy as np
import pandas as pd

from crmlib.errors import CrmError, DataFault, NotConverged, TooFew
from crmlib.estimate import FEWEST_UNITS, enough, one_order, refuse_gaps, tails, tidy, yes_or_no


def regression(formula, rows, cluster=None, confidence=0.95):
    """Least squares by formula, with robust errors: what one unit more of each term goes with, the others alike.

    Parameters: ``formula`` as in "margin ~ satisfaction + C(plan)" (functions as ``np.log``); ``rows`` frame without
    gaps in the columns named; ``cluster`` column whose rows count as one voice (otherwise each row is one).
    Returns: DataFrame: term, value, low, high (t of clusters − 1 degrees of freedom). Errors: DataFault for gaps,
    TooFew below 30 clusters, NotConverged where the terms repeat each other. Source: Liang & Zeger (1986).
    """
    import statsmodels.formula.api as smf

    alpha = 2 * tails(confidence)[0]
    table, groups = _model_rows(formula, rows, cluster)
    fit = _model(smf.ols, formula, table).fit(cov_type="cluster", cov_kwds={"groups": groups}, use_t=True)
    low, high = fit.conf_int(alpha).to_numpy().T
    terms = [re.sub(r"C\((\w+).*?\)(?=[\[:]|$)", r"\1", name) for name in fit.params.index]
    terms = pd.Index([re.sub(r"\[T\.(.+?)\]", r": \1", name) for name in terms], name="term")
    return tidy(fit.params.set_axis(terms).rename("value"), low, high)


def marginal_effects(formula, rows, cluster=None, confidence=0.95):
    """Logistic regression by formula, told as changes of the probability: average marginal effects.

    A choice: mean over all rows of P(yes | this level) − P(yes | first level), whatever level the row has. A number:
    mean slope of P(yes), per unit. ``low`` and ``high`` by the delta method, with robust errors as in ``regression``.

    Parameters: as ``regression``; the outcome is yes/no. Numbers that are only 0 and 1 are taken as choices.
    Returns: DataFrame: term ("plan: gold"; a yes/no column by its name alone), value, low, high: changes of a share.
    Errors: as ``regression``; NotConverged also where the terms separate yes from no, so that no estimate exists
    (Albert & Anderson 1984). Source: Williams (2012).
    """
    from scipy import stats

    upper = tails(confidence)[1]
    table, groups = _model_rows(formula, rows, cluster)
    outcome, terms = (part.strip() for part in formula.split("~", 1))
    if outcome not in table:
        raise CrmError(f"The outcome of a logistic regression is a yes/no column; {outcome!r} is not one.")
    table[outcome] = yes_or_no(table[outcome])
    fit = _logit(formula, table, groups)
    effects, t = {}, stats.t.ppf(upper, len(np.unique(groups)) - 1)
    for term, more, less, step in _contrasts(terms, table):
        weights = np.repeat([2 / step, -2 / step], len(table))  # statsmodels averages over both halves
        change = fit.get_prediction(pd.concat([more, less]), average=True, agg_weights=weights)
        value, spread = float(change.predicted), t * float(change.se)
        bound = 1 if step == 1 else np.inf
        effects[term] = value, max(value - spread, -bound), min(value + spread, bound)
    if not effects:
        raise CrmError(f"The formula {formula!r} names no column after the ~.")
    effects = pd.DataFrame.from_dict(effects, orient="index", columns=["value", "low", "high"]).rename_axis("term")
    return tidy(effects["value"], effects["low"], effects["high"])


def _model_rows(formula, rows, cluster):
    """Return the columns that a formula names, without gaps and in one order, and each row's cluster."""
    if formula.count("~") != 1:
        raise CrmError(f"A formula reads 'outcome ~ terms'; this is not one: {formula!r}.")
    if cluster is not None and cluster not in rows:
        raise CrmError(f"cluster names a column; the table has {', '.join(map(str, rows))}.")
    words = {*re.findall(r"\w+", formula), cluster}
    table = rows[[name for name in rows if name in words]]
    refuse_gaps(table)
    table = table.iloc[one_order([table[name] for name in table])].reset_index(drop=True)
    groups = np.arange(len(table)) if cluster is None else pd.factorize(table[cluster])[0]
    enough(np.unique(groups), FEWEST_UNITS, "rows" if cluster is None else "customers (clusters)")
    for name, column in table.items():
        if column.dtype.kind in "biuf":  # patsy reads NumPy's numbers only, and yes/no is 1 and 0
            table[name] = column.astype("int64" if column.dtype.kind in "iu" else float)
        elif isinstance(column.dtype, pd.CategoricalDtype):
            table[name] = column.cat.remove_unused_categories()
    return table, groups


def _model(kind, formula, table):
    """Return statsmodels' model, or say why these rows have no single estimate."""
    from patsy import PatsyError
    from statsmodels.tools.sm_exceptions import MissingDataError

    try:
        model = kind(formula, table, missing="raise")
    except (MissingDataError, PatsyError) as fault:
        raise DataFault(
            f"The formula {formula!r} cannot be computed for all rows: {str(fault).splitlines()[0]}"
        ) from fault
    if np.ptp(model.endog) == 0:
        raise TooFew(f"All {len(table):,} outcomes are alike, so nothing can be told apart.")
    if np.linalg.matrix_rank(model.exog) < model.exog.shape[1] or len(model.exog) <= model.exog.shape[1]:
        raise NotConverged("Some terms repeat what others say, so their shares cannot be told apart: leave one out.")
    return model


def _logit(formula, table, groups):
    """Fit the logistic regression, or say why there is no estimate; the library's warnings count as that."""
    import statsmodels.formula.api as smf
    from statsmodels.tools.sm_exceptions import ModelWarning

    model = _model(smf.logit, formula, table)
    if _separated(model.exog, model.endog):
        raise NotConverged("In some rows the terms tell yes from no for certain, so no estimate exists: use fewer.")
    with warnings.catch_warnings():
        warnings.simplefilter("error", RuntimeWarning)
        warnings.simplefilter("error", ModelWarning)
        try:
            return model.fit(disp=False, maxiter=100, cov_type="cluster", cov_kwds={"groups": groups}, use_t=True)
        except (RuntimeWarning, ModelWarning, np.linalg.LinAlgError) as fault:
            raise NotConverged("The logistic regression found no estimate in these rows: use fewer terms.") from fault


def _separated(terms, yes):
    """Tell whether a weighted sum of terms splits yes from no, ties allowed (Konis 2007: a linear programme)."""
    from scipy.optimize import linprog

    signed = terms / np.abs(terms).max(axis=0) * np.where(yes == 1, 1, -1)[:, None]
    found = linprog(-signed.sum(axis=0), A_ub=-signed, b_ub=np.zeros(len(signed)), bounds=(-1, 1))
    return found.fun < -1e-6 * len(signed)


def _contrasts(terms, table):
    """Yield, for each term, its name, the rows with more of it, with less of it, and the step between."""
    for name in dict.fromkeys(re.findall(r"\w+", terms)):
        if name not in table:
            continue
        column = table[name]
        levels = list(column.cat.categories) if isinstance(column.dtype, pd.CategoricalDtype) else sorted(set(column))
        two = levels == [0, 1]
        if two or column.dtype.kind not in "iuf" or re.search(rf"C\(\s*{name}\b", terms):
            for level in levels[1:]:
                yield name if two else f"{name}: {level}", *(table.assign(**{name: n}) for n in (level, levels[0])), 1
        else:
            step = 1e-4 * column.std()
            yield name, *(table.assign(**{name: column + half}) for half in (step / 2, -step / 2)), step
