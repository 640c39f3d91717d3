"""The environment is told three times (pyproject, lock, conda) and must be one; importing stays light."""

import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
import yaml
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from packaging.version import Version

import crmlib

ROOT = Path(__file__).parents[1]
ON_CONDA_FORGE = {"duckdb": "python-duckdb", "ibis-framework": "ibis-duckdb"}


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
