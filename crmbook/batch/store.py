"""The output folder: finished runs under their final names, nothing half-written, one batch at a time.

runs/CHAPTER/PARAMETERS/    notebook.ipynb, page.html, run.json
results.csv, results.parquet, index.html
"""

import json
import os
import shutil
import time
from pathlib import Path

from filelock import FileLock, Timeout

from crmbook.batch.pages import HOME_FROM_RUN, linked
from crmlib.errors import CrmError

PARTS = ".parts"
MEMO = "run.json"
KEPT_APART = ("notebook", "page")


class Store:
    """An output folder held by this batch: `with Store(folder) as store`."""

    def __init__(self, folder):
        self.folder = Path(folder).resolve()
        self._lock = FileLock(self.folder / ".lock", timeout=0)
        self._number = 0

    def __enter__(self):
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            self._lock.acquire()
        except Timeout:
            raise CrmError(
                f"Another batch is running in '{self.folder}'; wait for it or choose another --out."
            ) from None
        except OSError as fault:
            raise CrmError(f"Cannot write to '{self.folder}': {fault.strerror}.") from fault
        # What lies here was begun by a batch that was killed.
        shutil.rmtree(self.folder / PARTS, ignore_errors=True)
        (self.folder / PARTS).mkdir(exist_ok=True)
        return self

    def __exit__(self, *_fault):
        shutil.rmtree(self.folder / PARTS, ignore_errors=True)
        self._lock.release()

    def place(self, name):
        """The folder of a run."""
        return self.folder / "runs" / name

    def finished(self, run):
        """What is known of a run that is complete and still current, or None."""
        memo = self.place(run.name) / MEMO
        if not memo.is_file():
            return None
        known = json.loads(memo.read_text(encoding="utf-8"))
        if known["fingerprint"] != run.fingerprint:
            return None
        if known["files"]["page"] and known["beside"] != list(run.beside):
            page = (memo.parent / "page.html").read_text(encoding="utf-8")
            known["beside"] = run.beside
            self.write(f"runs/{run.name}/page.html", linked(page, HOME_FROM_RUN, *run.beside))
            self.write(f"runs/{run.name}/{MEMO}", _as_text(known))
        return known

    def save(self, run, outcome):
        """Put a run's files under their final names, all at once. Returns: what to know of it."""
        memo = {name: value for name, value in outcome.items() if name not in KEPT_APART}
        memo |= {
            "fingerprint": run.fingerprint,
            "chapter": run.chapter.name,
            "settings": run.settings,
            "beside": run.beside,
            "finished": time.strftime("%Y-%m-%d %H:%M:%S"),
            "files": {name: bool(outcome[name]) for name in KEPT_APART},
        }
        self._number += 1
        part = self.folder / PARTS / str(self._number)
        part.mkdir()
        for name, file in (("notebook", "notebook.ipynb"), ("page", "page.html")):
            if outcome[name]:
                (part / file).write_text(outcome[name], encoding="utf-8", newline="\n")
        (part / MEMO).write_text(_as_text(memo), encoding="utf-8")
        self._swap(part, self.place(run.name))
        return memo

    def _swap(self, part, place):
        place.parent.mkdir(parents=True, exist_ok=True)
        if place.exists():
            os.rename(place, part.with_name(part.name + "-old"))
        os.rename(part, place)
        shutil.rmtree(part.with_name(part.name + "-old"), ignore_errors=True)

    def write(self, name, content):
        """Replace a file of the folder in one step."""
        part = self.folder / PARTS / Path(name).name
        part.write_bytes(content if isinstance(content, bytes) else content.encode("utf-8"))
        os.replace(part, self.folder / name)

    def remove(self, name):
        """Remove a file at the top of the folder that is no longer true."""
        (self.folder / name).unlink(missing_ok=True)


def _as_text(memo):
    return json.dumps(memo, indent=1, ensure_ascii=False, default=str)
