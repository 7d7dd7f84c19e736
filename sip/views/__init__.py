"""Pages of the SIP: find, validate, one action, respond."""
