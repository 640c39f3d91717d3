"""The parameter sets of a batch: from NAME=VALUE texts, a CSV or YAML file, or Python values."""

import ast
import csv
import datetime
import difflib
from pathlib import Path

from crmlib.errors import CrmError

KINDS = {
    bool: "true or false",
    int: "a whole number",
    float: "a number",
    str: "text",
    list: "a list",
    dict: "a mapping",
}
TRUE, FALSE = {"true", "yes", "1"}, {"false", "no", "0"}


def read_grid(path):
    """Read a grid: one row, one parameter set; an empty cell keeps the notebook's default.

    Parameters: path - a .csv, .yaml or .yml file. Returns: list of dictionaries.
    Raises: CrmError when the file cannot be read as one.
    """
    path = Path(path)
    if not path.is_file():
        raise CrmError(f"There is no grid file '{path}'.")
    readers = {".csv": _read_csv, ".yaml": _read_yaml, ".yml": _read_yaml}
    if path.suffix.lower() not in readers:
        raise CrmError(f"A grid is a .csv, .yaml or .yml file, not '{path.name}'.")
    rows = readers[path.suffix.lower()](path)
    if not rows:
        raise CrmError(f"The grid '{path}' has no rows.")
    return rows


def _read_csv(path):
    with path.open(encoding="utf-8-sig", newline="") as file:
        reader = csv.DictReader(file, strict=True)
        names = reader.fieldnames or []
        if len(set(names)) < len(names) or not all(name and name.strip() for name in names):
            raise CrmError(f"{path}: the first line must give each column a different name.")
        rows = []
        for row in reader:
            if None in row or None in row.values():
                raise CrmError(f"{path}, line {reader.line_num}: not as many values as columns.")
            rows.append({name.strip(): text for name, text in row.items() if text.strip() != ""})
    return rows


def _read_yaml(path):
    import yaml

    try:
        rows = yaml.safe_load(path.read_text(encoding="utf-8"))
    except yaml.YAMLError as fault:
        raise CrmError(f"{path} is not YAML: {fault}") from fault
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        raise CrmError(f"{path}: a grid is a list of parameter sets, one '- name: value' block each.")
    return rows


def read_settings(texts):
    """Read NAME=VALUE texts. Raises: CrmError that shows the faulty one."""
    settings = {}
    for text in texts:
        name, equals, value = text.partition("=")
        if not equals or not name.strip().isidentifier():
            raise CrmError(f"'{text}' is not of the form NAME=VALUE.")
        settings[name.strip()] = value
    return settings


def check_names(rows, chapters):
    """Refuse a name that no chosen chapter knows. Raises: CrmError with the nearest right name."""
    known = sorted({name for chapter in chapters for name in chapter.defaults})
    for name in dict.fromkeys(name for row in rows for name in row):
        if name not in known:
            nearest = difflib.get_close_matches(str(name), known, n=1)
            hint = f"did you mean '{nearest[0]}'?" if nearest else f"there are: {', '.join(known) or 'none'}."
            raise CrmError(f"No chosen chapter has a parameter '{name}'; {hint}")


def typed(row, chapter):
    """Give the values of a row the types of the chapter's defaults; names of other chapters are left out.

    Raises: CrmError that names chapter, parameter and value.
    """
    return {name: _typed(row[name], chapter.defaults[name], name, chapter) for name in chapter.defaults if name in row}


def _typed(value, default, name, chapter):
    kind = type(default)
    if default is None or isinstance(default, tuple):
        return _literal(value)
    converted = _converted(value, kind)
    if converted is None:
        raise CrmError(f"Parameter '{name}' of {chapter.name} is {KINDS[kind]} (default {default!r}), not {value!r}.")
    return converted


def _converted(value, kind):
    """The value as this kind, or None."""
    if kind is str:
        if isinstance(value, datetime.date):
            return value.isoformat()
        return value if isinstance(value, str) else None if isinstance(value, list | dict) else str(value)
    if kind is bool:
        text = str(value).strip().lower()
        return True if text in TRUE else False if text in FALSE else None
    if kind in (int, float):
        if isinstance(value, bool):
            return None
        try:
            return int(value, 10) if kind is int and isinstance(value, str) else _exact(value, kind)
        except (TypeError, ValueError):
            return None
    value = _literal(value)
    return value if isinstance(value, kind) else None


def _exact(value, kind):
    number = kind(value)
    return number if isinstance(value, str) or number == value else None


def _literal(value):
    if not isinstance(value, str):
        return value
    try:
        return ast.literal_eval(value)
    except (ValueError, SyntaxError):
        return value
