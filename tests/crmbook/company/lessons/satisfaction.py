"""Satisfaction: expectation and perception, rivals, the promise trial, and the voices a survey does not hear."""

import pandas as pd
import statsmodels.formula.api as smf

import crmlib
from tests.crmbook.company.lessons import lesson


def index(answers, construct):
    """Mean of the questions on one thing, from 0 to 100."""
    return (answers.filter(regex=f"^{construct}_[0-9]$").astype(float).mean(axis=1) - 1) / 9 * 100


def persons(tables):
    """Answers of persons with their indexes, the gap and its two sides."""
    survey = tables["survey"].merge(tables["customers"][["customer_id", "kind"]], on="customer_id")
    survey = survey[survey["kind"] == "person"]
    names = ["image", "expected_quality", "perceived_quality", "satisfaction"]
    survey = survey.assign(**{name: index(survey, name) for name in names}).dropna(subset=names)
    gap = survey["perceived_quality"] - survey["expected_quality"]
    return survey.assign(gap=gap, below=gap.clip(upper=0), above=gap.clip(lower=0)).reset_index(drop=True)


def clustered(formula, rows):
    """Least squares with customers as clusters."""
    groups = rows["customer_id"].astype("category").cat.codes
    return smf.ols(formula, rows).fit(cov_type="cluster", cov_kwds={"groups": groups})


@lesson("4 satisfaction", "at equal perception a point more expected costs satisfaction: slope below 0")
def expecting_more_costs_satisfaction(company):
    fit = clustered("satisfaction ~ perceived_quality + expected_quality", persons(company.tables))
    return fit.params["expected_quality"], fit.conf_int().loc["expected_quality", 1] < 0


@lesson("4 satisfaction", "slope below less slope above expectation, at equal expectation, above 0")
def below_weighs_more_than_above(company):
    fit = clustered("satisfaction ~ gap + below + expected_quality", persons(company.tables))
    return fit.params["below"], fit.conf_int().loc["below", 0] > 0


@lesson("4 satisfaction", "slope below over slope above at equal expectation 1.2-3.5 (truth 1.8)")
def weight_of_losses(company):
    fit = clustered("satisfaction ~ below + above + expected_quality", persons(company.tables))
    ratio = fit.params["below"] / fit.params["above"]
    return ratio, 1.2 <= ratio <= 3.5


def compared(tables):
    """Respondents who rated us and both rivals: our mark, our lead, and the share of wallet told."""
    ratings = tables["competitor_ratings"].query("attribute == 'satisfaction'")
    marks = ratings.pivot_table(index="customer_id", columns="supplier", values="rating").astype(float)
    wallet = tables["survey"].sort_values("answered_on").groupby("customer_id")["share_of_wallet"].last()
    lead = marks["ours"] - marks[["rival A", "rival B"]].max(axis=1, skipna=False)
    return pd.DataFrame({"ours": marks["ours"], "lead": lead, "wallet": wallet}).dropna()


@lesson("4 satisfaction", "350-450 respondents with share of wallet and both rivals rated")
def respondents_who_compare(company):
    count = len(compared(company.tables))
    return count, 350 <= count <= 450


@lesson("4 satisfaction", "the lead goes with share of wallet more closely than our mark: rank correlations differ")
def lead_tells_more_than_our_mark(company):
    def difference(rows):
        agree = rows[["ours", "lead"]].rank().corrwith(rows["wallet"].rank())
        return agree["lead"] - agree["ours"]

    found = crmlib.interval(compared(company.tables), difference, resamples=300).iloc[0]
    return found["value"], found["low"] > 0


def promised(tables):
    """Answers of the promise trial."""
    return tables["promise_trial"].dropna(subset=["satisfaction"]).astype({"satisfaction": float})


@lesson("4 satisfaction", "promised later, delivered alike: more satisfied, interval leaves out 0")
def promising_later_satisfies(company):
    fit = smf.ols("satisfaction ~ (arm == 'later')", promised(company.tables)).fit(cov_type="HC1")
    return fit.params.iloc[1], fit.conf_int().iloc[1, 0] > 0


@lesson("4 satisfaction", "the promise trial's interval holds the true difference")
def promise_trial_covers_the_truth(company):
    fit = smf.ols("satisfaction ~ (arm == 'later')", promised(company.tables)).fit(cov_type="HC1")
    truth = (company.tables["truth/promises"]["later"] - company.tables["truth/promises"]["soon"]).mean()
    low, high = fit.conf_int().iloc[1]
    return fit.params.iloc[1] - truth, low <= truth <= high


@lesson("4 satisfaction", "delivered alike in both arms: 99 % interval of the difference in days holds 0")
def parcels_come_alike(company):
    trial = company.tables["promise_trial"]
    days = (trial["delivered_on"] - trial["assigned_on"]).dt.days
    fit = smf.ols("days ~ (arm == 'later')", trial.assign(days=days)).fit(cov_type="HC1")
    low, high = fit.conf_int(alpha=0.01).iloc[1]
    return fit.params.iloc[1], low <= 0 <= high


@lesson("5 interviews", "of customers quiet for 270 days the more satisfied are interviewed more often: slope above 0")
def interviews_reach_the_satisfied(company):
    tables = company.tables
    last = tables["survey"].sort_values("answered_on").groupby("customer_id").tail(1)
    final = tables["orders"].groupby("customer_id")["order_date"].max()
    quiet = tables["company"]["observed_to"][0] - last["customer_id"].map(final)
    lost = last[quiet > pd.Timedelta(days=270)]
    asked = lost["customer_id"].isin(tables["exit_interviews"]["customer_id"]).astype(float)
    rows = pd.DataFrame({"asked": asked, "satisfied": index(lost, "satisfaction") / 10}).dropna()
    fit = smf.ols("asked ~ satisfied", rows).fit(cov_type="HC1")
    return fit.params["satisfied"], fit.conf_int().loc["satisfied", 0] > 0


def interviewed(tables):
    """Each interview once: said 6 or more, and ordered afterwards."""
    asked = tables["exit_interviews"].sort_values("interviewed_on").drop_duplicates("customer_id")
    orders = tables["orders"][tables["orders"]["quantity"] > 0]
    final = asked["customer_id"].map(orders.groupby("customer_id")["order_date"].max())
    return asked.assign(yes=asked["would_return"] >= 6, back=final > asked["interviewed_on"])


@lesson("5 interviews", "who would return (6 or more) does about twice as often: share's interval above the others'")
def would_return_tells_the_return(company):
    asked = interviewed(company.tables)
    share = crmlib.share_interval(asked["back"].astype(bool), by=asked["yes"]).set_index("yes")
    ratio = share.loc[True, "share"] / share.loc[False, "share"]
    return ratio, share.loc[True, "low"] > share.loc[False, "share"]


@lesson("5 interviews", "complaint handling at least 4 % of the reasons told")
def complaint_handling_is_a_reason(company):
    share = (company.tables["exit_interviews"]["reason"] == "complaint handling").mean()
    return share, share >= 0.04


def told_and_true(tables):
    """Each interview of a person with the true reason of the departure before it."""
    told, true = tables["exit_interviews"].sort_values("interviewed_on"), tables["truth/departures"]
    rows = pd.merge_asof(
        told.rename(columns={"interviewed_on": "left_on"}),
        true.sort_values("left_on"),
        on="left_on",
        by="customer_id",
        suffixes=("", "_true"),
    ).dropna(subset=["reason_true"])
    persons = tables["customers"].query("kind == 'person'")["customer_id"]
    return rows[rows["customer_id"].isin(persons)].reset_index(drop=True)


def _told_less_true(company, reasons):
    """Share who told one of the reasons, with its interval, and the true share of the same interviews."""
    rows = told_and_true(company.tables)
    told = crmlib.share_interval(rows["reason"].isin(reasons), cluster=rows["customer_id"]).iloc[0]
    return told, rows["reason_true"].isin(reasons).mean()


@lesson("5 interviews", "told out of politeness: service and quality less often than true, interval below it")
def polite_reasons_are_told_too_seldom(company):
    told, true = _told_less_true(company, ["service", "quality"])
    return told["share"] - true, told["high"] < true


@lesson("5 interviews", "reasons nobody hides (moved or closed, needs changed): the interval told holds the true share")
def reasons_of_ones_own_are_told_as_they_are(company):
    told, true = _told_less_true(company, ["moved or closed", "needs changed"])
    return told["share"] - true, told["low"] <= true <= told["high"]


def index_of_the_called(tables):
    """Satisfaction index of answers and of the silent reached, in the waves called."""
    calls = tables["callbacks"][tables["callbacks"]["reached"]]
    survey = tables["survey"][tables["survey"]["wave"].isin(calls["wave"])]
    rows = pd.concat([survey.assign(silent=0.0), calls.assign(silent=1.0)])
    return rows.assign(satisfaction=index(rows, "satisfaction")).dropna(subset=["satisfaction"])


@lesson("5 callbacks", "the silent are less satisfied than those who answer: interval below 0")
def the_silent_are_less_satisfied(company):
    fit = clustered("satisfaction ~ silent", index_of_the_called(company.tables).reset_index(drop=True))
    return fit.params["silent"], fit.conf_int().loc["silent", 1] < 0


@lesson("5 callbacks", "the silent reached are like all the silent: no difference at 99 %")
def the_called_stand_for_the_silent(company):
    tables = company.tables
    silent = tables["survey_invitations"].query("answered_on.isna()")
    silent = silent[silent["wave"].isin(tables["callbacks"]["wave"])]
    truth = silent.merge(tables["truth/satisfaction"], on=["customer_id", "wave"])
    reached = tables["callbacks"].loc[tables["callbacks"]["reached"], "invitation_id"]
    truth = truth.assign(reached=truth["invitation_id"].isin(reached).astype(float))
    fit = clustered("satisfaction ~ reached", truth)
    low, high = fit.conf_int(alpha=0.01).loc["reached"]
    return fit.params["reached"], low <= 0 <= high


@lesson("5 non-buyers", "image among those who never bought is lower: interval below 0, for both samples")
def non_buyers_think_less_of_us(company):
    customers = persons(company.tables).query("wave in ['2024H1', '2024H2']")[["customer_id", "image"]]
    others = company.tables["nonbuyer_survey"]
    others = others.assign(image=index(others, "image"))[["sample", "image"]].dropna()
    rows = pd.concat([customers.assign(sample="customers"), others]).reset_index(drop=True)
    fit = smf.ols("image ~ sample", rows).fit(cov_type="HC1")
    return fit.params.iloc[1:].max(), (fit.conf_int().iloc[1:, 1] < 0).all()


@lesson("5 word of mouth", "who met a problem tells 1.5 to 2.7 times as many as who did not")
def bad_news_travels_further(company):
    survey = company.tables["survey"]
    told = survey["people_told"].astype(float).groupby(survey["had_problem"]).mean()
    ratio = told[True] / told[False]
    return ratio, 1.5 <= ratio <= 2.7


@lesson("5 word of mouth", "share of grave problems (4 or 5) among silent unhappy 8-25 %, lower than among complainers")
def graver_problems_are_told(company):
    told = company.tables["survey"].query("had_problem")
    grave = (told["problem_severity"] >= 4).astype(float).groupby(told["complained"]).mean()
    return grave[False], 0.08 <= grave[False] <= 0.25 and grave[True] > grave[False]
