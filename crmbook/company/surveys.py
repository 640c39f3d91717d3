"""The half-yearly satisfaction survey: whom the company asks, who answers, and what they say."""

import numpy as np

from crmbook.company.days import LAST_DAY, MONTH_START
from crmbook.company.population import CONSENTS
from crmbook.company.randomness import logistic
from crmbook.company.sheets import NONE

WRITTEN = ["email", "sms", "wechat"]
WAVE_MONTHS = (5, 11, 17, 23, 29, 35, 41, 47)
WAVES = ["2021H1", "2021H2", "2022H1", "2022H2", "2023H1", "2023H2", "2024H1", "2024H2"]
INVITED_SHARE = 0.42
CALLED_WAVES = (3, 4, 5, 6)
"""Waves whose silent were called: those of two years whose calls are over by the last day."""
CLASSES = ["very dissatisfied", "dissatisfied", "neutral", "satisfied", "very satisfied"]
CLASS_LIMITS = [-1.75, -1.15, -0.50, 0.45]


def invite(generator, state, month, satisfaction):
    """Invite a sample of current customers (an order in the last year): the company never asks the lost ones."""
    if month not in WAVE_MONTHS:
        return
    wave = WAVE_MONTHS.index(month)
    begin = int(MONTH_START[month]) + 6
    frame = np.flatnonzero(state.started & state.current(MONTH_START[month], 365))
    state.log.add(
        "satisfaction",
        customer=frame,
        wave=np.full(len(frame), wave),
        satisfaction=satisfaction[frame],
        alive=state.alive[frame],
        problem=state.last_incident[frame] >= begin - 182,
    )
    asked = generator.random(len(frame)) < INVITED_SHARE
    channel = written_to(generator, state, frame, [0.4, 0.25, 0.35])
    who, channel = frame[asked & (channel >= 0)], channel[asked & (channel >= 0)]
    answers = _chance_to_answer(state, who, satisfaction)
    answered = generator.random(len(who)) < answers
    invited = begin + generator.randint(0, 3, len(who))
    delay = np.minimum(generator.geometric(0.22, len(who)) - 1, 20)
    when = np.minimum(invited + delay, LAST_DAY)
    state.log.add(
        "invitations",
        customer=who,
        wave=np.full(len(who), wave),
        invited=invited,
        channel=channel,
        answered=np.where(answered, when, NONE),
    )
    silent = who[~answered & (wave in CALLED_WAVES)]
    state.log.add(
        "silent",
        customer=silent,
        wave=np.full(len(silent), wave),
        satisfaction=satisfaction[silent],
        problem=state.last_incident[silent] >= begin - 182,
        messages=state.messages[silent],
    )
    attitudes = state.attitudes(who[answered])
    state.log.add(
        "answers",
        customer=who[answered],
        wave=np.full(int(answered.sum()), wave),
        day=when[answered],
        problem=state.last_incident[who[answered]] >= when[answered] - 182,
        severity=state.incident_severity[who[answered]],
        complained=state.last_complaint[who[answered]] >= when[answered] - 182,
        cause=state.incident_cause[who[answered]],
        own_share=share_of_wallet(state, who[answered], satisfaction),
        **attitudes,
    )


def written_to(generator, state, who, weights):
    """Draw the channel by which each customer is written to, among those consented to; −1 for none.

    Parameters: ``weights`` of the channels in WRITTEN. Returns: positions in WRITTEN.
    """
    weights = state.consent[np.ix_(who, [CONSENTS.index(name) for name in WRITTEN])] * np.array(weights)
    running = np.cumsum(weights, axis=1)
    drawn = generator.random(len(who)) * running[:, -1]
    return np.where(running[:, -1] > 0, (drawn[:, None] > running).sum(axis=1), -1)


def _chance_to_answer(state, who, satisfaction):
    """The satisfied answer more, the very angry a little more; the young, the often contacted and the lost less."""
    people = state.people
    chance = logistic(
        -0.75
        + 0.38 * satisfaction[who]
        + 0.25 * (satisfaction[who] < -1.6)
        + 0.25 * people.relationship[who]
        - 0.25 * (people.birth[who] > -11_000)
        - 0.12 * state.messages[who]
    )
    return np.where(state.alive[who], chance, chance * 0.45)


def share_of_wallet(state, who, satisfaction):
    """Return the share of tea spending that goes to the company: rises with satisfaction and switching cost."""
    people = state.people
    own = np.log(people.wallet_need[who] / (1 - people.wallet_need[who] + 1e-6) + 1e-6)
    return logistic(0.6 * own + 0.45 * satisfaction[who] + 0.3 * people.switching_cost[who] - 0.1)
