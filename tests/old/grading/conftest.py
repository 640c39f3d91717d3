"""The chapter's test companies, built once."""

import numpy as np
import pandas as pd
import pytest

from crmlib.database import Company
from tests.old.grading.small_company import SmallDatabase, made_up_costs, made_up_orders


@pytest.fixture(scope="session")
def orders():
    return made_up_orders()


@pytest.fixture(scope="session")
def db(orders):
    """A company with orders, costs, and customers of both kinds."""
    first = orders.groupby("customer_id")["order_date"].min()
    customers = pd.DataFrame({"customer_id": first.index, "registered_on": first.to_numpy()})
    customers["kind"] = np.where(np.arange(len(customers)) % 10 == 0, "enterprise", "person")
    return SmallDatabase(
        {"orders": orders, "cost_to_serve": made_up_costs(orders), "customers": customers}, "2024-12-31"
    )


@pytest.fixture(scope="session")
def orders_only(orders):
    """A company of which only orders are known, in another currency and over 18 months."""
    company = Company(name="Disc Shop", sells="CDs", currency="USD")
    tables = {"orders": orders.loc[orders["order_date"] < "2022-07-01", ["customer_id", "order_date", "amount"]]}
    return SmallDatabase(tables, "2022-06-30", company)
