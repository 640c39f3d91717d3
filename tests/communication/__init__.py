"""Chapter 7, communication: published numbers, oracles, recovery of truth."""
