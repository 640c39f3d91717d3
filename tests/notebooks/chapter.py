"""A chapter notebook, read once: cells and paragraphs in order, each with its section, its lane and what it shows."""

import ast
import json
import re
import subprocess
import sys
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

import nbformat

from tests.code_lines import code_lines

ROOT = Path(__file__).parents[2]
HEADING = re.compile(r"(#{1,6}) (.*)")
NUMBER = re.compile(r"\d+\.\d+(?:\.\d+)?")
DEEPER = "◆ Deeper · 选读"
CLOSING = ("What we decided", "What we could not know", "Where the next chapter goes on", "Further reading")
CHINESE_RUN = r"[\u4e00-\u9fff][\u4e00-\u9fff，、。：；·]*"
WORD = re.compile(rf"{CHINESE_RUN}|[A-Za-zÀ-ÿ0-9]+(?:[-'’.,][A-Za-zÀ-ÿ0-9]+)*")
SMALL_TABLE = 4
OUTPUT = "application/vnd.crmlib.{}+json"


def numbers_in(text):
    """The textbook's numbers in a text, ranges written out: "8.3.1–8.3.6" are six."""
    numbers = []
    for first, last in re.findall(rf"({NUMBER.pattern})(?:\s*–\s*({NUMBER.pattern}))?", text):
        stem, _, start = first.rpartition(".")
        end = (last or first).rpartition(".")[2]
        numbers += [f"{stem}.{part}" for part in range(int(start), int(end) + 1)]
    return numbers


@dataclass
class Section:
    """A heading and where it stands: ``level`` is its number of #, ``deeper`` whether the core lane leaves it out."""

    title: str
    level: int
    deeper: bool
    pieces: list = field(default_factory=list)

    @property
    def numbers(self):
        """The textbook's numbers that the heading carries."""
        return numbers_in(re.split(r"[^\d.–\s-]", self.title)[0])

    @property
    def is_numbered(self):
        return NUMBER.match(self.title) is not None

    @property
    def is_closing(self):
        return self.title.startswith(CLOSING)

    @property
    def begins_with(self):
        """The first thing under the heading, or nothing."""
        return next(iter(self.pieces), None)


@dataclass
class Paragraph:
    """One block of prose: a paragraph, a list, a formula or a table."""

    text: str
    section: Section

    @property
    def is_seen(self):
        """Whether it is shown rather than read out: a list, a formula, a table."""
        return re.match(r"[-*] |\d+\. |\$\$|\|", self.text) is not None

    @property
    def mark(self):
        """The bold words that it opens with, or ""."""
        found = re.match(r"\*\*(.+?)\*\*", self.text)
        return found[1] if found else ""

    @property
    def words(self):
        text = re.sub(r"\$\$.*?\$\$|<[^>]*>|\]\([^)]*\)", " ", self.text, flags=re.DOTALL)
        return len(WORD.findall(text))


@dataclass
class Code:
    """A code cell after ``ruff format``."""

    number: int
    source: str
    tags: list
    outputs: list
    metadata: dict
    section: Section

    def __str__(self):
        return f"code cell {self.number} ({self.source.splitlines()[0][:50] if self.source else 'empty'})"

    @cached_property
    def plain(self):
        """The source without magics and shell lines."""
        return "\n".join("" if line.lstrip()[:1] in {"%", "!"} else line for line in self.source.splitlines())

    @cached_property
    def tree(self):
        return ast.parse(self.plain)

    @cached_property
    def lines(self):
        return code_lines(self.plain)

    @property
    def is_exercise(self):
        return "exercise" in self.tags

    @property
    def is_one_function(self):
        return len(self.tree.body) == 1 and isinstance(self.tree.body[0], ast.FunctionDef)

    @property
    def ending(self):
        """The name of the function or method that the last statement calls, or ""."""
        last = self.tree.body[-1] if self.tree.body else None
        call = last.value if isinstance(last, ast.Expr) else None
        if not isinstance(call, ast.Call):
            return ""
        return call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")

    @cached_property
    def shown(self):
        """Figures and tables that the cell shows, one word each, and its key figures, claims and explorers."""
        return [kind for kind in map(self._kind, self.outputs) if kind]

    def _kind(self, output):
        data = output.get("data", {})
        for kind in ("exercise", "claim", "record"):
            if OUTPUT.format(kind) in data:
                return kind
        if any("explore" in mime or "widget-view" in mime for mime in data):
            return "explorer"
        if "image/png" in data:
            return "explorer" if self.ending.startswith("explore") else "figure"
        rows = re.findall(r"<tr\b", data.get("text/html", "").rpartition("<tbody")[2])
        if "<table" not in data.get("text/html", ""):
            return ""
        return "small table" if self.ending == "head" or len(rows) <= SMALL_TABLE else "table"


@dataclass
class Chapter:
    """All of a notebook; rules read it, none reads the notebook's JSON again."""

    notebook: nbformat.NotebookNode
    sections: list
    code: list
    paragraphs: list

    @property
    def number(self):
        """The chapter's number, from the title."""
        found = re.match(r"\d+", self.sections[1].title) if len(self.sections) > 1 else None
        return found[0] if found else ""

    def cells(self, core=False):
        """Code cells without the exercises; of the core lane only, or all."""
        return [cell for cell in self.code if not cell.is_exercise and not (core and cell.section.deeper)]

    def shown(self, *kinds, core=False):
        """How many things of these kinds are shown."""
        return sum(kind in kinds for cell in self.cells(core) for kind in cell.shown)

    def words(self, core=False):
        """Words of prose; tables of the opening do not count."""
        return sum(
            text.words
            for text in self.paragraphs
            if not (core and text.section.deeper) and not (text.section.level < 2 and text.text.startswith("|"))
        ) + sum(len(WORD.findall(section.title)) for section in self.sections if not (core and section.deeper))

    def questions(self):
        """The sections that a manager's question opens."""
        return [section for section in self.sections if section.level == 3 and not section.is_closing]

    def within(self, section):
        """What stands in a section, in the small headings under it too, ◆ apart."""
        start = self.sections.index(section)
        pieces = list(section.pieces)
        for below in self.sections[start + 1 :]:
            if below.level <= section.level:
                break
            pieces += [] if below.deeper else below.pieces
        return pieces


def read(notebook):
    """Read a notebook; its code as ``ruff format`` writes it."""
    chapter = Chapter(notebook, [Section("", 0, False)], [], [])
    for cell in _formatted(notebook).cells:
        if cell.cell_type == "code":
            tags = cell.metadata.get("tags", [])
            section = chapter.sections[-1]
            code = Code(len(chapter.code) + 1, cell.source, tags, cell.outputs, cell.metadata, section)
            chapter.code.append(code)
            section.pieces.append(code)
        else:
            _read_text(chapter, cell.source)
    return chapter


def _read_text(chapter, source):
    text = re.sub(r"^(#{1,6} .*)$", r"\n\n\1\n\n", re.sub(r'<a id="[^"]*"></a>', "", source), flags=re.MULTILINE)
    for block in filter(None, map(str.strip, re.split(r"\n\s*\n", text))):
        heading = HEADING.fullmatch(block)
        above = chapter.sections[-1]
        if heading:
            level = len(heading[1])
            # ◆ goes on to the next heading of its level: what is folded in JupyterLab is what the core leaves out.
            deeper = heading[2].startswith("◆") or (above.deeper and level > 4)
            chapter.sections.append(Section(heading[2], level, deeper))
        else:
            paragraph = Paragraph(block, above)
            chapter.paragraphs.append(paragraph)
            above.pieces.append(paragraph)


def _formatted(notebook):
    command = [sys.executable, "-m", "ruff", "format", "--stdin-filename", str(ROOT / "notebooks" / "any.ipynb"), "-"]
    done = subprocess.run(command, input=json.dumps(notebook), capture_output=True, encoding="utf-8", check=False)
    if done.returncode:
        raise SyntaxError(done.stderr)
    return nbformat.reads(done.stdout, 4)
