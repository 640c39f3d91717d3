"""What each lesson of the chapters needs of the company's data: an item, a target, the chapter's own estimator.

`python -m tests.crmbook.company.lessons` (make lessons) prints item, target, the default company's value and the share
of seeds that reach it; the slow test holds at least 28 of 40. A subject's lessons stand in a module of this package.
"""

import importlib
import pkgutil
import shutil
import tempfile
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import crmlib
from crmbook.company import simulate, write_company

DEFAULT, CUSTOMERS = 2026, 4000
SEEDS = range(1, 41)
ENOUGH = 28
LESSONS = []


@dataclass(frozen=True)
class Lesson:
    """One item: which chapter's section needs it, what must be seen, and how it is measured."""

    item: str
    target: str
    measure: object

    @property
    def name(self):
        """The function's name, which says what is measured."""
        return self.measure.__name__


def lesson(item, target):
    """Register a measure of a Company that returns (value, reached): a number, and whether it meets the target.

    Parameters: item - such as "1 hotline"; target - in words and figures. The measure uses what a chapter would draw.
    """

    def register(measure):
        LESSONS.append(Lesson(item, target, measure))
        return measure

    return register


class Company:
    """One company: its tables as simulated (``truth/…`` included) and, where a lesson asks, as a customer database."""

    def __init__(self, seed, customers=CUSTOMERS):
        self.seed, self.customers = seed, customers

    @cached_property
    def tables(self):
        """Name → DataFrame, every table and every truth table."""
        return simulate(self.customers, self.seed)

    @cached_property
    def db(self):
        """The company as a chapter opens it, on its last day."""
        folder = Path(tempfile.mkdtemp(prefix="lessons-"))
        try:
            write_company(folder, self.customers, self.seed)
            return crmlib.open_database(folder)
        finally:
            shutil.rmtree(folder)


def all_lessons():
    """Every lesson of the package's modules, in the order of their items."""
    for module in pkgutil.iter_modules(__path__):
        if module.name != "__main__":
            importlib.import_module(f"{__name__}.{module.name}")
    return sorted(LESSONS, key=lambda one: (int(one.item.split()[0]), one.name))


def measured(seed, names=None):
    """Measure one company. Returns: lesson's name → (value, reached)."""
    company = Company(seed)
    return {one.name: one.measure(company) for one in all_lessons() if names is None or one.name in names}
