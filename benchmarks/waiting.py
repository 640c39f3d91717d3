"""What a reader waits for: importing crmlib, opening the tables, a chapter from top to bottom, redrawing its explorers.

    python benchmarks/waiting.py [CHAPTER …]

The best of several repeats, wall-clock, beside the limit that the design states. Nothing here fails: on a busy machine
times are longer, and only a quiet machine can say whether a limit is kept.
"""

import contextlib
import io
import os
import subprocess
import sys
import time

import nbformat

import crmlib
from crmlib.database import check_folder, loading
from crmlib.explore import Explorer
from crmlib.places import default_notebooks


def best(work, repeats=7):
    """The shortest of several times, in seconds."""
    times = []
    for _ in range(repeats):
        start = time.perf_counter()
        work()
        times.append(time.perf_counter() - start)
    return min(times)


def open_afresh():
    loading._recent.clear()
    check_folder(crmlib.default_data())


def chapter(path):
    """Run a chapter's cells; yield its seconds, then those of each explorer with one control moved to its end."""
    from IPython.core.interactiveshell import InteractiveShell

    shell, found, start = InteractiveShell(), [], time.perf_counter()
    for cell in nbformat.read(path, 4).cells:
        if cell.cell_type == "code":
            with contextlib.redirect_stdout(io.StringIO()):
                outcome = shell.run_cell(cell.source)
            outcome.raise_error()
            found += [outcome.result] if isinstance(outcome.result, Explorer) else []
    yield path.stem, time.perf_counter() - start, 20
    for explorer in found:
        name, control = next((n, c) for n, c in explorer.controls.items())
        moved = explorer.start | {name: getattr(control, "high", None) or control.options[-1]}
        yield f"redraw: {path.stem}, {name}", best(lambda e=explorer, m=moved: e.draw(**m).png), 0.15


def rows(chapters):
    bare = best(lambda: subprocess.run([sys.executable, "-c", "pass"], check=True))
    light = best(lambda: subprocess.run([sys.executable, "-c", "import crmlib"], check=True))
    yield "import crmlib, beyond bare Python", light - bare, 0.3
    yield "read and check the default tables", best(open_afresh, 3), None
    for path in sorted(default_notebooks().glob("*.ipynb")):
        if not chapters or path.stem in chapters:
            yield from chapter(path)


def main():
    os.environ.update(MPLBACKEND="agg", CRMBOOK_STATIC="1")
    print(f"{'what':52}{'seconds':>9}{'limit':>8}")
    for what, seconds, limit in rows(sys.argv[1:]):
        print(f"{what:52}{seconds:9.3f}{limit if limit else '':>8}", flush=True)


if __name__ == "__main__":
    main()
