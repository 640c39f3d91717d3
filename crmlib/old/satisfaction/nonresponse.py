"""Who did not answer, and what their silence does to the result."""

from itertools import pairwise

import numpy as np
import pandas as pd
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from crmlib.errors import CrmError
from crmlib.old.figures import Notice
from crmlib.old.notices import hands_on_notices, needs
from crmlib.old.satisfaction.intervals import mean_with_interval, share_with_interval
from crmlib.old.satisfaction.notices import without_constructs
from crmlib.old.satisfaction.path_model import index_scores_by
from crmlib.places import find_data

LARGEST_WEIGHT = 5.0
SMALLEST_CELL = 5
KNOWN_BEFORE = ("months_since_order", "orders", "spent", "complaints_before", "kind", "region")


@needs("survey_invitations", "orders")
def invited_customers(db):
    """Every invitation with what the company knew about the customer on that day, answered or not.

    Known before for everybody: months_since_order; in the year before: spent (returns deducted), orders (days with a
    purchase: the lines of one order are one, a return is none) and complaints (where there is a register); kind and
    region (where there is a customer table).
    ``answered`` is True where the invitation led to an answer.

    Parameters: ``db`` customer database with survey_invitations and orders. Returns one row an invitation, index
    invitation_id. Facts after the invitation are not used.
    """
    invitations = db.survey_invitations
    table = invitations[["invitation_id", "customer_id", "wave", "invited_on"]].copy()
    table["answered"] = invitations["answered_on"].notna()
    orders = db.orders[["customer_id", "order_date", "amount"]]
    table = pd.concat([_habits(part, orders, day) for day, part in table.groupby("invited_on")])
    if db.has("complaints"):
        table["complaints_before"] = _complaints_before(table, db.complaints)
    if db.has("customers"):
        known = [column for column in ("kind", "region") if column in db.customers]
        table = table.join(db.customers.set_index("customer_id")[known], on="customer_id")
    return table.set_index("invitation_id").sort_index()


@hands_on_notices
def response_rates(invited, by):
    """Share of invitations answered in each class of a characteristic, with Wilson interval.

    Parameters: ``invited`` from ``invited_customers``; ``by`` a column or a Series of classes (numbers are cut into
    quarters). Returns one row a class: invited, answered, rate, low, high.
    """
    classes = _classes(invited[by] if isinstance(by, str) else by.reindex(invited.index))
    counts = invited.groupby(classes, observed=True)["answered"].agg(["size", "sum"])
    rate, low, high = share_with_interval(counts["sum"], counts["size"])
    table = {"invited": counts["size"], "answered": counts["sum"], "rate": rate, "low": low, "high": high}
    return pd.DataFrame(table).rename_axis(classes.name or "class")


@hands_on_notices
def post_stratification_weights(invited, by):
    """Weights that give each class the share among respondents that it has among the invited.

    weight = (invited in class / invited) / (answered in class / answered). Classes with fewer than 5 answers are
    joined with the next one in the order of the characteristic; the weights have mean 1.

    Parameters: ``invited`` from ``invited_customers``; ``by`` column names (numbers are cut into quarters).
    Returns Series invitation_id → weight, respondents only. Source: Holt & Smith 1979.
    """
    cells = _join_small(_cells(invited, by), invited["answered"])
    answered = invited["answered"]
    weight = cells.map(cells.value_counts(normalize=True) / cells[answered].value_counts(normalize=True))
    return _normalised(weight[answered])


@hands_on_notices
def response_probability_weights(invited, by, largest=LARGEST_WEIGHT):
    """Weights 1 / probability to answer, the probability from a logistic regression on what was known before.

    Numbers enter as logarithms of 1 + value, classes as yes/no columns. Weights are cut at ``largest`` times their
    mean: a few very unlikely respondents would otherwise carry the result.

    Parameters: ``invited`` from ``invited_customers``; ``by`` column names. Returns Series invitation_id → weight,
    respondents only, mean 1. Source: Little 1986.
    """
    columns = []
    for name in by:
        column = invited[name]
        if pd.api.types.is_numeric_dtype(column):
            values = column.astype(float)
            columns.append(np.log1p(values.fillna(values.median()).clip(lower=0)))
        else:
            columns.append(pd.get_dummies(column.astype(str), prefix=name, drop_first=True, dtype=float))
    known = pd.concat(columns, axis=1).to_numpy()
    answered = invited["answered"].to_numpy(dtype=bool)
    model = make_pipeline(StandardScaler(), LogisticRegression(C=100.0, max_iter=1000)).fit(known, answered)
    weight = pd.Series(1 / model.predict_proba(known[answered])[:, 1], invited.index[answered])
    weight = _normalised(weight)
    return _normalised(weight.clip(upper=largest))


def effective_respondents(weights):
    """How many equally weighted respondents tell as much: (Σ w)² / Σ w². Source: Kish 1965."""
    weights = np.asarray(weights, dtype=float)
    return float(weights.sum() ** 2 / (weights**2).sum())


@hands_on_notices
def weighted_against_plain(values, weightings, truth=None):
    """One mean, estimated with and without weights, and how far each is from the truth where it is known.

    Parameters: ``values`` Series invitation_id → number, respondents; ``weightings`` name → Series of weights;
    ``truth`` the mean over all invited, or None.
    Returns one row a way: estimate, low, high, respondents, effective_respondents, error (estimate − truth).
    """
    rows = {"as answered": (*mean_with_interval(values), len(values), float(len(values)))}
    for name, weights in weightings.items():
        used = weights.reindex(values.index)
        estimate = mean_with_interval(values, used.fillna(0))
        rows[name] = (*estimate, int(used.notna().sum()), effective_respondents(used.dropna()))
    table = pd.DataFrame(rows, index=["estimate", "low", "high", "respondents", "effective_respondents"]).T
    table["error"] = table["estimate"] - (np.nan if truth is None else truth)
    return table.astype({"respondents": int}).rename_axis("way")


@hands_on_notices
def mean_if_all_had_answered(values, invited, truth):
    """What the mean index would have been without any silence: only possible where the truth is known (simulated data).

    Among respondents, index = a + b · true satisfaction (least squares); the line is applied to everybody invited.

    Parameters: ``values`` Series invitation_id → index points; ``invited`` from ``invited_customers``; ``truth`` table
    with customer_id, wave and satisfaction. Returns one number.
    """
    scores = invited.reset_index().merge(truth, on=["customer_id", "wave"]).set_index("invitation_id")["satisfaction"]
    answered = scores.reindex(values.index).dropna()
    slope, level = np.polyfit(answered, values[answered.index], 1)
    return float(level + slope * scores.mean())


def known_truth(data):
    """What every invited customer really felt, wave by wave: known of a simulated company only.

    Parameters: ``data`` the folder of the company. Returns the table truth/satisfaction, or None.
    """
    try:
        file = find_data(data) / "truth" / "satisfaction.csv"
    except CrmError:
        return None
    return pd.read_csv(file, dtype={"customer_id": str, "wave": str}) if file.exists() else None


@needs("survey", "survey_invitations", "orders", survey=("invitation_id",))
def nonresponse_of_index(db, model, truth=None):
    """The satisfaction index as answered, and with the silence of others weighed in two ways.

    Weights by cells (time since the last order × orders of the year before) and by the probability to answer (all that
    was known before the invitation). Parameters: ``truth`` from ``known_truth`` or None.
    Returns the table of ``weighted_against_plain``; ``attrs["truth"]`` is the index if all had answered, or None.
    """
    lacking = without_constructs(model, "satisfaction")
    if lacking:
        return lacking
    invited = invited_customers(db)
    values = index_scores_by(model, db.survey, "invitation_id")["satisfaction"]
    values = values[values.index.isin(invited.index[invited["answered"]])]
    if values.empty:
        return Notice("Left out: no answer can be traced to its invitation.")
    known = [name for name in KNOWN_BEFORE if name in invited and len(invited[name].unique()) > 1]
    weightings = {
        "weighted by cells": post_stratification_weights(invited, known[:2]),
        "weighted by probability": response_probability_weights(invited, known),
    }
    aim = None if truth is None else mean_if_all_had_answered(values, invited, truth)
    table = weighted_against_plain(values, weightings, aim)
    table.attrs["truth"] = aim
    return table


def _habits(part, orders, day):
    before = orders[orders["order_date"] <= day]
    year = before[before["order_date"] > day - pd.DateOffset(years=1)]
    spent = year.groupby("customer_id")["amount"].sum()
    ordered = year[year["amount"] > 0].groupby("customer_id")["order_date"].nunique()
    last = before[before["amount"] > 0].groupby("customer_id")["order_date"].max()
    days = (day - part["customer_id"].map(last)).dt.days
    return part.assign(
        months_since_order=(days / 30.44).fillna(60.0).clip(upper=60.0),
        spent=part["customer_id"].map(spent).fillna(0.0),
        orders=part["customer_id"].map(ordered).fillna(0).astype(float),
    )


def _complaints_before(table, complaints):
    pairs = table[["invitation_id", "customer_id", "invited_on"]].merge(
        complaints[["customer_id", "recorded_at"]], on="customer_id"
    )
    age = pairs["invited_on"] - pairs["recorded_at"].dt.normalize()
    counts = pairs[(age >= pd.Timedelta(0)) & (age <= pd.Timedelta("365D"))].groupby("invitation_id").size()
    return table["invitation_id"].map(counts).fillna(0).astype(float)


def _classes(column):
    if not pd.api.types.is_numeric_dtype(column) or pd.api.types.is_bool_dtype(column):
        return column.astype("object").fillna("unknown").rename(column.name)
    if column.nunique() <= 4:
        return column
    quarters = pd.qcut(column.astype(float), 4, duplicates="drop")
    ends = [quarter.right for quarter in quarters.cat.categories]
    shown = [f"{end:,.1f}" if ends[-1] < 100 else f"{end:,.0f}" for end in ends]
    shown = shown if len(set(shown)) == len(ends) else [f"{end:,.3g}" for end in ends]
    names = [f"up to {shown[0]}"] + [f"{low} to {high}" for low, high in pairwise(shown)]
    return quarters.cat.rename_categories(names).rename(column.name)


def _cells(invited, by):
    """The place of each cell of several classes, so that neighbours differ in one class by one step.

    Row by row, every second row backwards, so the last cell of a row and the first of the next touch.
    """
    place = np.zeros(len(invited), dtype=int)
    for column in by:
        classes = _classes(invited[column])
        codes = pd.Categorical(classes).codes.astype(int)
        codes = np.where(codes < 0, codes.max() + 1, codes)  # not known: a class of its own, the last
        size = codes.max() + 1
        place = place * size + np.where(place % 2 == 1, size - 1 - codes, codes)
    return pd.Series(place, invited.index)


def _join_small(cells, answered):
    """Join neighbouring cells, numbered in their order, until each holds enough answers to stand for its members."""
    counts = answered.groupby(cells).sum()
    names, name, held = {}, None, 0
    for cell in sorted(counts.index):
        name = cell if name is None else name
        names[cell] = name
        held += counts[cell]
        if held >= SMALLEST_CELL:
            last, name, held = name, None, 0
    if name is not None and len(set(names.values())) > 1:
        names = {cell: last if joined == name else joined for cell, joined in names.items()}
    return cells.map(names)


def _normalised(weight):
    return weight / weight.mean()
