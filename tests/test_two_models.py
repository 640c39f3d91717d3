"""Whom an offer changes: worlds whose truth is known."""

import numpy as np
import pandas as pd
import pytest
from sklearn.linear_model import LogisticRegression

import crmlib
from crmlib.errors import TooFew

LEARNER = LogisticRegression(C=0.03, max_iter=500)


def drawn(customers=2000, weeks=3, seed=3):
    """Persons whose reaction is known: a third are moved, a third are put off, a third do not care."""
    chance = np.random.RandomState(seed)
    kind = chance.randint(0, 3, customers)
    who = np.repeat(np.arange(customers), weeks)
    treated = chance.randint(0, 2, len(who))
    rate = 0.15 + np.array([0.15, 0.0, -0.10])[kind[who]] * treated
    ordered = (chance.random_sample(len(who)) < rate).astype(int)
    rows = pd.DataFrame(
        {"customer_id": [f"C{n:05}" for n in who], "treated": treated, "ordered": ordered, "kind": kind[who]}
    )
    facts = pd.get_dummies(pd.Series(kind, [f"C{n:05}" for n in range(customers)]), dtype=float)
    return rows, facts


def judged(rows, facts):
    """Each half of the customers judged by models that learned from the other."""
    return crmlib.uplift(LEARNER, facts, rows["treated"], rows["ordered"], cluster=rows["customer_id"])


def test_two_models_find_whom_to_write_to():
    rows, facts = drawn()
    chance = judged(rows, facts)
    found = chance["uplift"].groupby(rows["kind"]).mean()
    assert found.tolist() == pytest.approx([0.15, 0, -0.10], abs=0.04)
    assert np.allclose(chance["uplift"], chance["with"] - chance["without"], rtol=0, atol=1e-6)


def test_two_models_do_not_look_at_whom_they_judge():
    rows, facts = drawn(customers=700)
    first = rows["customer_id"].unique()[:1]
    changed = rows.assign(ordered=rows["ordered"].where(~rows["customer_id"].isin(first), 1 - rows["ordered"]))
    mine = rows["customer_id"].isin(first)
    assert judged(rows, facts)[mine].equals(judged(changed, facts)[mine])


def test_others_are_judged_by_models_that_learned_here():
    rows, facts = drawn()
    learn, new = facts.loc[rows["customer_id"]], pd.DataFrame(np.eye(3), ["moved", "cold", "put off"], facts.columns)
    found = crmlib.uplift(LEARNER, learn, rows["treated"], rows["ordered"], new)
    assert found["uplift"].tolist() == pytest.approx([0.15, 0, -0.10], abs=0.04)
    assert found.index.tolist() == ["moved", "cold", "put off"]


def test_a_column_that_gives_customers_away_tells_nothing_of_the_other_half():
    rows, facts = drawn(customers=300)
    own = pd.get_dummies(pd.Series(facts.index, facts.index)).astype(float)
    free = LogisticRegression(C=1000, max_iter=500)
    found = crmlib.uplift(free, own, rows["treated"], rows["ordered"], cluster=rows["customer_id"])["uplift"]
    assert np.ptp(found) < 0.6 and found.nunique() == 2  # one value a half


def test_an_arm_that_teaches_nothing_is_refused():
    table = pd.DataFrame({"x": np.arange(100.0)})
    for treated, outcome in ((np.arange(100) % 2 == 0, np.ones(100)), (np.arange(100) < 20, np.arange(100) % 2)):
        with pytest.raises(TooFew, match="no model learns"):
            crmlib.uplift(LEARNER, table, treated, outcome, table)
