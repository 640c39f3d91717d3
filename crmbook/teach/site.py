"""All chapters as a site that needs no server and no network: search in both languages, glossary, formulas, slides."""

import csv
import json
import re
import tempfile
from html import escape
from pathlib import Path

import nbformat

import crmlib
from crmbook.batch.chapters import find_chapters
from crmbook.lab import as_given, exercise_name
from crmbook.teach.outline import outline
from crmbook.teach.slides import mathml, write_decks
from crmlib.errors import CrmError

TEMPLATES = Path(__file__).with_name("templates")
HEADING = re.compile(r"^(#+) +(.*)$", re.MULTILINE)
LINK = re.compile(r"\[([^\]]+)\]\(#([^)]+)\)")
TERM = re.compile(r"\*{0,2}([A-Za-z][\w' –-]{2,40}?)\*{0,2} \(([\u4e00-\u9fff][\u4e00-\u9fffA-Z]*)\)")
FORMULA = re.compile(r"\$\$(.+?)\$\$", re.DOTALL)
OPTIONS = json.loads(
    (TEMPLATES / "site.json").read_text("utf-8")
)  # no summary of what is found: no browser fetches offline


def write_site(out):
    """Write the site into a folder that any web server, or none, can serve.

    Parameters: out - folder. Returns: the folder. Errors: CrmError where the optional packages are not installed.
    """
    try:
        import jieba  # noqa: F401
        import myst_nb  # noqa: F401
        import sphinx_book_theme  # noqa: F401
        from sphinx.application import Sphinx
    except ImportError as missing:
        raise CrmError(f"The site needs optional packages ({missing.name}): pip install '.[site]'.") from None
    out, notebooks = Path(out), {chapter.name: as_given(chapter) for chapter in find_chapters()}
    write_decks(notebooks, out / "slides", for_students=True)
    terms = dict(sorted(_terms(notebooks).items(), key=lambda pair: pair[0].lower()))
    with tempfile.TemporaryDirectory(prefix="crmbook-") as folder:
        source = Path(folder) / "source"
        source.mkdir()
        (source / "terms.txt").write_text("\n".join(f"{word} 100" for word in terms.values()), encoding="utf-8")
        (source / "index.md").write_text((TEMPLATES / "home.md").read_text("utf-8"), encoding="utf-8")
        (source / "formulas.md").write_text(_formulas(notebooks), encoding="utf-8")
        glossary = "\n".join(f"| {english} | {chinese} |" for english, chinese in terms.items())
        (source / "glossary.md").write_text(
            f"# Glossary · 术语\n\n| English | 中文 |\n|---|---|\n{glossary}\n", "utf-8"
        )
        for name, notebook in notebooks.items():
            nbformat.write(prepared(notebook, name), source / f"{name}.ipynb")
        options = OPTIONS | {"html_search_options": {"dict": str(source / "terms.txt")}}
        places = [str(place) for place in (out, Path(folder) / "doctrees")]
        app = Sphinx(str(source), None, *places, "html", options, status=None, warningiserror=True)
        app.build()
    (out / ".nojekyll").touch()  # GitHub Pages would leave out folders that begin with _
    return out


def prepared(notebook, name):
    """A chapter for the site: pictures with alt text, links within the page, no answers' states, slides linked."""
    for cell in notebook.cells:
        if exercise_name(cell):
            cell.outputs = []
        for output in cell.get("outputs", []):
            if "image/png" in output.get("data", {}):
                cell.metadata["mystnb"] = {"image": {"alt": output.data["text/plain"]}}
        if cell.cell_type == "markdown":
            text = HEADING.sub(_with_anchor, cell.source)
            cell.source = LINK.sub(lambda link: f'<a href="#{escape(link[2])}">{link[1]}</a>', text)
    slides = f'<a href="slides/{name}.html">Slides · 幻灯片</a>'
    notebook.cells[0].source = re.sub(r"(?m)^(# .*)$", rf"\1\n\n{slides}", notebook.cells[0].source, count=1)
    return notebook


def _with_anchor(heading):
    return f'<a id="{escape(heading[2].replace(" ", "-"))}"></a>\n\n{heading[0]}'


def _terms(notebooks):
    """English → Chinese, from headings, the text and the data dictionary."""
    with (Path(crmlib.__file__).parent / "dictionary.csv").open(encoding="utf-8", newline="") as file:
        found = {(row["column"] or row["table"]).replace("_", " "): row["chinese"] for row in csv.DictReader(file)}
    for notebook in notebooks.values():
        text = "\n".join(cell.source for cell in notebook.cells if cell.cell_type == "markdown")
        found |= {english.strip(): chinese for english, chinese in TERM.findall(text)}
        for section in outline(notebook):
            english, _, chinese = re.sub(r"^[\d.–-]+ ", "", section.title).partition(" · ")
            if chinese and not section.deeper and not section.is_closing:
                found[english] = chinese
    return found


def _formulas(notebooks):
    """Every displayed formula, with the section that it stands in."""
    lines = ["# Formulas · 公式"]
    for name, notebook in notebooks.items():
        for section in outline(notebook):
            for piece in section.pieces:
                for formula in FORMULA.findall(piece.text):
                    place = f"{name}.html#{escape(section.title.replace(' ', '-'))}"
                    lines.append(f'<a href="{place}">{escape(section.title)}</a>\n\n$$\n{formula.strip()}\n$$')
    return "\n\n".join(lines) + "\n"


def setup(app):
    """Called by Sphinx: formulas become MathML, which browsers draw without a library."""
    app.add_html_math_renderer("mathml", (_formula, None), (_formula, None))
    return {"parallel_read_safe": True}


def _formula(translator, node):
    from docutils.nodes import SkipNode

    display = "inline" if node.tagname == "math" else "block"
    translator.body.append(mathml(node.astext(), display))
    raise SkipNode
