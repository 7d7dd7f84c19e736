"""Pages of deviations: find, validate, one action, respond."""
