"""Companies of chapter 6: the teaching company, two smaller ones of other seeds, one with orders alone."""

import pytest

import crmlib
from crmbook.company import simulate

TABLES = ("company", "customers", "orders", "cost_to_serve")


@pytest.fixture(scope="session")
def teaching():
    """The teaching company as a class has it."""
    return crmlib.open_database(crmlib.default_data())


@pytest.fixture(scope="session")
def other_classes():
    """Two companies of other seeds, with 2,000 customers."""
    companies = [simulate(2000, seed) for seed in (5, 8)]
    return [crmlib.open_database({name: tables[name] for name in TABLES}) for tables in companies]


@pytest.fixture(scope="session")
def orders_only(teaching):
    """A shop's export: customer, day and amount."""
    return crmlib.open_database({"orders": teaching.orders[["customer_id", "order_date", "amount"]]})
