import pytest

import crmlib


@pytest.fixture(scope="session")
def teaching():
    """The teaching company."""
    return crmlib.open_database(crmlib.default_data(), "last")
