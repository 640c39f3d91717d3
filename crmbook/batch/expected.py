"""Run notebooks in place: their stored outputs are the expected outputs of strict validation.

`make notebooks` calls this. An unchanged notebook comes out byte for byte the same.
"""

import os
import sys
from pathlib import Path

import nbformat

from crmbook.batch.kernels import kernel_environment

CELL_SECONDS = 120
KEPT_CELL_METADATA = ("tags", "name", "jp-MarkdownHeadingCollapsed")


def refresh(path):
    """Execute one notebook from top to bottom and store its outputs.

    Parameters: path - the notebook. Returns: the notebook as stored.
    Errors: nbclient.exceptions.CellExecutionError, CellTimeoutError; the file is then left as it was.
    """
    from nbclient import NotebookClient

    path = Path(path)
    notebook = nbformat.read(path, as_version=4)
    place = {"metadata": {"path": str(path.resolve().parent)}}
    client = NotebookClient(notebook, kernel_name="python3", timeout=CELL_SECONDS, resources=place)
    client.execute(env=kernel_environment())
    cleaned(notebook)
    write_whole(path, nbformat.writes(notebook) + "\n")
    return notebook


def cleaned(notebook):
    """Keep what a reader or a test needs; drop what differs between machines and runs."""
    kept = {name: value for name, value in notebook.metadata.items() if name == "crmlib"}  # tables it requires
    kept["kernelspec"] = {"display_name": "Python 3", "language": "python", "name": "python3"}
    notebook.metadata = nbformat.from_dict(kept | {"language_info": {"name": "python"}})
    for cell in notebook.cells:
        cell.metadata = nbformat.from_dict({k: v for k, v in cell.metadata.items() if k in KEPT_CELL_METADATA})
        for output in cell.get("outputs", []):
            output.get("data", {}).pop("application/vnd.jupyter.widget-view+json", None)
    return notebook


def write_whole(path, text):
    """Write a file that is either the old one or the new one, never half of it."""
    part = path.with_name(path.name + ".part")
    part.write_text(text, encoding="utf-8", errors="replace", newline="\n")  # half a character loses no file
    os.replace(part, path)


if __name__ == "__main__":
    for name in sys.argv[1:]:
        print(f"{name} …", flush=True)
        refresh(name)
