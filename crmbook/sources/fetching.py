"""Bring a public data set into the form of the customer database: download or local copy → checked → tables."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path

import pandas as pd

from crmbook.sources.account import Account
from crmbook.sources.conversion import convert
from crmbook.sources.reading import read_sheets
from crmbook.sources.registry import find_source
from crmbook.sources.writing import ABOUT, refuse_occupied, write_folder
from crmlib.errors import CrmError, DataFault

SECONDS_TO_ANSWER = 30


def fetch(name, to, file=None):
    """Turn a public data set into tables of the customer database.

    name: as in ``catalogue()``; to: folder to write, new or empty or written by an earlier fetch of the same data set;
    file: a local copy to use instead of downloading.
    Returns: Account of every row. Raises: CrmError when the file cannot be had or is another one; then
    nothing is written.
    """
    return fetch_source(find_source(name), to, file)


def fetch_source(source, to, file=None):
    """The same for a Source that need not stand in the registry."""
    to = Path(to)
    refuse_occupied(to, f"- Data set: {source.name}\n")
    if file is not None and not Path(file).is_file():
        raise CrmError(f"There is no file '{file}'; give the path of your copy of {source.member or source.name}.")
    path = Path(file) if file is not None else _download(source)
    sha256 = _sum(path)
    expected = source.file_sha256
    if file is not None and expected and sha256 != expected:
        raise CrmError(
            f"{path} is not the known copy of {source.name}: its sha256 is {sha256}, expected {expected}. "
            f"Take the file from {source.url}."
        )
    made = _mapped(source, path) if source.mapping else import_module(f"crmbook.sources.{source.name}").to_tables(path)
    made.changes += (*source.changes,)
    known = "the known copy" if sha256 == expected else f"the known copy is {expected or 'not known'}"
    closing = [f"Licence: {source.licence}. Cite: {source.citation}", f"File: {path}, sha256 {sha256} ({known})."]
    about = f"# {source.title}\n\n{source.about} {source.note}\n\n- Data set: {source.name}\n- From: {source.url}"
    account = Account(str(to), {source.title: made}, about, closing)
    write_folder(to, made.tables, {ABOUT: account.markdown()})
    return account


def _mapped(source, path):
    """The tables of a public file that a mapping describes, with the company's row where it has dates."""
    try:
        made, _ = convert(read_sheets(path, {path.name: source.mapping})[0], source.mapping)
    except DataFault as fault:
        raise DataFault(f"{fault} Perhaps this is another file.") from None
    if source.company:
        days = made.tables["orders"]["order_date"]
        company = {"observed_from": days.min(), "observed_to": days.max()} | source.company
        made.tables = {"company": pd.DataFrame([company]), **made.tables}
    return made


def _sum(path):
    import pooch

    try:
        return pooch.file_hash(str(path))
    except OSError as error:
        raise CrmError(f"'{path}' cannot be read ({error.strerror}); check its permissions.") from None


def _download(source):
    import pooch
    import requests

    known = f"sha256:{source.download_sha256}" if source.download_sha256 else None
    pooch.get_logger().setLevel("WARNING")
    try:
        found = pooch.retrieve(
            source.url,
            known_hash=known,
            fname=source.url.rsplit("/", 1)[1],
            path=pooch.os_cache("crmbook") / source.name,
            processor=pooch.Unzip(members=[source.member]) if source.member else None,
            downloader=pooch.HTTPDownloader(timeout=SECONDS_TO_ANSWER),
        )
    except requests.RequestException as error:
        raise CrmError(
            f"{source.url} cannot be reached ({type(error).__name__}). Download it elsewhere and give your copy: "
            f"crmbook fetch {source.name} --to FOLDER --file {source.member or source.url.rsplit('/', 1)[1]}"
        ) from None
    except (ValueError, KeyError, OSError) as error:
        raise CrmError(f"The download of {source.name} from {source.url} is not the known file: {error}") from None
    return Path(found[0] if source.member else found)
