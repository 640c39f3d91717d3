"""A chapter as slides: one HTML file that needs no network, for the projector, with speaker notes.

Question, figure, table, Decision, "Your turn" and claim each fill a slide; prose becomes notes, code waits on a key.
The browser fits each slide's text (templates/deck.js): never below 22 px, what is too long goes on to another slide.
"""

import html
import re
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from jinja2 import Environment, PackageLoader
from latex2mathml.converter import convert
from markdown_it import MarkdownIt
from pygments import highlight
from pygments.formatters import HtmlFormatter
from pygments.lexers import PythonLexer

from crmbook.batch.chapters import find_chapters
from crmbook.batch.expected import write_whole
from crmbook.lab import as_given
from crmbook.teach import editions
from crmbook.teach.outline import outline
from crmlib.places import default_data

FORMULA = re.compile(r"\$\$(.+?)\$\$|\$(?!\s)([^$\n]+?)(?<!\s)\$", re.DOTALL)
FORMATTER = HtmlFormatter(style="xcode", nowrap=True)
MARKDOWN = MarkdownIt("commonmark").enable("table")
REVEAL = Path(__file__).with_name("reveal")


@dataclass
class Slide:
    """One slide: its kind, the small title above, its body as HTML, code on a key, and what the speaker says."""

    kind: str
    title: str = ""
    body: str = ""
    code: list = field(default_factory=list)
    notes: list = field(default_factory=list)


def write_slides(names=(), data=None, out="build/slides", for_students=False):
    """Write chapters as slides, their figures drawn anew at twice the resolution.

    Parameters: names - chapters as a reader writes them, all if none; data - folder of tables, None for the teaching
    company; out - folder; for_students - without rubrics and worked answers. Returns: list of the files' paths.
    Errors: CrmError for an unknown chapter, or one that does not run on these tables.
    """
    notebooks = {}
    for chapter in find_chapters(names):
        notebooks[chapter.name] = as_given(chapter)
        editions.for_a_projector(notebooks[chapter.name])
        editions.on_data(notebooks[chapter.name], data or default_data())
    return write_decks(editions.executed(notebooks), out, for_students)


def write_decks(notebooks, out, for_students=False):
    """Write executed notebooks (name → notebook) as slides into a folder. Returns: list of the files' paths."""
    places = []
    for name, notebook in notebooks.items():
        places.append(Path(out) / f"{name}.html")
        places[-1].parent.mkdir(parents=True, exist_ok=True)
        write_whole(places[-1], deck(notebook, for_students))
    return places


def deck(notebook, for_students=False):
    """Make the slides of one executed notebook. Returns: HTML."""
    sections = outline(notebook)
    chapter = sections[0].number
    columns = [_column(section, chapter, for_students) for section in sections if not section.deeper]
    columns.append(_at_home(sections, chapter, for_students))
    return _template().render(
        title=sections[0].title,
        columns=[column for column in columns if column],
        reveal_style=(REVEAL / "reveal.css").read_text("utf-8"),
        scripts=[
            (REVEAL / name).read_text("utf-8").replace("</script", "<\\/script") for name in ("reveal.js", "notes.js")
        ],
        code_style=FORMATTER.get_style_defs(".code"),
        highlighted=highlighted,
        to_html=to_html,
    )


@cache
def _template():
    environment = Environment(loader=PackageLoader("crmbook.teach"), trim_blocks=True, lstrip_blocks=True)
    return environment.get_template("deck.html")


def to_html(markdown):
    """Markdown as HTML, its LaTeX as MathML, which every current browser draws by itself."""
    formulas = []

    def keep(match):
        formulas.append(mathml(match[1] or match[2], "block" if match[1] else "inline"))
        return f"\ue000{len(formulas) - 1}\ue001"

    written = MARKDOWN.render(FORMULA.sub(keep, markdown))
    return re.sub("\ue000(\\d+)\ue001", lambda match: formulas[int(match[1])], written)


def mathml(latex, display):
    """A formula as MathML; display - block or inline."""
    return convert(latex.strip(), display=display)


def highlighted(code):
    """Python as HTML, one element a line, so that a long cell can go on to another slide."""
    lines = highlight(code.strip("\n"), PythonLexer(), FORMATTER).rstrip("\n").split("\n")
    return "<pre class=code>" + "".join(f"<div>{line or ' '}</div>" for line in lines) + "</pre>"


def _column(section, chapter, for_students):
    """The slides of one section."""
    opening = {1: "title", 2: "part"}.get(section.level, "closing" if section.is_closing else "")
    slides = [Slide(opening, section.title)] if opening else []
    code, said, asked = [], [], ""  # what comes before its slide: the cell, prose that leads in, a claim's question
    for piece in section.pieces:
        if piece.kind == "prose":
            said.append(piece.text)
        elif piece.kind == "claim":
            asked = piece.text
        elif piece.kind == "code":
            code.append(piece.text)
        elif piece.kind == "shown" and opening:
            said += [] if opening == "title" else [piece.text]
        elif piece.kind == "key" and slides and slides[-1].kind == "key" and not said:
            slides[-1].body += piece.html
            slides[-1].code += code
            code = []
        elif piece.kind in BODIES and not piece.at_home:
            small_heading = section.level == 4 and not slides
            lead = said if small_heading else said[-1:] if piece.kind == "shown" else [asked] if asked else []
            body = to_html("\n\n".join(lead)) + BODIES[piece.kind](piece)
            if slides:
                slides[-1].notes += said
            slides.append(Slide(piece.kind, section.title, body, code, _notes(piece, for_students)))
            code, said, asked = [], [], ""
    if opening:
        first = 2 if opening == "title" else len(said)  # a title's question and aims; the rest is for the notes
        slides[0].body, slides[0].notes = to_html("\n\n".join(said[:first])), said[first:]
    elif slides:
        slides[-1].notes += said
    return slides


def _at_home(sections, chapter, for_students):
    """What is left for home: all exercises in a list, each discussion on a slide of its own."""
    pieces = [piece for section in sections for piece in section.pieces if piece.at_home]
    turns = "".join(to_html(f"**{piece.number}** {piece.text}") for piece in pieces if piece.kind == "turn")
    slides = [Slide("home", "At home · 课后", turns)] if turns else []
    for piece in (piece for piece in pieces if piece.kind == "discuss"):
        rubric = "" if for_students else editions.rubrics().get((chapter, piece.number), "")
        slides.append(Slide("discuss", "At home · 课后", _text(piece), notes=[rubric]))
    return slides


def _notes(piece, for_students):
    return [f"```python\n{editions.solution(piece.exercise)}\n```"] if piece.exercise and not for_students else []


def _figure(piece):
    return f'<img alt="{html.escape(piece.text)}" src="data:image/png;base64,{piece.png}">'


def _verdict(piece):
    """The claim at once; the verdict a step later, with what it is measured against."""
    said, found, rest = re.split("</?strong>", piece.html.removeprefix("<p>").removesuffix("</p>"), maxsplit=2)
    return f'<p>{said}</p><div class="fragment"><p class="found">{found}</p><p class="rest">{rest}</p></div>'


def _text(piece):
    label = LABELS.get(piece.kind, "").format(piece.number)
    return (f'<p class="label">{label}</p>' if label else "") + to_html(piece.text)


def _output(piece):
    return re.sub(r"<style.*?</style>", "", piece.html, flags=re.DOTALL)


def _code(piece):
    return highlighted(piece.text)


LABELS = {"decision": "Decision · 决策", "turn": "Your turn {} · 练习 · 8 minutes", "discuss": "Discuss {} · 讨论"}
BODIES = {
    **dict.fromkeys(["question", "decision", "turn", "shown"], _text),
    **dict.fromkeys(["table", "small", "key"], _output),
    **dict.fromkeys(["def", "by hand", "source"], _code),
    "figure": _figure,
    "verdict": _verdict,
}
