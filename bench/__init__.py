"""Measures the portal against itself: ratios within one run, so that machines can be compared (quality.md, P1…P7)."""
