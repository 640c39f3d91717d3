"""The figures of the design's calibration table, computed from the tables a company would have.

Each function takes the dict of tables and returns plain numbers; the way of computing is stated, because "the"
retention rate or "the" cost of keeping a customer does not exist.
"""

import numpy as np
import pandas as pd

from crmlib.satisfaction import consistent_paths, fill_gaps, index_scores, path_model
from crmlib.satisfaction.path_model import CONSTRUCTS

STRONG_PATHS = {
    ("image", "expected_quality"): 0.80,
    ("expected_quality", "perceived_quality"): 0.75,
    ("perceived_quality", "perceived_value"): 0.82,
    ("perceived_value", "satisfaction"): 0.50,
    ("satisfaction", "continued_business"): 0.92,
}
INDEX_SCORES = {
    "perceived_quality": 83.9,
    "expected_quality": 83.2,
    "image": 84.3,
    "perceived_value": 83.5,
    "satisfaction": 84.1,
    "continued_business": 86.8,
}
DISCOUNT_RATE = 0.10


def persons(tables):
    customers = tables["customers"]
    return set(customers.loc[customers["kind"] == "person", "customer_id"])


def purchases(tables):
    orders = tables["orders"]
    return orders[orders["quantity"] > 0]


def top_tenth_share(tables):
    """Revenue (returns taken off) of the best tenth of the persons who ever bought, as a share of all persons'."""
    revenue = tables["orders"].groupby("customer_id")["amount"].sum()
    revenue = revenue[revenue.index.isin(persons(tables))].sort_values(ascending=False)
    return revenue.iloc[: len(revenue) // 10].sum() / revenue.sum()


def falling_share(tables):
    """Relationship customers (at least four purchase days over at least half a year, bought in the last two years):
    share whose revenue in 2024 was below that of 2023."""
    days = purchases(tables).groupby("customer_id")["order_date"].agg(["nunique", "min", "max"])
    bound = days[(days["nunique"] >= 4) & (days["max"] - days["min"] >= pd.Timedelta(days=180))]
    orders = tables["orders"]
    by_year = orders.pivot_table(
        index="customer_id", columns=orders["order_date"].dt.year, values="amount", aggfunc="sum"
    )
    by_year = by_year.reindex(bound.index)[[2023, 2024]].fillna(0)
    by_year = by_year[(by_year != 0).any(axis=1)]
    return (by_year[2024] < by_year[2023]).mean()


def unhappy_per_complaint(tables):
    """Σ over waves: share of respondents who met a problem × customers with an order in the year before; divided by
    the formal complaints of those half-years."""
    survey, complaints, bought = tables["survey"], tables["complaints"], purchases(tables)
    unhappy = 0.0
    for wave, answers in survey.groupby("wave"):
        asked = pd.Timestamp(int(wave[:4]), 6 if wave.endswith("H1") else 12, 1)
        current = bought[(bought["order_date"] < asked) & (bought["order_date"] >= asked - pd.Timedelta(days=365))]
        unhappy += answers["had_problem"].mean() * current["customer_id"].nunique()
    return unhappy / len(complaints)


def repurchase_ratio(tables):
    """Share of the very satisfied who bought in the six months after their answer / share of the satisfied who did."""
    survey = tables["survey"]
    complete = survey["answered_on"] + pd.DateOffset(months=6) <= tables["company"]["observed_to"][0]
    answers = survey.loc[complete, ["customer_id", "answered_on", "satisfaction_class"]].reset_index()
    later = answers.merge(purchases(tables)[["customer_id", "order_date"]], on="customer_id")
    after = later["order_date"] > later["answered_on"]
    soon = later["order_date"] <= later["answered_on"] + pd.DateOffset(months=6)
    again = answers["index"].isin(later.loc[after & soon, "index"])
    share = again.groupby(answers["satisfaction_class"]).mean()
    return share["very satisfied"] / share["satisfied"]


def winning_to_keeping(tables):
    """Mean cost of winning a customer / mean cost of keeping one for a year (sales and service activities, over the
    customers who bought in the year)."""
    bought = purchases(tables)
    active = pd.DataFrame(
        {"customer_id": bought["customer_id"], "year": bought["order_date"].dt.year}
    ).drop_duplicates()
    cost = tables["cost_to_serve"]
    keeping = cost.loc[cost["activity"].isin(["sales", "service"]), "cost"].sum() / len(active)
    return tables["customers"]["acquisition_cost"].mean() / keeping


def yearly_profit(tables):
    """One row a customer and calendar year with an order: margin less cost to serve, and the year of relationship."""
    orders = tables["orders"]
    margin = (orders["amount"] - orders["cost_of_goods"]).groupby(
        [orders["customer_id"], orders["order_date"].dt.year.rename("year")]
    )
    cost = tables["cost_to_serve"].groupby(["customer_id", "year"])["cost"].sum()
    profit = margin.sum().to_frame("margin").reset_index()
    key = pd.MultiIndex.from_frame(profit[["customer_id", "year"]].astype({"year": "Int64"}))
    profit["profit"] = profit["margin"] - cost.reindex(key).fillna(0).to_numpy()
    first = orders.groupby("customer_id")["order_date"].min().dt.year
    profit["relationship_year"] = profit["year"] - profit["customer_id"].map(first) + 1
    return profit


def profit_by_relationship_year(tables):
    """Mean profit per customer in the first, second, third and fourth calendar year of the relationship."""
    return yearly_profit(tables).groupby("relationship_year")["profit"].mean()


def retention_rate(tables):
    """Customers with an order in a year who order in the next year too; mean of the three pairs of years."""
    bought = purchases(tables)
    active = pd.crosstab(bought["customer_id"], bought["order_date"].dt.year) > 0
    return np.mean([(active[year] & active[year + 1]).sum() / active[year].sum() for year in (2021, 2022, 2023)])


def gain_from_retention(tables, points=0.05, years=30):
    """Change of the expected profit of a newly won customer when retention rises by five points.

    profit = Σ_k profit of relationship year k · retention^(k−1) / (1 + i)^(k−1) − cost of winning; from the fifth year
    on as in the fourth. Source: Reichheld & Sasser 1990.
    """
    profile = profit_by_relationship_year(tables).to_numpy()
    profile = np.concatenate([profile, np.full(years - len(profile), profile[-1])])
    cost, rate, age = tables["customers"]["acquisition_cost"].mean(), retention_rate(tables), np.arange(years)

    def value(retention):
        return (profile * (retention / (1 + DISCOUNT_RATE)) ** age).sum() - cost

    return value(rate + points) / value(rate) - 1


def risk_and_persuadable_overlap(tables):
    """Share of the riskiest tenth (the company's score) who are also in the tenth with the largest true uplift."""
    effects = tables["truth/trial_effects"]
    effects = effects[effects["trial"] == "retention"][["customer_id", "assigned_on", "uplift"]]
    both = tables["retention_trial"].merge(effects, on=["customer_id", "assigned_on"])
    tenth = len(both) // 10
    return len(set(both.nlargest(tenth, "risk_score").index) & set(both.nlargest(tenth, "uplift").index)) / tenth


def whale_curve(tables):
    """Highest point of the whale curve (cumulative profit / total profit) and share of customers below zero."""
    total = yearly_profit(tables).groupby("customer_id")["profit"].sum().sort_values(ascending=False)
    return (total.cumsum() / total.sum()).max(), (total < 0).mean()


def losing_big_accounts(tables):
    """Accounts in the top quarter by revenue that cost more than they bring."""
    accounts = set(tables["accounts"]["customer_id"])
    total = yearly_profit(tables).groupby("customer_id")[["profit"]].sum()
    total["revenue"] = tables["orders"].groupby("customer_id")["amount"].sum()
    total = total[total.index.isin(accounts)]
    return int(((total["profit"] < 0) & (total["revenue"] > total["revenue"].quantile(0.75))).sum())


def satisfaction_index(tables):
    """Index scores and path coefficients of the survey, plain and freed of measurement error."""
    survey = tables["survey"]
    blocks = {name: list(survey.filter(regex=f"^{name}_[0-9]$")) for name in CONSTRUCTS}
    answers = fill_gaps(survey, blocks)
    plain, consistent = path_model(answers, blocks).paths, consistent_paths(answers, blocks)
    return index_scores(answers, blocks).mean().to_dict(), plain.to_dict(), consistent.to_dict()


def all_figures(tables):
    """Every figure of the calibration table, by name."""
    scores, plain, consistent = satisfaction_index(tables)
    profile = profit_by_relationship_year(tables)
    peak, below = whale_curve(tables)
    figures = {
        "top tenth share": top_tenth_share(tables),
        "falling share": falling_share(tables),
        "unhappy per complaint": unhappy_per_complaint(tables),
        "repurchase ratio": repurchase_ratio(tables),
        "winning to keeping": winning_to_keeping(tables),
        "gain from retention": gain_from_retention(tables),
        "smallest rise of yearly profit": np.diff(profile).min(),
        "profit of year 4 to year 1": profile.iloc[3] / profile.iloc[0],
        "risk and persuadable overlap": risk_and_persuadable_overlap(tables),
        "whale peak": peak,
        "customers below zero": below,
        "losing big accounts": losing_big_accounts(tables),
    }
    figures |= {f"index {name}": scores[name] for name in INDEX_SCORES}
    for source, target in STRONG_PATHS:
        figures[f"path {source} → {target}"] = consistent[source, target]
        figures[f"plain path {source} → {target}"] = plain[source, target]
    weak = [value for pair, value in consistent.items() if pair[1] == "continued_business" and pair[0] == "image"]
    return figures | {"weak path image → continued_business": weak[0]}
