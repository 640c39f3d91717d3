"""What the instructor's commands say to a slip: one sentence with the way out, no half-written folder."""

import pytest
from typer.testing import CliRunner

from crmbook.cli import app
from crmlib.errors import CrmError


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("slides gradin --out made", "did you mean 'grading'"),
        ("class --seed 7 --out there", "already"),
        ("class --seed 7 --out made --each nobody.csv", "nobody.csv"),
        ("mark there --seed 7 --out made", "no notebook"),
    ],
)
def test_a_slip(tmp_path, monkeypatch, words, said):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "there").mkdir()
    result = CliRunner().invoke(app, words.split())
    assert isinstance(result.exception, CrmError) and said in str(result.exception)
    assert [place.name for place in tmp_path.iterdir()] == ["there"]


def test_tables_on_which_a_chapter_does_not_run(tmp_path, monkeypatch):
    (tmp_path / "orders.csv").write_text("customer_id\n1\n", encoding="utf-8")
    result = CliRunner().invoke(app, ["slides", "9", "--data", str(tmp_path), "--out", str(tmp_path / "made")])
    assert isinstance(result.exception, CrmError) and "09_loyalty does not run on these tables" in str(result.exception)
    assert not (tmp_path / "made").exists()
