"""Figures: one style, a message, a description that reaches every reader."""

import base64
import io
import itertools
import warnings

import numpy as np
import pytest
from matplotlib import colors
from PIL import Image

from crmlib.errors import CrmError
from crmlib.old import explorers, figures
from crmlib.old.records import record

LONG = "The best fifth of the customers earn 148 % of the profit and the last quarter give about a third of it back"


def line(title="It rises", description="From 0 to 1.", **options):
    figure, axes = figures.canvas()
    axes.plot([0, 1])
    return figures.Picture(figure, title=title, description=description, **options)


def test_output_is_png_and_text_with_alt():
    data, metadata = line()._repr_mimebundle_()
    assert base64.b64decode(data["image/png"]).startswith(b"\x89PNG")
    assert data["text/plain"] == metadata["image/png"]["alt"] == "It rises. From 0 to 1."


def test_same_figure_same_bytes_and_small():
    rng = np.random.default_rng(1)
    points = rng.random((1000, 2))

    def cloud():
        figure, axes = figures.canvas()
        axes.scatter(*points.T, c=points[:, 0], alpha=0.4)
        return figures.Picture(figure, "A cloud", "Points.").png()

    assert cloud() == cloud()
    assert len(cloud()) < 60_000


def test_picture_carries_no_program_or_date():
    info = Image.open(io.BytesIO(line().png())).info
    assert set(info) <= {"dpi"}


@pytest.mark.parametrize("title", ["Short", LONG, LONG + " " + LONG])
@pytest.mark.parametrize("size", ["wide", "square", "flat"])
def test_title_fits_and_does_not_touch_the_axes(title, size):
    figure, axes = figures.canvas(size=size)
    axes.plot([0, 1])
    axes.set_title("panel")
    picture = figures.Picture(figure, title, "x", unit_note="CNY, 2024")
    picture.png()
    renderer = figure.canvas.get_renderer()
    heading, note = figure.texts[0].get_window_extent(renderer), figure.texts[1].get_window_extent(renderer)
    panel = axes.get_tightbbox(renderer)
    assert heading.x1 <= figure.bbox.x1
    assert heading.y0 >= panel.y1
    assert note.y1 <= panel.y0
    assert figure.texts[0].get_fontsize() >= 15


def test_white_stays_white():
    pixels = np.asarray(Image.open(io.BytesIO(line().png())).convert("RGB"))
    assert (pixels[0, 0] == 255).all()


def simulated(colour, matrix):
    """A colour as a colour-blind reader sees it (Machado, Oliveira and Fernandes 2009, full severity)."""
    rgb = np.array(colors.to_rgb(colour))
    linear = np.where(rgb <= 0.04045, rgb / 12.92, ((rgb + 0.055) / 1.055) ** 2.4)
    return np.clip(np.array(matrix) @ linear, 0, 1)


BLINDNESS = {
    "protan": [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]],
    "deutan": [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.011820, 0.042940, 0.968881]],
    "none": np.eye(3),
}


@pytest.mark.parametrize("kind", BLINDNESS)
def test_colours_can_be_told_apart(kind):
    for first, second in itertools.combinations(figures.SERIES[:6], 2):
        difference = simulated(first, BLINDNESS[kind]) - simulated(second, BLINDNESS[kind])
        assert np.abs(difference).sum() > 0.12, (first, second)


def luminance(colour):
    return simulated(colour, np.eye(3)) @ [0.2126, 0.7152, 0.0722]


@pytest.mark.parametrize("name", ["ink", "muted"])
def test_text_colours_have_contrast_on_white(name):
    assert 1.05 / (luminance(figures.COLOURS[name]) + 0.05) >= 4.5


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("Key · 重要", "Key"),
        ("6.2 客户 · key", "6.2 key"),
        ("Key (重要客户)", "Key"),
        ("Key（重要客户）", "Key"),
        ("重要/主要", ""),
        ("Share of 客户 in %", "Share of in %"),
        ("No Chinese – here", "No Chinese – here"),
    ],
)
def test_chinese_is_dropped_tidily(text, left):
    assert figures.without_chinese(text) == left


def chinese_picture():
    figure, axes = figures.canvas()
    axes.barh(["Key · 重要", "Small · 小"], [1, 2], label="Profit · 利润")
    axes.set_xlabel("Profit · 利润")
    axes.text(1, 0, "最大")
    axes.legend()
    return figures.Picture(figure, "Key customers lead · 重要客户", "Key 重要 earn most.", unit_note="CNY · 元")


def test_without_a_chinese_font_there_is_no_missing_glyph(monkeypatch):
    monkeypatch.setattr(figures, "chinese_font", lambda: None)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        picture = chinese_picture()
        picture.png()
    labels = [label.get_text() for label in picture.figure.axes[0].get_yticklabels()]
    assert labels == ["Key", "Small"]
    assert picture.alt == "Key customers lead · 重要客户. Key 重要 earn most."


def test_with_a_chinese_font_the_labels_stay(monkeypatch):
    fonts = pytest.importorskip("pylopdf_fonts_zh_cn", reason="the test's Chinese font package is not installed")
    from matplotlib import font_manager

    path = next(p for p in figures.Path(fonts.__file__).parent.rglob("*") if p.suffix.lower() in (".ttf", ".otf"))
    font_manager.fontManager.addfont(path)
    name = font_manager.FontProperties(fname=path).get_name()
    monkeypatch.setattr(figures, "chinese_font", lambda: name)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        picture = chinese_picture()
        picture.png()
    assert [label.get_text() for label in picture.figure.axes[0].get_yticklabels()] == ["Key · 重要", "Small · 小"]


@pytest.mark.parametrize(
    ("amount", "text"),
    [
        (5123.4, "5,123 CNY"),
        (-1234567, "−1.23 million CNY"),
        (999_999, "999,999 CNY"),
        (999_600_000, "1 billion CNY"),
        (3.456, "3.46 CNY"),
        (float("nan"), "not available"),
        (None, "not available"),
    ],
)
def test_money(amount, text):
    assert figures.money(amount, "CNY") == text


@pytest.mark.parametrize(
    ("share", "digits", "text"),
    [(0.413, 0, "41 %"), (-0.0001, 0, "0 %"), (-0.124, 1, "−12.4 %"), (float("nan"), 0, "not available")],
)
def test_percent(share, digits, text):
    assert figures.percent(share, digits) == text


def test_notice_is_a_sentence_that_markdown_cannot_spoil():
    bundle = figures.Notice("No table *survey* costs $5.")._repr_mimebundle_()
    assert bundle["text/plain"] == "No table *survey* costs $5."
    assert bundle["text/markdown"] == r"> No table \*survey\* costs \$5."


def draw(height, kind="a"):
    if kind == "broken":
        raise CrmError("This kind has no data.")
    return line(title=f"Up to {height}", description=f"Kind <{kind}>.")


def explorer():
    return explorers.Explorer(
        draw,
        height=explorers.Slider("Height", 2, 0, 9, 1),
        kind=explorers.Choice("Kind", "a", {"First": "a", "Second": "b", "Broken": "broken"}),
    )


def test_explorer_is_callable_without_widgets():
    assert explorer()(height=5).title == "Up to 5"
    assert explorer().state == "Height = 2, Kind = First"
    with pytest.raises(CrmError, match="no control 'width'"):
        explorer()(width=1)


def test_explorer_redraws_and_escapes():
    panel = explorer().panel()
    height, kind, image, words = panel.children
    before = image.value
    height.value = 7
    assert image.value != before
    assert 'alt="Up to 7"' in image.value
    kind.value = "b"
    assert "Kind &lt;b&gt;." in words.value
    kind.value = "broken"
    assert "This kind has no data." in words.value
    assert {child.description for child in panel.children[:2]} == {"Height", "Kind"}


def test_whole_numbers_stay_whole():
    assert explorers.Slider("n", 2, 0, 9, 1).widget().value == 2
    assert isinstance(explorers.Slider("n", 2, 0, 9, 1).widget().value, int)
    assert isinstance(explorers.Slider("x", 0.2, 0, 1, 0.05).widget().value, float)


def published(shown, monkeypatch):
    """What `display` would send to a notebook."""
    import IPython.display

    sent = []
    monkeypatch.setattr(IPython.display, "display", lambda data, metadata=None, raw=False: sent.append(data))
    shown._ipython_display_()
    return sent


def test_picture_publishes_a_visible_caption_once(monkeypatch):
    image, caption = published(line(), monkeypatch)
    assert "image/png" in image
    assert caption == {"text/markdown": "From 0 to 1.", "text/plain": "From 0 to 1."}


def test_explorer_in_a_batch_is_a_static_picture(monkeypatch):
    monkeypatch.setenv("CRMBOOK_STATIC", "1")
    image, caption = published(explorer(), monkeypatch)
    assert set(image) == {"image/png", "text/plain"}
    assert "Height = 2" in caption["text/plain"]


def test_explorer_before_a_reader_has_widget_and_fallback(monkeypatch):
    monkeypatch.setattr(explorers, "someone_can_move_a_slider", lambda: True)
    (sent,) = published(explorer(), monkeypatch)
    assert {"application/vnd.jupyter.widget-view+json", "image/png", "text/plain"} <= set(sent)
    assert sent["text/plain"] == "Up to 2. Kind <a>."


def test_explorer_of_a_missing_table_is_its_notice(monkeypatch):
    notice = figures.Notice("There is no survey.")
    (sent,) = published(explorers.Explorer(lambda: notice), monkeypatch)
    assert sent["text/plain"] == "There is no survey."


def test_record_outside_a_notebook_prints_its_line(capsys):
    record("top_share", 0.123456, interval=(0.1, 0.2))
    record("customers", np.int64(12_345_678), "persons")
    record("nothing", float("nan"), "CNY")
    lines = capsys.readouterr().out.splitlines()
    assert lines == ["top_share = 0.1235 (0.1 to 0.2)", "customers = 12,345,678 persons", "nothing = not available"]


@pytest.mark.parametrize(
    ("name", "value", "error"), [("two words", 1, ValueError), ("x", "1", TypeError), ("x", True, TypeError)]
)
def test_record_refuses_what_is_not_a_key_figure(name, value, error):
    with pytest.raises(error):
        record(name, value)
