"""What respondents answered: the survey's items, generated from their attitudes at that moment."""

import numpy as np

from crmbook.company.population import PERSONALITIES
from crmbook.company.randomness import logistic, pick, stream
from crmbook.company.ratings import best_rival
from crmbook.company.rows import sorted_by
from crmbook.company.sheets import NONE, Choices, Days, Flags, Integers, Labels, Numbers, Sheet, Texts
from crmbook.company.surveys import CLASS_LIMITS, CLASSES, WAVES, WRITTEN
from crmbook.company.texts import survey_comments

BRANDS = ["ours", "rival A", "rival B", "other"]
WALLET_BY_RIVALS = 0.6
"""Log odds of the share of wallet for a point by which the better rival is liked more than usual."""
ITEMS = {
    "image": (8.53, 1.42, [0.95, 0.94, 0.93, 0.95]),
    "expected_quality": (8.41, 1.40, [0.96, 0.95, 0.93]),
    "perceived_quality": (8.42, 1.42, [0.96, 0.95, 0.94, 0.93]),
    "perceived_value": (8.31, 1.45, [0.96, 0.96]),
    "satisfaction": (8.08, 1.45, [0.96, 0.95, 0.94]),
    "continued_business": (8.42, 1.40, [0.96, 0.93, 0.95]),
}
"""Mean and deviation of the answers on the 1–10 scale at average attitude, and a loading for each item."""


def invitation_sheet(books):
    """Return survey_invitations, and keep the numbers of those answered for the survey."""
    log = sorted_by(books.invitations, "invited", "customer")
    number = np.arange(1, len(log["customer"]) + 1)
    width = max(5, len(str(len(number))))
    # One key a customer and wave finds the invitation of an answer again.
    key = invitation_key(log)
    sheet = Sheet(
        {
            "invitation_id": Labels("I", number, width),
            "customer_id": books.customer(log["customer"]),
            "wave": Choices(log["wave"], WAVES),
            "invited_on": Days(log["invited"]),
            "channel": Choices(log["channel"], WRITTEN),
            "answered_on": Days(log["answered"]),
        }
    )
    return sheet, (key, number, width)


def invitation_key(log):
    """Return one number a customer and wave."""
    return log["customer"].astype(np.int64) * len(WAVES) + log["wave"]


def invitation_labels(invitations, log):
    """Return the invitations of a log's rows. ``invitations`` keys, numbers and width of all invitations."""
    keys, numbers, width = invitations
    by_key = np.argsort(keys)
    return Labels("I", numbers[by_key][np.searchsorted(keys[by_key], invitation_key(log))], width)


def answer_log(books):
    """Return the answers' log in order of time: attitudes and what had happened."""
    return sorted_by(books.state.log.take("answers"), "day", "customer")


def survey_sheet(books, invitations, log):
    """Return the survey table. ``invitations`` of invitation_sheet; ``log`` of answer_log."""
    generator = stream(books.seed, "answers")
    columns = {
        "invitation_id": invitation_labels(invitations, log),
        "customer_id": books.customer(log["customer"]),
        "wave": Choices(log["wave"], WAVES),
        "answered_on": Days(log["day"]),
    }
    columns |= _items(generator, log)
    columns |= _other_answers(generator, books.people, log, best_rival(books)[log["customer"]])
    columns |= _told(stream(books.seed, "people told"), log, columns["had_problem"].values > 0)
    columns |= _comments(generator, log)
    return Sheet(columns)


def item_answers(generator, construct, attitude):
    """Yield name and answers of each item of a construct: attitude · loading + error, on 1–10."""
    mean, deviation, loadings = ITEMS[construct]
    for n, loading in enumerate(loadings, start=1):
        error = generator.normal(0, 1, len(attitude)) * np.sqrt(1 - loading**2)
        yield f"{construct}_{n}", np.clip(np.round(mean + deviation * (loading * attitude + error)), 1, 10)


def _items(generator, log):
    """All items; one answer in sixty is left out."""
    size, columns = len(log["customer"]), {}
    for construct in ITEMS:
        for name, value in item_answers(generator, construct, log[construct]):
            columns[name] = Integers(np.where(generator.random(size) < 0.016, NONE, value))
    return columns


def _told(generator, log, problem):
    """How grave the problem was, and how many others heard about the company: bad news travels about twice as far."""
    size = len(problem)
    severity = np.where(log["problem"], log["severity"], 1) + pick(generator, [0.15, 0.7, 0.15], size) - 1
    mean = np.where(problem, 3.6 * np.exp(0.15 * (severity - 2)), 2.0 * np.exp(0.15 * log["satisfaction"]))
    told = generator.poisson(mean * generator.gamma(1.5, 1 / 1.5, size))
    return {
        "problem_severity": Integers(np.where(problem, np.clip(severity, 1, 5), NONE)),
        "people_told": Integers(np.minimum(told, 60)),
    }


def _other_answers(generator, people, log, appeal):
    """Single questions: recommendation, class of satisfaction, trust, rivals, price, what happened."""
    who, size = log["customer"], len(log["customer"])
    satisfaction, intention = log["satisfaction"], log["continued_business"]
    rivals = 4.6 + 0.8 * appeal - 1.0 * satisfaction - 0.8 * people.switching_cost[who] + generator.normal(0, 1.5, size)
    recommend = 8.1 + 0.9 * intention + 0.7 * satisfaction + generator.normal(0, 0.9, size)
    said = np.searchsorted(CLASS_LIMITS, satisfaction + generator.normal(0, 0.15, size))
    first = logistic(0.4 + 0.9 * satisfaction + 0.3 * people.relationship[who])
    named = np.where(generator.random(size) < first, 0, 1 + pick(generator, [0.5, 0.3, 0.2], size))
    rise = np.exp(1.75 + 0.30 * satisfaction - 0.40 * people.price_sensitivity[who] + generator.normal(0, 0.35, size))
    loyal = people.personality[who] == PERSONALITIES.index("loyal")
    minutes = np.exp(2.2 - 0.3 * loyal + generator.normal(0, 0.6, size)) * np.exp(-0.25 * satisfaction)
    minutes = np.where(minutes < 10, np.round(minutes), np.round(minutes / 5) * 5)
    share = logistic(np.log(log["own_share"] / (1 - log["own_share"])) - WALLET_BY_RIVALS * appeal)
    wallet = np.clip(100 * share + generator.normal(0, 9, size), 1, 100)
    problem = np.where(log["problem"], generator.random(size) < 0.93, generator.random(size) < 0.02)
    complained = problem & log["complained"] & (generator.random(size) < 0.95)
    trust = 7.6 + 1.3 * (0.6 * satisfaction + 0.5 * log["image"]) + generator.normal(0, 1.0, size)
    switching = 5.2 + 1.9 * people.switching_cost[who] + 0.4 * satisfaction + generator.normal(0, 1.3, size)
    return {
        "recommend": Integers(np.clip(np.round(recommend), 0, 10)),
        "satisfaction_class": Choices(said, CLASSES),
        "trust": Integers(np.clip(np.round(trust), 1, 10)),
        "switching_cost": Integers(np.clip(np.round(switching), 1, 10)),
        "rival_appeal": Integers(np.clip(np.round(rivals), 1, 10)),
        "first_named": Choices(named, BRANDS),
        # People tell shares and rises in round numbers.
        "share_of_wallet": Numbers(np.where(wallet < 20, np.round(wallet), np.round(wallet / 5) * 5), 0),
        "price_rise_accepted": Numbers(np.where(rise < 8, np.round(rise), np.clip(np.round(rise / 5) * 5, 0, 60)), 0),
        "minutes_to_choose": Numbers(np.clip(minutes, 1, 180), 0),
        "had_problem": Flags(problem.astype(int)),
        "complained": Flags(complained.astype(int)),
    }


def _comments(generator, log):
    """Open answers: a third writes something, the dissatisfied more."""
    satisfaction, size = log["satisfaction"], len(log["customer"])
    writes = generator.random(size) < logistic(-1.1 - 0.45 * satisfaction + 0.6 * log["problem"])
    chinese = generator.random(size) < 0.6
    tone = np.searchsorted([-0.7, 0.45], satisfaction)
    cause = np.where(log["problem"], log["cause"], -1)
    texts = survey_comments(generator, tone, cause, chinese, writes)
    language = np.where(writes, chinese.astype(int), -1)
    return {"comment": Texts(texts), "comment_language": Choices(language, ["en", "zh"])}
