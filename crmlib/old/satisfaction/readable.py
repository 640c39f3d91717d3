"""Tables for readers: headers in words, shares in per cent, few digits. Analysis never uses these texts."""

import pandas as pd

from crmlib.old.figures import Notice
from crmlib.old.notices import hands_on_notices
from crmlib.old.readable import ReadableTable

SHARES = {
    "share", "certainty", "strength", "rate", "accuracy", "majority", "found", "false_alarms", "satisfied", "unhappy",
    "content", "explained", "priority", "priority_share", "first", "r_squared", "return_on_quality", "top_two",
    "part", "need_weight",
}  # fmt: skip
MONEY = {"cost", "gain", "profit", "spent", "margin_per_point"}
HEADERS = {
    "name": "category",
    "margin": "margin of error",
    "margin_per_point": "margin per point, customer and year",
    "low": "from",
    "high": "to",
    "alpha": "Cronbach's α",
    "raw_alpha": "raw α",
    "rho_a": "ρ_A",
    "r_squared": "R²",
    "chinese": "中文",
    "p_value": "p",
    "corrected_p_value": "corrected p",
    "nps": "NPS",
    "return_on_quality": "profit / cost",
    "share": "share",
}


@hands_on_notices
def readable(table, columns=None, rows=30, currency="", empty="Nothing to show: the table has no rows."):
    """Write a table for readers.

    Parameters: ``table`` DataFrame or Series of this chapter; ``columns`` names to show (None: all), those that are
    missing are passed over; ``rows`` at most so many; ``currency`` of money; ``empty`` the sentence for no rows.
    Returns a ReadableTable, or a Notice for no rows.
    """
    if isinstance(table, pd.Series):
        table = table.to_frame().T
    if table.empty:
        return Notice(empty)
    chosen = [name for name in (columns or table.columns) if name in table]
    # A default numbering says nothing; names of rows do.
    named = not isinstance(table.index, pd.RangeIndex)
    shown = pd.DataFrame(
        index=[_words(name) for name in table.index[:rows]] if named else range(1, len(table) + 1)[:rows]
    )
    kind = "number"
    for name in chosen:
        kind = kind if name in ("low", "high") else _kind(name, table, currency)
        header = HEADERS.get(name) or _words(name)
        if kind == "money" and currency:
            header = f"{header} ({currency})"
        kinds = table["unit"] if kind == "value" else [kind] * len(table)
        shown[header] = [_text(value, each) for value, each in zip(table[name].iloc[:rows], kinds, strict=False)]
    across = _words(table.columns.name)
    return ReadableTable(shown.rename_axis(index=_words(table.index.name) if named else None, columns=across))


def _kind(name, table, currency):
    column = table[name]
    if name == "value" and "unit" in table:
        return "value"
    if pd.api.types.is_bool_dtype(column) or not pd.api.types.is_numeric_dtype(column):
        return "text"
    if name.endswith("p_value"):
        return "chance"
    if name in SHARES:
        return "share"
    if name in MONEY:
        return "money"
    whole = pd.api.types.is_integer_dtype(column) or (column.dropna() % 1 == 0).all()
    return "count" if whole and column.abs().max() >= 1 else "number"


def _text(value, kind):
    if isinstance(value, bool):
        return "yes" if value else "no"
    if value is None or pd.isna(value):
        return "–"
    if kind == "text" or isinstance(value, str):
        return f"{value:%Y-%m-%d}" if isinstance(value, pd.Timestamp) else _words(value)
    if kind == "chance":
        return "below 0.001" if value < 0.001 else f"{value:.3f}"
    text = {"share": f"{100 * value:.1f} %", "count": f"{value:,.0f}", "money": f"{value:,.0f}"}.get(kind)
    if text is None:
        text = f"{value:,.{2 if abs(value) < 10 else 1 if abs(value) < 1000 else 0}f}"
    zero = text.removesuffix(" %").strip("-0.") == ""
    return (text.lstrip("-") if zero else text).replace("-", "\u2212")


def _words(name):
    return str(name).replace("_", " ") if name is not None else None
