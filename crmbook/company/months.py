"""The month-by-month core: one pass over 48 months in which everything that depends on everything else happens."""

import numpy as np

from crmbook.company import cases, club, contracts, key_account, leaving, settings, surveys
from crmbook.company.account_leaving import Farewells
from crmbook.company.campaigns import BEGIN, END, run_campaigns
from crmbook.company.days import LAST_DAY, MONTH_START, MONTHS, YEARS, month_of, overall_season
from crmbook.company.orders import month_orders, note_orders
from crmbook.company.population import draw_people
from crmbook.company.randomness import logistic, stream
from crmbook.company.service import month_incidents
from crmbook.company.sheets import NONE
from crmbook.company.state import State
from crmbook.company.trials import DEAL_MONTHS, run_trials

SUBJECTS = (
    *("orders", "service", "campaigns", "trials", "leaving", "contracts", "surveys", "referrals"),
    *("cases", "joining"),
)
_SEASON = overall_season()
_TREND = np.array(list(settings.TREND_SLOPES.values()))
TIER_EFFECT = np.cumsum(settings.TIER_EFFECT)


def live_through(customers, seed):
    """Simulate the four years.

    Parameters: ``customers`` how many register over the four years; ``seed`` of the company.
    Returns: State after the last month, whose ``log`` holds everything that happened.
    """
    people = draw_people(customers, seed)
    streams = {subject: stream(seed, subject) for subject in SUBJECTS}
    state = State(people, stream(seed, "experience"))
    state.complaints_so_far = 0
    state.scripted = key_account.choose(people)
    state.farewells = Farewells(people, seed)
    state.willing = stream(seed, "willingness").normal(0, 1, people.size)
    for month in range(MONTHS):
        _one_month(streams, state, month)
    _note_tier_effect(state)
    contracts.close_books(state)
    return state


def _one_month(streams, state, month):
    people = state.people
    if month % 12 == 0:
        _new_year(state, month)
    contracts.open_contracts(state, month)
    returning = leaving.come_back(state, month)
    starters = _starters(streams["orders"], state, month)
    satisfaction = state.satisfaction()
    rate = expected_orders(state, month, satisfaction)
    run_trials(streams["trials"], state, month, rate)
    rate = expected_orders(state, month, satisfaction)
    extra, treated = run_campaigns(streams["campaigns"], state, month, rate)
    surveys.invite(streams["surveys"], state, month, satisfaction)
    _keep_gains(state, month, rate)
    orders = _orders(streams, state, month, rate, starters, returning, extra, treated)
    contracts.month_subscriptions(streams["contracts"], state, month, satisfaction)
    key_account.incidents(state, month, orders)
    silent = month_incidents(streams["service"], state, month, orders)
    cases.month_cases(streams["cases"], state, silent)
    leaving.month_departures(streams["leaving"], state, month, satisfaction)
    key_account.departure(streams["leaving"], state, month, satisfaction)
    contracts.close_contracts(streams["contracts"], state, month)
    _refer(streams["referrals"], state, month, satisfaction)
    state.grudge *= 0.8
    state.messages *= 0.62
    state.irritation *= 0.6
    assert people.size == len(state.grudge)


def expected_orders(state, month, satisfaction):
    """Return the expected orders of each customer this month; 0 for those who are not (or no longer) customers.

    logarithm of u = own rate + trend · age + satisfaction and delight − grudge − fatigue + offer; times season. Price
    rises weigh on the price-sensitive. Orders = pace · tier · u/(1 + u/MOST_ORDERS).
    """
    people = state.people
    age = np.clip(month - month_of(people.registered), 0, 36)
    slope = np.where(people.relationship, _TREND[people.trend], 0.0)
    delight = logistic((satisfaction - settings.DELIGHTED_FROM) / settings.DELIGHT_WIDTH)
    bend = np.clip(1 - settings.HABIT_BENDS * people.switching_cost, *settings.HABIT_LIMITS)
    logarithm = (
        np.log(people.rate)
        + slope * age
        + bend * (settings.RATE_BY_SATISFACTION * satisfaction + settings.RATE_BY_DELIGHT * delight)
        + settings.HABIT_RATE * people.switching_cost
        + settings.REFERRED_RATE * people.referred
        - 0.5 * state.grudge
        - 0.10 * np.maximum(state.messages - 1.8, 0)
        - 0.10 * people.price_sensitivity * np.log(settings.PRICE_INDEX[month // 12]) / 0.1
        + np.where(state.trial_until > month, state.trial_rate, 0.0)
        - 0.25 * (state.plan >= 0)
    )
    deals = np.where(people.relationship, 1.0, np.array([0.75, 1.7])[int(month % 12 in DEAL_MONTHS)])
    rate = np.exp(logarithm) * _SEASON[month] * deals
    rate = state.pace * np.exp(TIER_EFFECT[state.tier]) * rate / (1 + rate / settings.MOST_ORDERS)
    return np.where(state.alive & state.started & ~people.enterprise, rate, 0.0)


def _keep_gains(state, month, rate):
    """Add up, for the truth, the orders expected as it was, without a recommendation, and one tier lower.

    The rate is pace · tier · u/(1 + u/MOST_ORDERS); without an effect e on u it would be that of u · exp(−e).
    """
    people = state.people
    lifted = state.pace * np.exp(TIER_EFFECT[state.tier])
    calm = rate / lifted
    free = calm / np.maximum(1 - calm / settings.MOST_ORDERS, 0.01)
    fraction = np.where((month_of(people.registered) == month) & ~people.present, 0.35, 1.0)
    alone = free * np.exp(-settings.REFERRED_RATE * people.referred)
    state.expected["as_it_was"] += fraction * rate
    state.expected["tier_lower"] += fraction * rate * np.exp(-settings.TIER_EFFECT[state.tier])
    state.expected["not_referred"] += fraction * lifted * alone / (1 + alone / settings.MOST_ORDERS)


def _new_year(state, month):
    """Tiers of the new year rest on the purchases of the old one; the count starts again."""
    if month:
        _note_tier_effect(state)
        tier = np.searchsorted(np.array(settings.TIER_THRESHOLDS[1:]) * 100, state.year_spend, side="right")
        member = np.flatnonzero(state.joined > NONE)
        state.log.add(
            "year_ends",
            customer=member,
            year=np.full(len(member), YEARS[month // 12 - 1]),
            spend=state.year_spend[member],
            tier=tier[member],
        )
        state.tier = np.where(state.joined > NONE, tier, 0).astype(np.int8)
        limits = np.array([np.inf, *settings.TIER_THRESHOLDS[1:]])[state.tier] * 100
        state.just_reached = state.year_spend < 1.15 * np.where(state.tier > 0, limits, 0)
        state.new_year = {name: rates.copy() for name, rates in state.expected.items()}, state.steps.copy()
    state.year_spend[:] = 0


def _note_tier_effect(state):
    """Keep, for the truth, what the year's tier brought those who had just reached it."""
    if state.new_year is None:
        return
    (before, steps), tier = state.new_year, state.tier
    for code in range(1, len(settings.TIERS)):
        who = np.flatnonzero(state.just_reached & (tier == code))
        year = {
            name: state.orders_after(rates[who] - before[name][who], steps[who])
            for name, rates in state.expected.items()
        }
        state.log.add(
            "tier_effects",
            tier=[code],
            members=[len(who)],
            orders=[year["as_it_was"].sum()],
            lower=[year["tier_lower"].sum()],
        )


def _starters(generator, state, month):
    """Who places the first order this month: most on registration, some prospects later, some never."""
    people = state.people
    new = month_of(people.registered) == month
    late = ~state.started & people.prospect & ~people.enterprise & (people.registered < MONTH_START[month])
    late &= generator.random(people.size) < 0.045
    starters = (new & ~people.prospect & ~people.enterprise) | late
    state.started |= starters
    state.alive |= starters
    # Customers taken over from the old card index have bought before: their next order comes when it comes.
    return np.flatnonzero(starters & ~(people.present & new))


def _orders(streams, state, month, rate, starters, returning, extra, treated):
    """Draw the month's orders of everybody and pass them on; returns them, one entry an order."""
    people, generator = state.people, streams["orders"]
    fraction = np.where((month_of(people.registered) == month) & ~people.present, 0.35, 1.0)
    steps = state.steps + generator.poisson(settings.RHYTHM * rate * fraction)
    count, state.steps = steps // settings.RHYTHM, (steps % settings.RHYTHM).astype(np.int8)
    begins = np.concatenate([returning, starters])
    state.steps[begins[count[begins] == 0]] = 0
    count[begins] = np.maximum(count[begins], 1)
    moved = state.one_more.pop(month, np.zeros(0, dtype=int))
    count[moved] += state.alive[moved]
    count += _account_orders(generator, state, month)
    code, code_rate = _codes(generator, state, count, treated)
    who = np.repeat(np.arange(people.size), count)
    head = np.arange(len(who)) - np.repeat(np.cumsum(count) - count, count)
    uses = (head == 0) & (code[who] >= 0)
    first = np.zeros(people.size, dtype=bool)
    first[starters] = month_of(people.registered[starters]) == month
    # A new customer's first order is mostly the reason for registering: same day in two cases out of three.
    same_day = (head == 0) & first[who] & (generator.random(len(who)) < 0.66)
    begin, end = (np.full(len(who), day) for day in (MONTH_START[month], MONTH_START[month + 1] - 1))
    parts = [(who, begin, end, np.where(uses, code[who], -1), np.where(uses, code_rate[who], 0.0), same_day)]
    for buyers, number, discount in extra:
        leaving.revive(state, buyers)
        size = len(buyers)
        fixed = np.zeros(size, dtype=bool)
        window = np.full(size, BEGIN[number]), np.full(size, min(END[number], MONTH_START[month + 1] - 1))
        parts.append((buyers, *window, np.full(size, number), np.full(size, discount), fixed))
    placed = [np.concatenate([part[i] for part in parts]) for i in range(6)]
    drawn = month_orders(generator, state, month, *placed)
    club.join(streams["joining"], state, drawn)
    note_orders(state, drawn["customer"], drawn["day"], drawn["cents"])
    # Of several orders in a month the last one counts: they stand in order of time.
    state.pace[drawn["customer"]] = settings.USUAL_REFILL / drawn["refill"]
    np.maximum.at(state.last_choice, drawn["customer"], drawn["day"])
    return drawn


def _codes(generator, state, count, treated):
    """Who was contacted and buys within the campaign anyway uses the code too, seven times in ten."""
    size = state.people.size
    code, code_rate = np.full(size, -1), np.zeros(size)
    for who, number, discount in treated:
        uses = who[(count[who] > 0) & (generator.random(len(who)) < (0.7 if discount else 0.5))]
        code[uses], code_rate[uses] = number, discount
    return code, code_rate


def _account_orders(generator, state, month):
    """Orders of accounts under contract: one to four a month, of a size that makes up the month's volume."""
    people = state.people
    running = people.enterprise & state.alive & (state.plan == contracts.CONTRACT)
    age = month - month_of(people.registered)
    count = np.where(running, 1 + generator.poisson(0.73, people.size), 0)
    count = np.where(generator.random(people.size) < settings.ACCOUNT_PAUSES, 0, count)
    drift = np.exp(_TREND[people.trend] * np.clip(age, 0, 36) - 0.3 * state.grudge)
    season = _SEASON[month] * np.exp(generator.normal(0, settings.ACCOUNT_NOISE, people.size))
    volume = people.volume * drift * season * settings.PRICE_INDEX[month // 12] * state.farewells.volume(month)
    state.account_order = volume / np.maximum(count, 1) / (1 - people.contract_discount)
    return key_account.order_count(state, month, count)


def _refer(generator, state, month, satisfaction):
    """Find who recommended the month's referred newcomers: satisfied customers of some standing."""
    people = state.people
    new = np.flatnonzero(people.referred & (month_of(people.registered) == month))
    able = state.alive & state.started & ~people.enterprise & (state.orders >= 2)
    candidates = np.flatnonzero(able & (state.first_order < MONTH_START[month]))
    if len(new) == 0 or len(candidates) == 0:
        return
    weights = np.exp(0.9 * satisfaction[candidates] + 0.5 * people.relationship[candidates])
    running = np.cumsum(weights) / weights.sum()
    found = np.minimum(np.searchsorted(running, generator.random(len(new))), len(candidates) - 1)
    day = np.maximum(people.registered[new] - generator.randint(0, 15, len(new)), MONTH_START[month])
    state.log.add("referrals", customer=new, referrer=candidates[found], day=np.minimum(day, LAST_DAY))
