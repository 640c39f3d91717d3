"""The output folder: finished runs under their final names, nothing half-written, one batch at a time.

runs/CHAPTER/PARAMETERS/    notebook.ipynb, page.html, run.json
results.csv, results.parquet, index.html
"""

import json
import os
import shutil
import time
from functools import partial
from pathlib import Path

from filelock import FileLock, Timeout

from crmbook.batch.pages import HOME_FROM_RUN, linked
from crmlib.errors import CrmError

MEMO = "run.json"
FILES = {"notebook": "notebook.ipynb", "page": "page.html"}
as_text = partial(json.dumps, indent=1, ensure_ascii=False, default=str)


class Store:
    """An output folder held by this batch: `with Store(folder) as store`."""

    def __init__(self, folder):
        self.folder = Path(folder).resolve()
        self.parts = self.folder / ".parts"
        self._lock = FileLock(self.folder / ".lock", timeout=0)

    def __enter__(self):
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            self._lock.acquire()
        except Timeout:
            raise CrmError(f"Another batch is running in '{self.folder}'; wait or choose another --out.") from None
        except OSError as fault:
            raise CrmError(f"Cannot write to '{self.folder}': {fault.strerror}.") from fault
        shutil.rmtree(self.parts, ignore_errors=True)  # begun by a batch that was killed
        self.parts.mkdir(exist_ok=True)
        return self

    def __exit__(self, *_fault):
        shutil.rmtree(self.parts, ignore_errors=True)
        self._lock.release()

    def finished(self, run):
        """What is known of a run that is complete and still current, or None; its links follow the present plan."""
        place = self.folder / "runs" / run.name
        if not (place / MEMO).is_file():
            return None
        memo = json.loads((place / MEMO).read_text(encoding="utf-8"))
        if memo["fingerprint"] != run.fingerprint:
            return None
        if memo["files"]["page"] and memo["beside"] != list(run.beside):
            memo["beside"] = run.beside
            page = (place / FILES["page"]).read_text(encoding="utf-8")
            self.write(place / FILES["page"], linked(page, HOME_FROM_RUN, *run.beside))
            self.write(place / MEMO, as_text(memo))
        return memo

    def save(self, run, outcome):
        """Put a run's files under their final names, all at once. Returns: what to know of it."""
        memo = {name: value for name, value in outcome.items() if name not in FILES}
        memo |= {"fingerprint": run.fingerprint, "chapter": run.chapter.name, "settings": run.settings}
        memo |= {"beside": run.beside, "finished": time.strftime("%Y-%m-%d %H:%M:%S")}
        memo["files"] = {name: bool(outcome[name]) for name in FILES}
        place, part, old = self.folder / "runs" / run.name, self.parts / "new", self.parts / "old"
        part.mkdir()
        for name, file in FILES.items():
            if outcome[name]:
                (part / file).write_text(outcome[name], encoding="utf-8", newline="\n")
        (part / MEMO).write_text(as_text(memo), encoding="utf-8")
        place.parent.mkdir(parents=True, exist_ok=True)
        if place.exists():
            os.rename(place, old)
        os.rename(part, place)
        shutil.rmtree(old, ignore_errors=True)
        return memo

    def write(self, name, content):
        """Replace a file of the folder in one step; content - text or bytes, None: it is no longer true, remove it."""
        if content is None:
            (self.folder / name).unlink(missing_ok=True)
            return
        part = self.parts / Path(name).name
        part.write_bytes(content if isinstance(content, bytes) else content.encode("utf-8"))
        os.replace(part, self.folder / name)
