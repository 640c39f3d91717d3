"""One style for all figures, and pictures that say in words what they show.

Figures are object-oriented matplotlib: `canvas` makes one, `Picture` gives it its message and its description.
"""

import io
import math
import re
import textwrap
from functools import cache
from pathlib import Path

import matplotlib
from matplotlib import font_manager
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.text import Text
from matplotlib.ticker import Formatter

COLOURS = {
    "ink": "#1f2933",
    "main": "#0072B2",
    "accent": "#E69F00",
    "good": "#009E73",
    "bad": "#D55E00",
    "muted": "#66717c",
    "light": "#dfe5ea",
}
# Okabe and Ito's palette (2008), which readers with any common colour blindness can tell apart.
SERIES = ["#0072B2", "#E69F00", "#009E73", "#CC79A7", "#56B4E9", "#D55E00", "#66717c"]
FIGURE_SIZES = {"wide": (8.5, 4.8), "square": (6.2, 5.6), "tall": (8.5, 7.0), "flat": (8.5, 3.2)}

STYLE = Path(__file__).with_name("style") / "house.mplstyle"
CHINESE_FONTS = (
    "Noto Sans CJK SC",
    "Noto Sans SC",
    "Source Han Sans SC",
    "Source Han Sans CN",
    "Noto Sans CJK JP",
    "WenQuanYi Micro Hei",
    "WenQuanYi Zen Hei",
    "Microsoft YaHei",
    "PingFang SC",
    "Hiragino Sans GB",
    "Heiti SC",
    "Heiti TC",
    "SimHei",
    "SimSun",
    "Arial Unicode MS",
)
TITLE_SIZE = 16
NOTE_SIZE = 10
MARGIN = 0.12  # inches
PALETTE_SIZES = (256, 64)
LARGEST_PNG = 60_000  # bytes: notebooks are kept in git with their pictures
_CHINESE = "\u2e80-\u303f\u3100-\u312f\u31a0-\u31bf\u3400-\u9fff\uf900-\ufaff\ufe30-\ufe4f\uff00-\uffef"


def canvas(rows=1, columns=1, size="wide", **options):
    """Make a figure in house style: `figure, axes = canvas()`.

    Parameters: rows, columns - number of panels; size - a key of FIGURE_SIZES or (width, height) in inches; options -
    for `Figure.subplots`, such as sharey=True.
    Returns: the figure and its Axes, or an array of Axes when there are several.
    """
    use_house_style()
    figure = Figure(figsize=FIGURE_SIZES.get(size, size), layout="constrained")
    FigureCanvasAgg(figure)
    return figure, figure.subplots(rows, columns, **options)


def use_house_style():
    """Set the house style for everything drawn from now on: matplotlib reads some settings only while drawing."""
    matplotlib.rcParams.update(_style())
    chinese = chinese_font()
    matplotlib.rcParams["font.family"] = ["DejaVu Sans", chinese] if chinese else ["DejaVu Sans"]


@cache
def _style():
    return matplotlib.rc_params_from_file(STYLE, use_default_template=False)


@cache
def chinese_font():
    """Name an installed font that has Chinese characters, or None."""
    installed = {font.name for font in font_manager.fontManager.ttflist}
    return next((name for name in CHINESE_FONTS if name in installed), None)


def without_chinese(text):
    """Drop Chinese from a label, and the separators and brackets it leaves alone: "Key · 重要" becomes "Key"."""
    if not re.search(f"[{_CHINESE}]", text):
        return text
    text = re.sub(f"[{_CHINESE}]+", "\u0000", text)
    text = re.sub(r"\(\s*\u0000\s*\)|\[\s*\u0000\s*\]", "", text)
    text = re.sub(r"\s*[·/|,;:–—-]\s*(?=\u0000)|(?<=\u0000)\s*[·/|,;:–—-]\s*", "", text)
    lines = text.replace("\u0000", " ").split("\n")
    return "\n".join(tidy for line in lines if (tidy := re.sub(r" {2,}", " ", line).strip()))


class _LatinLabels(Formatter):
    """Tick labels of another formatter, without Chinese."""

    def __init__(self, inner):
        self.inner = inner

    def __call__(self, value, position=None):
        return without_chinese(self.inner(value, position))

    def format_ticks(self, values):
        return [without_chinese(text) for text in self.inner.format_ticks(values)]

    def set_axis(self, axis):
        self.inner.set_axis(axis)

    def set_locs(self, locs):
        self.inner.set_locs(locs)

    def get_offset(self):
        return self.inner.get_offset()


def _drop_chinese(figure):
    # Without a font each character would be an empty box and a warning; the description still has the Chinese.
    for text in figure.findobj(Text):
        text.set_text(without_chinese(text.get_text()))
    for axes in figure.get_axes():
        for axis in (axes.xaxis, axes.yaxis):
            if not isinstance(axis.get_major_formatter(), _LatinLabels):
                axis.set_major_formatter(_LatinLabels(axis.get_major_formatter()))


class Picture:
    """A figure with its message as title and its content in words.

    Parameters: figure - a matplotlib Figure; title - the message, computed from the data; description - one or two
    sentences computed from the data, rounded; unit_note - units, period or source, in small print below, or None.
    Shown in a notebook, the description is text output (what strict validation compares), alt text and caption.
    """

    def __init__(self, figure, title, description, unit_note=None):
        self.figure = figure
        self.title = " ".join(str(title).split())
        self.description = " ".join(str(description).split())
        self._png = None
        if chinese_font() is None:
            _drop_chinese(figure)
        _write_around(figure, self.title, unit_note)

    @property
    def alt(self):
        """The title and the description, for those who do not see the picture."""
        end = "" if self.title.endswith((".", "?", "!")) else "."
        return f"{self.title}{end} {self.description}".strip()

    def png(self):
        """Draw it: PNG bytes, the same for the same figure."""
        if self._png is None:
            self._png = _small_png(self.figure)
        return self._png

    def quick_png(self):
        """Draw it for a screen that is waiting: PNG bytes, three times as many, in less time."""
        stream = io.BytesIO()
        _drawn(self.figure).save(stream, format="png", compress_level=1)
        return stream.getvalue()

    def mimebundle(self):
        """The data and metadata of the notebook output."""
        import base64

        data = {"image/png": base64.b64encode(self.png()).decode("ascii"), "text/plain": self.alt}
        return data, {"image/png": {"alt": self.alt}}

    def _repr_mimebundle_(self, include=None, exclude=None):
        return self.mimebundle()

    def _ipython_display_(self):
        publish(self)

    def __repr__(self):
        return f"Picture: {self.alt}"


class Notice:
    """One sentence in place of a table or a figure, for instance because a company lacks the table it needs."""

    def __init__(self, text):
        self.text = " ".join(str(text).split())

    def _repr_mimebundle_(self, include=None, exclude=None):
        return {"text/markdown": f"> {_plain_markdown(self.text)}", "text/plain": self.text}

    def __repr__(self):
        return self.text

    def __str__(self):
        return self.text


def publish(shown, hint=None):
    """Send a Picture (and its caption) or a Notice to the notebook.

    The caption is an output of its own: notebook front ends ignore a picture's text/plain and alt text, so only real
    text reaches every reader, on a screen, on paper and by ear.
    """
    from IPython.display import display

    if isinstance(shown, Notice):
        display(shown._repr_mimebundle_(), raw=True)
        return
    data, metadata = shown.mimebundle()
    display(data, metadata=metadata, raw=True)
    caption = f"{shown.description} {hint}" if hint else shown.description
    display({"text/markdown": _plain_markdown(caption), "text/plain": caption}, raw=True)


def money(amount, currency=""):
    """Write an amount for a reader: 1234567 → "1.23 million CNY", 5123.4 → "5,123 CNY"."""
    if amount is None or not math.isfinite(amount):
        return "not available"
    size = abs(amount)
    if size >= 1e9:
        text = f"{amount / 1e9:.3g} billion"
    elif size >= 1e6:
        text = f"{amount / 1e6:.3g} million" if size < 999.5e6 else f"{amount / 1e9:.3g} billion"
    else:
        text = f"{amount:,.0f}" if size >= 100 else f"{amount:.3g}"
    return f"{text} {currency}".strip().replace("-", "\u2212")


def percent(share, digits=0):
    """Write a share for a reader: 0.413 → "41 %"."""
    if share is None or not math.isfinite(share):
        return "not available"
    text = f"{share * 100:.{digits}f}"
    text = text.lstrip("-") if float(text) == 0 else text
    return f"{text} %".replace("-", "\u2212")


def _plain_markdown(text):
    return re.sub(r"([\\`*_{}\[\]<>#$|~])", r"\\\1", text)


def _write_around(figure, title, note):
    """Write the title above and the note below, and leave the rest to the axes."""
    width, height = figure.get_size_inches()
    if chinese_font() is None:
        title, note = without_chinese(title), note and without_chinese(note)
    heading = figure.text(MARGIN / width, 1 - MARGIN / height, "", size=TITLE_SIZE, weight="bold", va="top", ha="left")
    heading.set_color(COLOURS["ink"])
    heading.set_in_layout(False)
    heading.set_text(_wrapped(heading, title, (width - 2 * MARGIN) * figure.dpi))
    above = _height(heading) / figure.dpi + 2 * MARGIN if title else 0
    below = 0
    if note:
        small = figure.text(MARGIN / width, MARGIN / 2 / height, note, size=NOTE_SIZE, va="bottom", ha="left")
        small.set_color(COLOURS["muted"])
        small.set_in_layout(False)
        below = _height(small) / figure.dpi + MARGIN / 2
    if figure.get_layout_engine() is None:
        figure.set_layout_engine("constrained")
    figure.get_layout_engine().set(rect=(0, below / height, 1, 1 - (above + below) / height))


def _wrapped(text, words, room):
    """Break a title into lines that fit, by measuring it; a number stays with its % sign."""
    words = words.replace(" %", "\u00a0%")
    text.set_text(words)
    extent = text.get_window_extent(_renderer(text.figure)).width
    if extent <= room:
        return words
    for letters in range(int(len(words) * room / extent) + 8, 10, -1):
        text.set_text("\n".join(textwrap.wrap(words, letters)))
        if text.get_window_extent(_renderer(text.figure)).width <= room:
            return text.get_text()
    return words


def _height(text):
    return text.get_window_extent(_renderer(text.figure)).height


def _renderer(figure):
    if not hasattr(figure.canvas, "get_renderer"):
        FigureCanvasAgg(figure)
    return figure.canvas.get_renderer()


def _small_png(figure):
    """Draw with a palette and no date or program name: a third of the size, and repeatable."""
    from PIL import Image

    full = _drawn(figure)
    for colours in PALETTE_SIZES:
        small = full.quantize(colours, method=Image.Quantize.MAXCOVERAGE, dither=Image.Dither.NONE)
        stream = io.BytesIO()
        small.save(stream, format="png", compress_level=6, dpi=(figure.dpi, figure.dpi))
        if stream.tell() < LARGEST_PNG:
            break
    return stream.getvalue()


def _drawn(figure):
    from PIL import Image

    canvas = figure.canvas if isinstance(figure.canvas, FigureCanvasAgg) else FigureCanvasAgg(figure)
    canvas.draw()
    return Image.frombuffer("RGBA", canvas.get_width_height(), canvas.buffer_rgba(), "raw", "RGBA", 0, 1).convert("RGB")


use_house_style()
