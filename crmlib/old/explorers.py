"""Interactive what-ifs: controls, a picture that follows them, and a sentence that says what is seen.

No Output widget is used: a batch can wait for one for ever.
"""

import base64
import html
import os
from dataclasses import dataclass

from crmlib.errors import CrmError
from crmlib.old.figures import Notice, Picture, publish


@dataclass(frozen=True)
class Slider:
    """A number between two ends; whole numbers when value, low, high and step are whole."""

    label: str
    value: float
    low: float
    high: float
    step: float
    format: str = ""

    def text(self, value):
        """The value as the reader sees it."""
        return format(value, self.format) if self.format else f"{value:g}"

    def widget(self):
        """The live control."""
        import ipywidgets

        whole = all(isinstance(number, int) for number in (self.value, self.low, self.high, self.step))
        kind = ipywidgets.IntSlider if whole else ipywidgets.FloatSlider
        # Redrawn on release (and on every arrow key): following each pixel would queue redraws faster than they finish.
        return kind(
            value=self.value,
            min=self.low,
            max=self.high,
            step=self.step,
            readout_format=self.format or ("d" if whole else ".2f"),
            continuous_update=False,
            **_look(self.label),
        )


@dataclass(frozen=True)
class Choice:
    """One of a few named options: a sequence, or a mapping from what is shown to what is meant."""

    label: str
    value: object
    options: object

    def text(self, value):
        """The value as the reader sees it."""
        if isinstance(self.options, dict):
            return next((str(shown) for shown, meant in self.options.items() if meant == value), str(value))
        return str(value)

    def widget(self):
        """The live control."""
        import ipywidgets

        options = list(self.options.items()) if isinstance(self.options, dict) else list(self.options)
        return ipywidgets.Dropdown(options=options, value=self.value, **_look(self.label))


@dataclass(frozen=True)
class Switch:
    """Yes or no."""

    label: str
    value: bool

    def text(self, value):
        """The value as the reader sees it."""
        return "yes" if value else "no"

    def widget(self):
        """The live control."""
        import ipywidgets

        return ipywidgets.Checkbox(value=self.value, **_look(self.label))


def _look(label):
    # The label is wider than ipywidgets' default, which would cut off most of it.
    return {"description": label, "style": {"description_width": "15em"}, "layout": {"width": "min(100%, 42em)"}}


class Explorer:
    """A decision with knobs: `draw(**values)` makes the picture, one control a parameter.

    Called like a function, it draws one state: `explorer(share=0.2)` returns the Picture, the other controls keeping
    their default. Shown in a live notebook it is the controls, the picture and its description; where nothing can move
    a slider (a batch, a test, a page) it is the picture of the default state alone.

    Parameters: draw - function of the controls' names that returns a Picture or a Notice; controls - a Slider, Choice
    or Switch for each name.
    """

    def __init__(self, draw, **controls):
        self.draw = draw
        self.controls = controls

    def __call__(self, **values):
        """Draw one state; unknown names raise CrmError."""
        unknown = sorted(set(values) - set(self.controls))
        if unknown:
            raise CrmError(f"There is no control {unknown[0]!r}; there are {', '.join(self.controls)}.")
        return self.draw(**({name: control.value for name, control in self.controls.items()} | values))

    @property
    def state(self):
        """The default values in words."""
        return ", ".join(f"{control.label} = {control.text(control.value)}" for control in self.controls.values())

    def panel(self):
        """Build the live front end: an ipywidgets box, or None when the picture is only a Notice."""
        first = self()
        return None if isinstance(first, Notice) else _panel(self, first)

    def _ipython_display_(self):
        first = self()
        if isinstance(first, Notice) or not someone_can_move_a_slider():
            publish(first, self._hint(first))
            return
        box = _panel(self, first)
        bundle = first.mimebundle()
        data = box._repr_mimebundle_() | bundle[0]
        from IPython.display import display

        display(data, metadata=bundle[1], raw=True)

    def _hint(self, first):
        return None if isinstance(first, Notice) else f"Default state, to be moved in JupyterLab: {self.state}."


def _panel(explorer, first):
    import ipywidgets

    widgets = {name: control.widget() for name, control in explorer.controls.items()}
    image = ipywidgets.HTML(value=_image(first))  # the Image widget cannot carry alt text
    words = ipywidgets.HTML(value=_words(first))

    def redraw(_change):
        values = {name: widget.value for name, widget in widgets.items()}
        try:
            picture = explorer(**values)
        except CrmError as fault:
            words.value = _paragraph(str(fault))
            return
        if isinstance(picture, Picture):
            image.value = _image(picture)
        words.value = _words(picture)

    for widget in widgets.values():
        widget.observe(redraw, names="value")
    return ipywidgets.VBox([*widgets.values(), image, words])


def _image(picture):
    # Width and height keep the place while the next picture is drawn, so that nothing below jumps.
    data = base64.b64encode(picture.quick_png()).decode("ascii")
    width, height = (round(inches * picture.figure.dpi) for inches in picture.figure.get_size_inches())
    size = f'width="{width}" height="{height}" style="max-width: 100%; height: auto"'
    return f'<img src="data:image/png;base64,{data}" alt="{html.escape(picture.title)}" {size}>'


def _words(picture):
    return _paragraph(picture.description if isinstance(picture, Picture) else picture.text)


def _paragraph(text):
    # role=status lets a screen reader say the new description after each move.
    return f'<p role="status" style="max-width: 60em; line-height: 1.4">{html.escape(text)}</p>'


def someone_can_move_a_slider():
    """Tell whether a reader sits before this kernel: not in a batch, a test, a conversion or plain Python."""
    if os.environ.get("CRMBOOK_STATIC") == "1":
        return False
    from IPython import get_ipython

    shell = get_ipython()
    return shell is not None and hasattr(shell, "kernel") and not _started_by_a_batch()


def _started_by_a_batch():
    import psutil

    try:
        command = " ".join(psutil.Process().parent().cmdline()[:4])
    except (psutil.Error, AttributeError):
        return False
    return any(name in command for name in ("papermill", "nbconvert", "pytest", "jupyter-execute"))
