"""All chapters as a site that needs no server and no network: search in both languages, glossary, formulas, slides."""

import json
import re
import tempfile
from importlib.util import find_spec
from itertools import chain
from pathlib import Path

import nbformat

from crmbook.batch.chapters import find_chapters
from crmbook.batch.pages import mathml
from crmbook.lab import as_given, exercise_name
from crmbook.teach import PAGES
from crmbook.teach.outline import outline
from crmbook.teach.slides import write_decks
from crmlib.dictionary import SCHEMAS
from crmlib.errors import CrmError

TERM = re.compile(r"\*{0,2}([A-Za-z][\w' –-]{2,40}?)\*{0,2} \(([\u4e00-\u9fff][\u4e00-\u9fffA-Z]*)\)")
FORMULA = re.compile(r"\$\$(.+?)\$\$", re.DOTALL)


def write_site(out):
    """Write the site into a folder that any web server, or none, can serve.

    Parameters: out - folder. Returns: the folder. Errors: CrmError where the optional packages are not installed.
    """
    missing = [name for name in ("sphinx", "myst_nb", "sphinx_book_theme", "jieba") if not find_spec(name)]
    if missing:
        raise CrmError(f"The site needs optional packages ({', '.join(missing)}): pip install '.[site]'.")
    from sphinx.application import Sphinx

    notebooks = {chapter.name: as_given(chapter) for chapter in find_chapters()}
    outlines = {name: outline(notebook) for name, notebook in notebooks.items()}
    write_decks(notebooks, Path(out) / "slides", for_students=True)
    told = {"terms": _terms(notebooks, outlines), "outlines": outlines, "formula": FORMULA}
    with tempfile.TemporaryDirectory(prefix="crmbook-") as folder:
        source = Path(folder)
        for name in ("index.md", "glossary.md", "formulas.md", "terms.txt"):
            (source / name).write_text(PAGES.get_template(name).render(told), encoding="utf-8")
        for name, notebook in notebooks.items():
            nbformat.write(prepared(notebook, name), source / f"{name}.ipynb")
        options = json.loads(PAGES.get_template("site.json").render(folder=source.as_posix()))
        Sphinx(folder, None, str(out), f"{folder}/.built", "html", options, status=None, warningiserror=True).build()
    return out


def prepared(notebook, name):
    """A chapter for the site: pictures with alt text, no answers' states, slides linked."""
    for cell in notebook.cells:
        if exercise_name(cell):
            cell.outputs = []
        for output in cell.get("outputs", []):
            if "image/png" in output.get("data", {}):
                cell.metadata["mystnb"] = {"image": {"alt": output.data["text/plain"]}}
    slides = f'<a href="slides/{name}.html">Slides · 幻灯片</a>'
    notebook.cells[0].source = re.sub(r"(?m)^(# .*)$", rf"\1\n\n{slides}", notebook.cells[0].source, count=1)
    return notebook


def _terms(notebooks, outlines):
    """English → Chinese, from headings, the text and the data dictionary."""
    entries = [entry for table in SCHEMAS.values() for entry in (table, *table.columns.values())]
    found = {entry.name.replace("_", " "): entry.metadata["chinese"] for entry in entries}
    for notebook in notebooks.values():
        text = "\n".join(cell.source for cell in notebook.cells if cell.cell_type == "markdown")
        found |= {english.strip(): chinese for english, chinese in TERM.findall(text)}
    for section in chain(*outlines.values()):
        english, _, chinese = section.title.lstrip("0123456789.–- ").partition(" · ")
        if chinese and not section.deeper and not section.is_closing:
            found[english] = chinese
    return dict(sorted(found.items(), key=lambda pair: pair[0].lower()))


def anchor(heading):
    """What links to a heading name, as in JupyterLab."""
    return heading.replace(" ", "-")


def setup(app):
    """Called by Sphinx: formulas become MathML, which browsers draw without a library."""
    app.add_html_math_renderer("mathml", (_formula, None), (_formula, None))


def _formula(translator, node):
    from docutils.nodes import SkipNode

    translator.body.append(mathml(node.astext(), "inline" if node.tagname == "math" else "block"))
    raise SkipNode
