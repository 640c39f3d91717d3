"""Whatever the bytes of a table, the check ends with a report and the report can be printed."""

import random

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from crmlib.database import check_folder
from tests.database import small_company

PIECES = [
    b'"',
    b"\n",
    b"\r",
    b",",
    b"\0",
    b"\xff",
    b"\xef\xbb\xbf",
    b"=",
    b"-",
    b"1e400",
    b"NaN",
    "茶".encode(),
    b" ",
    b"",
]


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(content=st.binary(max_size=200))
def test_any_bytes(tmp_path, content):
    folder = small_company.write(tmp_path, {"orders.csv": content})
    report = check_folder(folder)
    assert not report.ok and "orders.csv" in str(report)


@pytest.mark.parametrize("seed", range(25))
def test_good_tables_with_slips(tmp_path, seed):
    lots = random.Random(seed)
    table = lots.choice(list(small_company.TABLES))
    content = small_company.TABLES[table].encode()
    for _ in range(lots.randint(1, 4)):
        place = lots.randrange(len(content))
        content = content[:place] + lots.choice(PIECES) + content[place + lots.randint(0, 3) :]
    report = check_folder(small_company.write(tmp_path, {f"{table}.csv": content}))
    lines = content.count(b"\n") + content.count(b"\r") + 1
    mine = report.faults[report.faults["file"] == f"{table}.csv"]
    assert (mine["line"].dropna() <= lines).all() and str(report)
