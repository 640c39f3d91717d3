"""From the rows of an export to a table of the data dictionary, as a mapping says; every row is accounted for."""

from __future__ import annotations

import io
from collections import Counter

import pandas as pd

from crmbook.sources import styles
from crmbook.sources.account import Conversion
from crmbook.sources.layout import lay_out
from crmbook.sources.proposal import PARTS, STYLES, TIMES
from crmlib.database.rules import SPREADSHEET_NUMBER
from crmlib.dictionary import SCHEMAS
from crmlib.errors import DataFault

OF_A_LINE = {"product_id", "quantity", "line", "discount", "cost_of_goods"}
WRITTEN = {"date": "%Y-%m-%d", "time": "%Y-%m-%d %H:%M:%S"}
LARGE_SHARE = 0.1
FEW_ROWS = 50


def convert(sheet, mapping):
    """Turn a sheet into a table.

    mapping: as ``propose`` makes it, with its questions answered.
    Returns: Conversion, and line → why it was dropped. Raises: DataFault for a mapping that asks for what the sheet has
    not, or for cells that no mapping can mend.
    """
    body = lay_out(sheet, mapping.get("header", "none"))
    columns = {ours: str(theirs).split(TIMES) for ours, theirs in mapping["columns"].items()}
    _refuse_unclear(sheet.name, mapping, columns, body)
    dropped = body.dropped | dict.fromkeys(body.ragged, "more values than the header has columns")
    cells = body.cells.drop(body.ragged)
    changes = [*_fill_down(cells, mapping)]
    dropped |= _by_words(cells, mapping) | _repeated(cells, columns, mapping)
    if mapping.get("amount_of") == "order":
        columns = {ours: theirs for ours, theirs in columns.items() if ours not in OF_A_LINE}
        further = cells.index[cells.duplicated(columns["order_id"])].difference([*dropped])
        dropped |= dict.fromkeys(further, "a further line of an order, whose amount stands in its first line")
    cells = cells.drop([line for line in dropped if line in cells.index])
    if "constructs" in mapping:
        table = _survey(cells, mapping, columns)
    else:
        table = pd.DataFrame({ours: _column(ours, theirs, cells, mapping) for ours, theirs in columns.items()})
    changes += _told(table, columns, body.written)
    table, unfit = _complete(table, columns, mapping, cells)
    dropped |= unfit
    left = [name for name in body.cells if name not in sum(columns.values(), [])]
    changes += [f"Left out, having no column in {mapping['table']}: {', '.join(left)}."] if left else []
    main = mapping["table"]
    made = Conversion({main: table}, main, len(sheet.rows), Counter(dropped.values()), _remarks(table), (*changes,))
    return made, dropped


def _refuse_unclear(name, mapping, columns, body):
    """Refuse a mapping that names what the sheet or the data dictionary has not, or that leaves rows undecided."""
    table, there = mapping["table"], list(body.cells)
    known = SCHEMAS[table].columns if table in SCHEMAS else ()
    beside = [*(mapping.get("drop") or ()), *(mapping.get("fill_down") or ())]
    strange = [theirs for theirs in sum(columns.values(), beside) if theirs not in there]
    unknown = [ours for ours in (*columns, *(mapping.get("constants") or ())) if ours not in known]
    if table not in SCHEMAS or unknown:
        raise DataFault(f"{name}: the data dictionary has no {table}{f'.{unknown[0]}' if unknown else ''}.")
    if strange:
        raise DataFault(f"{name} has no column {strange[0]!r}; it has {', '.join(there)}.")
    if body.ragged and mapping.get("ragged") != "drop":
        raise DataFault(f"{name}, line {body.ragged[0]} holds more values than the header; ragged: drop leaves it out.")


def _fill_down(cells, mapping):
    for name in mapping.get("fill_down") or ():
        yield f"{name}: {(cells[name] == '').sum():,} empty cells took the value above them."
        cells[name] = cells[name].replace("", pd.NA).ffill().fillna("")


def _by_words(cells, mapping):
    return {
        line: f"{name} is {cells.at[line, name]}"
        for name, listed in (mapping.get("drop") or {}).items()
        for line in cells.index[cells[name].isin(listed)]
    }


def _repeated(cells, columns, mapping):
    """Line → reason, of rows that stand there twice because a file was pasted twice; within an order they are kept."""
    again = cells.duplicated()
    if "order_id" in columns and mapping.get("repeated") != "keep":
        order = cells[columns["order_id"][0]]
        block = order.ne(order.shift()).cumsum()
        again &= order.ne("") & block.ne(block.groupby(order).transform("first"))
    elif not SCHEMAS[mapping["table"]].metadata["key"] and mapping.get("repeated") != "drop":
        return {}
    return dict.fromkeys(cells.index[again], "repeats an earlier row in every column")


def _column(ours, theirs, cells, mapping):
    """The cells of one of our columns, written as the data dictionary has them; "" where there is no value."""
    meta = SCHEMAS[mapping["table"]].columns[ours].metadata
    kind, none = meta["kind"], map(str, mapping.get("missing") or ())
    words = {str(word): str(meant) for word, meant in (mapping.get("words") or {}).items()} | dict.fromkeys(none, "")
    texts = [cells[name].map(lambda cell: words.get(cell, cell)) for name in theirs]
    if kind in PARTS:
        values = [STYLES[PARTS[kind]][1](text, mapping[PARTS[kind]]) for text in texts]
        if kind in WRITTEN:
            return values[0].dt.strftime(WRITTEN[kind]).fillna("")
        number = values[0] if len(values) == 1 else (values[0] * values[1]).round(2)
        number = -number if meta["low"] == 0 and number.max() <= 0 else number
        return number.map(lambda value: "" if pd.isna(value) else f"{value + 0:.15g}")
    text = texts[0]
    if kind == "identifier":
        text = text.where(~text.isin(map(str, mapping.get("nobody") or ())), "")
        text = text.str.replace(r"^(\d+)\.0+$", r"\1", regex=True)
        if text.str.contains(SPREADSHEET_NUMBER).any():
            spoilt = text[text.str.contains(SPREADSHEET_NUMBER)]
            raise DataFault(
                f"line {spoilt.index[0]}, {theirs[0]}: a spreadsheet made {spoilt.iloc[0]!r} of {len(spoilt):,} "
                "identifiers; export it again and do not open it in between, or take the column out of the mapping."
            )
    return text


def _told(table, columns, written):
    """Yield what was done to each column: how many cells are written in another way, with one of them."""
    for ours, theirs in columns.items():
        was, now = written.loc[table.index, theirs[0]], table.get(ours, pd.Series(dtype="str"))
        anew = [(old, new) for old, new in zip(was, now, strict=False) if old != new]
        example = max(anew, key=lambda pair: pair[1] != "", default=None)
        how = (
            f"{len(anew):,} of {len(was):,} cells written anew, such as {example[0]!r} as {example[1]!r}"
            if anew
            else ""
        )
        yield f"{ours}: {TIMES.join(theirs)}, {how or 'as it is'}."


def _complete(table, columns, mapping, cells):
    """The table without rows that lack what it cannot do without, and line → why, of those."""
    table, unfit = table.assign(**(mapping.get("constants") or {})), {}
    for ours, column in SCHEMAS[mapping["table"]].columns.items():
        if column.required and ours in columns:
            was = cells[columns[ours][0]]
            for line in table.index[table[ours] == ""]:
                rule = "no customer" if ours == "customer_id" else f"no {ours}"
                unfit.setdefault(line, f"{rule}: {columns[ours][0]} is {was[line] or 'empty'}")
    table = table.drop([*unfit])
    if "order_id" in table and "line" not in table and table["order_id"].duplicated().any():
        table["line"] = table.groupby("order_id").cumcount() + 1
    order = [name for name in SCHEMAS[mapping["table"]].columns if name in table]
    return table[[*order, *(name for name in table if name not in order)]], unfit


def _remarks(table):
    if "amount" not in table:
        return {}
    amount, buyers = pd.to_numeric(table["amount"]), table["customer_id"].value_counts()
    remarks = {
        "are below 0: returns or corrections": int((amount < 0).sum()),
        "cost 0": int((amount == 0).sum()),
        "are equal to an earlier one in all that was taken over (kept: it may be another purchase)": int(
            table.drop(columns="line", errors="ignore").duplicated().sum()
        ),
    }
    if len(table) >= FEW_ROWS and buyers.iloc[0] > LARGE_SHARE * len(table):
        who = f"are of one customer, {buyers.index[0]!r}: if it stands for unknown buyers, list it under nobody"
        remarks[who] = int(buyers.iloc[0])
    return remarks


def _survey(cells, mapping, columns):
    """The answers of a survey of one's own, read by its part of the mapping."""
    from crmlib.satisfaction import read_own_survey

    told = {
        part: held for part, held in mapping.items() if part in ("scale", "constructs", "columns", "words", "missing")
    }
    days = {
        theirs[0]: _column(ours, theirs, cells, mapping) for ours, theirs in columns.items() if ours == "answered_on"
    }
    return read_own_survey(io.StringIO(cells.assign(**days).to_csv(index=False)), told).set_index(cells.index)
