"""Chapter 10, churn and win-back · 客户流失与挽回: what the notebook calls beside the shared vocabulary."""

from crmlib.churn import exercises
from crmlib.churn.early_warning import signs
from crmlib.churn.gain import gain
from crmlib.churn.hazards import hazards_test
from crmlib.churn.snapshot import snapshot
from crmlib.churn.win_back_plan import best_plan, greedy_plan
from crmlib.opening import begin

__all__ = [
    "begin",
    "best_plan",
    "exercises",
    "gain",
    "greedy_plan",
    "hazards_test",
    "signs",
    "snapshot",
]
