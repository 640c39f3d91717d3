"""The chapters as they were before the rebuilding: key figures and texts, so that nothing changes by accident."""
