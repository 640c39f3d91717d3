"""Time and peak memory of writing a company. Usage: python benchmarks/simulator.py [customers] [csv|parquet] [seed]."""

import resource
import shutil
import sys
import tempfile
import time
from pathlib import Path

from crmbook.company import write_company


def main(customers=1_000_000, form="parquet", seed=2026):
    """Write a company into a temporary folder and print what it took."""
    folder = Path(tempfile.mkdtemp(prefix="company-"))
    try:
        started = time.perf_counter()
        write_company(folder, int(customers), int(seed), format=form)
        seconds = time.perf_counter() - started
        size = sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024**2
        took = f"{seconds:,.0f} s, peak {peak:.1f} GB, {size / 1e9:.2f} GB on disk"
        print(f"{int(customers):,} customers as {form}: {took}")
    finally:
        shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
