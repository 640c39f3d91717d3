import numpy as np
import pandas as pd
import pytest
from scipy import stats

from crmlib.errors import CrmError, DataFault, NotConverged, TooFew
from crmlib.regressions import marginal_effects, regression


def answers(customers=80, rows=400, seed=11):
    chance = np.random.RandomState(seed)
    table = pd.DataFrame({"customer_id": [f"C{n:02d}" for n in chance.randint(0, customers, rows)]})
    table["satisfaction"] = chance.normal(7, 1.5, rows)
    table["plan"] = chance.choice(["basic", "gold", "silver"], rows, p=[0.5, 0.2, 0.3])
    table["member"] = pd.array(chance.uniform(size=rows) < 0.4, dtype="boolean")
    table["margin"] = 20 + 8 * table["satisfaction"] + 15 * (table["plan"] == "gold") + chance.normal(0, 20, rows)
    odds = 0.5 * (table["satisfaction"] - 7) + 0.8 * (table["plan"] == "gold") - 0.4 * (table["plan"] == "silver")
    table["stayed"] = pd.array(chance.uniform(size=rows) < 1 / (1 + np.exp(-odds)), dtype="boolean")
    return table


def test_slopes_have_the_sandwich_errors_of_their_clusters():
    rows = answers()
    found = regression("margin ~ satisfaction + plan + member", rows, "customer_id").set_index("term")
    assert found.index.tolist() == ["Intercept", "plan: gold", "plan: silver", "satisfaction", "member"]
    # Independently: least squares by normal equations and Liang & Zeger's sandwich with its small-sample factor.
    columns = [np.ones(400), rows["plan"] == "gold", rows["plan"] == "silver", rows["satisfaction"], rows["member"]]
    terms = np.column_stack([np.asarray(column, dtype=float) for column in columns])
    inverse = np.linalg.inv(terms.T @ terms)
    slopes = inverse @ terms.T @ rows["margin"].to_numpy()
    scores = (
        pd.DataFrame(terms * (rows["margin"].to_numpy() - terms @ slopes)[:, None]).groupby(rows["customer_id"]).sum()
    )
    clusters = len(scores)
    variance = inverse @ scores.T.to_numpy() @ scores.to_numpy() @ inverse * clusters / (clusters - 1) * 399 / 395
    spread = stats.t.ppf(0.975, clusters - 1) * np.sqrt(np.diag(variance))
    expected = np.column_stack([slopes, slopes - spread, slopes + spread])
    assert found.to_numpy() == pytest.approx(expected, rel=1e-8)


def test_regression_covers_a_true_slope_where_customers_answer_often():
    held, samples = 0, 200
    for seed in range(samples):
        chance = np.random.RandomState(seed)
        who = np.repeat(np.arange(50), 4)
        rows = pd.DataFrame({"customer_id": who, "asked": chance.normal(size=50)[who]})
        rows["margin"] = 2 * rows["asked"] + chance.normal(size=50)[who] + chance.normal(size=200)
        slope = regression("margin ~ asked", rows, "customer_id").iloc[1]
        held += slope["low"] <= 2 <= slope["high"]
    fewest, most = stats.binom.interval(0.999, samples, 0.95)
    assert fewest <= held <= most


def test_effects_of_a_choice_alone_are_differences_of_shares():
    # With one choice of three levels the model is saturated: the effect is a difference of two shares, its variance
    # p(1 − p)/n of each, with n − 3 in the small-sample factor; the library's get_margeff(dummy=True) is off.
    rows = answers()
    found = marginal_effects("stayed ~ plan", rows).set_index("term")
    by = rows.assign(stayed=rows["stayed"].astype(float)).groupby("plan")["stayed"].agg(["mean", "size"])
    each = by["mean"] * (1 - by["mean"]) / by["size"]
    for plan in ("gold", "silver"):
        value = by.loc[plan, "mean"] - by.loc["basic", "mean"]
        spread = stats.t.ppf(0.975, 399) * np.sqrt((each[plan] + each["basic"]) * 400 / 397)
        assert found.loc[f"plan: {plan}"].tolist() == pytest.approx([value, value - spread, value + spread], rel=1e-5)


def test_effects_of_numbers_agree_with_the_library():
    import statsmodels.formula.api as smf

    rows = answers()
    found = marginal_effects("stayed ~ satisfaction", rows, "customer_id")
    groups = {"groups": rows["customer_id"].factorize()[0]}
    fit = smf.logit("stayed ~ satisfaction", rows.astype({"stayed": float}))
    fit = fit.fit(disp=False, cov_type="cluster", cov_kwds=groups, use_t=False)
    margins = fit.get_margeff().summary_frame().iloc[0]
    spread = margins["Std. Err."] * stats.t.ppf(0.975, rows["customer_id"].nunique() - 1)
    expected = [margins["dy/dx"], margins["dy/dx"] - spread, margins["dy/dx"] + spread]
    assert found.iloc[0, 1:].tolist() == pytest.approx(expected, rel=1e-5)


def test_effects_predict_everybody_under_each_level():
    import statsmodels.formula.api as smf

    rows = answers()
    found = marginal_effects("stayed ~ satisfaction * C(plan) + member", rows, "customer_id").set_index("term")["value"]
    assert sorted(found.index) == ["member", "plan: gold", "plan: silver", "satisfaction"]
    rows = rows.astype({"stayed": float, "member": float})
    fit = smf.logit("stayed ~ satisfaction * C(plan) + member", rows).fit(disp=False)
    basic = fit.predict(rows.assign(plan="basic")).mean()
    assert found["plan: gold"] == pytest.approx(fit.predict(rows.assign(plan="gold")).mean() - basic)
    yes, no = (fit.predict(rows.assign(member=value)).mean() for value in (1.0, 0.0))
    assert found["member"] == pytest.approx(yes - no)


@pytest.mark.parametrize("kind", [str, "category", object])
def test_the_type_of_a_choice_does_not_matter(kind):
    rows = answers()
    expected = marginal_effects("stayed ~ plan", rows)
    pd.testing.assert_frame_equal(marginal_effects("stayed ~ plan", rows.astype({"plan": kind})), expected)


def test_rows_in_another_order_give_the_same_table():
    rows = answers()
    mixed = rows.sample(frac=1, random_state=1)
    for call, formula in (
        (regression, "margin ~ satisfaction + plan"),
        (marginal_effects, "stayed ~ satisfaction + plan"),
    ):
        first, again = (call(formula, one, "customer_id") for one in (rows, mixed))
        pd.testing.assert_frame_equal(again, first, check_exact=True)


def test_functions_and_wider_confidence():
    rows = answers()
    narrow, wide = (regression("margin ~ np.log(satisfaction)", rows, confidence=c).iloc[1] for c in (0.9, 0.99))
    assert wide["low"] < narrow["low"] < narrow["value"] == wide["value"]


def test_separated_answers_have_no_estimate():
    rows = answers()
    certain = rows.assign(stayed=rows["stayed"] | (rows["plan"] == "gold"))  # quasi-separation: all of one level stay
    with pytest.raises(NotConverged, match="for certain"):
        marginal_effects("stayed ~ satisfaction + plan", certain)
    with pytest.raises(NotConverged, match="for certain"):
        marginal_effects("stayed ~ satisfaction", rows.assign(stayed=rows["satisfaction"] > 7))


def test_what_cannot_be_estimated_is_said():
    rows = answers()
    twice = rows.assign(again=2 * rows["satisfaction"])
    for call, outcome in ((regression, "margin"), (marginal_effects, "stayed")):
        for formula, table, cluster, kind, words in (
            ("satisfaction + again", twice, None, NotConverged, "repeat"),
            ("satisfaction", rows.assign(satisfaction=1.0), None, NotConverged, "repeat"),
            ("satisfaction", rows[:29], None, TooFew, "Too few rows: 29"),
            ("satisfaction", rows, "plan", TooFew, r"Too few customers \(clusters\): 3,"),
            ("satisfaction", rows[:0], None, TooFew, "Too few rows: 0"),
            (
                "satisfaction",
                rows.assign(satisfaction=rows["satisfaction"].where(rows.index > 1)),
                None,
                DataFault,
                "2 of",
            ),
            (
                "satisfaction",
                rows.replace({"satisfaction": {rows["satisfaction"][0]: np.inf}}),
                None,
                DataFault,
                "computed",
            ),
            ("np.log(satisfaction - 100 * 0 - satisfaction)", rows, None, DataFault, "computed"),
            ("happiness", rows, None, DataFault, "happiness"),
            ("satisfaction", rows, "customer", CrmError, "names a column"),
            ("satisfaction", rows.assign(margin=5.0, stayed=True), None, TooFew, "alike"),
        ):
            with pytest.raises(kind, match=words), np.errstate(divide="ignore", invalid="ignore"):
                call(f"{outcome} ~ {formula}", table, cluster)
        with pytest.raises(CrmError, match="confidence"):
            call(f"{outcome} ~ satisfaction", rows, confidence=95)


def test_formulas_that_say_nothing_are_refused():
    for call in (regression, marginal_effects):
        with pytest.raises(CrmError, match="outcome ~ terms"):
            call("margin satisfaction", answers())
    with pytest.raises(CrmError, match="no column"):
        marginal_effects("stayed ~ 1", answers())


def test_terms_are_named_in_words():
    rows = answers()
    rows["wave"] = pd.array(np.arange(400) % 3, dtype="Int64")
    plain = regression("margin ~ C(wave) * satisfaction", rows)["term"]
    assert plain.tolist() == [
        "Intercept",
        "wave: 1",
        "wave: 2",
        "satisfaction",
        "wave: 1:satisfaction",
        "wave: 2:satisfaction",
    ]
    assert "wave: 1" in regression("margin ~ C(wave, Treatment(2))", rows)["term"].tolist()
    assert marginal_effects("stayed ~ C(wave)", rows)["term"].tolist() == ["wave: 1", "wave: 2"]


def test_a_logistic_outcome_is_yes_or_no():
    with pytest.raises(DataFault, match="not yes/no"):
        marginal_effects("margin ~ satisfaction", answers())
    with pytest.raises(CrmError, match="yes/no column"):
        marginal_effects("np.log(margin) ~ satisfaction", answers())
