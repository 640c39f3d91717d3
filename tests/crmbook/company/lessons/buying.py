"""How customers buy: by how they were won, by habit, in a rhythm, in monthly boxes."""

import numpy as np
import pandas as pd
import statsmodels.formula.api as smf
from scipy.optimize import minimize

import crmlib
from crmlib.facts import grades
from crmlib.regressions import regression
from tests.crmbook.company.lessons import lesson

LONG_AGO = pd.Timestamp("2023-12-31")
"""Whoever bought first by then has had a year to come back."""


def purchases(tables):
    """Lines that sold goods or boxes, returns and discount lines left out."""
    return tables["orders"].query("quantity > 0")


def goods(tables):
    """Lines that sold goods, monthly boxes left out."""
    boxes = tables["products"].loc[tables["products"]["name"].str.endswith(" Box"), "product_id"]
    subscribed = boxes[boxes >= "P042"]
    lines = purchases(tables)
    return lines[~lines["product_id"].isin(subscribed)]


def newcomers(tables):
    """Persons won since mid-January 2021: won_by (channel, or "referral"), days (purchase days), first, value."""
    customers = tables["customers"].query("kind == 'person' and registered_on > '2021-01-15'").set_index("customer_id")
    referred = customers.index.isin(tables["referrals"]["customer_id"])
    customers = customers.assign(won_by=customers["registration_channel"].mask(referred, "referral"), referred=referred)
    days = purchases(tables).groupby("customer_id")["order_date"].agg(days="nunique", first="min")
    orders = tables["orders"]
    value = (orders["amount"] - orders["cost_of_goods"]).groupby(orders["customer_id"]).sum()
    return customers.join(days).assign(value=value.reindex(customers.index).fillna(0.0))


def repeats(tables):
    """Share who bought on a second day, by how they were won; first order at least a year ago."""
    seen = newcomers(tables).query("first <= @LONG_AGO")
    return crmlib.share_interval(seen["days"] > 1, by=seen["won_by"]).set_index("won_by")


@lesson("3 channels", "of those won at fairs .48–.62 buy again, their interval below the recommended ones'")
def fair_repeat(company):
    share = repeats(company.tables)
    value = share.loc["fair", "share"]
    return value, 0.48 <= value <= 0.62 and share.loc["fair", "high"] < share.loc["referral", "low"]


@lesson("3 channels", "of the recommended .73–.86 buy again")
def referral_repeat(company):
    value = repeats(company.tables).loc["referral", "share"]
    return value, 0.73 <= value <= 0.86


@lesson("3 channels", "one-time buyers more than 21 % of the persons with a year behind them, at most 40 %")
def one_time_buyers(company):
    tables = company.tables
    days = purchases(tables).groupby("customer_id")["order_date"].agg(["nunique", "min"])
    person = tables["customers"].set_index("customer_id")["kind"].reindex(days.index) == "person"
    value = (days.loc[person & (days["min"] <= LONG_AGO), "nunique"] == 1).mean()
    return value, 0.21 < value < 0.40


def referred_value(tables):
    """Recommended over other web and store customers, year of joining and channel alike: of the mean value, of its log.

    Value is the margin to date of those who joined by the end of 2023; the logarithm is that of buyers' values.
    """
    seen = newcomers(tables).query("registration_channel in ['web', 'store'] and registered_on < '2024-01-01'")
    seen = seen.assign(year=seen["registered_on"].dt.year, referred=seen["referred"].astype(int))
    seen = seen.assign(mean=seen["value"] / seen.loc[seen["referred"] == 0, "value"].mean())
    found, terms = {}, "referred + C(registration_channel) + C(year)"
    found["mean"] = regression(f"mean ~ {terms}", seen[["mean", "referred", "registration_channel", "year"]])
    buyers = seen[seen["value"] > 0].assign(typical=lambda table: np.log(table["value"]))
    found["typical"] = regression(f"typical ~ {terms}", buyers[["typical", "referred", "registration_channel", "year"]])
    return {name: rows.set_index("term").loc["referred"] for name, rows in found.items()}


@lesson("3 referral", "typical recommended customers are worth more: interval of the difference of logarithms above 0")
def referred_are_worth_more(company):
    found = referred_value(company.tables)["typical"]
    return found["value"], found["low"] > 0


@lesson("3 referral", "truth: the recommendation adds 13–19 % of orders")
def true_referral_effect(company):
    truth = company.tables["truth/referrals"][["orders", "orders_added"]].sum()
    value = truth["orders_added"] / (truth["orders"] - truth["orders_added"])
    return value, 0.13 <= value <= 0.19


@lesson("3 referral", "the interval of the difference in value holds the truth")
def referral_estimate_covers_truth(company):
    found, truth = (
        referred_value(company.tables)["mean"],
        company.tables["truth/referrals"][["orders", "orders_added"]].sum(),
    )
    gap = found["value"] - truth["orders_added"] / (truth["orders"] - truth["orders_added"])
    return gap, found["low"] <= found["value"] - gap <= found["high"]


def gaps(tables):
    """One row a gap between two days on which a person bought goods: gap (days), refill (longest of the first day)."""
    customers = tables["customers"]
    persons = customers.loc[customers["kind"] == "person", "customer_id"]
    lines = goods(tables)
    lines = lines[lines["customer_id"].isin(persons)].merge(tables["products"], on="product_id")
    days = lines.groupby(["customer_id", "order_date"], as_index=False).agg(refill=("refill_days", "max"))
    days["gap"] = days.groupby("customer_id")["order_date"].diff().dt.days.groupby(days["customer_id"]).shift(-1)
    return days.dropna(subset=["gap"])


@lesson("3 rhythm", "median over persons with six or more purchase days of a gap's deviation over its mean: .62–.80")
def gap_variation(company):
    own = gaps(company.tables).groupby("customer_id")["gap"].agg(["size", "mean", "std"]).query("size >= 5")
    value = (own["std"] / own["mean"]).median()
    return value, 0.62 <= value <= 0.80


@lesson("3 rhythm", "a pack that lasts 1 % longer makes the next gap .35–1.2 % longer, interval above 0")
def gap_by_refill(company):
    rows = gaps(company.tables).dropna(subset=["refill"])
    level = rows.groupby("customer_id")[["gap", "refill"]].transform(lambda column: np.log(column.astype(float)).mean())
    rows = rows.assign(
        gap=np.log(rows["gap"].astype(float)) - level["gap"],
        refill=np.log(rows["refill"].astype(float)) - level["refill"],
    )
    found = regression("gap ~ refill", rows[["customer_id", "gap", "refill"]], cluster="customer_id")
    found = found.set_index("term").loc["refill"]
    return found["value"], found["low"] > 0 and 0.35 <= found["value"] <= 1.2


def answers(tables):
    """Survey answers whose next half-year is over: satisfaction and switching cost (0–1 scales' deviations), again."""
    survey = tables["survey"].reset_index(names="answer")
    survey = survey[survey["answered_on"] + pd.DateOffset(months=6) <= tables["company"]["observed_to"][0]]
    items = [f"satisfaction_{n}" for n in (1, 2, 3)]
    survey = survey.assign(score=survey[items].astype(float).mean(axis=1)).dropna(subset=["score", "switching_cost"])
    seen = survey[["answer", "customer_id", "answered_on"]].merge(goods(tables), on="customer_id")
    later = seen["order_date"] - seen["answered_on"]
    again = seen.loc[(later > pd.Timedelta(0)) & (later <= pd.Timedelta(days=182)), "answer"]
    before = seen[(later <= pd.Timedelta(0)) & (later > -pd.Timedelta(days=365))]
    bought = before.groupby("answer")["order_date"].nunique().reindex(survey["answer"], fill_value=0)
    for name, column in (("satisfaction", "score"), ("habit", "switching_cost")):
        values = survey[column].astype(float)
        survey[name] = (values - values.mean()) / values.std()
    return survey.assign(again=survey["answer"].isin(again).astype(int), bought=bought.to_numpy())


@lesson(
    "3 switching cost", "satisfaction's marginal effect on buying again differs by ≥ .08 between ±1 SD, interval > 0"
)
def switching_cost_bends_satisfaction(company):
    rows = answers(company.tables)
    fit = smf.logit("again ~ satisfaction * habit", rows)
    fit = fit.fit(disp=0, cov_type="cluster", cov_kwds={"groups": rows["customer_id"].astype("category").cat.codes})
    effect = {}
    for level in (-1, 1):
        share = fit.predict(rows.assign(habit=level))
        effect[level] = (share * (1 - share)).mean() * (fit.params["satisfaction"] + level * fit.params.iloc[-1])
    value = effect[-1] - effect[1]
    return value, value >= 0.08 and fit.conf_int().iloc[-1, 1] < 0


@lesson(
    "3 switching cost",
    "spurious loyalty ≥ 12 %: satisfaction below the middle, yet two or more purchase days in the year",
)
def spurious_loyalty(company):
    rows = answers(company.tables)
    value = ((rows["score"] < rows["score"].median()) & (rows["bought"] >= 2)).mean()
    return value, 0.12 <= value <= 0.30


@lesson("5 top grade", "persons among the best 1 % by profit so far: at least 2, at most half")
def persons_in_the_top_grade(company):
    tables = company.tables
    orders, cost = tables["orders"], tables["cost_to_serve"]
    profit = (orders["amount"] - orders["cost_of_goods"]).groupby(orders["customer_id"]).sum()
    profit = profit.sub(cost.groupby("customer_id")["cost"].sum(), fill_value=0).rename("profit")
    key = grades(profit).eq("key")
    person = tables["customers"].set_index("customer_id")["kind"].reindex(key.index).eq("person")
    value = int((key & person).sum())
    return value, 2 <= value <= key.sum() / 2


def boxes(tables):
    """Boxes of persons begun by the end of 2022, so that two years are seen of each: months they ran (25: longer)."""
    rows = tables["subscriptions"].query("plan != 'Yearly supply contract' and started_on < '2023-01-01'")
    ended = rows["ended_on"].fillna(pd.Timestamp("2100-01-01"))
    months = np.ceil((ended - rows["started_on"]).dt.days / 30.44).clip(1, 25).astype(int)
    return months


@lesson("3 boxes", "boxes begun by the end of 2022: 350–460")
def boxes_begun(company):
    value = len(boxes(company.tables))
    return value, 350 <= value <= 460


@lesson("3 boxes", "shifted beta geometric fitted on 12 months misses the survival of month 24 by at most .03")
def box_survival_error(company):
    months = boxes(company.tables)
    left = np.array([(months > month).mean() for month in range(25)])
    value = survival_by_beta(left[:13])[24] - left[24]
    return value, abs(value) <= 0.03


def survival_by_beta(left):
    """Survival by the shifted beta geometric distribution that fits the first months best (Fader & Hardie 2007)."""
    ended = -np.diff(left)

    def survival(parameters, months=24):
        alpha, beta = np.exp(parameters)
        age = np.arange(1, months + 1)
        return np.concatenate([[1.0], np.cumprod((beta + age - 1) / (alpha + beta + age - 1))])

    def misfit(parameters):
        curve = survival(parameters, len(ended))
        return -(ended * np.log(-np.diff(curve))).sum() - left[-1] * np.log(curve[-1])

    return survival(minimize(misfit, np.zeros(2), method="Nelder-Mead").x)
