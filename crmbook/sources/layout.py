"""Where a sheet's rows begin and end: titles, header, blank lines, totals and footers, each with its reason."""

from __future__ import annotations

import re

import pandas as pd

from crmbook.sources import styles
from crmbook.sources.vocabulary import known_names, words
from crmlib.errors import DataFault

FIRST_ROWS = 40
"""The header stands among them."""


def find_header(sheet):
    """Return the line of the header: the first with the most known column names; None where fewer than two are."""
    scores = [known_names(row) for row in sheet.rows[:FIRST_ROWS]]
    return sheet.lines[scores.index(max(scores))] if max(scores) > 1 else None


def lay_out(sheet, header):
    """Return the rows of a sheet below its header.

    Returns: cells, DataFrame of plain texts, index: lines of the file; written, the same and rows that are none, as
    they stand there; dropped, line → why it is no row, the header apart.
    Raises: DataFault for a row with more values than the header has columns.
    """
    if header not in sheet.lines:
        raise DataFault(f"{sheet.name}: the header stands on line {header}, says the mapping; there is none.")
    at = sheet.lines.index(header)
    names, below = _names(sheet.rows[at]), dict(zip(sheet.lines[at + 1 :], sheet.rows[at + 1 :], strict=True))
    for line, row in below.items():
        if any(row[len(names) :]):
            more = f"{len(row)} values, the header has {len(names)} columns"
            raise DataFault(f"{sheet.name}, line {line}: {more}; put quotation marks around what holds a separator.")
    rows = [(row + [""] * len(names))[: len(names)] for row in below.values()]
    written = pd.DataFrame(rows, [*below], names, dtype="str")
    written = written.drop(columns=[name for name in names if name.startswith("column ") and not any(written[name])])
    cells = written.apply(lambda column: column.map({cell: styles.plain(cell) for cell in column.unique()}))
    dropped = dict.fromkeys(sheet.lines[:at], "above the header") | _no_rows(cells)
    return cells.drop([line for line in dropped if line > header]), written, dropped


def _names(row):
    names = []
    for number, cell in enumerate(row, start=1):
        name = " ".join(cell.split()) or f"column {number}"
        names.append(name if name not in names else f"{name} ({number})")
    return names


def _no_rows(cells):
    """Line → why it is no row."""
    filled = cells.ne("").sum(axis=1)
    full = filled[filled > 0].median()
    thin = cells[(filled < full) & (filled > 0)]
    total = rf"(?i:{'|'.join(map(re.escape, words('total')))})[\s\d.,:;()¥$€£元条笔单行]*"
    totals, dates = (thin.apply(lambda c: c.str.fullmatch(p)).any(axis=1) for p in (total, styles.DATE))  # noqa: B023
    again = cells.index[cells.eq(list(cells)).sum(axis=1) > full / 2]
    dropped = dict.fromkeys(filled.index[filled == 0], "blank") | dict.fromkeys(again, "the header again")
    dropped |= dict.fromkeys(thin.index[totals & ~dates], "a total")
    return dropped | dict.fromkeys(filled.index[(filled == 1) & (full > 2)], "a line of text, not a row")
