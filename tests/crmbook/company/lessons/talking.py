"""Chapter 7 (and 5.1.1): what messages, campaigns, advertising, cards, suggestions and questions teach."""

import numpy as np
import pandas as pd
import statsmodels.api as sm
import statsmodels.formula.api as smf
from sklearn.linear_model import LogisticRegression

from crmlib.estimate import share_interval
from tests.crmbook.company.lessons import lesson

BOXES = ["P042", "P043", "P044"]
START = pd.Timestamp("2024-06-10")


def _contrast(frame, outcome, treated, cluster="customer_id"):
    """Difference of means, treated less others, with its interval by customer (sandwich, clustered)."""
    x, y = sm.add_constant(treated.astype(float).to_numpy()), outcome.astype(float).to_numpy()
    groups = pd.factorize(frame[cluster])[0]
    fit = sm.OLS(y, x).fit(cov_type="cluster", cov_kwds={"groups": groups})
    return fit.params[1], *fit.conf_int()[1]


def _doses(company, low, high):
    rows = company.tables["message_trial"]
    rows = rows[rows["messages"].isin([low, high])]
    return _contrast(rows, rows["ordered"], rows["messages"] == high)


@lesson("8 messages", "first message: more orders a week, interval above 0 (truth about 2 points)")
def the_first_message_sells(company):
    value, low, _ = _doses(company, 0, 1)
    return value, low > 0


@lesson("8 messages", "four messages instead of two: fewer orders, interval below 0")
def the_last_messages_cost_orders(company):
    value, _, high = _doses(company, 2, 4)
    return value, high < 0


@lesson("8 messages", "interval of the first message's effect holds the truth")
def the_first_message_is_estimated_rightly(company):
    value, low, high = _doses(company, 0, 1)
    truth = company.tables["truth/message_trial"]
    known = np.average(truth["uplift_1"], weights=truth["weeks"].astype(float))
    return value - known, low <= known <= high


@lesson("8 messages", "unsubscribes a message: 0.15–0.35 %")
def few_unsubscribe(company):
    rows = company.tables["message_trial"]
    value = rows["unsubscribed_on"].notna().sum() / rows["messages"].sum()
    return value, 0.0015 <= value <= 0.0035


def _sent(company, column):
    rows = company.tables["message_trial"]
    rows = rows.merge(company.tables["customers"][["customer_id", "preferred_channel", "preferred_hour"]])
    return rows[(rows["messages"] > 0) & rows[column].notna()]


@lesson("8 messages", "at the preferred hour (± 2) more weeks with an opened message, interval above 0")
def the_preferred_hour_is_read(company):
    rows = _sent(company, "preferred_hour")
    value, low, _ = _contrast(rows, rows["opened"], (rows["hour"] - rows["preferred_hour"]).abs() <= 2)
    return value, low > 0


@lesson("8 messages", "on the preferred channel more weeks with an opened message, interval above 0")
def the_preferred_channel_is_read(company):
    rows = _sent(company, "preferred_channel")
    rows = rows[rows["preferred_channel"].isin(["email", "sms", "wechat"])]
    value, low, _ = _contrast(rows, rows["opened"], rows["channel"] == rows["preferred_channel"])
    return value, low > 0


def _columns(company):
    """What the database knew of each customer when the trial began: little (orders), and more (the profile)."""
    customers, orders = company.tables["customers"], company.tables["orders"]
    before = orders[(orders["order_date"] < START) & (orders["quantity"] > 0) & ~orders["product_id"].isin(BOXES)]
    days = before.groupby("customer_id")["order_date"].agg(["max", "nunique"])
    known = customers.set_index("customer_id")
    some = pd.DataFrame(index=known.index)
    some["recency"] = np.log1p((START - days["max"]).dt.days.reindex(known.index).fillna(999))
    some["frequency"] = np.log1p(days["nunique"].reindex(known.index).fillna(0))
    age = (START - known["birth_date"]).dt.days / 365.25
    profile = pd.get_dummies(known[["personality", "lifestyle"]], dtype=float)
    profile["age"], profile["age_unknown"] = (age.fillna(age.mean()) - 40) / 15, age.isna().astype(float)
    return some, some.join(profile)


def _uplifts(rows, columns, seed=7):
    """Predicted uplift of each row: two logistic regressions, learned on the other half of the customers."""
    generator = np.random.RandomState(seed)
    customers = rows["customer_id"].unique()
    half = rows["customer_id"].map(dict(zip(customers, generator.permutation(len(customers)) % 2, strict=True)))
    x = columns.reindex(rows["customer_id"]).to_numpy()
    found = np.zeros(len(rows))
    for fold in (0, 1):
        learn, apply = (half != fold).to_numpy(), (half == fold).to_numpy()
        for sign, arm in ((1, rows["treated"].to_numpy()), (-1, ~rows["treated"].to_numpy())):
            model = LogisticRegression(C=0.03, max_iter=500)
            model.fit(x[learn & arm], rows["ordered"].to_numpy(dtype=bool)[learn & arm])
            found[apply] += sign * model.predict_proba(x[apply])[:, 1]
    return found


def _mailing(company):
    """Customers and weeks with no message, and with one or two: the mailing."""
    rows = company.tables["message_trial"]
    rows = rows[rows["messages"] < 4].reset_index(drop=True)
    return rows.assign(treated=rows["messages"] > 0)


@lesson("8 messages", "Qini: area between targeting by uplift and by lot, interval by customers above 0")
def uplift_can_be_learned(company):
    rows = _mailing(company)
    uplift = _uplifts(rows, _columns(company)[1])
    tenth = (pd.Series(uplift).rank(method="first", ascending=False).to_numpy() - 1) * 10 // len(rows)
    sums = np.zeros((rows["customer_id"].nunique(), 10, 2, 2))
    treated, who = rows["treated"].to_numpy().astype(int), pd.factorize(rows["customer_id"])[0]
    np.add.at(sums, (who, tenth.astype(int), treated, 0), 1.0)
    np.add.at(sums, (who, tenth.astype(int), treated, 1), rows["ordered"].to_numpy(dtype=float))

    def area(total):
        running = total.cumsum(axis=0)
        gain = (running[:, 1, 1] / running[:, 1, 0] - running[:, 0, 1] / running[:, 0, 0]) * np.arange(1, 11) / 10
        return (gain - gain[-1] * np.arange(1, 11) / 10).mean()

    generator = np.random.RandomState(1)
    drawn = [area(sums[generator.randint(0, len(sums), len(sums))].sum(axis=0)) for _ in range(300)]
    return area(sums.sum(axis=0)), np.quantile(drawn, 0.025) > 0


def _plan(rows, uplift, margin):
    """Whom a plan writes to: where the expected margin of the orders it brings is more than the messages cost."""
    return uplift * margin > rows["cost_if"].to_numpy()


def _worth(company, which):
    """Profit a customer and week of the plan with columns less that of the best plan without any."""
    rows = _mailing(company)
    rows["cost_if"] = rows["channel"].map(rows[rows["treated"]].groupby("channel")["cost"].mean())
    margin = rows.loc[rows["ordered"], "margin_after"].mean()
    everybody = np.full(len(rows), rows.groupby("treated")["ordered"].mean().diff().iloc[-1])
    profit = rows["ordered"].to_numpy(dtype=float) * margin - rows["treated"] * rows["cost_if"]
    weight = np.where(rows["treated"], 1 / rows["treated"].mean(), -1 / (1 - rows["treated"].mean()))
    with_columns = _plan(rows, _uplifts(rows, _columns(company)[which]), margin)
    gain = profit * weight * (with_columns.astype(float) - _plan(rows, everybody, margin))
    by_customer = gain.groupby(rows["customer_id"]).sum()
    value = by_customer.sum() / len(rows)
    error = by_customer.std() * np.sqrt(len(by_customer)) / len(rows)
    return value, value - 1.96 * error


@lesson("8 messages", "5.1.1: the profile is worth something on held-out customers, interval above 0 (yuan a week)")
def columns_have_a_value(company):
    value, low = _worth(company, 1)
    return value, low > 0


def _by_lot(company):
    """Members of the campaigns whose lists were divided by lot."""
    campaigns = company.tables["campaigns"]
    return company.tables["campaign_members"].merge(campaigns[campaigns["randomised"]], on="campaign_id")


def _campaigns(company):
    rows = _by_lot(company)
    treated = rows["arm"] == "treatment"
    y, x = rows["responded_on"].notna().astype(float), treated.astype(float)
    centred = x - x.groupby(rows["campaign_id"]).transform("mean")
    fit = sm.OLS(y - y.groupby(rows["campaign_id"]).transform("mean"), centred.to_frame("x")).fit(
        cov_type="cluster", cov_kwds={"groups": pd.factorize(rows["customer_id"])[0]}
    )
    return fit.params.iloc[0], *fit.conf_int().iloc[0]


@lesson("9 campaigns", "orders with a campaign's code lie within the campaign (all of them)")
def codes_are_used_in_time(company):
    orders = company.tables["orders"].merge(company.tables["campaigns"], on="campaign_id")
    orders = orders[orders["quantity"] > 0]
    value = orders["order_date"].between(orders["started_on"], orders["ended_on"]).mean()
    return value, value == 1


@lesson("9 campaigns", "campaigns by lot, together: more responses among the treated, interval above 0")
def campaigns_sell(company):
    value, low, _ = _campaigns(company)
    return value, low > 0


@lesson("9 campaigns", "interval of the campaigns' effect within their window holds the truth")
def campaigns_are_estimated_rightly(company):
    value, low, high = _campaigns(company)
    rows, truth = _by_lot(company), company.tables["truth/campaign_effects"]
    weights = rows.groupby("campaign_id")["arm"].agg(
        lambda arm: len(arm) * (arm == "control").mean() * (arm != "control").mean()
    )
    sizes = truth["members"].astype(float)
    effect = (truth["uplift"] * sizes).groupby(truth["campaign_id"]).sum() / sizes.groupby(truth["campaign_id"]).sum()
    known = np.average(effect.reindex(weights.index), weights=weights)
    return value - known, low <= known <= high


def _regions(company):
    """Orders of persons by region and week of 2024 beside the advertising there."""
    customers, orders = company.tables["customers"], company.tables["orders"]
    kept = (orders["line"] == 1) & ~orders["product_id"].isin(BOXES) & (orders["order_date"] >= "2024-01-01")
    orders = orders[kept].merge(customers.loc[customers["kind"] == "person", ["customer_id", "region"]])
    orders["week_from"] = orders["order_date"] - pd.to_timedelta(orders["order_date"].dt.weekday, unit="D")
    count = orders.groupby(["region", "week_from"]).size().rename("orders")
    shown = company.tables["advertising"].join(count, on=["region", "week_from"]).fillna({"orders": 0})
    return shown.assign(shown=shown["shown"].astype(float), week=shown["week_from"].astype(str))


def _advertising(company):
    fit = smf.glm("orders ~ shown + C(region) + C(week)", _regions(company), family=sm.families.Poisson()).fit(
        scale="X2"
    )
    return np.exp(fit.params["shown"]) - 1, *(np.exp(fit.conf_int().loc["shown"]) - 1)


@lesson("9 advertising", "difference in differences by region and week: more orders, interval above 0")
def advertising_is_visible(company):
    value, low, _ = _advertising(company)
    return value, low > 0


@lesson("9 advertising", "interval of the advertising's effect holds the truth")
def advertising_is_estimated_rightly(company):
    value, low, high = _advertising(company)
    truth = company.tables["truth/ways_of_talking"].set_index("way")["effect"]["advertising"]
    return value - truth, low <= truth <= high


def _cards(company):
    rows = company.tables["package_inserts"]
    return rows, _contrast(rows, rows["ordered_again"], rows["arm"] == "insert")


@lesson("9 inserts", "cards by lot: more order again, interval above 0")
def cards_bring_orders(company):
    _, (value, low, _) = _cards(company)
    return value, low > 0


@lesson("9 inserts", "codes used, a card, lie above the whole interval of what cards bring")
def codes_used_flatter_the_cards(company):
    rows, (_, _, high) = _cards(company)
    used = rows.loc[rows["arm"] == "insert", "code_used_on"].notna().mean()
    return used - high, used > high


@lesson("9 inserts", "interval of the cards' effect holds the truth")
def cards_are_estimated_rightly(company):
    _, (value, low, high) = _cards(company)
    truth = company.tables["truth/ways_of_talking"].set_index("way")["effect"]["package insert"]
    return value - truth, low <= truth <= high


def _region_weeks(company):
    """Region and week: orders of persons, and whether an article appeared for the country or for the region."""
    customers, orders = company.tables["customers"], company.tables["orders"]
    orders = orders[(orders["line"] == 1) & ~orders["product_id"].isin(BOXES)]
    orders = orders.merge(customers.loc[customers["kind"] == "person", ["customer_id", "region"]])
    count = pd.crosstab(_week(orders["order_date"]), orders["region"]).iloc[:208]
    articles = company.tables["publicity"]
    week = _week(articles["appeared_on"]).to_numpy()
    rows = count.reset_index().melt(id_vars="week", var_name="region", value_name="orders")
    own = pd.MultiIndex.from_arrays([week, articles["region"]])
    rows["own"] = pd.MultiIndex.from_frame(rows[["week", "region"]]).isin(own).astype(float)
    return rows.assign(any=rows["week"].isin(week).astype(float))


def _week(days):
    return ((days - pd.Timestamp("2021-01-01")).dt.days // 7).rename("week")


@lesson("9 publicity", "weeks with an article sell more (within the year), interval above 0, though it changes nothing")
def publicity_seems_to_sell(company):
    weeks = _region_weeks(company).groupby("week").agg({"orders": "sum", "any": "first"}).reset_index()
    fit = smf.ols("np.log(orders) ~ any + C(week // 52)", weeks).fit(cov_type="HC3")
    return fit.params["any"], fit.conf_int().loc["any", 0] > 0


@lesson("9 publicity", "between regions in the same week the interval of an article's effect holds 0")
def publicity_does_not_sell(company):
    rows = _region_weeks(company)
    fit = smf.glm("orders ~ own + C(region) + C(week)", rows, family=sm.families.Poisson()).fit(scale="X2")
    low, high = fit.conf_int().loc["own"]
    return fit.params["own"], low <= 0 <= high


def _apart(yes, by, first, second):
    """Share of ``first`` less share of ``second``, and whether their intervals do not touch."""
    shares = share_interval(yes, by=by).set_index(by.name)
    value = shares.loc[first, "share"] - shares.loc[second, "share"]
    return value, shares.loc[first, "low"] > shares.loc[second, "high"]


@lesson("9 suggestions", "signed suggestions by e-mail are answered more than those from the box, intervals apart")
def suggestion_boxes_answer_less(company):
    rows = company.tables["suggestions"]
    rows = rows[rows["customer_id"].notna()]
    return _apart(rows["answered_on"].notna(), rows["channel"], "email", "box")


@lesson("9 suggestions", "suggestions on packaging are adopted more than those on products, intervals apart")
def cheap_suggestions_are_adopted(company):
    rows = company.tables["suggestions"].dropna(subset=["decided_on"])
    return _apart(rows["adopted"].astype(bool), rows["topic"], "packaging", "product")


@lesson("9 suggestions", "texts differ: share of different texts at least .70")
def suggestions_vary(company):
    text = company.tables["suggestions"]["text"]
    value = text.nunique() / len(text)
    return value, value >= 0.70


@lesson("9 contacts", "promised answers are kept more often in WeChat than by e-mail, intervals apart")
def channels_differ_in_ease(company):
    rows = company.tables["contacts"]
    rows = rows[rows["promised_by"].notna() & rows["staff"].notna() & rows["channel"].isin(["wechat", "email"])]
    return _apart(rows["answered_at"] <= rows["promised_by"], rows["channel"], "wechat", "email")
