"""From the rows of an export to a table of the data dictionary, as a mapping says; every row is accounted for."""

from __future__ import annotations

import io
from itertools import chain
from math import prod

import pandas as pd

from crmbook.sources.account import Conversion
from crmbook.sources.layout import lay_out
from crmbook.sources.proposal import EMPTY, PARTS, TIMES
from crmbook.sources.styles import STYLES
from crmlib.dictionary import SCHEMAS
from crmlib.errors import DataFault

OF_A_LINE = {"product_id", "quantity", "line", "discount", "cost_of_goods"}
FORMS = {"date": "%Y-%m-%d", "time": "%Y-%m-%d %H:%M:%S"}
LARGE_SHARE, FEW_ROWS = 0.1, 50


def convert(sheet, mapping):
    """Turn a sheet into a table.

    mapping: as ``Proposal`` makes it, without a question.
    Returns: Conversion. Raises: DataFault for a mapping that names what the sheet or the data dictionary has not, and
    for the first cell that is not what the mapping says.
    """
    cells, written, dropped = lay_out(sheet, mapping.get("header"))
    columns = {ours: str(theirs).split(TIMES) for ours, theirs in mapping.get("columns", {}).items()}
    _refuse_strange(sheet.name, mapping, columns, cells)
    for name, listed in mapping.get("drop", {}).items():
        dropped |= {line: f"{name} is {cell}" for line, cell in cells[name].items() if cell in map(str, listed)}
    dropped |= dict.fromkeys(_repeated(cells, columns, mapping), "repeats an earlier row in every column")
    if mapping.get("amount_of") == "order":
        columns = {ours: theirs for ours, theirs in columns.items() if ours not in OF_A_LINE}
        if "order_id" not in columns:
            raise DataFault(f"{sheet.name}: amount_of order needs the column order_id in the mapping.")
        order = cells.loc[[line for line in cells.index if line not in dropped], columns["order_id"][0]]
        further = order.index[order.ne("") & order.duplicated()]
        dropped |= dict.fromkeys(further, "a further line of an order, whose amount stands in its first line")
    cells = cells.drop([line for line in dropped if line in cells.index])
    if "constructs" in mapping:
        table = _survey(cells, mapping, columns)
    else:
        table = {ours: _column(sheet.name, ours, theirs, cells, mapping) for ours, theirs in columns.items()}
    table = pd.DataFrame(table, cells.index)
    changes = [*_told(table, columns, written)]
    table, unfit = _complete(table.assign(**mapping.get("constants", {})), columns, mapping["table"], cells)
    if left := [name for name in cells if name not in chain(*columns.values())]:
        changes.append(f"Left out: {', '.join(left)}.")
    return Conversion({mapping["table"]: table}, len(sheet.rows) - 1, dropped | unfit, _remarks(table), changes)


def _refuse_strange(name, mapping, columns, cells):
    table = mapping["table"]
    known = SCHEMAS[table].columns if table in SCHEMAS else ()
    for ours in [*columns, *mapping.get("constants", ())]:
        if ours not in known:
            raise DataFault(f"{name}: the data dictionary has no column {table}.{ours}.")
    for theirs in (*chain(*columns.values()), *mapping.get("drop", ())):
        if theirs not in cells:
            raise DataFault(f"{name} has no column {theirs!r}; it has {', '.join(cells)}.")


def _repeated(cells, columns, mapping):
    """The lines of rows that stand there again because something was pasted twice; within an order they are kept."""
    again = cells.duplicated()
    if "order_id" in columns:
        order = cells[columns["order_id"][0]]
        block = order.ne(order.shift()).cumsum()
        again &= order.ne("") & block.ne(block.groupby(order).transform("first"))
    return cells.index[again] if "order_id" in columns or SCHEMAS[mapping["table"]].metadata["key"] else []


def _column(name, ours, theirs, cells, mapping):
    """The cells of one of our columns, written as the data dictionary has them; "" where there is no value."""
    meta = SCHEMAS[mapping["table"]].columns[ours].metadata
    given, none = mapping.get("words", {}), mapping.get("missing", [])
    none = none + mapping.get("nobody", []) if ours == "customer_id" else none
    words = {str(word): str(meant) for word, meant in (given | given.get(ours, {}) | dict.fromkeys(none, "")).items()}
    texts = [cells[column].map(lambda cell: words.get(cell or EMPTY, cell)) for column in theirs]
    if meta["kind"] in PARTS:
        part = PARTS[meta["kind"]]
        known, read = STYLES[part]
        if mapping.get(part) not in known:
            raise DataFault(f"{name} needs the part {part} in its mapping, one of {', '.join(known)}.")
        values = [read(text, mapping[part]) for text in texts]
        for text, value, column in zip(texts, values, theirs, strict=True):
            if len(odd := text[value.isna() & text.ne("")]):
                such = f"{odd.iloc[0]!r} is none of the {part} ({len(odd):,} such): list it under missing"
                raise DataFault(f"{name}, line {odd.index[0]}, column {column}: {such}.")
        if meta["kind"] in FORMS:
            return values[0].dt.strftime(FORMS[meta["kind"]]).fillna("")
        number = values[0] if len(values) == 1 else prod(values).round(2)
        number = -number if meta["low"] == 0 and number.max() <= 0 else number
        if meta["unit"] == "money" and "unit" in mapping:
            number = (number * mapping["unit"]).round(2)
        return number.map(lambda value: "" if pd.isna(value) else f"{value + 0:.15g}")
    if meta["kind"] == "identifier":
        return texts[0].str.replace(r"^(\d+)\.0+$", r"\1", regex=True)
    return texts[0]


def _told(table, columns, written):
    """Yield what was done to each column: how many cells are written in another way, with one of them."""
    for ours, theirs in columns.items():
        pairs = zip(written.loc[table.index, theirs[0]], table.get(ours, [""] * len(table)), strict=True)
        anew = [(old, new) for old, new in pairs if old != str(new)]
        example = max(anew, key=lambda pair: pair[1] != "", default=None)
        such = f"{len(anew):,} cells written anew, such as {example[0]!r} as {example[1]!r}" if anew else "as it is"
        yield f"{ours}: {TIMES.join(theirs)}, {such}."


def _complete(table, columns, name, cells):
    """The table without rows that lack what it cannot do without, and line → why, of those."""
    unfit = {}
    for ours, theirs in columns.items():
        if SCHEMAS[name].columns[ours].required:
            was = cells[theirs].agg(TIMES.join, axis=1)
            lacking = table.index[table[ours].eq("")]
            unfit |= {line: f"no {ours}: {TIMES.join(theirs)} is {was[line] or 'empty'}" for line in lacking}
    table = table.drop([*unfit])
    if name == "orders" and "order_id" in table and "line" not in table and table["order_id"].duplicated().any():
        table["line"] = table.groupby("order_id").cumcount() + 1
    return table, unfit


def _remarks(table):
    if not {"amount", "customer_id"} <= set(table) or table.empty:
        return {}
    amount, (who, most) = pd.to_numeric(table["amount"]), next(iter(table["customer_id"].value_counts().items()))
    large = len(table) >= FEW_ROWS and most > LARGE_SHARE * len(table)
    equal = table.drop(columns="line", errors="ignore").duplicated().sum()
    return {
        "are below 0: returns or corrections": (amount < 0).sum(),
        "cost 0": (amount == 0).sum(),
        "are equal to an earlier one in all that was taken over (kept: it may be another purchase)": equal,
        f"are of one customer, {who!r}: if it stands for unknown buyers, list it under nobody": most * large,
    }


def _survey(cells, mapping, columns):
    """The answers of a survey of one's own, read by its part of the mapping."""
    from crmlib.satisfaction import own_survey

    if mapping.get("scale") != [1, 10]:
        raise DataFault("The table survey holds answers from 1 to 10; satisfaction.read_own_survey reads other scales.")
    day = {columns["answered_on"][0]: _column("", "answered_on", columns["answered_on"], cells, mapping)}
    told = {part: held for part, held in mapping.items() if part in own_survey.PARTS}
    return own_survey.read_own_survey(io.StringIO(cells.assign(**day).to_csv(index=False)), told).set_index(cells.index)
