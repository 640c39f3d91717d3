"""Pages: offline, with alt text and formulas, and the overview in order."""

import re
from importlib.metadata import version

import nbformat
import pandas as pd
import pytest
from bs4 import BeautifulSoup

from crmbook.batch.pages import linked, marked, page_of
from crmbook.batch.report import report_page, table_of

ALT = 'It "rises" <fast>. From 0 to 1.'


@pytest.fixture(scope="module")
def page():
    new = nbformat.v4
    picture = new.new_output(
        "display_data", {"image/png": "AAAA", "text/plain": ALT}, metadata={"image/png": {"alt": ALT}}
    )
    caption = new.new_output("display_data", {"text/markdown": "From 0 to 1.", "text/plain": "From 0 to 1."})
    table = new.new_output("execute_result", {"text/html": pd.DataFrame({"a": [1]}).to_html(), "text/plain": "a"})
    record = new.new_output(
        "display_data", {"application/vnd.crmlib.record+json": {"name": "x"}, "text/plain": "x = 1"}
    )
    text = "# 6 Grading · 客户分级\n\n$a<b$ and\n\n$$\\frac{m r}{1+i-r}$$\n\n\\begin{align}a&=b\\end{align}\n"
    cells = [new.new_markdown_cell(text), new.new_code_cell("x < 1", outputs=[picture, caption, table, record])]
    return page_of(new.new_notebook(cells=cells), "6 <Grading>", {"region": "<North>"})


def test_page_loads_no_address(page):
    assert re.findall(r"""(?:src|href)\s*=\s*["']?(?:https?:)?//""", page) == []
    assert "@import" not in page
    assert "<script" not in page


def test_formulas_are_mathml(page):
    assert page.count("<math") == 3
    assert "<mfrac>" in page
    assert "$" not in re.sub(r"<style>.*?</style>", "", page, flags=re.DOTALL)


def test_picture_has_alt_text_and_one_visible_caption(page):
    (image,) = BeautifulSoup(page, "html.parser").find_all("img")
    assert image["src"] == "data:image/png;base64,AAAA"
    assert image["alt"] == ALT
    assert page.count("<p>From 0 to 1.</p>") == 1


def test_key_figures_tables_and_parameters_are_shown_escaped(page):
    assert "x = 1" in page
    assert "<td>1</td>" in page
    assert "&lt;North&gt;" in page
    assert "<title>6 &lt;Grading&gt;</title>" in page


def test_version_stands_on_every_page(page):
    assert f"crmlib {version('crmlib')}" in BeautifulSoup(page, "html.parser").header.get_text()
    assert f"crmlib {version('crmlib')}" in report_page([], 0, table_of([]))


@pytest.mark.parametrize("kind", ["text/html", "text/markdown"])
@pytest.mark.parametrize("apart", [True, False])
def test_a_figure_keeps_its_picture_its_alt_text_and_its_folded_description(kind, apart):
    new = nbformat.v4
    picture, metadata = {"image/png": "AAAA", "text/plain": "plain"}, {"image/png": {"alt": ALT}}
    folded = {kind: "<details><summary>What the figure says</summary><p>It rises.</p></details>"}
    bundles = [(picture, metadata), (folded, {})] if apart else [(picture | folded, metadata)]
    outputs = [new.new_output("display_data", data, metadata=about) for data, about in bundles]
    page = BeautifulSoup(page_of(new.new_notebook(cells=[new.new_code_cell("", outputs=outputs)]), "x"), "html.parser")
    (image,), (details,) = page.find_all("img"), page.find_all("details")
    assert (image["src"], image["alt"]) == ("data:image/png;base64,AAAA", ALT)
    assert details.summary.text == "What the figure says"
    assert not page.find(string=re.compile("No description has been provided"))


def test_sections_headed_deeper_are_folded_up_to_the_next_heading():
    new = nbformat.v4
    texts = ["### 6.1", "#### ◆ Deeper · 选读\n\nfirst words", "##### a part", "### 6.2", "#### ◆ Last"]
    cells = [new.new_markdown_cell(text) for text in texts]
    cells.insert(2, new.new_code_cell("inside = 1", outputs=[new.new_output("stream", text="output inside")]))
    cells.append(new.new_code_cell("last = 1"))
    notebook = new.new_notebook(cells=cells)
    before = nbformat.writes(notebook)
    page = BeautifulSoup(page_of(notebook, "x"), "html.parser")
    first, last = page.find_all("details", class_="deeper")
    assert first.summary.h4.get_text().startswith("◆ Deeper · 选读") and not first.has_attr("open")
    for text in ("first words", "inside = 1", "output inside", "a part"):
        assert text in first.get_text()
    assert "6.2" not in first.get_text() + last.get_text() and "6.2" in page.get_text()
    assert "last = 1" in last.get_text() and last.parent.name == "main"
    assert nbformat.writes(notebook) == before, "only the page is changed"


def test_an_unusual_formula_is_shown_as_written():
    new = nbformat.v4
    page = page_of(new.new_notebook(cells=[new.new_markdown_cell(r"$\frac{1}{$")]), "x")
    assert "frac" in page


def memo(run, share, status="ok", value=1.0):
    error = {"cell": 3, "source": "1 / 0", "name": "ZeroDivisionError", "text": "division", "details": ""}
    return {
        "run": f"06_grading/{run}",
        "chapter": "06_grading",
        "settings": {"share": share},
        "status": status,
        "seconds": 1.5,
        "finished": "2024-01-01 10:00:00",
        "error": error if status == "failed" else None,
        "files": {"page": True, "notebook": True},
        "version": "1.2.3",
        "claims": [],
        "left_out": [],
        "records": [{"name": "top_share", "value": value, "unit": "", "interval": [value - 0.1, value + 0.1]}],
    }


def test_overview_has_failures_first_links_and_loads_nothing():
    memos = [memo("a", 0.1), memo("北方", 0.2, "failed")]
    text = report_page(memos, 3, table_of(memos))
    assert "1 of 3 runs failed" in text
    assert "1 not run yet" in text
    body = text[text.index("<tbody>") :]
    assert body.index("failed") < body.index("✓ right")
    assert 'href="runs/06_grading/%E5%8C%97%E6%96%B9/page.html"' in text
    assert re.findall(r"""(?:src|href)\s*=\s*["']?(?:https?:)?//""", text) == []


def test_overview_of_many_failures_stays_readable():
    memos = [memo(str(number), number, "failed") for number in range(300)]
    text = report_page(memos, 300, table_of(memos))
    assert text.count('<section class="failed">') == 40
    assert "260 more failed runs are in the table below" in text


def pictures(memos):
    page = BeautifulSoup(report_page(memos, len(memos), table_of(memos)), "html.parser")
    return {image.parent.figcaption.get_text(" "): image["alt"] for image in page.select(".panels img")}


def test_each_figure_is_drawn_across_the_runs_with_words_of_its_own():
    memos = [memo(str(share), share, value=value) for share, value in [(0.1, 1.0), (0.2, 3.0), (0.5, 2.0)]]
    said = {"top share 06_grading": "top share in 3 runs: 1 to 3, half of the runs below 2."}
    assert pictures(memos) == said
    for one in memos:
        one["settings"] = {"region": f"地区 {one['run']}" * 9}
    assert pictures(memos) == said


def test_equal_or_missing_values_are_drawn_or_left_out():
    memos = [memo("a", 0.1, value=2.0), memo("b", 0.2, value=2.0)]
    memos[0]["records"][0]["interval"] = memos[1]["records"][0]["interval"] = None
    assert list(pictures(memos).values()) == ["top share in 2 runs: 2 to 2, half of the runs below 2."]
    memos[0]["records"][0]["value"] = None
    assert pictures(memos) == {}


def test_overview_of_ten_thousand_runs_stays_small():
    memos = [memo(str(number), number, value=float(number)) for number in range(10_000)]
    text = report_page(memos, 10_000, table_of(memos))
    assert text.count("<img") == 1
    assert len(text) < 5_000_000


def test_chinese_is_marked_in_text_only():
    page = marked('<title>客户</title><p title="客户">Grade 客户 分级</p><math><mtext>客户</mtext></math>')
    assert page == (
        '<title>客户</title><p title="客户">Grade <span lang="zh">客户</span> <span lang="zh">分级</span></p>'
        "<math><mtext>客户</mtext></math>"
    )


def test_links_lead_to_the_overview_and_the_runs_beside_and_can_be_renewed():
    page = page_of(nbformat.v4.new_notebook(), "x", beside=("05_information/default", "07/region-北方_1"))
    bar = BeautifulSoup(page, "html.parser").nav
    assert [(link.get("rel"), link["href"], link.get_text()) for link in bar.find_all("a")] == [
        (None, "../../../index.html", "All runs"),
        (["prev"], "../../05_information/default/page.html", "← 05_information"),
        (["next"], "../../07/region-%E5%8C%97%E6%96%B9_1/page.html", "07/region-北方_1 →"),
    ]
    again = linked(page, "../../../index.html", None, None)
    assert len(BeautifulSoup(again, "html.parser").nav.find_all("a")) == 1


def test_no_place_of_this_machine_is_on_the_page(tmp_path):
    new = nbformat.v4
    given = new.new_code_cell(f"data = {str(tmp_path)!r}", metadata={"tags": ["injected-parameters"]})
    page = page_of(new.new_notebook(cells=[given]), "x", {"data": str(tmp_path), "share": 0.2})
    words = BeautifulSoup(page, "html.parser")
    assert tmp_path.name in words.header.get_text() and tmp_path.name in words.main.get_text()
    assert str(tmp_path.parent) not in page


def test_empty_results_have_their_columns():
    assert list(table_of([])) == [
        "run", "chapter", "name", "value", "unit", "low", "high", "version",
    ]  # fmt: skip
    assert "0 of 2 runs finished" in report_page([], 2, table_of([]))
