"""What the command says to bad tables: one clear report on stderr, exit code 1, no traceback, nothing written."""

import subprocess
import sys

import pytest

from tests.bad_input.cases import CASES, order
from tests.bad_input.test_bad_tables import state
from tests.crmbook.sources import copies
from tests.database import small_company

pytest.importorskip("crmbook.cli", reason="the command crmbook is not there yet")
SHOWN = ["thousands separators", "GBK", "semicolons", "cut off in quotes", "headers only", "everything at once"]


def crmbook(*arguments, folder):
    command = [sys.executable, "-c", "from crmbook.cli import main; main()", *map(str, arguments)]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, encoding="utf-8", timeout=120)


def refused(done):
    assert done.returncode == 1, done.stdout + done.stderr
    assert "Traceback" not in done.stdout + done.stderr
    return " ".join((done.stdout + done.stderr).split())


@pytest.mark.parametrize("case", SHOWN)
def test_check_reports_every_fault(tmp_path, case):
    changes, expected = CASES[case]
    folder = small_company.write(tmp_path / "shop", changes)
    before = state(folder)
    said = refused(crmbook("check", folder, folder=tmp_path))
    for file, line, column, rule in expected:
        place = file or str(folder)
        place += f", line {line}" if line else ""
        place += f", column {column}" if column else ""
        assert place in said and rule in said
    assert state(folder) == before and sorted(tmp_path.iterdir()) == [folder]


def test_check_is_content_with_good_tables(tmp_path):
    folder = small_company.write(tmp_path / "shop")
    done = crmbook("check", folder, folder=tmp_path)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "6 tables, 15 rows, no faults." in " ".join(done.stdout.split())


def test_check_sums_up_thousands_of_faults(tmp_path):
    lines = order()["orders.csv"].splitlines()
    folder = small_company.write(
        tmp_path / "shop", {"orders.csv": "\n".join([*lines, *[lines[-1].replace("10.00", "?")] * 5000])}
    )
    said = refused(crmbook("check", folder, folder=tmp_path))
    assert "5,000 faults in 1 file" in said and "and 4,995 more of this kind" in said


@pytest.mark.parametrize("place", ["nowhere", "shop/orders.csv"])
def test_check_wants_a_folder(tmp_path, place):
    small_company.write(tmp_path / "shop")
    assert place in refused(crmbook("check", place, folder=tmp_path))


def test_fetch_refuses_what_it_does_not_know(tmp_path):
    assert "choose one of: cdnow" in refused(crmbook("fetch", "titanic", "--to", "out", folder=tmp_path))
    path = copies.write(tmp_path, "cdnow")
    said = refused(crmbook("fetch", "cdnow", "--to", "out", "--file", path, folder=tmp_path))
    assert "is not the known copy of cdnow" in said
    assert sorted(tmp_path.iterdir()) == [path]
