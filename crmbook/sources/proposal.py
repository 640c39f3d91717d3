"""Which column of an export is which, as a mapping; what cannot be told stands there as "?", with a question."""

from __future__ import annotations

import pandas as pd

from crmbook.sources import styles
from crmbook.sources.layout import find_header, lay_out
from crmbook.sources.vocabulary import BESIDE, meanings, words
from crmlib.database.files import nearest
from crmlib.database.rules import CLOSED
from crmlib.dictionary import SCHEMAS

UNSURE = "?"
TIMES = " × "
"""Between two columns whose product is meant."""
ENOUGH = 0.9
"""Share of a column's cells that must be of its kind for it to be a candidate."""
MANY = 0.05
"""Share of rows without a date from which on the file has its own reason for it."""
NOT_UNIQUE = 4
"""Rank from which on a column names customers, though two may share the name."""
STYLES = {"dates": (styles.ORDERS, styles.days), "decimals": (styles.MARKS, styles.numbers)}
PARTS = {"date": "dates", "time": "dates", "integer": "decimals", "number": "decimals"}
EXAMPLES = 3
IMPOSSIBLE = -1


def propose(sheet):
    """Return the Proposal of a sheet: its ``mapping`` and its ``questions``; table "none" when nothing is recognised."""
    header = find_header(sheet)
    if header is None:
        proposal = Proposal(sheet.how, {}, None, "none")
        proposal.ask("header", "no line holds two known column names: write its number or none, and fill in the rest")
        return proposal
    body = lay_out(sheet, header)
    found = {table: _candidates(body.cells, table) for table in SCHEMAS}
    scores = {table: _score(table, columns, body.cells, sheet.name) for table, columns in found.items()}
    table = max(scores, key=scores.get)
    proposal = Proposal(sheet.how | {"header": header}, found[table], body.cells, table, scores[table] > 0)
    rivals = [name for name in scores if scores[name] == scores[table] and name != table]
    if rivals:
        proposal.ask("table", f"{table} or {' or '.join(rivals)}")
    if body.ragged:
        more = f"line {body.ragged[0]} and {len(body.ragged) - 1} more hold more values than the header has columns"
        proposal.ask("ragged", f"{more}: write drop to leave them out, or mend the file")
    proposal.fill()
    return proposal


def _candidates(cells, table):
    """Our column → list of (rank, their column), the surest first."""
    found = {}
    for theirs in cells:
        filled = cells[theirs][~cells[theirs].str.lower().isin(words()["missing"] | {""})].drop_duplicates()
        for ours, rank in meanings(theirs, table):
            if ours != "other" and len(filled) and _fits(filled, table, ours):
                found.setdefault(ours, []).append((rank, theirs))
    if table == "orders" and "amount" not in found and {"quantity", "unit_price"} <= set(found):
        found["amount"] = [(1, found["quantity"][0][1] + TIMES + found["unit_price"][0][1])]
    return {ours: sorted(those, key=lambda each: each[0]) for ours, those in found.items()}


def _fits(cells, table, ours):
    kind = "number" if ours == "unit_price" else _kind(table, ours)
    if kind in PARTS:
        known, read = STYLES[PARTS[kind]]
        return max(read(cells, style).notna().mean() for style in known) >= ENOUGH
    if kind == "yes/no" or ours in CLOSED:
        return cells.str.lower().isin(_known_words(table, ours)).mean() >= ENOUGH
    return ours != "order_id" or cells.str.contains(r"\d").mean() >= ENOUGH


def _kind(table, ours):
    return None if ours in BESIDE else SCHEMAS[table].columns[ours].metadata["kind"]


def _known_words(table, ours):
    """Their word in lower case → ours, for a column of choices or of yes and no."""
    meant = SCHEMAS[table].columns[ours].metadata["choices"] or ("True", "False")
    return {word: choice for choice in meant for word in words().get(choice, set()) | {choice.lower()}}


def _needed(table):
    return [name for name, column in SCHEMAS[table].columns.items() if column.required]


def _score(table, found, cells, name):
    """How much speaks for a table: first whether it can be, then its columns."""
    lacking = [ours for ours in _needed(table) if ours not in found and ours != "kind"]
    key = [found[ours][0][1] for ours in SCHEMAS[table].metadata["key"] if ours in found]
    if len(key) == 1 and cells[key[0]].duplicated().mean() > 1 - ENOUGH:
        return IMPOSSIBLE
    if lacking:
        return -len(lacking) / len(_needed(table))
    again = table == "orders" and ("order_id" in found or cells[found["customer_id"][0][1]].duplicated().any())
    hint = table in name.lower() or SCHEMAS[table].metadata["chinese"] in name
    return len(set(found) - BESIDE) + 10 * again + 2 * hint


class Proposal:
    """A mapping in the making.

    mapping: what ``convert`` needs; questions: part → what somebody must decide, each with its "?" in the mapping;
    taken: what was decided although there was something else.
    """

    def __init__(self, how, found, cells, table, complete=False):
        self.mapping, self.questions, self.taken, self.complete = {"table": table, **how}, {}, [], complete
        self._found, self._cells, self._table = found, cells, table

    def ask(self, part, question, value=UNSURE):
        """Put a question, and its place into the mapping."""
        self.mapping[part] = value
        self.questions.setdefault(part, []).append(question)

    def asked(self):
        """Yield each part with its questions."""
        for part, questions in self.questions.items():
            yield part, "; ".join(questions)

    def set_aside_if_incomplete(self):
        """Beside a sheet that is a table, one that is none needs no question."""
        if not self.complete:
            self.mapping, self.questions = {"table": "none"}, {}

    def fill(self):
        """Decide what the columns, their styles and the rows' words leave no doubt of; ask for all else."""
        self.mapping["columns"] = {}
        sure = sorted(self._found.items(), key=lambda each: (each[0] not in _needed(self._table), each[1][0][0]))
        for ours, those in sure:
            if ours not in BESIDE:
                self._choose(ours, those)
        for ours in _needed(self._table):
            if ours not in self._found and ours != "kind":
                there = ", ".join(self._cells)
                self.mapping["columns"][ours] = UNSURE
                self.ask("columns", f"{ours}: no column is called so; there are {there}", self.mapping["columns"])
        if "kind" in _needed(self._table) and "kind" not in self._found:
            self.ask("constants", "kind: are these customers person or enterprise", {"kind": UNSURE})
        for part in STYLES:
            self._style(part)
        for ours in self.mapping["columns"]:
            if _kind(self._table, ours) == "yes/no" or ours in CLOSED:
                self._words(ours)
        if "customer_id" in self.mapping["columns"]:
            self._nobody()
        self._drop("status", words()["cancelled"], words()["bought"], "is not a purchase")
        if self._table == "orders":
            self._currency()
            self._orders()

    def _choose(self, ours, those):
        columns = self.mapping["columns"]
        those = [(rank, theirs) for rank, theirs in those if theirs not in columns.values()]
        if not those:
            return
        rank, best = those[0]
        rivals = [name for r, name in those[1:] if r == rank and not self._cells[name].equals(self._cells[best])]
        needed = ours in _needed(self._table)
        if needed and (rivals or (ours == "customer_id" and rank >= NOT_UNIQUE)):
            shown = " or ".join(f"{name} ({self._shown(name)})" for name in [best, *rivals])
            columns[ours] = UNSURE
            self.ask("columns", f"{ours}: {shown}", columns)
            return
        columns[ours] = best
        if others := [name for _, name in those[1:]]:
            self.taken.append(f"{ours} is {best}, not {' or '.join(others)}")

    def _shown(self, name):
        return ", ".join(self._cells[name][self._cells[name] != ""].unique()[:EXAMPLES])

    def _of(self, part):
        """All different cells of the columns chosen that hold dates or numbers, but for words that mean: none."""
        chosen = [
            name
            for ours, theirs in self.mapping["columns"].items()
            if PARTS.get(_kind(self._table, ours)) == part and theirs != UNSURE
            for name in theirs.split(TIMES)
        ]
        cells = pd.concat([self._cells[name] for name in chosen] or [pd.Series(dtype="str")]).drop_duplicates()
        missing = cells.str.lower().isin(words()["missing"])
        if missing.any():
            self.mapping["missing"] = [*dict.fromkeys([*self.mapping.get("missing", []), *cells[missing]])]
        return cells[~missing & (cells != "")]

    def _style(self, part):
        known, read = STYLES[part]
        cells = self._of(part)
        readable = pd.DataFrame({style: read(cells, style).notna() for style in known}).any(axis=1)
        if odd := cells[~readable].tolist():
            such = f"{len(odd)} cells are none of {part}, such as {odd[0]!r}"
            odd = [f"{UNSURE} {cell}" for cell in odd]
            self.ask(
                "missing", f"{such}: take their '? ' away to count them as empty", self.mapping.get("missing", []) + odd
            )
        fitting = styles.telling({style: read(cells[readable], style) for style in known})
        if len(fitting) == 1:
            self.mapping[part] = fitting[0]
        elif readable.any():
            ways = " or ".join(fitting or known)
            self.ask(part, f"{self._some(cells[readable])} – {ways}" + ("" if fitting else "? No one suits all"))

    def _some(self, cells):
        return ", ".join(cells.head(EXAMPLES))

    def _words(self, ours):
        cells = self._cells[self.mapping["columns"][ours]]
        known = _known_words(self._table, ours)
        for cell in cells[cells != ""].unique():
            if cell.lower() in known:
                self.mapping.setdefault("words", {})[cell] = known[cell.lower()]
            elif cell.lower() not in words()["missing"]:
                close = nearest(cell, set(known.values())) or UNSURE
                self.ask(
                    "words", f"{ours}: what does {cell!r} stand for", self.mapping.get("words", {}) | {cell: close}
                )

    def _nobody(self):
        cells = self._cells.get(self.mapping["columns"]["customer_id"], pd.Series(dtype="str"))
        if nobody := [cell for cell in cells.unique() if cell.lower() in words()["nobody"]]:
            self.mapping["nobody"] = nobody

    def _drop(self, what, out, kept, why):
        """Rows left out for a word in a column beside the table's own; words that are not known are asked for."""
        for _, theirs in self._found.get(what, []):
            cells = self._cells[theirs]
            there = [cell for cell in cells.unique() if cell and cell.lower() not in kept]
            strange = [cell for cell in there if cell.lower() not in out]
            listed = [f"{UNSURE} {cell}" if cell in strange else cell for cell in there]
            if listed:
                self.mapping.setdefault("drop", {})[theirs] = listed
            if strange:
                question = f"{theirs} says {', '.join(strange)}: take '? ' away where that {why}, else the entry"
                self.ask("drop", question, self.mapping["drop"])

    def _currency(self):
        signs = styles.currencies(pd.concat([self._cells[name] for name in self._names("amount")]))
        for _, theirs in self._found.get("currency", []):
            if self._cells[theirs].replace("", pd.NA).nunique() > 1:
                self._drop("currency", set(), set(), "currency is to be left out")
                return
        if len(signs) > 1:
            self.ask("currency", f"amounts are in {' and '.join(signs)}: one currency a file; split it first")

    def _names(self, ours):
        theirs = self.mapping["columns"].get(ours, UNSURE)
        return [] if theirs == UNSURE else theirs.split(TIMES)

    def _orders(self):
        """What orders alone can have: groups whose first row speaks for all, totals in every line, a file twice."""
        cells, heads = (
            self._cells,
            [name for ours in ("order_id", "customer_id", "order_date") for name in self._names(ours)],
        )
        for day in self._names("order_date"):
            alike = [f"{UNSURE} {name}" for name in heads if cells[name].eq("").equals(cells[day].eq(""))]
            if cells[day].eq("").mean() > MANY:
                question = f"{cells[day].eq('').sum()} rows have no {day}: take '? ' away where the row above says it"
                self.ask("fill_down", question, alike)
        half = len(cells) // 2
        if half and len(cells) == 2 * half and cells[:half].to_numpy().tolist() == cells[half:].to_numpy().tolist():
            self.ask("repeated", "the second half of the rows repeats the first: write drop or keep")
        for order, amount in zip(self._names("order_id"), self._names("amount")[:1], strict=False):
            rows = cells[cells[order].ne("") & ~cells.duplicated()]
            further, empty = rows.duplicated(order), rows[amount].eq("")
            if empty.any() and empty.equals(further):
                self.mapping["amount_of"] = "order"
                self.taken.append(f"{amount} stands in the first line of an order for all of it")
            elif further.any() and rows.groupby(order)[amount].nunique().max() == 1 and not self._is_product(amount):
                self.ask("amount_of", f"all lines of an order have the same {amount}: is it the line's or the order's")

    def _is_product(self, amount):
        """Whether an amount is the row's quantity times its price."""
        parts = [self._found[name][0][1] for name in ("quantity", "unit_price") if name in self._found]
        mark = self.mapping.get("decimals", UNSURE)
        if len(parts) < 2 or mark == UNSURE:
            return TIMES in self.mapping["columns"]["amount"]
        quantity, price, total = (styles.numbers(self._cells[name], mark) for name in (*parts, amount))
        return (quantity * price - total).abs().max() < 0.01
