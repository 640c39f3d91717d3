"""What axes say: every artist's data are in the text, and what cannot be said is refused."""

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import pytest
import seaborn as sns

from crmlib.errors import Unreadable
from crmlib.figures import describe

RAW = pd.DataFrame({"v": np.random.RandomState(0).rand(60), "k": list("abc") * 20, "h": ["p", "q"] * 30})
FEW = pd.DataFrame({"k": list("aabb"), "h": list("pqpq"), "v": [1.0, 2.0, 3.0, 4.0]})


def own():
    return plt.figure().gca()


def said(axes):
    return describe(axes.figure)


# ---- one changed datum changes the text ------------------------------------------------------------------------------
def bars(v):
    return sns.barplot(x=["a", "b", "c"], y=v[:3], ax=own(), errorbar=None)


def histogram(v):
    return own().bar(np.arange(20), np.r_[v, v[::-1]], width=1)[0].axes


def line(v):
    axes = own()
    axes.plot(np.arange(500), np.tile(np.arange(10), 50) + np.r_[np.zeros(245), v, np.zeros(245)])
    return axes


def steps(v):
    axes = own()
    axes.step([1, 2, 3], v[:3], where="post")
    return axes


def points(v):
    return sns.pointplot(x=["a", "b", "c"], y=v[:3], ax=own(), linestyle="none", errorbar=None)


def cloud(v):
    axes = own()
    axes.scatter(np.arange(50), np.r_[np.arange(40), v])
    return axes


def strip(v):
    return sns.stripplot(x=["a"] * 20, y=np.r_[v, v], jitter=False, ax=own())


def bar_interval(v):
    axes = own()
    axes.bar(["a", "b", "c"], [20, 20, 20], yerr=v[:3], capsize=3)
    return axes


def hlines(v):
    axes = own()
    axes.hlines(["x", "y", "z"], [-1, -2, -3], v[:3])
    return axes


def band(v):
    axes, x = own(), np.arange(100)
    axes.plot(x, x)
    axes.fill_between(x, x - 1, x + np.r_[np.ones(45), v, np.ones(45)], alpha=0.2)
    return axes


def step_band(v):
    axes = own()
    axes.step([1, 2, 3], [10, 9, 8], where="post")
    axes.fill_between([1, 2, 3], [0, 0, 0], np.array([11, 12, 13]) + v[:3], step="post", alpha=0.2)
    return axes


def cells(v):
    return sns.heatmap(pd.DataFrame(np.reshape(v[:4], (2, 2)), index=["r", "s"], columns=["c", "d"]), ax=own())


def stacked(v):
    return pd.DataFrame({"p": v[:3], "q": [1, 2, 3]}, index=list("abc")).plot.bar(stacked=True)


def second_panel(v):
    left, right = plt.subplots(1, 2)[1]
    left.bar(["a"], [1])
    right.bar(["a", "b", "c"], v[:3])
    return left


ARTISTS = [bars, histogram, line, steps, points, cloud, strip, bar_interval, hlines, band, step_band, cells, stacked]


@pytest.mark.parametrize("draw", [*ARTISTS, second_panel], ids=lambda draw: draw.__name__)
@pytest.mark.parametrize("place", [0, 1, 2])
def test_one_changed_datum_changes_the_text(draw, place):
    before = np.array([3.0, 5.0, 4.0, 6.0, 3.0, 5.0, 4.0, 6.0, 3.0, 5.0])
    after = before.copy()
    after[place] += 1
    assert said(draw(before)) == said(draw(before))
    assert said(draw(before)) != said(draw(after))


# ---- what it says ----------------------------------------------------------------------------------------------------
def test_line_says_ends_ticks_peak_and_mean():
    axes = own()
    axes.plot(np.arange(101), 100 - np.abs(np.arange(101) - 30))
    axes.set(xlabel="Day", ylabel="Orders", xticks=[0, 50, 100])
    assert (
        said(axes) == "Orders by Day: 70 at 0, 80 at 50, 30 at 100, highest 100 at 30, mean of all 101 points 70.7921."
    )


def test_seaborn_bars_of_two_series_without_its_legend_bars():
    axes = sns.barplot(FEW, x="k", y="v", hue="h", errorbar=None)
    assert said(axes) == "v by k: a, p 1; b, p 3; a, q 2; b, q 4."


def test_error_bars_of_nan_and_caps_are_no_points():
    axes = sns.pointplot(FEW, x="k", y="v", hue="h", dodge=0.2, capsize=0.1, errorbar="sd")
    assert said(axes) == "v by k: a, p 1; b, p 3; a, q 2; b, q 4."
    axes = own()
    axes.errorbar([2, 3], ["x", "y"], xerr=[1, 2], fmt="o", capsize=4)
    assert said(axes) == "Drawn: x 2 (1 to 3); y 3 (1 to 5)."


def test_intervals_with_caps_and_of_no_width():
    frame = pd.DataFrame({"k": list("aabb"), "v": [1.0, 3.0, 2.0, 2.0]})
    axes = sns.pointplot(frame, x="k", y="v", capsize=0.2, errorbar=("pi", 100))
    assert said(axes) == "v by k: a 2 (1 to 3); b 2 (2 to 2)."


def test_points_with_intervals_on_axes_of_numbers():
    axes = own()
    axes.errorbar([1, 2], [3, 4], yerr=[[1, 1], [1, 2]], fmt="o")
    assert said(axes) == "Drawn: 3 at 1 (2 to 4), 4 at 2 (3 to 6)."


def test_stacked_bars_say_where_each_begins():
    axes = pd.DataFrame({"p": [1, 2], "q": [3, 4]}, index=["a", "b"]).plot.bar(stacked=True)
    assert said(axes) == "Drawn: a, p 1; b, p 2; a, q 3, from 1 to 4; b, q 4, from 2 to 6."


def test_pandas_horizontal_bars():
    axes = pd.Series([1, 2], index=[2023, 2024]).plot.barh()
    assert said(axes) == "Drawn: 2023 1; 2024 2."


def test_last_step_of_a_band():
    axes = own()
    axes.step([1, 2, 3], [10, 9, 8], where="post")
    axes.fill_between([1, 2, 3], [9, 8, 5], [11, 10, 9], step="post", alpha=0.2)
    assert said(axes) == "Drawn: 10 at 1 (9 to 11), 9 at 2 (8 to 10), 8 at 3 (5 to 9)."


def test_twin_axes_are_said_apart():
    axes = own()
    axes.plot([1, 2], [400, 600])
    axes.set(xlabel="Month", ylabel="Orders")
    twin = axes.twinx()
    twin.plot([1, 2], [1, 3], color="C1")
    twin.set_ylabel("Returns")
    assert said(axes) == "Orders by Month: 400 at 1, 600 at 2. Returns by Month: 1 at 1, 3 at 2."


def test_dates_and_pandas_periods():
    days = pd.to_datetime(["2024-01-31", "2024-02-29", "2024-03-31"])
    axes = own()
    axes.plot(days, [1, 2, 3])
    assert said(axes) == "Drawn: 1 at 2024-01-31, 2 at 2024-02-29, 3 at 2024-03-31."
    axes = pd.Series([1, 2, 3], days).plot(ax=own())
    assert said(axes) == "Drawn: 1 at 2024-01, 2 at 2024-02, 3 at 2024-03."


def test_log_axes():
    axes = own()
    axes.plot([1, 10, 1000], [1, 2, 3])
    axes.set_xscale("log")
    assert said(axes) == "Drawn: 1 at 1, 2 at 10, 3 at 1,000."


def test_years_have_no_thousands():
    axes = own()
    axes.plot([2021, 2022], [1500, 2500])
    assert said(axes) == "Drawn: 1,500 at 2021, 2,500 at 2022."


@pytest.mark.parametrize("by", ["formatter", "ticks"])
def test_names_set_by_a_formatter_or_ticks(by):
    axes = own()
    axes.bar([0, 1], [3, 4])
    if by == "formatter":
        axes.set_xticks([0, 1])
        axes.xaxis.set_major_formatter(lambda value, _: {0: "web", 1: "shop"}.get(value, ""))
    else:
        axes.set_xticks([0, 1], ["web", "shop"])
    assert said(axes) == "Drawn: web 3; shop 4."


def test_numbered_classes_are_names():
    axes = own()
    axes.bar([0, 1], [3, 4])
    axes.set_xticks([0, 1], ["1", "2"])
    assert said(axes) == "Drawn: 1 3; 2 4."


def test_empty_cells_and_annotated_cells():
    frame = pd.DataFrame([[0.5, np.nan], [0.25, 1]], index=["r", "s"], columns=["c", "d"])
    assert said(sns.heatmap(frame, annot=True, fmt=".0%")).endswith(
        "r: c 50\u00a0%, d –; s: c 25\u00a0%, d 100\u00a0%."
    )


def test_panels_one_by_one():
    grid = sns.catplot(FEW, kind="bar", x="k", y="v", col="h", errorbar=None)
    assert describe(grid.figure) == "p: v by k: a 1; b 3. q: v by k: a 2; b 4."


def test_reference_lines_and_intervals_alone():
    axes = own()
    axes.hlines(["x", "y"], [1, 2], [3, 5])
    axes.axvline(4, label="goal")
    assert said(axes) == "Drawn: 1 to 3 at x; 2 to 5 at y; goal at 4."


# ---- what it refuses -------------------------------------------------------------------------------------------------
def twice_named(_):
    axes = own()
    axes.plot([1, 2], [1, 2])
    axes.plot([1, 2], [2, 3])
    return axes


def stack(axes):
    axes.stackplot([1, 2, 3], [1, 2, 3], [2, 2, 2])
    return axes


def filled(axes):
    axes.plot([1, 2, 3], [1, 2, 3])
    axes.fill_between([1, 2, 3], [1, 2, 3], alpha=0.2)
    return axes


REFUSED = {
    "box plot": lambda axes: sns.boxplot(RAW, x="k", y="v", ax=axes),
    "matplotlib box plot": lambda axes: axes.boxplot([[1, 2, 3], [2, 3, 9]], tick_labels=["x", "y"]) and axes,
    "violin": lambda axes: sns.violinplot(RAW, x="k", y="v", ax=axes),
    "matplotlib violin": lambda axes: axes.violinplot([[1, 2, 3], [2, 3, 9]]) and axes,
    "pie": lambda axes: axes.pie([1, 2]) and axes,
    "step histogram": lambda axes: sns.histplot(RAW, x="v", element="step", ax=axes),
    "open step histogram": lambda axes: axes.hist(RAW["v"], histtype="step") and axes,
    "area": lambda axes: pd.DataFrame({"a": [1, 2, 3], "b": [3, 4, 2]}).plot.area(ax=axes),
    "stack": stack,
    "filled line": filled,
    "ecdf": lambda axes: sns.ecdfplot(RAW, x="v", ax=axes),
    "filled density": lambda axes: axes.fill_between([1, 2, 3], [0, 2, 0]).axes,
    "image": lambda axes: axes.imshow([[1, 2]]).axes,
    "missing in a line": lambda axes: axes.plot([1, 2, 3], [1, np.nan, 3])[0].axes,
    "infinite bar": lambda axes: axes.bar(["a"], [np.inf])[0].axes,
    "missing bar": lambda axes: axes.bar(["a", "b"], [np.nan, 1])[0].axes,
    "missing point": lambda axes: axes.scatter([1, 2], [1, np.nan]).axes,
    "empty": lambda axes: axes,
    "only a reference line": lambda axes: axes.axhline(1).axes,
    "hue without labels": lambda axes: sns.barplot(FEW, x="k", y="v", hue="h", legend=False, errorbar=None, ax=axes),
    "lines without labels": twice_named,
    "slanted line": lambda axes: axes.axline((0, 0), (1, 1)).axes,
    "curve that turns back": lambda axes: axes.plot([1, 2, 1.5], [1, 2, 3])[0].axes,
}


@pytest.mark.parametrize("kind", REFUSED)
def test_refused_by_name(kind):
    with pytest.raises(Unreadable):
        said(REFUSED[kind](own()))


def test_an_empty_panel_beside_a_drawn_one():
    left, _ = plt.subplots(1, 2)[1]
    left.bar(["a"], [1])
    with pytest.raises(Unreadable, match="nothing"):
        said(left)


def test_two_intervals_at_one_mark():
    axes = sns.barplot(pd.DataFrame({"k": list("aab"), "v": [1.0, 3.0, 2.0]}), x="k", y="v", errorbar="sd")
    axes.vlines([0], [1], [2])
    with pytest.raises(Unreadable, match="Two intervals"):
        said(axes)
