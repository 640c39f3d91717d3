"""The hotline's queue: by hand, against Erlang A, and as it stands in the tables."""

import numpy as np
import pytest

from crmbook.company.hotline import HALF_HOUR, SLOTS, queue
from tests.crmbook.company.lessons.hotline import erlang_a


def day_of(*agents):
    """Agents on duty: the half-hours told, then the last of them until the evening."""
    return np.array([*agents, *[agents[-1]] * (SLOTS - len(agents))])


def test_first_come_first_served_by_hand():
    called = np.array([0.0, 10.0, 20.0, 30.0])
    handled, patience = np.full(4, 100.0), np.array([99.0, 99.0, 50.0, 99.0])
    # The second waits for the first, the third gives up, the fourth is served by whom the third left.
    np.testing.assert_allclose(queue(called, handled, patience, day_of(1)), [0, 90, 180, 170])
    np.testing.assert_allclose(queue(called, handled, patience, day_of(2)), [0, 0, 80, 70])


def test_agents_come_and_go_with_their_half_hours():
    called = np.array([HALF_HOUR - 60.0, HALF_HOUR - 50.0, 2 * HALF_HOUR - 10.0, 2 * HALF_HOUR + 5.0])
    handled, patience = np.full(4, 400.0), np.full(4, 1e9)
    # The second caller waits for the agent who begins at nine; one of two stays after half past nine.
    np.testing.assert_allclose(queue(called, handled, patience, day_of(1, 2, 1)), [0, 50, 0, 0])
    handled[2] = 600.0
    called[3] = 2 * HALF_HOUR - 5.0
    np.testing.assert_allclose(queue(called, handled, patience, day_of(1, 2, 1))[2:], [0, 0])


@pytest.mark.parametrize("agents", [3, 6])
def test_queue_agrees_with_erlang_a(agents):
    generator = np.random.RandomState(3)
    days, service, patience = 60, 300.0, 170.0
    size = int(days * SLOTS * HALF_HOUR * agents / service)
    called = np.sort(generator.uniform(0, days * SLOTS * HALF_HOUR, size))
    limit = generator.exponential(patience, size)
    waits = queue(called, generator.exponential(service, size), limit, np.full(days * SLOTS, agents))
    assert (waits > limit).mean() == pytest.approx(erlang_a(agents / service, agents, service, patience), abs=0.01)


def test_every_call_falls_into_a_half_hour_of_the_roster(company):
    calls = company["call_log"]
    assert calls["called_at"].dt.floor("30min").isin(company["roster"]["starts_at"]).all()
    assert calls["called_at"].is_monotonic_increasing
    assert (calls["handled"].isna() == calls["abandoned"]).all()
    known = calls["customer_id"].notna().mean()
    assert 0.02 < known < 0.10
