"""Six indicators of satisfaction, three said and three done, each with its definition and interval."""

import numpy as np
import pandas as pd

from crmlib.old.figures import Notice
from crmlib.old.notices import hands_on_notices
from crmlib.old.satisfaction.intervals import bootstrap_mean, share_with_interval

PRAISE_FROM = 9
PRICE_RISE = 10
SIX_INDICATORS = {
    # name: (Chinese, definition, unit, what is good, table that it comes from)
    "reputation": ("美誉度", "respondents who would recommend the company with 9 or 10", "share", "high", "survey"),
    "naming_rate": ("指名度", "respondents who name the company first, unprompted", "share", "high", "survey"),
    "return_rate": ("回头率", "buyers of the period before who bought again in the period", "share", "high", "orders"),
    "complaint_rate": ("投诉率", "buyers of the period who complained formally in it", "share", "low", "complaints"),
    "purchase_amount": (
        "购买额",
        "mean spending of a buyer in the period, returns deducted",
        "money",
        "high",
        "orders",
    ),
    "price_sensitivity": (
        "价格敏感度",
        "respondents who would leave at a price rise of 10 %",
        "share",
        "low",
        "survey",
    ),
}


@hands_on_notices
def satisfaction_indicators(db, groups=None, months=12, confidence=0.95):
    """The six indicators in the months up to the database's date, for all customers or by group.

    Each is the share (Wilson interval) or mean (bootstrap interval) of its definition, which the table repeats.

    Parameters: ``db`` customer database (orders, survey and complaints, each where present); ``groups`` Series
    customer_id → group, for instance the grade; ``months`` length of the period.
    Returns one row an indicator and group: chinese, group, value, low, high, unit, good ("high" or "low" is good),
    base (customers or respondents counted), definition. Without the table of an indicator its row is left out.
    """
    return _nothing_known(db) or _period(db, _window(db.as_of, months), groups, confidence, {})


def indicator_history(db, months=6, periods=None, groups=None, confidence=0.95):
    """The six indicators period by period, the last one ending on the database's date.

    Parameters: ``months`` length of a period; ``periods`` how many (None: as far back as the orders reach).
    Returns the rows of ``satisfaction_indicators`` with period_end. The first period has no return rate.
    A Notice where the data do not reach back one period.
    """
    if _nothing_known(db):
        return _nothing_known(db)
    first = _first_day(db)
    parts, end, bought = [], db.as_of, {}
    while (periods is None or len(parts) < periods) and end - pd.DateOffset(months=months) >= first - pd.Timedelta(
        "1D"
    ):
        part = _period(db, _window(end, months), groups, confidence, bought)
        parts.append(part.assign(period_end=end))
        end = _before(end, months)
    history = pd.concat(parts[::-1], ignore_index=True) if parts else pd.DataFrame({"base": []})
    history = history[history["base"] > 0].reset_index(drop=True)
    if history.empty:
        return Notice(f"Left out: the data do not reach back {months} months, so there is no period to follow.")
    return history


@hands_on_notices
def contradictions(indicators):
    """Pairs of groups on which two indicators point in opposite directions, both clearly.

    Clearly: the two intervals do not touch. The answer to "which grade is more satisfied?" then depends on the
    indicator chosen, as a rule because one is said and the other done.

    Parameters: ``indicators`` a table by group (``satisfaction_indicators`` with groups).
    Returns rows better_by, better_value, worse_by, worse_value, group, other_group; empty when nothing contradicts.
    """
    rows = []
    verdicts = {name: _verdicts(part) for name, part in indicators.groupby("indicator", sort=False)}
    names = list(verdicts)
    for i, one in enumerate(names):
        for other in names[i + 1 :]:
            for pair in sorted(verdicts[one] & {(b, a) for a, b in verdicts[other]}):
                rows.append({"better_by": one, "worse_by": other, "group": pair[0], "other_group": pair[1]})
    return pd.DataFrame(rows, columns=["better_by", "worse_by", "group", "other_group"])


def purchases(db, start, end):
    """Spending of each buyer after ``start`` up to and including ``end``: Series customer_id → money.

    A buyer has at least one line above 0; returns are deducted. Runs in the database, not in memory.
    """
    orders = db.table("orders")
    within = orders.filter((orders.order_date > start) & (orders.order_date <= end))
    spent = within.group_by("customer_id").aggregate(amount=within.amount.sum(), largest=within.amount.max())
    table = spent.to_pyarrow().to_pandas()
    return table[table["largest"] > 0].set_index("customer_id")["amount"].astype(float).sort_index()


def _nothing_known(db):
    if not (db.has("orders") or db.has("survey")):
        return Notice("Left out: this company has neither a table 'orders' nor a table 'survey'.")
    return None


def _first_day(db):
    return db.orders["order_date"].min() if db.has("orders") else db.survey["answered_on"].min()


def _window(end, months):
    return _before(end, months), end


def _before(end, months):
    """The same day some months earlier; a month's last day stays a last day."""
    if end.is_month_end:
        return (end + pd.Timedelta("1D") - pd.DateOffset(months=months) - pd.Timedelta("1D")).normalize()
    return end - pd.DateOffset(months=months)


def _period(db, window, groups, confidence, bought):
    """The rows of one period; ``bought`` keeps the purchases of windows already read."""
    rows = _from_purchases(db, window, groups, confidence, bought) if db.has("orders") else []
    if db.has("survey"):
        start, end = window
        survey = db.survey
        answers = survey[(survey["answered_on"] > start) & (survey["answered_on"] <= end)].set_index("customer_id")
        rows += _from_survey(answers, groups, confidence)
    return _as_table(rows)


def _from_purchases(db, window, groups, confidence, bought):
    start, end = window
    length = (end.year - start.year) * 12 + end.month - start.month
    for span in (window, _window(start, length)):
        if span not in bought:
            bought[span] = purchases(db, *span)
    now, before = bought[window], bought[_window(start, length)]
    rows = _from_orders(now, before, groups, confidence)
    if db.has("complaints"):
        complaints = db.complaints
        recorded = complaints["recorded_at"].dt.normalize()
        complained = set(complaints.loc[(recorded > start) & (recorded <= end), "customer_id"])
        happened = pd.Series(now.index.isin(complained), now.index)
        rows += _shares("complaint_rate", happened, groups, confidence)
    return rows


def _from_orders(now, before, groups, confidence):
    again = pd.Series(before.index.isin(now.index), before.index)
    rows = _shares("return_rate", again, groups, confidence)
    for group, members in _split(now, groups):
        rows.append(("purchase_amount", group, *bootstrap_mean(members, confidence), len(members)))
    return rows


def _from_survey(answers, groups, confidence):
    conditions = {
        "reputation": ("recommend", lambda column: column >= PRAISE_FROM),
        "naming_rate": ("first_named", lambda column: column == "ours"),
        "price_sensitivity": ("price_rise_accepted", lambda column: column < PRICE_RISE),
    }
    rows = []
    for name, (column, condition) in conditions.items():
        if column in answers:
            rows += _shares(name, condition(answers[column].dropna()), groups, confidence)
    return rows


def _shares(name, happened, groups, confidence):
    return [
        (name, group, *(float(x) for x in share_with_interval(part.sum(), len(part), confidence)), len(part))
        for group, part in _split(happened.astype(float), groups)
    ]


def _split(values, groups):
    if groups is None:
        return [("all", values)]
    label = groups.reindex(values.index)
    order = groups.cat.categories if isinstance(groups.dtype, pd.CategoricalDtype) else sorted(groups.dropna().unique())
    return [(group, values[(label == group).to_numpy(dtype=bool, na_value=False)]) for group in order]


def _as_table(rows):
    table = pd.DataFrame(rows, columns=["indicator", "group", "value", "low", "high", "base"])
    facts = pd.DataFrame.from_dict(
        SIX_INDICATORS, orient="index", columns=["chinese", "definition", "unit", "good", "table"]
    )
    table = table.join(facts.drop(columns="table"), on="indicator")
    order = {name: place for place, name in enumerate(SIX_INDICATORS)}
    table = table.iloc[np.argsort(table["indicator"].map(order).to_numpy(), kind="stable")].reset_index(drop=True)
    return table[["indicator", "chinese", "group", "value", "low", "high", "unit", "good", "base", "definition"]]


def _verdicts(part):
    """Pairs (better group, worse group) whose intervals do not touch."""
    found = set()
    for one in part.itertuples():
        for other in part.itertuples():
            above = one.low > other.high if one.good == "high" else one.high < other.low
            if above:
                found.add((one.group, other.group))
    return found
