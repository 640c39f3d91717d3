"""A company's own exports as tables of the customer database, through a mapping that is proposed and can be edited."""

from __future__ import annotations

import csv
import io
import json
from dataclasses import dataclass
from pathlib import Path

import pandas as pd
import yaml

from crmbook.sources.conversion import convert
from crmbook.sources.proposal import UNSURE, propose
from crmbook.sources.reading import read_sheets
from crmbook.sources.writing import ABOUT, MAPPING, refuse_occupied, write_folder
from crmlib.errors import CrmError, DataFault

MARK = "# Imported from a company's own export\n"
DROPPED = "dropped_rows.csv"
PARTS = {"table", "encoding", "separator", "header", "columns", "constants", "words", "missing", "nobody", "dates"}
PARTS |= {"decimals", "ragged", "fill_down", "drop", "repeated", "amount_of", "currency", "scale", "constructs"}


@dataclass(frozen=True, repr=False)
class Imported:
    """The account of an import: where the tables are, and what became of every row of each sheet. Its text says it."""

    folder: str
    made: dict
    aside: list

    def __repr__(self):
        parts = [f"{name} → {self.folder}\\n" + "\\n".join(made.counts()) for name, made in self.made.items()]
        return "\\n".join([*parts, *self._closing()])

    def _closing(self):
        if self.aside:
            yield f"Left aside, not recognised as a table: {', '.join(self.aside)}."
        yield f"What was taken for what stands in {self.folder}/{ABOUT}, each dropped row in {self.folder}/{DROPPED}."

    def markdown(self):
        """Return the account as the text of SOURCE.md."""
        parts = [f"# {name}\\n\\n{made.markdown()}" for name, made in self.made.items()]
        return "\\n".join([MARK, *parts, *self._closing()])


def import_files(files, to, mapping=None):
    """Turn exports into tables of the customer database.

    files: text or workbooks, each sheet one table; sheets of one table are put below each other; to: folder to write,
    new, or of an earlier import; mapping: path of a mapping that decides all, else one is proposed.
    Returns: Imported. Raises: CrmError with the questions when somebody must look at the proposal first: it stands in
    the folder, and nothing else does; DataFault for what cannot be read.
    """
    to, files = Path(to), [Path(file) for file in files]
    refuse_occupied(to, MARK)
    if mapping is None and (to / MAPPING).exists():
        raise CrmError(f"{to / MAPPING} is there already: use it with --map {to / MAPPING}, or delete it.")
    told = _read_mapping(Path(mapping)) if mapping else {}
    sheets = [sheet for file in files for sheet in read_sheets(file, told)]
    told, taken = (_decided(sheets, told, mapping), {}) if mapping else _proposed(sheets, files, to)
    aside = [sheet.name for sheet in sheets if told[sheet.name]["table"] == "none"]
    made, lost, tables = {}, [], {}
    for sheet in sheets:
        if sheet.name not in aside:
            made[sheet.name], dropped = convert(sheet, told[sheet.name])
            cells = dict(zip(sheet.lines, sheet.rows, strict=True))
            lost += [
                (sheet.name, line, why, json.dumps(cells[line], ensure_ascii=False)) for line, why in dropped.items()
            ]
            made[sheet.name].changes = (*taken.get(sheet.name, ()), *made[sheet.name].changes)
            for name, table in made[sheet.name].tables.items():
                tables.setdefault(name, []).append(table)
    _refuse_overlap(tables.get("orders", []))
    account = Imported(str(to), made, aside)
    texts = {ABOUT: account.markdown(), MAPPING: _yaml(told), DROPPED: _csv(lost)}
    write_folder(to, {name: pd.concat(parts, ignore_index=True) for name, parts in tables.items()}, texts)
    return account


def _read_mapping(path):
    try:
        told = yaml.safe_load(path.read_text("utf-8-sig"))
    except OSError as error:
        raise CrmError(f"The mapping '{path}' cannot be read ({error.strerror}).") from None
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise DataFault(f"{path} is not valid YAML: {' '.join(str(error).split())}.") from None
    if not isinstance(told, dict) or not all(isinstance(held, dict) and "table" in held for held in told.values()):
        raise DataFault(f"{path} must name each file or sheet and, below it, its table and columns.")
    for name, held in told.items():
        strange, still = set(held) - PARTS, [part for part, value in held.items() if _is_open(value)]
        if strange:
            raise DataFault(
                f"{path}, {name}: there is no part {min(strange)!r}; the parts are {', '.join(sorted(PARTS))}."
            )
        if still:
            raise DataFault(f"{path}, {name}: the part {still[0]} still holds a question mark; answer it first.")
    return told


def _is_open(value):
    if isinstance(value, dict):
        return any(_is_open(held) for held in value.values())
    return any(map(_is_open, value)) if isinstance(value, list) else str(value).startswith(UNSURE)


def _decided(sheets, told, mapping):
    """The mapping of each sheet; a mapping of one sheet fits one sheet of another name, as next month's export."""
    if len(sheets) == len(told) == 1:
        return {sheets[0].name: next(iter(told.values()))}
    if strange := [sheet.name for sheet in sheets if sheet.name not in told]:
        raise DataFault(f"{mapping} says nothing about {strange[0]}; it knows {', '.join(told)}.")
    return told


def _proposed(sheets, files, to):
    """The mapping of each sheet and what was taken for it. Raises: CrmError where somebody must look first."""
    found = {sheet.name: propose(sheet) for sheet in sheets}
    if any(proposal.complete for proposal in found.values()):
        for proposal in found.values():
            proposal.set_aside_if_incomplete()
    tables = {}
    for proposal in found.values():
        first = tables.setdefault(proposal.mapping["table"], proposal)
        if first.mapping.get("columns") != proposal.mapping.get("columns"):
            proposal.ask("table", f"{proposal.mapping['table']}, as another sheet, but with other columns")
    told = {name: proposal.mapping for name, proposal in found.items()}
    questions = [f"{name}, {part}: {text}" for name, held in found.items() for part, text in held.asked()]
    if questions:
        to.mkdir(parents=True, exist_ok=True)
        listed = "".join(f"# {question}\n" for question in questions)
        (to / MAPPING).write_text(f"# Answer what is marked with a question mark:\n{listed}{_yaml(told)}", "utf-8")
        names = " ".join(f"'{file}'" if " " in str(file) else str(file) for file in files)
        again = f"crmbook import {names} --to {to} --map {to / MAPPING}"
        raise CrmError("\n  ".join([f"a look is needed at {to / MAPPING}, then: {again}", *questions]))
    return told, {name: proposal.taken for name, proposal in found.items()}


def _refuse_overlap(parts):
    seen = set()
    for table in parts:
        orders = set(table["order_id"]) - {""} if "order_id" in table else set()
        if both := orders & seen:
            raise DataFault(f"The order {min(both)} stands in two of the files: export them without overlap.")
        seen |= orders


def _yaml(told):
    return yaml.safe_dump(told, sort_keys=False, allow_unicode=True, width=110, default_flow_style=None)


def _csv(rows):
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows([("file", "line", "why", "cells"), *rows])
    return text.getvalue()
