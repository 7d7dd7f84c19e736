"""Pages of placements: find, validate, one action, respond."""
