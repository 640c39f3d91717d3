"""The chapter's sections on randomised mailings run on a file in the layout of the public e-mail test."""

import json
from pathlib import Path

import nbformat
import pytest
from IPython.core.interactiveshell import InteractiveShell

from crmbook.sources.fetching import fetch_source
from crmlib import boundary
from tests.crmbook.sources import copies

NOTEBOOK = Path(__file__).parents[2] / "notebooks" / "07_communication.ipynb"
SECTIONS = ("7.1.1", "7.2.1–7.2.3")


@pytest.fixture(scope="module")
def shown(tmp_path_factory):
    """What the cells of 7.1.1 and 7.2.1–7.2.3 end in, exercises included, on that file."""
    folder = tmp_path_factory.mktemp("public")
    (folder / "copy.csv").write_text(copies.mailing(3000))
    fetch_source(copies.unverified("minethatdata"), folder / "tables", folder / "copy.csv")
    shell = InteractiveShell(colors="nocolor")
    boundary.begin(shell)
    results, section = [], "opening"
    for cell in nbformat.read(NOTEBOOK, 4).cells:
        if cell.cell_type == "markdown":
            section = next((line.split()[1] for line in cell.source.splitlines() if line.startswith("##")), section)
            continue
        source = cell.source.replace('data = "datasets"', f"data = {json.dumps(str(folder / 'tables'))}")
        if section == "opening" or section in SECTIONS:
            result = shell.run_cell(source, store_history=False)
            assert result.success, f"{source}\n{result.error_in_exec}"
            results.append((section, result.result, source))
    return results, shell


def test_the_effect_of_the_emails_is_found(shown):
    results, _ = shown
    record = next(result for _, result, source in results if "record(" in source)
    low, high = record.content["interval"]
    assert record.content["name"] == "campaign_effect" and low < 0.045 < high and low > 0


def test_both_emails_are_judged(shown):
    _, shell = shown
    tests = shell.user_ns["tests"]
    assert tests.index.tolist() == ["Mens E-Mail 2008", "Womens E-Mail 2008"]
    assert tests["low"]["Mens E-Mail 2008"] > 0
    assert shell.user_ns["findable"].min() > 0


def test_the_later_half_year_is_left_out_because_it_is_not_known(shown):
    _, shell = shown
    assert "later" not in shell.user_ns and "tests" in shell.user_ns
