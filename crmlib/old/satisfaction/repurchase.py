"""Satisfaction today, purchases tomorrow: first the answer, then the order, never the other way round."""

import numpy as np
import pandas as pd
from scipy import stats
from scipy.special import expit

from crmlib.estimate import random_state
from crmlib.old.figures import Notice
from crmlib.old.notices import hands_on_notices, needs
from crmlib.old.satisfaction.intervals import share_with_interval

CLASSES = ["very dissatisfied", "dissatisfied", "neutral", "satisfied", "very satisfied"]
RIDGE = 1e-4
NO_CLASSES = "Left out: no answer in words (very satisfied … very dissatisfied) has a known time after it."
CHINESE_CLASSES = ["很不满意", "不满意", "一般", "满意", "很满意"]


@needs("survey", "orders")
def later_purchases(db, months=6):
    """Each survey answer with what the customer bought before it and in the months after it.

    Only orders after the day of the answer count as later; answers whose months are not over on the database's date
    are left out (their purchases are not yet known, which is not the same as none).

    Parameters: ``db`` customer database with survey and orders; ``months`` length of the time after.
    Returns the survey's rows with answer (the row's label in the survey), bought_later, orders_later, spent_later,
    margin_later (where costs of goods are known; a line without one is taken to cost what the others cost for each unit
    of money, as ``customer_profit`` does), orders_before and spent_before (in the year up to the answer),
    months_since_order; ``attrs``: left_out, months.
    """
    survey = db.survey
    complete = survey["answered_on"] + pd.DateOffset(months=months) <= db.as_of
    answers = survey[complete].reset_index(names="answer")
    lines = answers[["customer_id", "answered_on"]].reset_index(names="answer")
    orders = _with_costs(db.orders)
    pairs = lines.merge(orders, on="customer_id")
    day, asked = pairs["order_date"], pairs["answered_on"]
    after = pairs[(day > asked) & (day <= asked + pd.DateOffset(months=months))]
    before = pairs[(day <= asked) & (day > asked - pd.DateOffset(years=1))]
    orders_later = _order_days(after, answers)
    later = answers.assign(
        bought_later=orders_later > 0,
        orders_later=orders_later,
        spent_later=_sum(after, "amount", answers),
        orders_before=_order_days(before, answers),
        spent_before=_sum(before, "amount", answers),
        months_since_order=_months_since(pairs[(day <= asked) & (pairs["amount"] > 0)], answers),
    )
    if "cost_of_goods" in orders:
        later["margin_later"] = later["spent_later"] - _sum(after, "cost_of_goods", answers)
    later.attrs = {"left_out": int((~complete).sum()), "months": months}
    return later


@hands_on_notices
def repurchase_by_class(later, confidence=0.95):
    """Share of each satisfaction class that bought again, with Wilson interval, and its mean spending.

    Parameters: ``later`` from ``later_purchases``.
    Returns five rows, least satisfied first: chinese, answers, bought, share, low, high, orders and spent (means per
    answer, buyers or not); a Notice where nobody was asked in classes.
    """
    if "satisfaction_class" not in later or later["satisfaction_class"].isna().all():
        return Notice(NO_CLASSES)
    parts = later.groupby(pd.Categorical(later["satisfaction_class"], CLASSES), observed=False)
    counts = parts["bought_later"].agg(["size", "sum"])
    share, low, high = share_with_interval(counts["sum"], counts["size"], confidence)
    return pd.DataFrame(
        {
            "chinese": CHINESE_CLASSES,
            "answers": counts["size"],
            "bought": counts["sum"].astype(int),
            "share": share,
            "low": low,
            "high": high,
            "orders": parts["orders_later"].mean(),
            "spent": parts["spent_later"].mean(),
        }
    ).rename_axis("satisfaction_class")


@hands_on_notices
def repeat_ratio(later, confidence=0.95, resamples=200, seed=1):
    """How many times as likely is a very satisfied customer to buy again as a satisfied one?

    ratio = share of the very satisfied who bought later / share of the satisfied. The second row compares like with
    like: both classes with the same earlier purchases (logistic model, predictions averaged over all), since whoever
    buys much may be both more satisfied and more likely to buy. Several answers of one customer are taken together, in
    the first row by adding up what they contribute to log ratio, in the second by resampling customers.

    Parameters: ``later`` from ``later_purchases``.
    Returns two rows ("as observed", "same earlier purchases"): ratio, low, high, very_satisfied, satisfied (shares);
    NaN when one of the classes is empty.
    Source: Katz et al. 1978 (interval on the logarithm); Liang & Zeger 1986 (several answers); Robins 1986
    (standardisation).
    """
    table = repurchase_by_class(later)
    if isinstance(table, Notice):
        return table
    top, next_class = table.loc["very satisfied"], table.loc["satisfied"]
    columns, index = ["ratio", "low", "high", "very_satisfied", "satisfied"], ["as observed", "same earlier purchases"]
    if min(top["answers"], next_class["answers"]) == 0:
        return pd.DataFrame(np.nan, index=index, columns=columns)
    observed = _observed_ratio(later, confidence)
    adjusted, shares = _adjusted_ratio(later, confidence, resamples, seed)
    rows = [(*observed, top["share"], next_class["share"]), (*adjusted, *shares)]
    return pd.DataFrame(rows, index=index, columns=columns)


@hands_on_notices
def margin_per_point(later, satisfaction, confidence=0.95):
    """Yearly margin that goes with one more point of the satisfaction index, earlier purchases held equal.

    Least squares: margin later = a + b · satisfaction + c · spending before + d · orders before; b · 12 / months.
    Errors allow for unequal spread and for several answers of one customer.

    Parameters: ``later`` from ``later_purchases``; ``satisfaction`` Series of index points on the same index.
    Returns (estimate, low, high) in money per customer and year; spending is used where margins are unknown.
    Source: White 1980; Liang & Zeger 1986 (errors).
    """
    outcome = later["margin_later"] if "margin_later" in later else later["spent_later"]
    data = pd.DataFrame({"y": outcome, "x": satisfaction, "s": later["spent_before"], "o": later["orders_before"]})
    data = data.astype(float).dropna()
    design = np.column_stack([np.ones(len(data)), data[["x", "s", "o"]]])
    inverse = np.linalg.pinv(design.T @ design)
    slopes = inverse @ design.T @ data["y"].to_numpy()
    scores = pd.DataFrame(design * (data["y"].to_numpy() - design @ slopes)[:, None])
    scores = scores.groupby(later.loc[data.index, "customer_id"].to_numpy()).sum().to_numpy()
    error = np.sqrt((inverse @ scores.T @ scores @ inverse)[1, 1])
    year = 12 / later.attrs.get("months", 6)
    spread = stats.norm.ppf((1 + confidence) / 2) * error
    return tuple(float(value) * year for value in (slopes[1], slopes[1] - spread, slopes[1] + spread))


def _with_costs(orders):
    """Order lines with what they cost; a gap is filled with the rate of the lines whose cost is known."""
    lines = orders[["customer_id", "order_date", "amount"]].copy()
    if "cost_of_goods" not in orders or orders["cost_of_goods"].isna().all():
        return lines
    costs = orders["cost_of_goods"].astype(float)
    sold = lines["amount"].where(costs.notna()).sum()
    rate = costs.sum() / sold if sold else 0.0
    return lines.assign(cost_of_goods=costs.fillna(lines["amount"] * rate))


def _observed_ratio(later, confidence):
    """Ratio of the two shares, as ``ratio_of_shares`` has it when nobody answered twice."""
    pair = later[later["satisfaction_class"].isin(CLASSES[3:])]
    top, bought = pair["satisfaction_class"] == CLASSES[4], pair["bought_later"].astype(float)
    shares = bought.groupby(top).mean()
    if min(shares[True], shares[False]) == 0:
        return np.nan, np.nan, np.nan
    own, count = top.map(shares), top.map(top.value_counts())
    parts = (bought - own) / (count * own) * np.where(top, 1, -1)
    error = np.sqrt((parts.groupby(pair["customer_id"].to_numpy()).sum() ** 2).sum())
    ratio = shares[True] / shares[False]
    factor = np.exp(stats.norm.ppf((1 + confidence) / 2) * error)
    return ratio, ratio / factor, ratio * factor


def _sum(pairs, column, answers):
    return pairs.groupby("answer")[column].sum().reindex(answers.index, fill_value=0.0).astype(float)


def _order_days(pairs, answers):
    """Days with a purchase; a day with nothing but returns is none."""
    bought = pairs[pairs["amount"] > 0].groupby("answer")["order_date"].nunique()
    return bought.reindex(answers.index, fill_value=0)


def _months_since(pairs, answers):
    last = pairs.groupby("answer")["order_date"].max().reindex(answers.index)
    return ((answers["answered_on"] - last).dt.days / 30.44).fillna(60.0).clip(upper=60.0)


def _adjusted_ratio(later, confidence, resamples, seed):
    pair = later[later["satisfaction_class"].isin(CLASSES[3:])]
    top = (pair["satisfaction_class"] == CLASSES[4]).to_numpy(dtype=float)
    before = np.column_stack([np.log1p(pair["orders_before"]), np.log1p(pair["months_since_order"])])
    design = np.column_stack([np.ones(len(pair)), top, before])
    bought = pair["bought_later"].to_numpy(dtype=float)
    people = pair["customer_id"].factorize()[0]
    generator, size, customers = random_state(seed), len(pair), people.max() + 1
    slopes = _logistic(design, bought, np.ones(size), np.zeros(design.shape[1]))
    estimate, shares = _standardised_ratio(design, slopes, np.ones(size))
    draws = []
    for _ in range(resamples):
        drawn_customers = generator.randint(customers, size=customers)
        times = np.bincount(drawn_customers, minlength=customers)[people].astype(float)
        drawn = _logistic(design, bought, times, slopes)
        draws.append(_standardised_ratio(design, drawn, times)[0])
    low, high = np.percentile(draws, [(1 - confidence) * 50, (1 + confidence) * 50])
    return (estimate, float(low), float(high)), shares


def _logistic(design, outcome, times, start):
    """Logistic regression by Newton's method; a small ridge keeps perfectly separated data finite."""
    slopes = start
    for _ in range(25):
        chance = expit(design @ slopes)
        slope = design.T @ (times * (outcome - chance)) - RIDGE * slopes
        curvature = (design.T * (times * chance * (1 - chance))) @ design + RIDGE * np.eye(len(slopes))
        step = np.linalg.solve(curvature, slope)
        slopes = slopes + step
        if np.abs(step).max() < 1e-8:
            break
    return slopes


def _standardised_ratio(design, slopes, times):
    """Mean chance if all were very satisfied over that if all were satisfied, everything else as it is."""
    shares = []
    for value in (1.0, 0.0):
        supposed = design.copy()
        supposed[:, 1] = value
        shares.append(float(times @ expit(supposed @ slopes) / times.sum()))
    return shares[0] / shares[1], tuple(shares)
