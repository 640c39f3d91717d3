import pandas as pd
import pytest

from crmlib.dictionary import SCHEMAS
from crmlib.errors import CrmError, MissingTable, TooFew


def test_rows_after_the_day_are_gone_and_the_day_itself_counts(database):
    assert database.at("2023-06-01").orders["order_id"].tolist() == ["o1", "o2", "o3"]
    assert database.at("2023-05-31").orders["order_id"].tolist() == ["o1"]
    assert database.at("2024-02-29").customers["customer_id"].tolist() == ["c1", "c2"]


def test_the_whole_day_counts_where_there_is_a_time(database):
    assert database.at("2024-01-20").complaints["complaint_id"].tolist() == ["k1", "k2"]
    assert database.at("2024-01-19").complaints["complaint_id"].tolist() == ["k1"]


def test_later_facts_about_an_earlier_event_are_hidden(database):
    before, after = database.at("2023-06-09").complaints, database.at("2023-06-10").complaints
    assert before["solved_at"].isna().all() and before["remedy"].isna().all()
    assert after["remedy"].tolist() == ["voucher"]
    contract = database.at("2024-05-30").subscriptions.set_index("subscription_id").loc["s1"]
    assert pd.isna(contract["ended_on"]) and pd.isna(contract["end_reason"])
    assert contract["renews_on"] == pd.Timestamp("2025-03-01"), "a plan is known in advance"
    assert database.at("2024-05-31").subscriptions["end_reason"].notna().sum() == 1


def test_no_date_after_the_day_is_left_anywhere(database):
    for day in pd.date_range("2023-01-05", "2024-12-31", freq="23D"):
        past = database.at(day)
        for name in past.tables:
            for column, values in past.frame(name).items():
                if SCHEMAS[name].columns[column].metadata["kind"] in ("date", "time") and column != "renews_on":
                    assert not (values >= day + pd.Timedelta(days=1)).any(), (day, name, column)


def test_the_company_is_not_known_to_be_observed_longer(database):
    past = database.at("2023-06-01")
    assert past.company.observed_to == past.as_of
    assert past.sql("select observed_to from company")["observed_to"].iloc[0] == past.as_of


def test_frames_sql_and_ibis_are_cut_alike(database):
    past = database.at("2023-06-09")
    for name in past.tables:
        rows = len(past.frame(name))
        assert past.sql(f"select count(*) as n from {name}")["n"].iloc[0] == rows
        assert past.table(name).count().to_pyarrow().as_py() == rows
    assert past.sql("select count(remedy) as n from complaints")["n"].iloc[0] == 0
    assert past.table("complaints").remedy.count().to_pyarrow().as_py() == 0


def test_a_table_that_has_not_begun_is_missing(database):
    past = database.at("2023-02-28")
    assert not past.has("subscriptions") and "subscriptions" not in past.tables
    with pytest.raises(MissingTable, match="'subscriptions' has no rows yet on 2023-02-28"):
        _ = past.subscriptions


def test_the_past_does_not_know_the_future(database):
    past = database.at("2023-06-01")
    with pytest.raises(CrmError, match=r"after the last day of these data \(2023-06-01\)"):
        past.at("2023-06-02")
    assert past.at("2023-01-31").as_of == pd.Timestamp("2023-01-31")
    assert past.at("last").as_of == past.as_of
    assert database.as_of == pd.Timestamp("2024-12-31"), "the database itself stays where it was"


def test_at_refuses_days_before_the_first_order(database):
    with pytest.raises(TooFew, match="before the first order"):
        database.at("2020-01-01")
