"""Campaigns: who is on the list, by lot or by choice, and what the message changes."""

import numpy as np

from crmbook.company import settings
from crmbook.company.days import LAST_DAY, MONTH_START, day, month_of, overall_season
from crmbook.company.population import CAMPAIGN_TYPES, CONSENTS, RUNNING
from crmbook.company.products import CATEGORIES
from crmbook.company.sheets import NONE, Choices, Days, Flags, Labels, Numbers, Sheet
from crmbook.company.words import table

CHANNELS = ["visit", "phone", "email", "sms", "wechat", "letter", "event"]
VISIT, PHONE, EMAIL, SMS, WECHAT, LETTER, _ = range(7)
PERSUADABLE, SURE, LOST, ANNOYED = range(len(CAMPAIGN_TYPES))

PLAN = table("campaigns", discount=float, by_lot=int, extra=float)
"""One row a campaign: ``begin`` and ``end`` its first and last day; ``extra`` orders of a persuadable customer."""
BEGIN, END = (PLAN[name].map(day).to_numpy() for name in ("begin", "end"))
CHANNEL = PLAN["channel"].map(CHANNELS.index).to_numpy()
CATEGORY = np.array([CATEGORIES.index(name) if name else -1 for name in PLAN["category"]])
SHARE_OF_ELIGIBLE, TREATED = 0.42, 0.6
"""Share of those who could be contacted that a list takes, and the share of a random list that is contacted."""
SLEEPING_RATE, UNSUBSCRIBE = 0.45, {"annoyed": 0.16, "others": 0.008}
_SEASON = overall_season()


def campaign_sheet():
    """Return the campaigns table."""
    every = np.arange(len(PLAN))
    return Sheet(
        {
            "campaign_id": Labels("K", every + 1, 3),
            "name": Choices(every, PLAN["name"].to_list()),
            "chinese_name": Choices(every, PLAN["chinese"].to_list()),
            "channel": Choices(CHANNEL, CHANNELS),
            "started_on": Days(BEGIN),
            "ended_on": Days(END),
            "category": Choices(CATEGORY, CATEGORIES),
            "discount_rate": Numbers(PLAN["discount"].to_numpy()),
            "contact_cost": Numbers(PLAN["channel"].map(settings.CONTACT_COST).to_numpy()),
            "randomised": Flags(PLAN["by_lot"].to_numpy()),
        }
    )


def run_campaigns(generator, state, month, rate):
    """Run the campaigns that start in a month.

    Parameters: ``rate`` expected orders of each customer this month; changed in place for annoyed customers.
    Returns: extra orders and treated customers of each campaign, both as a list of (customers, number, discount).
    """
    extra, treated_lists = [], []
    for number, plan in enumerate(PLAN.itertuples()):
        begin = BEGIN[number]
        if not MONTH_START[month] <= begin < MONTH_START[month + 1]:
            continue
        members, treated = _members(generator, state, plan, begin)
        opened = _opened(generator, state, members, plan.channel)
        kind = state.people.campaign_type[members]
        tired = np.exp(-0.28 * state.messages[members])
        liked = state.people.favourite[members] == CATEGORY[number]
        fits = np.where(liked, 1.35, 0.85) if plan.category else 1.0
        chance = np.where(kind == PERSUADABLE, plan.extra, np.where(kind == LOST, 0.0, 0.01)) * tired * fits
        chance = np.where(state.alive[members], chance, chance * 0.12)
        buys = treated & (generator.random(len(members)) < chance)
        put_off = treated & (kind == ANNOYED)
        _log_effects(state, number, members, treated, chance, rate[members])
        rate[members[put_off]] *= SLEEPING_RATE
        state.irritation[members[put_off]] += 0.35
        state.messages[members[treated]] += 1
        _log_members(generator, state, number, members, treated, opened, buys)
        extra.append((members[buys], number, plan.discount))
        treated_lists.append((members[treated], number, plan.discount))
    return extra, treated_lists


def _log_members(generator, state, number, members, treated, opened, buys):
    """Note who was on the list, who opened, and who forbade further messages."""
    plan, size = PLAN.iloc[number], len(members)
    begin, annoyed = BEGIN[number], state.people.campaign_type[members] == ANNOYED
    leaving = np.where(annoyed, UNSUBSCRIBE["annoyed"], UNSUBSCRIBE["others"] * (1 + state.messages[members]))
    unsubscribed = treated & (generator.random(size) < leaving)
    opened_on = np.where(treated & opened, begin + generator.randint(0, 4, size), NONE)
    unsubscribed_on = np.where(unsubscribed, begin + generator.randint(0, 6, size), NONE)
    unsubscribe(state, members[unsubscribed], unsubscribed_on[unsubscribed], plan.channel)
    state.log.add(
        "members",
        campaign=np.full(size, number),
        customer=members,
        treated=treated,
        opened=np.minimum(np.where(buys, np.maximum(opened_on, begin), opened_on), LAST_DAY),
        unsubscribed=unsubscribed_on,
    )


def _members(generator, state, plan, begin):
    """Who is on the list: a random part of those who may be contacted, or the best recent buyers among them."""
    people = state.people
    known = (people.registered < begin - 14) & state.started & state.current(begin, 540) & ~people.enterprise
    known &= state.trial_until <= month_of(begin)
    if plan.channel in CONSENTS:
        known &= state.consent[:, CONSENTS.index(plan.channel)]
    who = np.flatnonzero(known)
    if plan.by_lot:
        members = who[generator.random(len(who)) < SHARE_OF_ELIGIBLE]
        return members, generator.random(len(members)) < TREATED
    score = np.log1p(state.orders[who]) - (begin - state.last_order[who]) / 120 + generator.normal(0, 0.5, len(who))
    share = 0.10 if plan.channel in ("phone", "event") else 0.34
    members = who[score >= np.quantile(score, 1 - share)] if len(who) else who
    return members, np.ones(len(members), dtype=bool)


def _opened(generator, state, members, channel):
    """Messages are opened more on the customer's own channel and less by those who get many."""
    base = {"email": 0.24, "sms": 0.38, "wechat": 0.42, "phone": 0.55, "letter": 0.5, "event": 0.3}[channel]
    own = state.people.preferred_channel[members] == CHANNELS.index(channel)
    kind = state.people.campaign_type[members]
    chance = base * np.where(own, 1.5, 0.85) * np.where(kind == LOST, 0.6, 1.0) * np.exp(-0.1 * state.messages[members])
    return generator.random(len(members)) < chance


def unsubscribe(state, who, when, channel):
    """Note that customers forbade further messages on a channel."""
    if channel in CONSENTS:
        state.consent[who, CONSENTS.index(channel)] = False
        state.consent_changed[who] = np.maximum(state.consent_changed[who], when)
        state.log.add("withdrawals", customer=who, day=when, channel=np.full(len(who), CONSENTS.index(channel)))


def _log_effects(state, number, members, treated, chance, rate):
    """Keep what the message truly changed within its own window, averaged over everybody on the list, for the truth."""
    kind = state.people.campaign_type[members]
    now, later = _within(state.people.buys_through[members], number)
    later = np.exp(-rate * later)
    for code in range(len(CAMPAIGN_TYPES)):
        here = kind == code
        if not here.any():
            continue
        base = 1 - state.none(members[here], rate[here]) ** now[here] * later[here]
        left = rate[here] * (SLEEPING_RATE if code == ANNOYED else 1.0)
        after = 1 - state.none(members[here], left) ** now[here] * later[here] * (1 - chance[here])
        state.log.add(
            "campaign_effects",
            campaign=[number],
            kind=[code],
            members=[here.sum()],
            base=[base.mean()],
            uplift=[(after - base).mean()],
        )


def _within(channel, number):
    """Share of the first month's orders that falls into the campaign's window, and the next month's likewise.

    The next month's share is in units of the first month's orders.
    """
    begin, end = BEGIN[number], END[number] + 1
    month = int(month_of(begin))
    shares = []
    for now in (month, month + 1):
        first, last = MONTH_START[now], MONTH_START[now + 1]
        low, high = np.clip([begin, end], first, last)
        within = RUNNING[channel, high] - RUNNING[channel, low]
        shares.append(within / (RUNNING[channel, last] - RUNNING[channel, first]))
    return shares[0], shares[1] * _SEASON[month + 1] / _SEASON[month]
