"""Figures of chapter 6, one module a group of the textbook's sections; the explorer shares their parts."""

from crmlib.old.grading.charts.grades import plot_cluster_stability, plot_cross_table, plot_pyramid, plot_rfm_segments
from crmlib.old.grading.charts.lifetime import (
    plot_calibration,
    plot_cohort_value,
    plot_holdout_errors,
    plot_lifetime_value_levers,
    plot_probability_alive,
)
from crmlib.old.grading.charts.management import (
    plot_account_losses,
    plot_allocation,
    plot_claims,
    plot_customer_equity,
    plot_migration,
    plot_treatment,
)
from crmlib.old.grading.charts.value import (
    plot_lorenz_curve,
    plot_pareto_shares,
    plot_relationship_kinds,
    plot_size_and_profit,
    plot_whale_curve,
)

__all__ = [
    "plot_account_losses",
    "plot_allocation",
    "plot_calibration",
    "plot_claims",
    "plot_cluster_stability",
    "plot_cohort_value",
    "plot_cross_table",
    "plot_customer_equity",
    "plot_holdout_errors",
    "plot_lifetime_value_levers",
    "plot_lorenz_curve",
    "plot_migration",
    "plot_pareto_shares",
    "plot_probability_alive",
    "plot_pyramid",
    "plot_relationship_kinds",
    "plot_rfm_segments",
    "plot_size_and_profit",
    "plot_treatment",
    "plot_whale_curve",
]
