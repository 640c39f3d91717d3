"""The chapter's test companies, built once."""

import numpy as np
import pandas as pd
import pytest

import crmlib
from tests.old.grading.small_company import made_up_costs, made_up_orders


def company(name, sells, currency, last_day):
    """The table that says whose data these are."""
    days = {"observed_from": pd.Timestamp("2021-01-01"), "observed_to": pd.Timestamp(last_day)}
    return {"company": pd.DataFrame([{"name": name, "sells": sells, "currency": currency, **days}])}


@pytest.fixture(scope="session")
def orders():
    return made_up_orders()


@pytest.fixture(scope="session")
def db(orders):
    """A company with orders, costs, and customers of both kinds."""
    first = orders.groupby("customer_id")["order_date"].min()
    customers = pd.DataFrame({"customer_id": first.index, "registered_on": first.to_numpy()})
    customers["kind"] = np.where(np.arange(len(customers)) % 10 == 0, "enterprise", "person")
    tables = {"orders": orders, "cost_to_serve": made_up_costs(orders), "customers": customers}
    return crmlib.open_database(tables | company("Small Company", "goods", "CNY", "2024-12-31"))


@pytest.fixture(scope="session")
def orders_only(orders):
    """A company of which only orders are known, in another currency and over 18 months."""
    tables = {"orders": orders.loc[orders["order_date"] < "2022-07-01", ["customer_id", "order_date", "amount"]]}
    return crmlib.open_database(tables | company("Disc Shop", "CDs", "USD", "2022-06-30"))
