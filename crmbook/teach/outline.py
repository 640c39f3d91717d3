"""A chapter as a list of sections, each a list of pieces: what slides, time plan, rubrics and site read.

A notebook says by its form what each paragraph and cell is (headings, a question first, fixed marks, structured
outputs); nothing here knows a chapter's words.
"""

import ast
import builtins
import re
from dataclasses import dataclass, field

from IPython.core.inputtransformer2 import TransformerManager
from markdown_it import MarkdownIt

from crmbook.lab import exercise_name
from crmlib.boundary import names_made
from crmlib.records import CLAIM_MIME, MIME

DEEPER = "◆"
CLOSING = ("What we decided", "What we could not know", "Where the next chapter goes on", "Further reading")
MARK = re.compile(r"\*\*(Decision|Your turn|Claim check|Discuss)(?: (\d+))?([^*]*)\*\*\s*")
KINDS = {"Decision": "decision", "Your turn": "turn", "Claim check": "claim", "Discuss": "discuss"}
WORDS = re.compile(r"[\u4e00-\u9fff]+|[^\W\u4e00-\u9fff]+(?:[-'’.,][^\W\u4e00-\u9fff]+)*")
LINE = re.compile(r"\S.*")
HIDDEN_TAGS = {"parameters", "injected-parameters", "rubric", "instructor"}
SMALL_TABLE = 4
MINUTES = {"figure": 3, "table": 2, "small": 1, "key": 1, "verdict": 1}
CODE = {"code", "def", "by hand"}
PARSER = MarkdownIt("commonmark").enable("table")


@dataclass
class Piece:
    """One thing in a section.

    kind - question, prose, shown (a list, formula, table or rule that must be seen), decision, turn, claim, discuss,
    code, def, by hand, figure, table, small (table of at most four rows), key (figure), verdict, source.
    """

    kind: str
    text: str = ""  # markdown; of code its source; of a figure, key figure or verdict its words
    html: str = ""  # of tables, key figures, verdicts; of a figure its picture, in base64
    number: str = ""  # of turns and discussions
    at_home: bool = False
    exercise: str = ""  # of turns: the exercise's name


@dataclass
class Section:
    """A heading and what stands under it; `deeper` where the core lane leaves it out."""

    title: str
    level: int
    deeper: bool
    pieces: list = field(default_factory=list)

    @property
    def is_closing(self):
        """Whether it is one of the closing parts."""
        return self.title.startswith(CLOSING)

    @property
    def minutes(self):
        """Minutes in class: 100 words or 10 code lines a minute, 3 a figure, 2 a table, 1 a small thing, 8 a task."""
        prose = sum(len(WORDS.findall(piece.text)) for piece in self.pieces if piece.kind not in _NO_PROSE)
        lines = sum(len(LINE.findall(piece.text)) for piece in self.pieces if piece.kind in CODE)
        turns = 8 * sum(piece.kind == "turn" and not piece.at_home for piece in self.pieces)
        return prose / 100 + lines / 10 + turns + sum(MINUTES.get(piece.kind, 0) for piece in self.pieces)


_NO_PROSE = {*MINUTES, *CODE, "source"}


def outline(notebook):
    """Read a notebook. Returns: list of Section, in order; the first is the chapter's title."""
    sections, known = [Section("", 0, False)], set(dir(builtins))
    for cell in notebook.cells:
        if HIDDEN_TAGS & set(cell.metadata.get("tags", [])):
            continue
        if cell.cell_type == "markdown":
            _read_text(sections, cell.source)
        elif name := exercise_name(cell):
            sections[-1].pieces[-1].exercise = name
        elif cell.cell_type == "code":
            sections[-1].pieces += _read_code(cell, known)
    return [section for section in sections if section.level]


def _read_text(sections, source):
    source = re.sub(r'<a id="[^"]*"></a>', "", source)
    lines = source.split("\n")
    for token in PARSER.parse(source):
        if token.level or not token.map or token.nesting < 0:
            continue
        text = "\n".join(lines[slice(*token.map)]).strip()
        section = sections[-1]
        if token.type == "heading_open":
            level, above = int(token.tag[1]), section.deeper
            title = text.lstrip("#").strip()
            sections.append(Section(title, level, title.startswith(DEEPER) or (above and level > 4)))
        elif mark := MARK.match(text):
            home = "At home" in mark[3] or mark[1] == "Discuss"
            section.pieces.append(Piece(KINDS[mark[1]], text[mark.end() :], number=mark[2] or "", at_home=home))
        elif section.level == 3 and not section.pieces and not section.is_closing:
            section.pieces.append(Piece("question", re.sub(r"^> ?", "", text, flags=re.MULTILINE)))
        else:
            seen = token.type not in ("paragraph_open", "blockquote_open") or text.startswith("$$")
            section.pieces.append(Piece("shown" if seen else "prose", text))


def _read_code(cell, known):
    """The pieces of a code cell: its source, then what it shows; `known` are names that need no data."""
    tree = ast.parse(TransformerManager().transform_cell(cell.source))  # plain Python, without % and !
    names = [node for node in ast.walk(tree) if isinstance(node, ast.Name | ast.arg)]
    own = {getattr(node, "id", None) or node.arg for node in names if not isinstance(getattr(node, "ctx", 0), ast.Load)}
    foreign = {node.id for node in names if isinstance(node, ast.Name)} - own - set(names_made(tree)) - known
    if all(isinstance(line, ast.FunctionDef | ast.Import | ast.ImportFrom) for line in tree.body):
        known |= set(names_made(tree))
        kind = "def" if any(isinstance(line, ast.FunctionDef) for line in tree.body) else "code"
    else:
        kind = "by hand" if not foreign and "DataFrame(" in cell.source else "code"
    return [Piece(kind, cell.source), *filter(None, map(_shown, cell.outputs))]


def _shown(output):
    data = output.get("data", {})
    page, words = data.get("text/html", ""), data.get("text/plain", "")
    if CLAIM_MIME in data:
        return Piece("verdict", words, page)
    if MIME in data:
        return Piece("key", words, page)
    if "image/png" in data:
        return Piece("figure", words, data["image/png"].strip())
    if data.get("text/markdown", "").startswith("```"):
        return Piece("source", words)
    if "<table" in page:
        return Piece("small" if page.rpartition("<tbody")[2].count("<tr") <= SMALL_TABLE else "table", words, page)
    return None  # the figure's own words, folded below it
