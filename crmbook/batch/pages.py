"""A notebook as one HTML page that opens offline: pictures with alt text, formulas as MathML, no address loaded."""

import html
import os
import re
import threading
from functools import cache
from importlib.metadata import version
from pathlib import Path
from urllib.parse import quote

from nbconvert.exporters import HTMLExporter, TemplateExporter
from nbconvert.filters import Highlight2HTML
from nbconvert.filters.markdown_mistune import IPythonRenderer, MarkdownWithMath
from nbconvert.filters.widgetsdatatypefilter import WidgetsDataTypeFilter
from nbformat import NotebookNode

TEMPLATES = Path(__file__).with_name("templates")
HOME_FROM_RUN = "../../../index.html"
HEADING = re.compile(r"(#+) +(.*)\n*")
SCROLLS = '<div class="table" role="region" aria-label="Table, scrolls sideways" tabindex="0">'
NOT_TEXT = re.compile(r"(<(style|script|title|math)\b.*?</\2>|<[^>]*>)", re.DOTALL)
CHINESE = re.compile(r"[\u2e80-\u9fff\uf900-\ufaff\uff00-\uffef]+")
_one_at_a_time = threading.Lock()


class MathMLRenderer(IPythonRenderer):
    """Markdown in which LaTeX becomes MathML, which every current browser draws by itself."""

    def block_math(self, body):
        """A displayed formula."""
        return mathml(body, "block")

    def inline_math(self, body):
        """A formula in the line."""
        return mathml(body, "inline")

    def latex_environment(self, name, body):
        """A formula in an environment such as align."""
        return mathml(f"\\begin{{{name}}}{body}\\end{{{name}}}", "block")


def mathml(latex, display):
    """A formula as MathML; display - block or inline."""
    from latex2mathml.converter import convert

    try:
        return convert(latex.strip(), display=display)
    except Exception:  # the converter raises many kinds; an unusual formula is better shown as written than lost
        return f"<code>{html.escape(latex)}</code>"


def markdown(context_or_source, source=None, **_options):
    """Markdown as HTML; nbconvert's templates give a context before it."""
    text = context_or_source if source is None else source
    page = MarkdownWithMath(renderer=MathMLRenderer(escape=False)).render(text)
    return page.replace("<table>", f"{SCROLLS}<table>").replace("</table>", "</table></div>")


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
    exporter.register_filter("markdown2html", markdown)
    return exporter


@cache
def _style():
    from pygments.formatters import HtmlFormatter

    code = HtmlFormatter(style="friendly", nobackground=True).get_style_defs(".highlight")
    return (TEMPLATES / "page.css").read_text(encoding="utf-8") + code


def page_of(notebook, title, parameters=None, home=HOME_FROM_RUN, beside=(None, None)):
    """Write a notebook as a page.

    Parameters: notebook - an nbformat notebook; title - the page's; parameters - shown at the top; home - link to the
    overview, or None; beside - names of the runs before and after this one. Returns: HTML text.
    """
    parameters = {name: _without_place(value) for name, value in (parameters or {}).items()}
    resources = {
        "page_title": title,
        "page_style": _style(),
        "page_version": version("crmlib"),
        "page_parameters": parameters,
        "table": SCROLLS,
    }
    with _one_at_a_time:  # the exporter keeps what it knows of the notebook in itself
        body, _ = _exporter().from_notebook_node(_folded(notebook, parameters), resources=resources)
    return linked(marked(body), home, *beside)


def linked(page, home, before, after):
    """Put links into a page: to the overview and to the runs before and after, where there are any."""
    links = [f'<a href="{home}">All runs</a>'] if home else []
    for run, rel, words in ((before, "prev", "← {}"), (after, "next", "{} →")):
        if run:
            name = html.escape(words.format(run.removesuffix("/default")))
            links.append(f'<a rel="{rel}" href="../../{quote(run)}/page.html">{name}</a>')
    return re.sub(r"<nav>.*?</nav>", lambda _old: marked(f"<nav>{' '.join(links)}</nav>"), page, count=1)


def marked(page):
    """Mark the Chinese in a page's text as Chinese, for fonts, line breaks and voices."""
    page = re.sub(r"&#(\d{4,});", lambda code: chr(int(code[1])), page)  # nbconvert writes headings so
    pieces = NOT_TEXT.split(page)  # text, tag, name of an element that is no text, text …
    pieces[::3] = [CHINESE.sub(r'<span lang="zh">\g<0></span>', text) for text in pieces[::3]]
    del pieces[2::3]
    return "".join(pieces)


def _folded(notebook, parameters):
    """A copy whose sections headed ◆ are marked where they begin and end, for the template to fold.

    Parameters are shown there as at the top, without the places of this machine.

    A section ends before the next heading of its level or above, or with the notebook.
    """
    cells, level = [], 0
    for cell in notebook.cells:
        cell = NotebookNode(cell, metadata=NotebookNode(cell.metadata))
        if "injected-parameters" in cell.metadata.get("tags", []):
            cell.source = "\n".join(f"{name} = {value!r}" for name, value in parameters.items())
        heading = HEADING.match(cell.source) if cell.cell_type == "markdown" else None
        if heading and level and len(heading[1]) <= level:
            cells[-1].metadata["unfold"] = True
            level = 0
        if heading and not level and heading[2].startswith("◆"):
            level = len(heading[1])
            cell.metadata["fold"], cell.source = heading[0], cell.source[heading.end() :]
        cells.append(cell)
    if level:
        cells[-1].metadata["unfold"] = True
    return NotebookNode(notebook, cells=cells)


def _without_place(value):
    return Path(value).name if isinstance(value, str) and os.path.isabs(value) else value
