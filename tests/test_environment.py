"""The environment is told three times (pyproject, lock, conda) and must be one; importing stays light."""

import ast
import json
import re
import subprocess
import sys
import tomllib
from importlib.metadata import packages_distributions, requires
from pathlib import Path

import pytest
import yaml
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from packaging.version import Version

import crmlib

ROOT = Path(__file__).parents[1]
ON_CONDA_FORGE = {"duckdb": "python-duckdb", "ibis-framework": "ibis-duckdb"}
USED_WITHOUT_IMPORT = {
    "ipykernel": "engine: the kernel in which notebooks run",
    "nbval": "plugin: pytest --nbval compares a notebook with its stored outputs",
    "seaborn": "the chapters' cells and the students' drawings",
}
# What a declared package brings along and may be imported for that reason.
COMES_WITH = {
    "ipython": "ipykernel",
    "jinja2": "nbconvert",
    "jupyter-client": "nbclient",
    "patsy": "statsmodels",
    "pillow": "matplotlib",
    "pydantic": "pandera",
    "pygments": "nbconvert",
    "python-dateutil": "pandas",
    "requests": "pooch",
    "threadpoolctl": "scikit-learn",
    "traitlets": "nbclient",
}
OPTIONAL = {"distributed"}  # pip install ".[cluster]"
OF_THE_SITE = {"docutils", "jieba", "myst_nb", "sphinx", "sphinx_book_theme"}  # pip install ".[site]", not in the lock


def project():
    return tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))


def bounds(text):
    requirement = Requirement(text.replace(" ", ""))
    return canonicalize_name(requirement.name), str(requirement.specifier)


def test_conda_environment_is_the_same_as_pyproject():
    stated = project()["project"]
    wanted = dict(map(bounds, stated["dependencies"])) | {"python": stated["requires-python"]}
    wanted = {ON_CONDA_FORGE.get(name, name): bound for name, bound in wanted.items()}
    conda = yaml.safe_load((ROOT / "environment.yml").read_text(encoding="utf-8"))
    given = dict(bounds(line) for line in conda["dependencies"] if isinstance(line, str) and line != "pip")
    assert given == wanted


def code_of(path):
    """The Python of a module, or of a notebook's code cells without magics."""
    text = path.read_text(encoding="utf-8")
    if path.suffix == ".py":
        return text
    cells = [cell for cell in json.loads(text)["cells"] if cell["cell_type"] == "code"]
    lines = "\n".join("".join(cell["source"]) for cell in cells).splitlines()
    return "\n".join("" if line.lstrip()[:1] in {"%", "!"} else line for line in lines)


def imported():
    """The packages, as they are installed, that the modules and the notebooks import."""
    names = set()
    files = [*(ROOT / "crmlib").rglob("*.py"), *(ROOT / "crmbook").rglob("*.py"), *(ROOT / "notebooks").glob("*.ipynb")]
    for path in files:
        for node in ast.walk(ast.parse(code_of(path))):
            if isinstance(node, ast.Import):
                names |= {alias.name.partition(".")[0] for alias in node.names}
            elif isinstance(node, ast.ImportFrom) and not node.level:
                names.add(node.module.partition(".")[0])
    installed = packages_distributions()
    foreign = names - set(sys.stdlib_module_names) - {"crmlib", "crmbook"} - OF_THE_SITE
    unknown = sorted(name for name in foreign if name not in installed)
    assert not unknown, f"imported, but not installed: {unknown}"
    return {canonicalize_name(package) for name in foreign for package in installed[name]}


def test_each_package_is_used_and_each_import_is_stated():
    stated = {bounds(line)[0] for line in project()["project"]["dependencies"]}
    assert set(USED_WITHOUT_IMPORT) <= stated
    assert not stated - imported() - set(USED_WITHOUT_IMPORT), "nothing uses them"
    assert not imported() - stated - set(COMES_WITH) - OPTIONAL, "imported, but not in pyproject.toml"
    for package, bringer in COMES_WITH.items():
        brought = {canonicalize_name(Requirement(line).name) for line in requires(bringer)}
        assert bringer in stated and package in brought, f"{bringer} does not bring {package}"


def test_version_is_told_alike():
    told = project()["project"]["version"]
    citation = yaml.safe_load((ROOT / "CITATION.cff").read_text(encoding="utf-8"))
    assert citation["version"] == told
    assert citation["license"] == project()["project"]["license"]
    assert {"cff-version", "message", "title", "authors"} <= set(citation)
    headings = re.findall(r"^## (\S+)", (ROOT / "CHANGELOG.md").read_text(encoding="utf-8"), re.MULTILINE)
    assert headings[0] == told
    assert headings == sorted(headings, key=Version, reverse=True)


def test_lock_satisfies_pyproject_and_names_no_address():
    text = (ROOT / "requirements.lock").read_text(encoding="utf-8")
    assert not re.search(r"https?:|file:|--(extra-)?index", text)
    locked = {}
    for line in text.splitlines():
        if line and not line.startswith("#"):
            requirement = Requirement(line)
            version = next(iter(requirement.specifier)).version
            locked.setdefault(canonicalize_name(requirement.name), set()).add(Version(version))
    stated = project()
    wanted = stated["project"]["dependencies"] + stated["dependency-groups"]["dev"]
    for requirement in map(Requirement, [*wanted, *stated["project"]["optional-dependencies"]["cluster"]]):
        versions = locked.get(canonicalize_name(requirement.name), set())
        assert versions, f"{requirement.name} is not in requirements.lock: run make lock"
        assert all(requirement.specifier.contains(version) for version in versions), requirement.name


def test_import_loads_no_heavy_library():
    code = "import crmlib, sys; print([m for m in ('numpy', 'pandas', 'matplotlib', 'IPython') if m in sys.modules])"
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert result.stdout.strip() == "[]"


def test_what_crmlib_offers_can_be_had():
    assert callable(crmlib.open_database)
    assert callable(crmlib.record)
    assert crmlib.errors.CrmError.__mro__[1] is Exception
    with pytest.raises(AttributeError, match="no attribute 'nonsense'"):
        crmlib.nonsense  # noqa: B018


def test_command_line_tools_of_the_makefile_exist():
    text = (ROOT / "Makefile").read_text(encoding="utf-8")
    for target in ["run", "test", "test-slow", "lab", "data", "notebooks", "bench", "lint", "lock", "clean"]:
        assert re.search(rf"^{target}:", text, re.MULTILINE), target
