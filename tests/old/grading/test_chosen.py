"""Persons only, enterprises only."""

import pandas as pd
import pytest

from crmlib.errors import CrmError, MissingTable, TooFew
from crmlib.old.grading.chosen import only


def test_all_customers_is_the_database_itself(db):
    assert only(db, "all") is db


@pytest.mark.parametrize("kind", ["person", "enterprise"])
def test_one_kind_keeps_every_table_to_that_kind(db, kind):
    chosen = only(db, kind)
    wanted = set(db.customers.loc[db.customers["kind"] == kind, "customer_id"])
    assert set(chosen.orders["customer_id"]) == wanted
    assert set(chosen.cost_to_serve["customer_id"]) <= wanted
    seen = chosen.table("orders").select("customer_id").distinct().to_pyarrow()["customer_id"].to_pylist()
    assert set(seen) == wanted
    assert chosen.as_of == db.as_of and chosen.company == db.company and chosen.has("orders")


def test_persons_and_enterprises_are_everybody(db):
    parts = [only(db, kind).orders["amount"].sum() for kind in ("person", "enterprise")]
    assert sum(parts) == pytest.approx(db.orders["amount"].sum())


def test_going_back_in_time_keeps_the_choice(db):
    earlier = only(db, "person").at("2022-12-31")
    assert earlier.orders["order_date"].max() <= pd.Timestamp("2022-12-31")
    assert set(earlier.customers["kind"]) == {"person"}


def test_other_words_missing_tables_and_unknown_kinds_are_named(db, orders_only):
    with pytest.raises(CrmError, match="'persons' is not one of"):
        only(db, "persons")
    with pytest.raises(MissingTable, match="'customers'"):
        only(orders_only, "person")
    first = db.customers.groupby("kind")["registered_on"].min()
    with pytest.raises(TooFew, match="No customer with kind enterprise is known"):
        only(db.at(first["enterprise"] - pd.Timedelta(days=1)), "enterprise")
