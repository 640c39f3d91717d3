"""The chapters' stored outputs on every Python at hand, with the lowest and the newest versions that are allowed.

    python -m tests.matrix [NOTEBOOK…]       (make test-matrix)

Strict validation in an environment of its own each, made by uv in build/matrix, in two settings that differ in
threads, time zone, language and a home that can be written. What is not installed here is told as skipped.
"""

import os
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[1]
PLACE = ROOT / "build" / "matrix"
PYTHONS = ("3.11", "3.12", "3.13", "3.14")
RESOLUTIONS = ("lowest-direct", "highest")
SETTINGS = {
    "1 thread, LANG=C": {"OMP_NUM_THREADS": "1", "LANG": "C", "LC_ALL": "C"},
    "4 threads, Asia/Shanghai, zh_CN.UTF-8, home not writable": {
        "OMP_NUM_THREADS": "4",
        "TZ": "Asia/Shanghai",
        "LANG": "zh_CN.UTF-8",
        "LC_ALL": "zh_CN.UTF-8",
        "HOME": os.devnull + "/home",  # not even root can write there
    },
}
SHOWN = ("pandas", "numpy", "matplotlib", "scikit-learn", "statsmodels", "duckdb", "ibis-framework", "nbclient")


def main():
    """Try everything, print a line each; exit 1 when an output differs."""
    notebooks = sys.argv[1:] or sorted(map(str, (ROOT / "notebooks").glob("*.ipynb")))
    locales = subprocess.run(["locale", "-a"], capture_output=True, text=True).stdout.lower()
    if "zh_cn.utf" not in locales:
        print("The locale zh_CN.UTF-8 is not installed here: Python takes C in its place, and UTF-8.")
    failed = 0
    for version in PYTHONS:
        python = _find(version)
        if python is None:
            print(f"{version}: skipped, no such Python here (PATH, uv and pyenv were asked)")
            continue
        for resolution in RESOLUTIONS:
            made = _environment(python, version, resolution)
            if made is None:
                failed += 1
            for name, setting in SETTINGS.items() if made else ():
                failed += not _validates(made, f"{version}, {resolution}, {name}", setting, notebooks)
    sys.exit(1 if failed else 0)


def _find(version):
    """A Python of this version, by name only, or None."""
    asked = [["uv", "python", "find", "--no-python-downloads", version], ["pyenv", "prefix", version]]
    for command in asked:
        program = shutil.which(command[0]) or shutil.which(command[0], path=str(Path(sys.executable).parent))
        answer = program and subprocess.run([program, *command[1:]], capture_output=True, text=True)
        if answer and answer.returncode == 0:
            found = Path(answer.stdout.strip())
            return found / "bin" / "python" if found.is_dir() else found
    return shutil.which(f"python{version}")


def _environment(python, version, resolution):
    """An environment with the versions of this resolution, or None where they cannot be installed."""
    uv, place = Path(sys.executable).with_name("uv"), PLACE / f"{version}-{resolution}"
    listed = PLACE / f"{place.name}.txt"
    PLACE.mkdir(parents=True, exist_ok=True)
    own = PLACE / "own.in"
    own.write_text("pytest>=8.4\n", encoding="utf-8")
    options = ["--resolution", resolution, "--python-version", version, "--no-annotate", "--only-binary", ":all:"]
    steps = [
        [uv, "pip", "compile", "--quiet", "--upgrade", *options, "--output-file", listed, ROOT / "pyproject.toml", own],
        [uv, "venv", "--quiet", "--allow-existing", "--python", python, place],
        [uv, "pip", "sync", "--quiet", "--compile-bytecode", "--only-binary", ":all:", "--python", place, listed],
    ]
    for step in steps:
        result = subprocess.run(step, capture_output=True, text=True)
        if result.returncode:
            print(f"{version}, {resolution}: cannot be installed\n{result.stderr.strip()[-1500:]}")
            return None
    versions = [line for line in listed.read_text().splitlines() if line.partition("==")[0] in SHOWN]
    print(f"{version}, {resolution}: {' '.join(versions)}")
    return place


def _validates(place, title, setting, notebooks):
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("LC_", "PYTHONPATH"))}
    environment |= {"PYTHONPATH": str(ROOT)} | setting
    command = [place / "bin" / "python", "-m", "pytest", "--nbval", "-q", "-p", "no:cacheprovider", "--tb=short"]
    result = subprocess.run([*command, *notebooks], cwd=ROOT, env=environment, capture_output=True, text=True)
    lines = result.stdout.strip().splitlines() or [result.stderr[-1500:]]
    print(f"  {'ok    ' if result.returncode == 0 else 'FAILED'} {title}: {lines[-1]}", flush=True)
    if result.returncode:
        print("\n".join(lines[-40:]), flush=True)
    return result.returncode == 0


if __name__ == "__main__":
    main()
