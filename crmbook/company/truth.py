"""What no company could observe, written apart so that a method can be graded."""

from pathlib import Path

import numpy as np
import pandas as pd

from crmbook.company import cases, key_account, ratings, settings, trials
from crmbook.company import population as pop
from crmbook.company.answers import ITEMS
from crmbook.company.days import MONTH_START
from crmbook.company.leaving import LEAVING_REASONS
from crmbook.company.rows import sorted_by
from crmbook.company.service import CAUSES
from crmbook.company.sheets import Choices, Days, Flags, Integers, Labels, Numbers, Sheet
from crmbook.company.surveys import WAVES
from crmlib import dictionary

TRUTH = dictionary.read(Path(__file__).with_name("truth.csv"))
"""Schemas of the truth tables by name; the file is ``truth/<name>``. A reference to a table means the observable one.

Shares and chances run from 0 to 1; attitudes are in standard deviations around 0.
"""


def truth_sheets(books):
    """Yield (name, Sheet) of the truth tables."""
    yield "truth/customers", _customers(books)
    yield "truth/departures", _departures(books)
    yield "truth/incidents", _incidents(books)
    yield "truth/abuse", _abuse(books)
    yield "truth/satisfaction", _satisfaction(books)
    yield "truth/paths", _paths()
    yield "truth/disconfirmation", _disconfirmation()
    yield "truth/campaign_effects", _campaign_effects(books)
    yield "truth/trial_effects", _trial_effects(books)
    yield "truth/tiers", _tiers(books)
    yield "truth/referrals", _referrals(books)
    yield "truth/kano", _kano()
    yield "truth/service_gaps", _service_gaps()
    yield "truth/handling", cases.handling_sheet()
    yield "truth/key_account", _key_account(books)
    yield "truth/account_leaving", books.state.farewells.sheet(books)


def _customers(books):
    people = books.people
    return Sheet(
        {
            "customer_id": books.customer(np.arange(people.size)),
            "buyer": Choices(people.relationship.astype(int), ["transaction", "relationship"]),
            "trend": Choices(people.trend, pop.TRENDS),
            "response": Choices(people.campaign_type, pop.CAMPAIGN_TYPES),
            "orders_a_month": Numbers(people.rate, 4),
            "price_sensitivity": Numbers(people.price_sensitivity, 3),
            "switching_cost": Numbers(people.switching_cost, 3),
            "willing_to_return": Numbers(books.state.willing, 3),
            "satisfaction": Numbers(books.state.satisfaction(), 3),
            "left_on": Days(books.state.left),
        }
    )


def _departures(books):
    log = sorted_by(books.departures, "day", "customer")
    return Sheet(
        {
            "customer_id": books.customer(log["customer"]),
            "left_on": Days(log["day"]),
            "reason": Choices(log["reason"], LEAVING_REASONS),
        }
    )


def _incidents(books):
    log = books.incidents
    return Sheet(
        {
            "customer_id": books.customer(log["customer"]),
            "happened_on": Days(log["day"]),
            "order_id": books.order(log["number"]),
            "cause": Choices(log["cause"], CAUSES),
            "severity": Integers(log["severity"]),
            "complaint_id": books.complaint(log["complaint"]),
        }
    )


def _abuse(books):
    log, lines, abuser = books.complaints, books.lines, books.people.abuser
    false = np.bincount(log["customer"], weights=log["abuse"], minlength=books.people.size)
    returns = np.bincount(lines["customer"], weights=lines["quantity"] < 0, minlength=books.people.size)
    # Who never got round to it is not a case that anyone could find.
    known = np.flatnonzero(abuser & (false + returns > 0))
    return Sheet(
        {
            "customer_id": books.customer(known),
            "false_complaints": Integers(false[known]),
            "returns": Integers(returns[known]),
        }
    )


def _satisfaction(books):
    log = books.state.log.take("satisfaction")
    return Sheet(
        {
            "customer_id": books.customer(log["customer"]),
            "wave": Choices(log["wave"], WAVES),
            "satisfaction": Numbers(log["satisfaction"], 2),
            "still_customer": Flags(log["alive"].astype(int)),
            "had_problem": Flags(log["problem"].astype(int)),
        }
    )


def _paths():
    pairs = list(settings.PATHS)
    names = list(dict.fromkeys(name for pair in pairs for name in pair))
    return Sheet(
        {
            "source": Choices(np.array([names.index(a) for a, _ in pairs]), names),
            "target": Choices(np.array([names.index(b) for _, b in pairs]), names),
            "coefficient": Numbers(np.array(list(settings.PATHS.values()))),
        }
    )


def _disconfirmation():
    """Directly, and through perceived value; between customers of one expectation the image is alike on average."""
    paths, by_value = settings.PATHS, settings.PATHS["perceived_value", "satisfaction"]
    slopes = {}
    for cause, bend in (("perceived_quality", 1), ("expected_quality", -1)):
        linear = paths[cause, "satisfaction"] + by_value * paths[cause, "perceived_value"]
        if cause == "expected_quality":
            linear += paths["image", "satisfaction"] * paths["image", "expected_quality"]
        points = ITEMS["satisfaction"][1] / ITEMS[cause][1]
        slopes[cause] = points * (linear + bend * settings.LOSS_AVERSION * np.array([1, -1]))
    return Sheet(
        {
            "side": Choices(np.arange(2), ["below", "above"]),
            "perceived": Numbers(slopes["perceived_quality"], 3),
            "expected": Numbers(slopes["expected_quality"], 3),
        }
    )


def _campaign_effects(books):
    log = books.state.log.take("campaign_effects")
    return Sheet(
        {
            "campaign_id": Labels("K", log["campaign"] + 1, 3),
            "response": Choices(log["kind"], pop.CAMPAIGN_TYPES),
            "members": Integers(log["members"]),
            "without": Numbers(log["base"], 4),
            "uplift": Numbers(log["uplift"], 4),
        }
    )


def _trial_effects(books):
    log = books.state.log.take("trial_effects")
    arm = np.where(log["trial"] == 0, 0, log["arm"])
    return Sheet(
        {
            "trial": Choices(log["trial"], ["retention", "winback"]),
            "customer_id": books.customer(log["customer"]),
            "assigned_on": Days(MONTH_START[log["month"]]),
            "arm": Choices(arm, ["offer", *trials.WINBACK_ARMS[1:]]),
            "without": Numbers(log["without"], 4),
            "with_offer": Numbers(log["offer"], 4),
            "uplift": Numbers(log["offer"] - log["without"], 4),
        }
    )


def _tiers(books):
    every, log = np.arange(len(settings.TIERS)), books.state.log.take("tier_effects")
    members, orders, lower = (
        np.bincount(log["tier"], weights=log[name], minlength=len(every)) for name in ("members", "orders", "lower")
    )
    reached = np.where(members > 0, members, np.nan)
    factor = np.exp(settings.TIER_EFFECT)
    return Sheet(
        {
            "tier": Choices(every, settings.TIERS),
            "threshold": Numbers(np.array(settings.TIER_THRESHOLDS, dtype=float)),
            "rate_factor": Numbers(factor, 4),
            "members": Integers(members),
            "orders": Numbers(orders / reached, 3),
            "orders_added": Numbers((orders - lower) / reached, 3),
        }
    )


def _referrals(books):
    """Without the recommendation some of these customers would have tried once only, the others bought less often."""
    people, state = books.people, books.state
    who = np.flatnonzero(people.referred)
    once = pop.one_time_chance(vars(people), referred=False)[who]
    later = np.maximum(state.orders[who] - 1, 0)
    expected = {name: state.orders_after(rates[who]) for name, rates in state.expected.items()}
    added = once * later + (1 - once) * (expected["as_it_was"] - expected["not_referred"])
    return Sheet(
        {
            "customer_id": books.customer(who),
            "orders": Integers(state.orders[who]),
            "orders_added": Numbers(added, 3),
        }
    )


def _kano():
    features = len(ratings.FEATURES)
    feature, grade = np.divmod(np.arange(features * len(ratings.GRADES)), len(ratings.GRADES))
    return Sheet(
        {
            "feature": Choices(feature, ratings.FEATURES["feature"].to_list()),
            "grade": Choices(grade, ratings.GRADES),
            "category": Choices(ratings.true_categories()[feature, grade], ratings.KANO_CATEGORIES),
        }
    )


def _service_gaps():
    rows = ratings.SERVICE_ITEMS.drop(columns="item").drop_duplicates()
    (side, sides), (dimension, dimensions) = (pd.factorize(rows[column]) for column in ("side", "dimension"))
    return Sheet(
        {
            "side": Choices(side, sides.to_list()),
            "dimension": Choices(dimension, dimensions.to_list()),
            **{column: Numbers(rows[column].to_numpy()) for column in ("expected", "gap", "pull")},
        }
    )


def _key_account(books):
    rows = key_account.signals(books.state)
    return Sheet(
        {
            "customer_id": books.customer(np.array([row[0] for row in rows])),
            "signal": Choices(np.arange(len(rows)), [row[1] for row in rows]),
            "seen_from": Days(np.array([row[2] for row in rows])),
        }
    )
