"""Erlang B, C and A: published tables, and the exact solution of the same Markov chain by another way."""

import numpy as np
import pytest

from crmlib.communication import agents_needed, erlang_a
from crmlib.errors import CrmError

NEVER, AT_ONCE = 1e12, 1e-9


def erlang_b(load, agents):
    busy = 1.0
    for n in range(1, agents + 1):
        busy = load * busy / (n + load * busy)
    return busy


def erlang_c(load, agents):
    busy = erlang_b(load, agents)
    return busy / (1 - load / agents * (1 - busy))


@pytest.mark.parametrize(
    ("load", "agents", "turned_away"),
    [(10, 10, 0.2146), (3, 5, 0.1101), (25, 30, 0.0526), (100, 100, 0.0757), (1, 1, 0.5), (2.2759, 6, 0.0200)],
)
def test_erlang_b_as_in_published_tables(load, agents, turned_away):
    """Traffic tables of the loss formula (Erlang 1917)."""
    assert erlang_b(load, agents) == pytest.approx(turned_away, abs=1e-4)
    impatient = erlang_a(load, 1.0, AT_ONCE, agents)
    assert impatient["abandoned_share"] == pytest.approx(turned_away, abs=1e-4), "who does not wait is turned away"


@pytest.mark.parametrize(
    ("load", "agents", "waits"), [(5.0, 7, 0.3242), (2, 3, 0.4444), (8, 10, 0.4092), (1, 2, 1 / 3)]
)
def test_erlang_c_is_erlang_a_with_endless_patience(load, agents, waits):
    """Hillier & Lieberman (2, 3): 4/9; Erlang's delay tables (8, 10): .409."""
    assert erlang_c(load, agents) == pytest.approx(waits, abs=1e-4)
    patient = erlang_a(load, 1.0, 1e5, agents)
    assert patient["busy_share"] == pytest.approx(waits, abs=2e-4)
    assert patient["mean_wait"] == pytest.approx(waits / (agents - load), rel=2e-3)


def test_erlang_a_as_published():
    """Mandelbaum & Zeltyn (2007): 48 calls a minute of one minute, patience two minutes, 50 agents."""
    found = erlang_a(48 / 60, 60, 120, 50)
    assert found["abandoned_share"] == pytest.approx(0.031, abs=5e-4)
    assert found["mean_wait"] == pytest.approx(3.7, abs=0.05)


@pytest.mark.parametrize(
    "case", [(0.02, 300, 170, 7), (0.02, 300, 170, 4), (0.5, 60, 30, 35), (0.001, 500, 60, 1), (0.01, 60, 60, 0)]
)
def test_erlang_a_solves_the_balance_equations(case):
    """An independent exact computation: the stationary vector of the generator matrix, by linear algebra."""
    calls, service, patience, agents = case
    size = int(agents + calls * patience * 3 + 200)
    leaving = np.minimum(np.arange(size), agents) / service + np.maximum(np.arange(size) - agents, 0) / patience
    generator = np.diag(np.full(size - 1, calls), 1) + np.diag(leaving[1:], -1)
    generator -= np.diag(generator.sum(axis=1))
    equations = np.vstack([generator.T, np.ones(size)])
    chance = np.linalg.lstsq(equations, np.append(np.zeros(size), 1), rcond=None)[0]
    waiting = np.maximum(np.arange(size) - agents, 0) @ chance
    found = erlang_a(*case)
    assert found["abandoned_share"] == pytest.approx(waiting / patience / calls, rel=1e-6)
    assert found["busy_share"] == pytest.approx(chance[agents:].sum(), rel=1e-6)
    assert found["mean_wait"] == pytest.approx(waiting / calls, rel=1e-6)


def test_what_leaves_is_what_comes():
    found = erlang_a(0.02, 300, 170, 5)
    assert 0 < found["abandoned_share"] < found["busy_share"] < 1
    assert found["mean_wait"] == pytest.approx(found["abandoned_share"] * 170)


def test_fewest_agents():
    need = agents_needed(33 / 1800, 355, 170, 0.05)
    share = [erlang_a(33 / 1800, 355, 170, n)["abandoned_share"] for n in (need - 1, need)]
    assert share[1] <= 0.05 < share[0]
    assert agents_needed(0, 355, 170, 0.05) == 0


def test_numbers_that_cannot_be_are_refused():
    for wrong in ((0, 1, 1, 1), (1, -1, 1, 1), (1, 1, 1, 1.5), (1, 1, 1, -1)):
        with pytest.raises(CrmError, match="erlang_a takes"):
            erlang_a(*wrong)
    with pytest.raises(CrmError, match="most is a share"):
        agents_needed(1, 1, 1, 5)
    with pytest.raises(CrmError, match="look at the units"):
        agents_needed(1e6, 60, 60, 0.001)
