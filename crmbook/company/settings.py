"""Every constant of the teaching company's story, with its reason.

Rates are a month unless they say otherwise; money is in yuan; satisfaction and the other attitudes are in standard
deviations around 0.
"""

import numpy as np

STORY_VERSION = 1
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
TREND_SLOPES = {"growing": 0.014, "steady": -0.005, "falling": -0.028}
"""Change of the logarithm of the purchase rate a month, for at most three years; twice as much on further lines."""
CAMPAIGN_TYPES = {"persuadable": 0.28, "sure thing": 0.30, "lost cause": 0.30, "annoyed": 0.12}
"""How a customer takes messages: bought because of them, would have bought anyway, never will, is put off."""
ABUSER_SHARE = 0.008
"""A few customers claim and return as a business."""

# --- How often and how much ------------------------------------------------------------------------------------------
RELATIONSHIP_RATE = (4.0, 0.071)
TRANSACTION_RATE = (2.0, 0.054)
"""Shape and mean of the gamma distribution of orders a month (Ehrenberg's negative binomial buying)."""
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
    ("expected_quality", "perceived_value"): -0.03,
    ("perceived_quality", "perceived_value"): 0.88,
    ("image", "satisfaction"): 0.10,
    ("expected_quality", "satisfaction"): -0.03,
    ("perceived_quality", "satisfaction"): 0.35,
    ("perceived_value", "satisfaction"): 0.53,
    ("image", "continued_business"): -0.04,
    ("satisfaction", "continued_business"): 0.96,
}
"""Structural model between standardised attitudes. The course's figure of a satisfaction index has .80, .75, .82, .50
and .92 on the strong paths, estimated from answers; answers are rounded, bounded and given by those who stayed, which
weakens every estimate, so the truth is set a little stronger."""
LASTING_SHARE = 0.65
"""Share of the own part of perceived quality that is lasting taste; the rest is recent experience."""
EXPERIENCE_MEMORY = 0.82
"""A bad experience fades: half of it is gone after three and a half months."""
RATE_BY_SATISFACTION = 0.22
RATE_BY_DELIGHT = 2.50
DELIGHTED_FROM, DELIGHT_WIDTH = 0.45, 0.08
"""Logarithm of the purchase rate per unit of satisfaction, and of the step at the threshold of delight: the curve is
steep at the top (Jones & Sasser 1995), so that twice as many very satisfied customers as satisfied ones come back."""
LEAVING_RATE = {"relationship": 0.0058, "transaction": 0.026}
LEAVING_BY_SATISFACTION = -0.7
LEAVING_BY_DELIGHT = -0.7
LEAVING_BY_RIVALS = 0.45
EARLY_LEAVING = 1.3
"""The first half-year is the riskiest: the rate of leaving starts higher by this factor less one, and halves."""
SPONTANEOUS_RETURN = 0.004
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
COMPLAINT_RATE_BY_SEVERITY = np.array([0.0, 0.0055, 0.0128, 0.0285, 0.058, 0.11])
"""Most unhappy customers say nothing; grave cases speak up more often."""
QUICK_DAYS = 3.0
QUICK_FAIR_REPAIR = 0.85
"""Share of the shock that quick and fair handling takes back; less than 1, so the recovery paradox is false here."""
SLOW_SHOCK = -0.6
"""Slow or unfair handling hurts once more."""

# --- Loyalty club ----------------------------------------------------------------------------------------------------
CLUB_SHARE = 0.42
TIERS = ["bamboo", "silver", "gold"]
TIER_THRESHOLDS = [0, 1000, 4000]
"""Purchases of a calendar year (yuan) that give the tier for the next year."""
TIER_EFFECT = np.array([0.0, 0.34, 0.14])
"""Added to the logarithm of the purchase rate on reaching the tier (gold: on top of silver)."""
POINT_VALUE = 0.05
"""A point, earned for a yuan, is worth five fen when redeemed in steps of 500."""

# --- Money -----------------------------------------------------------------------------------------------------------
ACQUISITION_COST = {"web": 270, "store": 345, "callcentre": 460, "fair": 610, "sales": 10500}
"""Mean cost of winning a customer through a channel; friends' recommendations cost only the reward."""
REFERRAL_REWARD = 50
DELIVERY_COST = {"shop": 5.0, "web": 24.0, "app": 24.0, "call centre": 25.0, "account manager": 65.0}
ORDER_ADMINISTRATION = 7.0
SHOP_ADVICE = 14.0
WELCOME_COST = 32.0
ACCOUNT_ADMINISTRATION = 900.0
INCIDENT_COST, CALL_COST, COMPLAINT_COST, RETURN_COST = 14.0, 12.0, 60.0, 28.0
CONTACT_COST = {"visit": 280.0, "phone": 12.0, "email": 0.4, "sms": 0.6, "wechat": 0.5, "letter": 6.0, "event": 60.0}

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
PAYMENT_SLIPS = 0.10
"""Share of invoices that lie unpaid for some weeks for no reason that anyone would know."""
UNNOTICED_LATE = 0.05
"""Share of parcels a day or two late that nobody minds."""

# --- Abuse -----------------------------------------------------------------------------------------------------------
ABUSE_CASES = 2
"""Complaints and returned lines in a year from which on a customer is checked."""
ABUSE_FOUND, ABUSE_WRONGLY_FOUND = 0.9, 0.01
"""Chance that a check confirms abuse, of an abuser and of an honest customer."""
REMINDED, REMINDED_AFTER = 0.2, (9, 15)
"""Share of overdue invoices about which a reminder is written, so many days after they were due."""
