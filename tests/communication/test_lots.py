"""Arms drawn by lot: one campaign, whom to write to, and what the truth says."""

import numpy as np
import pandas as pd
import pytest

import crmlib
from crmlib.communication import qini, versus_control, ways_in_words
from crmlib.errors import CrmError, TooFew
from tests.test_two_models import drawn, judged


def test_newcombe_as_published():
    """Newcombe (1998), method 10, case a: 56/70 − 48/80 = .2, .0524 to .3339."""
    rows = pd.DataFrame(
        {"arm": ["treatment"] * 70 + ["control"] * 80, "ordered": [1] * 56 + [0] * 14 + [1] * 48 + [0] * 32}
    )
    found = versus_control(rows)
    assert (found["treated"], found["controls"]) == (70, 80)
    assert found[["difference_rate", "low", "high"]].tolist() == pytest.approx([0.2, 0.0524, 0.3339], abs=1e-4)
    assert 0 < found["p"] < 0.05


def test_an_arm_that_is_missing_is_too_few():
    rows = pd.DataFrame({"arm": ["treatment"] * 70, "ordered": [1] * 70})
    with pytest.raises(TooFew, match="members of an arm"):
        versus_control(rows)


def test_order_of_rows_does_not_matter():
    rows, facts = drawn(customers=700)
    mixed = rows.sample(frac=1, random_state=np.random.RandomState(5))
    chance, again = judged(rows, facts), judged(mixed, facts).loc[rows.index]
    assert np.allclose(chance, again, atol=1e-6)
    scored = rows.assign(uplift=chance["uplift"].round(6))
    for one, other in zip(qini(scored, "uplift"), qini(scored.loc[mixed.index], "uplift"), strict=True):
        pd.testing.assert_frame_equal(one, other)


def test_qini_of_a_perfect_rule():
    """True uplifts .15, 0, −.10 in thirds: the curve rises to .05 at a third, stays, and falls to .0167."""
    rows, _ = drawn(customers=6000)
    perfect = rows.assign(score=np.array([0.15, 0.0, -0.10])[rows["kind"]])
    curve, area = qini(perfect, "score", resamples=200)
    height = curve.set_index(curve["share"].round(1))["value"]
    assert height[0.3] == pytest.approx(0.045, abs=0.012)
    assert height[0.6] == pytest.approx(0.05, abs=0.02)
    assert height[1.0] == pytest.approx(0.05 / 3, abs=0.015)
    assert area["low"].item() > 0
    worst = qini(perfect.assign(score=-perfect["score"]), "score", resamples=200)[1]
    assert worst["high"].item() < 0


def test_a_rule_that_knows_nothing_has_no_area():
    """Over twenty lots the area is 0 on average, and most intervals hold it; equal scores are one such lot."""
    areas = []
    for seed in range(20):
        rows, _ = drawn(customers=800, seed=100 + seed)
        rules = rows.assign(same=0.0, lot=np.random.RandomState(seed).random_sample(len(rows)))
        areas.append(qini(rules, {"all alike": "same", "by lot": "lot"}, resamples=100)[1])
    area = pd.concat(areas)
    assert abs(area["value"].mean()) < 3 * area["value"].std() / np.sqrt(len(area))
    assert ((area["low"] < 0) & (area["high"] > 0)).mean() > 0.8


def test_areas_are_compared_on_the_same_customers():
    """The difference stands beside the areas, the later score less the earlier; like rules hardly differ."""
    rows, _ = drawn(customers=2000)
    rows = rows.assign(good=np.array([0.15, 0.0, -0.10])[rows["kind"]])
    nearly = rows.assign(like=np.where(rows["customer_id"] == "C00000", 1.0, rows["good"]), bad=-rows["good"])
    area = qini(nearly, {"good": "good", "like": "like", "bad": "bad"}, resamples=200)[1].set_index("score")
    assert area.index.tolist() == ["good", "like", "bad", "like less good", "bad less good", "bad less like"]
    value = area["value"]
    assert value["bad less good"] == pytest.approx(value["bad"] - value["good"])
    assert area.loc["bad less good", "high"] < 0
    width = area["high"] - area["low"]
    assert width["like less good"] < width["good"] / 5, "paired: what both share cancels"
    alone = qini(nearly, "good", resamples=200)[1].iloc[0]
    assert area.loc["good"].tolist() == alone[["value", "low", "high"]].tolist(), "the pairing changes no single area"


def test_qini_refuses():
    rows, _ = drawn(customers=100)
    with pytest.raises(CrmError, match="needs the columns"):
        qini(rows, "uplift")
    with pytest.raises(TooFew, match="customers"):
        qini(rows[rows["customer_id"] < "C00020"].assign(score=1.0), "score")
    with pytest.raises(TooFew, match="best tenth"):
        qini(rows.assign(score=rows["treated"] * 1.0), "score")


def test_message_trial_agrees_with_the_truth():
    """Uplift learned from the trial, held out, goes with the true uplift of the persons."""
    folder = crmlib.default_data()
    db = crmlib.open_database(folder, "last")
    trial = crmlib.observed(db.message_trial).astype({"messages": int, "ordered": int})
    people = db.customers.set_index("customer_id")[["personality", "lifestyle"]]
    rows = trial[trial["messages"] < 4].assign(treated=lambda t: (t["messages"] > 0).astype(int)).reset_index(drop=True)
    chance = judged(rows, pd.get_dummies(people, dtype=float))
    truth = pd.read_csv(folder / "truth" / "message_trial.csv").set_index("customer_id")
    known = rows["customer_id"].map((truth["uplift_1"] + truth["uplift_2"]) / 2)
    assert np.corrcoef(chance["uplift"], known)[0, 1] > 0.3


def test_what_a_way_costs_is_said_by_the_ends_of_its_interval():
    """100 spent on 50 contacts and 8 replies, 2 to 10 orders gained: 12.50 a reply, 10 to 50 an order."""
    gap = float("nan")
    ways = pd.DataFrame(
        {
            "contacts": [50, 50, 50, gap, 50],
            "cost": 100.0,
            "replied": [8, 0, 8, gap, 8],
            "low": [2, -3, -5, 2, gap],
            "high": [10, 4, -1, 10, gap],
        },
        ["card", "letter", "phone", "poster", "visit"],
    )
    said = ways_in_words(ways)
    assert said["cost_per_response"].tolist() == ["12.50", "100.00", "12.50", "not counted", "12.50"]
    assert said["contacts"].tolist() == ["50", "50", "50", "not counted", "50"]
    assert said["orders_gained"].tolist() == ["2 to 10", "-3 to 4", "-5 to -1", "2 to 10", "no lot"]
    prices = ["10.00 to 50.00", "25.00 or more", "100.00 or more", "10.00 to 50.00", "not known"]
    assert said["one_costs"].tolist() == prices
