"""Informal cases: what unhappy customers tell the desk without a formal complaint, and what handling does to them."""

import numpy as np

from crmbook.company import settings
from crmbook.company.days import LAST_DAY
from crmbook.company.randomness import pick, stream
from crmbook.company.rows import chosen
from crmbook.company.service import CAUSES, COMPLAINT_CHANNELS, REMEDIES, into_office_hours, office_minutes
from crmbook.company.sheets import NONE, Cents, Choices, Days, Flags, Integers, Labels, Moments, Numbers, Sheet, Texts
from crmbook.company.voices import told, wording_labels

PARTS = list(settings.HANDLING_PARTS)
_EFFECTS = np.array(list(settings.HANDLING_PARTS.values()))
_END = (LAST_DAY + 1) * 1440


def month_cases(generator, state, silent):
    """Draw who of those without a complaint tells the desk, how it is handled and what that does to the customer.

    The parts of good handling move experience up or down; on average they change nothing.
    """
    who, severity = silent["customer"], silent["severity"]
    tells = generator.random(len(who)) < settings.TELLS_BY_SEVERITY[severity]
    tells &= (state.left[who] <= NONE) | (state.left[who] > silent["happened"])
    case = chosen(silent, tells)
    who, severity, size = case["customer"], case["severity"], int(tells.sum())
    channel = pick(generator, [0.33, 0.34, 0.07, 0.10, 0.16, 0.0, 0.0], size)
    channel = np.where(state.people.enterprise[who], np.where(generator.random(size) < 0.5, 5, 0), channel)
    opened = office_minutes(generator, case["happened"] + generator.randint(0, 3, size), channel)
    days = np.exp(generator.normal(np.log(3.2), 0.9, size)) * np.array([1.0, 1.3, 1.1, 1.0, 0.75, 0.6])[severity]
    forgotten = generator.random(size) < settings.FORGOTTEN_CASES
    judged = into_office_hours(opened + (days * generator.uniform(0.1, 0.4, size) * 1440).astype(np.int64))
    solved = np.where(forgotten, 10 * _END, into_office_hours(judged + (days * 0.75 * 1440).astype(np.int64)))
    promise = np.where(generator.random(size) < 0.75, opened // 1440 + 2 + generator.randint(0, 5, size), NONE)
    remedy = pick(generator, [0.42, 0.20, 0.13, 0.17, 0.08], size)
    follows = generator.random(size) < 0.5
    followed = into_office_hours(solved + (generator.gamma(2.2, 1.2, size) * 1440).astype(np.int64))
    parts = np.column_stack(
        [
            (remedy == 0) | (generator.random(size) < 0.31),
            generator.random(size) < 0.55,
            solved - opened <= settings.QUICK_DAYS * 1440,
            np.isin(remedy, [1, 2, 3]),
            (promise <= NONE) | (solved // 1440 <= promise),
            follows,
        ]
    )
    score = parts @ _EFFECTS
    grade = 3.0 + score - 0.3 * (severity - 2) + generator.normal(0, 1.3, size)
    rated = solved // 1440 + 8 + generator.randint(0, 10, size)
    usual = settings.USUAL_HANDLING @ _EFFECTS
    effect = np.where(forgotten, -usual, score - usual) * settings.EXPERIENCE_BY_HANDLING
    np.add.at(state.experience, who, effect.astype(np.float32))
    given = np.minimum(np.round(case["cents"] * generator.uniform(0.05, 0.4, size), -2), settings.MOST_GIVEN)
    state.log.add(
        "cases",
        **case,
        opened=opened,
        channel=channel,
        promise=promise,
        handovers=np.where(parts[:, 1], 0, 1 + generator.poisson(0.5, size)),
        judged=judged,
        solved=solved,
        apology=parts[:, 0],
        remedy=remedy,
        paid=np.where(np.isin(remedy, [2, 3]), given, 0),
        followed=np.where(follows, followed, 10 * _END),
        rated=np.where(generator.random(size) < 0.65, rated, 10 * _END),
        rating=np.clip(np.round(grade), 1, 10),
    )


def case_sheet(books):
    """Return the service_cases table."""
    generator, log = stream(books.seed, "case texts"), books.cases
    size = len(log["opened"])
    words = told(generator, books, log)
    wrong = generator.random(size) < settings.MISFILED
    filed = np.where(wrong, generator.randint(0, len(CAUSES), size), log["cause"])

    def known(name, until="solved", limit=_END):
        return np.where(log[until] < limit, log[name], NONE).astype(np.int64)

    return Sheet(
        {
            "case_id": Labels("V", np.arange(1, size + 1), max(5, len(str(size)))),
            "customer_id": books.customer(log["customer"]),
            "opened_at": Moments(log["opened"]),
            "channel": Choices(log["channel"], COMPLAINT_CHANNELS),
            "order_id": books.order(np.where(generator.random(size) < 0.85, log["number"], NONE)),
            "cause": Choices(filed, CAUSES),
            "severity": Integers(log["severity"]),
            "text": Texts(words["text"]),
            "language": Choices(words["chinese"].astype(int), ["en", "zh"]),
            "wording_id": wording_labels(words["wording"]),
            "promised_by": Days(log["promise"]),
            "judged_at": Moments(known("judged", "judged")),
            "solved_at": Moments(known("solved")),
            "handovers": Integers(known("handovers")),
            "apology": Flags(known("apology")),
            "remedy": Choices(known("remedy"), REMEDIES),
            "compensation": Cents(known("paid")),
            "followed_up_at": Moments(known("followed", "followed")),
            "rated_on": Days(known("rated", "rated", LAST_DAY + 1)),
            "handling_rating": Integers(known("rating", "rated", LAST_DAY + 1)),
        }
    )


def handling_sheet():
    """Return what each part of good handling does, for the truth."""
    return Sheet(
        {
            "part": Choices(np.arange(len(PARTS)), PARTS),
            "rating": Numbers(_EFFECTS),
            "experience": Numbers(_EFFECTS * settings.EXPERIENCE_BY_HANDLING, 4),
        }
    )
