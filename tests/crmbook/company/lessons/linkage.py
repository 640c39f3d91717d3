"""Chapter 5: which registrations are the same customer, what lists from elsewhere are worth, how profiles grow old."""

import functools
import re

import numpy as np
import pandas as pd
import statsmodels.api as sm

import crmlib
from tests.crmbook.company.lessons import lesson

LAYOUT = {  # name, phone, e-mail, birthday, its format, city
    "web": ("full_name", "mobile", "email", "birthday", "%Y-%m-%d", "city"),
    "store": (["surname", "given_name"], "tel", "mail", "birth", "%d/%m/%Y", None),
    "callcentre": ("caller", "phone", None, None, None, "town"),
    "fair": ("contact", "cell", "e_mail", None, None, None),
    "sales": ("company", "telephone", "mail", None, None, "town"),
}
AGREES = {"phone": 11.0, "email": 11.5, "name": 8.0, "birth": 9.0, "city": 3.5}
DIFFERS = {"phone": -1.8, "email": -3.5, "name": -1.5, "birth": -5.0, "city": -3.5}
"""Log₂ of m/u and of (1 − m)/(1 − u): agreement weights."""
LINKED = 8.0


@functools.lru_cache(maxsize=2)
def registrations(company):
    """All extracts in one layout, cleaned: one row a registration."""
    chinese = _pinyin(company.tables["customers"])
    parts = []
    for source, (name, phone, email, birth, form, city) in LAYOUT.items():
        raw = company.tables[f"registrations_{source}"]
        names = raw[name].fillna("").agg(" ".join, axis=1) if isinstance(name, list) else raw[name].fillna("")
        part = pd.DataFrame({"source": source, "row": raw["row"], "name": names.map(lambda text: _name(text, chinese))})
        digits = raw[phone].str.replace(r"\D", "", regex=True).str.removeprefix("86")
        part["phone"] = digits.where(digits.str.fullmatch(r"125\d{8}", na=False) & (digits != "12500000000"))
        for column, key in (("email", email), ("city", city), ("birth", birth)):
            part[column] = raw[key].str.lower() if key else pd.Series(np.nan, raw.index, dtype="str")
        part["birth"] = pd.to_datetime(part["birth"], format=form, errors="coerce")
        parts.append(part)
    rows = pd.concat(parts, ignore_index=True)
    rows["email"] = rows["email"].where(rows["email"].str.contains("@") & (rows["email"] != "asdf@example.com"))
    rows["birth"] = rows["birth"].where(rows["birth"].dt.year > 1900)
    rows["city"] = rows["city"].replace(_cities(company)).str.slice(0, 5)
    return rows.merge(company.tables["truth/registrations"], on=["source", "row"])


def _pinyin(customers):
    """Character name → pinyin name, as the customer table shows both."""
    both = customers.loc[customers["kind"] == "person", "name"].str.extract(r"^(\S+) (\S+) (\S)(\S+)$").dropna()
    return dict(zip(both[2], both[0], strict=True)) | {f"+{g}": p for g, p in zip(both[3], both[1], strict=True)}


def _name(text, chinese):
    text = re.sub(r"^(Mr|Ms|Dr) ", "", text)
    if text and "\u4e00" <= text[0] <= "\u9fff":
        text = f"{chinese.get(text[0], text[0])} {chinese.get('+' + text[1:].strip(), text[1:])}"
    return " ".join(sorted(text.lower().replace(",", "").split()))


def _cities(company):
    web = company.tables["registrations_web"].merge(
        company.tables["truth/registrations"].query("source == 'web'"), on="row"
    )
    known = web.merge(company.tables["customers"][["customer_id", "city"]], on="customer_id")
    known = known[known["city_x"].str.contains(r"[\u4e00-\u9fff]", na=False)]
    return dict(zip(known["city_x"], known["city_y"].str.lower(), strict=True))


def pairs(rows, keys):
    """All pairs of rows that agree on one of the keys."""
    rows = rows.assign(at=range(len(rows)))
    found = [rows[["at", key]].dropna().merge(rows[["at", key]], on=key)[["at_x", "at_y"]] for key in keys]
    found = pd.concat(found).query("at_x < at_y").drop_duplicates()
    return found.reset_index(drop=True)


def weight(rows, found):
    """Sum of the agreement weights of each pair; what is missing says nothing."""
    first, second = rows.iloc[found["at_x"]], rows.iloc[found["at_y"]]
    total = np.zeros(len(found))
    for key, agrees in AGREES.items():
        a, b = first[key].reset_index(drop=True), second[key].reset_index(drop=True)
        known = a.notna() & b.notna()
        total += np.where(known, np.where(a == b, agrees, DIFFERS[key]), 0.0)
    return total


def quality(rows, found):
    """Precision, recall and F1 of linked pairs against the truth."""
    owner = rows["customer_id"].to_numpy(dtype=object, na_value=None)
    right = sum(a is not None and a == b for a, b in zip(owner[found["at_x"]], owner[found["at_y"]], strict=True))
    size = rows["customer_id"].value_counts()
    all_right = (size * (size - 1) // 2).sum()
    precision, recall = right / len(found), right / all_right
    return precision, recall, 2 * precision * recall / (precision + recall)


@lesson("7 linkage", "the phone number as key: precision .92–.98")
def exact_key_precision(company):
    rows = registrations(company)
    value = quality(rows, pairs(rows, ["phone"]))[0]
    return value, 0.92 <= value <= 0.98


@lesson("7 linkage", "the phone number as key: recall .65–.75")
def exact_key_recall(company):
    rows = registrations(company)
    value = quality(rows, pairs(rows, ["phone"]))[1]
    return value, 0.65 <= value <= 0.75


@lesson("7 linkage", "a matcher by agreement weights: F1 .85–.94")
def matcher_f1(company):
    rows = registrations(company)
    found = pairs(rows, ["phone", "email", "name"])
    value = quality(rows, found[weight(rows, found) > LINKED])[2]
    return value, 0.85 <= value <= 0.94


@lesson("7 linkage", "the clerk's pairs: interval of the phone's recall holds the truth, ± .05 at most")
def clerk_tells_recall(company):
    rows, settled = registrations(company), company.tables["checked_pairs"]
    phone = rows.set_index(["source", "row"])["phone"]
    same = settled[settled["same"].astype(bool)]
    first, second = (phone.reindex(list(zip(same[f"source_{x}"], same[f"row_{x}"], strict=True))) for x in "ab")
    found = crmlib.share_interval(pd.Series(first.to_numpy() == second.to_numpy())).iloc[0]
    truth = quality(rows, pairs(rows, ["phone"]))[1]
    return found["share"], found["low"] <= truth <= found["high"] and found["high"] - found["low"] <= 0.10


@lesson("7 linkage", "phones, e-mails and birthdays that cannot be right: 1–4 % of those given")
def formal_errors(company):
    wrong, given = 0, 0
    for source, (_, phone, email, birth, form, _) in LAYOUT.items():
        raw = company.tables[f"registrations_{source}"]
        digits = raw[phone].dropna().str.replace(r"\D", "", regex=True).str.removeprefix("86")
        wrong, given = wrong + (~digits.str.fullmatch(r"1\d{10}")).sum(), given + len(digits)
        if email:
            wrong, given = wrong + (~raw[email].dropna().str.contains("@")).sum(), given + raw[email].count()
        if birth:
            years = pd.to_datetime(raw[birth].dropna(), format=form).dt.year
            wrong, given = wrong + (years < 1910).sum(), given + len(years)
    return wrong / given, 0.01 <= wrong / given <= 0.04


@lesson("7 linkage", "every account stands in an extract")
def accounts_in_extracts(company):
    share = company.tables["accounts"]["customer_id"].isin(company.tables["truth/registrations"]["customer_id"]).mean()
    return share, share == 1


def list_rows(company):
    """Rows from elsewhere, with who was a customer already and who registered within eight months."""
    rows, customers = company.tables["registrations_indirect"].copy(), company.tables["customers"]
    registered = pd.Series(pd.NaT, rows.index)
    for key, own in (("mobile", "phone"), ("e_mail", "email")):
        first = customers.dropna(subset=[own]).groupby(own)["registered_on"].min()
        registered = registered.fillna(rows[key].map(first))
    wait = (registered - rows["received_on"]).dt.days
    return rows.assign(already=wait <= 0, later=(wait > 0) & (wait <= 240))


@lesson("7 lists", "partners' addresses register more than rented ones, intervals apart")
def partner_beats_rented_list(company):
    share = crmlib.share_interval(**_new(list_rows(company))).set_index("kind")
    value = share.loc["partner", "share"] - share.loc["rented list", "share"]
    return value, share.loc["partner", "low"] > share.loc["rented list", "high"]


def _new(rows):
    rows = rows[~rows["already"]].reset_index(drop=True)
    return {"yes": rows["later"], "by": rows["kind"]}


@lesson("7 lists", "a usable address (new, consenting) costs most when rented or from a partner, least when exchanged")
def cost_of_a_usable_address(company):
    rows = list_rows(company)
    usable = rows[~rows["already"] & rows["consent"].astype(bool)].groupby("kind").size()
    cost = rows.groupby("kind")["cost"].sum() / usable
    return cost["rented list"], cost["exchange"] < 0.5 * cost.drop("exchange").min()


def ageing(company):
    """Changes a year of each field: what was told on registration against the next confirmation, with interval."""
    history = company.tables["profile_history"].sort_values(["customer_id", "field", "recorded_on"])
    before = history.groupby(["customer_id", "field"])[["recorded_on", "value"]].shift()
    both = history.assign(
        years=(history["recorded_on"] - before["recorded_on"]).dt.days / 365.25, before=before["value"]
    )
    both = both.dropna(subset=["years"])
    both["changed"] = (both["value"] != both["before"]).astype(float)
    estimates = {}
    for field, rows in both[~both["field"].isin(["phone", "account_manager", "contact_person"])].groupby("field"):
        # P(changed) = 1 − exp(−rate · years): a binomial model with complementary log-log link and log years as offset.
        family = sm.families.Binomial(sm.families.links.CLogLog())
        fit = sm.GLM(rows["changed"], np.ones(len(rows)), family=family, offset=np.log(rows["years"])).fit()
        estimates[field] = np.exp([fit.params.iloc[0], *fit.conf_int().iloc[0]])
    return pd.DataFrame(estimates, index=["value", "low", "high"]).T


@lesson("7 histories", "the yearly change of every field is found: at least five of six intervals hold the truth")
def ageing_found(company):
    found = ageing(company)
    truth = company.tables["truth/ageing"].set_index("field")["changes_a_year"].reindex(found.index)
    holds = ((found["low"] <= truth) & (truth <= found["high"])).sum()
    return holds, holds >= 5


@lesson("7 histories", "what ages fastest and what slowest: intervals apart")
def fields_age_differently(company):
    found = ageing(company)
    fast, slow = found["value"].idxmax(), found["value"].idxmin()
    return found.loc[fast, "value"] / found.loc[slow, "value"], found.loc[fast, "low"] > found.loc[slow, "high"]


@lesson("7 histories", "of the consents in force in mid-2022, .5–10 % were withdrawn by the end; today's list hides it")
def consents_withdrawn(company):
    history = company.tables["consent_history"].sort_values("changed_on", kind="stable")
    each = ["customer_id", "channel"]
    then = history[history["changed_on"] <= "2022-06-30"].groupby(each)["consent"].last()
    held = then.index[then.astype(bool)]
    now = history.groupby(each)["consent"].last()[held].reset_index()
    found = crmlib.share_interval(~now["consent"].astype(bool), cluster=now["customer_id"]).iloc[0]
    return found["share"], found["low"] > 0.005 and found["high"] < 0.10


@lesson("7 histories", "accounts whose decider is not known: 20–60 %, ± .10 at most")
def no_decider_known(company):
    people, accounts = company.tables["account_people"], company.tables["accounts"]["customer_id"]
    there = people[people["left_on"].isna() & (people["purchase_role"] == "decider")]
    found = crmlib.share_interval(~accounts.isin(there["customer_id"])).iloc[0]
    return found["share"], 0.2 <= found["share"] <= 0.6 and found["high"] - found["low"] <= 0.2
