import pytest

import crmlib
from tests.database import small_company


@pytest.fixture
def folder(tmp_path):
    return small_company.write(tmp_path / "shop")


@pytest.fixture
def database(folder):
    return crmlib.open_database(folder)
