"""Puts notebooks, tables and the instructor's guide into the wheel; everything else is in pyproject.toml."""

import shutil
from pathlib import Path

from setuptools import setup
from setuptools.command.build_py import build_py

HERE = Path(__file__).resolve().parent
CARRIED = {
    "notebooks": ("*.ipynb",),
    "datasets": ("*.csv", "*.parquet", "*.md", "truth/*"),
    "docs": ("instructor.md",),
}


class BuildWithData(build_py):
    """Copy what a reader opens into crmlib/_data, so that the installed package works without a checkout."""

    def run(self):
        super().run()
        if self.editable_mode:
            return
        for name, patterns in CARRIED.items():
            target = Path(self.build_lib) / "crmlib" / "_data" / name
            shutil.rmtree(target, ignore_errors=True)
            for file in sorted(file for pattern in patterns for file in (HERE / name).glob(pattern)):
                copy = target / file.relative_to(HERE / name)
                copy.parent.mkdir(parents=True, exist_ok=True)
                shutil.copyfile(file, copy)


setup(cmdclass={"build_py": BuildWithData})
