"""Chapter 6, Grading 客户分级: who deserves how much of us? The names below are the chapter's vocabulary."""

from crmlib.grading.chosen import only
from crmlib.grading.claims import claim_80_20, claim_big_are_best, claim_top_tenth
from crmlib.grading.clusters import cluster_stability, customer_clusters
from crmlib.grading.concentration import concentration_index, largest_accounts, loss_scenarios
from crmlib.grading.disagreement import agreement_table, cross_table, grades_side_by_side, mistreated
from crmlib.grading.migration import customer_equity, grade_moves, migration_matrix
from crmlib.grading.profit import customer_profit, customer_statement, profit_statement, retention_by_grade
from crmlib.grading.pyramid import abc_classes, grade_customers, grade_table
from crmlib.grading.relationship import RelationshipRule, relationship_customers, relationship_table
from crmlib.grading.rfm import rfm_scores, rfm_segments, segment_rules, segment_table
from crmlib.grading.service_budget import (
    allocate_service,
    allocation_table,
    service_packages,
    value_at_stake,
    yearly_budget,
)
from crmlib.grading.shares import gini, lorenz_curve, pareto_shares, top_share, whale_curve, whale_peak
from crmlib.grading.size import quadrant_table, size_and_profitability, small_and_growing
from crmlib.grading.summary import customer_summary
from crmlib.grading.treatment import TreatmentRule, recommended_treatment, treatment_table

__all__ = [name for name in dir() if not name.startswith("_")]
