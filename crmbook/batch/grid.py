"""The parameter sets of a batch: from NAME=VALUE texts, a CSV or YAML file, or Python values."""

import ast
import codecs
import csv
import datetime
import io
import json
import os
import reprlib
from contextlib import suppress
from decimal import Decimal
from pathlib import Path
from typing import Any

import pandas as pd
from pydantic import TypeAdapter, ValidationError

from crmbook.batch.chapters import nearest
from crmlib.errors import CrmError

KINDS = {bool: "true or false", int: "a whole number", float: "a number", str: "text"}
KINDS |= {list: "a list", dict: "a mapping"}


def rows_of(grid):
    """Take the parameter sets of a batch as they come: None, a file, a table, or a list of dictionaries.

    Missing values of a table or list (None, NaN, NaT) are gaps, as an empty cell is: they keep the notebook's default.
    Returns: list of dictionaries. Raises: CrmError when it is none of these, or has no rows.
    """
    if grid is None:
        return [{}]
    if isinstance(grid, str | os.PathLike):
        return read_grid(grid)
    rows = grid.to_dict("records") if isinstance(grid, pd.DataFrame) else grid
    if not isinstance(rows, list | tuple) or not rows or not all(isinstance(row, dict) for row in rows):
        raise CrmError("A grid is a file, a pandas table or a list of dictionaries, one a parameter set, at least one.")
    return [{n: v for n, v in row.items() if not (pd.api.types.is_scalar(v) and pd.isna(v))} for row in rows]


def read_grid(path):
    """Read a grid: one row, one parameter set; an empty cell (in YAML: null) keeps the notebook's default.

    Parameters: path - a .csv, .yaml or .yml file. Returns: list of dictionaries.
    Raises: CrmError when the file cannot be read as one.
    """
    path = Path(path)
    if not path.is_file():
        raise CrmError(f"There is no grid file '{path}'.")
    if path.suffix.lower() not in (".csv", ".yaml", ".yml"):
        raise CrmError(f"A grid is a .csv, .yaml or .yml file, not '{path.name}'.")
    rows = (_read_csv if path.suffix.lower() == ".csv" else _read_yaml)(path, _text(path))
    if not rows:
        raise CrmError(f"The grid '{path}' has no rows.")
    return rows


def _text(path):
    """The file's text: UTF-8, or UTF-16 that says so. What is neither is refused: a guess could be another word."""
    data = path.read_bytes()
    encoding = "utf-16" if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)) else "utf-8-sig"
    try:
        text = data.decode(encoding)
    except UnicodeDecodeError:
        text = "\0"
    if "\0" in text:
        other = "perhaps GBK, or UTF-16 without its mark"
        raise CrmError(f"{path} is not encoded as UTF-8 ({other}): save it as UTF-8, in a spreadsheet as 'CSV UTF-8'.")
    return text


def _read_csv(path, text):
    reader = csv.DictReader(io.StringIO(text, newline=""), strict=True)
    start, rows = 1, []
    try:
        names = reader.fieldnames or []
        if len(set(names)) < len(names) or not all(name and name.strip() for name in names):
            raise CrmError(f"{path}: the first line must give each column a different name.")
        start = reader.line_num + 1
        for row in reader:
            if None in row or None in row.values():
                raise CrmError(f"{path}, line {reader.line_num}: not as many values as columns.")
            rows.append({name.strip(): text for name, text in row.items() if text.strip() != ""})
            start = reader.line_num + 1
    except csv.Error as fault:
        raise CrmError(f"{path}, line {start}: {fault}; close each quotation mark that is opened.") from None
    return rows


def _read_yaml(path, text):
    import yaml

    try:
        rows = yaml.safe_load(text)
    except (yaml.YAMLError, ValueError) as fault:
        raise CrmError(f"{path} is not YAML: {' '.join(str(fault).split())}.") from None
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        raise CrmError(f"{path}: a grid is a list of parameter sets, one '- name: value' block each.")
    return [{name: value for name, value in row.items() if value is not None} for row in rows]


def check_names(rows, chapters):
    """Refuse a name that no chosen chapter knows. Raises: CrmError with the nearest right name."""
    known = sorted({name for chapter in chapters for name in chapter.defaults})
    for name in dict.fromkeys(name for row in rows for name in row):
        if name not in known:
            raise CrmError(f"No chosen chapter has a parameter '{name}'; {nearest(str(name), known)}")


def typed(row, chapter):
    """Give the values of a row the types of the chapter's defaults; names of other chapters are left out.

    Returns: dictionary of values as JSON knows them: days are texts such as "2024-06-30", None keeps the default.
    Raises: CrmError that names chapter, parameter and value; NaN and infinity are refused.
    """
    given = {name: _plain(row[name]) for name in chapter.defaults if row.get(name) is not None}
    return {name: _typed(value, name, chapter) for name, value in given.items()}


def _plain(value):
    """Dates at midnight, numpy's and decimal numbers, paths as what JSON knows; anything else as it is."""
    if getattr(getattr(value, "dtype", None), "kind", "") == "M":
        value = pd.Timestamp(value)
    if hasattr(value, "dtype"):
        value = value.tolist()
    moment = isinstance(value, datetime.datetime) and value == value  # NaT is not
    if moment and value.tzinfo is None and value.time() == datetime.time():
        value = value.date()
    if isinstance(value, datetime.date) and not isinstance(value, datetime.datetime):
        return value.isoformat()
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    return float(value) if isinstance(value, Decimal) else os.fspath(value) if isinstance(value, os.PathLike) else value


def _typed(value, name, chapter):
    where, default = f"Parameter '{name}' of {chapter.name}", chapter.defaults[name]
    kind = type(default)
    given = value if kind in (str, int, float, bool) else _literal(value)
    try:
        given = None if isinstance(given, bool) and kind in (int, float) else given  # pydantic takes true for 1
        adapter = TypeAdapter(Any if kind not in KINDS else kind, config={"coerce_numbers_to_str": True})
        converted = adapter.validate_python(given)
        json.dumps([value, converted], allow_nan=False)
    except ValidationError:
        hint = "; a day is written 2024-06-30" if isinstance(value, datetime.date) else ""
        raise CrmError(f"{where} is {KINDS[kind]} (default {default!r}), not {reprlib.repr(value)}{hint}.") from None
    except ValueError:
        raise CrmError(f"{where} takes finite numbers, not {reprlib.repr(value)}.") from None
    except TypeError:
        raise CrmError(
            f"{where} takes plain values (text, numbers, lists of them), not {reprlib.repr(value)}."
        ) from None
    return converted


def _literal(value):
    with suppress(ValueError, TypeError, SyntaxError):
        return ast.literal_eval(value)
    return value
