"""Key figures and sources: shown in words, stored for the batch, never impossible."""

import csv
import functools
import json
import math
import re
from decimal import Decimal
from pathlib import Path

import nbformat
import numpy as np
import pandas as pd
import pytest
from IPython.core.formatters import DisplayFormatter

import crmlib
from crmbook.batch.execute import records_of
from crmlib.errors import CrmError
from crmlib.records import MIME, record, source

ROWS = list(csv.DictReader(Path(crmlib.__file__).with_name("key_figures.csv").open(encoding="utf-8", newline="")))


@pytest.mark.parametrize(
    ("name", "value", "interval", "currency", "text"),
    [
        ("retention_rate", 0.73814, (0.7191, 0.7556), None, "Retention rate a year 73.8 % (71.9 to 75.6 %)"),
        ("retention_rate", 0.5, (0.1, 0.9), None, "Retention rate a year 50 % (10 to 90 %)"),
        ("retention_rate", 0.73814, None, None, "Retention rate a year 73.8 %"),
        ("retention_rate", 0.0, (0.0, 0.012), None, "Retention rate a year 0.0 % (0.0 to 1.2 %)"),
        ("retention_rate", 1, None, None, "Retention rate a year 100 %"),
        ("active_customers", 2192, None, None, "Customers who bought in the year 2,192"),
        (
            "average_profit",
            -12345.6,
            (-13000, -11000),
            "CNY",
            "Profit per customer a year −12,300 CNY (−13,000 to −11,000 CNY)",
        ),
        ("average_profit", -0.001, (-31, 42), "CNY", "Profit per customer a year 0 CNY (−31 to 42 CNY)"),
        ("gini_of_sales", 0.5, (0.5, 0.5), None, "Gini coefficient of sales 0.500 (0.500 to 0.500)"),
    ],
)
def test_a_key_figure_is_shown_in_words(name, value, interval, currency, text):
    shown = repr(record(name, value, interval, currency))
    assert shown.replace("\u00a0", " ") == text
    assert not re.search(r" %| CNY", shown)  # these never stand alone at the start of a line


def test_digits_that_differ_between_machines_are_neither_shown_nor_stored():
    for noise in (0, 1e-13, -1e-13):
        shown = record("gini_of_sales", 0.4123449 + noise, (0.4123449 - 1e-12, 0.4123449 + 1e-12))
        assert shown.text == "Gini coefficient of sales 0.4123 (0.4123 to 0.4123)"
        assert shown.content["value"] == 0.4123


def test_the_stored_form_is_what_the_batch_reads():
    shown = record("average_profit", 1234.5678, (1111.1111, 1333.3333), currency="CNY")
    data, _ = DisplayFormatter().format(shown)
    expected = {"name": "average_profit", "value": 1235.0, "unit": "CNY", "interval": [1111.0, 1333.0]}
    assert data[MIME] == expected and json.loads(json.dumps(data)) == data
    assert set(data) == {"text/plain", "text/html", MIME} and data["text/plain"] == shown.text
    output = nbformat.v4.new_output("execute_result", data=data, execution_count=1)
    cell = nbformat.v4.new_code_cell("crmlib.record(...)", outputs=[output])
    assert records_of(nbformat.v4.new_notebook(cells=[cell])) == [expected]


def test_a_share_has_no_unit_and_whole_numbers_keep_their_digits():
    assert record("retention_rate", 0.5).content == {
        "name": "retention_rate",
        "value": 0.5,
        "unit": "",
        "interval": None,
    }
    assert record("active_customers", 1_234_567).content["value"] == 1_234_567


def test_the_chinese_is_beside_the_words_and_text_is_escaped():
    page = record("average_profit", 1.0, currency="<b>&").bundle["text/html"]
    assert "<strong>Profit per customer a year</strong> · 客均年利润 1.00" in page
    assert "<b>" not in page and "&lt;b&gt;&amp;" in page


@pytest.mark.parametrize(
    "value",
    [0.25, np.float64(0.25), np.float32(0.25), np.array(0.25), np.array([0.25]), pd.Series([0.25]), Decimal("0.25")],
    ids=lambda value: type(value).__name__,
)
def test_a_number_of_any_kind(value):
    assert record("retention_rate", value).content["value"] == 0.25


@pytest.mark.parametrize(
    "interval",
    [
        (0.2, 0.3),
        np.array([0.2, 0.3]),
        pd.DataFrame({"share": [0.25], "low": [0.2], "high": [0.3]}, index=[7]),
        pd.Series({"arm": "call", "share": 0.25, "low": 0.2, "high": 0.3}),
    ],
    ids=lambda interval: type(interval).__name__,
)
def test_an_interval_of_any_kind(interval):
    assert record("retention_rate", 0.25, interval).content["interval"] == [0.2, 0.3]


def test_sums_in_another_order_do_not_break_a_limit():
    nearly = 1 + 2e-16 * 4
    assert record("retention_rate", nearly, (0.9, 1 - 1e-12)).content == {
        "name": "retention_rate",
        "value": 1.0,
        "unit": "",
        "interval": [0.9, 1.0],
    }


@pytest.mark.parametrize(
    ("name", "value", "interval", "fault"),
    [
        ("retention_rate", math.nan, None, "not a finite number"),
        ("retention_rate", -math.inf, None, "not a finite number"),
        ("active_customers", 10**400, None, "not a finite number"),
        ("retention_rate", 0.5, (math.nan, 0.6), "not a finite number"),
        ("retention_rate", 73.8, None, r"written 0\.8, not 80"),
        ("retention_rate", -0.01, None, r"possible is 0 to 1"),
        ("retention_rate", 0.99, (0.97, 1.01), r"cannot be 1\.01"),
        ("whale_peak", 0.9, None, "possible is at least 1"),
        ("active_customers", -1, None, "possible is at least 0"),
        ("retention_rate", 0.5, (0.6, 0.4), "wrong way round"),
        ("retention_rate", 0.5, (0.6, 0.7), "does not hold its value"),
        ("retention_rate", 0.5, (0.4, 0.5, 0.6), "is a pair"),
        ("retention_rate", 0.5, 0.1, "is a pair"),
        ("retention_rate", 0.5, pd.DataFrame({"share": [0.5], "error": [0.1]}), "is a pair"),
        ("retention_rate", 0.5, pd.DataFrame({"low": [0.4, 0.4], "high": [0.6, 0.6]}), "one number"),
        ("retention_rate", True, None, "one number, not bool"),
        ("retention_rate", np.True_, None, "one number, not bool"),
        ("retention_rate", "50 %", None, "one number, not str"),
        ("retention_rate", None, None, "one number"),
        ("retention_rate", pd.NA, None, "one number"),
        ("retention_rate", pd.Series([0.1, 0.2]), None, "one number, not Series"),
        ("average_profit", 3.0, None, r"add currency=db\.company\.currency"),
        ("retention_rat", 0.5, None, r"key_figures\.csv has no row 'retention_rat' \(near: retention_rate[;)]"),
        (3, 0.5, None, "has no row 3: take a name"),
    ],
)
def test_what_is_no_result_is_refused_in_one_sentence(name, value, interval, fault):
    with pytest.raises(CrmError, match=fault) as refused:
        record(name, value, interval)
    assert "\n" not in str(refused.value)


def test_only_money_has_a_currency():
    with pytest.raises(CrmError, match="leave out currency="):
        record("retention_rate", 0.5, currency="CNY")


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row["name"])
def test_every_key_figure_is_consistent(row):
    assert None not in row and row["name"].isidentifier() and row["words"].strip() and row["unit"].strip()
    assert re.search("[\u3400-\u9fff]", row["chinese"])
    assert float(row["low"] or -math.inf) < float(row["high"] or math.inf)
    if row["unit"] == "share":
        assert (row["low"], row["high"]) == ("0", "1")


def test_names_and_words_are_unique():
    for column in ("name", "words", "chinese"):
        assert len({row[column] for row in ROWS}) == len(ROWS)


def a_decorator(function):
    @functools.wraps(function)
    def inner(*arguments):
        return function(*arguments)

    return inner


@a_decorator
def halved(value):
    """Half of it, as in ```value / 2```."""
    return value / 2  # not rounded


@functools.cache
def cached():
    return 1


def test_a_source_is_shown_with_its_docstring():
    shown = source(halved)
    assert shown.text == (
        '@a_decorator\ndef halved(value):\n    """Half of it, as in ```value / 2```."""\n'
        "    return value / 2  # not rounded"
    )
    data, _ = DisplayFormatter().format(shown)
    assert set(data) == {"text/plain", "text/markdown"} and data["text/plain"] == shown.text
    assert data["text/markdown"] == f"````python\n{shown.text}\n````"  # a longer fence than any inside


def test_sources_of_other_callables():
    def inner():
        return 2

    assert source(inner).text == "def inner():\n    return 2"
    assert source(cached).text.startswith("@functools.cache\ndef cached():")
    assert source(CrmError).text.startswith("class CrmError(Exception):")
    assert "```python" in source(record).bundle["text/markdown"]


@pytest.mark.parametrize("thing", [len, np.exp, math, 3, halved(2), functools.partial(halved, 2), None, "text"])
def test_what_has_no_source_is_refused_in_one_sentence(thing):
    with pytest.raises(CrmError, match="has no Python source to show"):
        source(thing)
