"""The command `crmbook`: what it prints and how it ends."""

import os
import subprocess
import sys

import pytest

from tests.crmbook.batch.conftest import memo, write_notebook


def crmbook(*arguments, **options):
    command = [sys.executable, "-m", "crmbook.cli", *map(str, arguments)]
    environment = os.environ | {"COLUMNS": "120", "NO_COLOR": "1"}
    return subprocess.run(command, capture_output=True, text=True, timeout=120, env=environment, **options)


def test_run_with_set_and_grid_tells_each_run_in_a_plain_line(notebooks, tmp_path):
    (tmp_path / "grid.csv").write_text("share\n0.1\n0.3\n")
    out = tmp_path / "out"
    arguments = ["run", notebooks / "06_grading.ipynb", "--grid", tmp_path / "grid.csv", "--set", "region=South"]
    result = crmbook(*arguments, "--out", out, "--workers", 1)
    assert result.returncode == 0, result.stderr
    lines = result.stdout.splitlines()
    assert [line.split()[:2] for line in lines[:2]] == [["[1/2]", "ok"], ["[2/2]", "ok"]]
    assert lines[2] == f"2 of 2 runs are right: {out / 'index.html'}"
    (run, _) = sorted(path.name for path in (out / "runs/06_grading").iterdir())
    assert memo(out, f"06_grading/{run}")["settings"] == {"share": 0.1, "region": "South"}
    assert "\x1b" not in result.stdout


def test_a_failed_run_gives_exit_code_1(notebooks, tmp_path):
    write_notebook(notebooks / "10_churn.ipynb", ["1 / 0"])
    result = crmbook("run", notebooks / "10_churn.ipynb", "--out", tmp_path / "out")
    assert result.returncode == 1
    assert "FAILED  10_churn/default" in result.stdout
    assert "cell 2: ZeroDivisionError: division by zero" in result.stdout
    assert "0 of 1 runs are right, 1 failed (run them again with --retry-failed)" in result.stdout


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["--set", "shaer=1"], "No chosen chapter has a parameter 'shaer'; did you mean 'share'?"),
        (["--set", "share=lots"], "Parameter 'share' of 06_grading is a number (default 0.2), not 'lots'."),
        (["--set", "share"], "'share' is not of the form NAME=VALUE."),
        (["--grid", "none.csv"], "There is no grid file 'none.csv'."),
        (["--workers", "0"], "There must be at least one worker, not 0."),
    ],
)
def test_what_can_be_known_beforehand_is_one_sentence(notebooks, tmp_path, arguments, sentence):
    result = crmbook("run", notebooks / "06_grading.ipynb", "--out", tmp_path / "out", *arguments)
    assert result.returncode == 1
    assert result.stderr == f"crmbook: {sentence}\n"
    assert not (tmp_path / "out").exists()


def test_check_of_a_missing_folder_is_one_sentence(tmp_path):
    result = crmbook("check", tmp_path / "nowhere")
    assert result.returncode == 1
    assert "Traceback" not in result.stderr + result.stdout
    assert "nowhere" in result.stderr + result.stdout


def test_check_reports_faults_and_exit_code(tmp_path):
    (tmp_path / "orders.csv").write_text("order_id\n1\n")
    result = crmbook("check", tmp_path)
    assert result.returncode == 1
    assert "orders.csv" in result.stdout
    assert "Traceback" not in result.stderr


def test_data_then_check(tmp_path):
    written = crmbook("data", "--out", tmp_path / "company", "--customers", 300, "--seed", 7)
    assert written.returncode == 0, written.stderr
    assert "300 customers (seed 7)" in written.stdout
    assert crmbook("check", tmp_path / "company").returncode == 0
    again = crmbook("data", "--out", tmp_path / "company", "--customers", 300, "--seed", 8)
    assert again.returncode == 1
    assert "--replace" in again.stderr
    assert crmbook("data", "--customers", 300).returncode != 0  # never into a folder that nobody named


def test_fetch_of_an_unknown_name_is_one_sentence(tmp_path):
    result = crmbook("fetch", "cdnaw", "--to", tmp_path)
    assert result.returncode == 1
    assert "Traceback" not in result.stderr
    assert "cdnow" in result.stderr.lower()


def test_help_is_quick_and_names_the_commands():
    result = crmbook("--help")
    assert result.returncode == 0
    assert all(name in result.stdout for name in ("run", "check", "fetch", "data"))
