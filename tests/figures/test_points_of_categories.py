"""Points whose names are categories, with series beside each other."""

import pandas as pd

import crmlib


def test_names_may_be_categories():
    names = pd.Categorical(["few", "many"] * 2, ["few", "many"])
    rows = pd.DataFrame({"name": names, "share": [0.1, 0.2, 0.3, 0.4], "who": ["a", "a", "b", "b"]})
    axes = crmlib.points(rows.assign(low=0.0, high=0.5), "share", "name", hue="who")
    assert [label.get_text() for label in axes.get_yticklabels()] == ["few", "many"]
    crmlib.show(axes, "Shares: {few, a} to {many, b}")
