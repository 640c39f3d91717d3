"""What changes from month to month, and the log of what happened."""

from collections import defaultdict

import numpy as np
from scipy.special import gammainc

from crmbook.company import settings
from crmbook.company.sheets import NONE


class Log:
    """Rows of several tables, collected month by month as arrays."""

    def __init__(self):
        self._parts = defaultdict(lambda: defaultdict(list))

    def add(self, table, **columns):
        """Append rows to a table; every call names the same columns."""
        for name, values in columns.items():
            self._parts[table][name].append(np.asarray(values))

    def take(self, table):
        """Return the table's columns, joined, and forget them."""
        parts = self._parts.pop(table)
        joined = {}
        for name in list(parts):
            joined[name] = np.concatenate(parts.pop(name))
        return joined


class State:
    """The customers' situation at the start of a month: one position a customer in every array."""

    def __init__(self, people, generator):
        size = people.size
        self.people = people
        self.log = Log()
        self.scheduled_returns = defaultdict(list)
        self.one_more = {}  # month → who places one more order for the retention offer
        self.order_number = 0
        self.experience = generator.normal(0, 0.9, size).astype(np.float32)
        self.steps = generator.randint(0, settings.RHYTHM, size).astype(np.int8)
        self.pace = np.ones(size, dtype=np.float32)
        for name in ("grudge", "messages", "irritation", "trial_rate", "plan_theta"):
            setattr(self, name, np.zeros(size, dtype=np.float32))
        for name in ("tier", "trial_until", "incident_severity"):
            setattr(self, name, np.zeros(size, dtype=np.int8))
        for name in ("plan", "left_reason", "incident_cause"):
            setattr(self, name, np.full(size, -1, dtype=np.int8))
        for name in ("started", "alive", "just_reached"):
            setattr(self, name, np.zeros(size, dtype=bool))
        self.orders = np.zeros(size, dtype=np.int32)
        self.year_spend = np.zeros(size, dtype=np.int64)
        self.expected = {name: np.zeros(size) for name in ("as_it_was", "not_referred", "tier_lower")}
        self.new_year = None
        self.consent = people.consent.copy()
        for name in ("joined", "first_order", "last_order", "left", "last_incident", "last_complaint", "plan_start"):
            setattr(self, name, np.full(size, NONE, dtype=np.int32))
        for name in ("consent_changed", "renewal", "last_choice"):
            setattr(self, name, np.full(size, NONE, dtype=np.int32))

    def attitudes(self, who=slice(None)):
        """Return the six standardised attitudes of customers at this moment.

        Each is the sum of what its causes pass on and a part of its own; the own part of perceived quality is half
        lasting taste, half recent experience. Satisfaction also bends where perception falls below expectation:
        a point missing weighs more than a point gained. Parameters: ``who`` positions. Returns: dict of arrays.
        """
        people = self.people
        lasting = np.sqrt(settings.LASTING_SHARE).astype(np.float32)
        recent = np.sqrt(1 - settings.LASTING_SHARE).astype(np.float32)
        own = {
            "image": people.image[who],
            "expected_quality": people.own_expectation[who],
            "perceived_quality": lasting * people.own_quality[who] + recent * self.experience[who],
            "perceived_value": people.own_value[who],
            "satisfaction": people.own_satisfaction[who],
            "continued_business": people.own_intention[who],
        }
        attitudes = {}
        for name, part in own.items():
            value = OWN_WEIGHT[name] * part
            for (source, target), weight in settings.PATHS.items():
                if target == name:
                    value = value + np.float32(weight) * attitudes[source]
            if name == "satisfaction":
                gap = attitudes["perceived_quality"] - attitudes["expected_quality"]
                value = value - np.float32(settings.LOSS_AVERSION) * (np.abs(gap) - MEAN_GAP)
            attitudes[name] = value
        return attitudes

    def satisfaction(self):
        """Return everybody's satisfaction now."""
        return self.attitudes()["satisfaction"]

    def none(self, who, expected):
        """Return the chance of no order while so many are expected: too few steps are made to the next one."""
        steps, chance, left = settings.RHYTHM * expected, 0.0, settings.RHYTHM - self.steps[who]
        term = np.exp(-steps)
        for made in range(settings.RHYTHM):
            chance = chance + np.where(made < left, term, 0.0)
            term = term * steps / (made + 1)
        return chance

    def orders_after(self, expected, steps=0):
        """Return the mean number of orders while the rates add up to ``expected``, from so many steps made before.

        Σ over n of P(n · RHYTHM − steps made), steps Poisson of mean RHYTHM · expected.
        """
        needed = settings.RHYTHM * np.arange(1, int(np.max(expected, initial=0) * 2) + 10)
        return sum(gammainc(number - steps, settings.RHYTHM * expected) for number in needed)

    def current(self, day, within):
        """Return who bought within so many days before a day: the company's idea of a current customer."""
        return self.last_order >= day - within


def _structure():
    """Own weights that give every attitude variance 1, and the mean distance of perception from expectation.

    That distance is uncorrelated with every attitude before it (a symmetric distribution), so loss aversion bends the
    curve and leaves the paths as they are; it only takes its share of the variance.
    """
    names = list(dict.fromkeys(name for pair in settings.PATHS for name in pair))
    covariance, weights = {(names[0], names[0]): 1.0}, {names[0]: np.float32(1.0)}
    for position, name in enumerate(names[1:], start=1):
        causes = {source: weight for (source, target), weight in settings.PATHS.items() if target == name}
        for other in names[:position]:
            shared = sum(weight * covariance[other, source] for source, weight in causes.items())
            covariance[other, name] = covariance[name, other] = shared
        explained = sum(weight * covariance[source, name] for source, weight in causes.items())
        if name == "satisfaction":
            gap = 2 - 2 * covariance["perceived_quality", "expected_quality"]
            explained += settings.LOSS_AVERSION**2 * gap * (1 - 2 / np.pi)
        covariance[name, name] = 1.0
        weights[name] = np.float32(np.sqrt(1 - explained))
    return weights, np.float32(np.sqrt(gap * 2 / np.pi))


OWN_WEIGHT, MEAN_GAP = _structure()
