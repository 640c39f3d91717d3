"""The installed package works outside the checkout."""

import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]


@pytest.fixture(scope="module")
def installed(tmp_path_factory):
    """The wheel's content in a folder of its own."""
    folder = tmp_path_factory.mktemp("wheel")
    source = folder / "source"
    tracked = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True)
    if tracked.returncode:
        pytest.skip("not a git checkout: the files of the package cannot be listed")
    for name in filter(None, tracked.stdout.split("\0")):
        if (ROOT / name).is_file() and not name.startswith("tests/"):
            (source / name).parent.mkdir(parents=True, exist_ok=True)
            (source / name).write_bytes((ROOT / name).read_bytes())
    command = [sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "--no-build-isolation", "--wheel-dir"]
    subprocess.run([*command, str(folder), str(source)], check=True, timeout=300)
    (wheel,) = folder.glob("*.whl")
    zipfile.ZipFile(wheel).extractall(folder / "site")
    return folder / "site"


def tracked(folder):
    """The files of a folder that belong to the checkout, those of its own folders left out."""
    listed = subprocess.run(["git", "ls-files", "-z", folder], cwd=ROOT, capture_output=True, text=True, check=True)
    paths = [ROOT / name for name in listed.stdout.split("\0") if name]
    return [path for path in paths if path.parent.name == folder and path.is_file()]


def run(installed, *arguments, **options):
    environment = os.environ | {"PYTHONPATH": str(installed)}
    command = [sys.executable, "-P", *arguments]
    return subprocess.run(command, env=environment, capture_output=True, text=True, timeout=300, **options)


def test_wheel_carries_style_templates_notebooks_and_tables(installed, tmp_path):
    for name in (
        "crmlib/claims.csv",
        "crmbook/batch/templates/index.html.j2",
        "crmbook/batch/templates/page/conf.json",
        "crmbook/teach/templates/deck.html",
        "crmbook/teach/reveal/LICENSE",
        "crmlib/_data/docs/instructor.md",
    ):
        assert (installed / name).is_file(), name
    for folder in ("notebooks", "datasets"):
        expected = {p.name for p in tracked(folder) if p.suffix in (".ipynb", ".csv")}
        carried = installed / "crmlib" / "_data" / folder
        assert {p.name for p in carried.glob("*.*") if p.suffix in (".ipynb", ".csv")} == expected
    assert not (installed / "tests").exists()


def test_command_runs_outside_the_checkout(installed, notebooks, tmp_path):
    result = run(
        installed, "-m", "crmbook.cli", "run", str(notebooks / "06_grading.ipynb"), "--out", "out", cwd=tmp_path
    )
    assert result.returncode == 0, result.stderr
    assert (tmp_path / "out" / "index.html").is_file()


def test_default_data_is_the_installed_copy(installed, tmp_path):
    code = "import crmlib; print(crmlib.__file__); print(crmlib.default_data())"
    result = run(installed, "-c", code, cwd=tmp_path)
    package, data = result.stdout.splitlines()
    assert package.startswith(str(installed)), "the checkout was imported instead"
    assert data == str(installed / "crmlib" / "_data" / "datasets")


EVERY_MODULE = """
import importlib, pkgutil, sys
import crmbook, crmlib
found = [crmlib, crmbook]
for package in (crmlib, crmbook):
    for module in pkgutil.walk_packages(package.__path__, package.__name__ + "."):
        if not module.name.endswith("__main__"):
            found.append(importlib.import_module(module.name))
print(len(found), *{module.__file__ for module in found if not module.__file__.startswith(sys.argv[1])})
print(len(crmlib.open_database(crmlib.default_data()).orders))
print(sum(not hasattr(crmlib, name) for name in crmlib._OFFERED))
"""


def test_every_module_is_imported_from_the_wheel_and_opens_the_default_company(installed, tmp_path):
    result = run(installed, "-W", "ignore", "-c", EVERY_MODULE, str(installed), cwd=tmp_path)
    assert result.returncode == 0, result.stderr[-2000:]
    modules, orders, missing = result.stdout.splitlines()
    sources = [path for folder in ("crmlib", "crmbook") for path in (ROOT / folder).rglob("*.py")]
    assert modules == str(len(sources)), "an import came from elsewhere, or a module is not in the wheel"
    assert int(orders) > 10_000
    assert missing == "0"
