"""A folder of tables written as a whole or not at all, and only when it passes the check."""

from __future__ import annotations

import os
from pathlib import Path
from tempfile import TemporaryDirectory

from crmlib.database import check_folder
from crmlib.errors import CrmError, DataFault

ABOUT = "SOURCE.md"
MAPPING = "mapping.yaml"


def refuse_occupied(to, mark):
    """Raise CrmError unless a folder is new, empty, or written before by whoever leaves this mark in its account."""
    if to.exists() and not to.is_dir():
        raise CrmError(f"'{to}' is a file; choose a folder to write the tables to.")
    held = {path.name: path for path in to.iterdir() if path.name != MAPPING} if to.is_dir() else {}
    if held and not (ABOUT in held and held[ABOUT].is_file() and mark in held[ABOUT].read_text("utf-8")):
        raise CrmError(f"The folder '{to}' already holds other files; choose a new or empty folder.")


def write_folder(to, tables, texts):
    """Write tables (name → DataFrame) and texts (file name → text): beside the target, checked, then moved.

    Raises: DataFault with every fault when the tables break a rule of the data dictionary; CrmError when the folder
    cannot be written. Then nothing is.
    """
    try:
        to.parent.mkdir(parents=True, exist_ok=True)
        with TemporaryDirectory(prefix=f".{to.name}.", suffix=".part", dir=to.parent) as beside:
            part = Path(beside, to.name)
            part.mkdir()
            for name, table in tables.items():
                table.to_csv(part / f"{name}.csv", index=False, lineterminator="\n", date_format="%Y-%m-%d")
            for name, text in texts.items():
                (part / name).write_text(text, "utf-8")
            report = check_folder(part)
            if not report.ok:
                raise DataFault(f"Nothing was written: the tables have faults. {report}".replace(str(part), str(to)))
            if to.is_dir():  # empty, or written before: replace file by file, touch nothing else
                for file in part.iterdir():
                    os.replace(file, to / file.name)
            else:
                os.replace(part, to)
    except OSError as error:
        raise CrmError(f"'{to}' cannot be written ({error.strerror}); choose another folder.") from None
