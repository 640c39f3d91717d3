"""Chapter 7.4.2 and 7.5: the iceberg, unseen wordings, time per step with open cases, parts of good handling."""

import numpy as np
import pandas as pd
import statsmodels.formula.api as smf
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GroupKFold, cross_val_score
from sklearn.pipeline import make_pipeline

from tests.crmbook.company.calibration import persons, purchases, unhappy_per_complaint
from tests.crmbook.company.lessons import lesson

PARTS = ["apology", "listening", "quick", "compensation", "kept", "followed"]


def handled_cases(company):
    """Solved cases with the parts of good handling as a company sees them, 0 or 1, and severity and rating."""
    cases = company.tables["service_cases"].dropna(subset=["solved_at"]).copy()
    cases["apology"] = cases["apology"].astype(int)
    cases["listening"] = (cases["handovers"] == 0).astype(int)
    cases["quick"] = (cases["solved_at"] - cases["opened_at"] <= pd.Timedelta(days=3)).astype(int)
    cases["compensation"] = cases["remedy"].isin(["replacement", "refund", "voucher"]).astype(int)
    late = cases["solved_at"].dt.normalize() > cases["promised_by"]
    cases["kept"] = 1 - late.astype(int)
    cases["followed"] = cases["followed_up_at"].notna().astype(int)
    return cases.assign(severity=cases["severity"].astype(float))


@lesson("2 texts", "complaints and cases with a text, at least 1,000")
def texts(company):
    number = len(company.tables["complaints"]) + len(company.tables["service_cases"])
    return number, number >= 1000


@lesson("2 texts", "accuracy on unseen wordings .65–.80 (TF-IDF of letters, logistic regression)")
def unseen_wordings(company):
    both = pd.concat([company.tables["complaints"], company.tables["service_cases"]]).dropna(subset=["wording_id"])
    model = make_pipeline(TfidfVectorizer(analyzer="char", ngram_range=(1, 3)), LogisticRegression(C=10, max_iter=1000))
    right = cross_val_score(model, both["text"], both["cause"], groups=both["wording_id"], cv=GroupKFold(5)).mean()
    return right, 0.65 <= right <= 0.80


@lesson("2 iceberg", "20–30 unhappy customers a formal complaint")
def iceberg(company):
    ratio = unhappy_per_complaint(company.tables)
    return ratio, 20 <= ratio <= 30


@lesson("2 abuse", "abusers make at most 12 % of the complaints, at least 2 %")
def abuse(company):
    share = company.tables["truth/abuse"]["false_complaints"].sum() / len(company.tables["complaints"])
    return share, 0.02 <= share <= 0.12


@lesson("2 survival", "open cases: at least 60, and 5–15 % of all")
def open_cases(company):
    still = company.tables["service_cases"]["solved_at"].isna()
    return int(still.sum()), still.sum() >= 60 and 0.05 <= still.mean() <= 0.15


@lesson("2 survival", "solved within 14 days: Kaplan–Meier below the solved cases' share by 4–15 points")
def open_ones_count(company):
    cases, end = company.tables["service_cases"], company.tables["company"]["observed_to"][0] + pd.Timedelta(days=1)
    days = ((cases["solved_at"].fillna(end) - cases["opened_at"]) / pd.Timedelta(days=1)).to_numpy()
    solved = cases["solved_at"].notna().to_numpy()
    still = np.prod([1 - 1 / (days >= day).sum() for day in days[solved & (days <= 14)]])
    gap = (days[solved] <= 14).mean() - (1 - still)
    return gap, 0.04 <= gap <= 0.15


@lesson("2 promise", "40–80 % of promised days are kept")
def promises_kept(company):
    cases = company.tables["service_cases"].dropna(subset=["promised_by"])
    due = cases[cases["promised_by"] <= company.tables["company"]["observed_to"][0]]
    kept = (due["solved_at"].dt.normalize() <= due["promised_by"]).mean()
    return kept, 0.4 <= kept <= 0.8


def _fit(company):
    return smf.ols("rating ~ severity + " + " + ".join(PARTS), _rated(company)).fit()


def _rated(company):
    cases = handled_cases(company).dropna(subset=["handling_rating"])
    return cases.assign(rating=cases["handling_rating"].astype(float))


@lesson("2 handling", "all six parts raise the rating, intervals above 0")
def rating_by_part(company):
    low = _fit(company).conf_int().loc[PARTS, 0]
    return low.min(), (low > 0).all()


@lesson("2 handling", "at least 5 of 6 intervals hold the true effect on the rating")
def rating_coverage(company):
    intervals = _fit(company).conf_int().loc[PARTS]
    true = company.tables["truth/handling"]["rating"].to_numpy()
    held = int(((intervals[0] <= true) & (true <= intervals[1])).sum())
    return held, held >= 5


@lesson("2 handling", "persons who bought again within 90 days, a part more: slope's interval above 0")
def return_by_parts(company):
    cases, end = handled_cases(company), company.tables["company"]["observed_to"][0]
    cases = cases[cases["opened_at"] + pd.Timedelta(days=90) <= end]
    cases = cases[cases["customer_id"].isin(persons(company.tables))]
    orders = purchases(company.tables)[["customer_id", "order_date"]].drop_duplicates()
    seen = cases[["case_id", "customer_id", "opened_at"]].merge(orders, on="customer_id")
    after = (seen["order_date"] - seen["opened_at"]) / pd.Timedelta(days=1)
    cases["again"] = cases["case_id"].isin(seen.loc[after.between(0, 90), "case_id"]).astype(int)
    before = seen[after.between(-365, 0)].groupby("case_id").size()
    cases["before"] = np.log1p(cases["case_id"].map(before).fillna(0))
    cases["parts"] = cases[PARTS].sum(axis=1)
    clusters = {"groups": pd.factorize(cases["customer_id"])[0]}
    fit = smf.ols("again ~ parts + severity + before", cases).fit(cov_type="cluster", cov_kwds=clusters)
    return fit.params["parts"], fit.conf_int().loc["parts", 0] > 0
