"""Chapter 7, customer communication · 客户沟通: what the notebook calls beside the shared vocabulary."""

from crmlib.communication import exercises
from crmlib.communication.around import around
from crmlib.communication.control import control_chart
from crmlib.communication.lots import versus_control, ways_in_words
from crmlib.communication.queue import agents_needed, erlang_a
from crmlib.communication.uplift import qini
from crmlib.communication.watch import account_signs
from crmlib.opening import begin

__all__ = [
    "account_signs",
    "agents_needed",
    "around",
    "begin",
    "control_chart",
    "erlang_a",
    "exercises",
    "qini",
    "versus_control",
    "ways_in_words",
]
