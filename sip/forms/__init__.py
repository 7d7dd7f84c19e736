"""Forms of the SIP: text to values. They save nothing; the rules are the actions'."""
