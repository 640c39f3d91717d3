"""Which files of a folder hold which tables, and their cells as text, with the line each row starts on."""

from __future__ import annotations

import csv
import io
import re
from difflib import get_close_matches
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.csv

from crmlib.dictionary import SCHEMAS

READ = (".csv", ".parquet")
ZERO_BYTES = "holds zero bytes: the file is damaged or not text; export it again as 'CSV UTF-8'"
FEW_LINES = 5
AFTER_A_QUOTE = r'(?:^|[,\n])"[^"]*+(?:""[^"]*+)*+"[^,\r\n]'
"""Text behind a closing quotation mark, which a reader that is not strict would glue together."""
SEPARATORS = {";": "semicolons", "\t": "tabs", "|": "bars"}


def nearest(name, known):
    """Return the known name that looks most like this one, or None."""
    plain = str(name).strip().lower().replace(" ", "_").replace("-", "_")
    matches = get_close_matches(plain, list(known), n=1, cutoff=0.7)
    return matches[0] if matches else None


def find_tables(folder, faults):
    """Return table name → list of files (one CSV, or one or more Parquet) found in the folder; name all others."""
    found, aside = {}, []
    for path in sorted(Path(folder).iterdir()):
        name, rule = _table_in(path)
        if name in found:
            rule = f"'{name}' is already in {found[name][0].name}; keep one of the two"
        elif name:
            found[name] = sorted(path.glob("*.parquet")) if path.is_dir() and path.suffix.lower() != ".csv" else [path]
        if rule:
            faults.add(path.name, None, None, None, rule)
        elif not name and not path.name.startswith("."):
            close = nearest(path.stem, SCHEMAS)
            aside.append(path.name + (f" (if it is '{close}', save it as {close}.csv)" if close else ""))
    if aside:
        faults.note(f"left aside, because not named like a table of the data dictionary: {', '.join(aside)}.")
    return found


def _table_in(path):
    """Return the table that a path holds, or None, and what is wrong with the path, or None."""
    name, suffix = path.name.split(".")[0].lower(), path.suffix.lower()
    if name in SCHEMAS and path.exists() and not path.is_dir() and not path.is_file():
        return None, "is a pipe or a device: put the table itself here"
    if path.is_dir():
        if suffix == ".csv":
            return None, "is a folder; a table is one CSV file"
        return (path.name if path.name in SCHEMAS and any(path.glob("*.parquet")) else None), None
    if path.stem in SCHEMAS and suffix in READ:
        return path.stem, None
    if name not in SCHEMAS:
        return None, None
    if path.stem.lower() == name and suffix in READ:
        return None, f"table names are in lower case: rename to {path.name.lower()}"
    return None, f"{path.name[len(name) :]} files are not read: save it as '{name}.csv'"


class TextTable:
    """A CSV file as it stands: text columns of equal length, and the line on which each row starts."""

    def __init__(self, columns, rows, text, lines=None, complete=True):
        self.columns, self.rows, self.complete = columns, rows, complete
        self._text, self._lines = text, lines

    def lines(self, positions):
        """Return the file's line numbers of rows, counted from 0; the header is on line 1."""
        if self._lines is None:
            breaks = self._text.count("\n") + (not self._text.endswith("\n"))
            plain = '"' not in self._text and breaks == self.rows + 1
            self._lines = np.arange(2, self.rows + 2) if plain else _start_lines(self._text)
        return self._lines[np.asarray(positions, dtype=int)]


def _start_lines(text):
    reader, starts, end = csv.reader(io.StringIO(text, newline="")), [], 0
    for row in reader:
        if row:
            starts.append(end + 1)
        end = reader.line_num
    return np.array(starts[1:], dtype=int)


def read_csv(path, schema, faults):
    """Return the TextTable of a CSV file, or None when faults of the whole file keep it from being read."""
    text = _decoded(path, faults)
    if text is None:
        return None
    header = _header(path.name, text, schema, faults)
    if header is None:
        return None
    if not text.endswith(("\n", "\r")):
        faults.note(f"{path.name} does not end with a line break; if it was cut off, its last value is not whole.")
    body = text.partition("\n")[2]
    half = len(body) // 2
    if body[:half].count("\n") >= FEW_LINES and body[:half] == body[half:]:
        faults.add(
            path.name, None, None, None, "all rows stand here twice: the file was pasted into itself; keep one half"
        )
    if text.count('"') % 2 == 0 and body.strip() and not re.search(AFTER_A_QUOTE, text):
        try:
            return _read_at_once(text, header)
        except pa.ArrowInvalid:
            pass  # some row is not as wide as the header: the careful way finds out which
    return _read_by_line(path.name, text, header, faults)


def _decoded(path, faults):
    try:
        data = path.read_bytes()
    except OSError as error:
        faults.add(path.name, None, None, None, f"cannot be read ({error.strerror}); check its permissions")
        return None
    problem = _not_text(data)
    if problem:
        line = data[: data.index(b"\0")].count(b"\n") + 1 if problem == ZERO_BYTES else None
        faults.add(path.name, line, None, None, problem)
        return None
    try:
        return data.decode("utf-8").lstrip("\ufeff")  # some exports begin with two of these marks
    except UnicodeDecodeError as error:
        _explain_encoding(path.name, data, error, faults)
        return None


def _not_text(data):
    if not data.strip():
        return "the file is empty; fill it or remove it"
    if data.startswith(b"PK\x03\x04"):
        return "is a spreadsheet or zip archive with the wrong ending; open it and save it as 'CSV UTF-8'"
    if data.startswith(b"PAR1"):
        return "is a Parquet file with the wrong ending; name it .parquet"
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return "is encoded as UTF-16; save it as 'CSV UTF-8'"
    if b"\0" in data:
        return ZERO_BYTES
    return None


def _explain_encoding(file, data, error, faults):
    line = data[: error.start].count(b"\n") + 1
    start = data.rfind(b"\n", 0, error.start) + 1
    read = data.decode("gb18030", "ignore")
    chinese = any("\u4e00" <= letter <= "\u9fff" for letter in read) and read.encode("gb18030") == data
    names = (read if chinese else data.decode("utf-8", "ignore")).split("\n", 1)[0].strip().split(",")
    place = data[start : error.start].count(b",")
    rule = f"is {'encoded as GBK, not' if chinese else 'not encoded as'} UTF-8; open it and save it as 'CSV UTF-8'"
    if error.reason == "unexpected end of data":
        rule = "the file ends in the middle of a character: it was cut off; copy or export it again"
    faults.add(file, line, names[place] if place < len(names) else None, None, rule)


def _header(file, text, schema, faults):
    try:
        names = next(csv.reader(io.StringIO(text, newline=""), strict=True), [])
    except csv.Error:
        faults.add(file, 1, None, text.split("\n", 1)[0], "the quotation marks of the header are not closed")
        return None
    before = len(faults)
    known = set(schema.columns)
    if len(names) == 1 and not known.intersection(names):
        for separator, called in SEPARATORS.items():
            if separator in names[0]:
                faults.add(file, 1, None, names[0], f"columns are separated by {called}: save it with commas")
                return None
    if not known.intersection(names):
        rule = "no column of this table is named here; line 1 must hold the column names: " + ", ".join(_needed(schema))
        rule += f"; for a company's own export: crmbook import {file} --to FOLDER"
        faults.add(file, 1, None, ",".join(names), rule)
        return None
    check_names(file, names, schema, faults, line=1)
    doubtful = len(set(names)) < len(names) or "" in names
    return None if doubtful and len(faults) > before else names


def _needed(schema):
    return [name for name, column in schema.columns.items() if column.required]


def check_names(file, names, schema, faults, line=None):
    """Report repeated, empty, missing and unknown column names; ``line``: where the names stand in a text file."""
    for name in sorted({name for name in names if names.count(name) > 1}):
        faults.add(file, line, name, None, f"the column stands here {names.count(name)} times; keep one")
    if "" in names:
        faults.add(file, line, None, None, f"column {names.index('') + 1} has no name; name it or remove it")
    strange = [name for name in names if name and name not in schema.columns]
    absent = [name for name in schema.columns if name not in names]
    likely = {name: nearest(name, absent) for name in strange}
    for name in _needed(schema):
        if name in absent:
            other = next((there for there, meant in likely.items() if meant == name), None)
            rule = f"rename column '{other}' to '{name}'" if other else "add the column; the table needs it"
            faults.add(file, line, name, None, f"the column is missing: {rule}")
    for name in strange:
        meant = likely[name]
        if meant is None or not schema.columns[meant].required:
            hint = f"; if it is '{meant}', rename it" if meant else ""
            faults.note(f"{file}: column '{name}' is not in the data dictionary; it is kept, unchecked{hint}.")


def _read_at_once(text, header):
    table = pa.csv.read_csv(
        io.BytesIO(text.encode()),
        parse_options=pa.csv.ParseOptions(newlines_in_values=True),
        convert_options=pa.csv.ConvertOptions(
            column_types={name: pa.string() for name in header},
            strings_can_be_null=True,
            null_values=[""],
        ),
    )
    return TextTable({name: table[name] for name in header}, table.num_rows, text)


def _read_by_line(file, text, header, faults):
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    next(reader)
    rows, lines, ragged, complete, start = [], [], [], True, reader.line_num + 1
    try:
        for row in reader:
            if len(row) == len(header):
                rows.append(row)
                lines.append(start)
            elif row:
                ragged.append((start, row))
            start = reader.line_num + 1
    except csv.Error:
        rule = "a quotation mark is not closed, or one inside a text is not doubled; nothing below it could be read"
        faults.add(file, start, None, text.split("\n")[start - 1].strip("\r"), rule)
        complete = False
    ways_out = ("put quotation marks around a value that holds a comma", "the line is cut off or lacks a comma")
    rules = [
        f"{len(r)} values, the header has {len(header)} columns; {ways_out[len(r) < len(header)]}" for _, r in ragged
    ]
    faults.add_many(file, [line for line, _ in ragged], None, [",".join(row) for _, row in ragged], rules)
    cells = zip(*rows, strict=True) if rows else [()] * len(header)
    columns = {
        name: pa.chunked_array([pa.array([cell or None for cell in column], pa.string())])
        for name, column in zip(header, cells, strict=True)
    }
    return TextTable(columns, len(rows), text, np.array(lines, dtype=int), complete and not ragged)
