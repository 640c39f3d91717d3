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
    def cells(self):
        """The cells as plain dictionaries."""
        return self.content["cells"]

    @property
    def requires(self):
        """Tables without which a run fails: {"crmlib": {"requires": […]}} in the notebook's metadata, else orders."""
        return self.content["metadata"].get("crmlib", {}).get("requires", ["orders"])

    @cached_property
    def substance(self):
        """What a run depends on: required tables, sources and tags, not stored outputs."""
        cells = [[c["cell_type"], _source(c), c.get("metadata", {}).get("tags", [])] for c in self.cells]
        return json.dumps([self.requires, cells])


def find_chapters(names=(), folder=None):
    """Read the chapters asked for, all of them when none is named, in order.

    Parameters: names - texts as a reader writes them; folder - where the notebooks lie, None for the workbook's own.
    Returns: list of Chapter. Raises: CrmError with the nearest right name.
    """
    folder = Path(folder) if folder else None
    known = (
        {path.stem: path for path in sorted((folder or default_notebooks()).glob("*.ipynb"))} if _wants(names) else {}
    )
    paths = [_path_of(name, known) for name in names] if names else list(known.values())
    if not paths:
        raise CrmError(f"There is no notebook in {folder}.")
    return [read_chapter(path) for path in dict.fromkeys(paths)]


def _wants(names):
    return not names or any(not str(name).endswith(".ipynb") for name in names)


def _path_of(name, known):
    name = str(name)
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
    nearest = difflib.get_close_matches(wanted, words, n=1)
    hint = f"did you mean '{nearest[0]}'?" if nearest else f"there are: {', '.join(words)}."
    raise CrmError(f"There is no chapter '{name}'; {hint}")


def read_chapter(path):
    """Read one notebook and the plain assignments of its cell tagged "parameters"."""
    path = Path(path)
    try:
        text = path.read_text(encoding="utf-8")
        cells = json.loads(text)["cells"]
    except (ValueError, KeyError, UnicodeDecodeError) as fault:
        raise CrmError(f"{path} is not a notebook: {fault}.") from fault
    tagged = next((cell for cell in cells if "parameters" in cell.get("metadata", {}).get("tags", [])), None)
    return Chapter(path.stem, text, _assignments(_source(tagged), path) if tagged else {})


def _source(cell):
    source = cell["source"]
    return source if isinstance(source, str) else "".join(source)


def _assignments(source, path):
    found = {}
    try:
        statements = ast.parse(source).body
    except SyntaxError as fault:
        raise CrmError(f"{path}: the cell tagged parameters is not plain Python: {fault}.") from None
    for node in statements:
        if isinstance(node, ast.Assign) and len(node.targets) == 1 and isinstance(node.targets[0], ast.Name):
            try:
                found[node.targets[0].id] = ast.literal_eval(node.value)
            except ValueError:
                name = node.targets[0].id
                raise CrmError(f"{path}: the default of parameter '{name}' must be a plain value.") from None
    return found
