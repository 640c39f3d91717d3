"""Who may import whom: dictionary → database → facts, estimate → figures, exercises, explore → rooms; crmbook above."""

import ast
from pathlib import Path

import pytest

from tests.ceilings import ROOMS

ROOT = Path(__file__).parents[1]
LAYERS = (
    {"errors", "places", "likelihood"},
    {"dictionary"},
    {"database"},
    {"facts", "estimate", "regressions", "durations", "two_models"},
    {"figures", "own_figure", "records", "claims", "answers", "drawings", "exercises", "explore", "boundary"},
    {"opening"},
    set(ROOMS),
)
RANK = {module: rank for rank, modules in enumerate(LAYERS) for module in modules}


def imported(source, module, is_package=False):
    """Dotted names that a module imports, anywhere in it; ``from a import b`` is a and a.b."""
    found = set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            above = module.split(".")[: len(module.split(".")) - node.level + is_package] if node.level else []
            base = ".".join([*above, *([node.module] if node.module else [])])
            found |= {base} | {f"{base}.{alias.name}" for alias in node.names}
    return found


def faults(module, names):
    """Sentences for the imports of a module that its layer forbids."""
    package, _, inner = module.partition(".")
    own = inner.split(".")[0]
    if package == "crmbook":
        return []
    found = [f"{module} imports {name}" for name in names if _within(name, "crmbook")]
    if own == "":
        return found
    if own not in RANK:
        return [*found, f"{module} stands in no layer: name it in LAYERS"]
    for name in names:
        part = name.split(".")[1] if name.startswith("crmlib.") else ""
        forbidden = RANK.get(part, -1) > RANK[own] or (own in ROOMS and part in set(ROOMS) - {own})
        # The shared vocabulary (`import crmlib`) stands above all but the rooms.
        if forbidden or (name == "crmlib" and own not in ROOMS and not _only_modules(names)):
            found.append(f"{module} imports {name}")
    return found


def _within(name, package):
    return name == package or name.startswith(package + ".")


def _only_modules(names):
    """Whether ``crmlib`` itself is named only because one of its modules is taken from it."""
    return any(name.partition(".")[2] in RANK for name in names if name.startswith("crmlib."))


def modules(root=ROOT):
    for path in sorted([*root.glob("crmlib/**/*.py"), *root.glob("crmbook/**/*.py")]):
        dotted = ".".join(path.relative_to(root).with_suffix("").parts)
        is_package = dotted.endswith(".__init__")
        yield dotted.removesuffix(".__init__"), path.read_text(encoding="utf-8"), is_package


def test_layers():
    assert [
        fault for name, source, package in modules() for fault in faults(name, imported(source, name, package))
    ] == []


@pytest.mark.parametrize(
    ("module", "source"),
    [
        ("crmlib.figures", "import crmbook"),
        ("crmlib.grading", "from crmbook.company import world"),
        ("crmlib.facts", "def f():\n    import crmbook.batch"),
        ("crmlib.database.files", "from crmlib.facts import purchase_days"),
        ("crmlib.database.files", "from ..facts import purchase_days"),
        ("crmlib.dictionary", "from crmlib import database"),
        ("crmlib.facts", "import crmlib.figures as figures"),
        ("crmlib.estimate", "def late():\n    from crmlib.figures import show"),
        ("crmlib.figures", "from crmlib.grading import pyramid"),
        ("crmlib.figures", "import crmlib"),
        ("crmlib.grading.rfm", "from crmlib.churn import risk"),
        ("crmlib.helpers", ""),
    ],
)
def test_each_wrong_way_is_seen(module, source):
    assert faults(module, imported(source, module)) != []


@pytest.mark.parametrize(
    ("module", "source"),
    [
        ("crmlib", "import numpy"),
        ("crmlib.figures", "from crmlib import estimate\nfrom crmlib.errors import CrmError"),
        ("crmlib.explore", "from crmlib.figures import show"),
        ("crmlib.grading.rfm", "import crmlib\nfrom crmlib.grading import pyramid\nfrom . import exercises"),
        ("crmbook.batch.run", "import crmlib\nfrom crmlib.grading import rfm\nfrom crmbook import sources"),
        ("crmlib.database.typed", "from crmlib.database import files\nfrom .files import nearest"),
    ],
)
def test_right_ways_are_none(module, source):
    assert faults(module, imported(source, module)) == []


def test_relative_imports_of_a_package_start_at_itself():
    assert imported("from . import rfm", "crmlib.grading", is_package=True) == {"crmlib.grading", "crmlib.grading.rfm"}
    assert imported("from . import rfm", "crmlib.grading.exercises") == {"crmlib.grading", "crmlib.grading.rfm"}
