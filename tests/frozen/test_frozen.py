"""What the chapters said before the rebuilding they say still, or the difference has a reason."""

from pathlib import Path

import pytest

from tests.frozen.freeze import cases, freeze

HERE = Path(__file__).parent
REASONS = {}  # case: why its text differs; at most ten different reasons

pytestmark = pytest.mark.slow


def test_nothing_changed_by_accident(tmp_path):
    (tmp_path / "work").mkdir()
    changed = {}
    for name, chapter, parameters in cases(tmp_path / "work"):
        if freeze(name, chapter, parameters, tmp_path / "work") != (HERE / f"{name}.txt").read_text(encoding="utf-8"):
            changed[name] = chapter
    assert set(changed) == set(REASONS)
