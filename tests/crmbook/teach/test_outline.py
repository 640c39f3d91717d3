"""The outline reads a chapter by its form: a small notebook, and all six against the anatomy's own reading."""

import nbformat
import pytest

from crmbook.batch.chapters import find_chapters
from crmbook.teach.outline import outline
from tests.notebooks import chapter as anatomy
from tests.notebooks import sizes

CHAPTERS = [chapter.name for chapter in find_chapters()]


def test_a_small_chapter(small):
    sections = outline(small)
    assert [(s.level, s.deeper, s.is_closing) for s in sections] == [
        (1, False, False),
        (2, False, False),
        (3, False, False),
        (4, True, False),
        (5, True, False),
        (3, False, True),
    ]
    pieces = sections[2].pieces
    kinds = "question prose shown shown code def by-hand small code table code figure claim code verdict decision"
    assert [piece.kind.replace(" ", "-") for piece in pieces] == [*kinds.split(), "turn", "turn", "discuss"]
    assert pieces[0].text == '"Do they\npay alike?"'
    assert [p.text for p in pieces if p.kind == "shown"] == ["$$p = q$$", "- a\n- b"]
    assert [(p.number, p.exercise, p.at_home) for p in pieces if p.kind == "turn"] == [
        ("1", "many", False),
        ("2", "", True),
    ]
    assert not any("secret" in piece.text for section in sections for piece in section.pieces)
    assert sections[0].minutes == pytest.approx(0.01)  # one word
    assert sections[1].minutes == pytest.approx(0.02)


@pytest.mark.parametrize("name", CHAPTERS)
def test_agrees_with_the_anatomy(name):
    notebook = nbformat.reads(find_chapters([name])[0].text, 4)
    read, sections = anatomy.read(notebook), outline(notebook)
    pieces = [(section, piece) for section in sections for piece in section.pieces]

    def count(*kinds, core=False):
        return sum(piece.kind in kinds and not (core and section.deeper) for section, piece in pieces)

    assert [(s.title, s.deeper) for s in sections] == [(s.title, s.deeper) for s in read.sections[1:]]
    for core in (False, True):
        assert count("figure", core=core) == read.shown("figure", "explorer", core=core)
        assert count("table", core=core) == read.shown("table", core=core)
        small = read.shown("small table", "record", "claim", core=core)
        assert abs(count("small", "key", "verdict", core=core) - small) <= 3  # the anatomy counts every head as small
    for mark, kind in (("Decision", "decision"), ("Your turn", "turn"), ("Discuss", "discuss"), ("Claim", "claim")):
        assert count(kind) == sum(text.mark.startswith(mark) for text in read.paragraphs), mark
    names = [piece.exercise for _, piece in pieces if piece.kind == "turn"]
    assert names == [cell.metadata["name"] for cell in read.code if cell.is_exercise]
    asked = [s.title for s in sections if any(p.kind == "question" for p in s.pieces)]
    assert asked == [s.title for s in read.questions()]
    assert count("by hand") >= 1
    assert 100 < sum(s.minutes for s in sections if not s.deeper) <= sizes.MINUTES + 2
