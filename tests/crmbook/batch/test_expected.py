"""Stored notebooks: what a reader or a batch needs is kept, what differs between machines is not."""

import nbformat

from crmbook.batch.expected import cleaned


def test_folded_headings_and_required_tables_are_kept():
    new = nbformat.v4
    folded = {"jp-MarkdownHeadingCollapsed": True, "tags": ["x"]}
    cell = new.new_markdown_cell("#### ◆ Deeper · 选读", metadata=folded | {"execution": {"iopub.status": "now"}})
    metadata = {"crmlib": {"requires": ["survey"]}, "language_info": {"name": "python", "version": "3.11.7"}}
    notebook = cleaned(new.new_notebook(cells=[cell], metadata=metadata))
    assert notebook.cells[0].metadata == folded
    assert notebook.metadata.crmlib == {"requires": ["survey"]}
    assert notebook.metadata.language_info == {"name": "python"}
    assert notebook.metadata.kernelspec.name == "python3"
