"""Slides: what stands where, and in a real browser that the last row can read all of it."""

import json
import re
from html.parser import HTMLParser
from pathlib import Path

import nbformat
import pytest

from crmbook.batch.chapters import find_chapters
from crmbook.teach import editions, slides

SLIDE = re.compile(r'<section class="([\w-]+)">\n<h2 class="where">(.*?)</h2>(.*?)</section>', re.DOTALL)
NOTES = re.compile(r'<aside class="notes">(.*?)</aside>', re.DOTALL)
# What a viewer reads on the slide in front, and whether any of it is too small or outside.
MEASURED = """() => {
  const slide = Reveal.getCurrentSlide(), box = slide.querySelector(".fit");
  const words = [...slide.querySelectorAll("*")].filter((e) => !e.closest(".notes, .more") &&
    [...e.childNodes].some((n) => n.nodeType === 3 && n.textContent.trim()));
  const outside = [...box.querySelectorAll("*")].filter((e) => {
    const r = e.getBoundingClientRect();
    return r.width && (r.right > 1281 || r.bottom > 721 || r.left < -1 || r.top < -1);
  });
  return {
    place: JSON.stringify(Reveal.getIndices()), scale: Reveal.getScale(), kind: slide.className.split(" ")[0],
    smallest: Math.min(99, ...words.map((e) => parseFloat(getComputedStyle(e).fontSize))),
    over: Math.max(box.scrollHeight - box.clientHeight, box.scrollWidth - box.clientWidth, 0), outside: outside.length,
  };
}"""


def deck_of(name, **options):
    return slides.deck(nbformat.reads(find_chapters([name])[0].text, 4), **options)


@pytest.fixture(scope="module")
def grading():
    return deck_of("6")


def without_kept_out(text):
    """A page's slides without scripts and styles."""
    return re.sub(r"<(script|style)>.*?</\1>", "", text, flags=re.DOTALL)


def test_a_small_chapter(small):
    small.cells.insert(5, nbformat.v4.new_markdown_cell("To be said, with $x_1$."))
    found = SLIDE.findall(slides.deck(small, for_students=True))
    kinds = "title part question shown shown def by-hand small table figure verdict decision turn closing home discuss"
    assert [kind for kind, _, _ in found] == kinds.split()
    told = {kind: (title, body) for kind, title, body in found}
    assert told["part"][0] == "6.1 Why<br>为什么"
    assert told["question"][0] == "6.1.1 They differ · 不同" and "pay alike" in told["question"][1]
    assert "<msub>" in told["shown"][1].partition("<aside")[2], "prose is said, not shown"
    assert '<img alt="words" src="data:image/png;base64,AAA">' in told["figure"][1]
    assert "draw" in told["figure"][1] and "what it says" not in told["figure"][1]
    claim, _, verdict = told["verdict"][1].partition('class="fragment"')
    assert "Is it so?" in claim and "Often said." in claim and "Smaller: 5." in verdict
    assert "How many?" in told["turn"][1] and "And when?" in told["home"][1]
    assert "Beyond" not in str(found) and "secret" not in str(found)


@pytest.mark.parametrize("chapter", find_chapters(), ids=lambda chapter: chapter.name)
def test_everything_of_the_core_is_there_once_and_nothing_else(chapter):
    notebook = nbformat.reads(chapter.text, 4)
    sections = slides.outline(notebook)
    core = [piece for section in sections if not section.deeper for piece in section.pieces]
    found = SLIDE.findall(without_kept_out(slides.deck(notebook)))
    kinds = [kind for kind, _, _ in found]
    for kind in ("question", "decision", "verdict", "figure", "table", "def"):
        assert kinds.count(kind) == sum(piece.kind == kind for piece in core), kind
    assert kinds.count("turn") == sum(piece.kind == "turn" and not piece.at_home for piece in core) == 4
    assert kinds.count("discuss") == 2
    text = "".join(body for _, _, body in found)
    assert "◆ Deeper" not in "".join(title for _, title, _ in found)
    assert text.count("<math") >= 1 and "$" not in re.sub(r"<pre.*?</pre>|<code.*?</code>", "", text, flags=re.DOTALL)


def test_only_the_instructor_sees_rubrics_and_worked_answers(grading):
    notes = " ".join(NOTES.findall(grading))
    assert "def worked(db)" in notes and "What could be lost, what won?" in notes
    given = deck_of("6", for_students=True)
    assert "def worked(db)" not in given and "What could be lost" not in given
    assert "Where the two are far apart, hardly anybody" in given


class _Addresses(HTMLParser):
    def __init__(self, text):
        super().__init__()
        self.found = []
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        self.found += [
            value for name, value in attrs if name in ("src", "href") and not value.startswith(("data:", "#"))
        ]


def test_a_deck_is_one_file(grading):
    assert _Addresses(without_kept_out(grading)).found == []
    assert len(grading) < 2**21
    assert "MIT licensed" in grading and (Path(slides.__file__).parent / "reveal" / "LICENSE").is_file()


def read_through(browser, place):
    """Look at every slide as it stands on a projector. Returns: what was measured, and the page."""
    page = browser.new_page(viewport={"width": 1280, "height": 720})
    faults, seen = [], []
    page.on("request", lambda request: request.url.startswith(("file:", "data:")) or faults.append(request.url))
    page.on("requestfailed", lambda request: faults.append(request.url))
    page.on("pageerror", lambda error: faults.append(str(error)))
    page.goto(place.as_uri())
    page.wait_for_function("window.Reveal && Reveal.isReady()")
    while not seen or seen[-1]["place"] != page.evaluate("JSON.stringify(Reveal.getIndices())"):
        seen.append(page.evaluate(MEASURED))
        page.evaluate("Reveal.next()")
    assert faults == []
    return seen, page


def readable(seen):
    return [s for s in seen if s["scale"] != 1 or s["smallest"] < 22 or s["over"] > 1 or s["outside"]]


@pytest.mark.parametrize(
    "name", ["06", "08", *(pytest.param(name, marks=pytest.mark.slow) for name in ("05", "07", "09", "10"))]
)
def test_the_last_row_can_read_every_slide(browser, tmp_path, name):
    place = tmp_path / "deck.html"
    place.write_text(deck_of(name), encoding="utf-8")
    seen, _ = read_through(browser, place)
    assert readable(seen) == []
    assert len(seen) > 80
    assert sum(s["kind"] == "figure" for s in seen) >= 10


def test_the_measure_sees_what_is_too_small_or_outside(browser, tmp_path, grading):
    place = tmp_path / "deck.html"
    place.write_text(grading.replace("|| fit(slide)", "|| slide"), encoding="utf-8")
    assert readable(read_through(browser, place)[0])


def test_speaker_view_key_for_code_and_pdf(browser, tmp_path, grading):
    place = tmp_path / "deck.html"
    place.write_text(grading, encoding="utf-8")
    seen, page = read_through(browser, place)
    figure = next(s for s in seen if s["kind"] == "figure")
    page.evaluate("(place) => Reveal.slide(place.h, place.v)", json.loads(figure["place"]))
    code = page.locator("section.present > .more")
    assert not code.is_visible()
    page.keyboard.press("c")
    assert "sns.lineplot" in code.inner_text()
    with page.expect_popup() as opened:
        page.keyboard.press("s")
    notes = opened.value.locator(".speaker-controls-notes .value")
    notes.get_by_text("The steeper it begins").wait_for(timeout=10_000)
    printed = browser.new_page()
    printed.goto(f"{place.as_uri()}?print-pdf")
    printed.wait_for_function("window.Reveal && Reveal.isReady()")
    printed.locator(".pdf-page").last.wait_for(state="attached")
    pages = re.findall(rb"/Type\s*/Page\b", printed.pdf(prefer_css_page_size=True, print_background=True))
    assert len(pages) == printed.evaluate("Reveal.getTotalSlides()")


@pytest.mark.slow
def test_figures_are_drawn_anew_for_a_projector(tmp_path, monkeypatch):
    import struct
    from base64 import b64decode

    (place,) = slides.write_slides(["8"], out=tmp_path)
    pictures = re.findall(r'src="data:image/png;base64,([^"]+)"', place.read_text(encoding="utf-8"))
    sizes = [struct.unpack(">II", b64decode(picture)[16:24]) for picture in pictures]
    assert all(1500 < width <= 2 * 110 * 8.8 + 1 and height <= 2 * 110 * 4.7 + 1 for width, height in sizes)


def test_solutions_stand_by_themselves():
    for name in editions.exercises():
        compile(editions.solution(name), name, "exec")
    assert len(editions.rubrics()) == 12
