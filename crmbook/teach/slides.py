"""A chapter as slides: one HTML file that needs no network, for the projector, with speaker notes.

Question, figure, table, Decision, "Your turn" and claim each fill a slide; prose becomes notes, code waits on a key.
The browser fits each slide's text (templates/deck.js): never below 22 px, what is too long goes on to another slide.
"""

from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from pygments import formatters, highlight, lexers

from crmbook.batch.chapters import find_chapters
from crmbook.batch.expected import write_whole
from crmbook.batch.pages import markdown
from crmbook.lab import as_given
from crmbook.teach import PAGES, editions
from crmbook.teach.outline import Piece, outline
from crmlib.places import default_data

FORMATTER = formatters.HtmlFormatter(style="xcode", nowrap=True)
HOME = "At home · 课后"
PAGES.globals |= {
    "markdown": markdown,
    "highlighted": partial(highlight, lexer=lexers.PythonLexer(), formatter=FORMATTER),
    "code_style": FORMATTER.get_style_defs(".code"),
    "solution": editions.solution,
    "rubrics": editions.rubrics,
}


@dataclass
class Slide:
    """One slide: the small title above, words that lead in, what it shows, code on a key, what the speaker says."""

    title: str
    piece: Piece
    lead: list = field(default_factory=list)
    code: list = field(default_factory=list)
    notes: list = field(default_factory=list)


def write_slides(names=(), data=None, out="build/slides", for_students=False):
    """Write chapters as slides, their figures drawn anew at twice the resolution.

    Parameters: names - chapters as a reader writes them, all if none; data - folder of tables, None for the teaching
    company; out - folder; for_students - without rubrics and worked answers. Returns: list of the files' paths.
    Errors: CrmError for an unknown chapter, or one that does not run on these tables.
    """
    notebooks = {chapter.name: as_given(chapter) for chapter in find_chapters(names)}
    done = editions.executed(notebooks, data or default_data(), editions.FOR_A_PROJECTOR)
    return write_decks(done, out, for_students)


def write_decks(notebooks, out, for_students=False):
    """Write executed notebooks (name → notebook) as slides into a folder. Returns: list of the files' paths."""
    places = [Path(out) / f"{name}.html" for name in notebooks]
    Path(out).mkdir(parents=True, exist_ok=True)
    for place, notebook in zip(places, notebooks.values(), strict=True):
        write_whole(place, deck(notebook, for_students))
    return places


def deck(notebook, for_students=False):
    """Make the slides of one executed notebook. Returns: HTML."""
    sections = outline(notebook)
    columns = [*(_column(section) for section in sections if not section.deeper), _at_home(sections)]
    return PAGES.get_template("deck.html").render(title=sections[0].title, columns=columns, for_students=for_students)


def _column(section):
    """The slides of one section."""
    opening = {1: "title", 2: "part"}.get(section.level, "closing" if section.is_closing else "")
    slides = [Slide(section.title, Piece(opening))] if opening else []
    code, said, asked = [], [], []  # what comes before its slide: the cell, prose that leads in, a claim's question
    for piece in section.pieces:
        if piece.kind == "prose" or (piece.kind == "shown" and opening):
            said.append(piece.text)
        elif piece.kind == "claim":
            asked = [piece.text]
        elif piece.kind == "code":
            code.append(piece.text)
        elif piece.kind == "key" and slides and slides[-1].piece.kind == "key" and not said:
            slides[-1].piece.html += piece.html
            slides[-1].code += code
            code = []
        elif not piece.at_home:
            small_heading = section.level == 4 and not slides
            lead = said if small_heading else said[-1:] if piece.kind == "shown" else asked
            if slides:
                slides[-1].notes += said
            slides.append(Slide(section.title, piece, lead, code))
            code, said, asked = [], [], []
    if opening:
        first = 2 if opening == "title" else len(said)  # a title's question and aims; the rest is for the notes
        slides[0].lead, slides[0].notes = said[:first], said[first:]
    elif slides:
        slides[-1].notes += said
    return slides


def _at_home(sections):
    """What is left for home: all exercises in a list, each discussion on a slide of its own."""
    pieces = [piece for section in sections for piece in section.pieces if piece.at_home]
    turns = [f"**{piece.number}** {piece.text}" for piece in pieces if piece.kind == "turn"]
    slides = [Slide(HOME, Piece("home"), turns)] if turns else []
    return slides + [Slide(HOME, piece) for piece in pieces if piece.kind == "discuss"]
