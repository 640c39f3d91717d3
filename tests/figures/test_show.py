"""show: messages filled from the axes, intervals by name, one text whatever the fonts, small repeatable pictures."""

import io
import itertools
import warnings

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import pytest
import seaborn as sns
from matplotlib import colors
from matplotlib.backends.backend_agg import FigureCanvasAgg
from PIL import Image

from crmlib.errors import CrmError, Unreadable
from crmlib.figures import house, points, scatter, show, use_house_style

ARMS = pd.DataFrame(
    {
        "arm": ["control", "gift", "call"],
        "customers": [5, 6, 7],
        "share": [0.12, 0.15, 0.31],
        "low": [0.09, 0.11, 0.26],
        "high": [0.15, 0.19, 0.36],
    }
)
LABEL = "Share who came back"
PERCENT = "\u00a0%"


def arms(table=ARMS, **options):
    axes = sns.barplot(table, x="share", y="arm", errorbar=None, ax=plt.figure().gca(), **options)
    axes.set(xlabel=LABEL, ylabel="")
    return axes


def gain():
    x = np.arange(1, 3001) / 3000
    axes = sns.lineplot(pd.DataFrame({"riskiest first": 2 * x - x**2, "by lot": x}, index=x), dashes=False)
    axes.set(xlabel="Share of customers asked", ylabel="Share reached")
    return axes


def test_message_and_description():
    shown = show(arms(), "Without an offer {control} come back, after a call {call}; {min} to {max}: {argmax}", ARMS)
    assert (
        shown.message
        == f"Without an offer 12{PERCENT} come back, after a call 31{PERCENT}; 12{PERCENT} to 31{PERCENT}: call"
    )
    said = "control 12 % (9 % to 15 %); gift 15 % (11 % to 19 %); call 31 % (26 % to 36 %)."
    assert shown.text == f"{shown.message}. {LABEL}: {said}".replace(" %", PERCENT)


def test_unknown_name_lists_the_known():
    with pytest.raises(CrmError, match=r"know no \{letter\}; they know control, gift, call, min"):
        show(arms(), "{letter} is best")


def test_line_at_a_place_and_its_peak():
    shown = show(gain(), "{riskiest first at 30%} of all at 30%, {by lot at 0.3 %} at the start; peak at {argmax}")
    assert shown.message == "51 % of all at 30 %, 0 % at the start; peak at 100 %".replace(" %", PERCENT)
    with pytest.raises(CrmError, match="riskiest first at …"):
        show(gain(), "{riskiest first at 130%}")


@pytest.mark.parametrize(("high", "filled"), [(0.19, True), (0.27, False)])
def test_winner_is_named_only_when_clear(high, filled):
    table = ARMS.assign(high=[0.15, high, 0.36])
    message = show(arms(), "{argmax} is best", table).message
    fallen = f"{LABEL}: 12{PERCENT} to 31{PERCENT}; which is highest is not certain"
    assert message == ("call is best" if filled else fallen)


def test_no_winner_without_intervals():
    assert show(arms(), "{argmin} is worst").message.endswith("which is lowest is not certain")


def test_intervals_are_matched_by_name_not_by_order_or_counts():
    right = show(arms(), "M", ARMS).text
    assert show(arms(), "M", ARMS.iloc[::-1]).text == right
    assert show(arms(), "M", ARMS.set_index("arm")).text == right
    numbered = pd.DataFrame({"n": [3, 1, 2], "risk": [1, 2, 3], "value": 0.5, "low": [0.1, 0.2, 0.3], "high": 0.9})
    axes = sns.pointplot(numbered[["risk", "value"]], x="risk", y="value", errorbar=None)
    with pytest.raises(CrmError):
        show(axes, "M", numbered.drop(columns=["risk", "n"]))
    axes = sns.pointplot(numbered, x="risk", y="value", errorbar=None, ax=plt.figure().gca())
    assert (
        "1 0.5 (0.1 to 0.9); 2 0.5 (0.2 to 0.9); 3 0.5 (0.3 to 0.9)"
        in show(axes, "M", numbered[["risk", "n", "low", "high"]]).text
    )


def test_intervals_of_series_and_panels():
    rows = list(itertools.product(["a", "b"], ["p", "q"], ["l", "r"]))
    table = pd.DataFrame(rows, columns=["k", "h", "c"]).assign(value=range(1, 9))
    table["low"], table["high"] = table["value"] - 0.5, table["value"] + 0.5
    grid = sns.catplot(table, kind="bar", x="k", y="value", hue="h", col="c", errorbar=None)
    shown = show(grid, "{a, q, r} and {b, p, l}", table.sample(frac=1, random_state=1))
    assert shown.message == "4 and 5"
    assert "r: value by k: a, p 2 (1.5 to 2.5); b, p 6 (5.5 to 6.5); a, q 4 (3.5 to 4.5)" in shown.text


def test_missing_or_doubled_rows_of_intervals():
    with pytest.raises(CrmError, match="knows no call"):
        show(arms(), "M", ARMS.iloc[:2])
    with pytest.raises(CrmError, match="2 rows for call"):
        show(arms(), "M", pd.concat([ARMS, ARMS.iloc[2:]]))
    with pytest.raises(Unreadable):
        show(arms(), "M", ARMS.assign(low=np.nan))


@pytest.mark.parametrize("step", [None, "steps-post"])
def test_bands_are_matched_by_x_and_series(step):
    table = pd.DataFrame({"month": [0, 1, 2] * 2, "survival": [1, 0.8, 0.6, 1, 0.9, 0.8], "plan": list("mmmyyy")})
    table["low"], table["high"] = table["survival"] - 0.05, table["survival"] + 0.02
    axes = sns.lineplot(table, x="month", y="survival", hue="plan", drawstyle=step or "default", errorbar=None)
    axes.plot([0, 2], [0.5, 0.5], color="grey", label="goal")
    axes.legend()
    text = show(axes, "{m at 1}", table.iloc[::-1]).text.replace(PERCENT, " %")
    assert (
        "y: 100 % at 0 (95 % to 102 %), 90 % at 1 (85 % to 92 %), 80 % at 2 (75 % to 82 %); goal: 50 % at 0, 50 % at 2"
        in text
    )
    with pytest.raises(CrmError, match="each x"):
        axes = sns.lineplot(table, x="month", y="survival", hue="plan", errorbar=None, ax=plt.figure().gca())
        show(axes, "M", table.drop(index=1))


def test_band_on_a_pandas_time_axis():
    table = pd.DataFrame({"v": [1.0, 2, 3]}, index=pd.date_range("2024-01-31", periods=3, freq="ME", name="day"))
    text = show(table["v"].plot(), "M", table.assign(low=0.5, high=3.5)).text
    assert "1 at 2024-01 (0.5 to 3.5)" in text


def test_per_cent_by_the_words_of_the_axis():
    for label, text in ((LABEL, "a 40\u00a0%"), ("Share, %", "a 0.4"), ("Rate in CNY", "a 0.4"), ("Price", "a 0.4")):
        axes = plt.figure().gca()
        axes.bar(["a", "b"], [0.4, 0.5])
        axes.set_ylabel(label)
        assert f"{label}: {text};" in show(axes, "M").text


def test_pandas_first_row_is_on_top():
    axes = pd.Series([1, 2], ["first", "second"]).plot.barh()
    show(axes, "M")
    assert axes.yaxis_inverted()


def test_legend_covers_no_bar_and_values_do_not_collide():
    table = pd.DataFrame(itertools.product("abcde", "pq"), columns=["k", "h"]).assign(v=0.9)
    for draw in (sns.barplot, sns.pointplot):
        axes = draw(table, x="k", y="v", hue="h", dodge=True, errorbar=None, ax=plt.figure().gca())
        show(axes, "M")
        renderer = FigureCanvasAgg(axes.figure).get_renderer()
        assert axes.get_legend().get_window_extent(renderer).y0 >= axes.bbox.y1
        boxes = [note.get_window_extent(renderer) for note in axes.texts]
        assert len(boxes) == 10
        assert not any(a.overlaps(b) for a, b in itertools.combinations(boxes, 2))


def test_scatter_names_its_points_apart():
    places = {"x": [1, 1.01, 5], "y": [1, 1.01, 2]}
    axes = scatter(pd.DataFrame(places, index=["price", "service", "quality"]), "x", "y")
    shown = show(axes, "Service stands at {service}")
    assert "price 1 at 1, service 1.01 at 1.01, quality 2 at 5" in shown.text
    renderer = FigureCanvasAgg(axes.figure).get_renderer()
    boxes = [note.get_window_extent(renderer) for note in axes.texts]
    assert not any(a.overlaps(b) for a, b in itertools.combinations(boxes, 2))


def test_a_value_of_a_point_covers_no_interval():
    middles = {"enterprise": [0.07, 0.21, 0.34, 0.52], "person": [0.08, 0.25, 0.40, 0.60]}
    table = pd.DataFrame(middles).melt(var_name="what", value_name="share")
    table = table.assign(arm=list("abcd") * 2, low=table["share"] - 0.06, high=table["share"] + 0.06)
    axes = points(table, "share", "arm", hue="what")
    axes.set(xlabel=LABEL)
    show(axes, "{min} to {max}")
    renderer = FigureCanvasAgg(axes.figure).get_renderer()
    labels = [note.get_window_extent(renderer) for note in axes.texts]
    ends = [axes.transData.transform(ends) for bars in axes.containers for ends in bars[2][0].get_segments()]
    assert len(labels) == len(ends) == len(table)
    for (left, height), (right, _) in ends:
        assert not any(b.y0 < height < b.y1 and b.x0 < right and left < b.x1 for b in labels)


def test_a_line_is_named_at_its_own_end_and_inside_the_axes():
    axes = plt.figure().gca()
    for name, x, y in (("missed", [-6, 0], [1, 3.2]), ("reached", [0, 6], [4, 3.3]), ("steep", [0, 6], [1, 90])):
        axes.plot(x, y, label=name)
    axes.set(xlabel="Distance", ylabel="Orders", ylim=(0, 10))
    show(axes, "{missed at 0} and {reached at 0}")
    ends = {note.get_text(): note.xy for note in axes.texts}
    assert ends["missed"] == pytest.approx((0, 3.2)) and ends["reached"] == pytest.approx((6, 3.3))
    assert ends["steep"] == pytest.approx((6, 10))


@pytest.mark.parametrize("highest", [0.1, 0.2, 0.25, 0.9])
def test_ticks_in_whole_per_cent_stand_at_whole_per_cents(highest):
    axes = plt.figure().gca()
    axes.bar(["a", "b"], [0.001, highest])
    axes.set(ylabel=LABEL)
    show(axes, "{min} to {max}")
    assert [f"{100 * tick:.0f}" for tick in axes.get_yticks()] == [f"{100 * tick:.6g}" for tick in axes.get_yticks()]


def test_points_of_series_stand_beside_each_other():
    table = pd.concat([ARMS.assign(what="say"), ARMS.assign(what="do", share=ARMS["share"] - 0.01)])
    axes = points(table, "share", "arm", hue="what")
    axes.set(xlabel=LABEL)
    text = show(axes, "{call, do}").text.replace(PERCENT, " %")
    assert text.startswith("30 %.")
    assert "gift, do 14 % (11 % to 19 %)" in text
    with pytest.raises(CrmError, match="low, high"):
        points(table.drop(columns=["low", "high"]), "share", "arm")


def test_points_take_names_that_are_categories():
    table = ARMS.assign(arm=ARMS["arm"].astype("category"))
    axes = points(table, "share", "arm")
    axes.set(xlabel=LABEL)
    assert show(axes, "{call}").text.replace(PERCENT, " %").startswith("31 %.")


def test_no_axes():
    with pytest.raises(CrmError, match="not int"):
        show(3, "M")


# ---- what a notebook gets --------------------------------------------------------------------------------------------
def test_outputs_picture_then_folded_text():
    from IPython.core.interactiveshell import InteractiveShell
    from IPython.display import display
    from IPython.utils.capture import capture_output

    InteractiveShell.instance()
    shown = show(arms(), "Less < more")
    data, metadata = shown._repr_mimebundle_()
    assert data["text/plain"] == metadata["image/png"]["alt"] == shown.text == repr(shown)
    with capture_output() as captured:
        display(shown)
    picture, folded = captured.outputs
    assert set(picture.data) == {"image/png", "text/plain"}
    assert set(folded.data) == {"text/html"}
    assert folded.data["text/html"].startswith("<details>")
    assert "Less &lt; more" in folded.data["text/html"]
    assert not plt.get_fignums()


def test_png_is_small_and_the_same_twice():
    first, second = show(gain(), "M").png, show(gain(), "M").png
    assert first == second
    assert len(first) < 40_000
    assert set(Image.open(io.BytesIO(first)).info) <= {"dpi"}


def chinese():
    axes = pd.Series([1.0, 2.0], ["Key · 重要", "Small · 小"]).plot.barh(xlabel="Profit · 利润", ax=plt.figure().gca())
    return axes, show(axes, "Key customers lead · 重要客户")


def test_same_text_with_and_without_a_chinese_font(monkeypatch):
    fonts = pytest.importorskip("pylopdf_fonts_zh_cn", reason="the test's Chinese font package is not installed")
    from pathlib import Path

    from matplotlib import font_manager

    path = next(p for p in Path(fonts.__file__).parent.rglob("*") if p.suffix.lower() in (".ttf", ".otf"))
    font_manager.fontManager.addfont(path)
    name = font_manager.FontProperties(fname=path).get_name()
    texts = {}
    for font, words in ((None, ["Key", "Small"]), (name, ["Key · 重要", "Small · 小"])):
        monkeypatch.setattr(house, "chinese_font", lambda font=font: font)
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            axes, shown = chinese()
        assert [label.get_text() for label in axes.get_yticklabels()] == words
        texts[font] = shown.text
    assert texts[None] == texts[name]
    assert "Key · 重要 1" in texts[None]


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("Key · 重要", "Key"),
        ("6.2 客户 · key", "6.2 key"),
        ("Key（重要客户）", "Key"),
        ("重要/主要", ""),
        ("Share of 客户 in %", "Share of in %"),
    ],
)
def test_chinese_is_dropped_tidily(text, left):
    assert house.without_chinese(text) == left


BLINDNESS = {  # Machado, Oliveira and Fernandes (2009), full severity
    "protan": [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]],
    "deutan": [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.011820, 0.042940, 0.968881]],
    "none": np.eye(3),
}


@pytest.mark.parametrize("kind", BLINDNESS)
def test_colours_can_be_told_apart(kind):
    use_house_style()
    palette = plt.rcParams["axes.prop_cycle"].by_key()["color"][:6]
    rgb = np.array([colors.to_rgb(colour) for colour in palette])
    linear = np.where(rgb <= 0.04045, rgb / 12.92, ((rgb + 0.055) / 1.055) ** 2.4)
    seen = np.clip(linear @ np.array(BLINDNESS[kind]).T, 0, 1)
    assert min(np.abs(a - b).sum() for a, b in itertools.combinations(seen, 2)) > 0.12
