"""The book's facts: recorded in bulk and once, read as of an instant."""
