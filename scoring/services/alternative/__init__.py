"""Alternative data: governed, opened for an application, kept as facts, and what they were worth."""
