"""Chapter 10's trials: the retention offer, whom to ask, whom to leave asleep; the win-back offers by reason."""

import numpy as np
import pandas as pd
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score
from sklearn.model_selection import GroupKFold
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import FunctionTransformer, StandardScaler

import crmlib
from crmlib import churn
from tests.crmbook.company.lessons import lesson

HELD_OUT = 5
COMPANY_SIDE = ["service", "delivery", "complaint handling"]
MONEY_SIDE = ["price", "rival offer"]


def _retention(company):
    trial = crmlib.observed(company.tables["retention_trial"]).reset_index(drop=True)
    return trial.assign(net=trial["margin_after"] - trial["offer_cost"])


def _change(rows, outcome="stayed", arm="offer"):
    """What the offer changes: the difference of the arms' means."""
    mean = rows.groupby("arm")[outcome].mean()
    return mean[arm] - mean["control"]


def _changed(rows, outcome="stayed", arm="offer", **options):
    """The same with its interval, customers who took part twice counted together."""
    rows = rows[["customer_id", "arm", outcome]].astype({outcome: float})
    return crmlib.interval(rows, lambda drawn: _change(drawn, outcome, arm), "customer_id", 200, **options).iloc[0]


def _signs(company, trial):
    """What a company knows of each row on the day of the draw."""
    orders, people = company.tables["orders"], company.tables["customers"].set_index("customer_id")
    before = crmlib.within(orders[orders["quantity"] > 0], trial, (-10_000, 0), on="order_date", since="assigned_on")
    past = before.groupby("anchor")
    paid, discount = past["amount"].sum(), past["discount"].sum()
    own = people.loc[trial["customer_id"]].reset_index(drop=True)
    signs = pd.DataFrame(
        {
            "orders": np.log(past["order_id"].nunique()),
            "age": np.log(30 - past["days"].min()),
            "order_value": np.log(paid / past["order_id"].nunique()),
            "discount": discount / (paid + discount),
            "bargaining": own["personality"].eq("bargaining"),
            "born": own["birth_date"].dt.year,
            "income": own["income_band"].map({"low": 0, "middle": 1, "upper middle": 2, "high": 3}),
            "box": _has_box(company, trial),
            "risk_score": trial["risk_score"],
        }
    )
    return signs.fillna(signs.mean()).astype(float)


def _boxes(company, trial):
    """The boxes that ran on the day of the draw, by the row's label."""
    boxes = company.tables["subscriptions"].merge(
        trial[["customer_id", "assigned_on", "observed_on"]].reset_index(), on="customer_id"
    )
    runs = (boxes["started_on"] < boxes["assigned_on"]) & ~(boxes["ended_on"] < boxes["assigned_on"])
    return boxes[runs].set_index("index")


def _has_box(company, trial):
    return trial.index.isin(_boxes(company, trial).index)


def _uplift(signs, trial):
    """Two logistic models, one an arm, each customer judged by models that have not seen her (Radcliffe & Surry)."""
    found = pd.Series(0.0, trial.index)
    for learn, judge in GroupKFold(HELD_OUT).split(signs, groups=trial["customer_id"]):
        for arm, sign in (("offer", 1), ("control", -1)):
            rows = learn[trial["arm"].iloc[learn] == arm]
            model = make_pipeline(StandardScaler(), LogisticRegression(C=0.1))
            model.fit(signs.iloc[rows], trial["stayed"].iloc[rows].astype(bool))
            found.iloc[judge] += sign * model.predict_proba(signs.iloc[judge])[:, 1]
    return found


def _fifth(score):
    return pd.qcut(score.rank(method="first"), 5, labels=False) == 4


@lesson("12 retention trial", "2,800 to 3,200 rows")
def retention_rows(company):
    rows = len(company.tables["retention_trial"])
    return rows, 2800 <= rows <= 3200


@lesson("12 retention trial", "net over all: the interval holds 0, in CNY a head")
def retention_net_over_all(company):
    found = _changed(_retention(company), "net")
    return found["value"], found["low"] < 0 < found["high"]


@lesson("12 retention trial", "net of the truly persuadable at least 15 CNY a head")
def retention_net_of_the_persuadable(company):
    hidden = company.tables["truth/customers"].set_index("customer_id")["response"]
    trial = _retention(company)
    value = _change(trial[trial["customer_id"].map(hidden) == "persuadable"], "net")
    return value, value >= 15


@lesson("12 retention trial", "score against not staying, control arm: AUC .70 to .75")
def risk_score_area(company):
    control = _retention(company).query("arm == 'control'")
    value = roc_auc_score(~control["stayed"].astype(bool), control["risk_score"])
    return value, 0.70 <= value <= 0.75


@lesson("12 retention trial", "idle boxes cancelled within the half-year: more with the offer, interval above 0")
def sleeping_dogs(company):
    trial = _retention(company)
    boxes = _boxes(company, trial)
    cancelled = boxes["ended_on"] <= boxes["observed_on"]
    found = _changed(trial.loc[boxes.index].assign(cancelled=cancelled), "cancelled")
    return found["value"], found["low"] > 0


@lesson("12 retention trial", "riskiest fifth − uplift fifth (held out) leaves out 0, in 33 of 40 seeds")
def riskiest_against_uplift_fifth(company):
    trial = _retention(company)
    fifths = trial.assign(risk=_fifth(trial["risk_score"]), uplift=_fifth(_uplift(_signs(company, trial), trial)))
    fifths = fifths[["customer_id", "arm", "stayed", "risk", "uplift"]].astype({"stayed": float})
    found = crmlib.interval(
        fifths, lambda rows: _change(rows[rows["risk"]]) - _change(rows[rows["uplift"]]), "customer_id", 200
    ).iloc[0]
    return found["value"], found["high"] < 0


@lesson("12 retention trial", "riskiest fifth less all: the whole interval lies below the claimed point")
def target_the_riskiest_fails(company):
    """Chapter 10's claim check, by its estimator."""
    trial = _retention(company)[["customer_id", "arm", "stayed", "risk_score"]].astype({"stayed": float})
    trial["riskiest"] = _fifth(trial["risk_score"])
    found = crmlib.interval(trial, lambda rows: _change(rows[rows["riskiest"]]) - _change(rows), "customer_id", 300)
    return found["value"].item(), found["high"].item() < 0.01


def _unseen(company):
    """Chapter 10's judges: the rows of the trial with the uplift by models that have not seen the customer."""
    trial, people = _retention(company).astype({"stayed": float}), company.db.only(customers="person")
    evenings = {day: churn.signs(people.at(day - pd.Timedelta(days=1))) for day in trial["assigned_on"].unique()}
    known = trial.merge(pd.concat(evenings, names=["assigned_on"]).reset_index(), on=["assigned_on", "customer_id"])
    marks, part = ["risk_score", *evenings[known["assigned_on"][0]]], known["customer_id"].rank(method="dense") % 5
    learner, found = make_pipeline(FunctionTransformer(np.log1p), StandardScaler(), LogisticRegression(C=0.1)), []
    for one in range(5):
        others, new = known[part != one], known[part == one]
        offered = others["arm"] == "offer"
        found.append(crmlib.uplift(learner, others[marks], offered, others["stayed"], new[marks])["uplift"])
    return known.assign(uplift=pd.concat(found))[["customer_id", "arm", "stayed", "risk_score", "uplift"]]


def _above_lot(rows, score):
    """Mean height of the curve above the line of a draw by lot."""
    curve = churn.gain(rows, rows[score], "stayed")
    return (curve - curve.index * curve.iloc[-1]).mean()


@lesson("12 retention trial", "mean height of the curves: most persuadable less riskiest, interval above 0")
def persuadable_less_riskiest(company):
    def apart(rows):
        return _above_lot(rows, "uplift") - _above_lot(rows, "risk_score")

    found = crmlib.interval(_unseen(company), apart, "customer_id", 300)
    return found["value"].item(), found["low"].item() > 0


@lesson("12 retention trial", "mean height of the curves: most persuadable less a draw by lot, interval above 0")
def persuadable_less_lot(company):
    found = crmlib.interval(_unseen(company), lambda rows: _above_lot(rows, "uplift"), "customer_id", 300)
    return found["value"].item(), found["low"].item() > 0


@lesson("12 retention trial", "riskiest tenth ∩ tenth with the largest predicted effect below 25 %")
def riskiest_and_persuadable_tenth(company):
    trial = _retention(company)
    uplift, tenth = _uplift(_signs(company, trial), trial), len(trial) // 10
    both = set(trial["risk_score"].nlargest(tenth).index) & set(uplift.nlargest(tenth).index)
    return len(both) / tenth, len(both) / tenth < 0.25


def _true_change(company, trial, arm):
    effects = company.tables["truth/trial_effects"]
    return effects.loc[(effects["trial"] == trial) & (effects["arm"] == arm), "uplift"].mean()


@lesson("12 retention trial", "the estimate's interval holds the true change of staying")
def retention_covers_the_truth(company):
    found = _changed(_retention(company))
    true = _true_change(company, "retention", "offer")
    return found["value"] - true, found["low"] <= true <= found["high"]


@lesson("13 win-back", "2,400 to 2,560 rows")
def winback_rows(company):
    rows = len(company.tables["winback_trial"])
    return rows, 2400 <= rows <= 2560


@lesson("13 win-back", "each offer's arm 440 to 560 rows (the smallest is shown)")
def winback_arms(company):
    size = company.tables["winback_trial"]["arm"].value_counts().drop("control")
    return size.min(), size.min() >= 440 and size.max() <= 560


def _winback(company, reasons=None):
    trial = crmlib.observed(company.tables["winback_trial"])
    return trial if reasons is None else trial[trial["lost_reason"].isin(reasons)]


@lesson("13 win-back", "each offer brings some back: every interval above 0 (the smallest change is shown)")
def winback_offers_work(company):
    found = [_changed(_winback(company), "returned", arm) for arm in ("call", "discount", "gift")]
    return min(one["value"] for one in found), all(one["low"] > 0 for one in found)


def _discount_less_call(rows):
    found = crmlib.interval(
        rows[["customer_id", "arm", "returned"]].astype({"returned": float}),
        lambda drawn: _change(drawn, "returned", "discount") - _change(drawn, "returned", "call"),
        "customer_id",
        200,
    )
    return found.iloc[0]


@lesson("13 win-back", "left for money: the discount brings back more than the call, interval above 0")
def winback_discount_for_money(company):
    found = _discount_less_call(_winback(company, MONEY_SIDE))
    return found["value"], found["low"] > 0


@lesson("13 win-back", "left over service: the call brings back more than the discount, interval below 0")
def winback_call_for_service(company):
    found = _discount_less_call(_winback(company, COMPANY_SIDE))
    return found["value"], found["high"] < 0


@lesson("13 win-back", "all three intervals hold the true change (share of the three is shown)")
def winback_covers_the_truth(company):
    held = []
    for arm in ("call", "discount", "gift"):
        found, true = _changed(_winback(company), "returned", arm), _true_change(company, "winback", arm)
        held.append(found["low"] <= true <= found["high"])
    return np.mean(held), all(held)


@lesson("13 win-back", "calls before the draw: 55 to 80 % of those tried are reached")
def winback_attempts(company):
    tried = company.tables["winback_trial"].dropna(subset=["attempted_on"])
    value = tried["reached"].astype(float).mean()
    return value, 0.55 <= value <= 0.80
