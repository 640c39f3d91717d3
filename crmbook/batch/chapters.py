"""Chapters by any name a reader would use: "grading", "6", "06_grading", or a notebook's path."""

import ast
import difflib
import json
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from crmlib.errors import CrmError
from crmlib.places import default_notebooks


@dataclass(frozen=True)
class Chapter:
    """A notebook: its name, its text as stored, and the parameters it can be given."""

    name: str
    text: str
    defaults: dict

    @cached_property
    def content(self):
        """The notebook as a plain dictionary."""
        return json.loads(self.text)

    @property
    def requires(self):
        """Tables without which a run fails: {"crmlib": {"requires": […]}} in the notebook's metadata, else orders."""
        return self.content["metadata"].get("crmlib", {}).get("requires", ["orders"])

    @cached_property
    def substance(self):
        """What a run depends on: required tables, sources and tags, not stored outputs."""
        cells = self.content["cells"]
        cells = [[cell["cell_type"], "".join(cell["source"]), cell["metadata"].get("tags", [])] for cell in cells]
        return json.dumps([self.requires, cells])


def find_chapters(names=(), folder=None):
    """Read the chapters asked for, all of them when none is named, in order.

    Parameters: names - texts as a reader writes them; folder - where the notebooks lie, None for the workbook's own.
    Returns: list of Chapter. Raises: CrmError with the nearest right name.
    """
    by_name = not names or any(not str(name).endswith(".ipynb") for name in names)
    files = sorted(Path(folder or default_notebooks()).glob("*.ipynb")) if by_name else []
    known = {path.stem: path for path in files}
    paths = [_path_of(str(name), known) for name in names] if names else list(known.values())
    if not paths:
        raise CrmError(f"There is no notebook in {folder}.")
    return [read_chapter(path) for path in dict.fromkeys(paths)]


def _path_of(name, known):
    if name.endswith(".ipynb"):
        if not Path(name).is_file():
            raise CrmError(f"There is no notebook '{name}'.")
        return Path(name)
    wanted = name.strip().lower()
    for stem, path in known.items():
        number, _, word = stem.partition("_")
        if wanted in (stem.lower(), word.lower(), number, number.lstrip("0")):
            return path
    words = [stem.partition("_")[2] or stem for stem in known]
    raise CrmError(f"There is no chapter '{name}'; {nearest(wanted, words)}")


def nearest(wanted, known):
    """Point from a name that is not known to the one that was probably meant, or to all."""
    found = difflib.get_close_matches(wanted, known, n=1)
    return f"did you mean '{found[0]}'?" if found else f"there are: {', '.join(known) or 'none'}."


def read_chapter(path):
    """Read one notebook and the plain assignments of its cell tagged "parameters"."""
    path = Path(path)
    try:
        text = path.read_text(encoding="utf-8")
        cells = json.loads(text)["cells"]
    except (ValueError, KeyError) as fault:
        raise CrmError(f"{path} is not a notebook: {fault}.") from fault
    tagged = ["".join(c["source"]) for c in cells if "parameters" in c.get("metadata", {}).get("tags", [])]
    return Chapter(path.stem, text, _assignments(tagged[0], path) if tagged else {})


def _assignments(source, path):
    try:
        statements = ast.parse(source).body
    except SyntaxError as fault:
        raise CrmError(f"{path}: the cell tagged parameters is not plain Python: {fault}.") from None
    assigned = [node for node in statements if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name)]
    found = {}
    for name, value in ((node.targets[0].id, node.value) for node in assigned):
        try:
            found[name] = ast.literal_eval(value)
        except ValueError:
            raise CrmError(f"{path}: the default of parameter '{name}' must be a plain value.") from None
    return found
