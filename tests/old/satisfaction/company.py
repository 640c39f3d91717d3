"""A small company with known truth: enough tables for every part of the room, in memory."""

import ibis
import numpy as np
import pandas as pd

from crmlib.errors import MissingTable

from .synthetic import survey_of, true_scores

AS_OF = pd.Timestamp("2024-12-31")
SERVICE = {"reliability": 0.5, "responsiveness": 0.3, "assurance": 0.15, "empathy": 0.05, "tangibles": 0.0}
PRODUCT = {"performance": 0.3, "durability": 0.1, "aesthetics": 0.0}
CLASSES = ["very dissatisfied", "dissatisfied", "neutral", "satisfied", "very satisfied"]


class Database:
    """What the room asks of a customer database: tables by name, Ibis tables, a date."""

    def __init__(self, tables, as_of=AS_OF):
        self._tables, self.as_of = tables, as_of

    def has(self, name):
        return name in self._tables

    def table(self, name):
        return ibis.memtable(getattr(self, name))

    def __getattr__(self, name):
        if name.startswith("_") or name not in self._tables:
            raise MissingTable(f"There is no table {name!r}.")
        return self._tables[name]

    def without(self, *names):
        return Database({name: table for name, table in self._tables.items() if name not in names}, self.as_of)


def company(customers=1500, seed=1):
    """Satisfied customers buy more often, answer more often, praise more; ``truth`` has their scores."""
    generator = np.random.default_rng(seed)
    scores = true_scores(customers, generator)
    names = pd.Index([f"C{i:05d}" for i in range(customers)], name="customer_id")
    orders = _orders(scores, names, generator)
    invited_on = pd.to_datetime(generator.choice(["2023-06-30", "2023-12-31", "2024-05-31"], customers))
    answered = generator.random(customers) < 1 / (1 + np.exp(-(0.2 + 0.9 * scores["satisfaction"])))
    invitations = pd.DataFrame(
        {
            "invitation_id": [f"I{i:05d}" for i in range(customers)],
            "customer_id": names,
            "wave": invited_on.astype(str).str[:7],
            "invited_on": invited_on,
            "answered_on": pd.Series(invited_on + pd.Timedelta("3D")).where(answered),
        }
    )
    survey = _survey(scores, invitations, generator)[answered].reset_index(drop=True)
    tables = {
        "orders": orders,
        "survey_invitations": invitations,
        "survey": survey,
        "complaints": _complaints(scores, names, generator),
        "service_ratings": service_ratings(scores, names, generator),
        "competitor_ratings": _competitor_ratings(scores, names, generator),
    }
    truth = scores.set_axis(names)
    return Database(tables), truth


def _orders(scores, names, generator):
    rate = np.exp(0.8 + 0.5 * scores["satisfaction"].to_numpy())
    count = generator.poisson(rate * 2)
    days = pd.Timestamp("2022-07-01") + pd.to_timedelta(generator.integers(0, 915, count.sum()), unit="D")
    amount = np.round(np.exp(generator.normal(4, 0.6, count.sum())), 2)
    orders = pd.DataFrame({"customer_id": np.repeat(names, count), "order_date": days, "amount": amount})
    orders["cost_of_goods"] = orders["amount"] * 0.6
    return orders.sort_values("order_date", ignore_index=True)


def _survey(scores, invitations, generator):
    survey = survey_of(scores, generator)
    happy = scores["satisfaction"] + 0.4 * generator.standard_normal(len(scores))
    survey["recommend"] = (7.5 + 1.5 * happy + generator.standard_normal(len(scores))).round().clip(0, 10)
    survey["satisfaction_class"] = pd.cut(happy, [-9, -2, -1.2, -0.5, 0.8, 9], labels=CLASSES).astype(str)
    survey["first_named"] = np.where(generator.random(len(scores)) < 0.4 + 0.1 * happy, "ours", "rival A")
    survey["price_rise_accepted"] = (10 + 4 * happy + 3 * generator.standard_normal(len(scores))).clip(0)
    columns = ["invitation_id", "customer_id", "wave", "answered_on"]
    return pd.concat([invitations[columns], survey], axis=1)


def _complaints(scores, names, generator):
    chosen = generator.random(len(names)) < 0.08 * np.exp(-0.5 * scores["satisfaction"])
    days = pd.Timestamp("2023-01-01") + pd.to_timedelta(generator.integers(0, 720, chosen.sum()), unit="D")
    return pd.DataFrame({"customer_id": names[chosen], "recorded_at": days + pd.Timedelta("9h")})


def service_ratings(scores, names, generator, respondents=700):
    """Perceptions that make up satisfaction with the weights in SERVICE and PRODUCT."""
    rows, people = [], names[:respondents]
    happy = scores["satisfaction"].to_numpy()[:respondents]
    for side, weights in (("service", SERVICE), ("product", PRODUCT)):
        for place, (dimension, weight) in enumerate(weights.items()):
            perceived = weight * happy + np.sqrt(1 - weight**2) * generator.standard_normal(respondents)
            for item in (1, 2):
                rows.append(
                    pd.DataFrame(
                        {
                            "customer_id": people,
                            "side": side,
                            "dimension": dimension,
                            "item": f"{dimension} {item}",
                            "expected": (6.0 + 0.5 * generator.standard_normal(respondents)).round().clip(1, 7),
                            "perceived": (5.5 - 0.3 * place + 0.9 * perceived).round().clip(1, 7),
                            "importance": (8 + 0.2 * place + generator.standard_normal(respondents))
                            .round()
                            .clip(1, 10),
                        }
                    )
                )
    return pd.concat(rows, ignore_index=True)


def _competitor_ratings(scores, names, generator, respondents=300):
    means = {"product": (8.0, 7.0), "delivery": (6.8, 7.9), "price": (6.0, 6.1), "satisfaction": (7.5, 7.4)}
    rows = []
    for attribute, (ours, rival) in means.items():
        for supplier, mean in (("ours", ours), ("rival A", rival), ("rival B", rival - 0.8)):
            rating = (mean + generator.standard_normal(respondents)).round().clip(1, 10)
            rows.append(
                pd.DataFrame(
                    {"customer_id": names[:respondents], "supplier": supplier, "attribute": attribute, "rating": rating}
                )
            )
    return pd.concat(rows, ignore_index=True)
