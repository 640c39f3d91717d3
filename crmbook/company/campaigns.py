"""Campaigns: who is on the list, by lot or by choice, and what the message changes."""

import numpy as np

from crmbook.company import settings
from crmbook.company.days import LAST_DAY, MONTH_START, day, month_of, overall_season
from crmbook.company.population import CAMPAIGN_TYPES, CONSENTS, RUNNING
from crmbook.company.sheets import NONE, Choices, Days, Flags, Labels, Numbers, Sheet

CHANNELS = ["visit", "phone", "email", "sms", "wechat", "letter", "event"]
VISIT, PHONE, EMAIL, SMS, WECHAT, LETTER, EVENT = range(7)
CATEGORIES = ["green", "black", "oolong", "white", "pu'er", "flower", "gift", "teaware"]
PERSUADABLE, SURE, LOST, ANNOYED = range(len(CAMPAIGN_TYPES))

# name, Chinese name, channel, first day, last day, category, discount, by lot, extra orders of persuadable customers
PLAN = [
    ("Spring Festival gifts", "新春茶礼", "sms", "2021-01-18", "2021-02-10", "gift", 0.10, False, 0.20),
    ("New green tea", "春茶上新", "wechat", "2021-04-02", "2021-04-25", "green", 0.0, True, 0.20),
    ("Mid-year sale", "年中大促", "email", "2021-06-10", "2021-06-22", None, 0.20, False, 0.26),
    ("Mooncake and tea", "月满茶香", "wechat", "2021-08-28", "2021-09-20", "gift", 0.10, False, 0.20),
    ("Double Eleven", "双十一", "sms", "2021-11-04", "2021-11-14", None, 0.20, True, 0.28),
    ("Year of the Tiger gifts", "虎年茶礼", "wechat", "2022-01-06", "2022-01-29", "gift", 0.10, False, 0.20),
    ("Spring letter", "春天来信", "letter", "2022-03-14", "2022-04-15", "green", 0.10, True, 0.30),
    ("First-pick pre-order", "明前预售", "phone", "2022-04-06", "2022-04-28", "green", 0.0, False, 0.30),
    ("Mid-year sale", "年中大促", "email", "2022-06-09", "2022-06-21", None, 0.20, True, 0.26),
    ("Summer flower teas", "夏日花茶", "email", "2022-07-11", "2022-07-31", "flower", 0.15, False, 0.18),
    ("Pu'er new arrivals", "普洱上新", "wechat", "2022-10-10", "2022-10-31", "pu'er", 0.0, True, 0.20),
    ("Double Eleven", "双十一", "sms", "2022-11-03", "2022-11-14", None, 0.20, False, 0.28),
    ("Spring Festival call", "新春问候", "phone", "2023-01-03", "2023-01-20", "gift", 0.10, True, 0.32),
    ("New green tea", "春茶上新", "wechat", "2023-04-03", "2023-04-26", "green", 0.0, False, 0.20),
    ("Tasting evening", "品茗会", "event", "2023-05-12", "2023-06-10", "oolong", 0.0, False, 0.34),
    ("Mid-year sale", "年中大促", "sms", "2023-06-08", "2023-06-20", None, 0.20, True, 0.27),
    ("Mid-Autumn gifts", "中秋茶礼", "wechat", "2023-09-06", "2023-09-28", "gift", 0.10, True, 0.22),
    ("Double Eleven", "双十一", "sms", "2023-11-02", "2023-11-13", None, 0.20, False, 0.26),
    ("Year of the Dragon gifts", "龙年茶礼", "wechat", "2024-01-11", "2024-02-08", "gift", 0.10, False, 0.20),
    ("Spring discount", "春季优惠", "email", "2024-03-05", "2024-03-25", None, 0.15, True, 0.26),
    ("New green tea", "春茶上新", "wechat", "2024-04-02", "2024-04-25", "green", 0.0, True, 0.20),
    ("Mid-year sale", "年中大促", "sms", "2024-06-07", "2024-06-20", None, 0.20, True, 0.27),
    ("Autumn oolong", "秋茶乌龙", "wechat", "2024-09-02", "2024-09-24", "oolong", 0.10, True, 0.22),
    ("Double Eleven", "双十一", "sms", "2024-11-01", "2024-11-13", None, 0.25, True, 0.30),
]
BEGIN, END = (np.array([day(plan[column]) for plan in PLAN]) for column in (3, 4))
SHARE_OF_ELIGIBLE, TREATED = 0.42, 0.6
"""Share of those who could be contacted that a list takes, and the share of a random list that is contacted."""
SLEEPING_RATE, UNSUBSCRIBE = 0.45, {"annoyed": 0.16, "others": 0.008}
_SEASON = overall_season()


def campaign_sheet():
    """Return the campaigns table."""
    every = np.arange(len(PLAN))
    category = np.array([CATEGORIES.index(plan[5]) if plan[5] else -1 for plan in PLAN])
    return Sheet(
        {
            "campaign_id": Labels("K", every + 1, 3),
            "name": Choices(every, [plan[0] for plan in PLAN]),
            "chinese_name": Choices(every, [plan[1] for plan in PLAN]),
            "channel": Choices(every, [plan[2] for plan in PLAN]),
            "started_on": Days(np.array([day(plan[3]) for plan in PLAN])),
            "ended_on": Days(np.array([day(plan[4]) for plan in PLAN])),
            "category": Choices(category, CATEGORIES),
            "discount_rate": Numbers(np.array([plan[6] for plan in PLAN], dtype=float)),
            "contact_cost": Numbers(np.array([settings.CONTACT_COST[plan[2]] for plan in PLAN])),
            "randomised": Flags(np.array([plan[7] for plan in PLAN]).astype(int)),
        }
    )


def run_campaigns(generator, state, month, rate):
    """Run the campaigns that start in a month.

    Parameters: ``rate`` expected orders of each customer this month; changed in place for annoyed customers.
    Returns: extra orders and treated customers of each campaign, both as a list of (customers, number, discount).
    """
    extra, treated_lists = [], []
    for number, plan in enumerate(PLAN):
        begin = BEGIN[number]
        if not MONTH_START[month] <= begin < MONTH_START[month + 1]:
            continue
        members, treated = _members(generator, state, plan, begin)
        opened = _opened(generator, state, members, plan[2])
        kind = state.people.campaign_type[members]
        tired = np.exp(-0.28 * state.messages[members])
        fits = np.where(np.isin(state.people.favourite[members], _favoured(plan[5])), 1.35, 0.85) if plan[5] else 1.0
        chance = np.where(kind == PERSUADABLE, plan[8], np.where(kind == LOST, 0.0, 0.01)) * tired * fits
        chance = np.where(state.alive[members], chance, chance * 0.12)
        buys = treated & (generator.random(len(members)) < chance)
        put_off = treated & (kind == ANNOYED)
        _log_effects(state, number, members, treated, chance, rate[members])
        rate[members[put_off]] *= SLEEPING_RATE
        state.irritation[members[put_off]] += 0.35
        state.messages[members[treated]] += 1
        _log_members(generator, state, number, members, treated, opened, buys)
        extra.append((members[buys], number, plan[6]))
        treated_lists.append((members[treated], number, plan[6]))
    return extra, treated_lists


def _log_members(generator, state, number, members, treated, opened, buys):
    """Note who was on the list, who opened, and who forbade further messages."""
    plan, size = PLAN[number], len(members)
    begin, annoyed = day(plan[3]), state.people.campaign_type[members] == ANNOYED
    leaving = np.where(annoyed, UNSUBSCRIBE["annoyed"], UNSUBSCRIBE["others"] * (1 + state.messages[members]))
    unsubscribed = treated & (generator.random(size) < leaving)
    opened_on = np.where(treated & opened, begin + generator.randint(0, 4, size), NONE)
    unsubscribed_on = np.where(unsubscribed, begin + generator.randint(0, 6, size), NONE)
    unsubscribe(state, members[unsubscribed], unsubscribed_on[unsubscribed], plan[2])
    state.log.add(
        "members",
        campaign=np.full(size, number),
        customer=members,
        treated=treated,
        opened=np.minimum(np.where(buys, np.maximum(opened_on, begin), opened_on), LAST_DAY),
        unsubscribed=unsubscribed_on,
    )


def _favoured(category):
    return [CATEGORIES.index(category)]


def _members(generator, state, plan, begin):
    """Who is on the list: a random part of those who may be contacted, or the best recent buyers among them."""
    people = state.people
    known = (people.registered < begin - 14) & state.started & state.current(begin, 540) & ~people.enterprise
    known &= state.trial_until <= month_of(begin)
    if plan[2] in CONSENTS:
        known &= state.consent[:, CONSENTS.index(plan[2])]
    who = np.flatnonzero(known)
    if plan[7]:
        members = who[generator.random(len(who)) < SHARE_OF_ELIGIBLE]
        return members, generator.random(len(members)) < TREATED
    score = np.log1p(state.orders[who]) - (begin - state.last_order[who]) / 120 + generator.normal(0, 0.5, len(who))
    share = 0.10 if plan[2] in ("phone", "event") else 0.34
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
