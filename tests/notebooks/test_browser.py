"""JupyterLab in a real browser: run a notebook, move a slider by keyboard, see picture and words follow."""

import os
import secrets
import shutil
import socket
import subprocess
import sys
import time
import urllib.request

import nbformat
import pytest

SOURCE = """import crmlib
from matplotlib import pyplot
def draw(height):
    axes = pyplot.subplots()[1]
    axes.plot([0, height])
    axes.set(xlabel="Step", ylabel="Height")
    return crmlib.show(axes, f"Up to {height}")
crmlib.explore(draw, height=(0, 9, 1, 2))"""
PICTURE = "draw(5)"
BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


@pytest.fixture(scope="module")
def browser():
    program = next(filter(None, map(shutil.which, BROWSERS)), None)
    if program is None:
        pytest.skip("no chromium on this machine: apt-get install chromium, or make browser")
    sync_api = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
    with sync_api.sync_playwright() as playwright:
        yield playwright.chromium.launch(executable_path=program, args=["--no-sandbox"])


@pytest.fixture(scope="module")
def lab(tmp_path_factory):
    """A JupyterLab server of its own, with one notebook; its address with the token."""
    folder = tmp_path_factory.mktemp("lab")
    cells = [nbformat.v4.new_code_cell(SOURCE, id="a"), nbformat.v4.new_code_cell(PICTURE, id="b")]
    kernel = {"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}}
    nbformat.write(nbformat.v4.new_notebook(cells=cells, metadata=kernel), folder / "page.ipynb")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    token = secrets.token_hex(8)
    options = [f"--port={port}", "--ip=127.0.0.1", "--no-browser", "--allow-root", f"--IdentityProvider.token={token}"]
    environment = {name: value for name, value in os.environ.items() if name != "CRMBOOK_STATIC"}
    environment |= {f"JUPYTER_{kind}_DIR": str(folder / kind) for kind in ("CONFIG", "RUNTIME")}
    environment["JUPYTERLAB_SETTINGS_DIR"] = environment["JUPYTERLAB_WORKSPACES_DIR"] = str(folder / "settings")
    command = [
        sys.executable,
        "-m",
        "jupyterlab",
        *options,
        "--LabApp.news_url=None",
        "--LabApp.check_for_updates_class=",
    ]
    command[-1] += "jupyterlab.NeverCheckForUpdate"
    with (folder / "log").open("w") as log:
        server = subprocess.Popen(command, cwd=folder, env=environment, stdout=log, stderr=log)
    address = f"http://127.0.0.1:{port}/lab/tree/page.ipynb?token={token}"
    try:
        _wait_for(f"http://127.0.0.1:{port}/api?token={token}", server)
        yield address
    finally:
        server.terminate()
        server.wait(timeout=20)


def _wait_for(address, server):
    for _ in range(120):
        assert server.poll() is None, "JupyterLab ended at once"
        try:
            urllib.request.urlopen(address, timeout=2).close()
        except OSError:
            time.sleep(0.25)
        else:
            return
    raise AssertionError("JupyterLab did not answer within 30 seconds")


@pytest.fixture(scope="module")
def page(browser, lab):
    page = browser.new_page(viewport={"width": 1300, "height": 1600})
    page.goto(lab)
    page.locator(".jp-Notebook").wait_for(timeout=60_000)
    page.get_by_text("Python 3", exact=False).first.wait_for(timeout=60_000)
    page.locator(".jp-Notebook-ExecutionIndicator[data-status=idle]").wait_for(timeout=60_000, state="attached")
    page.get_by_role("menuitem", name="Run", exact=True).click()
    page.get_by_role("menuitem", name="Run All Cells", exact=True).click()
    page.locator(".widget-slider").wait_for(timeout=60_000)
    page.locator("summary", has_text="What the figure says").last.wait_for(timeout=60_000)
    return page


def test_a_slider_moved_by_keyboard_changes_picture_and_words(page):
    image = page.locator("img.widget-image")
    words = page.locator("p[role=status]")
    before = image.get_attribute("src")
    assert words.inner_text().startswith("Up to 2")
    page.locator(".widget-slider .noUi-handle").focus()
    page.keyboard.press("ArrowRight")
    page.locator("p[role=status]", has_text="Up to 3").wait_for(timeout=10_000)
    assert image.get_attribute("src") != before
    assert image.bounding_box()["width"] > 400
    assert page.locator(".widget-label", has_text="Height").is_visible()


def test_a_picture_has_what_it_says_folded_below(page):
    details = page.locator("details", has_text="Up to 5").last
    words = details.locator("p")
    assert not words.is_visible()
    details.locator("summary").click()
    assert words.is_visible()
    picture = page.locator(".jp-RenderedImage img").last
    assert picture.bounding_box()["y"] < details.bounding_box()["y"]
