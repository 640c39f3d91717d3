"""Many companies, many dates, one table: chapters run by papermill, resumable, in parallel, on a cluster if need be.

`crmbook.batch.run(...)` is the command `crmbook run` from Python.
"""

import warnings


def run(chapters=(), **options):
    """Run chapters over parameter sets and collect their key figures.

    Parameters: as `session.run_batch`, which says them. Returns: DataFrame, one row a key figure: run, chapter,
    parameter_NAME, name, value, unit, low, high, version.
    Errors: CrmError for what can be known beforehand. Runs that failed, and a table without rows, are warned about.
    """
    from crmbook.batch.progress import result_line
    from crmbook.batch.session import run_batch

    summary = run_batch(chapters, **options)
    if summary.interrupted:
        raise KeyboardInterrupt
    table = summary.results()
    if summary.failed:
        first, index = result_line(summary.failed[0]), summary.folder / "index.html"
        warnings.warn(f"{len(summary.failed)} of {summary.planned} runs failed: {first}; see {index}.", stacklevel=2)
    elif table.empty:
        warnings.warn(f"None of the {summary.planned} runs recorded a key figure: the table is empty.", stacklevel=2)
    return table
