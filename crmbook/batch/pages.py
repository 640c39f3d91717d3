"""A notebook as one HTML page that opens offline: pictures with alt text, formulas as MathML, no address loaded."""

import html
import json
import re
from functools import cache
from importlib.metadata import version
from pathlib import Path

from nbconvert.exporters import HTMLExporter, TemplateExporter
from nbconvert.filters import Highlight2HTML
from nbconvert.filters.markdown_mistune import IPythonRenderer, MarkdownWithMath
from nbconvert.filters.widgetsdatatypefilter import WidgetsDataTypeFilter
from nbformat import NotebookNode

TEMPLATES = Path(__file__).with_name("templates")
HOME_FROM_RUN = "../../../index.html"
HEADING = re.compile(r"(#+) +(.*)\n*")
DEEPER = "◆"  # opens the headings of what the core never needs


class MathMLRenderer(IPythonRenderer):
    """Markdown in which LaTeX becomes MathML, which every current browser draws by itself."""

    def block_math(self, body):
        """A displayed formula."""
        return _mathml(body, "block")

    def inline_math(self, body):
        """A formula in the line."""
        return _mathml(body, "inline")

    def latex_environment(self, name, body):
        """A formula in an environment such as align."""
        return _mathml(f"\\begin{{{name}}}{body}\\end{{{name}}}", "block")


def _mathml(latex, display):
    from latex2mathml.converter import convert

    try:
        return convert(latex.strip(), display=display)
    except Exception:  # the converter raises many kinds; an unusual formula is better shown as written than lost
        return f"<code>{html.escape(latex)}</code>"


def _markdown(context_or_source, source=None, **_options):
    text = context_or_source if source is None else source
    return MarkdownWithMath(renderer=MathMLRenderer(escape=False)).render(text)


class PageExporter(HTMLExporter):
    """HTML by our template alone: nbconvert's own parses the whole page again, half of the time for nothing new."""

    def from_notebook_node(self, nb, resources=None, **options):
        """Convert; called by nbconvert's users."""
        self.register_filter("highlight_code", Highlight2HTML(pygments_lexer="ipython3", parent=self))
        self.register_filter("filter_data_type", WidgetsDataTypeFilter(notebook_metadata=nb.metadata, parent=self))
        return TemplateExporter.from_notebook_node(self, nb, self._init_resources(resources), **options)


@cache
def _exporter():
    exporter = PageExporter(template_name="page", extra_template_basedirs=[str(TEMPLATES)])
    exporter.exclude_input_prompt = exporter.exclude_output_prompt = True
    exporter.register_filter("markdown2html", _markdown)
    return exporter


@cache
def _style():
    from pygments.formatters import HtmlFormatter

    code = HtmlFormatter(style="friendly", nobackground=True).get_style_defs(".highlight")
    return (TEMPLATES / "page.css").read_text(encoding="utf-8") + code


def page_of(notebook, title, parameters=None, home=HOME_FROM_RUN):
    """Write a notebook as a page.

    Parameters: notebook - an nbformat notebook; title - the page's; parameters - shown at the top; home - link to the
    overview, or None. Returns: HTML text.
    """
    resources = {
        "page_title": title,
        "page_style": _style(),
        "page_home": home,
        "page_version": version("crmlib"),
        "page_parameters": [(name, _shown(value)) for name, value in (parameters or {}).items()],
    }
    body, _ = _exporter().from_notebook_node(_folded(notebook), resources=resources)
    return body


def _folded(notebook):
    """A copy whose sections headed ◆ are marked where they begin and end, for the template to fold.

    A section ends before the next heading of its level or above, or with the notebook.
    """
    cells, level = [], 0
    for cell in notebook.cells:
        cell = NotebookNode(cell, metadata=NotebookNode(cell.metadata))
        heading = HEADING.match(cell.source) if cell.cell_type == "markdown" else None
        if heading and level and len(heading[1]) <= level:
            cells[-1].metadata["unfold"] = True
            level = 0
        if heading and not level and heading[2].startswith(DEEPER):
            level = len(heading[1])
            cell.metadata["fold"], cell.source = heading[0], cell.source[heading.end() :]
        cells.append(cell)
    if level:
        cells[-1].metadata["unfold"] = True
    return NotebookNode(notebook, cells=cells)


def _shown(value):
    return value if isinstance(value, str) else json.dumps(value)
