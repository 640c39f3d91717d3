"""Write the company to a folder, or return it as pandas frames."""

import os
import shutil
import tempfile
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet

from crmbook.company.company import tables
from crmbook.company.settings import SMALLEST_COMPANY
from crmlib.errors import CrmError


def _check(customers, seed):
    if isinstance(customers, bool) or not isinstance(customers, int) or customers < SMALLEST_COMPANY:
        raise CrmError(f"customers is {customers!r}; the story needs a whole number of at least {SMALLEST_COMPANY}.")
    if isinstance(seed, bool) or not isinstance(seed, int) or seed < 0:
        raise CrmError(f"seed is {seed!r}; give a whole number from 0 up, for example 2026.")


def simulate(customers=4000, seed=2026):
    """Return the company's tables as pandas frames, the truth under names that begin with "truth/".

    Parameters: ``customers`` who register over the four years, persons and accounts together; ``seed`` ≥ 0.
    Returns: dict of DataFrames. Raises: CrmError for impossible sizes or seeds.
    """
    _check(customers, seed)
    return {name: sheet.frame() for name, sheet in tables(customers, seed)}


def write_company(folder, customers=4000, seed=2026, format="csv", replace=False):
    """Write the company's tables into a folder, the truth into its subfolder ``truth``.

    Every table is written to a hidden folder first; the files move to their names when all are complete.
    The same seed, size and versions of crmlib and NumPy give the same bytes.
    Parameters: ``folder`` made when missing; ``customers`` and ``seed`` as in ``simulate``; ``format`` "csv" or
    "parquet" (smaller and faster from 100,000 customers up); ``replace`` tables that are there already. Raises:
    CrmError, also where the folder has tables and ``replace`` is not said.
    """
    _check(customers, seed)
    if format not in ("csv", "parquet"):
        raise CrmError(f"format is {format!r}; the tables can be written as csv or parquet.")
    folder = Path(folder)
    there = sorted(file.name for file in folder.glob("*") if file.suffix in (".csv", ".parquet"))
    if there and not replace:
        raise CrmError(
            f"'{folder}' has tables already ({there[0]} …): choose another folder, or replace them (--replace)."
        )
    try:
        folder.mkdir(parents=True, exist_ok=True)
        draft = Path(tempfile.mkdtemp(prefix=".writing-", dir=folder))
    except OSError as error:
        raise CrmError(f"Cannot write into '{folder}': {error.strerror}. Choose another folder.") from error
    try:
        (draft / "truth").mkdir()
        written = []
        for name, sheet in tables(customers, seed):
            written.append(f"{name}.{format}")
            _write(sheet, draft / written[-1], format)
        (folder / "truth").mkdir(exist_ok=True)
        for name in written:
            os.replace(draft / name, folder / name)
    except OSError as error:
        raise CrmError(f"Cannot write into '{folder}': {error.strerror}. Nothing was changed.") from error
    finally:
        shutil.rmtree(draft, ignore_errors=True)


def _write(sheet, path, format):
    """Write one table piece by piece."""
    if format == "parquet":
        writer = None
        for piece in sheet.pieces():
            writer = writer or pyarrow.parquet.ParquetWriter(path, piece.schema)
            writer.write_table(piece)
        writer.close()
        return
    with open(path, "w", encoding="utf-8", newline="") as file:
        for number, piece in enumerate(sheet.pieces()):
            if number == 0:
                file.write(",".join(piece.column_names) + "\n")
            if len(piece):
                file.write("\n".join(_csv_lines(piece)) + "\n")


def _csv_lines(piece):
    """Return the rows as CSV text, quoted only where a cell needs it (Arrow's own writer quotes every text)."""
    cells = []
    for column in piece.columns:
        text = column.combine_chunks()
        if pa.types.is_string(text.type):
            special = pc.fill_null(pc.match_substring_regex(text, '[",\n\r]'), False)
            quoted = pc.binary_join_element_wise('"', pc.replace_substring(text, '"', '""'), '"', "")
            text = pc.if_else(special, quoted, text)
        cells.append(pc.fill_null(pc.cast(text, pa.string()), ""))
    return pc.binary_join_element_wise(*cells, ",").to_pylist()
