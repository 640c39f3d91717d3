"""Chapter 7.4.1: half-hours with Erlang A, how unsteady calls are, what moves their number."""

import numpy as np
import statsmodels.formula.api as smf

from crmbook.company import settings
from tests.crmbook.company.lessons import lesson


def half_hours(company):
    """One row a half-hour on the roster: calls, agents, and the mean calls of its weekday and hour."""
    calls, roster = company.tables["call_log"], company.tables["roster"]
    table = roster.set_index("starts_at")
    table["calls"] = calls.groupby(calls["called_at"].dt.floor("30min")).size().reindex(table.index, fill_value=0)
    alike = [table.index.day_of_week, table.index.time]
    table["usual"] = table.groupby(alike)["calls"].transform("mean")
    table["ratio"] = table.groupby(alike)["calls"].transform("var") / table["usual"]
    return table


def erlang_a(calls, agents, service, patience):
    """Share of callers who hang up in M/M/c+M: calls a second, agents, seconds of service and patience (Palm 1957)."""
    chance = [1.0]
    for n in range(1, int(agents) + 200):
        chance.append(chance[-1] * calls / (min(n, agents) / service + max(n - agents, 0) / patience))
    waiting = np.maximum(np.arange(len(chance)) - agents, 0)
    return (waiting @ chance) / sum(chance) / patience / calls


@lesson("1 hotline", "5–8 % of the callers hang up")
def abandonment(company):
    share = float(company.tables["call_log"]["abandoned"].mean())
    return share, 0.05 <= share <= 0.08


@lesson("1 hotline", "Erlang A from usual calls within 2 points of the data")
def erlang_a_less_data(company):
    calls, table = company.tables["call_log"], half_hours(company)
    patience = calls["waited"].sum() / calls["abandoned"].sum()
    service = calls["handled"].mean()
    expected = [
        usual * erlang_a(usual / 1800, agents, service, patience)
        for usual, agents in zip(table["usual"], table["agents"], strict=True)
    ]
    gap = sum(expected) / table["usual"].sum() - calls["abandoned"].mean()
    return gap, abs(gap) < 0.02


@lesson("1 hotline", "busiest half-hour of the average weekday 6–10 erlang")
def peak_load(company):
    table = half_hours(company)
    weekdays = table[table.index.day_of_week < 5]
    peak = weekdays.groupby(weekdays.index.time)["calls"].mean().max()
    load = peak * company.tables["call_log"]["handled"].mean() / 1800
    return load, 6 <= load <= 10


@lesson("1 hotline", "mean handling 330–390 s")
def handling(company):
    seconds = company.tables["call_log"]["handled"].mean()
    return seconds, 330 <= seconds <= 390


@lesson("1 hotline", "variance / mean of counts 1.5–3, same weekday and hour")
def unrest(company):
    ratio = half_hours(company)["ratio"].mean()
    return ratio, 1.5 <= ratio <= 3


@lesson("1 hotline", "calls rise with the orders of three days before, interval above 0")
def calls_follow_orders(company):
    calls = company.tables["call_log"]["called_at"].dt.normalize().value_counts().rename("calls")
    orders = company.tables["orders"].drop_duplicates("order_id")["order_date"].value_counts().sort_index()
    table = calls.to_frame()
    table["orders"] = orders.asfreq("D", fill_value=0).rolling(3).mean().shift(1).reindex(table.index)
    table["weekday"] = table.index.day_of_week
    fit = smf.ols("calls ~ orders + C(weekday)", table).fit(cov_type="HC1")
    return fit.params["orders"], fit.conf_int().loc["orders", 0] > 0


@lesson("1 hotline", "patience by waiting time / callers who hang up within 10 % of the true 170 s")
def patience_found(company):
    calls = company.tables["call_log"]
    mean = calls["waited"].sum() / calls["abandoned"].sum()
    return mean, abs(mean / settings.PATIENCE - 1) < 0.1
