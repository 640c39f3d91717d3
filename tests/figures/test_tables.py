"""Tables for readers."""

import numpy as np
import pandas as pd
import pytest

from crmlib.errors import Unreadable
from crmlib.figures import show
from crmlib.figures.tables import kind_of

S = "\u00a0"


def cells(frame):
    return show(frame, "M").cells


def test_kinds_by_name_and_limits_by_their_neighbour():
    frame = pd.DataFrame(
        {"return_rate": [0.413, 0.2], "low": [0.38, 0.17], "high": [0.44, 0.23], "revenue": [12345.6, 7.0]}
    )
    table = cells(frame)
    assert table.iloc[0].tolist() == [f"41{S}%", f"38{S}%", f"44{S}%", "12,346"]
    assert kind_of("p_alive") == kind_of("share") == "share"
    assert kind_of("customer_id") == kind_of("year") == "plain"


def test_rounding_stays_inside_the_uncertainty():
    fine = pd.DataFrame({"share": [0.41327], "low": [0.41127], "high": [0.41527]})
    assert cells(fine).iloc[0].tolist() == [f"41.3{S}%", f"41.1{S}%", f"41.5{S}%"]
    wide = pd.DataFrame({"value": [1.23456], "low": [-1.5], "high": [3.5]})
    assert cells(wide).iloc[0].tolist() == ["1", "\u22122", "4"]


def test_units_index_dates_and_missing_words():
    frame = pd.DataFrame(
        {
            "recency": [196, 12],
            "ended_on": [pd.Timestamp("2024-03-01"), pd.NaT],
            "remedy": [None, "gift"],
            "year": [2023, 2024],
        },
        index=pd.Index(["C1", "C2"], name="customer_id"),
    )
    table = cells(frame)
    assert list(table) == ["recency, days", "ended on", "remedy", "year"]
    assert table.loc["C1"].tolist() == ["196", "2024-03-01", "–", "2023"]
    assert table.loc["C2"].tolist() == ["12", "–", "gift", "2024"]
    assert "C1" in show(frame, "M").text
    assert "<th>C1</th>" in show(frame, "M")._repr_mimebundle_()["text/html"]


@pytest.mark.parametrize("bad", [np.nan, np.inf, -np.inf])
def test_missing_or_infinite_numbers_are_named(bad):
    with pytest.raises(Unreadable, match="Column revenue, row C2"):
        show(pd.DataFrame({"revenue": [1.0, bad]}, index=["C1", "C2"]), "M")
    with pytest.raises(Unreadable, match="Column customers"):
        show(pd.DataFrame({"customers": pd.array([1, None], dtype="Int64")}), "M")
    with pytest.raises(Unreadable, match="no rows"):
        show(pd.DataFrame({"a": []}), "M")


def test_html_is_escaped_and_texts_are_whole():
    frame = pd.DataFrame({"cause": ["<b>late</b> " + "x" * 80]})
    shown = show(frame, "Less < more")
    page = shown._repr_mimebundle_()["text/html"]
    assert "&lt;b&gt;late" in page
    assert "Less &lt; more" in page
    assert "x" * 80 in page
    assert "x" * 80 in shown.text


def test_series_and_two_levels():
    assert cells(pd.Series({"a": 0.5, "b": 0.25}, name="lost_share"))["lost share"].tolist() == [f"50{S}%", f"25{S}%"]
    frame = pd.DataFrame(
        {("2023", "share"): [0.5], ("2024", "share"): [0.4]}, index=pd.MultiIndex.from_tuples([("x", 1)])
    )
    table = cells(frame)
    assert list(table) == ["2023 share", "2024 share"]
    assert table.index[0] == ("x", "1")


def test_yes_no_counts_and_minus():
    frame = pd.DataFrame({"again": [True, False], "customers": [12345, 6], "profit": [-1234.5, 0.0]})
    assert cells(frame).to_numpy().tolist() == [["yes", "12,345", "\u22121,234"], ["no", "6", "0"]]
