"""Chapter 6, Grading 客户分级: who deserves how much of us? The names below are the chapter's vocabulary."""

from crmlib.old.grading import exercises
from crmlib.old.grading.charts import (
    plot_account_losses,
    plot_allocation,
    plot_calibration,
    plot_claims,
    plot_cluster_stability,
    plot_cohort_value,
    plot_cross_table,
    plot_customer_equity,
    plot_holdout_errors,
    plot_lifetime_value_levers,
    plot_lorenz_curve,
    plot_migration,
    plot_pareto_shares,
    plot_probability_alive,
    plot_pyramid,
    plot_relationship_kinds,
    plot_rfm_segments,
    plot_size_and_profit,
    plot_treatment,
    plot_whale_curve,
)
from crmlib.old.grading.chosen import only
from crmlib.old.grading.claims import claim_80_20, claim_big_are_best, claim_top_tenth
from crmlib.old.grading.clusters import cluster_stability, customer_clusters
from crmlib.old.grading.cohorts import cohort_ages, cohort_lifetime_value
from crmlib.old.grading.concentration import concentration_index, largest_accounts, leaving_rates, loss_scenarios
from crmlib.old.grading.disagreement import (
    agreement_table,
    cross_table,
    grades_side_by_side,
    mistreated,
    mistreated_counts,
)
from crmlib.old.grading.explore import explore_grade_cut_offs, explore_lifetime_value
from crmlib.old.grading.lifetime_inputs import lifetime_input_draws, lifetime_input_table, lifetime_inputs
from crmlib.old.grading.lifetime_models import (
    calibration_table,
    customer_lifetime_value,
    fit_lifetime_models,
    highest_lifetime_value,
    holdout_both_ways,
    holdout_errors,
    holdout_methods,
    holdout_test,
    independence_check,
    model_parameters,
)
from crmlib.old.grading.lifetime_value import (
    lifetime_value_levers,
    simple_lifetime_value,
    timing_conventions,
)
from crmlib.old.grading.measures import best_measure, earning_rate
from crmlib.old.grading.migration import customer_equity, grade_moves, migration_matrix
from crmlib.old.grading.overview import company_in_words
from crmlib.old.grading.profit import customer_profit, latest_profit, profit_statement, retention_by_grade
from crmlib.old.grading.pyramid import abc_classes, best_grade, grade_customers, grade_table
from crmlib.old.grading.readable import readable
from crmlib.old.grading.relationship import RelationshipRule, relationship_customers, relationship_table
from crmlib.old.grading.rfm import rfm_scores, rfm_segments, segment_rules, segment_table
from crmlib.old.grading.service_budget import (
    allocate_service,
    allocation_table,
    service_packages,
    value_at_stake,
    yearly_budget,
)
from crmlib.old.grading.shares import (
    gini,
    gini_interval,
    lorenz_curve,
    pareto_shares,
    top_share,
    whale_curve,
    whale_peak,
)
from crmlib.old.grading.size import quadrant_table, size_and_profitability, small_and_growing
from crmlib.old.grading.summary import customer_summary
from crmlib.old.grading.treatment import TreatmentRule, recommended_treatment, treatment_table

__all__ = [
    "RelationshipRule",
    "TreatmentRule",
    "abc_classes",
    "agreement_table",
    "allocate_service",
    "allocation_table",
    "best_grade",
    "best_measure",
    "calibration_table",
    "claim_80_20",
    "claim_big_are_best",
    "claim_top_tenth",
    "cluster_stability",
    "cohort_ages",
    "cohort_lifetime_value",
    "company_in_words",
    "concentration_index",
    "cross_table",
    "customer_clusters",
    "customer_equity",
    "customer_lifetime_value",
    "customer_profit",
    "customer_summary",
    "earning_rate",
    "exercises",
    "explore_grade_cut_offs",
    "explore_lifetime_value",
    "fit_lifetime_models",
    "gini",
    "gini_interval",
    "grade_customers",
    "grade_moves",
    "grade_table",
    "grades_side_by_side",
    "highest_lifetime_value",
    "holdout_both_ways",
    "holdout_errors",
    "holdout_methods",
    "holdout_test",
    "independence_check",
    "largest_accounts",
    "latest_profit",
    "leaving_rates",
    "lifetime_input_draws",
    "lifetime_input_table",
    "lifetime_inputs",
    "lifetime_value_levers",
    "lorenz_curve",
    "loss_scenarios",
    "migration_matrix",
    "mistreated",
    "mistreated_counts",
    "model_parameters",
    "only",
    "pareto_shares",
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
    "profit_statement",
    "quadrant_table",
    "readable",
    "recommended_treatment",
    "relationship_customers",
    "relationship_table",
    "retention_by_grade",
    "rfm_scores",
    "rfm_segments",
    "segment_rules",
    "segment_table",
    "service_packages",
    "simple_lifetime_value",
    "size_and_profitability",
    "small_and_growing",
    "timing_conventions",
    "top_share",
    "treatment_table",
    "value_at_stake",
    "whale_curve",
    "whale_peak",
    "yearly_budget",
]
