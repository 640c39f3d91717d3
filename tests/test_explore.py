"""Explorers: sliders whose range holds their start, a static picture where nobody reads, faults said in place of it."""

import io
import json
import subprocess
import sys
from types import SimpleNamespace

import ipywidgets
import matplotlib
import pytest
from matplotlib import pyplot

from crmlib.errors import CrmError, TooFew
from crmlib.explore import MIME, explore

explore_module = sys.modules["crmlib.explore"]  # the name crmlib.explore is the function

matplotlib.use("Agg")  # no window on a desk with a screen


def shown(axes, message):
    """What `crmlib.show` returns, as far as an explorer needs it."""
    stream = io.BytesIO()
    axes.figure.savefig(stream, format="png", metadata={"Software": None})
    bundle = {"image/png": stream.getvalue(), "text/plain": message}
    return SimpleNamespace(text=message, png=stream.getvalue(), _repr_mimebundle_=lambda: (bundle, {"image/png": {}}))


def calls(saved, call_cost):
    """One bar: what a call earns."""
    if call_cost > 50:
        raise TooFew("Only 3 customers <here>; 10 are needed.")
    if call_cost > 40:
        raise KeyError("risk")
    bars = pyplot.gca().bar(["call"], [saved * 500 - call_cost])
    assert len(pyplot.gca().patches) == 1, "drawn on a figure that was there before"
    return shown(bars[0].axes, f"A call earns {saved * 500 - call_cost:.0f} <CNY>")


@pytest.fixture
def explorer():
    pyplot.close("all")
    yield explore(calls, saved=(0.02, 0.40, 0.02, 0.10), call_cost=(5, 60, 5, 15, "CNY"))
    assert pyplot.get_fignums() == []
    pyplot.close("all")


def moving(explorer):
    *sliders, image, words = explorer.panel().children
    return sliders, image, words


def test_static_picture_where_nobody_reads(explorer):
    data, metadata = explorer._repr_mimebundle_()
    assert data["image/png"] == explorer.first.png and metadata == {"image/png": {}}
    assert data["text/plain"] == (
        "A call earns 35 <CNY>\nSliders: saved 10\u00a0% (2\u00a0% to 40\u00a0%); call cost 15\u00a0CNY (5 to 60)."
    )
    assert json.dumps(data[MIME]) == '{"name": "calls", "state": {"saved": 0.1, "call_cost": 15}}'
    assert set(data) == {"image/png", "text/plain", MIME}


def test_live_sliders_redraw_the_picture_and_say_what_it_says(explorer, monkeypatch):
    monkeypatch.setattr(explore_module, "somebody_reads", lambda: True)
    data, _ = explorer._repr_mimebundle_()
    assert "application/vnd.jupyter.widget-view+json" in data
    assert data["text/plain"] == explorer.text and "VBox" not in data["text/plain"]
    (saved, cost), image, words = moving(explorer)
    assert image.value == explorer.first.png and "A call earns 35 &lt;CNY&gt;" in words.value
    saved.value = 0.2
    assert image.value != explorer.first.png and "A call earns 85 &lt;CNY&gt;" in words.value
    cost.value = 20
    assert "A call earns 80 " in words.value and 'role="status"' in words.value


def test_no_output_widget_and_all_of_it_within_a_projected_page(explorer):
    (saved, cost), image, _ = moving(explorer)
    assert not any(isinstance(part, ipywidgets.Output) for part in explorer.panel().children)
    assert isinstance(image, ipywidgets.Image) and image.layout.max_height == f"{560 - 2 * 36}px"
    assert isinstance(saved, ipywidgets.FloatSlider) and (saved.description, saved.readout_format) == ("saved", ".0%")
    assert isinstance(cost, ipywidgets.IntSlider) and cost.description == "call cost, CNY"
    assert not saved.continuous_update


def test_a_fault_after_a_move_stands_in_place_of_the_picture(explorer):
    (_, cost), image, words = moving(explorer)
    cost.value = 55
    assert "Only 3 customers &lt;here&gt;; 10 are needed." in words.value and image.layout.display == "none"
    cost.value = 15
    assert "A call earns 35 " in words.value and image.layout.display is None
    with pytest.raises(KeyError):
        cost.value = 45
    assert "KeyError: &#x27;risk&#x27;" in words.value and image.layout.display == "none"


def test_a_fault_at_the_start_is_the_cells():
    pyplot.close("all")
    with pytest.raises(TooFew, match="Only 3"):
        explore(calls, saved=(0, 1, 0.1, 0.5), call_cost=(5, 60, 5, 55))
    assert pyplot.get_fignums() == []


@pytest.mark.parametrize(
    "given, ends, said",
    [
        ((-50, 2000, 10, -120), (-120, 2000), "m −120 (−120 to 2,000)"),
        ((0.0, 0.3, 0.05, 0.35), (0.0, 0.35), "m 35\u00a0% (0\u00a0% to 35\u00a0%)"),
        ((0.5, 0.95, 0.01, 0.99), (0.5, 0.99), "m 99\u00a0% (50\u00a0% to 99\u00a0%)"),
        ((0.0, 1.0, 0.02, 0.7378), (0.0178, 0.9978), "m 73.8\u00a0% (1.8\u00a0% to 99.8\u00a0%)"),
        ((0, 2000, 10, 497.25), (7.25, 1997.25), "m 497.2 (7.2 to 1,997.2)"),
        ((1, 4, 0.5, 2), (1.0, 4.0), "m 2.0 (1.0 to 4.0)"),
    ],
)
def test_the_range_holds_the_start_and_the_start_is_what_is_drawn(given, ends, said):
    drawn = []
    explorer = explore(lambda m: drawn.append(m) or SimpleNamespace(text="Worth.", png=b""), m=given)
    (slider,), _, _ = moving(explorer)
    assert drawn == [given[-1]] and slider.value == given[-1]
    assert (slider.min, slider.max) == pytest.approx(ends, abs=1e-12)
    steps = (slider.value - slider.min) / slider.step
    assert steps == pytest.approx(round(steps), abs=1e-6)  # moved away, it can be brought back
    assert explorer.text == f"Worth.\nSliders: {said}."


def test_moving_one_slider_leaves_the_others_where_they_were():
    drawn = []
    explorer = explore(
        lambda m, cost: drawn.append((m, cost)) or SimpleNamespace(text=".", png=b""),
        m=(0, 0.3, 0.01, 0.35),
        cost=(0, 9, 1, 5),
    )
    (_, cost), _, _ = moving(explorer)
    cost.value = 6
    assert drawn == [(0.35, 5), (0.35, 6)]


def test_choices():
    explorer = explore(
        lambda kind, arm: SimpleNamespace(text=f"{kind}, {arm}", png=b""),
        kind=["person", "enterprise"],
        arm=(["call", "letter"], "mail"),
    )
    (kind, arm), _, words = moving(explorer)
    assert isinstance(kind, ipywidgets.Dropdown) and arm.options == ("call", "letter", "mail")
    assert explorer.text.endswith("kind person (of person, enterprise); arm mail (of call, letter, mail).")
    kind.value = "enterprise"
    assert "enterprise, mail" in words.value


@pytest.mark.parametrize("given", [(0, 1, 0.1, float("nan")), (0, float("inf"), 1, 1), (0, 1, 0, 0.5)])
def test_a_slider_without_a_place_is_refused(given):
    with pytest.raises(CrmError, match="'m' needs finite numbers"):
        explore(lambda m: None, m=given)


def test_nobody_reads_in_a_batch_or_in_plain_python(monkeypatch):
    monkeypatch.delenv("CRMBOOK_STATIC", raising=False)
    assert not explore_module.somebody_reads()  # no kernel here
    import IPython

    monkeypatch.setattr(IPython, "get_ipython", lambda: SimpleNamespace(kernel=1))
    monkeypatch.setenv("CRMBOOK_STATIC", "1")
    assert not explore_module.somebody_reads()


def test_the_module_is_light_enough_to_be_part_of_the_package():
    code = "import sys, crmlib.explore; print(sorted({'pandas', 'matplotlib', 'ipywidgets'} & set(sys.modules)))"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout == "[]\n"
