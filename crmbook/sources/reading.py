"""The rows of an export as text: any usual encoding and separator, workbooks, .gz. Nothing is executed."""

from __future__ import annotations

import csv
import gzip
import io
import zlib
from collections import Counter
from contextlib import suppress
from dataclasses import dataclass

from crmlib.errors import CrmError, DataFault

SEPARATORS = {"comma": ",", "semicolon": ";", "tab": "\t", "bar": "|"}
BLANKS = " "
WORKBOOKS = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0")
EXACT_DIGITS = 15
"""A spreadsheet keeps so many digits of a number; longer ones have lost their end."""
AROUND = "\ufeff \t\r\n\xa0\u3000"


@dataclass(frozen=True)
class Sheet:
    """One list of rows.

    name: of the file, with the sheet's behind a slash; rows: lists of texts; lines: where in the file each row starts;
    how: what had to be found out to read it (encoding, separator).
    """

    name: str
    rows: list
    lines: list
    how: dict


def read_sheets(path, told):
    """Read the sheets of an export.

    path: text, workbook (xlsx, xls, ods) or either of them as .gz; told: sheet name → mapping, whose ``encoding`` and
    ``separator`` are used in place of what the file looks like.
    Returns: list of Sheet that hold something. Raises: CrmError for what is no file; DataFault for what is no table.
    """
    if not path.is_file():
        raise CrmError(f"'{path}' is no file; give the path of an export, such as orders.csv or orders.xlsx.")
    try:
        data = path.read_bytes()
        data = gzip.decompress(data) if data.startswith(b"\x1f\x8b") else data
    except (OSError, EOFError, zlib.error) as error:
        raise CrmError(f"'{path}' cannot be read ({error}); copy or export it again.") from None
    if data.startswith(WORKBOOKS):
        return _workbook(path, data)
    how = {part: told.get(path.name, {}).get(part) for part in ("encoding", "separator")}
    how["encoding"] = how["encoding"] or _encoding(data)
    try:
        text = data.decode(how["encoding"]).lstrip("\ufeff")
    except (UnicodeDecodeError, LookupError) as error:
        raise DataFault(f"{path} is not wholly readable as {how['encoding']} ({error}): save it as UTF-8.") from None
    if not text.strip() or text.lstrip().startswith("<"):
        what = "a page or XML" if text.strip() else "empty"
        raise DataFault(f"{path} is {what}, not a table: export it again, as CSV or .xlsx.")
    how["separator"] = how["separator"] or _separator(text)
    return [Sheet(path.name, *_rows(path, text, how["separator"]), how)]


def _workbook(path, data):
    from python_calamine import CalamineError, CalamineWorkbook

    try:
        book = CalamineWorkbook.from_filelike(io.BytesIO(data))
        found = {name: book.get_sheet_by_name(name).to_python(skip_empty_area=False) for name in book.sheet_names}
    except CalamineError as error:
        raise DataFault(f"{path} cannot be read as a workbook ({error}): save it as .xlsx or CSV.") from None
    sheets = {f"{path.name}/{name}": [[_as_text(cell) for cell in row] for row in rows] for name, rows in found.items()}
    return [Sheet(name, rows, [*range(1, len(rows) + 1)], {}) for name, rows in sheets.items() if any(map(any, rows))]


def _as_text(value):
    """A cell of a workbook as its owner would have written it."""
    if isinstance(value, float):
        return f"{value + 0:.{EXACT_DIGITS}G}"  # + 0: there is no -0
    return str(value).removesuffix(" 00:00:00").strip(AROUND)


def _encoding(data):
    """What the whole file is written in: marks first, then what can be read, then what its lines look like."""
    from charset_normalizer import from_bytes

    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return "utf-16"
    if b"\0" in data:
        return "utf-16-le" if data[1::2].count(0) > data[::2].count(0) else "utf-16-be"
    telling = b"\n".join(line for line in data.splitlines() if not line.isascii())
    try:
        telling.decode("utf-8")
        return "utf-8"
    except UnicodeDecodeError:
        found = from_bytes(telling, cp_isolation=["gb18030", "cp1252"]).best()
        return found.encoding if found else "cp1252"


def _separator(text):
    """The separator that cuts most of the whole file into rows of one width; blanks where none does."""
    scores = {BLANKS: 0}
    for name, mark in SEPARATORS.items():
        with suppress(csv.Error):  # with this one, a quotation mark is never closed
            rows = csv.reader(io.StringIO(text, newline=""), delimiter=mark)
            width, times = Counter(map(len, rows)).most_common(1)[0]
            scores[name] = times * (width - 1)
    return max(scores, key=scores.get)


def _rows(path, text, separator):
    """Rows and the lines on which they start."""
    mark, rows, lines, start = SEPARATORS.get(separator, separator), [], [], 1
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=mark, skipinitialspace=True, strict=True)
    try:
        for row in reader:
            rows.append([cell.strip(AROUND) for cell in row])
            lines.append(start)
            start = reader.line_num + 1
    except csv.Error as error:
        raise DataFault(f"{path}, line {start}: a quotation mark is out of place ({error}); mend it.") from None
    return rows, lines
