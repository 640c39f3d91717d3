import pytest

from crmbook.company import simulate


@pytest.fixture(scope="session")
def company():
    """The default company: 4,000 customers, seed 2026."""
    return simulate()


@pytest.fixture(scope="session")
def small():
    """A small company of another seed."""
    return simulate(400, 11)
