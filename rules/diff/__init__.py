"""What changed between two rule-set documents, in words. Pure."""
