"""The chapter runs where tables are missing, on an early day, on another company and on a survey of one's own."""

import os
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest

import crmlib
from crmlib.old import satisfaction

from .test_own_survey import own_answers

NOTEBOOK = Path(__file__).parents[3] / "notebooks" / "08_satisfaction.ipynb"

pytestmark = pytest.mark.slow


def run(tmp_path, **parameters):
    """All text outputs of the chapter under these parameters; fails when a cell stops or warns."""
    done = tmp_path / "done.ipynb"
    pairs = [text for name, value in parameters.items() for text in ("-r", name, str(value))]
    command = [sys.executable, "-m", "papermill", str(NOTEBOOK), str(done), *pairs, "--no-progress-bar"]
    environment = {name: value for name, value in os.environ.items() if name != "MPLBACKEND"}
    finished = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=300)
    assert finished.returncode == 0, finished.stderr[-1500:]
    outputs = [o for cell in nbformat.read(done, 4).cells for o in cell.get("outputs", [])]
    assert not [o for o in outputs if o.output_type == "error" or o.get("name") == "stderr"]
    return [str(o.get("data", {}).get("text/plain", "")) for o in outputs]


def folder_of(tmp_path, *tables):
    folder = tmp_path / "data"
    folder.mkdir()
    for name in tables:
        (folder / f"{name}.csv").write_bytes((crmlib.default_data() / f"{name}.csv").read_bytes())
    return folder


def test_orders_and_survey_alone(tmp_path):
    texts = run(tmp_path, data=folder_of(tmp_path, "orders", "survey"))
    assert any(text.startswith("very_satisfied_repeat_ratio") for text in texts)
    assert any("no table 'kano_survey'" in text for text in texts)
    assert not any("nan" in text.lower().split() for text in texts)


def test_a_survey_alone(tmp_path):
    texts = run(tmp_path, data=folder_of(tmp_path, "survey"))
    assert any(text.startswith("satisfaction_index") for text in texts)
    assert any("no table 'orders'" in text for text in texts)


def test_nothing_but_orders(tmp_path):
    assert any("no table 'survey'" in text for text in run(tmp_path, data=folder_of(tmp_path, "orders")))


def test_an_early_day(tmp_path):
    texts = run(tmp_path, as_of="2021-06-30")
    assert any("do not reach back" in text for text in texts)


def test_a_survey_of_ones_own(tmp_path):
    own_answers().to_csv(tmp_path / "own.csv", index=False)
    (tmp_path / "map.yaml").write_text(satisfaction.EXAMPLE, encoding="utf-8")
    texts = run(tmp_path, own_survey=tmp_path / "own.csv", survey_mapping=tmp_path / "map.yaml")
    assert any(text.startswith("satisfaction_index") for text in texts)
    assert any(text.startswith("This company sells goods.") for text in texts)


def test_another_class_gets_other_numbers(tmp_path):
    from crmbook.company import write_company

    write_company(tmp_path / "other", 1500, seed=7)
    texts = run(tmp_path, data=tmp_path / "other")
    stored = [
        str(o.get("data", {}).get("text/plain", ""))
        for cell in nbformat.read(NOTEBOOK, 4).cells
        for o in cell.get("outputs", [])
    ]
    figures = {text for text in stored if text.startswith("satisfaction_index =")}
    assert figures and not figures & set(texts)
    assert len(texts) == len(stored)
