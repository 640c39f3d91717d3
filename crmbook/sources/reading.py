"""The rows of a company's own export as text: any usual encoding and separator, workbooks, .gz. Nothing is executed."""

from __future__ import annotations

import csv
import gzip
import io
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

from crmlib.errors import CrmError, DataFault

SEPARATORS = {"comma": ",", "semicolon": ";", "tab": "\t", "bar": "|"}
BLANKS = "blanks"
WORKBOOKS = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0")
LONGEST_CELL = 10_000_000
EXACT_DIGITS = 15
"""A spreadsheet keeps so many digits of a number; longer ones have lost their end."""


@dataclass(frozen=True)
class Sheet:
    """One list of rows.

    name: of the file, with the sheet's behind a slash; rows: lists of texts without blanks around them; lines: where each
    row starts (sheet: its row); how: what had to be found out to read it (encoding, separator; nothing for a sheet).
    """

    name: str
    rows: list
    lines: list
    how: dict


def read_sheets(path, how):
    """Read the sheets of an export.

    path: text, workbook (xlsx, xls, ods) or either of them as .gz; how: sheet name → mapping whose ``encoding`` and
    ``separator`` are used in place of what the file looks like.
    Returns: list of Sheet that hold something. Raises: CrmError for what is no file; DataFault for what is no table.
    """
    data = _bytes(path)
    if data.startswith(WORKBOOKS):
        return _workbook(path, data)
    told = how.get(path.name, {})
    text, encoding = _decoded(path, data, told.get("encoding"))
    if text.lstrip().startswith("<"):
        raise DataFault(f"{path} is a page or XML, not a table: open it in a spreadsheet and save it as .xlsx or CSV.")
    separator, rows, lines = _cut(path, text, told.get("separator"))
    return [Sheet(path.name, rows, lines, {"encoding": encoding, "separator": separator})]


def _bytes(path):
    if not path.is_file():
        raise CrmError(f"'{path}' is no file; give the path of an export, such as orders.csv or orders.xlsx.")
    try:
        data = path.read_bytes()
        data = gzip.decompress(data) if data.startswith(b"\x1f\x8b") else data
    except (OSError, EOFError) as error:
        raise CrmError(f"'{path}' cannot be read ({error}); copy or export it again.") from None
    if not data.strip(b"\0 \r\n\t"):
        raise DataFault(f"{path} is empty: export it again.")
    return data


def _workbook(path, data):
    from python_calamine import CalamineError, CalamineWorkbook

    try:
        book = CalamineWorkbook.from_filelike(io.BytesIO(data))
        found = {name: book.get_sheet_by_name(name).to_python(skip_empty_area=False) for name in book.sheet_names}
    except CalamineError as error:
        raise DataFault(f"{path} cannot be read as a workbook ({error}): save it as .xlsx or CSV.") from None
    sheets = [
        Sheet(f"{path.name}/{name}", [_stripped(map(_as_text, row)) for row in rows], [*range(1, len(rows) + 1)], {})
        for name, rows in found.items()
    ]
    return [sheet for sheet in sheets if any(map(any, sheet.rows))]


def _as_text(value):
    """A cell of a workbook as its owner would have written it."""
    if isinstance(value, float):
        exact = abs(value) < 10**EXACT_DIGITS
        return str(int(value)) if exact and value == int(value) else f"{value:.{EXACT_DIGITS}G}"
    if hasattr(value, "isoformat"):
        return value.isoformat(" ").removesuffix(" 00:00:00") if hasattr(value, "hour") else value.isoformat()
    return str(value)


def _stripped(cells):
    return [cell.strip("\ufeff \t\r\n\xa0\u3000") for cell in cells]


def _decoded(path, data, encoding):
    encoding = encoding or _encoding(data)
    try:
        return data.decode(encoding).lstrip("\ufeff"), encoding
    except (UnicodeDecodeError, LookupError) as error:
        raise DataFault(f"{path} is not wholly readable as {encoding} ({error}): save it as 'CSV UTF-8'.") from None


def _encoding(data):
    """What the whole file is written in: marks first, then what can be read, then what it looks like."""
    from charset_normalizer import from_bytes

    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return "utf-16"
    if b"\0" in data:
        return "utf-16-le" if data[1::2].count(0) > data[::2].count(0) else "utf-16-be"
    try:
        data.decode("utf-8")
        return "utf-8"
    except UnicodeDecodeError:
        pass  # an older encoding; only the lines that are not plain ASCII tell which
    telling = b"\n".join(line for line in data.splitlines() if not line.isascii())
    for families in (["gb18030", "cp1252"], ["big5", "cp1252", "latin_1"]):
        if found := from_bytes(telling, cp_isolation=families).best():
            return found.encoding
    return "latin-1"


def _cut(path, text, separator):
    """The separator that cuts most of the file into rows of one width, the rows, and their lines."""
    if separator:
        return separator, *_rows(path, text, separator)
    found = []
    for name in SEPARATORS:
        try:
            rows, lines = _rows(path, text, name)
        except DataFault as fault:
            found.append((0, name, fault))
            continue
        width, times = Counter(map(len, rows)).most_common(1)[0]
        found.append((times * (width - 1), name, (rows, lines)))
    score, name, result = max(found, key=lambda each: each[0])
    if isinstance(result, DataFault):
        raise result
    return (name, *result) if score else (BLANKS, *_rows(path, text, BLANKS))


def _rows(path, text, separator):
    if separator == BLANKS:
        lines = text.splitlines()
        return [line.split() for line in lines], [*range(1, len(lines) + 1)]
    csv.field_size_limit(LONGEST_CELL)
    fault = None
    for escape in ({}, {"escapechar": "\\"}):
        mark = SEPARATORS.get(separator, separator)
        reader = csv.reader(io.StringIO(text, newline=""), delimiter=mark, strict=True, **escape)
        rows, lines, start = [], [], 1
        try:
            for row in reader:
                rows.append(_stripped(row))
                lines.append(start)
                start = reader.line_num + 1
            return rows, lines
        except csv.Error as error:
            fault = fault or DataFault(f"{path}, line {start}: a quotation mark is out of place ({error}); mend it.")
    raise fault
