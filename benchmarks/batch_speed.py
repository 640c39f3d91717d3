"""How long a batch takes: `crmbook run` against papermill's own command, run one after another.

    python benchmarks/batch_speed.py [--data FOLDER…] [--workers N] [NOTEBOOK…]

All chapters on the teaching company, where none is named. The batch comes last, so that no way profits from warm file
caches more than papermill does. papermill may use as many threads as it likes; the batch gives each run one.
"""

import argparse
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
    companies = [Path(name).resolve() for name in options.data]
    environment = os.environ | {"CRMBOOK_STATIC": "1", "JUPYTER_PREFER_ENV_PATH": "1"}
    for name in ("MPLBACKEND", "OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS"):
        environment.pop(name, None)
    runs = len(notebooks) * len(companies)
    where = f"{os.cpu_count()} cores, Python {platform.python_version()}"
    print(f"{len(notebooks)} notebooks × {len(companies)} companies, {where}")
    with tempfile.TemporaryDirectory() as folder:
        plain = seconds(lambda: with_papermill(notebooks, companies, Path(folder), environment))
        print(f"{'papermill, one after another':34}{plain:8.1f} s{plain / runs:8.2f} s a run", flush=True)
        batch = seconds(lambda: with_crmbook(notebooks, companies, Path(folder), environment, options.workers))
        print(f"{f'crmbook run, {options.workers} workers':34}{batch:8.1f} s{batch / runs:8.2f} s a run")
    print(f"\nthe batch takes {batch / plain:.2f} of papermill's time; of the machine's: load {os.getloadavg()[1]:.1f}")
    print("\nwhere the start of a run goes when nothing is imported ahead (best of 3, one process each):")
    bare = None
    for name, code in PARTS.items():
        took = min(seconds(lambda code=code: python(["-c", code], environment)) for _ in range(3))
        bare = took if bare is None else bare
        print(f"  {name:40}{took if code == 'pass' else took - bare:6.2f} s")


def _options():
    parser = argparse.ArgumentParser()
    parser.add_argument("notebooks", nargs="*")
    parser.add_argument("--data", nargs="+", default=[ROOT / "datasets"])
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


def with_papermill(notebooks, companies, folder, environment):
    """The papermill command, one run after another."""
    for number, company in enumerate(companies):
        for notebook in notebooks:
            arguments = ["-m", "papermill", "--no-progress-bar", "--log-level", "ERROR", "-p", "data", str(company)]
            result = str(folder / f"{number}_{notebook.name}")
            python([*arguments, "--cwd", str(notebook.parent), str(notebook), result], environment)


def with_crmbook(notebooks, companies, folder, environment, workers):
    """The batch, pages and results included."""
    grid = folder / "grid.csv"
    grid.write_text("data\n" + "\n".join(map(str, companies)) + "\n", encoding="utf-8")
    options = ["--grid", str(grid), "--out", str(folder / "out"), "--workers", str(workers)]
    python(["-m", "crmbook.cli", "run", *map(str, notebooks), *options], environment)


if __name__ == "__main__":
    main()
