"""Figures of chapter 8; each takes a table of the room and returns a Picture."""

from crmlib.old.satisfaction.charts.decisions import (
    plot_importance_performance,
    plot_opportunity,
    plot_relative_importance,
    plot_return_on_quality,
    plot_stated_derived,
    plot_what_if,
)
from crmlib.old.satisfaction.charts.index import (
    plot_index_by_group,
    plot_index_scores,
    plot_path_diagram,
    plot_reliability,
)
from crmlib.old.satisfaction.charts.practice import (
    plot_indicator_history,
    plot_indicators,
    plot_nonresponse,
    plot_nps,
    plot_predictive_power,
    plot_repurchase,
    plot_response_rates,
    plot_sample_size,
    plot_words,
)
from crmlib.old.satisfaction.charts.quality import (
    plot_competitors,
    plot_disconfirmation,
    plot_expectation,
    plot_gaps,
    plot_house_of_quality,
    plot_kano,
    plot_kano_groups,
)

__all__ = [
    "plot_competitors",
    "plot_disconfirmation",
    "plot_expectation",
    "plot_gaps",
    "plot_house_of_quality",
    "plot_importance_performance",
    "plot_index_by_group",
    "plot_index_scores",
    "plot_indicator_history",
    "plot_indicators",
    "plot_kano",
    "plot_kano_groups",
    "plot_nonresponse",
    "plot_nps",
    "plot_opportunity",
    "plot_path_diagram",
    "plot_predictive_power",
    "plot_relative_importance",
    "plot_reliability",
    "plot_repurchase",
    "plot_response_rates",
    "plot_return_on_quality",
    "plot_sample_size",
    "plot_stated_derived",
    "plot_what_if",
    "plot_words",
]
