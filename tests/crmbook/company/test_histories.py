"""What was known on a day: histories end in what the tables hold today, registrations show that day's number."""

import pandas as pd
import pytest


@pytest.fixture(scope="module")
def last(company):
    history = company["profile_history"].sort_values("recorded_on", kind="stable")
    return history.groupby(["field", "customer_id"])["value"].last()


@pytest.mark.parametrize(
    "field", ["phone", "occupation", "income_band", "marital_status", "children", "lifestyle", "preferred_channel"]
)
def test_a_profile_is_the_last_row_of_its_history(company, last, field):
    customers = company["customers"].set_index("customer_id")
    known = customers[field].dropna().astype("string")
    pd.testing.assert_series_equal(last[field].astype("string"), known, check_names=False)
    days = company["profile_history"].query("field not in ['account_manager', 'contact_person']")
    latest = days.groupby("customer_id")["recorded_on"].max()
    pd.testing.assert_series_equal(latest, customers["profile_updated_on"], check_names=False, check_freq=False)


@pytest.mark.parametrize("field", ["account_manager", "contact_person"])
def test_who_is_in_charge_is_the_last_row_of_the_history(company, last, field):
    accounts = company["accounts"].set_index("customer_id")[field]
    pd.testing.assert_series_equal(last[field].astype("string"), accounts.astype("string"), check_names=False)


def test_everyone_in_charge_stands_among_the_accounts_people(company):
    people, accounts = company["account_people"], company["accounts"]
    there = people[people["left_on"].isna()].merge(accounts, on="customer_id")
    in_charge = there[there["name"] == there["contact_person"]]
    assert set(in_charge["customer_id"]) == set(accounts["customer_id"])
    changes = company["profile_history"].query("field == 'contact_person'").groupby("customer_id").size()
    assert people["left_on"].notna().sum() == (changes > 1).sum() > 0


def test_consents_of_today_are_the_last_rows_of_their_history(company):
    history = company["consent_history"].sort_values("changed_on", kind="stable")
    now = history.groupby(["channel", "customer_id"])["consent"].last()
    customers = company["customers"].set_index("customer_id")
    for channel in ("email", "sms", "phone", "wechat"):
        expected = customers[f"consent_{channel}"]
        found = now[channel].reindex(expected.index, fill_value=False)
        pd.testing.assert_series_equal(found, expected, check_names=False)
    assert (~history["consent"]).any()


def test_contract_terms_run_year_by_year_to_the_present_price(company):
    terms, contracts = company["contract_terms"], company["subscriptions"].set_index("subscription_id")
    contracts = contracts[contracts["term_months"] == 12]
    first, final = (terms.groupby("subscription_id").nth(place).set_index("subscription_id") for place in (0, -1))
    assert set(first.index) == set(contracts.index)
    assert (first["starts_on"] == contracts["started_on"].reindex(first.index)).all()
    present = contracts.reindex(final.index)
    assert (final["monthly_price"] == present["monthly_price"]).all()
    assert (final["auto_renew"] == present["auto_renew"]).all()
    ended = present["ended_on"].fillna(company["company"]["observed_to"][0])
    assert (final["starts_on"] <= ended).all()
    assert (final["starts_on"] + pd.DateOffset(months=12) > ended).all()
    gaps = terms.groupby("subscription_id")["starts_on"].diff().dropna().dt.days
    assert gaps.isin([365, 366]).all()


def test_the_clerks_pairs_are_settled_as_the_truth_says(company):
    owner = company["truth/registrations"].set_index(["source", "row"])["customer_id"]
    settled = company["checked_pairs"]
    first, second = (owner.reindex(list(zip(settled[f"source_{x}"], settled[f"row_{x}"], strict=True))) for x in "ab")
    assert first.notna().all() and second.notna().all()
    assert ((first.to_numpy() == second.to_numpy()) == settled["same"].to_numpy(dtype=bool)).all()


def test_changed_numbers_are_shown_from_the_day_of_the_change(company):
    calls = company["registrations_callcentre"].merge(
        company["truth/registrations"].query("source == 'callcentre'"), on="row"
    )
    known = company["profile_history"].query("field == 'phone'").groupby("customer_id")["value"].agg(set)
    calls = calls.dropna(subset=["customer_id", "phone"])
    right = [p.removeprefix("+86") in known[c] for p, c in zip(calls["phone"], calls["customer_id"], strict=True)]
    assert sum(right) / len(right) > 0.96  # the telephone system shows the number; agents mistype few
