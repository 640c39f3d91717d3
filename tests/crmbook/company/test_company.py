"""The tables agree with the data dictionary, with each other and with the order of time."""

import re

import numpy as np
import pandas as pd
import pytest

from crmbook.company import simulate
from crmbook.company.truth import TRUTH
from crmlib.dictionary import SCHEMAS

NOT_OURS = {"contract_snapshot"}  # the layout of a public telecom sample; this company has dated subscriptions
OBSERVED = {name: schema for name, schema in SCHEMAS.items() if name not in NOT_OURS}
WITHOUT_CUSTOMERS_YET = {"products", "campaigns", "company"}


def schema_of(name):
    return TRUTH[name.removeprefix("truth/")] if name.startswith("truth/") else SCHEMAS[name]


@pytest.fixture(scope="session", params=["company", "small"])
def tables(request):
    return request.getfixturevalue(request.param)


def test_every_table_of_the_dictionary_is_there_and_no_other(tables):
    assert set(tables) == set(OBSERVED) | {f"truth/{name}" for name in TRUTH}


@pytest.mark.parametrize("name", [*OBSERVED, *(f"truth/{name}" for name in TRUTH)])
def test_table_obeys_its_schema(tables, name):
    schema = schema_of(name)
    schema.validate(tables[name], lazy=True)
    assert list(tables[name]) == list(schema.columns)


@pytest.mark.parametrize("name", [*OBSERVED, *(f"truth/{name}" for name in TRUTH)])
def test_references_are_kept(tables, name):
    for column, reference in schema_of(name).metadata["references"].items():
        table, key = reference.split(".")
        dangling = ~tables[name][column].dropna().isin(tables[table][key])
        assert not dangling.any(), f"{name}.{column}: {tables[name][column].dropna()[dangling].head().tolist()}"


@pytest.mark.parametrize("name", [n for n, s in OBSERVED.items() if "customer_id" in s.columns])
def test_nothing_happens_before_registration_or_after_the_last_day(tables, name):
    table, metadata = tables[name], SCHEMAS[name].metadata
    end = tables["company"]["observed_to"][0] + pd.Timedelta(days=1)
    registered = tables["customers"].set_index("customer_id")["registered_on"]
    dates = [column for column, kind in SCHEMAS[name].columns.items() if kind.metadata["kind"] in ("date", "time")]
    for column in set(dates) - {"birth_date", "renews_on", "promised_by", "due_on"}:
        assert (table[column].dropna() < end).all(), column
    happened = metadata["dated"]
    if name == "referrals":  # a recommendation comes before the registration it leads to
        return
    known = table[table["customer_id"].notna()]
    early = known[happened] < known["customer_id"].map(registered)
    assert not early.any(), known[early].head()


@pytest.mark.parametrize("name", [n for n, s in OBSERVED.items() if s.metadata["later"]])
def test_later_facts_come_later_and_together(tables, name):
    table, metadata = tables[name], SCHEMAS[name].metadata
    for moment, facts in metadata["later"].items():
        late = table[table[moment].notna()]
        assert (late[moment] >= late[metadata["dated"]].astype(late[moment].dtype)).all(), moment
        unknown = table[table[moment].isna()]
        for fact in facts:
            assert unknown[fact].isna().all(), f"{fact} is known although {moment} is empty"


def test_the_four_steps_of_a_complaint_follow_each_other(tables):
    steps = tables["complaints"][["recorded_at", "judged_at", "solved_at", "followed_up_at"]]
    for earlier, later in zip(steps, steps.columns[1:], strict=False):
        both = steps[[earlier, later]].dropna()
        assert (both[earlier] <= both[later]).all()
        assert not (steps[earlier].isna() & steps[later].notna()).any()


def test_products_are_not_sold_before_their_launch(tables):
    launched = tables["products"].set_index("product_id")["launched_on"]
    sold = tables["orders"].dropna(subset=["product_id"])
    assert (sold["order_date"] >= sold["product_id"].map(launched)).all()


def test_returns_follow_a_purchase_and_never_exceed_it(tables):
    orders = tables["orders"]
    assert ((orders["quantity"] < 0) == (orders["amount"] < 0))[orders["quantity"] != 0].all()
    net = orders.groupby(["order_id", "product_id"])[["quantity", "amount"]].sum()
    assert (net["quantity"] >= 0).all()
    assert (net["amount"] > -0.005).all()
    first = orders[orders["quantity"] > 0].groupby("order_id")["order_date"].min()
    back = orders[orders["quantity"] < 0]
    assert len(back) > 0
    assert (back["order_date"] > back["order_id"].map(first)).all()


def test_order_lines_are_numbered_and_belong_to_one_customer(tables):
    orders = tables["orders"]
    assert not orders.duplicated(["order_id", "line"]).any()
    assert not orders[["order_id", "customer_id"]].drop_duplicates()["order_id"].duplicated().any()
    assert orders["order_date"].is_monotonic_increasing


def test_prices_follow_the_list_and_the_discount(tables):
    orders = tables["orders"].merge(tables["products"], on="product_id")
    bought = orders[orders["quantity"] > 0]
    full = (bought["amount"] + bought["discount"]) / bought["quantity"]
    assert (full >= bought["list_price"] - 0.01).all()
    assert (full <= bought["list_price"] * 1.15).all()
    assert (bought["amount"] > 0).all()


def test_first_order_dates_agree_in_referrals_and_orders(tables):
    first = tables["orders"].groupby("customer_id")["order_date"].min()
    told = tables["referrals"].set_index("customer_id")["first_order_on"]
    pd.testing.assert_series_equal(told, first.reindex(told.index), check_names=False, check_freq=False)
    assert (tables["referrals"]["referrer_id"] != tables["referrals"]["customer_id"]).all()
    # Whoever recommends has bought before.
    assert (tables["referrals"]["referred_on"] >= tables["referrals"]["referrer_id"].map(first)).all()


def test_trial_outcomes_can_be_read_off_the_orders(tables):
    orders = tables["orders"]
    for name, outcome in (("retention_trial", "stayed"), ("winback_trial", "returned")):
        trial = tables[name].reset_index()
        seen = trial.merge(orders, on="customer_id")
        within = (seen["order_date"] >= seen["assigned_on"]) & (seen["order_date"] <= seen["observed_on"])
        seen = seen[within]
        bought = trial["index"].isin(seen.loc[seen["quantity"] > 0, "index"])
        assert (bought == trial[outcome].astype(bool)).all()
        margin = (seen["amount"] - seen["cost_of_goods"]).groupby(seen["index"]).sum()
        np.testing.assert_allclose(margin.reindex(trial.index, fill_value=0), trial["margin_after"], atol=0.01)


def test_what_was_drawn_by_lot_can_be_read_off_the_orders(tables):
    boxes = tables["orders"]["product_id"].isin(["P042", "P043", "P044"])
    orders = tables["orders"][(tables["orders"]["quantity"] > 0) & ~boxes][["customer_id", "order_date"]]
    for name, begin, after, outcome in (
        ("message_trial", "assigned_on", 0, "ordered"),
        ("package_inserts", "sent_on", 1, "ordered_again"),
    ):
        trial = tables[name].reset_index()
        seen = trial.merge(orders, on="customer_id")
        since = seen[begin] + pd.Timedelta(days=after)
        found = seen.loc[(seen["order_date"] >= since) & (seen["order_date"] <= seen["observed_on"]), "index"]
        assert (trial["index"].isin(found) == trial[outcome].astype(bool)).all()
    used = tables["package_inserts"].dropna(subset=["code_used_on"])
    assert (used["arm"] == "insert").all()
    assert len(
        used.merge(orders.drop_duplicates(), left_on=["customer_id", "code_used_on"], right_on=list(orders))
    ) == len(used)
    assert (tables["advertising"].groupby("week_from")["shown"].sum() == 2).all()


def test_nobody_is_written_to_after_unsubscribing_from_the_message_trial(tables):
    trial = tables["message_trial"]
    stopped = trial.dropna(subset=["unsubscribed_on"])[["customer_id", "channel", "unsubscribed_on"]]
    assert (trial.loc[trial["unsubscribed_on"].notna(), "messages"] > 0).all()
    later = trial.drop(columns="unsubscribed_on").merge(stopped, on=["customer_id", "channel"])
    assert (later["assigned_on"] <= later["unsubscribed_on"]).all()


def test_campaign_responses_are_the_first_order_in_the_campaign(tables):
    members = tables["campaign_members"].merge(tables["campaigns"], on="campaign_id").reset_index()
    orders = tables["orders"][~tables["orders"]["product_id"].isin(["P042", "P043", "P044"])]  # boxes
    seen = members.merge(orders.loc[orders["quantity"] > 0, ["customer_id", "order_date"]], on="customer_id")
    seen = seen[(seen["order_date"] >= seen["started_on"]) & (seen["order_date"] <= seen["ended_on"])]
    first = seen.groupby("index")["order_date"].min().reindex(members["index"])
    pd.testing.assert_series_equal(first, members["responded_on"], check_names=False, check_index=False)
    untouched = members[members["arm"] == "control"]
    assert untouched["opened_on"].isna().all()
    assert untouched["unsubscribed_on"].isna().all()


def test_ledger_adds_up_and_no_balance_is_negative(tables):
    ledger, orders = tables["loyalty_ledger"], tables["orders"]
    bought = orders[orders["quantity"] > 0]
    paid = bought.groupby("order_id")["amount"].sum()
    earned = ledger[ledger["kind"] == "earned"]
    np.testing.assert_array_equal(earned["points"], np.floor(earned["order_id"].map(paid) + 1e-6))
    by_year = earned.groupby(["customer_id", earned["entered_on"].dt.year])["year_spend"].max()
    joined = tables["club_members"].set_index("customer_id")["joined_on"]
    owner = bought[bought["order_date"] >= bought["customer_id"].map(joined)]
    assert set(owner["order_id"]) == set(earned["order_id"])
    spent = owner.groupby(["customer_id", owner["order_date"].dt.year])["amount"].sum().round(2)
    pd.testing.assert_series_equal(by_year, spent.reindex(by_year.index), check_names=False)
    assert (ledger.groupby("customer_id")["points"].cumsum() >= 0).all()


def test_points_redeemed_are_discount_lines_of_at_most_half_the_order(tables):
    orders, ledger = tables["orders"], tables["loyalty_ledger"]
    taken = orders[orders["quantity"] == 0].set_index("order_id")
    assert taken["product_id"].isna().all()
    assert (taken["amount"] == -taken["discount"]).all()
    used = -ledger[ledger["kind"] == "redeemed"].set_index("order_id")["points"]
    value = used * tables["company"]["point_value"][0]
    np.testing.assert_allclose(taken["amount"].sort_index(), -value.sort_index().astype(float))
    goods = orders[orders["quantity"] > 0].groupby("order_id")["amount"].sum()
    assert (value <= goods.reindex(value.index) / 2 + 0.005).all()


def test_members_join_at_an_order(tables):
    bought = tables["orders"].query("quantity > 0")[["customer_id", "order_date"]].drop_duplicates()
    joined = tables["club_members"].rename(columns={"joined_on": "order_date"})
    assert len(joined.merge(bought)) == len(joined)


def test_who_has_left_buys_no_more(tables):
    left = tables["truth/customers"].set_index("customer_id")["left_on"]
    bought = tables["orders"].query("quantity > 0")
    assert not (bought["order_date"] > bought["customer_id"].map(left)).any()


def test_messages_respect_consent_except_the_win_back_calls(tables):
    customers, members = tables["customers"].set_index("customer_id"), tables["campaign_members"]
    sent = tables["contacts"].query("direction == 'outgoing'")
    sent = sent[sent["customer_id"].map(customers["kind"]) == "person"]
    withdrawn = members.merge(tables["campaigns"]).dropna(subset=["unsubscribed_on"])
    withdrawn = pd.concat([withdrawn, tables["message_trial"].dropna(subset=["unsubscribed_on"])])
    withdrawn = withdrawn.groupby(["customer_id", "channel"])["unsubscribed_on"].min()
    called = tables["winback_trial"].query("arm == 'call'").set_index(["customer_id", "assigned_on"]).index
    for channel in ("email", "sms", "wechat", "phone"):
        own = sent[sent["channel"] == channel]
        until = pd.MultiIndex.from_arrays([own["customer_id"], own["channel"]])
        until = withdrawn.reindex(until).to_numpy()
        allowed = own["customer_id"].map(customers[f"consent_{channel}"]).astype(bool)
        allowed |= own["contacted_at"].dt.normalize().to_numpy() <= until
        breach = pd.MultiIndex.from_arrays([own["customer_id"], own["contacted_at"].dt.normalize()])[~allowed]
        assert breach.isin(called).all()
        assert len(tables["customers"]) < 1000 or (len(breach) > 0) == (channel == "phone")


def test_invitations_and_offers_stand_among_the_contacts(tables):
    sent = tables["contacts"].query("direction == 'outgoing'")
    sent = sent.assign(day=sent["contacted_at"].dt.normalize())[["customer_id", "day", "channel"]].drop_duplicates()
    invited = tables["survey_invitations"].rename(columns={"invited_on": "day"})
    assert len(invited.merge(sent, on=["customer_id", "day", "channel"])) == len(invited)
    offers = [tables[name].query("arm != 'control'") for name in ("retention_trial", "winback_trial")]
    for offered in offers:
        offered = offered.rename(columns={"assigned_on": "day"})
        assert len(offered.merge(sent[["customer_id", "day"]].drop_duplicates())) == len(offered)


def test_tiers_rest_on_the_purchases_of_the_year_before(tables):
    ledger, tiers = tables["loyalty_ledger"], tables["truth/tiers"].set_index("tier")["threshold"]
    year = ledger["entered_on"].dt.year
    spend = ledger.groupby(["customer_id", year])["year_spend"].max()
    before = pd.Series(list(zip(ledger["customer_id"], year - 1, strict=True))).map(spend).fillna(0)
    expected = np.where(before >= tiers["gold"], "gold", np.where(before >= tiers["silver"], "silver", "bamboo"))
    assert (ledger["tier"].to_numpy() == expected).all()


def test_survey_answers_belong_to_answered_invitations(tables):
    answers, invitations = tables["survey"], tables["survey_invitations"]
    answered = invitations[invitations["answered_on"].notna()]
    assert sorted(answers["invitation_id"]) == sorted(answered["invitation_id"])
    both = answers.merge(invitations, on="invitation_id", suffixes=("", "_invited"))
    for column in ("customer_id", "wave", "answered_on"):
        assert (both[column] == both[f"{column}_invited"]).all()


def test_the_called_had_left_their_invitation_unanswered(tables):
    called = tables["callbacks"].merge(tables["survey_invitations"], on="invitation_id", suffixes=("", "_invited"))
    assert called["answered_on"].isna().all()
    assert (called["customer_id"] == called["customer_id_invited"]).all()
    assert (called["called_on"] > called["invited_on"] + pd.Timedelta(days=21)).all()
    answers = called.filter(regex="^satisfaction_|^had_problem$|^why_silent$")
    assert (answers.notna().all(axis=1) == called["reached"]).all()


def test_non_buyers_had_not_bought(tables):
    registered = tables["nonbuyer_survey"].dropna(subset=["customer_id"])
    first = tables["orders"].groupby("customer_id")["order_date"].min()
    assert not (registered["customer_id"].map(first) <= registered["answered_on"]).any()
    assert (registered["sample"] == "registered").all()


def test_the_promise_trial_holds_orders_and_its_truth_their_ratings(tables):
    trial, orders = tables["promise_trial"], tables["orders"]
    ordered = orders[orders["quantity"] > 0].drop_duplicates("order_id").set_index("order_id")
    assert (trial["order_id"].map(ordered["order_date"]) == trial["assigned_on"]).all()
    assert (trial["order_id"].map(ordered["customer_id"]) == trial["customer_id"]).all()
    assert trial["customer_id"].is_unique
    both = trial.merge(tables["truth/promises"], on="order_id")
    rating = both["soon"].where(both["arm"] == "soon", both["later"])
    known = both["answered_on"].notna()
    assert (both["satisfaction"].notna() == known).all()
    assert (both["satisfaction"] == rating)[known].all()


def test_rivals_are_rated_by_those_who_answered_the_survey_that_day(tables):
    asked = tables["competitor_ratings"][["customer_id", "answered_on"]].drop_duplicates()
    assert asked["customer_id"].is_unique
    answers = tables["survey"][["customer_id", "answered_on"]]
    assert len(asked.merge(answers)) == len(asked)


def test_phone_numbers_and_addresses_are_nobodys(tables):
    customers = tables["customers"]
    assert customers["phone"].str.fullmatch(r"125\d{8}").all()  # no Chinese mobile number begins with 125
    assert 0 <= customers["phone"].duplicated().mean() < 0.04  # families share a number
    reserved = re.compile(r"[a-z0-9._]+@(mail\.example|account\.example|example\.(com|net|org))")
    assert customers["email"].dropna().map(lambda address: bool(reserved.fullmatch(address))).all()
    for name in (name for name in tables if name.startswith("registrations_")):
        for column in {"mobile", "tel", "phone", "cell", "telephone"} & set(tables[name]):
            digits = tables[name][column].dropna().str.replace(r"\D", "", regex=True).str.removeprefix("86")
            assert digits[digits != ""].str.startswith("125").all()
        for column in {"email", "mail", "e_mail"} & set(tables[name]):
            written = tables[name][column].dropna().str.lower()
            whole = written[written.str.contains("@")]  # without it, nobody is reached
            assert whole.map(lambda address: bool(reserved.fullmatch(address))).all()


def test_registration_truth_covers_every_row(tables):
    truth = tables["truth/registrations"]
    customers = tables["customers"].set_index("customer_id")
    for source in ("web", "store", "callcentre", "fair", "sales"):
        rows = tables[f"registrations_{source}"]
        own = truth[truth["source"] == source]
        assert own["row"].tolist() == rows["row"].tolist()
        registered = customers.index[customers["registration_channel"] == source]
        assert set(registered) <= set(own["customer_id"].dropna())
        again = own["customer_id"].dropna().duplicated().sum()
        assert again < 0.12 * len(own)
    assert set(tables["customers"]["customer_id"]) == set(truth["customer_id"].dropna())
    # Persons in more than one extract, and rows that are nobody's.
    assert 1.1 < truth["customer_id"].value_counts().mean() < 1.4
    assert 0 < truth["customer_id"].isna().sum() < 0.02 * len(truth)


def test_texts_are_there_in_both_languages_and_vary(tables):
    for name, text, language in (
        ("complaints", "text", "language"),
        ("survey", "comment", "comment_language"),
        ("exit_interviews", "text", "language"),
    ):
        written = tables[name].dropna(subset=[text])
        chinese = written[text].str.contains(r"[\u4e00-\u9fff]", regex=True)
        assert (chinese[written[language] == "zh"]).all()
        assert set(written[language]) == {"en", "zh"}
        assert written[text].nunique() >= min(25, 0.4 * len(written))
        assert not written[text].str.contains(r"[{}]", regex=True).any()


def test_invoices_add_up_to_the_orders_of_accounts(tables):
    invoices, orders = tables["invoices"], tables["orders"]
    own = orders[orders["customer_id"].isin(tables["accounts"]["customer_id"])]
    ordered = own.groupby(["customer_id", own["order_date"].dt.to_period("M")])["amount"].sum().round(2)
    billed = invoices.set_index(["customer_id", invoices["issued_on"].dt.to_period("M")])["amount"]
    pd.testing.assert_series_equal(billed.sort_index(), ordered[ordered != 0], check_names=False)
    terms = tables["accounts"].set_index("customer_id")["payment_days"]
    agreed = (invoices["due_on"] - invoices["issued_on"]).dt.days
    assert (agreed == invoices["customer_id"].map(terms)).all()
    paid = invoices[invoices["paid_on"].notna() & (invoices["amount"] > 0)]
    late = (paid["paid_on"] - paid["due_on"]).dt.days.groupby(paid["customer_id"]).mean().round(1)
    told = tables["accounts"].set_index("customer_id")["payment_delay"].dropna()
    np.testing.assert_allclose(told.sort_index(), late, atol=0.051)


def test_reminders_are_about_invoices_that_lie_unpaid(tables):
    written = tables["contacts"][tables["contacts"]["note"].str.startswith("Payment reminder", na=False)]
    days = written["note"].str.extract(r"(\d+)")[0].astype(int)
    due = written["contacted_at"].dt.normalize() - pd.to_timedelta(days, unit="D")
    told = pd.DataFrame({"customer_id": written["customer_id"], "due_on": due, "told": written["contacted_at"]})
    found = told.merge(tables["invoices"], on=["customer_id", "due_on"])
    assert len(found) == len(told) > 0
    assert (found["paid_on"].isna() | (found["paid_on"] > found["told"].dt.normalize())).all()


def test_deliveries_agree_with_orders_incidents_and_complaints(tables):
    deliveries, orders = tables["deliveries"].set_index("order_id"), tables["orders"]
    dates = orders[orders["quantity"] > 0].groupby("order_id")["order_date"].min()
    assert (deliveries["ordered_on"] == dates.reindex(deliveries.index)).all()
    assert (deliveries["delivered_on"].dropna() > deliveries["ordered_on"][deliveries["delivered_on"].notna()]).all()
    late = deliveries["delivered_on"].fillna(pd.Timestamp("2100-01-01")) > deliveries["promised_on"]
    incidents = tables["truth/incidents"].query("cause == 'late delivery'")["order_id"]
    known = incidents[incidents.isin(deliveries.index)]
    assert late[known].all()
    assert late[~late.index.isin(incidents)].mean() < 0.08
    accounts = orders[orders["customer_id"].isin(tables["accounts"]["customer_id"]) & (orders["channel"] != "shop")]
    assert set(accounts["order_id"]) <= set(deliveries.index)


def test_goods_come_before_they_go_back(tables):
    orders = tables["orders"]
    back = orders[orders["quantity"] < 0].groupby("order_id")["order_date"].min()
    late = tables["truth/incidents"].query("cause == 'late delivery'")["order_id"]
    came = tables["deliveries"].set_index("order_id")["delivered_on"].dropna().drop(late, errors="ignore")
    assert (came[came.index.isin(back.index)] <= back.reindex(came.index).dropna()).all()


def test_accounts_that_decided_leave_on_their_day(tables):
    decided = tables["truth/account_leaving"].dropna(subset=["leaves_on"]).set_index("customer_id")
    left = tables["truth/departures"].set_index("customer_id")["left_on"]
    pd.testing.assert_series_equal(left[decided.index], decided["leaves_on"], check_names=False)


def test_the_key_account_tells_its_story(company):
    who = company["truth/key_account"]["customer_id"].iloc[0]
    of = {name: table[table["customer_id"] == who] for name, table in company.items() if "customer_id" in table}
    complaint = of["complaints"].iloc[-1]
    assert (complaint["channel"], complaint["remedy"]) == ("visit", "apology")
    assert "Apologised" in of["contacts"]["note"].dropna().str.cat()
    reminders = of["contacts"]["note"].str.startswith("Payment reminder", na=False)
    assert (of["contacts"].loc[reminders, "contacted_at"] > complaint["recorded_at"]).all()
    assert reminders.sum() == 2
    late = of["invoices"]["paid_on"].fillna(pd.Timestamp("2100-01-01")) > of["invoices"]["due_on"] + pd.Timedelta(
        days=4
    )
    assert of["invoices"].loc[late, "due_on"].min() == pd.Timestamp("2024-04-30")
    months = of["orders"].groupby(of["orders"]["order_date"].dt.to_period("M"))["amount"].sum()
    assert months["2024-05"] < 0.5 * months["2023-12":"2024-02"].mean()
    assert months.index.max() == pd.Period("2024-05") or of["orders"].iloc[-1]["quantity"] < 0
    assert of["subscriptions"]["ended_on"].iloc[-1] == pd.Timestamp("2024-05-31")


@pytest.mark.parametrize("customers", [100, 1500])
def test_other_sizes_have_exactly_that_many_customers(customers):
    tables = simulate(customers, 5)
    assert len(tables["customers"]) == customers
    assert len(tables["accounts"]) == max(4, round(0.03 * customers))
    assert len(tables["orders"]) > 5 * customers
