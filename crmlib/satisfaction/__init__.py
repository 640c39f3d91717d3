"""Chapter 8, customer satisfaction · 客户满意: what the notebook calls beside the shared vocabulary.

``path_model`` and what belongs to it (``fill_gaps`` before; ``index_scores``, ``total_effects``, ``reliability``,
``consistent_paths`` and ``draw_paths`` after it), ``KANO`` the evaluation table, ``wording`` what a questionnaire asks,
``read_own_survey`` a survey of one's own.
"""

from crmlib.opening import begin
from crmlib.satisfaction import exercises
from crmlib.satisfaction.kano import KANO
from crmlib.satisfaction.own_survey import read_own_survey
from crmlib.satisfaction.path_diagram import draw_paths
from crmlib.satisfaction.path_model import (
    consistent_paths,
    fill_gaps,
    index_scores,
    path_model,
    reliability,
    total_effects,
)
from crmlib.satisfaction.wording import wording

__all__ = [
    "KANO",
    "begin",
    "consistent_paths",
    "draw_paths",
    "exercises",
    "fill_gaps",
    "index_scores",
    "path_model",
    "read_own_survey",
    "reliability",
    "total_effects",
    "wording",
]
