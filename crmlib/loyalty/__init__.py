"""Chapter 9, loyalty · 客户忠诚: what the notebook calls beside the shared vocabulary."""

from crmlib.loyalty import exercises
from crmlib.loyalty.referral import known
from crmlib.loyalty.relationship import relationship_years
from crmlib.loyalty.retention import fit_retention, log_likelihood
from crmlib.loyalty.stages import stage, steps_until
from crmlib.loyalty.survey import answers
from crmlib.loyalty.threshold import jump
from crmlib.loyalty.tiers import chosen, tier_years
from crmlib.opening import begin

__all__ = [
    "answers",
    "begin",
    "chosen",
    "exercises",
    "fit_retention",
    "jump",
    "known",
    "log_likelihood",
    "relationship_years",
    "stage",
    "steps_until",
    "tier_years",
]
