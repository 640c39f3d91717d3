"""The company's data carry the lessons of the chapters: on the default company, and on at least 28 of 40 others."""

import multiprocessing
import os
from concurrent.futures import ProcessPoolExecutor

import pytest

from tests.crmbook.company.lessons import DEFAULT, ENOUGH, SEEDS, all_lessons, measured

NAMES = [one.name for one in all_lessons()]

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def found():
    spawn = multiprocessing.get_context("spawn")  # a fork would copy the threads that other tests' databases run
    with ProcessPoolExecutor(os.cpu_count(), mp_context=spawn) as pool:
        return list(pool.map(measured, [DEFAULT, *SEEDS]))


@pytest.mark.parametrize("name", NAMES)
def test_the_default_company_carries_the_lesson(found, name):
    value, reached = found[0][name]
    assert reached, value


@pytest.mark.parametrize("name", NAMES)
def test_most_companies_carry_the_lesson(found, name):
    values = [company[name] for company in found[1:]]
    assert sum(bool(reached) for _, reached in values) >= ENOUGH, sorted(value for value, _ in values)
