"""Where a sheet's rows begin and end: titles, header, blank lines, totals and footers, each with its reason."""

from __future__ import annotations

import re
from dataclasses import dataclass

import pandas as pd

from crmbook.sources.styles import IN_FIGURES, IN_ONE_PIECE, plain
from crmbook.sources.vocabulary import bare, terms, words

FIRST_ROWS = 40
"""The header stands among them."""


@dataclass(frozen=True)
class Body:
    """The rows of a sheet below its header.

    cells: DataFrame of texts, index: lines of the file; written: the same as the file has them; dropped: line → why it
    is no row; ragged: lines that have more values than the header has columns.
    """

    cells: pd.DataFrame
    written: pd.DataFrame
    dropped: dict
    ragged: list


def find_header(sheet):
    """Return the line of the header: the first with the most known column names; None where fewer than two are."""
    known = set().union(*terms().values())
    scores = [sum(bare(cell) in known for cell in set(row) - {""}) for row in sheet.rows[:FIRST_ROWS]]
    return sheet.lines[scores.index(max(scores))] if max(scores) > 1 else None


def lay_out(sheet, header):
    """Return the Body of a sheet. header: its line, or "none": columns are then called column 1, 2, …"""
    at = -1 if header == "none" else sheet.lines.index(header)
    width = max(map(len, sheet.rows))
    names = _names(sheet.rows[at] if at >= 0 else [], width)
    below = sheet.rows[at + 1 :]
    written = pd.DataFrame(
        [row + [""] * (width - len(row)) for row in below], sheet.lines[at + 1 :], names, dtype="str"
    )
    cells = written.apply(lambda column: column.map({cell: plain(cell) for cell in column.unique()}))
    named = len(sheet.rows[at]) if at >= 0 else width
    beyond = cells.iloc[:, named:].ne("").any(axis=1)
    cells = cells.iloc[:, :named].loc[
        :, lambda kept: [name[:7] != "column " or kept[name].ne("").any() for name in kept]
    ]
    above = {line: "above the header" if any(row) else "blank" for line, row in zip(sheet.lines[:at], sheet.rows)}
    dropped = above | ({sheet.lines[at]: "the header"} if at >= 0 else {}) | _no_rows(cells)
    kept = cells.drop([line for line in dropped if line in cells.index])
    return Body(kept, written, dropped, [line for line in kept.index if beyond[line]])


def _names(row, width):
    names = []
    for number in range(width):
        name = " ".join(row[number].split()) if number < len(row) else ""
        name = name or f"column {number + 1}"
        names.append(name if name not in names else f"{name} ({names.count(name) + 1})")
    return names


def _no_rows(cells):
    """Line → why it is no row."""
    filled = cells.ne("").sum(axis=1)
    full = filled[filled > 0].median()
    thin = cells[(filled < full) & (filled > 0)]
    total = rf"(?i:{'|'.join(map(re.escape, words()['total']))})[\s\d.,:;()¥$€£元条笔单行]*"
    totals = _any(thin, total) & ~_any(thin, IN_FIGURES.pattern) & ~_any(thin, IN_ONE_PIECE.pattern)
    dropped = dict.fromkeys(filled.index[filled == 0], "blank")
    again = cells.eq(list(cells)).sum(axis=1) > full / 2
    dropped |= dict.fromkeys(cells.index[again], "the header again")
    dropped |= dict.fromkeys(thin.index[totals], "a total")
    dropped |= dict.fromkeys(filled.index[(filled == 1) & (full > 2)], "a line of text between the rows")
    for line in reversed(filled.index):
        if line not in dropped and filled[line] > min(2, full / 3):
            break
        dropped.setdefault(line, "a footer")
    return dropped


def _any(cells, pattern):
    return cells.apply(lambda column: column.str.fullmatch(pattern)).any(axis=1)
