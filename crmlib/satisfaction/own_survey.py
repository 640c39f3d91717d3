"""A survey of one's own, with its own questions: read by a mapping that says which column asks for what."""

import csv
import io
import re
from pathlib import Path

import pandas as pd
import pyarrow as pa

from crmlib.database.rules import CLOSED, SPREADSHEET_NUMBER
from crmlib.database.values import explain, from_text
from crmlib.dictionary import PANDAS_TYPES, SCHEMAS
from crmlib.errors import CrmError, DataFault
from crmlib.satisfaction.path_model import FEWEST_ANSWERS

PARTS = {"scale", "constructs", "columns", "words", "missing"}
ENCODINGS = ("utf-8-sig", "gb18030")
# "5", "5.0", "5 - very satisfied", "1=poor", "5分": a number, and words without another number behind it.
ANSWER = r"(\d+(?:\.\d+)?)\s*(?:[^\d\s.,/%][^\d]*)?"


def read_own_survey(file, mapping):
    """Read a survey with its own column names, scale and words. Nothing is guessed: what is unclear is a fault.

    Parameters: file - CSV, a path or an open file; mapping - dict or the path of a YAML file: ``scale`` [lowest,
    highest answer], ``constructs`` {construct: [their columns]}, ``columns`` {our name: their column} for customer_id,
    answered_on and others of the table survey, ``words`` {their word: what it stands for}, ``missing`` [what means "no
    answer"]; the last three may be left out. An empty cell is no answer.
    Returns: DataFrame, a row an answer: items ``<construct>_<number>`` moved to 1–10, other columns as the data
    dictionary has them (identifiers text, days dates). Who has no customer_id is called R and the row's number.
    Errors: DataFault with every fault of the answers, or for an unclear mapping; CrmError where there is no such file.
    """
    mapping = _mapping(mapping)
    table, (lowest, highest) = _cells(file), mapping["scale"]
    items = {f"{name}_{n}": c for name, block in mapping["constructs"].items() for n, c in enumerate(block, start=1)}
    _refuse_clashes(mapping["columns"] | items, table)
    words = {str(theirs): str(ours) for theirs, ours in mapping["words"].items()}
    words |= {str(word): "" for word in mapping["missing"]}
    survey, faults = {}, []
    for ours, theirs in (mapping["columns"] | items).items():
        cells = table[theirs].str.strip().map(lambda text: words.get(text, text))
        survey[ours], wrong = _numbers(cells, lowest, highest) if ours in items else _as_in_the_dictionary(cells, ours)
        for row, rule in sorted(wrong.items())[:1]:
            such = f" ({len(wrong):,} such)" if len(wrong) > 1 else ""
            faults.append(f"{theirs}, row {row + 1}: {table[theirs].iloc[row]!r}{such} – {rule}.")
    survey = pd.DataFrame(survey)
    answered = survey[list(items)]
    if not faults and len(table) >= FEWEST_ANSWERS and answered.max().max() <= (lowest + highest) / 2:
        faults.append(f"No answer lies in the upper half of the scale {lowest} to {highest}: is that the scale?")
    if faults:
        raise DataFault(" ".join(faults))
    numbered = pd.Series([f"R{number:05}" for number in range(1, len(survey) + 1)])
    who = survey["customer_id"].fillna(numbered) if "customer_id" in survey else numbered
    return survey.assign(customer_id=who, **(1 + (answered - lowest) / (highest - lowest) * 9))


def _mapping(mapping):
    """The mapping as a dict with all its parts."""
    if not isinstance(mapping, dict):
        mapping = _yaml(Path(mapping))
    if strange := set(mapping) - PARTS:
        raise DataFault(f"The mapping has a part {min(map(str, strange))!r}; its parts are {', '.join(sorted(PARTS))}.")
    mapping = {"columns": {}, "words": {}, "missing": []} | {part: held for part, held in mapping.items() if held}
    scale, blocks = mapping.get("scale"), mapping.get("constructs")
    numbers = isinstance(scale, list | tuple) and [end for end in scale if type(end) in (int, float)]
    if not numbers or len(scale) != 2 or len(numbers) != 2 or scale[0] >= scale[1]:
        raise DataFault(f"The mapping's scale is the lowest and the highest answer, such as [1, 5]; it is {scale}.")
    if not isinstance(blocks, dict) or not all(isinstance(block, list) and block for block in blocks.values()):
        raise DataFault("The mapping's constructs are lists of columns, such as image: [q1, q2].")
    mapping["constructs"] = {str(name): [str(column) for column in block] for name, block in blocks.items()}
    mapping["columns"] = {str(ours): str(theirs) for ours, theirs in mapping["columns"].items()}
    if strange := set(mapping["columns"]) - set(SCHEMAS["survey"].columns):
        raise DataFault(f"The table survey has no column {min(strange)!r}: leave it out of the mapping's columns.")
    return mapping


def _yaml(path):
    import yaml

    try:
        return yaml.safe_load(path.read_text(encoding="utf-8")) or {}
    except FileNotFoundError:
        raise CrmError(f"There is no mapping file '{path}'.") from None
    except (yaml.YAMLError, UnicodeDecodeError) as fault:
        raise DataFault(f"{path.name} is not valid YAML: {str(fault).splitlines()[0]}.") from fault


def _cells(file):
    """The file as texts, under its own column names."""
    try:
        data = file.read() if hasattr(file, "read") else Path(file).read_bytes()
    except FileNotFoundError:
        raise CrmError(f"There is no file '{file}'.") from None
    names, *rows = [row for row in csv.reader(io.StringIO(_decoded(data), newline="")) if row] or [[]]
    for number, row in enumerate(rows, start=1):
        if len(row) != len(names):
            raise DataFault(f"Row {number} of the survey has {len(row)} values, the header has {len(names)} columns.")
    names = [name.strip() for name in names]
    if twice := [name for name in names if names.count(name) > 1]:
        raise DataFault(f"The survey has two columns named {twice[0]!r}: keep one.")
    return pd.DataFrame(rows, columns=names, dtype=str)


def _decoded(data):
    if isinstance(data, str):
        return data
    for encoding in ENCODINGS:
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise DataFault("The survey is neither UTF-8 nor GB 18030 text: save it as 'CSV UTF-8'.")


def _refuse_clashes(wanted, table):
    """Refuse a column that is not there, one meant twice, and a name that would stand there twice."""
    for ours, theirs in wanted.items():
        if theirs not in table:
            raise DataFault(f"The mapping names a column {theirs!r}; the survey has {', '.join(table.columns[:12])}.")
        if list(wanted.values()).count(theirs) > 1:
            raise DataFault(f"The mapping names the column {theirs!r} twice: each column asks for one thing.")
        if ours in table and ours != theirs:
            raise DataFault(
                f"{ours!r} is a column of the survey, and {theirs!r} is to be called so: which of them is it?"
            )


def _numbers(cells, lowest, highest):
    """Answers to a question as floats, and what is wrong in which row."""
    found = cells.map(lambda text: re.fullmatch(ANSWER, text))
    numbers = found.map(lambda match: float(match[1]) if match else None).astype(float)
    wrong = cells.index[(cells != "") & ~numbers.between(lowest, highest)]
    rule = f"is no answer from {lowest} to {highest}: say under words what it stands for, or list it under missing"
    return numbers, dict.fromkeys(wrong, rule)


def _as_in_the_dictionary(cells, name):
    """A column of the table survey in its own type, and what is wrong in which row."""
    meta = SCHEMAS["survey"].columns[name].metadata
    column, wrong = from_text(pa.chunked_array([pa.array(cells.where(cells != "", None), pa.string())]), meta["kind"])
    values = column.to_pandas().astype(PANDAS_TYPES[meta["kind"]])
    said = {row: explain(cells[row], meta["kind"]) for row in wrong}
    if meta["kind"] == "identifier":
        spoilt = cells.index[cells.str.match(SPREADSHEET_NUMBER)]
        said |= dict.fromkeys(spoilt, "a spreadsheet made a number of this identifier: export it as text")
    if name == "answered_on":
        said |= dict.fromkeys(cells.index[cells == ""], "must not be empty: when was this answered?")
    if meta["low"] is not None:
        off = cells.index[values.notna() & ~values.between(meta["low"], meta["high"]).fillna(True)]
        said |= dict.fromkeys(off, f"must lie from {meta['low']} to {meta['high']}")
    if name in CLOSED:
        strange = cells.index[~cells.isin(["", *meta["choices"]])]
        said |= dict.fromkeys(strange, f"is none of {', '.join(meta['choices'])}: translate it under words")
    return values, said
