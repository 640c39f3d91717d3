"""Chapter 5, customer information · 客户信息: what the notebook calls beside the shared vocabulary."""

from crmlib.information import exercises
from crmlib.information.ageing import rate_of_change
from crmlib.information.extracts import clean, pinyin_of, registrations
from crmlib.information.matching import (
    agreement_weights,
    expectation_maximisation,
    match,
    same_customer,
    settled_pairs,
)
from crmlib.opening import begin

__all__ = [
    "agreement_weights",
    "begin",
    "clean",
    "exercises",
    "expectation_maximisation",
    "match",
    "pinyin_of",
    "rate_of_change",
    "registrations",
    "same_customer",
    "settled_pairs",
]
