"""A company's own exports as tables of the customer database, through a mapping that is proposed and can be edited."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pandas as pd
import yaml

from crmbook.sources.account import Account
from crmbook.sources.conversion import convert
from crmbook.sources.proposal import Proposal
from crmbook.sources.reading import read_sheets
from crmbook.sources.writing import ABOUT, MAPPING, refuse_occupied, write_folder
from crmlib.errors import CrmError, DataFault

MARK = "# Imported from a company's own export\n"
DROPPED = "dropped_rows"
NONE = "none"
"""The table of a sheet that is left aside."""
PARTS = dict.fromkeys(("table", "encoding", "separator", "dates", "decimals", "amount_of"), str)
PARTS |= dict.fromkeys(("columns", "constants", "words", "drop", "constructs"), dict)
PARTS |= dict.fromkeys(("missing", "nobody", "scale"), list) | {"header": int, "unit": int | float}
"""The parts of a mapping, and what each holds."""


def import_files(files, to, mapping=None):
    """Turn exports into tables of the customer database.

    files: text or workbooks, each sheet one table; to: folder to write, new, or of an earlier import; mapping: path of
    a mapping that decides all, else one is proposed and written beside the tables.
    Returns: Account of every row. Raises: CrmError with the questions when somebody must look at the proposal first: it
    stands in the folder then, and nothing else; DataFault for what cannot be read.
    """
    to = Path(to)
    refuse_occupied(to, MARK)
    if mapping is None and (to / MAPPING).exists():
        raise CrmError(f"There is a mapping from before: add --map '{to / MAPPING}', or delete it for a new proposal.")
    told = _read_mapping(Path(mapping)) if mapping else {}
    how = {Path(files[0]).name: next(iter(told.values()))} if len(files) == len(told) == 1 else told
    sheets = [sheet for file in files for sheet in read_sheets(Path(file), how)]
    _refuse_twice([sheet.name for sheet in sheets])
    told, taken = (_matched(sheets, told), {}) if mapping else _proposed(sheets, to)
    made, rows = {}, []
    for sheet in sheets:
        if told[sheet.name]["table"] != NONE:
            made[sheet.name] = convert(sheet, told[sheet.name])
            made[sheet.name].changes += taken.get(sheet.name, [])
            cells = dict(zip(sheet.lines, (json.dumps(row, ensure_ascii=False) for row in sheet.rows), strict=True))
            rows += [(sheet.name, line, why, cells[line]) for line, why in sorted(made[sheet.name].lost.items())]
    closing = [f"Left aside, being none of the tables: {sheet.name}." for sheet in sheets if sheet.name not in made]
    closing += [f"The columns taken are in {to / MAPPING}, each dropped row is in {to / DROPPED}.csv."]
    account = Account(str(to), made, MARK, closing)
    tables = {name: table for conversion in made.values() for name, table in conversion.tables.items()}
    tables[DROPPED] = pd.DataFrame(rows, columns=["file", "line", "why", "cells"])
    write_folder(to, tables, {ABOUT: account.markdown(), MAPPING: _yaml(told)})
    return account


def _read_mapping(path):
    try:
        told = yaml.safe_load(path.read_text("utf-8-sig"))
    except (OSError, yaml.YAMLError, UnicodeDecodeError) as error:
        raise DataFault(f"The mapping {path} cannot be read: {' '.join(str(error).split())}.") from None
    if not isinstance(told, dict) or not all(isinstance(held, dict) and "table" in held for held in told.values()):
        raise DataFault(f"{path} must name each file or sheet and, below it, its table and columns.")
    for name, held in told.items():
        if still := [part for part, value in held.items() if re.search(r"(?<!\w)['\"]\?[\s'\"]", _yaml(value))]:
            raise DataFault(f"{path}, {name}: {still[0]} still holds a question mark; answer it first.")
        strange = [part for part, value in held.items() if not isinstance(value, PARTS.get(part, ()))]
        if strange or not all(isinstance(words, list) for words in held.get("drop", {}).values()):
            what = f"the part {next(iter(strange), 'drop')!r} is unknown or misshapen"
            raise DataFault(f"{path}, {name}: {what}; the parts are {', '.join(PARTS)}.")
    return told


def _matched(sheets, told):
    """The mapping of each sheet; a mapping of one sheet fits one sheet of another name, as next month's export."""
    if len(sheets) == len(told) == 1:
        return {sheets[0].name: next(iter(told.values()))}
    if strange := [sheet.name for sheet in sheets if sheet.name not in told]:
        raise DataFault(f"The mapping says nothing about {strange[0]}; it knows {', '.join(told)}.")
    _refuse_twice([told[sheet.name]["table"] for sheet in sheets if told[sheet.name]["table"] != NONE])
    return told


def _refuse_twice(names):
    """One would take the other's place in the folder, and nobody would see it."""
    if twice := [name for name in names if names.count(name) > 1]:
        raise DataFault(f"Two of the sheets are {twice[0]}: put them below each other, or import them one by one.")


def _proposed(sheets, to):
    """The mapping of each sheet and what was taken for it. Raises: CrmError where somebody must look first."""
    found = {sheet.name: Proposal(sheet) for sheet in sheets}
    if any(proposal.complete for proposal in found.values()):  # what is none beside a table needs no question
        found = {name: proposal for name, proposal in found.items() if proposal.complete}
    told = {sheet.name: {"table": NONE} for sheet in sheets}
    told |= {name: proposal.mapping for name, proposal in found.items()}
    asked = [f"{name}: {question}." for name, proposal in found.items() for question in proposal.asked]
    _refuse_twice([proposal.mapping["table"] for proposal in found.values() if proposal.complete])
    if asked:
        to.mkdir(parents=True, exist_ok=True)
        listed = "".join(f"# {question}\n" for question in asked)
        (to / MAPPING).write_text(f"# Answer where a question mark stands:\n{listed}{_yaml(told)}", "utf-8")
        again = f"look at {to / MAPPING}, then give the same command with --map '{to / MAPPING}':"
        raise CrmError("\n  ".join([again, *asked]))
    return told, {name: proposal.taken for name, proposal in found.items()}


def _yaml(told):
    return yaml.safe_dump(told, sort_keys=False, allow_unicode=True, width=110, default_flow_style=None)
