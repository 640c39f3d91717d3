"""Tables for readers: headers in words, units, few digits, few rows. Analysis never uses these texts."""

import pandas as pd

from crmlib.old.notices import hands_on_notices
from crmlib.old.readable import ReadableTable

SHARES = {
    "customer_share": "share of customers",
    "share_of_relationship": "share of relationship customers",
    "revenue_share": "share of revenue",
    "margin_share": "share of margin",
    "profit_share": "share of profit",
    "lost_share": "share of revenue lost",
    "share": "share",
    "low": "from",
    "high": "to",
    "lower": "from",
    "upper": "to",
    "retention": "retention a year",
    "leaving": "leaving a year",
    "losing": "lose money",
    "growing": "growing",
    "growth": "growth of revenue",
    "profit_rate": "profit / revenue",
    "same_grade": "same grade",
    "top_overlap": "both in the two best grades",
    "probability_alive": "probability still a customer",
    "probability": "probability a year",
    "at_least": "probability of this or worse",
    "smallest": "share in the smallest cluster",
    "cost_share": "cost (of mean revenue a customer)",
    "leavers_kept": "leavers kept",
    "active_share": "still buying",
}
MONEY = {
    "revenue": "revenue",
    "margin": "margin",
    "profit": "profit",
    "monetary": "money spent",
    "median_monetary": "median money spent",
    "value_per_customer": "value per customer",
    "value_per_period": "value a period",
    "equity_each": "equity per customer",
    "equity": "equity",
    "lifetime_value": "lifetime value",
    "expected_spending": "expected value of a purchase",
    "lost_revenue": "revenue lost",
    "stake": "at stake per customer",
    "cost": "cost a year",
    "gain": "expected gain",
    "net": "gain less cost",
    "value": "value",
    "value_now": "value now",
    "value_before": "value before",
    "error": "mean error per customer",
}
PLAIN = {
    "median_recency": "median days since purchase",
    "median_frequency": "median purchase days",
    "recency": "days since purchase",
    "frequency": "purchase days",
    "expected_purchases": "expected purchases",
    "kept": "customers kept a year",
    "length": "expected years",
    "course_customers": "course: share of relationship customers",
    "course_revenue": "course: share of revenue",
    "first_margin": "first margin comes",
    "chinese": "中文",
    "kappa": "weighted kappa",
    "shortest": "from",
    "longest": "to",
}


@hands_on_notices
def readable(table, rows=12, currency=None):
    """Write a table for readers: shares in per cent, money in whole units, headers in words, the first rows only.

    Parameters: table - any table of this chapter; rows - at most so many; currency - default what the table knows.
    Returns: ReadableTable; a Notice is handed on.
    """
    currency = table.attrs.get("currency", "") if currency is None else currency
    # Customer numbers and grades stay as they are; a name of words gets its underscores taken out.
    shown = pd.DataFrame(index=table.index[:rows].rename(_words(table.index.name)))
    kind = "number"
    for name in table:
        # An interval is of the same kind as what it surrounds, the column before it.
        kind = _kind(name, table[name], kind)
        header = SHARES.get(name) or MONEY.get(name) or PLAIN.get(name) or _words(name)
        if kind == "money" and currency:
            header = f"{header} ({currency})"
        while header in shown:
            header += " "
        shown[header] = [_text(value, kind) for value in table[name].iloc[:rows]]
    return ReadableTable(shown.rename_axis(columns=table.columns.name))


def _kind(name, column, before):
    if name in ("low", "high", "lower", "upper", "from", "to", "shortest", "longest"):
        return before
    if not pd.api.types.is_numeric_dtype(column) or pd.api.types.is_bool_dtype(column):
        return "text"
    if name in SHARES:
        return "share"
    if name in MONEY:
        return "money"
    return "count" if (column.dropna() % 1 == 0).all() else "number"


def _text(value, kind):
    if isinstance(value, bool):
        return "yes" if value else "no"
    if pd.isna(value):
        return "–"
    if kind == "share":
        text = f"{100 * value:.1f}"
        return f"{'0.0' if float(text) == 0 else text} %"
    if kind in ("money", "count"):
        text = f"{value:,.0f}"
        return "0" if text == "-0" else text
    if kind == "number" and value % 1 == 0:
        return f"{value:,.0f}"
    if kind == "number":
        digits = next((count for limit, count in ((100, 0), (10, 1), (1, 2)) if abs(value) >= limit), 3)
        return f"{value:,.{digits}f}"
    return f"{value:%Y-%m-%d}" if isinstance(value, pd.Timestamp) else str(value)


def _words(name):
    return str(name).replace("_", " ") if name is not None else None
