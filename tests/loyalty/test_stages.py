"""Stages and their chain: published walks with known answers, rules by hand, refusals."""

import numpy as np
import pandas as pd
import pytest

import crmlib
from crmlib.errors import CrmError, NotConverged
from crmlib.loyalty import stage, steps_until


def walk(corners, up):
    """Moves of a walk along a street with a bar and a home at its ends."""
    moves = pd.DataFrame(0.0, index=range(corners), columns=range(corners))
    moves.loc[0, 0] = moves.loc[corners - 1, corners - 1] = 1
    for corner in range(1, corners - 1):
        moves.loc[corner, [corner - 1, corner + 1]] = 1 - up, up
    return moves


def test_the_drunkard_s_walk():
    """Grinstead & Snell, Introduction to Probability, example 11.14: 3, 4, 3 steps from the corners 1, 2, 3."""
    assert steps_until(walk(5, 0.5), ends=[0, 4]).to_numpy() == pytest.approx([3, 4, 3])


def test_the_gambler_s_ruin():
    """Mean duration z / (q − p) − N / (q − p) · (1 − (q/p)^z) / (1 − (q/p)^N) (Feller 1968, XIV.3)."""
    p, n, z = 0.4, 10, np.arange(1, 10)
    odds = (1 - p) / p
    feller = z / (1 - 2 * p) - n / (1 - 2 * p) * (1 - odds**z) / (1 - odds**n)
    assert steps_until(walk(n + 1, p), ends=[0, n]).to_numpy() == pytest.approx(feller)


def test_one_state_that_is_left_with_a_half_takes_two_steps():
    moves = pd.DataFrame([[0.5, 0.5], [0, 1]], index=["here", "past"], columns=["here", "past"])
    assert steps_until(moves, ["past"])["here"] == pytest.approx(2)


def test_a_state_without_a_way_out_is_named():
    moves = pd.DataFrame([[1.0, 0], [0, 1]], index=["stuck", "past"], columns=["stuck", "past"])
    with pytest.raises(NotConverged, match="stuck"):
        steps_until(moves, ["past"])


def test_what_are_no_moves_is_refused():
    moves = walk(3, 0.5)
    for wrong, ends in ((moves * 2, [0]), (moves.iloc[:2], [0]), (moves, ["nowhere"])):
        with pytest.raises(CrmError):
            steps_until(wrong, ends)


def test_stages_by_hand():
    customers = pd.DataFrame(
        {"customer_id": list("ABCDEFGH"), "kind": ["person"] * 7 + ["enterprise"], "registered_on": "2023-01-01"}
    )
    bought = {"B": ["2024-06-01"], "C": ["2023-02-01", "2024-06-01"], "D": ["2023-05-01"], "G": ["2024-06-01"]}
    bought |= {"E": [f"2024-0{month}-01" for month in (2, 4, 6, 8)], "F": ["2024-06-01"], "H": ["2024-06-01"]}
    orders = [(who, day, 10.0, f"{who}{day}") for who, days in bought.items() for day in days]
    company = {"name": ["Tea"], "sells": ["tea"], "currency": ["CNY"]}
    tables = {
        "company": pd.DataFrame(company | {"observed_from": ["2021-01-01"], "observed_to": ["2024-12-31"]}),
        "customers": customers,
        "orders": pd.DataFrame(orders, columns=["customer_id", "order_date", "amount", "order_id"]),
        "referrals": pd.DataFrame({"referrer_id": ["F"], "customer_id": ["C"], "referred_on": ["2023-01-05"]}),
        "subscriptions": pd.DataFrame(
            {
                "subscription_id": ["S1"],
                "customer_id": ["H"],
                "plan": ["Box"],
                "started_on": ["2024-01-01"],
                "ended_on": [None],
            }
        ),
        "abuse_checks": pd.DataFrame(
            {"customer_id": ["G"], "checked_on": ["2024-06-30"], "cases": [3], "confirmed": [True]}
        ),
    }
    db = crmlib.open_database(tables)
    found = stage(db).set_index("customer_id")["stage"].to_dict()
    assert found == {
        "A": "prospect",
        "B": "first-time",
        "C": "repeat",
        "D": "past",
        "E": "regular",
        "F": "advocate",
        "G": "disqualified",
        "H": "partner",
    }
