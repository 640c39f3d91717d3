"""Sliders around one decision, and the picture they redraw.

No Output widget is used: a batch can wait for one for ever. This module loads nothing heavy, so that `crmlib` may.
"""

import html
import math
import os
from dataclasses import dataclass
from decimal import Decimal

from crmlib.errors import CANNOT_CARRY, CrmError
from crmlib.own_figure import own_figure

MIME = "application/vnd.crmlib.explorer+json"
HEIGHT, SLIDER_HEIGHT = 560, 36  # pixels, of picture and sliders together and of one slider: what a projector shows


def explore(draw, **sliders):
    """Put sliders around one decision.

    Parameters: draw - function of the sliders' names that returns what `crmlib.show` returns; sliders - for each name
    (low, high, step, start) or (low, high, step, start, unit), whole numbers where all four are, per cent where all lie
    within −1 and 1; or a list of choices, the first of which is the start, or (list of choices, start).
    A range is widened where it does not hold its start; steps are counted from the start: it can be found again.
    Returns: Explorer. In a notebook that somebody reads it is sliders and picture, elsewhere the picture at the start.
    Errors: CrmError for a start that is not finite; whatever `draw` raises at the start.
    """
    controls = {}
    for name, given in sliders.items():
        choices = isinstance(given, list) or isinstance(given[0], list)
        controls[name] = _choice(name, given) if choices else _slider(name, *given)
    return Explorer(draw, controls)


@dataclass(frozen=True)
class _Slider:
    label: str
    low: float
    high: float
    step: float
    start: float
    unit: str
    format: str  # means the same to Python and to the slider's own readout

    def text(self, value):
        return f"{value:{self.format}}".replace("%", "\u00a0%").replace("-", "−")

    @property
    def state(self):
        unit = f"\u00a0{self.unit}" if self.unit else ""
        return f"{self.label} {self.text(self.start)}{unit} ({self.text(self.low)} to {self.text(self.high)})"

    def widget(self, look):
        import ipywidgets

        kind = ipywidgets.IntSlider if isinstance(self.start, int) else ipywidgets.FloatSlider
        look["description"] += f", {self.unit}" if self.unit else ""
        # Redrawn on release and on every arrow key: following each pixel would queue redraws faster than they finish.
        ends = {"min": self.low, "max": self.high, "step": self.step}
        return kind(value=self.start, **ends, readout_format=self.format, continuous_update=False, **look)


@dataclass(frozen=True)
class _Choice:
    label: str
    options: list
    start: object

    @property
    def state(self):
        return f"{self.label} {self.start} (of {', '.join(map(str, self.options))})"

    def widget(self, look):
        import ipywidgets

        return ipywidgets.Dropdown(options=self.options, value=self.start, **look)


def _slider(name, low, high, step, start, unit=""):
    if not all(map(math.isfinite, (low, high, step, start))) or step <= 0:
        raise CrmError(f"The slider {name!r} needs finite numbers and a step above 0, not {(low, high, step, start)}.")
    whole = all(float(number).is_integer() for number in (low, high, step, start))
    low, high, step, start = (int(number) if whole else float(number) for number in (low, high, step, start))
    # The tiny sum keeps floor() from losing a step to the binary fraction of a decimal.
    low = min(start, max(low, start - math.floor((start - low) / step + 1e-9) * step))
    high = max(start, min(high, start + math.floor((high - start) / step + 1e-9) * step))
    percent = not whole and max(abs(low), abs(high)) <= 1
    decimals = max(0, -Decimal(str(step)).normalize().as_tuple().exponent)
    decimals += round(start, decimals) != start
    form = f".{max(0, decimals - 2)}%" if percent else f",.{decimals}f"
    return _Slider(name.replace("_", " "), low, high, step, start, unit, ",d" if whole else form)


def _choice(name, given):
    options, start = given if isinstance(given, tuple) else (given, given[0])
    return _Choice(name.replace("_", " "), [*options, *([] if start in options else [start])], start)


class Explorer:
    """What `explore` returns; `.first` is the picture at the start, `.panel()` the live sliders."""

    def __init__(self, draw, controls):
        self.draw, self.controls = draw, controls
        self.start = {name: control.start for name, control in controls.items()}
        # Drawn at once: a fault here is the cell's fault; one after a move is said in place of the picture.
        with own_figure():
            self.first = draw(**self.start)
        self.text = f"{self.first.text}\nSliders: {'; '.join(control.state for control in controls.values())}."

    def panel(self):
        """Build the live front end. Returns: an ipywidgets.VBox of the sliders, the picture and what it says."""
        import ipywidgets

        look = {"style": {"description_width": "15em"}, "layout": {"width": "min(100%, 42em)"}}
        widgets = {name: part.widget({"description": part.label, **look}) for name, part in self.controls.items()}
        highest = f"{HEIGHT - SLIDER_HEIGHT * len(widgets)}px"
        image = ipywidgets.Image(format="png", layout={"max_width": "100%", "max_height": highest})
        words = ipywidgets.HTML()

        def show(shown):
            image.value, image.layout.display = shown.png, None
            words.value = _status(shown.text)

        def redraw(_change):
            try:
                with own_figure():
                    show(self.draw(**{name: widget.value for name, widget in widgets.items()}))
            except CANNOT_CARRY as fault:
                image.layout.display, words.value = "none", _status(str(fault))
            except Exception as fault:
                # The traceback of a slider's move goes to the log, where nobody looks: say it here too.
                image.layout.display, words.value = "none", _status(f"{type(fault).__name__}: {fault}")
                raise

        show(self.first)
        for widget in widgets.values():
            widget.observe(redraw, names="value")
        return ipywidgets.VBox([*widgets.values(), image, words])

    def _repr_mimebundle_(self, include=None, exclude=None):
        bundle = self.first._repr_mimebundle_()
        data, metadata = bundle if isinstance(bundle, tuple) else (bundle, {})
        if somebody_reads():
            data = {**data, **self.panel()._repr_mimebundle_()}
        state = {"name": getattr(self.draw, "__name__", "explorer"), "state": self.start}
        return {**data, "text/plain": self.text, MIME: state}, metadata


def _status(text):
    # role=status lets a screen reader say the new text after each move; the picture itself can carry no alt text.
    style = "max-height: 5em; max-width: 60em; overflow: auto; line-height: 1.4"
    return f'<p role="status" style="{style}">{html.escape(text)}</p>'


def somebody_reads():
    """Tell whether a reader sits before this kernel: not in a batch, a test, a conversion or plain Python."""
    from IPython import get_ipython

    if os.environ.get("CRMBOOK_STATIC") == "1" or not hasattr(get_ipython(), "kernel"):
        return False
    import psutil

    parent = psutil.Process().parent()
    command = " ".join(parent.cmdline()[:4]) if parent else ""
    return not any(name in command for name in ("papermill", "nbconvert", "pytest", "jupyter-execute"))
