"""How long a batch takes: `crmbook run` against plain papermill and against the same code as a script.

    python benchmarks/batch_speed.py [NOTEBOOK…] [--copies N] [--workers N]

The chapters at hand by default. Each way runs once, the batch last, so that no way profits from warm file caches
more than the batch does from the others.
"""

import argparse
import json
import os
import platform
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
PARTS = {
    "Python itself": "pass",
    "+ kernel libraries": "import ipykernel.kernelapp",
    "+ pandas": "import pandas",
    "+ matplotlib (figures)": "from crmlib import figures",
    "+ duckdb": "import duckdb",
    "+ ibis with DuckDB": "import ibis, ibis.backends.duckdb",
    "+ pandera": "import pandera.pandas",
    "papermill (once a worker)": "import papermill",
    "papermill, without the address checker": "import sys; sys.modules['rfc3987_syntax'] = None; import papermill",
}


def main():
    """Measure and print."""
    options = _options()
    notebooks = [Path(name).resolve() for name in options.notebooks] or sorted((ROOT / "notebooks").glob("*.ipynb"))
    environment = os.environ | {"CRMBOOK_STATIC": "1", "OMP_NUM_THREADS": "1", "JUPYTER_PREFER_ENV_PATH": "1"}
    environment.pop("MPLBACKEND", None)
    print(f"{len(notebooks)} notebooks × {options.copies}, {os.cpu_count()} cores, Python {platform.python_version()}")
    with tempfile.TemporaryDirectory() as folder:
        work = [notebook for notebook in notebooks for _ in range(options.copies)]
        script = seconds(lambda: as_scripts(work, Path(folder), environment))
        plain = seconds(lambda: with_papermill(work, Path(folder), environment))
        alone = seconds(lambda: with_crmbook(notebooks, Path(folder), environment, options.copies, 1))
        batch = seconds(lambda: with_crmbook(notebooks, Path(folder), environment, options.copies, options.workers))
    runs = len(work)
    print(f"{'the same code as scripts':34}{script:8.1f} s{script / runs:8.2f} s a run")
    print(f"{'papermill, one after another':34}{plain:8.1f} s{plain / runs:8.2f} s a run")
    print(f"{'crmbook run, 1 worker':34}{alone:8.1f} s{alone / runs:8.2f} s a run")
    print(f"{f'crmbook run, {options.workers} workers':34}{batch:8.1f} s{batch / runs:8.2f} s a run")
    print(f"\ncrmbook with {options.workers} workers takes {batch / plain:.2f} of papermill's time")
    over_script = [(time_taken - script) / runs for time_taken in (plain, alone)]
    print("overhead a run over a script: papermill {:.2f} s, crmbook {:.2f} s".format(*over_script))
    print("\nwhere the start goes (best of 3, one process each):")
    bare = None
    for name, code in PARTS.items():
        took = min(seconds(lambda code=code: python(["-c", code], environment)) for _ in range(3))
        bare = took if bare is None else bare
        print(f"  {name:40}{took if code == 'pass' else took - bare:6.2f} s")


def _options():
    parser = argparse.ArgumentParser()
    parser.add_argument("notebooks", nargs="*")
    parser.add_argument("--copies", type=int, default=1)
    parser.add_argument("--workers", type=int, default=2)
    return parser.parse_args()


def seconds(call):
    """How long a call takes."""
    start = time.perf_counter()
    call()
    return time.perf_counter() - start


def python(arguments, environment, folder=ROOT):
    """Run Python and stop at any failure."""
    subprocess.run([sys.executable, *arguments], env=environment, cwd=folder, check=True, stdout=subprocess.DEVNULL)


def as_scripts(work, folder, environment):
    """Each notebook's code cells in one Python process, pictures drawn, without kernel or notebook."""
    for number, notebook in enumerate(work):
        cells = json.loads(notebook.read_text(encoding="utf-8"))["cells"]
        sources = ["".join(cell["source"]) for cell in cells if cell["cell_type"] == "code"]
        script = folder / f"{number}.py"
        script.write_text(f"""from IPython.core.interactiveshell import InteractiveShell
shell = InteractiveShell.instance()
for source in {sources!r}:
    shell.run_cell(source, store_history=True).raise_error()
""")
        python([str(script)], environment, notebook.parent)


def with_papermill(work, folder, environment):
    """The papermill command, one notebook after another."""
    for number, notebook in enumerate(work):
        arguments = ["-m", "papermill", "--no-progress-bar", str(notebook), str(folder / f"{number}.ipynb")]
        python([*arguments, "--cwd", str(notebook.parent), "--log-level", "ERROR"], environment)


def with_crmbook(notebooks, folder, environment, copies, workers):
    """The batch, pages and results included; copies differ in where their data lie."""
    grid = folder / "grid.csv"
    arguments = ["-m", "crmbook.cli", "run", *map(str, notebooks), "--out", str(folder / f"out{workers}")]
    if copies > 1:
        links = [folder / f"data{number}" for number in range(copies)]
        for link in links:
            link.exists() or link.symlink_to(ROOT / "datasets")
        grid.write_text("data\n" + "\n".join(map(str, links)))
        arguments += ["--grid", str(grid)]
    python([*arguments, "--workers", str(workers)], environment)


if __name__ == "__main__":
    main()
