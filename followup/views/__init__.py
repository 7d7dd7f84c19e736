"""Pages: find, validate, one action, respond."""
