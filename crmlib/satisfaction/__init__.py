"""Chapter 8, customer satisfaction 客户满意: how satisfied, why, and what to fix first."""
