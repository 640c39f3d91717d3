"""The site in a real browser, under a sub-path and without any other address."""

import functools
import http.server
import threading

import pytest

from crmbook.batch.chapters import find_chapters
from crmbook.teach import site
from crmlib.errors import CrmError

for package in ("sphinx", "myst_nb", "sphinx_book_theme", "jieba"):
    pytest.importorskip(package, reason="the site's optional packages are not installed: pip install '.[site]'")

PAGES = ["index", "glossary", "formulas", *(chapter.name for chapter in find_chapters())]


@pytest.fixture(scope="module")
def served(tmp_path_factory):
    """The site's address, as a part of a larger one; and its folder."""
    root = tmp_path_factory.mktemp("pages")
    site.write_site(root / "course")
    handler = functools.partial(http.server.SimpleHTTPRequestHandler, directory=root)
    handler.func.log_message = lambda *rest: None
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/course", root / "course"
        server.shutdown()


@pytest.fixture
def page(browser, served):
    """A page that notes every request to elsewhere and each that fails."""
    page, faults = browser.new_page(viewport={"width": 1280, "height": 900}), []
    page.on(
        "request", lambda request: request.url.startswith((served[0], "data:", "file:")) or faults.append(request.url)
    )
    page.on("requestfailed", lambda request: faults.append(request.url))
    page.on("response", lambda response: response.status < 400 or faults.append(response.url))
    page.on("pageerror", lambda error: faults.append(str(error)))
    yield page
    page.close()
    assert faults == []


@pytest.mark.parametrize("name", PAGES)
def test_each_page_wide_and_narrow(page, served, name):
    page.goto(f"{served[0]}/{name}.html")
    links = page.evaluate("[...document.querySelectorAll('article a[href]')].map((a) => a.getAttribute('href'))")
    dead = "[...document.querySelectorAll('article a[href^=\"#\"]')].map((a) => a.getAttribute('href').slice(1))"
    dead += ".filter((id) => !document.getElementById(decodeURIComponent(id)))"
    assert page.evaluate(dead) == []
    for link in {link.partition("#")[0] for link in links if not link.startswith(("http", "#"))} - {""}:
        assert (served[1] / link).is_file(), link
    pictures = page.evaluate("[...document.querySelectorAll('article img')].map((i) => [i.alt, i.naturalWidth])")
    assert all(len(alt) > 40 and width > 100 for alt, width in pictures)
    if name[:2].isdigit():
        assert len(pictures) >= 10
        assert page.locator("math").count() > 3 and "$$" not in page.inner_text("article")
        assert page.locator("a", has_text="Slides").count() == 1
        assert "What a good answer contains" not in page.content() and "def worked" not in page.content()
    page.set_viewport_size({"width": 420, "height": 800})
    assert page.evaluate("document.documentElement.scrollWidth") <= 420


@pytest.mark.parametrize("words", ["鲸鱼曲线", "whale curve", "客户终身价值"])
@pytest.mark.parametrize("how", ["served", "offline"])
def test_search_in_both_languages(page, served, words, how):
    page.goto(f"{served[0] if how == 'served' else served[1].as_uri()}/search.html?q={words}")
    page.locator("#search-results li").first.wait_for(timeout=20_000)
    assert "06_grading" in page.inner_html("#search-results")


def test_terms_formulas_and_steps(page, served):
    page.goto(f"{served[0]}/glossary.html")
    rows = [row.split() for row in page.locator("article tr").all_inner_texts()]
    assert ["whale", "curve", "鲸鱼曲线"] in rows and ["Key", "accounts", "关键客户管理法"] in rows
    assert all(len(row) > 1 for row in rows)
    page.goto(f"{served[0]}/formulas.html")
    assert page.locator("math[display=block]").count() >= 10
    page.get_by_text("Customer lifetime value · 客户终身价值", exact=True).first.click()
    page.wait_for_load_state("networkidle")
    assert page.url.startswith(f"{served[0]}/06_grading.html#")
    page.goto(f"{served[0]}/06_grading.html")
    assert page.locator("a.left-prev").count() and page.locator("a.right-next").count()


def test_the_way_out_where_a_package_is_missing(monkeypatch):
    monkeypatch.setitem(__import__("sys").modules, "jieba", None)
    with pytest.raises(CrmError, match=r"jieba.*\.\[site\]"):
        site.write_site("nowhere")
