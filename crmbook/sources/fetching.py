"""Bring a public data set into the form of the customer database: download or local copy → checked → tables."""

from __future__ import annotations

import shutil
from pathlib import Path
from zipfile import BadZipFile

import pandas as pd
import pooch

from crmbook.sources import minethatdata
from crmbook.sources.account import Account
from crmbook.sources.conversion import convert
from crmbook.sources.reading import read_sheets
from crmbook.sources.registry import find_source
from crmbook.sources.writing import ABOUT, refuse_occupied, write_folder
from crmlib.errors import CrmError, DataFault


def fetch(name, to, file=None):
    """Turn a public data set into tables of the customer database.

    name: as in ``catalogue()``; to: folder to write, new or empty or written by an earlier fetch of the same data set;
    file: a local copy to use instead of downloading.
    Returns: Account of every row. Raises: CrmError when the file cannot be had or is another one; then
    nothing is written.
    """
    return fetch_source(find_source(name), to, file)


def fetch_source(source, to, file=None):
    """The same for a data set that need not stand in the registry."""
    to = Path(to)
    refuse_occupied(to, f"- Data set: {source.name}\n")
    path = _download(source) if file is None else Path(file)
    try:
        sha256 = pooch.file_hash(str(path))
    except OSError as error:
        raise CrmError(f"'{path}' cannot be read ({error.strerror}); give the path of your {source.file}.") from None
    if file is not None and source.sha256 not in ("", sha256):
        which = f"its sha256 is {sha256}, expected {source.sha256}"
        raise CrmError(f"{path} is not the known copy of {source.name}: {which}. Take the file from {source.url}.")
    made = _converted(source, path)
    made.changes += source.changes
    known = "the known copy" if sha256 == source.sha256 else f"the known copy is {source.sha256 or 'not known'}"
    closing = [f"Licence: {source.licence}. Cite: {source.citation}", f"File: {path}, sha256 {sha256} ({known})."]
    about = f"# {source.title}\n\n{source.about}\n\n- Data set: {source.name}\n- From: {source.url}"
    account = Account(str(to), {source.title: made}, about, closing)
    write_folder(to, made.tables, {ABOUT: account.markdown()})
    return account


def _converted(source, path):
    """The tables of a public file, with those that the registry states."""
    try:
        sheet = read_sheets(path, {path.name: source.mapping})[0]
        made = convert(sheet, source.mapping) if source.mapping else minethatdata.to_tables(sheet)
    except DataFault as fault:
        raise DataFault(f"{fault} Perhaps this is another file.") from None
    made.tables |= {name: pd.DataFrame(rows) for name, rows in source.tables.items()}
    return made


def _download(source):
    pooch.get_logger().setLevel("WARNING")
    kept = pooch.os_cache("crmbook") / source.name
    zipped = source.url.endswith(".zip")
    known, unpacked = (None, pooch.Unzip(members=[source.file])) if zipped else (source.sha256 or None, None)
    try:
        found = pooch.retrieve(source.url, known, path=kept, processor=unpacked)
    except (ValueError, KeyError, OSError, BadZipFile) as error:  # no answer, another sum or file, a full disk
        shutil.rmtree(kept, ignore_errors=True)  # else it would be taken again
        copy = f"download it elsewhere and give your copy: crmbook fetch {source.name} --to FOLDER --file {source.file}"
        raise CrmError(f"{source.url} gave no known file ({' '.join(str(error).split())}); {copy}") from None
    return Path(found[0] if zipped else found)
