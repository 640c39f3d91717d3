"""Tables for readers."""

import pandas as pd
import pytest

from crmlib.old.figures import Notice
from crmlib.old.grading.readable import readable


def test_shares_money_counts_and_numbers():
    table = pd.DataFrame(
        {"customers": [1234], "customer_share": [0.0104], "revenue": [98765.4], "kappa": [0.98765], "note": ["a" * 80]},
        index=pd.Index(["key"], name="grade"),
    )
    table.attrs = {"currency": "CNY"}
    shown = readable(table).frame
    assert list(shown.columns) == ["customers", "share of customers", "revenue (CNY)", "weighted kappa", "note"]
    assert shown.loc["key"].tolist() == ["1,234", "1.0 %", "98,765", "0.988", "a" * 80]
    assert list(readable(table, currency="USD").frame.columns)[2] == "revenue (USD)"


def test_nothing_is_cut_off_or_left_as_code():
    table = pd.DataFrame({"text": ["<b>" + "word " * 30]})
    assert "..." not in repr(readable(table)) and "..." not in readable(table)._repr_html_()
    assert "<b>" not in readable(table)._repr_html_()


def test_interval_is_of_the_kind_it_surrounds():
    table = pd.DataFrame(
        {"share": [0.5], "low": [0.4], "high": [0.6], "equity": [100.0], "lower": [90.0], "upper": [110.0]}
    )
    assert readable(table).frame.iloc[0].tolist() == ["50.0 %", "40.0 %", "60.0 %", "100", "90", "110"]
    assert len(set(readable(table).frame.columns)) == 6  # "from" and "to" twice, told apart


def test_missing_and_negative_zero():
    table = pd.DataFrame({"share": [None, -1e-9], "revenue": [float("nan"), -0.2], "text": [None, "x"]})
    assert readable(table).frame.to_numpy().tolist() == [["–", "–", "–"], ["0.0 %", "0", "x"]]


@pytest.mark.parametrize(("number", "text"), [(0.1234567, "0.123"), (4.567, "4.57"), (45.67, "45.7"), (456.7, "457")])
def test_digits_follow_the_size(number, text):
    assert readable(pd.DataFrame({"alpha": [number]})).frame.iloc[0, 0] == text


def test_first_rows_only_and_notices_pass():
    assert len(readable(pd.DataFrame({"revenue": range(100)}), rows=7).frame) == 7
    notice = Notice("No costs are known.")
    assert readable(notice) is notice
