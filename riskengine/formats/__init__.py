"""Dates and numbers of both languages, the same in each: a moment looks alike wherever it is read."""
