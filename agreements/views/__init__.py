"""Pages of the agreements. No personal data, so every assignment may read them."""
