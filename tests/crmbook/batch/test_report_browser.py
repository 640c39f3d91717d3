"""The report in a real browser: narrow and wide, printed, by keyboard."""

import io

import nbformat
import pytest

from crmbook.batch.pages import page_of
from crmbook.batch.report import report_page, table_of
from tests.crmbook.batch.test_pages import memo
from tests.notebooks.test_browser import browser  # noqa: F401  (a fixture)

WIDE_TABLE = "<table><tr>" + "".join(f"<td>column_{number}</td>" for number in range(20)) + "</tr></table>"
MARKDOWN_TABLE = "| " + " | ".join(f"heading {number}" for number in range(12)) + " |\n" + "|---" * 12 + "|\n"
LONG = "value = [" + ", ".join(f"'a_rather_long_name_{number}'" for number in range(12)) + "]"


@pytest.fixture(scope="module")
def report(tmp_path_factory):
    """A page with all that could be too wide, and an overview."""
    new = nbformat.v4
    outputs = [
        new.new_output("execute_result", {"text/html": WIDE_TABLE, "text/plain": "wide"}),
        new.new_output("stream", text="x" * 300),
        new.new_output("display_data", {"image/png": PICTURE, "text/plain": "It rises."}),
    ]
    cells = [
        new.new_markdown_cell("# 6 Grading · 客户分级\n\n$" + "+".join(f"x_{{{n}}}" for n in range(6)) + "$\n"),
        new.new_markdown_cell("$$y = " + "+".join(f"\\frac{{x_{{{n}}}}}{{{n}}}" for n in range(1, 8)) + "$$\n"),
        new.new_markdown_cell(f"{MARKDOWN_TABLE}\n`{'long_name_' * 12}`"),
        new.new_code_cell(LONG, outputs=outputs),
        new.new_markdown_cell("#### ◆ Deeper · 选读\n\nfolded words"),
    ]
    folder = tmp_path_factory.mktemp("report")
    names = ("05_information/default", "07_communication/default")
    page = page_of(new.new_notebook(cells=cells), "6", {"data": "/somewhere/datasets"}, beside=names)
    (folder / "page.html").write_text(page, encoding="utf-8")
    memos = [memo(f"{'long-' * 12}{share}", share, status) for share, status in [(0.1, "ok"), (0.2, "failed")]]
    (folder / "index.html").write_text(report_page(memos, 2, table_of(memos)), encoding="utf-8")
    return folder


def _picture():
    import base64

    from matplotlib.figure import Figure

    stream = io.BytesIO()
    Figure(figsize=(10, 4)).savefig(stream, format="png")
    return base64.b64encode(stream.getvalue()).decode()


PICTURE = _picture()


@pytest.fixture(params=[420, 1280])
def opened(request, browser, report):  # noqa: F811
    """Opens a file of the report on a screen of this width."""
    page = browser.new_page(viewport={"width": request.param, "height": 800})

    def open_file(name):
        page.goto((report / name).as_uri())
        return page

    yield open_file
    page.close()


WIDER = """() => [...document.querySelectorAll("body *")].filter(e => !e.closest(".table table") && !e.closest("math")
  && e.getBoundingClientRect().right > window.innerWidth + 1).map(e => e.outerHTML.slice(0, 80))"""


@pytest.mark.parametrize("name", ["page.html", "index.html"])
def test_only_tables_and_formulas_are_wider_than_the_screen_and_scroll_by_themselves(opened, name):
    page = opened(name)
    assert page.evaluate(WIDER) == []
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    for place in page.locator(".table").all():
        shown = place.evaluate("e => [getComputedStyle(e).overflowX, getComputedStyle(e).backgroundImage, e.tabIndex]")
        assert shown[0] == "auto" and shown[1].count("gradient") == 4 and shown[2] == 0


def test_a_wide_table_is_scrolled_by_keyboard(opened):
    page = opened("page.html")
    table = page.locator(".table").last
    table.focus()
    for _ in range(3):
        page.keyboard.press("ArrowRight")
    page.wait_for_function("e => e.scrollLeft > 0", arg=table.element_handle())


def test_what_goes_deeper_opens_by_keyboard(opened):
    page = opened("page.html")
    words = page.get_by_text("folded words")
    assert not words.is_visible()
    page.locator("details.deeper > summary").focus()
    page.keyboard.press("Enter")
    assert words.is_visible()


def test_links_lead_on_and_the_bar_names_no_place(opened):
    page = opened("page.html")
    assert page.locator("nav a").all_inner_texts() == ["All runs", "← 05_information", "07_communication →"]
    assert "datasets" in page.locator("header").inner_text()
    assert "somewhere" not in page.content()
    assert page.locator("h1 [lang=zh]").inner_text() == "客户分级"


def test_states_are_words_not_colours_alone(opened):
    page = opened("index.html")
    assert [text[0] for text in page.locator("td.state").all_inner_texts()] == ["✗", "✓"]


def test_it_prints_on_a4_with_nothing_cut_off(browser, report):  # noqa: F811
    page = browser.new_page(viewport={"width": 1280, "height": 800})
    page.goto((report / "page.html").as_uri())
    page.emulate_media(media="print")
    assert page.get_by_text("folded words").is_visible()
    assert not page.locator("nav").is_visible()
    sheet = page.pdf(prefer_css_page_size=True)
    assert b"/MediaBox [0 0 594.95996 841.91998]" in sheet or b"/MediaBox [0 0 595" in sheet
    page.set_viewport_size({"width": 673, "height": 900})  # what the margins leave of A4
    widths = page.locator("main > *").evaluate_all("all => all.map(e => e.scrollWidth)")
    assert max(widths) <= 673 + 1
    page.close()
