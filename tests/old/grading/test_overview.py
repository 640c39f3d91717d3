"""The chapter's first sentence."""

from crmlib.old.grading.chosen import only
from crmlib.old.grading.overview import company_in_words


def test_whose_customers_until_when(db):
    said = str(company_in_words(db))
    assert said.startswith("Small Company sells goods. As known on 2024-12-31: 300 customers with")
    assert "cannot be shown" not in said and said.endswith("all money in CNY.")


def test_persons_and_enterprises_are_named(db):
    assert "30 enterprise accounts with" in str(company_in_words(only(db, "enterprise")))


def test_what_is_missing_is_said_once(db, orders_only):
    assert "The cost of goods is unknown" in str(company_in_words(orders_only))
    assert "No cost to serve is booked" in str(company_in_words(db.at("2021-06-30")))


def test_short_periods_are_said(db, orders_only):
    assert "shorter than a year" in str(company_in_words(orders_only))
    assert "shorter than a year" not in str(company_in_words(db))
    assert "shorter than a year" in str(company_in_words(db.at("2021-01-10")))
