"""Letters to customers: what every letter is, and the one that explains a decision."""
