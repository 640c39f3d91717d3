"""Registrations: one layout, one spelling, and what breaks a rule."""

import pandas as pd
import pytest

import crmlib
from crmlib.errors import MissingTable, TooFew
from crmlib.information import agreement_weights, clean, match, pinyin_of, registrations, same_customer, settled_pairs
from tests.odd_companies import folder_of


@pytest.fixture(scope="module")
def db():
    return crmlib.open_database(crmlib.default_data())


def typed(**values):
    row = {
        "name": "Li Na",
        "phone": "12512345678",
        "email": "a@b.example",
        "city": "Wuxi",
        "birth": pd.Timestamp(1990, 1, 2),
    }
    return pd.DataFrame([row | values]).astype({"name": "str", "phone": "str", "email": "str", "city": "str"})


@pytest.mark.parametrize(
    ("field", "as_typed", "cleaned"),
    [
        ("phone", "+86 125-1234 5678", "12512345678"),
        ("phone", "1251234567", None),
        ("phone", "22512345678", None),
        ("phone", "12500000000", None),
        ("phone", "12511111112", "12511111112"),
        ("email", " Li.Na@B.Example", "li.na@b.example"),
        ("email", "li.na.b.example", None),
        ("email", "li@na@b.example", None),
        ("name", "Ms Na Li", "li na"),
        ("name", "LI, NA", "li na"),
        ("name", "李娜", "li na"),
        ("name", "李 娜", "li na"),
        ("name", "test test", None),
        ("name", None, None),
        ("city", "WUXI", "wuxi"),
        ("city", "无锡", None),
        ("birth", pd.Timestamp(1899, 1, 1), None),
    ],
)
def test_one_spelling(field, as_typed, cleaned):
    found = clean(typed(**{field: as_typed}), {"李": "Li", "+娜": "Na"})[field].iloc[0]
    assert (found == cleaned) if cleaned else pd.isna(found)


def test_pinyin_is_learned_from_names_in_both():
    assert pinyin_of(pd.Series(["Du Zhonghua 杜忠华", "Bo", None])) == {"杜": "Du", "+忠华": "Zhonghua"}


def test_every_row_is_there_once(db):
    rows = registrations(db)
    names = [name for name in db.tables if name.startswith("registrations_") and name != "registrations_indirect"]
    assert len(rows) == sum(len(db.frame(name)) for name in names) == len(rows[["source", "row"]].drop_duplicates())
    assert rows["day"].notna().all() and len(registrations(db.at("2021-06-30"))) < len(rows)


def test_without_extracts_it_says_so():
    with pytest.raises(MissingTable, match="no raw registrations"):
        registrations(
            crmlib.open_database(
                {"customers": pd.DataFrame({"customer_id": ["a"], "kind": ["person"], "registered_on": ["2021-01-01"]})}
            )
        )


def f1_of(folder, threshold):
    """F1 of the matcher on a company's own settled pairs, and against who stands behind each row."""
    db = crmlib.open_database(folder)
    rows = clean(registrations(db), pinyin_of(db.customers["name"]))
    rows = rows[rows["name"].notna()].reset_index(drop=True)
    pairs = match(rows, agreement_weights(rows))
    settled = settled_pairs(rows, pairs, db.checked_pairs)
    linked = settled["weight"] >= threshold
    return 2 * (linked & settled["same"]).sum() / (linked.sum() + settled["same"].sum()), rows, pairs


def test_the_teaching_company_is_matched_well():
    f1, rows, pairs = f1_of(crmlib.default_data(), 11)
    truth = pd.read_csv(crmlib.default_data() / "truth" / "registrations.csv")
    owner = rows.merge(truth, on=["source", "row"], how="left")["customer_id"].to_numpy(dtype=object)
    linked = pairs[pairs["weight"] >= 11]
    right = (owner[linked["first"]] == owner[linked["second"]]).sum()
    size = truth["customer_id"].value_counts()
    true = 2 * right / (len(linked) + (size * (size - 1) // 2).sum())
    assert 0.87 <= true <= 0.95 and abs(true - f1) < 0.03  # the clerk's pairs tell what is true
    assert same_customer(rows, linked).nunique() < len(rows)


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(1, 11))
def test_f1_of_other_companies(seed):
    assert f1_of(folder_of(f"seed {seed}"), 11)[0] > 0.86


def test_one_row_says_a_sentence(db):
    one = db.with_table("registrations_web", db.registrations_web.head(1))
    rows = clean(registrations(one).query("source == 'web'"))
    with pytest.raises(TooFew, match="registrations"):
        agreement_weights(rows)
