"""Small companies in memory, with the face of a customer database, so that the chapter's tests need no files."""

import ibis
import numpy as np
import pandas as pd

from crmlib.database import Company
from crmlib.errors import MissingTable
from crmlib.facts import ACTIVITIES

DATES = {"orders": "order_date", "cost_to_serve": "booked_on", "customers": "registered_on", "accounts": "opened_on"}


class SmallDatabase:
    """What a chapter asks of a customer database, over pandas tables."""

    def __init__(self, tables, as_of, company=None):
        self.as_of = pd.Timestamp(as_of)
        self._all = tables
        self._cut = {name: table[table[DATES[name]] <= self.as_of] for name, table in tables.items()}
        self.company = company or Company(name="Small Company", currency="CNY")

    def has(self, name):
        return name in self._cut

    @property
    def tables(self):
        return sorted(self._cut)

    def __getattr__(self, name):
        if name.startswith("_"):
            raise AttributeError(name)
        if name in DATES and name not in self._cut:
            raise MissingTable(f"These data have no table '{name}'.")
        if name in self._cut:
            return self._cut[name]
        raise AttributeError(name)

    def table(self, name):
        return ibis.memtable(self._cut[name])

    def at(self, date):
        return SmallDatabase(self._all, date, self.company)


def made_up_orders(customers=300, seed=1, days=1461, start="2021-01-01"):
    """Orders of customers who buy at their own pace and size, and stop at some time."""
    random = np.random.default_rng(seed)
    pace = random.gamma(1.0, 60.0, customers) + 10
    size = random.lognormal(4.5, 1.0, customers)
    joined = random.uniform(0, 0.6 * days, customers)
    left = joined + random.exponential(0.9 * days, customers)
    frames = []
    for place in range(customers):
        gaps = random.exponential(pace[place], size=int(days / pace[place] * 2) + 2)
        when = joined[place] + np.concatenate([[0], gaps.cumsum()])
        when = when[when < min(left[place], days)]
        frames.append(
            pd.DataFrame(
                {
                    "customer_id": f"C{place:05d}",
                    "order_date": pd.Timestamp(start) + pd.to_timedelta(when.astype(int), unit="D"),
                    "amount": np.round(size[place] * random.lognormal(0, 0.4, len(when)), 2),
                }
            )
        )
    orders = pd.concat(frames, ignore_index=True)
    orders["cost_of_goods"] = (orders["amount"] * random.uniform(0.45, 0.65, len(orders))).round(2)
    return orders


def made_up_costs(orders, seed=2):
    """Costs of serving: some customers cost far more than others."""
    random = np.random.default_rng(seed)
    pairs = orders.assign(year=orders["order_date"].dt.year)[["customer_id", "year"]].drop_duplicates()
    need = pd.Series(random.lognormal(3.0, 1.6, orders["customer_id"].nunique()), index=orders["customer_id"].unique())
    costs = pd.concat(
        [
            pairs.assign(activity=activity, cost=(pairs["customer_id"].map(need) * share).round(2))
            for activity, share in zip(ACTIVITIES, (0.5, 0.8, 0.6, 0.3), strict=True)
        ],
        ignore_index=True,
    )
    costs["booked_on"] = pd.to_datetime(costs["year"].astype(str) + "-12-31")
    return costs
