"""The portfolio in figures: counted from a review, read for the pictures."""
