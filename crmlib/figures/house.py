"""The house style: colours, fonts with and without Chinese, and small pictures that are the same every time."""

import io
import re
from functools import cache
from pathlib import Path

import matplotlib as mpl
from matplotlib import font_manager
from matplotlib.text import Text

INK = "#1f2933"
CHINESE_FONTS = [
    *("Noto Sans CJK SC", "Noto Sans SC", "Source Han Sans SC", "Source Han Sans CN", "Noto Sans CJK JP"),
    *("WenQuanYi Micro Hei", "WenQuanYi Zen Hei", "Microsoft YaHei", "PingFang SC", "Hiragino Sans GB"),
    *("Heiti SC", "Heiti TC", "SimHei", "SimSun", "Arial Unicode MS"),
]
CHINESE = "\u2e80-\u303f\u3100-\u312f\u31a0-\u31bf\u3400-\u9fff\uf900-\ufaff\ufe30-\ufe4f\uff00-\uffef"


def use_house_style():
    """Draw everything from now on in house style: call it before the first drawing."""
    mpl.rcParams.update(_style())
    mpl.rcParams["font.family"] = fonts()


@cache
def _style():
    return mpl.rc_params_from_file(Path(__file__).with_name("house.mplstyle"), use_default_template=False)


@cache
def chinese_font():
    """Name an installed font that has Chinese characters, or None."""
    installed = {font.name for font in font_manager.fontManager.ttflist}
    return next((name for name in CHINESE_FONTS if name in installed), None)


def fonts():
    """The fonts of a figure, Chinese last."""
    return ["DejaVu Sans", *filter(None, [chinese_font()])]


def without_chinese(text):
    """Drop Chinese from a label, and the separators and brackets it leaves alone: "Key · 重要" becomes "Key"."""
    if not re.search(f"[{CHINESE}]", text):
        return text
    text = re.sub(f"[{CHINESE}]+", "\0", text)
    text = re.sub(r"\(\s*\0\s*\)|\[\s*\0\s*\]", "", text)
    text = re.sub(r"\s*[·/|,;:–—-]\s*(?=\0)|(?<=\0)\s*[·/|,;:–—-]\s*", "", text)
    lines = text.replace("\0", " ").split("\n")
    return "\n".join(tidy for line in lines if (tidy := re.sub(r" {2,}", " ", line).strip()))


def set_fonts(figure):
    """Set the house's fonts; without a Chinese one, drop Chinese: each character would be an empty box and a warning.

    Read the figure before: only the picture loses its Chinese.
    """
    for text in figure.findobj(Text):
        text.set_fontfamily(fonts())
        if not chinese_font():
            text.set_text(without_chinese(text.get_text()))
    for axes in figure.axes if not chinese_font() else ():
        for axis in (axes.xaxis, axes.yaxis):
            places = axis.get_ticklocs()
            words = axis.get_major_formatter().format_ticks(places)
            if any(map(re.compile(f"[{CHINESE}]").search, words)):
                axis.set_ticks(places, [without_chinese(word) for word in words])


def small_png(figure):
    """Draw with a palette and no date or program name: a third of the size, and repeatable. Returns: bytes."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from PIL import Image

    canvas = FigureCanvasAgg(figure)
    canvas.draw()
    full = Image.frombuffer("RGBA", canvas.get_width_height(), canvas.buffer_rgba(), "raw", "RGBA", 0, 1).convert("RGB")
    small = full.quantize(128, method=Image.Quantize.MAXCOVERAGE, dither=Image.Dither.NONE)
    stream = io.BytesIO()
    small.save(stream, format="png", compress_level=6, dpi=(figure.dpi, figure.dpi))
    return stream.getvalue()
