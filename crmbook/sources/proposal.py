"""Which column of an export is which, as a mapping; what cannot be told stands there as "?", with a question."""

from __future__ import annotations

import re

import pandas as pd

from crmbook.sources.layout import find_header, lay_out
from crmbook.sources.styles import CURRENCY, STYLES, judged, numbers
from crmbook.sources.vocabulary import meanings, words
from crmlib.database.rules import CLOSED
from crmlib.dictionary import SCHEMAS

UNSURE = "?"
TIMES = " × "
"""Between two columns whose product is meant."""
ENOUGH = 0.9
"""Share of a column's cells that must be of its kind for it to be a candidate."""
NOT_UNIQUE = 4
"""Rank from which on a column names customers, though two may share the name."""
PARTS = {"date": "dates", "time": "dates", "integer": "decimals", "number": "decimals"}
SPOILT = r"\d+(?:\.\d+)?[eE]\+\d+$"
"""An identifier of which a spreadsheet made a number, and lost its end."""
BESIDE = {"unit_price": "number", "status": "text", "currency": "text"}
"""Columns that no table holds, yet a proposal needs, and their kinds."""


def known_words(table, ours):
    """Their word in lower case → ours, for a column of choices or of yes and no; empty for any other."""
    meta = SCHEMAS[table].columns[ours].metadata if ours in SCHEMAS[table].columns else {"kind": "text"}
    meant = ("True", "False") if meta["kind"] == "yes/no" else meta["choices"] if ours in CLOSED else ()
    return {word: ours for ours in meant for word in (ours.lower(), *words(ours))}


class Proposal:
    """What a sheet is taken for.

    mapping: what ``convert`` needs; asked: what somebody must decide, each with its "?" in the mapping; taken: what was
    decided although there was something else; complete: whether the sheet can be a table.
    """

    def __init__(self, sheet):
        self.mapping, self.asked, self.taken, self.complete = {"table": UNSURE, **sheet.how}, [], [], False
        header = find_header(sheet)
        if header is None:
            self._ask("header", "no line holds the names of two columns: write its number, and fill in the rest")
            return
        self._cells = lay_out(sheet, header).cells
        found = {table: self._candidates(table) for table in SCHEMAS}
        scores = {table: self._score(table, columns, sheet.name) for table, columns in found.items()}
        self.table = max(scores, key=scores.get)
        self.complete, self._found = scores[self.table] > 0, found[self.table]
        self.mapping |= {"table": self.table, "header": header, "columns": {}}
        if rivals := [name for name in scores if scores[name] == scores[self.table] > 0 and name != self.table]:
            self._ask("table", f"{self.table} or {' or '.join(rivals)}")
        self._columns()
        for part in STYLES:
            self._style(part)
        self._words()
        if self.table == "orders":
            self._orders()

    def _ask(self, part, question, value=UNSURE):
        self.mapping[part] = value
        self.asked.append(f"{part} – {question}")

    def _candidates(self, table):
        """Our column → rank and name of their columns, the surest first."""
        found = {}
        for theirs in self._cells:
            cells = self._cells[theirs].drop_duplicates()
            cells = cells[~cells.str.lower().isin(["", *words("missing")])]
            for ours, rank in meanings(theirs, table).items() if len(cells) else ():
                if ours != "other" and self._fits(cells, table, ours):
                    found.setdefault(ours, []).append((rank, theirs))
        if table == "orders" and "amount" not in found and {"quantity", "unit_price"} <= set(found):
            found["amount"] = [(1, found["quantity"][0][1] + TIMES + found["unit_price"][0][1])]
        return {ours: sorted(those, key=lambda each: each[0]) for ours, those in found.items()}

    def _fits(self, cells, table, ours):
        kind = BESIDE.get(ours) or SCHEMAS[table].columns[ours].metadata["kind"]
        if kind in PARTS:
            return len(judged(cells, PARTS[kind])[1]) <= (1 - ENOUGH) * len(cells)
        known = known_words(table, ours)
        if known:
            return cells.str.lower().isin(known).mean() >= ENOUGH
        return ours != "order_id" or cells.str.contains(r"\d").mean() >= ENOUGH

    def _score(self, table, found, name):
        """How much speaks for a table: below 0 when it lacks a column, else the number of its columns."""
        needed = [ours for ours in _needed(table) if ours != "kind"]
        lacking = [ours for ours in needed if ours not in found]
        if lacking:
            return -len(lacking) / len(needed)
        key = [found[ours][0][1] for ours in SCHEMAS[table].metadata["key"] if ours in found]
        again = (
            self._cells[(key or [found["customer_id"][0][1]])[0]].duplicated().any()
            if key or table == "orders"
            else False
        )
        if len(key) == 1 and again:
            return -1
        hint = table in name.lower() or SCHEMAS[table].metadata["chinese"] in name
        return len(set(found) - set(BESIDE)) + 2 * hint + 10 * (table == "orders" and ("order_id" in found or again))

    def _columns(self):
        columns, needed = self.mapping["columns"], _needed(self.table)
        for ours, those in sorted(self._found.items(), key=lambda each: (each[0] not in needed, each[1][0][0])):
            those = [(rank, theirs) for rank, theirs in those if theirs not in columns.values() and ours not in BESIDE]
            if those:
                self._choose(ours, those, ours in needed)
        for ours in needed:
            if ours == "kind" and ours not in columns:
                self._ask("constants", "kind: are these customers person or enterprise", {"kind": UNSURE})
            elif ours not in columns:
                columns[ours] = UNSURE
                self._ask("columns", f"{ours}: none is called so; there are {', '.join(self._cells)}", columns)

    def _choose(self, ours, those, needed):
        columns, (rank, best) = self.mapping["columns"], those[0]
        rivals = [name for r, name in those if r == rank and self._differ(name, best)]
        if needed and (rivals or (ours == "customer_id" and rank >= NOT_UNIQUE)):
            columns[ours] = UNSURE
            such = " or ".join(f"{name} ({', '.join(self._filled([name])[:3])})" for name in [best, *rivals])
            self._ask("columns", f"{ours}: {such}", columns)
            return
        spoilt = SCHEMAS[self.table].columns[ours].metadata["kind"] == "identifier" and not needed
        if spoilt and self._cells[best].str.match(SPOILT).any():
            self.taken.append(f"{best} was left out: a spreadsheet made numbers of its identifiers.")
            return
        columns[ours] = best
        if others := [name for _, name in those[1:]]:
            self.taken.append(f"{ours} is {best}, not {' or '.join(others)}.")

    def _differ(self, name, other):
        return name != other and not self._cells[name].equals(self._cells[other])

    def _filled(self, names):
        """All different cells of columns, but for empty ones."""
        cells = pd.concat([pd.Series(dtype="str"), *(self._cells[name] for name in names)]).drop_duplicates()
        return cells[cells != ""]

    def _names(self, ours):
        theirs = self.mapping["columns"].get(ours, UNSURE)
        return [] if theirs == UNSURE else theirs.split(TIMES)

    def _style(self, part):
        kinds = SCHEMAS[self.table].columns
        chosen = [ours for ours in self.mapping["columns"] if PARTS.get(kinds[ours].metadata["kind"]) == part]
        cells = self._filled([name for ours in chosen for name in self._names(ours)])
        missing = cells.str.lower().isin(words("missing"))
        fitting, odd = judged(cells[~missing], part)
        none = [*dict.fromkeys([*self.mapping.get("missing", []), *cells[missing]])]
        if odd:
            question = (
                f"{len(odd)} cells are none of the {part}, such as {odd[0]!r}: take '? ' away if they mean: not known"
            )
            self._ask("missing", question, none + [f"{UNSURE} {cell}" for cell in odd])
        elif none:
            self.mapping["missing"] = none
        if len(fitting) == 1:
            self.mapping[part] = fitting[0]
        elif len(cells) > missing.sum() + len(odd):
            such = ", ".join(cells[~missing & ~cells.isin(odd)][:3])
            ways = " or ".join(fitting or STYLES[part][0])
            self._ask(part, f"{such}: {ways}" + ("" if fitting else "? No one suits all"))

    def _words(self):
        """What their words stand for, who nobody is, and which rows are no purchases."""
        meant = {}
        for ours in self.mapping["columns"]:
            known = known_words(self.table, ours)
            for cell in self._filled(self._names(ours)) if known else ():
                meant[cell] = known.get(cell.lower(), "" if cell.lower() in words("missing") else UNSURE)
        if strange := [cell for cell in meant if meant[cell] == UNSURE]:
            self._ask("words", f"what do {', '.join(strange)} stand for", meant)
        elif meant:
            self.mapping["words"] = meant
        if nobody := [cell for cell in self._filled(self._names("customer_id")) if cell.lower() in words("nobody")]:
            self.mapping["nobody"] = nobody
        for _, theirs in self._found.get("status", []):
            self._drop(theirs, "are these purchases")
        for _, theirs in self._found.get("currency", []):
            if len(self._filled([theirs])) > 1:
                self._drop(theirs, "the tables hold one currency")

    def _drop(self, theirs, question):
        """Rows left out for a word in a column; the words that are not known are asked for."""
        first = {cell: re.split(r"[,;(]", cell.lower())[0].strip() for cell in self._filled([theirs])}
        out = {cell: cell for cell, word in first.items() if word in words("cancelled")}
        strange = [cell for cell, word in first.items() if cell not in out and word not in words("bought")]
        if strange:
            such = f"{theirs} is {', '.join(strange)}: {question}? Take '? ' away to drop such rows, else the entry"
            self._ask(
                "drop", such, self.mapping.get("drop", {}) | {theirs: [*out, *(f"{UNSURE} {cell}" for cell in strange)]}
            )
        elif out:
            self.mapping.setdefault("drop", {})[theirs] = [*out]

    def _orders(self):
        """What orders alone can have: signs of two currencies, groups with one head, one amount for all lines."""
        cells, order, amount = self._cells, self._names("order_id")[:1], self._names("amount")[-1:]
        signs = set(self._filled(amount).str.extract(f"({CURRENCY})", expand=False).dropna())
        if len(signs) > 1:
            self._ask("currency", f"the amounts are in {' and '.join(sorted(signs))}: split the file first")
        for day in self._names("order_date"):
            empty = cells[day].eq("")
            if empty.mean() > 1 - ENOUGH:
                heads = [f"{UNSURE} {name}" for name in cells if cells[name].eq("").equals(empty)]
                self._ask(
                    "fill_down", f"{empty.sum()} rows have no {day}: take '? ' away where the row above says it", heads
                )
        if order and amount and TIMES not in self.mapping["columns"]["amount"]:
            rows = cells[cells[order[0]].ne("") & ~cells.duplicated()]
            further, empty = rows.duplicated(order), rows[amount[0]].eq("")
            if empty.any() and empty.equals(further):
                self.mapping["amount_of"] = "order"
            elif (
                further.any() and rows.groupby(order)[amount].nunique().to_numpy().max() == 1 and not self._is_product()
            ):
                self._ask("amount_of", f"all lines of an order have the same {amount[0]}: write line or order")

    def _is_product(self):
        """Whether each amount is its own row's quantity times price."""
        parts = [self._found[ours][0][1] for ours in ("quantity", "unit_price", "amount") if ours in self._found]
        values = [numbers(self._cells[name], self.mapping["decimals"]) for name in parts]
        return len(values) == 3 and (values[0] * values[1] - values[2]).abs().max() < 0.01


def _needed(table):
    return [name for name, column in SCHEMAS[table].columns.items() if column.required]
