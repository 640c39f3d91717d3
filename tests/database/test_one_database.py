"""A day, a choice of customers, a table more: a customer database again, in which all ways to a table agree."""

from itertools import permutations

import ibis
import pandas as pd
import pytest

import crmlib
from crmlib.database import loading
from crmlib.dictionary import SCHEMAS
from crmlib.errors import CrmError, DataFault, MissingTable, TooFew
from tests.database import small_company

DAY = "2024-03-01"
SURVEY = pd.DataFrame(
    {"customer_id": ["c1", "c2", "c3"], "answered_on": pd.to_datetime(["2023-07-01", "2024-03-02", "2024-02-29"])}
)
STEPS = {
    "at": lambda db: db.at(DAY),
    "only": lambda db: db.only(customers="person"),
    "with_table": lambda db: db.with_table("survey", SURVEY),
}
ROWS = {  # counted by hand in small_company
    frozenset(): {"customers": 3, "orders": 5, "complaints": 2, "subscriptions": 2},
    frozenset({"at"}): {"customers": 3, "orders": 4, "complaints": 2, "subscriptions": 2},
    frozenset({"only"}): {"customers": 2, "orders": 4, "complaints": 2, "subscriptions": 1},
    frozenset({"at", "only"}): {"customers": 2, "orders": 4, "complaints": 2, "subscriptions": 1},
}
ANSWERS = {frozenset(): 3, frozenset({"at"}): 2, frozenset({"only"}): 2, frozenset({"at", "only"}): 1}


@pytest.fixture(params=["memory", "disk", "mixed", "connection"])
def anywhere(request, database, tmp_path, monkeypatch):
    if request.param == "memory":
        return database
    if request.param == "connection":
        connection = ibis.duckdb.connect()
        for name in database.tables:
            connection.con.register(name, database.frame(name))
        return crmlib.open_database(connection)
    monkeypatch.setattr(loading, "LARGE_ROWS", 0 if request.param == "disk" else 4)
    return crmlib.open_database(small_company.as_parquet(database, tmp_path / "parquet"))


def assert_agrees(db, rows):
    expected = {"company": 1, "products": 2} | rows
    assert set(db.tables) == set(expected)
    assert set(db.sql("show tables")["name"]) == set(expected)
    for name in SCHEMAS:
        assert db.has(name) == (name in expected)
        if name in expected:
            found = [
                len(db.frame(name) if name == "company" else getattr(db, name)),
                db.table(name).count().to_pyarrow().as_py(),
            ]
            found += [db.sql(f"select count(*) as n from {name}")["n"].iloc[0]]
            assert found == [expected[name]] * 3, name
            assert list(db.table(name).columns) == list(db.frame(name))
    if "survey" not in expected:
        for way in (db.frame, db.table, lambda name: db.survey, lambda name: db.sql(f"select * from {name}")):
            with pytest.raises(MissingTable):
                way("survey")


@pytest.mark.parametrize("order", list(permutations(STEPS)), ids="-".join)
def test_every_order_of_steps_agrees_after_every_step(anywhere, order, request):
    where, db, taken = request.node.callspec.params["anywhere"], anywhere, set()
    for step in order:
        db = STEPS[step](db)
        taken.add(step)
        which = frozenset(taken - {"with_table"})
        assert isinstance(db, type(anywhere))
        if len(taken) == len(STEPS) or where == "memory":
            assert_agrees(db, ROWS[which] | ({"survey": ANSWERS[which]} if "with_table" in taken else {}))
    assert db.orders["order_id"].tolist() == ["o1", "o2", "o3", "o4"]
    assert db.company.observed_to == pd.Timestamp(DAY) == db.as_of
    assert len(anywhere.orders) == ROWS[frozenset()]["orders"], "the database itself stays as it is"


def test_customers_are_chosen_by_any_of_their_columns(database):
    assert database.only() is database and database.only(customers="all") is database
    assert database.only(region=["East", "West"]).orders["customer_id"].unique().tolist() == ["c1", "c3"]
    assert database.only(customers="person").only(region="North").customers["customer_id"].tolist() == ["c2"]
    assert database.only(children=0).customers["customer_id"].tolist() == ["c2"]


def test_a_choice_that_leaves_nobody_is_too_few_and_a_word_nobody_knows_is_an_error(database, tmp_path):
    with pytest.raises(CrmError, match="kind = 'persons' is not one of person, enterprise") as caught:
        database.only(customers="persons")
    assert not isinstance(caught.value, TooFew | MissingTable)
    with pytest.raises(TooFew, match="No customer with kind enterprise is known on 2024-02-29"):
        database.at("2024-02-29").only(customers="enterprise")
    with pytest.raises(TooFew, match="No customer with kind enterprise"):
        database.only(customers="enterprise").at("2024-02-29")
    with pytest.raises(TooFew):
        database.only(customers="person").only(customers="enterprise")
    with pytest.raises(MissingTable, match="whose planet is Mars: that needs the table 'customers' with the column"):
        database.only(planet="Mars")
    (tmp_path / "orders.csv").write_text("customer_id,order_date,amount\nc1,2024-03-07,9.5\n")
    with pytest.raises(MissingTable, match="'customers'"):
        crmlib.open_database(tmp_path).only(customers="person")


def test_a_table_takes_the_place_of_another_and_an_empty_one_takes_it_away(database):
    fewer = database.with_table("orders", database.orders.head(2))
    assert fewer.sql("select sum(amount) as s from orders")["s"].iloc[0] == 200.0
    assert len(database.orders) == 5, "the database itself stays as it is"
    assert not database.with_table("complaints", database.complaints.head(0)).has("complaints")


BROKEN = {
    "a stranger": (
        "survey",
        SURVEY.assign(customer_id=["c1", "c2", "c9"]),
        "row 3, column customer_id: 'c9' – not found",
    ),
    "infinite": ("orders", lambda db: db.orders.assign(amount=float("inf")), "row 1, column amount: 'inf'"),
    "share in per cent": (
        "campaigns",
        pd.DataFrame({"campaign_id": ["a"], "started_on": [pd.Timestamp(DAY)], "discount_rate": [50.0]}),
        "column discount_rate: '50.0' – must be at most 1",
    ),
    "numbers as identifiers": ("survey", SURVEY.assign(customer_id=[1.0, 2.0, None]), "stored as double, must be text"),
    "time zone": (
        "survey",
        SURVEY.assign(answered_on=SURVEY["answered_on"].dt.tz_localize("UTC")),
        "column answered_on: stored as timestamp.*must be a date",
    ),
    "customers whom others need": (
        "customers",
        lambda db: db.customers.head(2),
        "orders.csv, line 6, column customer_id",
    ),
    "a column missing": ("survey", SURVEY[["customer_id"]], "survey, column answered_on: the column is missing"),
    "after the end": (
        "survey",
        SURVEY.assign(answered_on=pd.Timestamp("2025-01-01")),
        "after the last day of the data, 2024-12-31",
    ),
    "no frame": ("survey", 7, "survey: is no DataFrame"),
}


@pytest.mark.parametrize("case", BROKEN)
def test_a_table_that_breaks_a_rule_is_refused(database, case):
    name, frame, message = BROKEN[case]
    with pytest.raises(DataFault, match=message):
        database.with_table(name, frame(database) if callable(frame) else frame)


def test_a_table_nobody_knows_is_named(database):
    with pytest.raises(MissingTable, match="did you mean 'survey'"):
        database.with_table("surveys", SURVEY)
    with pytest.raises(DataFault, match="surveys: is no table of the data dictionary"):
        crmlib.open_database({"surveys": SURVEY})


def test_frames_are_a_source_too(database):
    other = crmlib.open_database({name: database.frame(name) for name in database.tables})
    assert other.tables == database.tables and other.company == database.company
    for name in database.tables:
        pd.testing.assert_frame_equal(other.frame(name), database.frame(name))
