"""Many companies, many dates, one table: chapters run by papermill, resumable, in parallel, on a cluster if need be.

`crmbook.batch.run(...)` is the command `crmbook run` from Python.
"""

from crmbook.batch.session import run

__all__ = ["run"]
