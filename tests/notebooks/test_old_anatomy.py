"""The chapters that are not rebuilt yet keep the old form."""

import nbformat
import pytest

from tests.notebooks import old_anatomy
from tests.notebooks.test_anatomy import OLD, ROOT


@pytest.mark.parametrize("name", sorted(OLD))
@pytest.mark.parametrize("rule", old_anatomy.RULES, ids=lambda rule: rule.__name__)
def test_old_chapter_keeps_the_old_form(name, rule):
    assert rule(nbformat.read(ROOT / "notebooks" / f"{name}.ipynb", 4)) == []
