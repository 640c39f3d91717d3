"""Voices that the half-yearly survey does not hear: those who did not answer, and those who never bought."""

import numpy as np

from crmbook.company.answers import invitation_labels, item_answers
from crmbook.company.days import MONTH_START, day
from crmbook.company.randomness import cumulative_rows, logistic, pick, pick_by_row, stream
from crmbook.company.rows import chosen, sorted_by
from crmbook.company.sheets import NONE, Choices, Days, Flags, Integers, Labels, Sheet
from crmbook.company.surveys import WAVE_MONTHS, WAVES

CALLED_SHARE = 0.22
REACHED_A_CALL, MOST_CALLS = 0.35, 6
"""Six calls at other hours of the day reach nine in ten, whatever they think of the company."""
SILENCE = ["no time", "did not see it", "nothing to say", "nothing will change", "asked too often"]
HEARD = ["nothing", "good", "bad"]
OBSTACLES = ["never thought of it", "price", "content with another", "no shop nearby", "heard bad things", "waits"]
NEVER_BOUGHT = ["registered", "panel"]
DISTANCE = np.array([-0.6, -1.1])
"""Image among those who registered and never bought, and among tea drinkers of a market panel who know the company, in
standard deviations from customers: who has never tried it trusts it less."""
FIELD_BEGIN, FIELD_DAYS = day("2024-09-16"), 30


def callback_sheet(books, invitations):
    """Return callbacks: a sample by lot of those who left the survey unanswered, asked by telephone weeks later."""
    generator, log = stream(books.seed, "callbacks"), books.state.log.take("silent")
    log["calls"] = generator.geometric(REACHED_A_CALL, len(log["customer"]))
    log["day"] = MONTH_START[np.array(WAVE_MONTHS)[log["wave"]]] + 40 + generator.randint(0, 10, len(log["calls"]))
    log["day"] += 2 * np.minimum(log["calls"], MOST_CALLS)
    called = generator.random(len(log["calls"])) < CALLED_SHARE
    log = sorted_by(chosen(log, called), "day", "customer")
    size, satisfaction, reached = int(called.sum()), log["satisfaction"], log["calls"] <= MOST_CALLS
    answers = item_answers(generator, "satisfaction", satisfaction)
    items = {name: Integers(np.where(reached, value, NONE)) for name, value in answers}
    problem = np.where(log["problem"], generator.random(size) < 0.93, generator.random(size) < 0.02)
    weights = np.tile([0.34, 0.22, 0.2, 0.1, 0.04], (size, 1))
    weights[:, 2:4] *= np.exp(np.outer(satisfaction, [0.3, -0.9]))
    weights[:, 4] += 0.05 * log["messages"]
    why = pick_by_row(generator, cumulative_rows(weights), np.arange(size))
    columns = {
        "invitation_id": invitation_labels(invitations, log),
        "customer_id": books.customer(log["customer"]),
        "wave": Choices(log["wave"], WAVES),
        "called_on": Days(log["day"]),
        "calls": Integers(np.minimum(log["calls"], MOST_CALLS)),
        "reached": Flags(reached.astype(int)),
    }
    answers = {
        "had_problem": Flags(np.where(reached, problem, -1)),
        "why_silent": Choices(np.where(reached, why, -1), SILENCE),
    }
    return Sheet(columns | items | answers)


def nonbuyer_sheet(books):
    """Return nonbuyer_survey: registered persons who never ordered, and a market panel of tea drinkers."""
    generator, people = stream(books.seed, "non-buyers"), books.people
    first = books.state.first_order
    waiting = (first <= NONE) | (first >= FIELD_BEGIN + FIELD_DAYS)
    # The old card index was one of buyers, and whoever has just registered is left in peace.
    waiting &= ~people.enterprise & ~people.present & (people.registered < FIELD_BEGIN - 60)
    registered = np.flatnonzero(waiting & (generator.random(people.size) < 0.5))
    panel = round(0.06 * people.size)
    group = np.repeat([0, 1], [len(registered), panel])
    customer = np.concatenate([registered, np.full(panel, -1)])
    size = len(group)
    order = np.argsort(generator.random(size), kind="stable")
    group, customer = group[order], customer[order]
    knows = (group == 0) | (generator.random(size) < 0.6)
    view = DISTANCE[group] + generator.normal(0, 1, size)
    columns = {
        "respondent_id": Labels("N", np.arange(1, size + 1), max(4, len(str(size)))),
        "customer_id": books.customer(customer),
        "answered_on": Days(FIELD_BEGIN + np.sort(generator.randint(0, FIELD_DAYS, size))),
        "sample": Choices(group, NEVER_BOUGHT),
        "knows_us": Flags(knows.astype(int)),
    }
    for name, value in item_answers(generator, "image", view):
        columns[name] = Integers(np.where(knows, value, NONE))
    heard = np.where(generator.random(size) < 0.45, 1 + (generator.random(size) < logistic(-0.7 - 0.9 * view)), 0)
    obstacle = pick(generator, [0.28, 0.2, 0.24, 0.14, 0.0, 0.14], size)
    obstacle = np.where((heard == 2) & (generator.random(size) < 0.5), OBSTACLES.index("heard bad things"), obstacle)
    columns["heard"] = Choices(np.where(knows, heard, -1), HEARD)
    columns["obstacle"] = Choices(np.where(knows, obstacle, -1), OBSTACLES)
    would = 5.2 + 1.2 * view - 0.8 * (heard == 2) + generator.normal(0, 1.7, size)
    columns["would_try"] = Integers(np.where(knows, np.clip(np.round(would), 1, 10), NONE))
    return Sheet(columns)
