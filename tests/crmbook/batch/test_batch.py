"""Batches from start to report: results, resuming, failures, limits."""

import os
import signal
import subprocess
import sys
from importlib.metadata import version

import nbformat
import pandas as pd
import pytest

import crmbook.batch
from crmbook.batch import session
from crmbook.batch.chapters import read_chapter
from crmbook.batch.execute import execute
from crmbook.batch.plan import make_plan
from crmbook.batch.store import Store
from crmlib.errors import CrmError
from tests.crmbook.batch.conftest import displayed, memo, record, write_notebook


def batch(notebooks, out, chapters=(), **options):
    """A batch with its summary."""
    return session.run_batch(chapters, out=out, notebooks=notebooks, **{"workers": 1, "timeout": 60} | options)


def test_grid_to_results_pages_and_overview(notebooks, tmp_path):
    out = tmp_path / "out"
    grid = [{"region": "North", "share": 0.1}, {"region": "北方", "share": 0.4}]
    table = crmbook.batch.run(out=out, notebooks=notebooks, grid=grid, workers=2)
    assert list(table.columns) == [
        "run", "chapter", "parameter_share", "parameter_region", "name", "value", "unit", "low", "high", "version",
    ]  # fmt: skip
    assert set(table["version"]) == {version("crmlib")}
    doubles = table[table["name"] == "double_share"]
    assert doubles["value"].tolist() == [0.2, 0.8]
    assert doubles["low"].tolist() == [0.1, 0.4]
    assert set(table["chapter"]) == {"06_grading", "10_churn"}
    assert len(table) == 6
    stored = pd.read_csv(out / "results.csv").fillna({"unit": ""})
    pd.testing.assert_frame_equal(stored, table, check_dtype=False)
    assert len(pd.read_parquet(out / "results.parquet")) == 6
    for run in table["run"].unique():
        nbformat.validate(nbformat.read(out / "runs" / run / "notebook.ipynb", 4))
        page = (out / "runs" / run / "page.html").read_text(encoding="utf-8")
        assert "<math" in page
        assert memo(out, run)["status"] == "ok"
    overview = (out / "index.html").read_text(encoding="utf-8")
    assert "4 of 4 runs finished" in overview
    assert "北方" in overview
    assert not (out / ".parts").exists()


def test_only_what_changed_runs_again(notebooks, tmp_path):
    out = tmp_path / "out"
    assert batch(notebooks, out).skipped == 0
    first = memo(out, "06_grading/default")
    assert batch(notebooks, out).skipped == 2
    assert memo(out, "06_grading/default") == first
    write_notebook(notebooks / "10_churn.ipynb", [displayed("record", record("lost", 8))], "region = 'North'")
    again = batch(notebooks, out)
    assert again.skipped == 1
    assert again.results().set_index("name").loc["lost", "value"] == 8


def test_two_runs_of_the_same_are_the_same_bytes(notebooks):
    (run,) = make_plan([read_chapter(notebooks / "06_grading.ipynb")])
    limits = {"seconds": 60, "output_bytes": 10**7, "memory_bytes": 10**10}
    first, second = execute(run, limits), execute(run, limits)
    assert first["status"] == "ok"
    assert (first["notebook"], first["page"]) == (second["notebook"], second["page"])


def test_one_failure_stops_no_other_and_is_retried_on_request(notebooks, tmp_path):
    flag = tmp_path / "mended"
    source = f"import os\nassert os.path.exists({str(flag)!r}), 'not <yet>'"
    write_notebook(notebooks / "08_satisfaction.ipynb", ["1", source, "print('after')"])
    out = tmp_path / "out"
    summary = batch(notebooks, out)
    assert summary.exit_code == 1
    assert [m["run"] for m in summary.failed] == ["08_satisfaction/default"]
    error = memo(out, "08_satisfaction/default")["error"]
    assert (error["name"], error["text"], error["cell"]) == ("AssertionError", "not <yet>", 3)
    overview = (out / "index.html").read_text(encoding="utf-8")
    assert "1 of 3 runs failed" in overview
    assert "not &lt;yet&gt;" in overview
    assert overview.index("08_satisfaction") < overview.index("06_grading")
    flag.touch()
    assert batch(notebooks, out).skipped == 3
    mended = batch(notebooks, out, retry_failed=True)
    assert (mended.skipped, mended.exit_code) == (2, 0)


FLOOD = "import time\nwhile True:\n    print('x' * 100_000)\n    time.sleep(0.01)"
GREED = "held = []\nwhile True:\n    held.append(bytearray(b'1' * 20_000_000))"
DEAF = "import time, signal\nsignal.signal(signal.SIGINT, signal.SIG_IGN)\nwhile True:\n    time.sleep(1)"
DEATH = "import os, signal\nos.kill(os.getpid(), signal.SIGKILL)"


def test_runs_that_break_a_limit_fail_alone_and_say_why(notebooks, tmp_path):
    breaking = {"flood": FLOOD, "greed": GREED, "deaf": DEAF, "death": DEATH}
    for number, (name, source) in enumerate(breaking.items(), 20):
        write_notebook(notebooks / f"{number}_{name}.ipynb", ["print('before')", source])
    out = tmp_path / "out"
    summary = batch(notebooks, out, workers=2, timeout=10, memory_limit=700 * 2**20)
    told = {m["chapter"]: (m["error"]["name"], m["error"]["cell"]) for m in summary.failed}
    assert told == {
        "20_flood": ("TooMuchOutput", 3),
        "21_greed": ("TooMuchMemory", 3),
        "22_deaf": ("TimedOut", 3),
        "23_death": ("KernelDied", 3),
    }
    assert {m["status"] for m in summary.memos.values() if m["chapter"] in ("06_grading", "10_churn")} == {"ok"}
    for chapter in told:
        stored = (out / f"runs/{chapter}/default/notebook.ipynb").read_text(encoding="utf-8")
        assert "before" in stored
        assert len(stored) < 2 * session.OUTPUT_BYTES


def test_killed_parents_of_kernels_are_replaced_and_nothing_is_lost(notebooks, tmp_path):
    flag = tmp_path / "killed-once"
    kill = "import psutil, time\npsutil.Process().parent().kill()\ntime.sleep(60)"
    once = f"import pathlib\nflag = pathlib.Path({str(flag)!r})\nif not flag.exists():\n    flag.touch()\n    "
    write_notebook(notebooks / "08_satisfaction.ipynb", [once + kill.replace("\n", "\n    ")])
    write_notebook(notebooks / "09_loyalty.ipynb", [kill])
    summary = batch(notebooks, tmp_path / "out", workers=2)
    assert [(m["chapter"], m["error"]["name"]) for m in summary.failed] == [("09_loyalty", "KernelDied")]
    assert len(summary.memos) == 4


def test_a_second_batch_in_the_same_folder_is_refused(notebooks, tmp_path):
    with Store(tmp_path / "out"), pytest.raises(CrmError, match="Another batch is running"):
        batch(notebooks, tmp_path / "out")


def test_an_out_folder_that_cannot_be_is_refused(notebooks, tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(CrmError, match="Cannot write to"):
        batch(notebooks, tmp_path / "file" / "out")


@pytest.mark.parametrize(
    ("options", "message"), [({"workers": 0}, "at least one worker"), ({"timeout": 0}, "more than 0")]
)
def test_impossible_options_are_refused(notebooks, tmp_path, options, message):
    with pytest.raises(CrmError, match=message):
        batch(notebooks, tmp_path / "out", **options)


def test_other_code_on_a_worker_is_refused(notebooks):
    (run,) = make_plan([read_chapter(notebooks / "10_churn.ipynb")])
    outcome = execute(run, {"seconds": 9, "output_bytes": 1, "memory_bytes": 1}, code="older")
    assert outcome["error"]["name"] == "OtherCode"


@pytest.mark.skipif(sys.platform == "win32", reason="sends POSIX signals")
def test_ctrl_c_stops_cleanly_and_the_next_start_goes_on(notebooks, tmp_path):
    for number in range(2):
        write_notebook(notebooks / f"{20 + number}_slow.ipynb", ["import time\ntime.sleep(1)"])
    out = tmp_path / "out"
    command = [sys.executable, "-m", "crmbook.cli", "run", *map(str, sorted(notebooks.glob("*.ipynb")))]
    command += ["--out", str(out), "--workers", "1"]
    # A shell's background job ignores Ctrl-C, and so would the batch if the tests are one.
    heed = {"preexec_fn": lambda: signal.signal(signal.SIGINT, signal.SIG_DFL)}
    environment = os.environ | {"COLUMNS": "200"}
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment, **heed)
    process.stdout.readline()
    process.send_signal(signal.SIGINT)
    rest = process.communicate(timeout=30)[0]
    assert process.returncode == 130
    assert "the same command goes on from here" in rest
    assert "not run yet" in (out / "index.html").read_text(encoding="utf-8")
    finished = len(list(out.rglob("run.json")))
    assert 1 <= finished < 4
    again = subprocess.run(command, capture_output=True, text=True, timeout=120)
    assert f"{finished} finished already" in again.stdout
    assert again.returncode == 0


def test_nan_never_becomes_a_stored_value(notebooks, tmp_path):
    refused = "from crmlib.records import record\nrecord('retention_rate', float('nan'))"
    write_notebook(notebooks / "06_grading.ipynb", [displayed("record", record("first", 1)), refused])
    summary = batch(notebooks, tmp_path / "out", ["grading"])
    assert [(m["error"]["name"], m["error"]["cell"]) for m in summary.failed] == [("CrmError", 3)]
    assert "not a finite number" in summary.failed[0]["error"]["text"]
    assert summary.results()["name"].tolist() == ["first"]
    assert "NaN" not in (tmp_path / "out/runs/06_grading/default/run.json").read_text()
    overview = (tmp_path / "out/index.html").read_text(encoding="utf-8")
    for table in overview.split("<table")[1:]:
        first_row = table.split("<tbody>")[1].split("</tr>")[0]
        assert table.count("<th ") == first_row.count("<td"), "a heading over every column and no more"


LAST_WORDS = {
    "text": "print('x' * 3_000_000)",
    "letters of three bytes": "print('客' * 500_000)",
    "data": displayed("record", "dict(name='x', value=['y' * 3_000_000])"),
    "an error": "raise ValueError('x' * 3_000_000)",
}


@pytest.mark.parametrize("last", LAST_WORDS.values(), ids=LAST_WORDS)
def test_too_much_output_at_the_very_end_fails_too(notebooks, last):
    (run,) = make_plan([read_chapter(write_notebook(notebooks / "20_flood.ipynb", ["print('before')", last]))])
    outcome = execute(run, {"seconds": 60, "output_bytes": 2**20, "memory_bytes": 10**10})
    assert outcome["status"] == "failed"
    error = outcome["error"]
    assert (error["name"], error["text"], error["cell"]) == (
        "TooMuchOutput", "the run wrote more than 1 MB of output.", 3,
    )  # fmt: skip
    assert len(outcome["notebook"]) < 2**20 and "before" in outcome["notebook"]


def test_output_inside_the_data_folder_is_not_data(tables, tmp_path):
    write_notebook(tmp_path / "06_grading.ipynb", ["1 + 1"], "data = ''")
    given = {"chapters": [tmp_path / "06_grading.ipynb"], "data": tables}
    assert [batch(None, tables / "build" / "report", **given).skipped for _ in range(3)] == [0, 1, 1]
    (tables / "build" / "notes.csv").write_text("a\n")
    assert batch(None, tables / "build" / "report", **given).skipped == 0, "only the output itself is left out"
    with pytest.raises(CrmError, match="holds the data: choose another output folder"):
        batch(None, tables, **given)
    assert sorted(path.name for path in tables.iterdir()) == ["build", "orders.csv"]


def test_the_notebook_finds_the_file_beside_the_caller(notebooks, tmp_path, monkeypatch):
    cells = ["print(open(survey).read())"]
    write_notebook(notebooks / "08_satisfaction.ipynb", cells, "survey = ''")
    monkeypatch.chdir(tmp_path)
    (tmp_path / "answers.csv").write_text("first answers")
    given = {"chapters": ["satisfaction"], "settings": {"survey": "answers.csv"}}
    summary = batch(notebooks, tmp_path / "out", **given)
    (done,) = summary.memos.values()
    assert done["error"] is None and done["settings"] == {"survey": "answers.csv"}
    stored = tmp_path / "out" / "runs" / done["run"] / "notebook.ipynb"
    assert "first answers" in stored.read_text()
    assert batch(notebooks, tmp_path / "out", **given).skipped == 1
    (tmp_path / "answers.csv").write_text("second answers")
    assert batch(notebooks, tmp_path / "out", **given).skipped == 0
    assert "second answers" in stored.read_text()


def test_failed_runs_and_an_empty_table_are_warned_about(notebooks, tmp_path):
    write_notebook(notebooks / "06_grading.ipynb", ["1 / 0"])
    with pytest.warns(
        UserWarning, match=r"^1 of 2 runs failed: FAILED  06_grading/default .* ZeroDivisionError: divis"
    ):
        assert len(crmbook.batch.run(out=tmp_path / "out", notebooks=notebooks, workers=1)) == 1
    write_notebook(notebooks / "06_grading.ipynb", ["1 + 1"])
    with pytest.warns(UserWarning, match="None of the 1 runs recorded a key figure: the table is empty"):
        assert crmbook.batch.run(["6"], out=tmp_path / "out", notebooks=notebooks, workers=1).empty


@pytest.mark.parametrize(
    ("grid", "sentence"), [([], "at least one"), ({"share": 1}, "list of dictionaries"), ("", "no grid file")]
)
def test_a_grid_without_runs_is_refused(notebooks, tmp_path, grid, sentence):
    with pytest.raises(CrmError, match=sentence):
        crmbook.batch.run(out=tmp_path / "out", notebooks=notebooks, grid=grid)


def test_a_pandas_table_of_days_and_gaps_is_a_grid(notebooks, tmp_path):
    grid = pd.DataFrame({"region": pd.date_range("2023-12-31", periods=2, freq="YE"), "share": [0.4, float("nan")]})
    table = crmbook.batch.run(["6"], out=tmp_path / "out", notebooks=notebooks, grid=grid, workers=1)
    doubles = table[table["name"] == "double_share"]
    assert doubles["parameter_region"].tolist() == ["2023-12-31", "2024-12-31"]
    assert doubles["value"].tolist() == [0.8, 0.4], "a gap keeps the notebook's default"


def test_claims_and_what_was_left_out_are_listed_beside_the_results(notebooks, tmp_path):
    claim = "dict(claim='20 % bring 80 %', source='S', verdict='larger', estimate=.97, low=.88, high=1.11)"
    left = "dict(sentence='There is no table <survey>.')"
    write_notebook(notebooks / "06_grading.ipynb", [displayed("claim", claim), displayed("left-out", left, left)])
    out = tmp_path / "out"
    summary = batch(notebooks, out, grid=[{"region": "West"}])
    assert summary.exit_code == 0
    claims = pd.read_csv(out / "claims.csv")
    assert claims[["chapter", "parameter_region", "verdict", "high"]].to_numpy().tolist() == [
        ["06_grading", "West", "larger", 1.11]
    ]
    assert pd.read_csv(out / "left_out.csv")["left_out"].tolist() == ["There is no table <survey>."]
    overview = (out / "index.html").read_text(encoding="utf-8")
    assert "<summary>1</summary><p>There is no table &lt;survey&gt;.</p>" in overview
    assert f"crmlib {version('crmlib')}" in overview
    batch(notebooks, out, ["churn"])
    assert not (out / "claims.csv").exists() and not (out / "left_out.csv").exists()


def test_a_run_that_lacks_a_required_table_fails_alone(tables, tmp_path):
    cells, parameters = [displayed("record", record("x", 1))], f"data = {str(tables)!r}"
    folder = tmp_path / "notebooks"
    write_notebook(folder / "06_grading.ipynb", cells, parameters)
    write_notebook(folder / "08_satisfaction.ipynb", cells, parameters, {"crmlib": {"requires": ["survey"]}})
    summary = batch(folder, tmp_path / "out")
    assert [(m["chapter"], m["error"]["name"]) for m in summary.failed] == [("08_satisfaction", "MissingTable")]
    sentence = f"08_satisfaction requires the table 'survey', which '{tables}' does not have."
    assert summary.failed[0]["error"]["text"] == sentence
    assert summary.results()["chapter"].tolist() == ["06_grading"]
    (tables / "survey").mkdir()
    (tables / "survey" / "part.parquet").touch()
    assert batch(folder, tmp_path / "out").exit_code == 0
