"""Forms of groups, reports and the board: text to values, no saving."""
