"""Bring a public data set into the form of the customer database: download or local copy → checked → tables."""

from __future__ import annotations

import os
import shutil
import tempfile
from importlib import import_module
from pathlib import Path

from crmbook.sources.account import Account
from crmbook.sources.registry import find_source
from crmlib.errors import CrmError, DataFault

SECONDS_TO_ANSWER = 30
ABOUT = "SOURCE.md"


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
    _refuse_occupied(to, source)
    path = _local(source, Path(file)) if file is not None else _download(source)
    sha256 = _sum(path)
    expected = source.file_sha256
    if file is not None and expected and sha256 != expected:
        raise CrmError(
            f"{path} is not the known copy of {source.name}: its sha256 is {sha256}, expected {expected}. "
            f"Take the file from {source.url}."
        )
    conversion = import_module(f"crmbook.sources.{source.name}").to_tables(path)
    account = Account(
        source=source,
        folder=str(to),
        origin=str(path) if file is not None else source.url,
        sha256=sha256,
        verified=sha256 == expected,
        main=conversion.main,
        rows_in=conversion.rows_in,
        rows_out={name: len(table) for name, table in conversion.tables.items()},
        dropped={reason: count for reason, count in conversion.dropped.items() if count},
        remarks={remark: count for remark, count in conversion.remarks.items() if count},
        changes=conversion.changes,
    )
    _write(to, conversion.tables, account)
    return account


def _refuse_occupied(to, source):
    if to.exists() and not to.is_dir():
        raise CrmError(f"'{to}' is a file; choose a folder to write the tables to.")
    if not to.is_dir() or not any(to.iterdir()):
        return
    about = to / ABOUT
    if not (about.is_file() and f"- Data set: {source.name}\n" in about.read_text("utf-8")):
        raise CrmError(f"The folder '{to}' already holds other files; choose a new or empty folder.")


def _local(source, file):
    if not file.is_file():
        raise CrmError(f"There is no file '{file}'; give the path of your copy of {source.member or source.name}.")
    return file


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


def _write(to, tables, account):
    """All files at once: they are written beside the target and moved under its name when complete."""
    try:
        to.parent.mkdir(parents=True, exist_ok=True)
        part = Path(tempfile.mkdtemp(prefix=f".{to.name}.", suffix=".part", dir=to.parent))
    except OSError as error:
        raise CrmError(f"'{to}' cannot be written ({error.strerror}); choose another folder.") from None
    try:
        for name, table in tables.items():
            table.to_csv(part / f"{name}.csv", index=False, lineterminator="\n", date_format="%Y-%m-%d")
        (part / ABOUT).write_text(account.markdown(), "utf-8")
        part.chmod(0o755)
        if to.is_dir():  # empty, or from an earlier fetch: replace file by file, touch nothing else
            for file in part.iterdir():
                os.replace(file, to / file.name)
        else:
            os.replace(part, to)
    except OSError as error:
        raise CrmError(f"'{to}' cannot be written ({error.strerror}).") from None
    finally:
        shutil.rmtree(part, ignore_errors=True)


def require_columns(table, names, path):
    """Raise DataFault unless a public file has the columns that its data set should have."""
    absent = [name for name in names if name not in table]
    if absent:
        raise DataFault(f"{path}, line 1: the columns {', '.join(absent)} are missing; this is another file.")
