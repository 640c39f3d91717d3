"""Every constant of the teaching company's story, with its reason.

Rates are a month unless they say otherwise; money is in yuan; satisfaction and the other attitudes are in standard
deviations around 0.
"""

import numpy as np

DRAW = 353
"""Which draw of the story the seeds stand for. It was chosen by seed 2026 alone, so that the default company shows
nearly all of the hundred lessons; each shows in most other companies too, and any one misses some by chance."""
SMALLEST_COMPANY = 100

# --- Who the customers are -------------------------------------------------------------------------------------------
ENTERPRISE_SHARE = 0.03
"""A tea company lives from persons; three accounts in a hundred customers bring nearly half of its revenue."""
PRESENT_AT_START = 0.26
"""Share of customers taken over into the new database in its first month, January 2021."""
RELATIONSHIP_SHARE = 0.72
"""Relationship buyers come back out of habit; the others buy when there is a bargain and move on."""
TREND_SHARES = {"growing": 0.16, "steady": 0.30, "falling": 0.54}
"""The course text finds about half of all relationship customers falling in value; some steady ones fall by chance."""
TREND_SLOPES = {"growing": 0.007, "steady": -0.005, "falling": -0.028}
"""Change of the logarithm of the purchase rate a month, for at most three years; twice as much on further lines."""
CAMPAIGN_TYPES = {"persuadable": 0.28, "sure thing": 0.30, "lost cause": 0.30, "annoyed": 0.12}
"""How a customer takes messages: bought because of them, would have bought anyway, never will, is put off."""
ABUSER_SHARE = 0.008
"""A few customers claim and return as a business."""
ABUSER_COMPLAINS = 0.07
"""Chance that an abuser complains about an order that was all right: a tenth of all complaints."""

ONE_TIME_SHARE = {"web": 0.10, "store": 0.07, "callcentre": 0.15, "fair": 0.38, "sales": 0.0}
"""Chance to try once and never again, by the channel of registration: fairs win people who came for the fair. Who was
recommended by a friend knows what to expect, and is none of these."""
REFERRED_SHARE = 0.45
"""Share of web and store newcomers who came on a friend's advice."""
REFERRED_RATE = 0.29
"""Added to the logarithm of the purchase rate of recommended customers: with the one-time buyers that are missing among
them they place about 15 % more orders (16 % more value in Schmitt, Skiera & Van den Bulte 2011)."""

# --- How often and how much ------------------------------------------------------------------------------------------
RELATIONSHIP_RATE = (8.0, 0.060)
TRANSACTION_RATE = (2.0, 0.052)
"""Shape and mean of the gamma distribution of orders a month (Ehrenberg's negative binomial buying)."""
RHYTHM = 3
"""An order falls due after so many steps of equal chance: of themselves gaps vary by 1/√3 of their mean, not by all of
it, as they would if orders had no memory; seasons, packs and offers bring this to about .7 (Erlang gaps)."""
USUAL_REFILL = 48.0
"""Days that an order's tea lasts on average (the longest of its teas); gaps are longer and shorter in proportion."""
COLLECTOR_SHARE, COLLECTOR_RATE, COLLECTOR_PACKS = 0.005, 0.4, 6
"""Share of relationship buyers who buy in bulk, their orders a month and how many times as many packs they take: they
stand in the top grade beside the enterprises."""
MOST_ORDERS = 0.55
"""Orders a month that the most willing come to: the rate u works as u/(1 + u/MOST_ORDERS), since stores fill up."""
FURTHER_LINES = 0.55
PRICE_INDEX = np.array([1.0, 1.03, 1.05, 1.08])
"""List prices 2021 … 2024 against introduction: two to three per cent a year."""
RETURN_RATE = {"shop": 0.012, "web": 0.045, "app": 0.045, "call centre": 0.035, "account manager": 0.01}
"""Share of lines sent back: goods that were seen before buying come back less."""
ENTERPRISE_VOLUME = (7.25, 0.85)
"""Mean and deviation of the logarithm of an account's purchases a month: half buy for more than 1,400 yuan."""

# --- What satisfaction does ------------------------------------------------------------------------------------------
PATHS = {
    ("image", "expected_quality"): 0.84,
    ("expected_quality", "perceived_quality"): 0.79,
    ("expected_quality", "perceived_value"): -0.12,
    ("perceived_quality", "perceived_value"): 0.91,
    ("image", "satisfaction"): 0.03,
    ("expected_quality", "satisfaction"): -0.35,
    ("perceived_quality", "satisfaction"): 0.39,
    ("perceived_value", "satisfaction"): 0.50,
    ("image", "continued_business"): -0.04,
    ("satisfaction", "continued_business"): 0.96,
}
"""Structural model between standardised attitudes. The course's figure of a satisfaction index has .80, .75, .82, .50
and .92 on the strong paths, estimated from answers; answers are rounded, bounded and given by those who stayed, which
weakens every estimate, so the truth is set a little stronger. At equal perception a higher expectation leaves a
customer less satisfied, although between customers high expectations go with high perceptions; half of that slope is
lost in answers with errors and a ceiling, so expectation works more strongly on satisfaction than in the figure."""
LOSS_AVERSION = 0.29
"""Slope of satisfaction on perception: so much steeper below expectation, so much flatter above. Satisfaction as a
function of expectation and of what falls short of it or goes beyond: Oliver 1980."""
LASTING_SHARE = 0.65
"""Share of the own part of perceived quality that is lasting taste; the rest is recent experience."""
EXPERIENCE_MEMORY = 0.82
"""A bad experience fades: half of it is gone after three and a half months."""
RATE_BY_SATISFACTION = 0.22
RATE_BY_DELIGHT = 4.00
DELIGHTED_FROM, DELIGHT_WIDTH = 0.45, 0.08
"""Logarithm of the purchase rate per unit of satisfaction, and of the step at the threshold of delight: the curve is
steep at the top (Jones & Sasser 1995), so that twice as many very satisfied customers as satisfied ones come back."""
HABIT_BENDS, HABIT_LIMITS = 1.20, (0.2, 1.8)
HABIT_RATE = 0.49
"""A unit of switching cost takes so much of what satisfaction does to the rate (within limits), and adds this to its
logarithm: who cannot change easily buys again satisfied or not, which is spurious loyalty (Jones & Sasser 1995)."""
LEAVING_RATE = {"relationship": 0.0058, "transaction": 0.026}
LEAVING_BY_SATISFACTION = -0.7
LEAVING_BY_DELIGHT = -0.7
LEAVING_BY_RIVALS = 0.45
EARLY_LEAVING = 1.3
"""The first half-year is the riskiest: the rate of leaving starts higher by this factor less one, and halves."""
SPONTANEOUS_RETURN = 0.004
RETURN_BY_WILLINGNESS = 0.9
"""Logarithm of the chance to come back by oneself per standard deviation of willingness, at an unchanged mean."""
RENEWAL_REFUSAL = -2.05
"""Logit of an account's refusal to renew at average satisfaction: about 12 %."""

# --- Incidents and complaints ----------------------------------------------------------------------------------------
INCIDENT_RATE = {"shop": 0.14, "web": 0.25, "app": 0.24, "call centre": 0.23, "account manager": 0.12}
"""Share of orders after which the customer is unhappy about something."""
INCIDENT_CAUSES = {
    "late delivery": 0.29,
    "damaged goods": 0.15,
    "wrong goods": 0.10,
    "taste or freshness": 0.18,
    "staff": 0.12,
    "billing": 0.07,
    "website or app": 0.09,
}
SEVERITY_SHARES = [0.38, 0.31, 0.18, 0.09, 0.04]
SHOCK_BY_SEVERITY = np.array([0.0, -0.25, -0.55, -0.95, -1.5, -2.2])
COMPLAINT_RATE_BY_SEVERITY = np.array([0.0, 0.0071, 0.0165, 0.0367, 0.0751, 0.1417])
"""Most unhappy customers say nothing; grave cases speak up more often."""
QUICK_DAYS = 3.0
QUICK_FAIR_REPAIR = 0.85
"""Share of the shock that quick and fair handling takes back; less than 1, so the recovery paradox is false here."""
SLOW_SHOCK = -0.6
"""Slow or unfair handling hurts once more."""

# --- Loyalty club ----------------------------------------------------------------------------------------------------
CLUB_SHARE = 0.62
TIERS = ["bamboo", "silver", "gold"]
TIER_THRESHOLDS = [0, 1000, 4000]
"""Purchases of a calendar year (yuan) that give the tier for the next year."""
TIER_EFFECT = np.array([0.0, 0.55, 0.10])
"""Added to the logarithm of the purchase rate on reaching the tier (gold: on top of silver)."""
POINT_VALUE = 0.04
"""A point, earned for a yuan, is worth four fen when redeemed; points are taken in steps of 100."""
JOINING_SHARE = 0.6
"""Of those who like clubs, six in ten join at their first order, of the rest six in ten at orders of a later month."""
KEEN_SHARE, REDEEMING_SHARE, FEWEST_STEPS = 0.82, 0.5, 2
"""Share of members who ever think of their points, chance that they do at an order, and steps for which it is worth the
trouble: about 30 % of all points are never used."""

# --- Money -----------------------------------------------------------------------------------------------------------
ACQUISITION_COST = {"web": 290, "store": 368, "callcentre": 477, "fair": 633, "sales": 10600}
"""Mean cost of winning a customer through a channel; friends' recommendations cost only the reward."""
REFERRAL_REWARD = 50
DELIVERY_COST = {"shop": 5.0, "web": 24.0, "app": 24.0, "call centre": 25.0, "account manager": 65.0}
ORDER_ADMINISTRATION = 7.0
SHOP_ADVICE = 14.0
WELCOME_COST = 32.0
ACCOUNT_ADMINISTRATION = 900.0
INCIDENT_COST, CALL_COST, COMPLAINT_COST, RETURN_COST = 14.0, 12.0, 60.0, 28.0
CONTACT_COST = {"visit": 280.0, "phone": 12.0, "email": 0.4, "sms": 0.6, "wechat": 0.5, "letter": 6.0, "event": 60.0}

# --- What is known about the customers -------------------------------------------------------------------------------
SHARED_PHONES = 0.019
"""Share of persons who have one telephone number with another: only through it, an exact key joins two customers."""
CHANGED_PHONE = 0.15
"""Share of persons whose number changes in the four years, before they register again if they do."""
FORMAL_ERROR = 0.015
"""Share of phone numbers, e-mail addresses and birthdays that cannot be right as written."""
SETTLED_ROWS, SETTLED_PAIRS = 1500, 4000
"""A clerk settles every candidate of so many registrations at most, and about so many pairs."""
AGEING = {
    "occupation": 0.14,
    "income_band": 0.20,
    "marital_status": 0.04,
    "children": 0.05,
    "lifestyle": 0.10,
    "preferred_channel": 0.30,
}
"""Changes a year of what customers told about themselves."""
CONFIRMED = 0.75
"""Share of the fields that are asked again when a profile is confirmed."""
CONTRACT_DRIFT = 0.05
"""Standard deviation of the logarithm of a contract's price from one term to the next, beside the list prices."""

# --- Hotline ---------------------------------------------------------------------------------------------------------
CALLS_PER_CUSTOMER_DAY = 0.096
"""At 4,000 customers about 370 calls on an ordinary day, 6 to 10 erlang in its busiest half-hour."""
CALLS_PER_ORDER, CALLS_PER_INCIDENT = 0.30, 0.55
"""Calls of customers whose number is known, in the days after an order or an incident: a tenth of all calls or less."""
HANDLING_SECONDS = {"order": 350, "delivery": 310, "product": 400, "complaint": 600, "other": 270}
TOPIC_SHARES = [0.26, 0.33, 0.17, 0.10, 0.14]
PATIENCE = 170.0
"""Mean seconds that a caller waits before hanging up."""
STAFFING_MARGIN = 0.87
"""Agents above the mean load, in roots of the load; planned for the average day, it lets 5 to 8 % hang up."""
CALL_UNREST_DAY, CALL_UNREST_SLOT = 0.12, 0.18
"""Coefficients of variation of the rate of calls from day to day and half-hour to half-hour: counts of a half-hour vary
1.5 to 3 times as much as Poisson's (Brown et al. 2005 find such unrest in a bank's call centre)."""

# --- Informal cases --------------------------------------------------------------------------------------------------
TELLS_BY_SEVERITY = np.array([0.0, 0.14, 0.20, 0.28, 0.36, 0.42])
"""Of the unhappy who do not complain formally one in five tells somebody at the desk: four in five stay silent."""
FORGOTTEN_CASES = 0.08
"""One case in twelve is never solved: open ones that a mean of the solved leaves out."""
HANDLING_PARTS = {
    "apology": 0.7,
    "listening": 0.8,
    "quick solution": 1.2,
    "compensation": 0.9,
    "kept promise": 0.8,
    "follow-up": 0.6,
}
"""Points of the rating (1–10) for each part of good handling."""
USUAL_HANDLING = np.array([0.55, 0.51, 0.31, 0.47, 0.59, 0.48])
"""How often each part is there, forgotten cases included; handling as usual leaves experience as it was."""
EXPERIENCE_BY_HANDLING = 0.80
"""Standard deviations of experience for a point of the rating."""
MOST_GIVEN = 30_000
"""What the desk may give without a formal complaint, in cents."""
MISFILED = 0.05
"""A desk under pressure now and then files a complaint under the wrong cause."""

# --- Trials ----------------------------------------------------------------------------------------------------------
LOST_AFTER = 270
"""Days without an order after which a customer counts as lost: the retention trial ends there, win-back begins."""
RETENTION_SHARE = 0.92
"""Share of the quiet customers whom the retention trial takes: about 3,000 rows in five rounds."""
RISK_SCORE = {"constant": -1.2, "orders": -1.15, "age": 0.25, "quiet": 0.15, "complaint": 0.3, "noise": 0.3}
"""Logit of the company's score: better than a coin, far from certain (area under the curve .70 to .75)."""
VOUCHER = 6.0
HABIT_FROM = 2.4
"""Orders from which on buying is a habit."""
OFFER_TAKEN = (2.5, 1.6)
"""Logit of a persuadable customer's chance to place one more order for the voucher, and its slope on price sensitivity:
the offer moves one order at most, of those who have the habit and not left yet."""
OFFER_PRESSES, OFFER_ANNOYS = -1.3, -0.1
"""Change of the logarithm of the purchase rate, for half a year, of customers without the habit who feel pressed, and
of those whom offers put off anyway: the riskiest are not the ones to ask (Ascarza 2018)."""
OFFER_WAKES = np.array([0.3, 0.6])
"""Chance that the offer reminds a customer of a box that comes by itself, and that it is cancelled; second: of those
whom offers put off anyway. Sleeping dogs whom a recorded fact, the running box, gives away."""
WINBACK_PLACES = 0.119
"""Customers a round of the win-back trial can pay for, per registered customer: about 2,480 rows in six rounds."""
ASKED_WHY, ANSWERS_WHY = 0.9, 1.2
"""Share of the lost whom the company called to learn the reason, and logit of the share who answered."""

# --- Ways of talking that are drawn by lot ---------------------------------------------------------------------------
MESSAGE_TRIAL_DAYS, MESSAGE_TRIAL_SHARE = 450, 0.95
"""Who bought in the year before takes part, but for a few: about 1,500 of 4,000 customers."""
MESSAGE_GAIN = {"curious": 0.034, "cautious": 0.0, "loyal": 0.008, "bargaining": 0.115}
MESSAGE_GAIN_BY_KIND = np.array([1.5, 0.7, 0.6, 0.3])
MESSAGE_GAIN_BY_DOSE = np.array([0.0, 1.0, 1.35, 0.5])
"""Chance that a week's message brings an order, by character, kind of response (persuadable, sure thing, lost cause,
annoyed) and number of messages 0, 1, 2, 4: two points for the first on average, less than nothing for the last two."""
MESSAGE_SPOILS = {
    "all": np.array([0.0, 0.02, 0.06, 0.55]),
    "cautious": np.array([0.0, 0.90, 0.96, 0.45]),
    "annoyed": np.array([0.0, 0.45, 0.70, 0.45]),
}
"""Chance that they spoil the order that there would have been."""
MESSAGE_STOPS = np.array([0.0030, 0.015])
"""Share that unsubscribes, a message (others, annoyed): two to three in a thousand."""
POSTERS_MISSED = 0.145
ADVERTISING_COST = np.array([520.0, 380.0, 330.0, 290.0])
"""Share of the orders that are not placed in a region and week without posters (of those that could be missed: about
12 % more with posters than without); cost a region and week."""
INSERT_GAIN, INSERT_USES, INSERT_COST = 0.125, (0.9, 0.4), 1.2
"""Chance that a card in the parcel brings an order that would not have come within two months; shares of those it
brings and of the others who use its code; cost of a card."""
PUBLICITY_A_WEEK, PUBLICITY_SEASON = 0.5, 3.0
"""Articles a week, and the power of the week's sales by which they come: the press writes when tea is bought anyway."""
SUGGESTION_RATE, SUGGESTION_NAMED, SUGGESTION_DECIDED = 0.027, 0.35, 0.72
"""Suggestions an order; share of those from the box that are signed; share that somebody decides upon."""
SUGGESTION_ANSWERED = {"box": (0.45, 14.0), "card": (0.60, 10.0), "email": (0.80, 3.0), "wechat": (0.90, 1.5)}
"""Share of the signed ones that is answered, and mean days: what comes to a person's desk is answered sooner."""
SUGGESTION_ADOPTED = {"packaging": 0.36, "product": 0.08, "delivery": 0.26, "shop": 0.22, "app": 0.16, "club": 0.06}
"""Share of the decided ones that is adopted: what is cheap to do is done."""
EASE = {"wechat": (0.93, 60.0, 120), "phone": (0.98, 18.0, 60), "email": (0.80, 780.0, 1440)}
"""Customers' questions: share that gets an answer, mean minutes until it comes, and minutes promised."""

# --- Accounts that leave ---------------------------------------------------------------------------------------------
FAREWELL_SHARE = 0.6
"""Six in ten leaving accounts have made up their mind beforehand and let it be seen; the others go without a sign."""
FAREWELL_AHEAD = 5
FAREWELL_FALL = (0.30, 0.60)
FAREWELL_LATER = (15, 35)
"""Months from decision to end. In two to four of them and in the last, orders fall by this share, and bills due wait
so many days more: by less, or for shorter, and a look at the books every month would not see it in time."""
ACCOUNT_NOISE, ACCOUNT_PAUSES = 0.17, 0.02
"""Deviation of the logarithm of an account's month, and share of months without an order: with more of either, one
account in five seems to fall by a third at any time."""
PAYMENT_SLIPS = 0.12
"""Share of invoices that lie unpaid for some weeks for no reason that anyone would know."""
UNNOTICED_LATE = 0.05
"""Share of parcels a day or two late that nobody minds."""

# --- Abuse -----------------------------------------------------------------------------------------------------------
ABUSE_CASES = 1
"""Complaints and returned lines in a year from which on a person is checked."""
ABUSE_FOUND, ABUSE_WRONGLY_FOUND = 0.9, 0.003
"""Chance that a check confirms abuse, of an abuser and of an honest customer."""
REMINDED, REMINDED_AFTER = 0.2, (9, 15)
"""Share of overdue invoices about which a reminder is written, so many days after they were due."""
