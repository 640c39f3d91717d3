"""Chapter 6, customer grading · 客户分级: what the notebook calls beside the shared vocabulary."""

from crmlib.grading import exercises
from crmlib.grading.bgnbd import bgnbd_log_likelihood, expected_purchases, fit_bgnbd, probability_alive
from crmlib.grading.gamma_gamma import expected_spending, fit_gamma_gamma
from crmlib.grading.rfm import rfm_scores
from crmlib.grading.value import customer_value
from crmlib.opening import begin

__all__ = [
    "begin",
    "bgnbd_log_likelihood",
    "customer_value",
    "exercises",
    "expected_purchases",
    "expected_spending",
    "fit_bgnbd",
    "fit_gamma_gamma",
    "probability_alive",
    "rfm_scores",
]
