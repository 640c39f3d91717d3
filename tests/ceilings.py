"""How much there may be: code lines by part, and public names a room. ``python -m tests.ceilings`` prints the table.

``ceilings.csv`` holds each part's ceiling and, while a part still lies above it, the count of ``today``: it may only
fall. ``python -m tests.ceilings --lower`` writes what has fallen; nothing raises it.
"""

import ast
import csv
import sys
from dataclasses import dataclass
from pathlib import Path

from crmlib.boundary import names_made
from tests.code_lines import code_lines

ROOT = Path(__file__).parents[1]
TABLE = Path(__file__).with_name("ceilings.csv")
ROOMS = ("information", "grading", "communication", "satisfaction", "loyalty", "churn")
NAMES = "names of "


@dataclass
class Part:
    """A part of the repository: how much it holds (None: it is not there yet), its ceiling, what is allowed today."""

    name: str
    count: int | None
    ceiling: int
    today: int | None

    @property
    def fault(self):
        """What is wrong, with the way out, or ""."""
        if self.count is None:
            return ""
        if self.count > max(self.ceiling, self.today or 0):
            return f"{self.name}: {self.count}, allowed {max(self.ceiling, self.today or 0)}. Take something away."
        if self.today is not None and self.count < self.today:
            return f"{self.name}: {self.count}, less than {self.today}. Run `python -m tests.ceilings --lower`."
        return ""

    @property
    def lowered(self):
        """What is allowed from now on: the count while it is above the ceiling, never more than today."""
        if self.today is None or self.count is None:
            return self.today
        return min(self.count, self.today) if self.count > self.ceiling else None


def counted(root=ROOT):
    """Count each part; None where it does not exist."""
    counts = {
        "crmlib": _lines(root, "crmlib", without=ROOMS),
        **{room: _lines(root, f"crmlib/{room}") for room in ROOMS},
        **{NAMES + room: _public_names(root / "crmlib" / room / "__init__.py") for room in ROOMS},
        "crmbook": _lines(root, "crmbook"),
        "company": _lines(root, "crmbook/company"),
        "batch": _lines(root, "crmbook/batch"),
        "sources": _lines(root, "crmbook/sources"),
        "teach": _lines(root, "crmbook/teach"),
        "cli": _lines(root, "crmbook/cli"),
        "tests": _lines(root, "tests"),
    }
    return counts


def _lines(root, folder, without=()):
    """Code lines of a package or a module of that name."""
    files = [path for path in root.glob(f"{folder}/**/*.py") if path.relative_to(root / folder).parts[0] not in without]
    files += root.glob(f"{folder}.py")
    return sum(code_lines(path.read_text(encoding="utf-8")) for path in files) if files else None


def _public_names(path):
    """What a room offers: its ``__all__``, without one every name that its ``__init__`` makes."""
    if not path.exists():
        return None
    tree = ast.parse(path.read_text(encoding="utf-8"))
    for line in tree.body:
        if isinstance(line, ast.Assign) and ast.unparse(line.targets[0]) == "__all__":
            return len(ast.literal_eval(line.value))
    return len({name for name in names_made(tree) if not name.startswith("_")})


def parts(counts, table=TABLE):
    """Counts beside their ceilings; the tests' ceiling is what ``crmlib``, its rooms and ``crmbook`` hold together."""
    with table.open(encoding="utf-8", newline="") as lines:
        rows = {row["part"]: row for row in csv.DictReader(lines)}
    if list(rows) != list(counts):
        raise ValueError(f"{table.name} lists {sorted(rows)}, counted are {sorted(counts)}.")
    tested = sum(counts[name] or 0 for name in ("crmlib", *ROOMS, "crmbook"))
    found = []
    for name, row in rows.items():
        today = int(row["today"]) if row["today"] else None
        found.append(Part(name, counts[name], tested if name == "tests" else int(row["ceiling"]), today))
    return found


def write(found, table=TABLE):
    """Write the table with what is allowed from now on."""
    with table.open("w", encoding="utf-8", newline="") as lines:
        writer = csv.writer(lines, lineterminator="\n")
        writer.writerow(["part", "ceiling", "today"])
        for part in found:
            today = "" if part.lowered is None else part.lowered
            writer.writerow([part.name, "" if part.name == "tests" else part.ceiling, today])


def main():
    found = parts(counted())
    if "--lower" in sys.argv:
        write(found)
        found = parts(counted())
    print(f"{'part':25}{'code lines':>12}{'ceiling':>10}{'allowed':>10}")
    for part in found:
        count = "not yet" if part.count is None else part.count
        print(f"{part.name:25}{count:>12}{part.ceiling:>10}{max(part.ceiling, part.today or 0):>10}")
    sys.exit("\n".join(part.fault for part in found if part.fault) or None)


if __name__ == "__main__":
    main()
