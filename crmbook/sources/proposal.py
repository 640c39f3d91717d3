"""Which column of an export is which, as a mapping; what cannot be told stands there after a "?", with a question."""

from __future__ import annotations

import re
from functools import cache

import pandas as pd

from crmbook.sources.layout import find_header, lay_out
from crmbook.sources.styles import CURRENCY, STYLES, judged
from crmbook.sources.vocabulary import meanings, words
from crmlib.database.rules import CLOSED
from crmlib.dictionary import SCHEMAS

UNSURE = "?"
TIMES = " × "
"""Between two columns whose product is meant."""
EMPTY = "(empty)"
"""The word for an empty cell, where it stands for something."""
ENOUGH = 0.9
"""Share of a column's cells that must be of its kind for it to be a candidate."""
NOT_UNIQUE = 5
"""Rank from which on a column names customers, though two may share the name."""
SPOILT = r"\d+(?:\.\d+)?[eE]\+\d+$"
"""An identifier of which a spreadsheet made a number, and lost its end."""
PARTS = {"date": "dates", "time": "dates", "integer": "decimals", "number": "decimals"}
BESIDE = {"unit_price": "number", "status": "text", "currency": "text", "return_flag": "text"}
"""Columns that no table holds, yet a proposal needs, and their kinds."""
UNITS = {"分": 0.01, "cents": 0.01, "cent": 0.01, "千元": 1000, "万元": 10000}


def known_words(table, ours):
    """Their word in lower case → ours, for a column of choices or of yes and no; empty for any other."""
    meta = SCHEMAS[table].columns[ours].metadata
    meant = ("True", "False") if meta["kind"] == "yes/no" else meta["choices"] if ours in CLOSED else ()
    return {word: choice for choice in meant for word in (choice.lower(), *words(choice))}


class Proposal:
    """What a sheet is taken for.

    mapping: what ``convert`` needs; asked: what somebody must decide, each with its "?" in the mapping; taken: what was
    decided although there was something else; complete: whether the sheet can be a table.
    """

    def __init__(self, sheet):
        self.mapping, self.asked, self.taken, self.complete = {"table": UNSURE, **sheet.how}, [], [], False
        header = find_header(sheet)
        if header is None:
            self._ask("header", UNSURE, "no line holds two known names: write its number, and fill in the rest")
            return
        self._cells = lay_out(sheet, header)[0]
        self._known = cache(lambda name: self._filled([name])[lambda held: ~held.str.lower().isin(words("missing"))])
        self._odd = cache(lambda name, part: self._cells[name].isin(judged(self._known(name), part)[1]).sum())
        found = {table: self._candidates(table) for table in SCHEMAS}
        table = max(found, key=lambda name: self._score(name, found[name], sheet.name))
        self.complete = self._score(table, found[table], sheet.name)[0] == 0
        self._found, self._schema = found[table], SCHEMAS[table]
        self._kinds = {ours: column.metadata["kind"] for ours, column in self._schema.columns.items()}
        self.mapping |= {"table": table, "header": header, "columns": {}}
        self._columns()
        for part in STYLES:
            self._style(part)
        self._amounts()
        self._words()
        if table == "survey":
            self._answers()

    def _ask(self, part, value, question, unsure=True):
        """Put a part into the mapping if it says anything, and ask where somebody must decide."""
        if value:
            self.mapping[part] = value
        if unsure:
            self.asked.append(f"{part} – {question}")

    def _candidates(self, table):
        """Our column → rank and name of their columns, the surest first."""
        found = {}
        for theirs in self._cells:
            for ours, rank in meanings(theirs, table).items() if len(self._known(theirs)) else ():
                if ours != "other" and self._fits(theirs, table, ours):
                    found.setdefault(ours, []).append((rank, theirs))
        if table == "orders" and "amount" not in found and {"quantity", "unit_price"} <= set(found):
            found["amount"] = [(1, found["quantity"][0][1] + TIMES + found["unit_price"][0][1])]
        return {ours: sorted(those, key=lambda each: each[0]) for ours, those in found.items()}

    def _fits(self, theirs, table, ours):
        cells = self._known(theirs)
        kind = BESIDE.get(ours) or SCHEMAS[table].columns[ours].metadata["kind"]
        if kind in PARTS:
            return self._odd(theirs, PARTS[kind]) <= (1 - ENOUGH) * self._cells[theirs].isin(cells).sum()
        known = {} if ours in BESIDE else known_words(table, ours)
        likely = cells.str.lower().isin(known) if known else cells.str.contains(r"\d" if ours == "order_id" else "")
        return likely.mean() >= ENOUGH

    def _score(self, table, found, name):
        """What speaks for a table: first that it lacks no column, then how many it has."""
        needed = [ours for ours, column in SCHEMAS[table].columns.items() if column.required and ours != "kind"]
        lacking = [ours for ours in needed if ours not in found]
        key = [found[ours][0][1] for ours in SCHEMAS[table].metadata["key"] if ours in found]
        twice = len(key) == 1 and self._cells[key[0]].duplicated().any()
        hint = table in name.lower() or SCHEMAS[table].metadata["chinese"] in name
        return -len(lacking) / len(needed) - twice, len(set(found) - set(BESIDE)) + 2 * hint + 5 * ("order_id" in found)

    def _filled(self, names):
        """All different cells of columns, but for empty ones."""
        cells = pd.concat([pd.Series(dtype="str"), *(self._cells[name] for name in names)]).drop_duplicates()
        return cells[cells != ""]

    def _names(self, ours):
        """The columns for one of ours, the surest where somebody must decide."""
        theirs = self.mapping["columns"].get(ours, UNSURE).removeprefix(f"{UNSURE} ")
        return [] if theirs == UNSURE else theirs.split(TIMES)

    def _columns(self):
        columns = self.mapping["columns"]
        needed = [ours for ours, column in self._schema.columns.items() if column.required]
        for ours, those in sorted(self._found.items(), key=lambda each: (each[0] not in needed, each[1][0][0])):
            those = [(rank, theirs) for rank, theirs in those if theirs not in columns.values() and ours not in BESIDE]
            if those:
                self._choose(ours, those, ours in needed)
        for ours in needed:
            if ours == "kind" and ours not in columns:
                self._ask("constants", {"kind": UNSURE}, "kind: are these customers person or enterprise")
            elif ours not in columns:
                columns[ours], there = UNSURE, ", ".join(self._cells)
                self._ask("columns", columns, f"{ours}: none is called so and holds such values; there are {there}")

    def _choose(self, ours, those, needed):
        columns, (rank, best) = self.mapping["columns"], those[0]
        rivals = [name for r, name in those[1:] if r == rank and not self._cells[name].equals(self._cells[best])]
        cells = self._filled(best.split(TIMES))
        doubt = ""
        if ours == "customer_id" and (rank >= NOT_UNIQUE or cells.str.contains("*", regex=False).any()):
            doubt = "; two customers may share one"
        elif ours == "order_date" and (empty := self._cells[best].eq("")).mean() > 1 - ENOUGH:
            doubt = f"; {empty.sum()} rows have none and would be dropped: fill them in first"
        if needed and (rivals or doubt):
            columns[ours] = f"{UNSURE} {best}"
            such = " or ".join(f"{name} ({', '.join(self._filled([name])[:3])})" for name in [best, *rivals])
            self.asked.append(f"columns – {ours}: {such}{doubt}")
        elif not needed and self._kinds[ours] == "identifier" and cells.str.match(SPOILT).any():
            self.taken.append(f"{best} was left out: a spreadsheet made numbers of its identifiers.")
        else:
            columns[ours] = best
            others = [name for _, name in those[1:]]
            self.taken += [f"{ours} is {best}, not {' or '.join(others)}."] if others else []
        if ours == "amount" and (unit := re.search(r"[(（](\w+)[)）]$", best)) and unit[1] in UNITS:
            self.mapping["unit"] = UNITS[unit[1]]

    def _style(self, part):
        chosen = [ours for ours in self.mapping["columns"] if PARTS.get(self._kinds[ours]) == part]
        cells = self._filled([name for ours in chosen for name in self._names(ours)])
        missing = cells.str.lower().isin(words("missing"))
        fitting, odd = judged(cells[~missing], part)
        none = dict.fromkeys([*self.mapping.get("missing", []), *cells[missing], *(f"{UNSURE} {cell}" for cell in odd)])
        question = f"{len(odd)} values such as {odd[:3]} are no {part}: take '? ' away if they mean: not known"
        self._ask("missing", [*none], question, odd)
        if len(fitting) == 1:
            self.mapping[part] = fitting[0]
        elif len(cells) > missing.sum() + len(odd):
            such = ", ".join(cells[~missing & ~cells.isin(odd)][:3])
            ways = " or ".join(fitting or STYLES[part][0])
            self._ask(part, UNSURE, f"{such}: {ways}" + "? No one suits all" * (not fitting))

    def _words(self):
        """What their words stand for, who nobody is, and which rows are no purchases."""
        meant = {}
        for ours in self.mapping["columns"]:
            known = known_words(self._schema.name, ours)
            for cell in self._filled(self._names(ours)) if known else ():
                meant[cell] = known.get(cell.lower(), "" if cell.lower() in words("missing") else UNSURE)
        meant |= self._signs()
        strange = [cell for cell, ours in [*meant.items(), *meant.get("amount", {}).items()] if ours == UNSURE]
        self._ask("words", meant, f"what do {', '.join(strange)} stand for", strange)
        buyers = self._filled(self._names("customer_id"))
        if nobody := [cell for cell in buyers if cell.lower() in words("nobody")]:
            self.mapping["nobody"] = nobody
        if len(buyers) and not buyers.str.contains(r"[\d@]").any():
            self.taken.append("customers are known by name only: two who share one count as one.")
        self._sort_out("status", "are such rows purchases")
        self._sort_out("currency", "the tables hold one currency")

    def _signs(self):
        """Where amounts have no minus, a column may say which are returns: it becomes their factor, 1 or -1."""
        for _, flag in self._found.get("return_flag", [])[:1] if self._names("amount") else ():
            cells, amounts = self._cells[flag].unique(), self._filled(self._names("amount"))
            if len(cells) > 1 and not amounts.str.contains(r"^\W*-|^\(|-$").any():
                known = dict.fromkeys(words("bought"), "1") | dict.fromkeys(words("returned"), "-1")
                self.mapping["columns"]["amount"] += TIMES + flag
                return {"amount": {cell or EMPTY: known.get(cell.lower(), UNSURE) for cell in cells}}
        return {}

    def _sort_out(self, ours, question):
        """Rows with certain words in a column beside are dropped; words that are not known are asked for."""
        for _, theirs in self._found.get(ours, []):
            first = {cell: re.split(r"[,;(]", cell.lower())[0].strip() for cell in self._filled([theirs])}
            apart = [cell for cell, word in first.items() if ours == "status" and word in words("cancelled")]
            strange = [cell for cell, word in first.items() if cell not in apart and word not in words("bought")]
            listed = self.mapping.get("drop", {}) | {theirs: apart + [f"{UNSURE} {cell}" for cell in strange]}
            if strange and (ours == "status" or len(first) > 1):
                such = f"{theirs} is {', '.join(strange)}: {question}"
                self._ask("drop", listed, f"{such}? Take '? ' away to drop such rows, else the entry")
            elif apart:
                self.mapping["drop"] = listed
                self.taken.append(f"dropped: rows whose {theirs} is {', '.join(apart)}.")

    def _amounts(self):
        """What amounts may be: of two currencies, or the total of an order on each of its lines."""
        cells, order, amount = self._cells, self._names("order_id")[:1], self._names("amount")[-1:]
        signs = self._filled(amount).str.extract(f"({CURRENCY})", expand=False).replace("元", "¥").dropna().unique()
        if len(signs) > 1:
            self._ask("currency", UNSURE, f"the amounts are in {' and '.join(signs)}: split the file first")
        if order and amount and TIMES not in self.mapping["columns"]["amount"]:
            rows = cells[cells[order[0]].ne("") & ~cells.duplicated()]
            further, empty = rows.duplicated(order), rows[amount[0]].eq("")
            if empty.any() and empty.equals(further):
                self.mapping["amount_of"] = "order"
            elif further.any() and rows.groupby(order)[amount].nunique().to_numpy().max() == 1:
                self._ask("amount_of", UNSURE, f"all lines of an order have the same {amount[0]}: write line or order")

    def _answers(self):
        """What the columns of a survey ask for and on which scale, only their owner knows."""
        left = [f"{UNSURE} {name}" for name in self._cells if name not in self.mapping["columns"].values()]
        self.mapping["scale"] = [UNSURE, UNSURE]
        question = "put each under what it asks for, delete the rest; scale is the lowest and the highest answer"
        self._ask("constructs", {"satisfaction": left}, question)
